"""What a trust policy is for: its contexts as the organisation has them, and what narrows it.

A stack writes a trust policy anew. That may only tighten: so whatever else a policy asks of a token
has to be asked by the new one, too, or the role is not taken over.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from keyless.adopt.account import FoundRole
from keyless.adopt.organisation import FoundRepository, Organisation
from keyless.rules.trust_faults import Stranger, trust_faults
from keyless.trust import Context, Verdict
from keyless.trust.conditions import Condition, Operator
from keyless.trust.document import Statement, UnreadableError, read_document

_LITERAL = re.compile(r"[^*?$]+")
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00:00Z")
_OF_THE_PLACE = frozenset(
    {
        *("sub", "repository", "repository_id"),
        *("repository_owner", "repository_owner_id", "environment"),
    }
)
"""Claims that the context of a repository settles: tokens are tried for them."""

_SAID = {"job_workflow_ref": "workflows", "ref": "refs"}
_LETS_NOBODY_IN = frozenset({Verdict.DEAD, Verdict.NOT_GITHUB})
_EXACT = frozenset(
    Operator(base, for_all=False, for_any=False, if_exists=False)
    for base in ("stringequals", "stringlike")
)
_BEFORE = Operator("datelessthan", for_all=False, for_any=False, if_exists=False)


@dataclass(frozen=True, kw_only=True)
class Place:
    """One context of a repository of the organisation, or of one that it no longer has.

    `moved` is the name of today where a former one is trusted; `has_other_id` tells that the trust
    policy pins an id which the repository of today does not have.
    """

    full_name: str
    context: str
    repository: FoundRepository | None
    moved: str | None = None
    has_other_id: bool = False

    @property
    def exists(self) -> bool:
        """Whether tokens of today can carry it."""
        return self.repository is not None and not self.has_other_id

    def is_of_others(self, organisation: Organisation) -> bool:
        """Tell whether another owner has it, so that nobody here knows who uses it."""
        owner, _, _ = self.full_name.partition("/")
        return self.moved is None and owner.casefold() != organisation.login.casefold()


@dataclass(frozen=True)
class Narrowing:
    """What a trust policy asks beside the context: what an entry can say, and what none can."""

    workflows: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    until: date | None = None
    unsaid: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trusted:
    """A trust policy beside the organisation."""

    verdict: Verdict
    places: tuple[Place, ...]
    strangers: tuple[Stranger, ...]
    narrowing: Narrowing = field(default_factory=Narrowing)

    @property
    def repositories(self) -> tuple[str, ...]:
        """The repositories that are named, each once, by the name of today."""
        return tuple(dict.fromkeys((p.moved or p.full_name).casefold() for p in self.places))

    @property
    def contexts(self) -> tuple[str, ...]:
        """The contexts that are named, each once."""
        return tuple(dict.fromkeys(place.context for place in self.places))


def read_trust(role: FoundRole, organisation: Organisation, issuer: str, account: str) -> Trusted:
    """Read the trust policy of a role."""
    judgement = role.judgement
    faults = trust_faults(role.trust, judgement, issuers=(issuer,), account=account)
    found = [_place(context, organisation) for context in judgement.contexts]
    living = [place for place in found if place.exists]
    places = [p for p in found if p.exists or p.is_of_others(organisation)] if living else found
    admitting = [
        statement
        for statement, judged in zip(_statements(role.trust), judgement.statements, strict=False)
        if judged.verdict not in _LETS_NOBODY_IN
        and (
            not judged.contexts or any(_place(c, organisation).repository for c in judged.contexts)
        )
    ]
    return Trusted(
        judgement.verdict,
        tuple(places),
        faults.strangers if faults else (),
        _narrowing(admitting, issuer),
    )


def _place(context: Context, organisation: Organisation) -> Place:
    named = context.repository
    full_name = f"{named.owner or '?'}/{named.name or '?'}"
    found = organisation.repository(full_name)
    if found is None:
        return Place(
            full_name=full_name,
            context=context.context,
            repository=None,
            moved=organisation.moved.get(full_name.casefold()),
        )
    ids = {named.id, named.owner_id} - {None}
    agrees = ids <= {str(found.id), str(organisation.id)}
    return Place(
        full_name=full_name,
        context=context.context,
        repository=found,
        moved=None,
        has_other_id=not agrees,
    )


def _narrowing(statements: Iterable[Statement], issuer: str) -> Narrowing:
    """Return what every statement asks that lets somebody in.

    Statements that ask for different things come to something that no entry can say.
    """
    every = list(dict.fromkeys(_of_statement(one, issuer.lower()) for one in statements))
    if len({replace(one, audiences=()) for one in every}) > 1:
        return replace(every[0], unsaid=("something else in each statement",))
    return every[0] if every else Narrowing()


def _statements(document: object) -> tuple[Statement, ...]:
    """Return the statements as the judgement has read them; none where nothing can be read."""
    try:
        return read_document(document).statements
    except UnreadableError:
        return ()


def _of_statement(statement: Statement, issuer: str) -> Narrowing:
    """Return what one statement asks; what it asks of a key twice is not said."""
    found = Narrowing(unsaid=("what cannot be read",) if statement.unread else ())
    for one in statement.conditions:
        said = _of_condition(one, issuer)
        if said is None or any(getattr(found, name) for name in said):
            said = {"unsaid": (*found.unsaid, f"{one.written} {one.key}")}
        found = replace(found, **said)
    return found


def _of_condition(condition: Condition, issuer: str) -> dict[str, Any] | None:
    """Return the part of a narrowing that says a condition, none for what the context settles.

    None is for what no entry can say. A variable compares with another claim.
    """
    claim = condition.claim if condition.prefix == issuer else None
    if claim in _SAID and _is_exact(condition):
        return {_SAID[claim]: condition.values}
    if day := _last_day(condition):
        return {"until": day}
    if any("${" in value for value in condition.values):
        return None
    if claim == "aud":
        is_named = condition.operator.base != "null" and not condition.operator.negated
        return {"audiences": condition.values} if is_named else {}
    return {} if claim in _OF_THE_PLACE else None


def _is_exact(condition: Condition) -> bool:
    return condition.operator in _EXACT and all(map(_LITERAL.fullmatch, condition.values))


def _last_day(condition: Condition) -> date | None:
    """Return the day at whose beginning a condition ends, None for any other condition."""
    is_end = condition.operator == _BEFORE and condition.key.lower() == "aws:currenttime"
    midnight = _MIDNIGHT.fullmatch(condition.values[0]) if len(condition.values) == 1 else None
    try:
        return date.fromisoformat(midnight[1]) if is_end and midnight else None
    except ValueError:
        return None


def has_deny(document: object) -> bool:
    """Tell whether a trust policy keeps somebody out by a Deny, or by what is no Allow."""
    return any(one.effect != "Allow" for one in _statements(document))


def provider_arns(document: object) -> Iterator[str]:
    """Yield the OIDC providers that a trust policy names by ARN."""
    for statement in _statements(document):
        yield from (
            one.arn
            for one in statement.principals.providers
            if ":oidc-provider/" in one.arn.lower()
        )
