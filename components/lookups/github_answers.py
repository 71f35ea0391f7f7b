"""What is read of GitHub's answers; without these fields an answer is none of GitHub's.

Source: GitHub's description of its REST API, version 2022-11-28.
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from keyless.estate.composed_roles import Visibility


class Answer(BaseModel):
    """Read the named fields as they are, and pass over all others."""

    model_config = ConfigDict(strict=True, frozen=True)


class Plan(Answer):
    """What an owner pays for."""

    name: str


class Owner(Answer):
    """An organisation or a user; the plan where this token may see it."""

    login: str
    id: int
    plan: Plan | None = None


class Repository(Answer):
    """A repository under its name of today."""

    full_name: str
    id: int
    visibility: Visibility


class RepositoryId(Answer):
    """A repository in a list where its number is all that counts."""

    id: int


class User(Answer):
    """A person."""

    id: int


class Member(Answer):
    """A person by login."""

    login: str


class Branch(Answer):
    """A branch of a repository."""

    name: str


class Team(Answer):
    """A team of an organisation."""

    id: int
    slug: str


class SubjectTemplate(Answer):
    """How the subject of a repository's tokens is composed."""

    use_default: bool
    include_claim_keys: list[str] | None = None


class ActionsPermissions(Answer):
    """Whether a repository runs actions, and which: `all`, `local_only` or `selected`."""

    enabled: bool
    allowed_actions: str | None = None


class ReviewerInForce(Answer):
    """Somebody who approves; GitHub leaves it open who, where an account is gone."""

    type: Literal["User", "Team"]
    reviewer: User


class ProtectionRule(Answer):
    """One rule of an environment, of any type; each type fills fields of its own."""

    type: str
    reviewers: list[ReviewerInForce] = []
    prevent_self_review: bool = False
    wait_timer: int = 0


class BranchPolicy(Answer):
    """Whether patterns say which branches may deploy."""

    custom_branch_policies: bool


class Environment(Answer):
    """An environment with its protection, its patterns apart."""

    name: str
    can_admins_bypass: bool = True
    protection_rules: list[ProtectionRule] = []
    deployment_branch_policy: BranchPolicy | None = None

    @property
    def reviewers(self) -> frozenset[tuple[str, int]]:
        """Return who approves, as (`user` or `team`, id)."""
        return frozenset(
            (each.type.lower(), each.reviewer.id)
            for rule in self.protection_rules
            for each in rule.reviewers
        )


class Pattern(Answer):
    """A pattern of branches or tags that may deploy to an environment."""

    id: int
    name: str
    type: Literal["branch", "tag"] = "branch"


class Variable(Answer):
    """A variable of a repository or an environment."""

    name: str


class Secret(Answer):
    """The name of a secret."""

    name: str


class OrganisationSecret(Answer):
    """The name of an organisation's secret, and which repositories may use it."""

    name: str
    visibility: Literal["all", "private", "selected"]
