"""What a stack file says that is allowed, and still worth a sentence: each is made at preview.

Not here: what is refused, which is in `rules` and beside the models.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from keyless.estate.composed_roles import place_of
from keyless.estate.naming import role_name
from keyless.estate.presets import Place
from keyless.estate.settings import DeployFrom, Environment, Repository, Role, Settings
from keyless.facts import MERGE_QUEUE_PREFIX
from keyless.text.look_alikes import look_alike
from keyless.text.sentences import joined, quoted

_LIKE_A_TAG = re.compile(r"v?[0-9]+(\.[0-9]+)+([.+-].*)?|v[0-9]+")
_LIKE_A_BRANCH = re.compile(
    r"main|master|trunk|develop|development|staging|production|(feature|hotfix|bugfix)/.*"
)
_BOUNDED = {
    "cdk": "Bound each of them, as cdk bootstrap --custom-permissions-boundary does.",
    "assume": "Bound each of them where it is made. `keyless access` prints the trust policy that "
    "it needs.",
}
"""How to bound what a preset goes on to."""
DAYS_BEFORE_THE_END = 30
"""Days before a role's `until` from which on each preview remarks it."""


class Remark(NamedTuple):
    """One sentence; a warning is about something that does not do what it says."""

    sentence: str
    is_warning: bool = False


def remarks(settings: Settings, today: date) -> Iterator[Remark]:
    """Yield what is remarkable of a stack, in the order of its entries; `today` is that of UTC."""
    for key, repository in settings.repositories.items():
        yield from _environments(settings, key, repository)
        yield from _approvals(settings, key, repository)
        for at in repository.contexts():
            for function, role in at.roles.items():
                where = settings.place(key, *at.keys, "roles", function)
                name = role.role_name or role_name(settings.owner, key, at.context, function)
                yield from _role_name(where, name)
                yield from _until(where, role, today)
                yield from _spelling(where, role, place_of(settings, at))
                yield from _beyond_the_boundary(where, role, place_of(settings, at))


def _environments(settings: Settings, key: str, repository: Repository) -> Iterator[Remark]:
    for keys, name, environment in repository.every_environment():
        where = settings.place(key, *keys)
        yield from _refs(f"{where}.deploy_from", environment.deploy_from)
        yield from _queues(f"{where}.deploy_from", environment)
        for variable, value in environment.variables.items():
            if look_alike(value) and " " not in value:
                yield Remark(
                    f"{where}.variables.{variable}: {quoted(value)}. A job that looks up what "
                    "it names finds nothing. Write plain letters, unless the letter is meant.",
                    is_warning=True,
                )
        if look_alike(name):
            yield Remark(
                f"{where}: the name is {quoted(name)}. A workflow in which it is typed names "
                "another environment, which GitHub makes without protection. Write plain letters.",
                is_warning=True,
            )
        if environment.roles and name != name.lower():
            yield Remark(
                f"{where}: the name {quoted(name)} has capitals. Whether a token carries the "
                "letters of the workflow or those of GitHub is disputed, and trust compares them. "
                f"Write {quoted(name)} in workflows as GitHub shows it."
            )


def _refs(where: str, deploy_from: DeployFrom) -> Iterator[Remark]:
    for branch in deploy_from.branches:
        if _LIKE_A_TAG.fullmatch(branch):
            yield Remark(
                f"{where}.branches: {quoted(branch)} is written like a tag. Nothing deploys unless "
                "there is a branch of that name. Write it under tags if a tag is meant.",
                is_warning=True,
            )
    for tag in deploy_from.tags:
        if _LIKE_A_BRANCH.fullmatch(tag):
            yield Remark(
                f"{where}.tags: {quoted(tag)} is written like a branch. Nothing deploys unless "
                "there is a tag of that name. Write it under branches if a branch is meant.",
                is_warning=True,
            )


def _queues(where: str, environment: Environment) -> Iterator[Remark]:
    """Remark on queues that nothing but a name tells from a branch that somebody pushed.

    GitHub keeps its prefix neither to itself nor to a rule (seen in July 2025).
    """
    if not environment.roles or environment.reviewers:
        return
    pushed = [
        (f"{where}.branches", name.removeprefix(MERGE_QUEUE_PREFIX).rpartition("/")[0])
        for name in environment.deploy_from.branches
        if name.startswith(MERGE_QUEUE_PREFIX)
    ]
    queues = [(f"{where}.merge_queue", base) for base in environment.deploy_from.merge_queue]
    for spot, base in (*pushed, *queues):
        yield Remark(
            f"{spot}: anybody who can push can make a branch {MERGE_QUEUE_PREFIX}{base}/…, "
            "and no rule of GitHub's keeps them from it. Code that nobody merged deploys, "
            f"since there are no reviewers. Name reviewers, or deploy from {base}.",
            is_warning=True,
        )


def _approvals(settings: Settings, key: str, repository: Repository) -> Iterator[Remark]:
    for branch, rule in repository.protected_branches.items():
        if rule.approvals == 0:
            yield Remark(
                f"{settings.place(key, 'protected_branches', branch)}.approvals: 0. A pull request "
                "is merged by anybody who opens it, with nobody "
                "else having seen it. Write 1 or more.",
                is_warning=True,
            )


def _until(where: str, role: Role, today: date) -> Iterator[Remark]:
    if role.until is None:
        return
    days = (role.until - today).days
    if days <= 0:
        yield Remark(
            f"{where}.until: {role.until} has come. Nobody gets in any more. Remove the role, or "
            "write a later day.",
            is_warning=True,
        )
    elif days <= DAYS_BEFORE_THE_END:
        yield Remark(
            f"{where}.until: {role.until} is {days} {'day' if days == 1 else 'days'} away. From "
            "then on nobody gets in. Write a later day if the role is still needed."
        )


def _spelling(where: str, role: Role, place: Place) -> Iterator[Remark]:
    """Remark on resources and values of conditions, which are the reader's own words to IAM."""
    for _, keys, permission in role.granted():
        for statement in permission.grant(place).statements:
            values = (
                text
                for of_operator in statement.conditions.values()
                for of_key in of_operator.values()
                for text in of_key
            )
            for text in (*statement.resources, *values):
                if look_alike(text):
                    yield Remark(
                        f"{joined(where, keys)}: {quoted(text, len(text) * 6 + 2)}. It matches "
                        "nothing that is spelt as it looks. Write plain letters, unless the letter "
                        "is meant.",
                        is_warning=True,
                    )


def _beyond_the_boundary(where: str, role: Role, place: Place) -> Iterator[Remark]:
    for _, keys, permission in role.granted():
        if permission.grant(place).assumes:
            yield Remark(
                f"{joined(where, keys)}: the preset {quoted(permission.preset)} goes on to roles "
                "outside of the permissions boundary. A job can do whatever they may. "
                f"{_BOUNDED.get(permission.preset, 'Bound each of them where it is made.')}"
            )


def _role_name(where: str, name: str) -> Iterator[Remark]:
    if "github" in name.lower():
        yield Remark(
            f"{where}: the role is called {quoted(name)}. Some roles with GitHub in their name "
            "were reported to refuse GitHub's tokens, and others work. Write another role_name if "
            "this one refuses them."
        )
