"""What is wrong with a trust policy behind the faults that somebody accepts.

A document with a loose statement, a dead one or a further principal is never plain, so its form
tells nothing of its own as long as these are there. Here they are taken out, as what an exception
names, and the rest is asked again: whoever accepts a wildcard has not accepted that the audience is
missing. Which faults can be accepted is the pack's to say.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import astuple
from typing import Any

from keyless.rules.policy_json import entries
from keyless.rules.policy_json import plain as decoded
from keyless.rules.trust_faults import LOOSE, Fault, Stranger, TrustFaults
from keyless.trust import Judgement, Repository, StatementJudgement, Verdict
from keyless.trust.plain import Odd, plain

_NARROWING = ("StringEquals", "StringLike")
_ONE_CONTEXT = "repo:OWNER/NAME:environment:NAME"
"""Stands for the subject of a loose statement, which is accepted as it is."""


def faults_behind(found: TrustFaults, odd: Odd | None) -> Iterator[Fault]:
    """Yield what `found.faults` lacks because of those there; `odd` is that of `odd_behind`."""
    if found.faults and Fault.SEVERAL not in found.faults and _serves_several(found.judgement):
        yield Fault.SEVERAL
    if odd:
        yield Fault.ODD


def odd_behind(
    document: object, found: TrustFaults, issuers: Collection[str], account: str | None
) -> Odd | None:
    """Return the first thing that is odd apart from the faults of a document, None for nothing.

    `issuers` and `account` are those of `plain`.
    """
    if not found.faults or Fault.ODD in found.faults:
        return None
    policy = decoded(document)
    written = policy.get("Statement") if isinstance(policy, Mapping) else None
    if not isinstance(policy, Mapping) or written is None:
        return found.served if isinstance(found.served, Odd) else None
    kept = dict(_without_faults(entries(written), found))
    if not kept:
        return None
    rest = plain({**policy, "Statement": list(kept.values())}, issuers, account)
    if not isinstance(rest, Odd) or rest.several:
        return None
    numbers = dict(enumerate(kept, start=1))
    return Odd(
        re.sub(r"^statement (\d+)", lambda n: f"statement {numbers[int(n[1])]}", rest.sentence)
    )


def _serves_several(judgement: Judgement) -> bool:
    """Say whether contexts are served that are not all in one repository that is served whole."""
    whole = {each.repository for each in judgement.contexts if each.context == "*"}
    repositories = [each.repository for each in judgement.contexts]
    return len(whole) + sum(not any(map(_holds(one), whole)) for one in repositories) > 1


def _holds(named: Repository) -> Callable[[Repository], bool]:
    """Return the test whether another repository is the named one, as far as the other says."""
    own = astuple(named)
    return lambda other: all(x in (None, y) for x, y in zip(astuple(other), own, strict=True))


def _without_faults(statements: list[object], found: TrustFaults) -> Iterator[tuple[int, object]]:
    """Yield what is left of the statements, by number: dead ones and those of strangers go."""
    judged = {each.index: each for each in found.judgement.statements}
    for number, statement in enumerate(statements, start=1):
        of_statement = judged.get(number)
        if of_statement and of_statement.verdict is Verdict.DEAD:
            continue
        strangers = [each for each in found.strangers if each.statement == number]
        rest = _without_strangers(statement, strangers) if strangers else statement
        if rest is not None:
            is_loose = (
                of_statement and of_statement.verdict in LOOSE and Fault.LOOSE in found.faults
            )
            yield number, _pinned(rest, of_statement) if of_statement and is_loose else rest


def _without_strangers(statement: Any, strangers: list[Stranger]) -> object:
    """Return a statement without some of its principals, None where it has no other."""
    foreign = {(each.kind, each.value) for each in strangers}
    principal = statement.get("Principal")
    if isinstance(principal, str):
        return None
    if not isinstance(principal, Mapping):
        return statement
    named = {
        kind: [each for each in entries(values) if (kind, str(each)) not in foreign]
        for kind, values in principal.items()
    }
    rest = {kind: values for kind, values in named.items() if values}
    return {**statement, "Principal": rest} if rest else None


def _pinned(statement: Any, judged: StatementJudgement) -> object:
    """Return a loose statement with one context in place of what it compares the subject with."""
    conditions = statement.get("Condition", {})
    subjects = {f"{issuer}:sub" for issuer in judged.issuers}
    if not isinstance(conditions, Mapping) or not subjects:
        return statement
    rest = {
        operator: _others(keys, subjects) if operator in _NARROWING else keys
        for operator, keys in conditions.items()
    }
    equals = rest.get("StringEquals", {})
    if not isinstance(equals, Mapping):
        return statement
    pinned = {**equals, **dict.fromkeys(sorted(subjects), _ONE_CONTEXT)}
    written = {operator: keys for operator, keys in rest.items() if keys}
    return {**statement, "Condition": {**written, "StringEquals": pinned}}


def _others(keys: Any, subjects: Collection[str]) -> Any:
    if not isinstance(keys, Mapping):
        return keys
    return {key: each for key, each in keys.items() if key.lower() not in subjects}
