"""Users with stored keys: where the keys are, what they may do, and what replaces them.

Which user a secret belongs to is a guess by its names: GitHub shows no value. What a key may do
comes from the user's policies, or from what a trail shows that it did. Nothing of this is written
into the stack's entries: a role for a job is agreed upon first.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keyless.adopt.account import FoundUser
from keyless.adopt.decided import Decided, word_for
from keyless.adopt.organisation import FoundRepository
from keyless.adopt.usage import JobUse
from keyless.estate.static_keys import names_static_key
from keyless.facts import BRANCH_REF_PREFIX, ENVIRONMENT_PREFIX, PULL_REQUEST_CONTEXT, REF_PREFIX
from keyless.narrowing.recognition import Entry, UnsaidError, recognised
from keyless.rules.grant import Grant
from keyless.rules.pack_settings import Settings
from keyless.rules.permissions import HARMLESS, READS, actions_of, readable_statements
from keyless.rules.power import Power, power_of
from keyless.rules.rights import beyond
from keyless.trail.used import Needed, Used, needed, plain_arn
from keyless.trust import Verdict

_BRANCH = f"{REF_PREFIX}{BRANCH_REF_PREFIX}"
_NEW_ENVIRONMENT = "production"


@dataclass(frozen=True)
class KeyPlace:
    """Secrets that are named like a key, in a repository or in one of its environments."""

    repository: FoundRepository
    environment: str | None
    names: tuple[str, ...]


@dataclass(frozen=True)
class Replacement:
    """The entry that replaces a key in one repository, and the commands that rewrite its jobs.

    `says` is what has to be done first.
    """

    repository: str
    entry: Mapping[str, Any]
    commands: tuple[str, ...]
    says: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class StaticKeys:
    """One user with keys. `permissions` are what a role needs in the place of all its keys.

    `needed` is what a trail says of it, None without one. `says` are sentences on what no entry can
    say, `blocked` on what the policy pack does not let pass.
    """

    user: FoundUser
    power: Power
    places: tuple[KeyPlace, ...]
    jobs: tuple[JobUse, ...]
    permissions: tuple[Entry, ...]
    needed: Needed | None
    says: tuple[str, ...]
    blocked: tuple[str, ...]
    replacements: tuple[Replacement, ...]


def key_places(decided: Decided) -> list[KeyPlace]:
    """Return where secrets are named like keys."""
    return [
        KeyPlace(repository, environment, names)
        for repository in decided.organisation.repositories
        for environment, secrets in secret_places(repository)
        if (names := tuple(name for name in secrets if names_static_key(name)))
    ]


def secret_places(
    repository: FoundRepository,
) -> Iterator[tuple[str | None, tuple[str, ...]]]:
    """Yield the places of a repository that have secrets, with the names."""
    yield None, repository.secrets
    for environment in repository.environments:
        yield environment.name, environment.secrets


def static_keys(
    decided: Decided, used: Mapping[str, Used], stack: str
) -> tuple[list[StaticKeys], list[KeyPlace]]:
    """Return the users with keys, and the places whose user nobody can guess.

    `used` is what a trail shows, by the ARN that `plain_arn` writes.
    """
    places, users = key_places(decided), decided.account.users
    homes = {one.repository.name: _user_of(one.repository, users) for one in places}
    found = [
        _of_user(
            decided,
            user,
            [one for one in places if homes[one.repository.name] is user],
            used.get(plain_arn(user.arn)),
            stack,
        )
        for user in users
    ]
    return found, [one for one in places if homes[one.repository.name] is None]


def _of_user(
    decided: Decided, user: FoundUser, places: Sequence[KeyPlace], used: Used | None, stack: str
) -> StaticKeys:
    repositories = {decided.organisation.full_name(one.repository) for one in places}
    jobs = [use for use in decided.uses if use.is_by_key and use.repository in repositories]
    grants = list(_grants(decided, user))
    documents = [grant.document for grant in grants if grant.document is not None]
    by_trail = needed(used, documents) if used else None
    says: list[str] = []
    if by_trail and used:
        permissions = tuple(_said(decided, "what was used", by_trail.document, says))
        says += _of_trail(by_trail, used)
        judged = [Grant("what was used", by_trail.document)]
    else:
        permissions = tuple(_of_policies(decided, user, says))
        judged = grants
    blocked = tuple(_blocked(judged))
    return StaticKeys(
        user=user,
        power=power_of(grants),
        places=tuple(places),
        jobs=tuple(jobs),
        permissions=permissions,
        needed=by_trail,
        says=tuple(says),
        blocked=blocked,
        replacements=tuple(_replacements(decided, user, jobs, permissions, stack)),
    )


def _grants(decided: Decided, user: FoundUser) -> Iterator[Grant]:
    for name, document in user.inline.items():
        yield Grant(f'inline policy "{name}"', document)
    for arn in user.attached:
        yield Grant(f'managed policy "{arn}"', decided.account.policies.get(arn), arn)


def _of_policies(decided: Decided, user: FoundUser, says: list[str]) -> Iterator[Entry]:
    for name, document in user.inline.items():
        yield from _said(decided, f'inline policy "{name}"', document, says)
    for arn in user.attached:
        yield {"preset": "managed-policy", "arn": arn}


def _said(decided: Decided, label: str, document: object, says: list[str]) -> Iterator[Entry]:
    try:
        yield from recognised(document, decided.main_place)
    except UnsaidError as unsaid:
        says.append(f"{label}: {unsaid}. Write what the jobs need by hand.")


def _of_trail(found: Needed, used: Used) -> Iterator[str]:
    if found.unplaced:
        yield (
            f"{', '.join(found.unplaced)}: it was used, and neither a policy nor the trail says on "
            "what. Write a statement with the ARN."
        )
    if found.kept:
        yield f"{', '.join(found.kept)}: no trail records it, so it stays. Leave out what is idle."
    if found.unused:
        yield f"{', '.join(found.unused)}: granted, and not used in the time of the trail."
    if used.unknown:
        yield (
            f"{', '.join(used.unknown[:5])}: no action of IAM is known for it. Look up what it "
            "needs."
        )


def _blocked(grants: Sequence[Grant]) -> Iterator[str]:
    yield from beyond(
        grants,
        verdict=Verdict.EXACT,
        contexts=(),
        own="",
        guarded=(),
        boundaries=(),
        settings=Settings(),
    )


def _replacements(
    decided: Decided,
    user: FoundUser,
    jobs: Sequence[JobUse],
    permissions: Sequence[Entry],
    stack: str,
) -> Iterator[Replacement]:
    """Yield one replacement for each repository whose jobs use a key."""
    for name in dict.fromkeys(use.repository for use in jobs):
        repository = decided.organisation.repository(name)
        own = [use for use in jobs if use.repository == name]
        if repository is None:
            continue
        entry: dict[str, Any] = {}
        says: dict[str, None] = {}
        role = {"permissions": list(permissions)}
        word = word_for(user.name, repository)
        taken = {one.function for one in decided.roles if one.repository is repository}
        function = f"{word}_2" if word in taken else word
        for context in dict.fromkeys(c for use in own for c in use.contexts):
            keys, sentence = _home(decided, repository, context, permissions)
            if sentence:
                says[sentence] = None
            holder = entry
            for key in keys:
                holder = holder.setdefault(key, {})
            if keys:
                holder.setdefault("roles", {})[function] = role
        yield Replacement(name, entry, tuple(_commands(own, function, stack)), tuple(says))


def _home(
    decided: Decided, repository: FoundRepository, context: str, permissions: Sequence[Entry]
) -> tuple[tuple[str, ...], str]:
    """Return the keys under which a role for a context is written, and what to do first."""
    if context.startswith(ENVIRONMENT_PREFIX):
        name = context.removeprefix(ENVIRONMENT_PREFIX)
        known = decided.environment(repository, name)
        if known is None or known.decision == "refuse":
            why = known.says if known else f'"{name}" is no environment of it.'
            return ("environments", name), f"{why} Then write its role."
        return ("environments", known.environment.name), ""
    if context == PULL_REQUEST_CONTEXT:
        return ("pull_requests",), (
            "Pull requests may only read. Let them use a role without the rest, or leave the job "
            "out."
        )
    if not context.startswith(_BRANCH) or "*" in context:
        return (), f"{context}: no entry can say it. Let the job name an environment."
    branch = context.removeprefix(_BRANCH)
    if all(map(_only_reads, permissions)):
        return ("branches", branch), ""
    fitting = [
        one.environment.name
        for one in decided.environments
        if one.repository is repository
        and one.decision != "refuse"
        and branch in one.environment.named("branch")
    ]
    name = fitting[0] if fitting else _NEW_ENVIRONMENT
    new = "" if fitting else f" It is new: give it reviewers and deploy_from, such as {branch}."
    return ("environments", name), (
        f"A role that writes needs an environment: the job on {branch} gets {name}.{new}"
    )


def _only_reads(entry: Entry) -> bool:
    if entry.get("preset") != "statement":
        return entry.get("access") == "read"
    document = {"Statement": {"Effect": "Allow", "Action": entry["actions"], "Resource": "*"}}
    return all(
        action.access in READS | HARMLESS
        for statement in readable_statements(document)
        for _, actions in actions_of(statement)
        for action in actions
    )


def _commands(jobs: Iterable[JobUse], function: str, stack: str) -> Iterator[str]:
    """Yield a command for each workflow file, to run beside the checkout of its repository.

    The role is named by its function: a job may get into others of the repository, too.
    """
    by_file: dict[tuple[str, str], list[str]] = {}
    for use in jobs:
        names = by_file.setdefault((use.repository, use.workflow), [])
        if use.job not in names:
            names.append(use.job)
    for (repository, workflow), names in by_file.items():
        words = ["keyless", "migrate", f"{repository.rpartition('/')[2]}/{workflow}"]
        words += [word for name in names for word in ("--job", name)]
        words += [
            "--role",
            function,
            "--config",
            f"Pulumi.{stack}.yaml",
            "--repository",
            repository,
        ]
        yield shlex.join(words)


def _user_of(repository: FoundRepository, users: Sequence[FoundUser]) -> FoundUser | None:
    """Guess the user whose keys a repository contains: the one whose name says most of its name."""
    words = set(re.split(r"[^a-z0-9]+", repository.name.lower()))
    scored = [(len(words & set(re.split(r"[^a-z0-9]+", u.name.lower()))), u) for u in users]
    best = max(scored, key=lambda one: one[0], default=(0, None))
    if best[0]:
        return best[1]
    return users[0] if len(users) == 1 else None
