"""Trust policies to judge: usual ones, and such as somebody writes to keep the judge busy."""

import json
from collections.abc import Callable, Iterator, Mapping

from keyless.estate.issuer import GITHUB_COM, Issuer
from keyless.estate.subject import Context, RepositoryIdentity
from keyless.estate.trust_policy import Trust, trust_policy
from keyless.facts import AWS

LARGEST = 100_000
"""Characters of the largest document that has to be judged in time."""

_ACCOUNT = "222222222222"
_ISSUER = Issuer(GITHUB_COM)
_PROVIDER = _ISSUER.provider_arn(AWS, _ACCOUNT)
_SUB = f"{_ISSUER.key_prefix}:sub"
_AUDIENCE = {f"{_ISSUER.key_prefix}:aud": AWS.audience}

_Condition = Mapping[str, Mapping[str, object]]


def _as_written(owner: str, name: str, number: int) -> str:
    repository = RepositoryIdentity(owner, 10_000 + number, name, 90_000 + number)
    trust = Trust(repository, Context("environment", "production"), ("refs/heads/main",))
    return json.dumps(trust_policy(trust, issuer=_ISSUER, partition=AWS, account=_ACCOUNT))


def _one_branch(owner: str, name: str, _number: int) -> str:
    exact = {**_AUDIENCE, _SUB: f"repo:{owner}/{name}:ref:refs/heads/main"}
    return _document(_statement({"StringEquals": exact}))


def _whole_repository(owner: str, name: str, _number: int) -> str:
    return _like([f"repo:{owner}/{name}:*"])


def _whole_owner(owner: str, _name: str, _number: int) -> str:
    return _like([f"repo:{owner}/*"])


_USUAL: Mapping[str, Callable[[str, str, int], str]] = {
    "as keyless writes it": _as_written,
    "one exact branch": _one_branch,
    "a whole repository": _whole_repository,
    "a whole owner": _whole_owner,
}
KINDS = tuple(_USUAL)
"""The trust policies that people have."""


def usual_document(kind: str, number: int) -> str:
    """Return a trust policy of one of `KINDS`, another one for each number."""
    return _USUAL[kind](f"owner-{number}", f"service-{number}", number)


def hostile_documents() -> Iterator[tuple[str, str]]:
    """Yield documents of up to `LARGEST` characters, each with its name."""
    for name, document in _unbounded():
        assert len(document) <= LARGEST, name
        yield name, document


def _unbounded() -> Iterator[tuple[str, str]]:
    yield from _patterns()
    yield from _values()
    yield from _statements()
    yield from _texts()


def _patterns() -> Iterator[tuple[str, str]]:
    stars = "repo:acme/" + "a*" * 40_000
    yield "one pattern of 40,000 stars", _like([stars])
    yield "one pattern of 90,000 question marks", _like(["repo:acme/" + "?" * 90_000])
    yield "stars and question marks mixed", _like(["repo:acme/" + "*?a" * 30_000])
    yield "500 patterns that overlap", _like([f"repo:*{n}*/*{n % 7}*:*e*{n}" for n in range(500)])
    yield (
        "two keys whose patterns must be met together",
        _like(["repo:*a*b*c*d*:*" * 50] * 20, job_workflow_ref=["*x*y*z*" * 50] * 20),
    )
    yield (
        "patterns against patterns that are excluded",
        _document(
            _statement(
                {
                    "StringEquals": _AUDIENCE,
                    "StringLike": {_SUB: [f"repo:*{n}*:*" for n in range(300)]},
                    "StringNotLike": {_SUB: [f"repo:*{n}?*:*{n}*" for n in range(300)]},
                }
            )
        ),
    )


def _values() -> Iterator[tuple[str, str]]:
    many = [f"repo:acme/service-{n}:ref:refs/heads/main" for n in range(2_000)]
    yield "2,000 exact subjects", _document(_statement(_both("StringEquals", many)))
    yield "2,000 wildcard subjects", _like([f"repo:acme/service-{n}:*" for n in range(2_500)])
    yield (
        "2,000 subjects, each excluded again",
        _document(
            _statement({**_both("StringLike", many[:900]), "StringNotLike": {_SUB: many[:900]}})
        ),
    )
    for qualifier in ("ForAnyValue", "ForAllValues"):
        operator = f"{qualifier}:StringLike"
        patterns = [f"repo:*-{n}:*" for n in range(3_000)]
        yield f"3,000 values under {operator}", _document(_statement(_both(operator, patterns)))
    repeated = {f"{_ISSUER.key_prefix}:claim{n}": "*" * 9 for n in range(1_500)}
    condition = {"StringEquals": _AUDIENCE, "StringLike": {**repeated, _SUB: "repo:acme/x:*"}}
    yield "1,500 condition keys", _document(_statement(condition))


def _statements() -> Iterator[tuple[str, str]]:
    allowed = [
        _statement(_both("StringLike", [f"repo:acme/*{n}*:*"]), sid=f"s{n}") for n in range(270)
    ]
    yield "270 statements", _document(*allowed)
    denied = [
        _statement({"StringLike": {_SUB: f"repo:acme/*{n}*:*"}}, effect="Deny") for n in range(150)
    ]
    yield "100 statements against 150 that deny", _document(*allowed[:100], *denied)
    yield "nested lists", '{"Statement":' + "[" * 49_000 + "]" * 49_000 + "}"
    yield "nested objects", '{"Statement":' * 7_000 + "1" + "}" * 7_000


def _texts() -> Iterator[tuple[str, str]]:
    yield "policy variables", _like(["repo:${aws:username}/" + "${*}${?}" * 11_000])
    yield "escapes without end", _like(["repo:acme/" + "${" * 40_000])
    yield "letters of other scripts", _like(["repo:acme/" + "ß\u0130\u200b*" * 4_000])
    yield "NUL and controls", _like(["repo:acme/\u0000\u202e*" * 3_500])
    numbers = [1, 1.5, True, None, 10**30] * 1_500
    numerous: _Condition = {"StringLike": {_SUB: numbers}}
    yield "numbers and truth values", _document(_statement(numerous))
    yield "no JSON", "{" * LARGEST


def _like(subjects: list[str], **claims: list[str]) -> str:
    others = {f"{_ISSUER.key_prefix}:{claim}": values for claim, values in claims.items()}
    condition: _Condition = {
        "StringEquals": _AUDIENCE,
        "StringLike": {_SUB: subjects, **others},
    }
    return _document(_statement(condition))


def _both(operator: str, subjects: list[str]) -> dict[str, Mapping[str, object]]:
    if operator == "StringEquals":
        return {operator: {**_AUDIENCE, _SUB: subjects}}
    return {"StringEquals": _AUDIENCE, operator: {_SUB: subjects}}


def _statement(condition: _Condition, *, effect: str = "Allow", sid: str = "") -> dict[str, object]:
    return {
        **({"Sid": sid} if sid else {}),
        "Effect": effect,
        "Principal": {"Federated": _PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }


def _document(*statements: Mapping[str, object]) -> str:
    written = {"Version": "2012-10-17", "Statement": statements}
    return json.dumps(written, separators=(",", ":"))
