"""What a role can become: roles that trust it, and those that it may assume or pass.

Within an account, naming a role in another role's trust policy is enough to assume it; naming the
account takes a grant of sts:AssumeRole beside it ("How IAM roles differ from resource-based
policies", AWS IAM User Guide). A role that may be passed to a service runs there with the code of
anybody who passes it. One whose trust policy may be written trusts whoever writes it; a pattern of
such roles is for `escalation` to block. Conditions of a trust policy narrow nothing here, which is
on the safe side. A role that a stack declares twice is one role of AWS's, which gets what either of
them says: its name is unique in the account, whatever its path and letter case ("IAM and AWS STS
quotas").
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from keyless.rules.arns import names_id, names_role
from keyless.rules.grant import Grant
from keyless.rules.permissions import Statement, is_wild, readable_statements
from keyless.rules.policy_json import entries, members, plain

_ANYBODY = "*"
_UNKNOWN = "?"
ACCOUNT = re.compile(r"[0-9]{12}|arn:[a-z-]+:iam::[0-9]{12}:root", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Role:
    """A role by path and name, with its trust policy as text or data, and what it is granted.

    `account` and `id` are empty where they are not known, and `?` stands for a name that is not.
    """

    name: str
    trust: object
    grants: Sequence[Grant]
    account: str = ""
    id: str = ""

    @property
    def unique_name(self) -> str:
        """Return what no other role of the account is called."""
        return self.name.rpartition("/")[2].casefold()

    def may_share_account(self, other: "Role") -> bool:
        """Say whether another role may be in the same account."""
        return self.account == other.account or not (self.account and other.account)


def reached(roles: Mapping[str, Role], starts: Iterable[str]) -> Mapping[str, frozenset[str]]:
    """Return what can be become, be it through others: each role with the starts that reach it.

    Roles go by any key; a start is not among what it reaches unless another start reaches it.
    """
    found: dict[str, set[str]] = {}
    trusted = {key: _Trusted.of(role) for key, role in roles.items()}
    open_ones = {key: each for key, each in trusted.items() if each != _Trusted()}
    alike: dict[str, list[str]] = {}
    come_later: list[str] = []
    for key, role in roles.items():
        if _UNKNOWN not in role.unique_name:
            alike.setdefault(role.unique_name, []).append(key)
        else:
            come_later.append(key)
    for start in starts:
        waiting, seen = [start], {start}
        while waiting:
            here = roles[waiting.pop()]
            itself = (
                k for k in alike.get(here.unique_name, ()) if roles[k].may_share_account(here)
            )
            others = (k for k, t in open_ones.items() if k not in seen and t.admits(here, roles[k]))
            rewritten = (
                key
                for arn in _rewritten(here)
                for key in (*alike.get(arn.rpartition("/")[2].casefold(), ()), *come_later)
                if names_role(arn, roles[key].name)
            )
            for key in chain(itself, others, rewritten):
                if key not in seen:
                    seen.add(key)
                    waiting.append(key)
                    found.setdefault(key, set()).add(start)
    return {key: frozenset(starts) for key, starts in found.items()}


@dataclass(frozen=True, slots=True)
class _Trusted:
    """Whom a trust policy names beside identity providers."""

    principals: tuple[str, ...] = ()
    account: bool = False
    services: bool = False

    @classmethod
    def of(cls, role: Role) -> "_Trusted":
        document = plain(role.trust)
        if not isinstance(document, Mapping):
            return cls((_ANYBODY,))
        named = list(_principals(document))
        aws = tuple(principal for kind, principal in named if kind == "aws")
        return cls(
            tuple(each for each in aws if not ACCOUNT.fullmatch(each)),
            account=any(map(ACCOUNT.fullmatch, aws)),
            services=any(kind == "service" for kind, _ in named),
        )

    def admits(self, here: Role, role: Role) -> bool:
        return (
            any(names_role(p, here.name) or names_id(p, here.id) for p in self.principals)
            or (self.account and _may("sts:assumerole", here, role.name))
            or (self.services and _may("iam:passrole", here, role.name))
        )


def _principals(document: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Yield whom the Allow statements name, each with its kind in lower case."""
    for statement in members(document, "statement"):
        if not isinstance(statement, Mapping) or members(statement, "effect") != ["Allow"]:
            continue
        if members(statement, "notprincipal"):
            yield "aws", _ANYBODY
        for principal in members(statement, "principal"):
            if not isinstance(principal, Mapping):
                yield "aws", str(principal)
                continue
            for kind, values in principal.items():
                for each in entries(values):
                    yield kind.lower(), str(each)


def _rewritten(here: Role) -> Iterator[str]:
    """Yield the exact ARNs of the roles whose trust policy a role may write."""
    for grant in here.grants:
        for statement in readable_statements(grant.document):
            if statement.covers("iam:updateassumerolepolicy"):
                yield from (each for each in statement.resources if not is_wild(each))


def _may(action: str, here: Role, role: str) -> bool:
    return any(
        statement.covers(action) and _is_on(statement, role)
        for grant in here.grants
        for statement in readable_statements(grant.document)
    )


def _is_on(statement: Statement, role: str) -> bool:
    if statement.not_resources:
        return not any(names_role(each, role) for each in statement.not_resources)
    return any(names_role(each, role) for each in statement.resources)
