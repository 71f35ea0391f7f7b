"""What has to be the same before and after something is taken over, read by a program."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from keyless.adopt.decided import Decided, RoleDecision
from keyless.adopt.organisation import FoundRepository, Organisation
from keyless.estate.presets import Place
from keyless.narrowing.recognition import rights_of
from keyless.rehearse.token import Form, Job, Repository
from keyless.trust import Judgement

FORMS: tuple[Form, ...] = ("name", "immutable")
TIGHTENED = {"admins_bypass": False, "prevent_self_review": True}
_WORKFLOWS = (
    "acme/pipelines/.github/workflows/roll-out.yml@refs/tags/v4",
    "acme/pipelines/.github/workflows/roll-out.yml@refs/heads/main",
)


def adopted(decided: Decided) -> dict[str, RoleDecision]:
    """Return the roles that are taken over, by ARN."""
    return {one.role.arn: one for one in decided.roles if one.decision == "adopt"}


def admitted_anew(decided: Decided, old: Judgement, new: Judgement) -> Iterator[str]:
    """Yield tokens that get in and did not before.

    The other spelling of a subject is the same subject.
    """
    for repository in decided.organisation.repositories:
        for job in _jobs(decided.organisation, repository):
            token = [job.claims(form, decided.issuer, "sts.amazonaws.com") for form in FORMS]
            if any(map(new.admits, token)) and not any(map(old.admits, token)):
                yield token[0]["sub"]


def _jobs(organisation: Organisation, repository: FoundRepository) -> Iterator[Job]:
    identity = Repository(
        organisation.login, str(organisation.id), repository.name, str(repository.id)
    )
    own = f"acme/{repository.name}/.github/workflows/deploy.yml@refs/heads/main"
    for called in (None, own, *_WORKFLOWS):
        for ref in ("refs/heads/main", "refs/heads/x", "refs/tags/v1"):
            yield Job(repository=identity, event="push", ref=ref, environment=None, called=called)
            for name in (*(one.name for one in repository.environments), "other"):
                yield Job(
                    repository=identity, event="push", ref=ref, environment=name, called=called
                )
        yield Job(
            repository=identity,
            event="pull_request",
            ref="refs/pull/1/merge",
            environment=None,
            called=called,
        )


def granted(decided: Decided) -> dict[str, Any]:
    """Return what the roles that are taken over may do, as sets."""
    place = Place("aws", decided.account.number, "eu-west-1")
    return {
        arn: (
            frozenset(
                a for document in one.role.inline.values() for a in rights_of(document, place)
            ),
            frozenset(one.role.attached),
        )
        for arn, one in adopted(decided).items()
    }


def entering(decided: Decided) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the contexts in which jobs get into the roles that are taken over."""
    arns = adopted(decided)
    return {(use.label, use.source): use.admitted for use in decided.uses if use.role in arns}


def changed_environments(before: Decided, after: Decided) -> Iterator[str]:
    """Yield environments that differ in more than the switches that were said to be tightened.

    Variables may be new; none may be gone or have another value.
    """
    found = {
        (repository.name, one.name): one
        for repository in after.organisation.repositories
        for one in repository.environments
    }
    for old in before.environments:
        name = (old.repository.name, old.environment.name)
        now = found[name]
        allowed = [old.environment]
        if old.decision == "tighten":
            switches: dict[str, Any] = {key: TIGHTENED[key] for key in old.changes}
            allowed.append(replace(old.environment, **switches))
        is_kept = old.environment.variables.items() <= now.variables.items()
        if not is_kept or replace(now, variables=old.environment.variables) not in allowed:
            yield "/".join(name)
