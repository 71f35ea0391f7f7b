"""Read from a trust policy which contexts it admits, where it is in the one form that says so."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Trust = Mapping[str, Any]

_GITHUB = "token.actions.githubusercontent.com"
_SUBJECT = re.compile(r"repo:[^:*?]+:(environment:[^*?]+|ref:refs/heads/[^*?]+|pull_request)")
_PINNED = {"aud", "sub", "repository_id", "repository_owner_id"}
_NARROWING = {"ref"}


@dataclass(frozen=True)
class Source:
    """Name the account and the owner, by number, between which there is trust."""

    account: str
    owner_id: int

    @property
    def statement(self) -> Mapping[str, Any]:
        """Return what stands in a statement of trust beside its condition."""
        provider = f"arn:aws:iam::{self.account}:oidc-provider/{_GITHUB}"
        return {
            "Effect": "Allow",
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Principal": {"Federated": provider},
        }


class InexactTrustError(Exception):
    """Say what keeps a trust policy from naming its contexts exactly."""


def contexts(trust: Trust, source: Source) -> Iterator[tuple[int, str]]:
    """Yield repository and context (`environment:…`, `ref:…` or `pull_request`) of each admitted.

    Environments are in lower case, since GitHub does not tell theirs apart. Raises
    InexactTrustError for whatever is not the one form that is known to admit nothing else.
    """
    for statement in trust["Statement"]:
        others = {key: value for key, value in statement.items() if key != "Condition"}
        if others != source.statement:
            raise InexactTrustError(f"by {others}")
        claims = _claims(statement["Condition"])
        pinned = (claims["aud"], claims["repository_owner_id"])
        if pinned != (["sts.amazonaws.com"], [str(source.owner_id)]):
            raise InexactTrustError(f"audience and owner {pinned}")
        (number,) = claims["repository_id"]
        for subject in claims["sub"]:
            found = _SUBJECT.fullmatch(subject)
            if found is None:
                raise InexactTrustError(f"the subject {subject}")
            context = found[1]
            named = context.startswith("environment:")
            yield int(number), context.casefold() if named else context


def _claims(condition: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    if set(condition) != {"StringEquals"}:
        raise InexactTrustError(f"by {sorted(condition)}")
    found = condition["StringEquals"]
    if strange := set(found) - {f"{_GITHUB}:{claim}" for claim in _PINNED | _NARROWING}:
        raise InexactTrustError(f"by {sorted(strange)}")
    claims = {key.rpartition(":")[2]: value for key, value in found.items()}
    if lacking := _PINNED - set(claims):
        raise InexactTrustError(f"a token whatever its {sorted(lacking)}")
    return {claim: [value] if isinstance(value, str) else value for claim, value in claims.items()}
