"""What an old trust policy names: for whom a statement is meant, as far as it says.

A place is one context of one repository. Subjects of GitHub's default shape are read, customised
ones that have the same parts, and the claims beside them. Whether somebody gets in with them is for
`keyless.trust` to say.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from keyless import facts
from keyless.ref_patterns import looseness
from keyless.rules.placeholders import before_hole, hole
from keyless.rules.policy_json import members
from keyless.trust.claims import TEMPLATE_KEYS

Condition = tuple[str, str, Any]
"""Operator, condition key and value, as they are written."""

_SUBJECT = re.compile(
    rf"repo:(?P<owner>{facts.OWNER_NAME})(?:@(?P<owner_id>[0-9]+|\*))?"
    rf"(?:/(?P<name>{facts.REPOSITORY_NAME})(?:@(?P<id>[0-9]+|\*))?:(?P<context>.*)|/.*)"
)
_EXACT = re.compile(r"(?:^|:)(pull_request|(?:environment:|ref:refs/(?:heads|tags)/)[^:%*?$]+)$")
_FAMILY = re.compile(r"(?:^|:)ref:refs/(heads|tags)/(.+)$")
_CONTEXTS = ("environment", "ref", facts.PULL_REQUEST_CONTEXT)
"""What a context begins with in a subject."""
_PULLS = re.compile(r"\S*\bref:refs/pull/\S*")


class UnwrittenError(Exception):
    """Say in a clause why no policy is written, and what to do instead."""


@dataclass(frozen=True, kw_only=True)
class Place:
    """One context of one repository, as far as the old policy names it; empty is what is open."""

    subject: str = ""
    owner: str = ""
    owner_id: str = ""
    name: str = ""
    id: str = ""
    context: str = ""
    has_ids: bool = False
    """Whether a subject of the form with ids gets in."""
    pieces: tuple[tuple[str, str], ...] = ()
    """What a customised subject says besides, by claim key."""
    is_customised: bool = False

    @property
    def is_named(self) -> bool:
        """Whether the old policy says anything of the repository."""
        return any((self.owner, self.owner_id, self.name, self.id))

    @property
    def key(self) -> tuple[str, str, str]:
        """What both forms of its subject have in common."""
        return self.owner, self.name, self.context


def conditions_of(statement: Mapping[str, Any]) -> Iterator[Condition]:
    """Yield each condition; none where one of two members of a name counts."""
    block = next(iter(members(statement, "condition")), None)
    operators = block.items() if isinstance(block, Mapping) else ()
    if len({str(operator).lower() for operator, _ in operators}) < len(operators):
        return
    for operator, keys in operators:
        for key, value in keys.items() if isinstance(keys, Mapping) else ():
            yield str(operator), str(key), value


def places_of(conditions: Sequence[Condition], issuer: str, served: Sequence[str]) -> list[Place]:
    """Return the places that conditions name, both forms of a subject put together.

    `served` are the contexts that stand for one which is open. Raises UnwrittenError for the ref of
    pull requests.
    """
    subjects = _named(conditions, issuer, "sub") or [""]
    contexts = _claimed_contexts(conditions, issuer) or [*served] or [""]
    claimed = _claimed_repository(conditions, issuer)
    joined: dict[tuple[str, ...], Place] = {}
    for subject, context in product(subjects, contexts):
        place = _completed(_of_subject(subject), claimed, context)
        known = joined.get(place.key, place)
        joined[place.key] = replace(
            place,
            owner_id=known.owner_id or place.owner_id,
            id=known.id or place.id,
            has_ids=known.has_ids or place.has_ids,
        )
    return list(joined.values())


def names_values(operator: str) -> bool:
    """Tell whether an operator names what may be, in any letter case and set form."""
    base = operator.lower().rpartition(":")[2].removesuffix("ifexists")
    return base in ("stringequals", "stringlike", "stringequalsignorecase")


def is_open(value: str) -> bool:
    """Tell whether a value has a wildcard or a variable, so that it names no one thing."""
    return bool(set(value) & set("*?$"))


def full_name(place: Place) -> str:
    """Return OWNER/NAME of a place that has both."""
    return f"{place.owner}/{place.name}"


def known_name(place: Place) -> str:
    """Return what a person finds the repository of a place by."""
    return full_name(place) if place.name else f"repository {place.id}"


# What conditions name


def _named(conditions: Sequence[Condition], issuer: str, claim: str) -> list[str]:
    """Return the values that conditions name for a claim: of several the most literal ones."""
    found = [
        [str(each) for each in (value if isinstance(value, list) else [value])]
        for operator, key, value in conditions
        if key.lower() == f"{issuer.lower()}:{claim}" and names_values(operator)
    ]
    return min(found, key=lambda values: len([*filter(is_open, values)]), default=[])


def _only(conditions: Sequence[Condition], issuer: str, claim: str) -> str:
    """Return the one value that conditions name for a claim, empty where that is open."""
    values = _named(conditions, issuer, claim)
    return values[0] if len(values) == 1 and not is_open(values[0]) else ""


def _claimed_contexts(conditions: Sequence[Condition], issuer: str) -> list[str]:
    """Return the contexts that claims beside the subject name."""
    environments = _named(conditions, issuer, "environment")
    refs = [f"{facts.REF_PREFIX}{each}" for each in _named(conditions, issuer, "ref")]
    claimed = [f"{facts.ENVIRONMENT_PREFIX}{each}" for each in environments if not is_open(each)]
    return claimed or [_context(each) or each for each in refs]


def _claimed_repository(conditions: Sequence[Condition], issuer: str) -> Place:
    """Return a place of the repository that claims beside the subject name."""
    owner, _, name = _only(conditions, issuer, "repository").partition("/")
    owner_id, number = (
        _digits(_only(conditions, issuer, claim))
        for claim in ("repository_owner_id", "repository_id")
    )
    return Place(owner=owner, name=name, owner_id=owner_id, id=number)


def _completed(place: Place, claimed: Place, context: str) -> Place:
    """Return the place of a subject with what claims name in place of what is open in it."""
    context = _one_of(place.context, context)
    if of_pulls := _PULLS.search(place.subject) or _PULLS.search(context):
        raise UnwrittenError(
            f"{json.dumps(of_pulls[0])} is the ref of pull requests, and pull_request would "
            "let in all of them. Name the branch or the environment that is meant"
        )
    return replace(
        place,
        owner=place.owner or claimed.owner,
        name=place.name or claimed.name,
        owner_id=place.owner_id or claimed.owner_id,
        id=place.id or claimed.id,
        context=context or f"{facts.ENVIRONMENT_PREFIX}{hole('environment')}",
    )


def _one_of(context: str, claimed: str) -> str:
    """Return the context of a subject, or the claimed one where the subject leaves that open."""
    before = before_hole(context)
    if before is not None and claimed.startswith(before):
        return claimed
    return context or claimed


# What a subject names


def _of_subject(subject: str) -> Place:
    usual, pieces = _default_form(subject)
    match = _SUBJECT.fullmatch(usual)
    if match is None and pieces is not None:
        number, owner_id = (
            pieces.pop(each, None) for each in ("repository_id", "repository_owner_id")
        )
        return Place(
            subject=subject,
            owner_id=_digits(owner_id),
            id=_digits(number),
            context=usual,
            has_ids=True,
            pieces=tuple(pieces.items()),
            is_customised=True,
        )
    if match is None:
        return Place(subject=subject, context=_context(usual), has_ids=True)
    ids = [match[each] for each in ("owner_id", "id")]
    return Place(
        subject=subject,
        owner=match["owner"],
        owner_id=_digits(ids[0]),
        name=match["name"] or "",
        id=_digits(ids[1]),
        context=_context(match["context"] or usual),
        has_ids=match["name"] is None or any(ids),
        pieces=tuple((pieces or {}).items()),
        is_customised=pieces is not None,
    )


def _default_form(subject: str) -> tuple[str, dict[str, str] | None]:
    """Return a customised subject as GitHub's default would be, and what else it says.

    Of one that goes by the id of the repository alone the context is returned.
    """
    match = _SUBJECT.fullmatch(subject)
    if match and match["context"] and _EXACT.fullmatch(match["context"]):
        return subject, None
    parts, said = subject.removesuffix(":*").split(":"), dict[str, str]()
    while parts:
        key = parts.pop(0)
        said[key] = "" if key == facts.PULL_REQUEST_CONTEXT or not parts else parts.pop(0)
    context = next((key for key in _CONTEXTS if key in said), "")
    shown = f"{context}:{said.get(context)}".removesuffix(":")
    repository = said.get("repo")
    is_named = not is_open(repository) if repository else _digits(said.get("repository_id"))
    is_known = said.keys() <= TEMPLATE_KEYS | {*_CONTEXTS} and _EXACT.fullmatch(shown)
    if not is_named or not is_known:
        return subject, None
    further = {key: value for key, value in said.items() if key not in ("repo", context)}
    prefix = f"{facts.REPOSITORY_PREFIX}{repository}:" if repository else ""
    return f"{prefix}{shown}", further


def _context(written: str) -> str:
    """Return the context that a subject ends with, empty where it is open."""
    if exact := _EXACT.search(written):
        return exact[1]
    family = _FAMILY.search(written)
    if family is None:
        return facts.PULL_REQUEST_CONTEXT if written.endswith(":pull_request*") else ""
    kind, pattern = family.groups()
    if not looseness("branch" if kind == "heads" else "tag", pattern):
        what = "branches" if kind == "heads" else "tags"
        listing = hole(f"environment that lists {pattern} among its {what}")
        return f"{facts.ENVIRONMENT_PREFIX}{listing}"
    if pattern.strip("*"):
        return f"{facts.ENVIRONMENT_PREFIX}{hole('environment')}"
    return f"ref:refs/{kind}/{hole('branch' if kind == 'heads' else 'tag')}"


def _digits(value: str | None) -> str:
    return value if value and value.isascii() and value.isdigit() else ""
