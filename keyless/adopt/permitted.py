"""Judge what a role may do: by the rules of the policy pack, and by the boundary that it gets."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from keyless.adopt.account import Account, FoundRole
from keyless.adopt.organisation import is_pull_request
from keyless.estate.boundary_document import boundary_arn, boundary_document
from keyless.estate.presets import Place
from keyless.facts import ENVIRONMENT_PREFIX, REF_PREFIX, TAG_REF_PREFIX
from keyless.narrowing.recognition import Entry, UnsaidError, recognised
from keyless.rules.arns import names_administrator
from keyless.rules.escalation import escalations
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded
from keyless.rules.permissions import (
    Statement,
    actions_of,
    denials,
    read_statements,
    readable_statements,
)
from keyless.rules.reading import beyond_reading
from keyless.rules.scope import unscoped
from keyless.rules.writing import ungated_writes
from keyless.wildcards import matches

Reason = tuple[str, str]
"""Why something is refused: one word of the report, and a sentence."""

_BLOCKED = "permissions-blocked"
_WILD = re.compile(r"[*?$]")
_REACHES_ROLES = frozenset({"iam:PassRole", "sts:AssumeRole"})


@dataclass(frozen=True)
class Permitted:
    """What a role may do as entries: inline policies by name, and managed policies."""

    policies: Mapping[str, tuple[Entry, ...]]
    managed: tuple[Entry, ...]
    reasons: tuple[Reason, ...]


def grants_of(account: Account, role: FoundRole) -> list[Grant]:
    """Return what a role is granted, with the documents of the account's own policies."""
    inline = [Grant(f'inline policy "{name}"', each) for name, each in role.inline.items()]
    managed = [
        Grant(f'managed policy "{arn}"', account.policies.get(arn), arn) for arn in role.attached
    ]
    return [*inline, *managed]


class Judge:
    """Judge the permissions of an account's roles; `role_path` is the stack's."""

    def __init__(self, account: Account, place: Place, role_path: str) -> None:
        self._account = account
        self._place = place
        boundary = boundary_document(place, role_path)
        self._allowed = [one for one in read_statements(boundary) if not one.conditions]
        self._denied = denials(boundary)
        self._boundary_arn = boundary_arn(place, role_path)
        self._guarded = [
            Guarded(
                f"{role.path}{role.name}",
                role.boundary or "",
                frozenset(arn.partition(":policy")[2] for arn in role.attached),
            )
            for role in account.roles
        ]

    def permitted(self, role: FoundRole, place: Place) -> Permitted:
        """Say what a role may do, and what of it the pack or the boundary does not let be."""
        policies: dict[str, tuple[Entry, ...]] = {}
        reasons = [(_BLOCKED, sentence) for sentence in self._blocked(role)]
        for name, document in role.inline.items():
            try:
                policies[name] = tuple(recognised(document, place))
            except UnsaidError as unsaid:
                reasons.append((_BLOCKED, f'inline policy "{name}": {unsaid}.'))
        managed = tuple(self._managed(role))
        if not policies and not managed and not reasons:
            reasons.append(("no-permissions", "The role may do nothing. Delete it."))
        return Permitted(policies, managed, tuple(reasons))

    def in_context(self, role: FoundRole, context: str) -> Iterator[Reason]:
        """Yield what a role may do that it may not in a context."""
        grants = list(self._grants(role))
        if is_pull_request(context):
            yield from ((_BLOCKED, sentence) for sentence in beyond_reading(grants))
        elif context.startswith(f"{REF_PREFIX}{TAG_REF_PREFIX}"):
            yield (
                "tag-without-environment",
                f'"{context}" is a tag. Anybody who can push it reaches the role unseen, and no '
                "entry can say it. Write an environment that takes this tag, and "
                "let the role trust that.",
            )
        elif not context.startswith(ENVIRONMENT_PREFIX):
            for sentence in ungated_writes([context], grants):
                yield "write-without-environment", sentence

    def _blocked(self, role: FoundRole) -> Iterator[str]:
        grants, shown = list(self._grants(role)), list(self._shown(role))
        own = f"{role.path}{role.name}"
        for arn in role.attached:
            if f"iam::{self._account.number}:policy/" in arn and arn not in self._account.policies:
                yield (
                    f'managed policy "{arn}": what was read does not show it. What it allows '
                    "cannot be judged. Let the export have the policies of the account, or write "
                    "its statements into the role."
                )
        yield from unscoped([*grants, *shown], role.attached, own)
        boundaries = {self._boundary_arn, *([role.boundary] if role.boundary else [])}
        yield from escalations([*grants, *shown], own, self._guarded, boundaries)
        if role.boundary is None:
            yield from self._taken_away([*grants, *shown])
        elif f"iam::{self._account.number}:policy/" not in role.boundary:
            yield (
                f'boundary "{role.boundary}": it is no policy of this account. No entry can say '
                "it. Give the role a boundary of the account."
            )

    def _grants(self, role: FoundRole) -> Iterator[Grant]:
        for name, document in role.inline.items():
            yield Grant(f'inline policy "{name}"', document)
        for arn in role.attached:
            yield Grant(f'managed policy "{arn}"', None, arn)

    def _shown(self, role: FoundRole) -> Iterator[Grant]:
        for arn in role.attached:
            if arn in self._account.policies:
                yield Grant(f'managed policy "{arn}"', self._account.policies[arn])

    def _managed(self, role: FoundRole) -> Iterator[Entry]:
        for arn in role.attached:
            yield {"preset": "managed-policy", "arn": arn}

    def _taken_away(self, grants: Sequence[Grant]) -> Iterator[str]:
        for grant in grants:
            for statement in readable_statements(grant.document):
                for written, actions in actions_of(statement):
                    if not all(self._leaves(one.name, statement.resources) for one in actions):
                        yield (
                            f'{grant.label}, statement {statement.index}: "{written}" is beyond '
                            "the boundary that roles of the stack get. The role would lose it. "
                            "Give the role a boundary of its own first, or let another role do it."
                        )

    def _leaves(self, action: str, resources: Sequence[str]) -> bool:
        """Tell whether the boundary allows an action without a condition.

        The roles of the CDK are left out: the boundary is open where a permission assumes one.
        """
        if action in _REACHES_ROLES and any(map(names_administrator, resources)):
            return False
        if any(one.covers(action) and _touches(one, resources) for one in self._denied):
            return False
        return any(one.covers(action) for one in self._allowed)


def _touches(denied: Statement, resources: Sequence[str]) -> bool:
    """Tell whether one of some resources may lie under those of a statement."""
    return any(_may_be_under(each, one) for each in resources for one in denied.resources)


def _may_be_under(resource: str, guarded: str) -> bool:
    *found, name = resource.split(":", 5)
    *own, path = guarded.removesuffix("*").split(":", 5)
    if len(found) != len(own) or not all(map(matches, found, own)):
        return False
    literal = _WILD.split(name, maxsplit=1)[0]
    return name.startswith(path) or (literal != name and path.startswith(literal))
