"""Write the trust policy that a role should have instead of the one it has.

Only what GitHub's tokens go through is rewritten: StringEquals throughout, both forms of the
subject, ids pinned, one context each. Other principals and what else a statement asks for are kept.
What the old policy leaves open becomes a placeholder in angle brackets, which no token matches. A
repair is handed out only after the judge found every context in it exact.
"""

import json
import re
import shlex
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keyless.facts import documents_github_claims
from keyless.rehearse.trust_conditions import wanted_values
from keyless.stack.policy_document import same_policy
from keyless.text.json_text import read_json
from keyless.trust import (
    Context,
    Judgement,
    StatementJudgement,
    Verdict,
    judge,
)
from keyless.trust.issuers import mints_immutable, read_provider, sts_audience

_WEB_IDENTITY = "sts:AssumeRoleWithWebIdentity"
_TAG_SESSION = "sts:TagSession"
_MOST_CONTEXTS = 20
_SERVES_CONTEXTS_ALONE = frozenset({Verdict.EXACT, Verdict.PULL_REQUEST})
_KEPT = frozenset({"job_workflow_ref", "ref", "actor", "actor_id", "enterprise_id", "workflow"})
"""Claims whose conditions narrow an exact subject further."""

_SUBJECT = re.compile(
    r"repo:(?P<owner>[A-Za-z0-9_-]+)(?:@(?P<owner_id>[0-9]+))?"
    r"(?:/(?:(?P<name>[A-Za-z0-9_.-]+)(?:@(?P<id>[0-9]+))?:(?P<context>.*)|.*))"
)
_EXACT_CONTEXT = re.compile(r"environment:[^:*?]+|ref:refs/(?:heads|tags)/[^*?]+|pull_request")
_OPEN, _CLOSE = "\ue000", "\ue001"
"""What a placeholder stands between until the end; an old policy with these is not repaired."""
_PLACEHOLDER = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]+){_CLOSE}")


class UnrepairableError(Exception):
    """Say in a clause why no policy is written, and what to do instead."""


def _placeholder(what: str) -> str:
    return f"{_OPEN}{what}{_CLOSE}"


@dataclass(frozen=True)
class Placeholder:
    """Something the old policy does not say, and the command that tells it, if one does."""

    text: str
    command: str | None


@dataclass(frozen=True)
class Repair:
    """The document to write instead, and what has to be filled in first."""

    document: Mapping[str, Any]
    fill_in: tuple[Placeholder, ...]

    def filled(self, known: Mapping[str, str]) -> "Repair":
        """Return it with what is known in the place of placeholders, by their texts."""
        text = _as_text(self.document)
        for placeholder, value in known.items():
            text = text.replace(_as_text(placeholder)[1:-1], value)
        left = tuple(one for one in self.fill_in if one.text not in known)
        return Repair(read_json(text), left)


@dataclass(frozen=True)
class _Place:
    """One context of one repository, as far as the old policy names it."""

    owner: str | None = None
    owner_id: str | None = None
    name: str | None = None
    id: str | None = None
    context: str = f"environment:{_placeholder('environment')}"


def repair(document: object, judgement: Judgement, account: str | None = None) -> Repair | None:
    """Return what to write instead, or None where nothing is to be changed or no repair is known.

    `account` is the start of the role's ARN, such as `arn:aws:iam::222222222222`: it names the
    provider where the old policy does not. Raises UnrepairableError where a repair would let in
    others than were meant.
    """
    old = _decoded(document)
    if old is None or {_OPEN, _CLOSE} & set(_as_text(old)):
        return None
    for keeping in (True, False):
        written = _written(old, judgement, account, keeping=keeping)
        if written is not None and _is_exact(written):
            return None if _same(written, old) else _shown(written)
    return None


def _decoded(document: object) -> dict[str, Any] | None:
    try:
        decoded = read_json(document) if isinstance(document, str | bytes) else document
    except (ValueError, RecursionError):
        return None
    return dict(decoded) if isinstance(decoded, Mapping) else None


def _written(
    old: Mapping[str, Any], judgement: Judgement, account: str | None, *, keeping: bool
) -> dict[str, Any] | None:
    judged = {one.index: one for one in judgement.statements}
    new: list[Any] = []
    for number, statement in enumerate(_list(old.get("Statement")), start=1):
        if not isinstance(statement, Mapping):
            return None
        found = judged.get(number)
        if found is None or not _is_for_github(found):
            new.append(statement)
            continue
        for issuer in found.issuers:
            rewritten = _rewritten(statement, found, judgement, issuer, account, keeping=keeping)
            if rewritten is None:
                return None
            new += rewritten
        new += _others(statement)
    return {"Version": "2012-10-17", "Statement": list(_labelled(new))}


def _labelled(statements: Iterable[Any]) -> Iterator[Any]:
    """Give each statement a label of its own, as AWS asks for."""
    seen: Counter[str] = Counter()
    for statement in statements:
        label = statement.get("Sid")
        seen[label] += 1
        count = seen[label]
        yield {**statement, "Sid": f"{label}{count}"} if label and count > 1 else statement


