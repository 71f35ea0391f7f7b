"""Policies around one repository, acme/app, put together by chance.

The same builder serves hypothesis, which shrinks what fails, and a seeded generator, which is fast.
"""

import random
from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

from tests.keyless.trust.brute import ISSUER

T = TypeVar("T")

_SUBJECTS = (
    *("repo:acme/app:environment:prod", "repo:acme/app:pull_request"),
    *("repo:acme/app:ref:refs/heads/main", "repo:acme/app:ref:refs/tags/v1"),
    "repo:acme@9919/app@811:environment:prod",
    "repo:acme@9919/app@811:ref:refs/heads/main",
    *("repo:acme/app:environment:a%3Ab", "repo:acme/app"),
    *("repository_owner:acme:environment:prod", "repository_id:811:environment:prod"),
    *("environment:prod", "repository:acme/app:ref:refs/heads/main", "actor:mona"),
    "workflow:ci:repo:acme/app:environment:prod",
    *("ref:refs/heads/main:environment:prod", "environment:prod:ref:refs/heads/main"),
    *("repo_property_Team:acme", "repo_property_Team:acme:environment:prod"),
    *("repo:acme/app:workflow_dispatch", "repo:acme/app:ref:main", "invalid"),
    "repo:acme/app:environment:prod:job_workflow_ref:"
    "acme/pipelines/.github/workflows/deploy.yml@refs/heads/main",
)
_TAMED = (
    *("repo:acme/app:*", "repo:acme/*", "repo:acme*", "repo:*", "*", "repo:acme/app*"),
    *("repo:acme/app:ref:refs/heads/*", "repo:acme/app:environment:*", "repo:*/app:*"),
    *("repo:*@9919/*", "repo:acme@9919/*", "*:environment:prod", "repo:acme@*/app@*:*"),
    *("repo:acme/app:ref:*", "repo:acme/*:ref:refs/heads/main", "repo:*:environment:prod"),
    "repo:acme@9919/app@811:*",
)
_CLAIMS: dict[str, tuple[str, ...]] = {
    "repository": ("acme/app", "acme/*", "*/app", "acme/app*", "acme/lab"),
    "repository_id": ("811", "812", "81*", "8?1", "app"),
    "repository_owner_id": ("9919", "99*", "acme"),
    "enterprise_id": ("55", "5*"),
    "environment": ("prod", "dev", "prod*", "a:b", "*"),
    "ref": ("refs/heads/main", "refs/heads/*", "refs/tags/*", "main", "refs/pull/*"),
    "actor": ("mona", "hubot", "m*"),
    "workflow": ("ci", "*", "acme/app"),
    "job_workflow_ref": ("acme/pipelines/.github/workflows/deploy.yml@refs/heads/main", "acme/*"),
    "repository_owner": ("acme",),
    "event_name": ("push",),
}
_KEYS = tuple(_CLAIMS)
_OPERATORS = (
    *("StringEquals", "StringLike") * 8,
    *("StringEqualsIgnoreCase", "StringNotEquals", "StringNotLike") * 2,
    *("StringEqualsIfExists", "StringLikeIfExists", "StringNotEqualsIfExists"),
    *("ForAllValues:StringEquals", "ForAnyValue:StringLike", "ForAnyValue:StringNotEquals"),
    *("ForAllValues:StringNotLike", "Null"),
)
_SUBJECT_OPERATORS = ("StringEquals", *("StringLike",) * 3, *_OPERATORS)


class Chance(Protocol):
    """Choose; what stands first in a sequence, and the smaller number, is the simpler choice."""

    def one_of(self, values: Sequence[T]) -> T:
        """Choose a value."""

    def number(self, low: int, high: int) -> int:
        """Choose a whole number, both ends included."""


class Drawn:
    """Let hypothesis choose."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def one_of(self, values: Sequence[T]) -> T:
        return self._draw(st.sampled_from(values))

    def number(self, low: int, high: int) -> int:
        return self._draw(st.integers(low, high))


class Seeded:
    """Let a seeded generator choose."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 — repeatable, not secret

    def one_of(self, values: Sequence[T]) -> T:
        return self._random.choice(values)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)


def subject(chance: Chance) -> str:
    """Choose a subject: literal, a well-known wildcard, or a literal with wildcards put in."""
    kind = chance.number(0, 9)
    if kind < 4:
        return chance.one_of(_SUBJECTS)
    if kind < 7:
        return chance.one_of(_TAMED)
    text = chance.one_of(_SUBJECTS)
    for _ in range(chance.number(1, 2)):
        at = chance.number(0, len(text))
        until = chance.number(at, min(len(text), at + 12))
        text = text[:at] + chance.one_of("**?") + text[until:]
    return text


def block(chance: Chance, *, allows: bool) -> dict[str, dict[str, Any]]:
    """Choose a condition block: nearly always a subject in an Allow, and up to two other keys."""
    conditions: dict[str, dict[str, Any]] = {}
    if chance.number(0, 9) < (9 if allows else 4):
        values = [subject(chance) for _ in range(chance.number(1, 3 if allows else 1))]
        _put(conditions, chance.one_of(_SUBJECT_OPERATORS), "sub", values)
    for _ in range(chance.number(0 if conditions else 1, 2)):
        key = chance.one_of(_KEYS)
        _put(conditions, chance.one_of(_OPERATORS), key, [chance.one_of(_CLAIMS[key])])
    return conditions


def one_more_condition(chance: Chance, conditions: dict[str, dict[str, Any]]) -> bool:
    """Add a condition on a claim; False where the one that was chosen is there already."""
    key, operator = chance.one_of(_KEYS), chance.one_of(_OPERATORS)
    if f"{ISSUER}:{key}" in conditions.get(operator, {}):
        return False
    _put(conditions, operator, key, [chance.one_of(_CLAIMS[key])])
    return True


def _put(conditions: dict[str, dict[str, Any]], operator: str, key: str, values: list[str]) -> None:
    written: Any = values
    if operator == "Null":
        written = "true" if len(values[0]) % 2 else "false"
    conditions.setdefault(operator, {})[f"{ISSUER}:{key}"] = written


def policy(chance: Chance) -> dict[str, Any]:
    """Choose a policy of one or two Allow statements and now and then a Deny."""
    effects = ["Allow"] * chance.one_of((1, 1, 1, 2))
    effects += ["Deny"] * chance.one_of((0, 0, 0, 0, 1))
    statements = [
        {
            "Effect": effect,
            "Principal": {"Federated": f"arn:aws:iam::111111111111:oidc-provider/{ISSUER}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": block(chance, allows=effect == "Allow"),
        }
        for effect in effects
    ]
    return {"Version": "2012-10-17", "Statement": statements}


@st.composite
def policies(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a policy."""
    return policy(Drawn(draw))
