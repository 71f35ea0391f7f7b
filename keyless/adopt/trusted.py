"""What a trust policy is for: its contexts as the organisation has them, and what narrows it.

A stack writes a trust policy anew. That may only tighten: so whatever else a policy asks of a token
has to be asked by the new one, too, or the role is not taken over.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from keyless.adopt.account import FoundRole
from keyless.adopt.organisation import FoundRepository, Organisation
from keyless.rules.trust_faults import Stranger, trust_faults
from keyless.trust import Context, Verdict

_LITERAL = re.compile(r"[^*?$]+")
_MIDNIGHT = re.compile(r"(\d{4}-\d{2}-\d{2})T00:00:00Z")
_IMPLIED = frozenset({"sub", "repository", "repository_owner"})
_LETS_NOBODY_IN = frozenset({Verdict.DEAD, Verdict.NOT_GITHUB})
_EXACT = frozenset({"stringequals", "stringlike", "stringequalsignorecase"})


@dataclass(frozen=True)
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
    places = [place for place in found if place.exists] or found
    living = [
        statement
        for statement, judged in zip(_statements(role.trust), judgement.statements, strict=False)
        if judged.verdict not in _LETS_NOBODY_IN
        and (not judged.contexts or any(_place(c, organisation).exists for c in judged.contexts))
    ]
    return Trusted(
        judgement.verdict,
        tuple(places),
        faults.strangers if faults else (),
        _narrowing(living, issuer),
    )


def _place(context: Context, organisation: Organisation) -> Place:
    named = context.repository
    full_name = f"{named.owner or '?'}/{named.name or '?'}"
    found = organisation.repository(full_name)
    if found is None:
        return Place(full_name, context.context, None, organisation.moved.get(full_name.casefold()))
    ids = {named.id, named.owner_id} - {None}
    agrees = ids <= {str(found.id), str(organisation.id)}
    return Place(full_name, context.context, found, None, not agrees)


def _narrowing(statements: Iterable[Mapping[str, object]], issuer: str) -> Narrowing:
    """Return what every statement asks that lets somebody in.

    Statements that ask for different things come to something that no entry can say.
    """
    every = list(dict.fromkeys(_of_statement(one, issuer) for one in statements))
    if len({replace(one, audiences=()) for one in every}) > 1:
        return replace(every[0], unsaid=("something else in each statement",))
    return every[0] if every else Narrowing()


def _statements(document: object) -> Iterator[Mapping[str, object]]:
    listed = document.get("Statement") if isinstance(document, Mapping) else None
    for one in listed if isinstance(listed, list) else [listed]:
        if isinstance(one, Mapping):
            yield one


def _of_statement(statement: Mapping[str, object], issuer: str) -> Narrowing:
    workflows: tuple[str, ...] = ()
    refs: tuple[str, ...] = ()
    until: date | None = None
    unsaid: list[str] = []
    audiences: tuple[str, ...] = ()
    for operator, key, values in _conditions(statement):
        claim = key.lower().removeprefix(f"{issuer.lower()}:")
        is_exact = operator.lower() in _EXACT and all(map(_LITERAL.fullmatch, values))
        midnight = _MIDNIGHT.fullmatch(values[0]) if len(values) == 1 else None
        if claim == "aud":
            audiences = values
        elif claim == "job_workflow_ref" and is_exact:
            workflows = values
        elif claim == "ref" and is_exact:
            refs = values
        elif operator == "DateLessThan" and key.lower() == "aws:currenttime" and midnight:
            until = date.fromisoformat(midnight[1])
        elif claim not in {*_IMPLIED, "repository_id", "repository_owner_id", "environment"}:
            unsaid.append(f"{operator} {key}")
    return Narrowing(workflows, refs, until, tuple(unsaid), audiences)


def _conditions(statement: Mapping[str, object]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    block = statement.get("Condition")
    for operator, keys in block.items() if isinstance(block, Mapping) else ():
        for key, value in keys.items() if isinstance(keys, Mapping) else ():
            yield (
                str(operator),
                str(key),
                tuple(map(str, value if isinstance(value, list) else [value])),
            )


def has_deny(document: object) -> bool:
    """Tell whether a trust policy keeps somebody out by a Deny."""
    return any(one.get("Effect") == "Deny" for one in _statements(document))


def provider_arns(document: object) -> Iterator[str]:
    """Yield the OIDC providers that a trust policy names by ARN."""
    for statement in _statements(document):
        principal = statement.get("Principal")
        named = principal.get("Federated") if isinstance(principal, Mapping) else None
        for one in named if isinstance(named, list) else [named]:
            if isinstance(one, str) and ":oidc-provider/" in one:
                yield one