def _is_for_github(statement: StatementJudgement) -> bool:
    return bool(statement.issuers) and statement.verdict is not Verdict.NOT_GITHUB


def _rewritten(
    statement: Mapping[str, Any],
    judged: StatementJudgement,
    judgement: Judgement,
    issuer: str,
    account: str | None,
    *,
    keeping: bool,
) -> list[dict[str, Any]] | None:
    """Return a statement for each repository that the old one names."""
    provider = _provider(statement, issuer, account)
    partition = provider.split(":")[1]
    places = _places(judged, judgement)
    if len(places) > _MOST_CONTEXTS:
        raise UnrepairableError(
            f"statement {judged.index} serves {len(places)} contexts, and at most "
            f"{_MOST_CONTEXTS} are written out. Give each a role of its own"
        )
    kept = _kept(statement, issuer) if keeping else {}
    by_repository: dict[tuple[str | None, ...], list[_Place]] = {}
    for place in places:
        repository = (place.owner, place.owner_id, place.name, place.id)
        by_repository.setdefault(repository, []).append(place)
    label = {"Sid": statement["Sid"]} if statement.get("Sid") else {}
    return [
        {
            **label,
            "Effect": "Allow",
            "Principal": {"Federated": provider},
            "Action": _actions(statement),
            "Condition": _merged(_pinned(group, issuer, partition), kept),
        }
        for group in by_repository.values()
    ]


def _pinned(places: Sequence[_Place], issuer: str, partition: str) -> dict[str, Any]:
    first = places[0]
    owner = first.owner or _placeholder("owner")
    name = first.name or _placeholder("repository")
    owner_id = first.owner_id or _placeholder(f"id of {first.owner or 'the owner'}")
    whole = f"{owner}/{name}" if first.owner and first.name else "the repository"
    number = first.id or _placeholder(f"id of {whole}")
    prefixes = [f"repo:{owner}/{name}"]
    if mints_immutable(issuer):
        prefixes.append(f"repo:{owner}@{owner_id}/{name}@{number}")
    subjects = [f"{prefix}:{place.context}" for place in places for prefix in prefixes]
    pinned: dict[str, Any] = {
        f"{issuer}:aud": sts_audience(partition),
        f"{issuer}:sub": subjects if len(subjects) > 1 else subjects[0],
    }
    if documents_github_claims(issuer, partition):
        pinned[f"{issuer}:repository_id"] = number
        pinned[f"{issuer}:repository_owner_id"] = owner_id
    return {"StringEquals": pinned}


def _places(judged: StatementJudgement, judgement: Judgement) -> tuple[_Place, ...]:
    """Tell which contexts the old statement means, from the judge or from what is written."""
    of_pulls = next((subject for subject in judged.subjects if ":ref:refs/pull/" in subject), None)
    if of_pulls is not None:
        raise UnrepairableError(
            f"{json.dumps(of_pulls)} is the ref of pull requests, and pull_request would let in "
            "all of them. Name the branch or the environment that is meant"
        )
    claims = {
        claim: _only(wanted_values(judgement, claim, judged.index))
        for claim in ("repository", "repository_id", "repository_owner_id", "environment")
    }
    whole = claims["repository"] or ""
    owner, _, name = whole.partition("/") if _is_plain(whole) and "/" in whole else ("", "", "")
    said = _Place(
        owner or None,
        _number(claims["repository_owner_id"]),
        name or None,
        _number(claims["repository_id"]),
    )
    environment = claims["environment"]
    if environment and _is_plain(environment):
        said = _with(said, context=f"environment:{environment.replace(':', '%3A')}")
    found = [_of_context(context) for context in judged.contexts]
    if judged.verdict not in _SERVES_CONTEXTS_ALONE:
        served = {(place.owner, place.name) for place in found}
        written = [_of_subject(subject, said.context) for subject in judged.subjects]
        found += [
            place
            for place in written
            if (place.owner, place.name) not in served or place.context != said.context
        ]
    found = found or [_Place()]
    return tuple(_joined(_completed(place, said) for place in found))


def _of_context(context: Context) -> _Place:
    served = context.repository
    place = _Place(served.owner, served.owner_id, served.name, served.id)
    return place if context.context == "*" else _with(place, context=context.context)


def _of_subject(subject: str, default: str) -> _Place:
    """Read a subject pattern as far as it is written out; what is not becomes a placeholder."""
    match = _SUBJECT.fullmatch(subject)
    if match is None:
        return _Place(context=_context(subject.rpartition("*")[2].lstrip(":"), default))
    return _Place(
        match["owner"],
        match["owner_id"],
        match["name"],
        match["id"],
        _context(match["context"] or "", default),
    )


def _context(written: str, default: str) -> str:
    if _EXACT_CONTEXT.fullmatch(written):
        return written
    families = {
        "ref:refs/heads/": f"ref:refs/heads/{_placeholder('branch')}",
        "ref:refs/tags/": f"ref:refs/tags/{_placeholder('tag')}",
        "ref:": f"ref:refs/heads/{_placeholder('branch')}",
    }
    for start, instead in families.items():
        if written.startswith(start):
            return instead
    return default


