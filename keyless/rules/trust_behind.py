"""What is wrong with a trust policy behind the faults that somebody accepts.

A document with a loose statement, a dead one or a further principal is never plain, so its form
tells nothing of its own as long as these are there. Here they are taken out, as what an exception
names, and the rest is asked again: whoever accepts a wildcard has not accepted that the audience is
missing. Which faults can be accepted is the pack's to say.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from keyless.rules.plain_policy import NARROWING
from keyless.rules.policy_json import entries
from keyless.rules.policy_json import plain as decoded
from keyless.rules.trust_faults import LOOSE, Fault, Stranger, TrustFaults
from keyless.trust import Judgement, Repository, Verdict
from keyless.trust.plain import Odd, plain

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
    served = found.served
    if not found.faults or Fault.ODD in found.faults or not isinstance(served, Odd):
        return None
    policy = decoded(document)
    if not isinstance(policy, Mapping) or "Statement" not in policy:
        return served
    kept = dict(_without_faults(entries(policy["Statement"]), found))
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
    others = [
        each
        for each in judgement.contexts
        if not any(_is_of(one, each.repository) for one in whole)
    ]
    return len(whole) + len(others) > 1


def _is_of(named: Repository, other: Repository) -> bool:
    """Tell whether another repository is the named one, as far as that is named."""
    return all(each is None or each == getattr(other, name) for name, each in asdict(named).items())


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
            if of_statement and of_statement.verdict in LOOSE:
                rest = _pinned(rest, of_statement.issuers)
            yield number, rest


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


def _pinned(statement: Any, issuers: Iterable[str]) -> object:
    """Return a loose statement with one context in place of what it compares the subject with."""
    conditions = statement.get("Condition")
    subjects = [f"{issuer}:sub" for issuer in issuers]
    if not isinstance(conditions, Mapping):
        return statement
    rest = {
        operator: _others(keys, subjects) if operator in NARROWING else keys
        for operator, keys in conditions.items()
    }
    equals = rest.get("StringEquals")
    if not isinstance(equals, Mapping):
        return statement
    pinned = {**equals, **dict.fromkeys(subjects, _ONE_CONTEXT)}
    written = {each: keys for each, keys in rest.items() if keys or not conditions[each]}
    return {**statement, "Condition": {**written, "StringEquals": pinned}}


def _others(keys: Any, subjects: Collection[str]) -> Any:
    if not isinstance(keys, Mapping):
        return keys
    return {key: each for key, each in keys.items() if key.lower() not in subjects}
