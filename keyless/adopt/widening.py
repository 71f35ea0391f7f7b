"""Try on tokens whether a new trust policy lets in somebody whom the old one keeps out.

Whatever else decides that a role is taken over, nobody may get in by it. The other spelling of a
subject is the same subject: both forms of a token are tried together.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from keyless.adopt.decided import RoleDecision
from keyless.adopt.organisation import FoundRepository, Organisation
from keyless.facts import (
    BRANCH_REF_PREFIX,
    ENVIRONMENT_PREFIX,
    PULL_REQUEST_CONTEXT,
    REF_PREFIX,
    TAG_REF_PREFIX,
)
from keyless.rehearse.token import Form, Job, Repository
from keyless.trust import judge

_FORMS: tuple[Form, ...] = ("name", "immutable")


@dataclass(frozen=True)
class Widened:
    """The subject of a token that gets in anew; `is_dead` tells that no token tried got in."""

    subject: str
    is_dead: bool


def let_in_anew(
    one: RoleDecision,
    context: str,
    trust_policy: object,
    organisation: Organisation,
    issuer: str,
    audience: str,
) -> Widened | None:
    """Return a token that gets in and did not before, None where there is none.

    `context` is the one of the new trust policy.
    """
    old, new = one.role.judgement, judge(trust_policy)
    tried = [
        [job.claims(form, issuer, audience) for form in _FORMS]
        for job in _jobs(one, context, organisation)
    ]
    kept_out = [each for each in tried if not any(map(old.admits, each))]
    anew = next((each for each in kept_out if any(map(new.admits, each))), None)
    return Widened(anew[0]["sub"], len(kept_out) == len(tried)) if anew else None


def _jobs(one: RoleDecision, context: str, organisation: Organisation) -> Iterator[Job]:
    """Yield jobs of every kind that a context of a role has."""
    repository = one.repository
    if repository is None:
        return
    identity = Repository(
        organisation.login, str(organisation.id), repository.name, str(repository.id)
    )
    for called in (None, *one.narrowing.workflows):
        if context == PULL_REQUEST_CONTEXT:
            yield Job(
                repository=identity,
                event="pull_request",
                ref="refs/pull/1/merge",
                environment=None,
                called=called,
            )
        elif context.startswith(ENVIRONMENT_PREFIX):
            name = context.removeprefix(ENVIRONMENT_PREFIX)
            for ref in _refs(repository, name):
                yield Job(
                    repository=identity, event="push", ref=ref, environment=name, called=called
                )
        else:
            yield Job(
                repository=identity,
                event="push",
                ref=context.removeprefix(REF_PREFIX),
                environment=None,
                called=called,
            )


def _refs(repository: FoundRepository, environment: str) -> Iterator[str]:
    found = repository.environment(environment)
    branches = found.named("branch") if found else ()
    yield from (f"{BRANCH_REF_PREFIX}{name}" for name in (*branches, "x"))
    yield f"{TAG_REF_PREFIX}v1"