def _completed(place: _Place, said: _Place) -> _Place:
    """Add what other claims of the statement say."""
    is_open = place.context == _Place().context
    return _Place(
        place.owner or said.owner,
        place.owner_id or said.owner_id,
        place.name or said.name,
        place.id or said.id,
        said.context if is_open else place.context,
    )


def _joined(places: Iterable[_Place]) -> list[_Place]:
    """Put the two subject forms of one context together."""
    joined: dict[tuple[str | None, ...], _Place] = {}
    for place in places:
        key = (place.owner, place.name, place.context)
        known = joined.get(key, _Place())
        owner_id, number = known.owner_id or place.owner_id, known.id or place.id
        joined[key] = _with(place, owner_id=owner_id, id=number)
    return list(joined.values())


def _with(place: _Place, **changes: str | None) -> _Place:
    return _Place(**{**place.__dict__, **changes})


def _kept(statement: Mapping[str, Any], issuer: str) -> dict[str, dict[str, Any]]:
    """Return the conditions that narrow further: the workflow, the actor, the request itself."""
    kept: dict[str, dict[str, Any]] = {}
    conditions = statement.get("Condition")
    for operator, keys in conditions.items() if isinstance(conditions, Mapping) else ():
        for key, values in keys.items() if isinstance(keys, Mapping) else ():
            prefix, _, claim = key.lower().rpartition(":")
            if prefix in {"aws", "sts"} or (prefix == issuer and claim in _KEPT):
                kept.setdefault(operator, {})[key] = values
    return kept


def _merged(pinned: dict[str, Any], kept: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    for operator, keys in kept.items():
        pinned[operator] = {**pinned.get(operator, {}), **keys}
    return pinned


def _actions(statement: Mapping[str, Any]) -> str | list[str]:
    actions = _list(statement.get("Action"))
    if any(isinstance(a, str) and a.lower() == _TAG_SESSION.lower() for a in actions):
        return [_WEB_IDENTITY, _TAG_SESSION]
    return _WEB_IDENTITY


def _provider(statement: Mapping[str, Any], issuer: str, account: str | None) -> str:
    for provider in _federated(statement):
        parts = provider.split(":", 5)
        if len(parts) == 6 and parts[5].lower() == f"oidc-provider/{issuer}":
            return provider
    named = account or f"arn:aws:iam::{_placeholder('account')}"
    return f"{named}:oidc-provider/{issuer}"


def _others(statement: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the statement for everybody else whom it names: accounts, services, providers."""
    principal = statement.get("Principal")
    named = principal if isinstance(principal, Mapping) else {}
    others = {
        kind: [one for one in _list(n) if not _is_for_tokens(one)] for kind, n in named.items()
    }
    kept = {kind: rest[0] if len(rest) == 1 else rest for kind, rest in others.items() if rest}
    return [{**statement, "Principal": kept}] if kept else []


def _is_for_tokens(principal: object) -> bool:
    """Tell whether a principal lets tokens of GitHub in: one of its providers, or anybody."""
    provider = read_provider(principal) if isinstance(principal, str) else None
    return principal == "*" or (provider is not None and provider.is_github)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _federated(statement: Mapping[str, Any]) -> list[str]:
    principal = statement.get("Principal")
    named = principal.get("Federated") if isinstance(principal, Mapping) else None
    return [one for one in _list(named) if isinstance(one, str)]


def _is_exact(document: Mapping[str, Any]) -> bool:
    """Judge a repair as it will be once its placeholders are filled in."""
    numbers = iter(range(1_000_001, 2_000_000))
    filled: dict[str, str] = {}

    def fill(match: re.Match[str]) -> str:
        is_number = match[1].startswith(("id of", "account"))
        return filled.setdefault(match[1], f"{next(numbers)}" if is_number else "anything")

    judgement = judge(_PLACEHOLDER.sub(fill, _as_text(document)))
    return judgement.refused is None and judgement.verdict in {
        Verdict.EXACT,
        Verdict.PULL_REQUEST,
    }


def _shown(document: Mapping[str, Any]) -> Repair:
    """Write the placeholders for people, with those alone that were put in here to fill in."""
    text = _as_text(document)
    put_in = dict.fromkeys(_PLACEHOLDER.findall(text))
    fill_in = tuple(Placeholder(f"<{what}>", _command(what)) for what in put_in)
    return Repair(read_json(_PLACEHOLDER.sub(r"<\1>", text)), fill_in)


def _command(placeholder: str) -> str | None:
    what = placeholder.removeprefix("id of ")
    if what == placeholder or what in {"the owner", "the repository"}:
        return None
    path = f"repos/{what}" if "/" in what else f"users/{what}"
    return f"gh api {shlex.quote(path)} --jq .id"


def _as_text(document: object) -> str:
    return json.dumps(document, ensure_ascii=False)


def _same(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    return same_policy(new, {"Version": "2012-10-17", **old})


def _only(values: Sequence[str]) -> str | None:
    return values[0] if len(values) == 1 else None


def _number(value: str | None) -> str | None:
    return value if value and value.isascii() and value.isdigit() else None


def _is_plain(value: str) -> bool:
    return bool(value) and not set(value) & set("*?$")
