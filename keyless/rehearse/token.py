"""The claims of tokens as GitHub mints them, in both forms of the subject.

Source: GitHub docs, "OpenID Connect reference". Only claims that a trust policy can be written on
are here, and those that people look for when they read a token.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from keyless.facts import (
    ENCODED_COLON,
    ENVIRONMENT_PREFIX,
    PULL_REQUEST_CONTEXT,
    REF_PREFIX,
    REPOSITORY_PREFIX,
    TAG_REF_PREFIX,
)

Form = Literal["name", "immutable", "template"]
Claims = Mapping[str, str]


@dataclass(frozen=True)
class Repository:
    """A repository with its owner, by names and by ids."""

    owner: str
    owner_id: str
    name: str
    id: str

    @property
    def full_name(self) -> str:
        """Owner and name."""
        return f"{self.owner}/{self.name}"

    def prefix(self, form: Form) -> str:
        """Return the start of its subjects in one form."""
        if form == "immutable":
            return f"{REPOSITORY_PREFIX}{self.owner}@{self.owner_id}/{self.name}@{self.id}"
        return f"{REPOSITORY_PREFIX}{self.full_name}"


@dataclass(frozen=True, kw_only=True)
class Job:
    """A job that asks for a token; `ref` is whole, such as `refs/heads/main`.

    `called` is the reusable workflow that it runs, None for one in a workflow of its own.
    """

    repository: Repository
    event: str
    ref: str
    environment: str | None = None
    called: str | None = None

    @property
    def context(self) -> str:
        """What the default subject says after the repository."""
        if self.environment is not None:
            return f"{ENVIRONMENT_PREFIX}{_encoded(self.environment)}"
        if self.event == "pull_request":
            return PULL_REQUEST_CONTEXT
        return f"{REF_PREFIX}{self.ref}"

    def elsewhere(self, **other: str) -> "Job":
        """Return the same job in a repository that differs in some names or ids."""
        return replace(self, repository=replace(self.repository, **other))

    def claims(self, form: Form, issuer: str, audience: str, subject: str | None = None) -> Claims:
        """Return the claims of its token; `subject` is what a template makes of it."""
        repository = self.repository
        workflow = f"{repository.full_name}/.github/workflows/deploy.yml@{self.ref}"
        claims = {
            "iss": f"https://{issuer}",
            "aud": audience,
            "sub": subject or f"{repository.prefix(form)}:{self.context}",
            "repository": repository.full_name,
            "repository_id": repository.id,
            "repository_owner": repository.owner,
            "repository_owner_id": repository.owner_id,
            "event_name": self.event,
            "ref": self.ref,
            "ref_type": "tag" if self.ref.startswith(TAG_REF_PREFIX) else "branch",
            "workflow": "deploy",
            "workflow_ref": workflow,
            "job_workflow_ref": self.called or workflow,
            "actor": "somebody",
            "actor_id": "5500005",
        }
        if self.environment is not None:
            claims["environment"] = self.environment
        return claims


def _encoded(value: str) -> str:
    """Write a value as it stands in a subject, where a colon would end it."""
    return value.replace(":", ENCODED_COLON)
