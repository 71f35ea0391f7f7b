"""Write the trust policies to put in the place of one that is not plain.

There is one for each context that the old policy names, since a role serves one. What the old
policy leaves open is a placeholder in angle brackets, with the command that says it if there is
one: nothing is made up. A policy is handed out only if it is plain once its placeholders are filled
in. Conditions that may stay are kept, and all else that the new ones lack is named.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from keyless.rules.placeholders import Placeholder, filled, has_holes, shown
from keyless.rules.plain_policy import Terms, policies, providers, statement_for
from keyless.rules.policy_json import members
from keyless.rules.policy_json import plain as decoded
from keyless.rules.trust_places import Place, UnwrittenError, conditions_of, known_name, places_of
from keyless.trust import Judgement, StatementJudgement, Verdict

MOST_CONTEXTS = 20
"""So many policies are written, at most."""


@dataclass(frozen=True)
class Rewrite:
    """The trust policies to write instead, each for a role of its own; none if `why` or unknown."""

    documents: tuple[Mapping[str, Any], ...] = ()
    fill_in: tuple[Placeholder, ...] = ()
    left_out: tuple[str, ...] = ()
    """What the old policy has besides, and a plain one cannot have."""
    template_of: str = ""
    """The repository whose subject template has to be reset before, as OWNER/NAME or by its id."""
    why: str = ""
    """Why no policy is written although the old one can be read, a clause."""

    def filled(self, known: Mapping[str, str]) -> "Rewrite":
        """Return it with what is known in place of placeholders, by their texts."""
        left = tuple(each for each in self.fill_in if each.text not in known)
        return replace(self, documents=filled(self.documents, known), fill_in=left)

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The one policy to write, if the old one names one context and everything of it."""
        return self.documents[0] if len(self.documents) == 1 and not self.fill_in else None

    @property
    def look_up(self) -> tuple[str, ...]:
        """What to look up for the one policy, where commands say all that is missing in it."""
        asks = [f"the {each.text}: {each.command}" for each in self.fill_in if each.command]
        is_all = len(self.documents) == 1 and len(asks) == len(self.fill_in)
        return tuple(asks) if is_all else ()

    @property
    def says_what_is_meant(self) -> bool:
        """Whether the old policy names one context, and all of it or what to look up."""
        return bool(self.document or self.look_up)


class _New(NamedTuple):
    """A statement to write for a place, None if none is plain, and what is lacking then."""

    place: Place
    statement: Mapping[str, Any] | None
    lacks: list[str]


def rewrite_trust(
    document: object,
    judgement: Judgement,
    issuers: Collection[str],
    account: str | None,
    *,
    pin_ids: bool = False,
) -> Rewrite:
    """Return what to write instead of a trust policy, JSON text or parsed.

    `judgement` is that of `judge`; `issuers` and `account` are those of `plain`. With `pin_ids` a
    repository that goes by its name gets its ids as well. Nothing is returned where it cannot be
    told what the old policy means.
    """
    policy = decoded(document)
    if not isinstance(policy, Mapping) or has_holes(policy):
        return Rewrite()
    judged = {each.index: each for each in judgement.statements}
    terms = Terms(issuers, account, pin_ids)
    try:
        by_statement = {
            number: list(_rewritten(statement, judged.get(number), terms))
            for number, statement in enumerate(members(policy, "statement"), start=1)
        }
    except UnwrittenError as error:
        return Rewrite(why=str(error))
    return _put_together(by_statement, terms)


def _put_together(by_statement: Mapping[int, list[_New]], terms: Terms) -> Rewrite:
    """Return one policy for each place and provider; statements that say nothing are left out.

    Policies without placeholders are first.
    """
    says_something = any(new.place.is_named for each in by_statement.values() for new in each)
    written: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    left_out, template_of = list[str](), ""
    for number, all_new in by_statement.items():
        named = [new for new in all_new if new.place.is_named or not says_something]
        left_out += [] if named else [f"statement {number}"]
        for place, statement, lacks in named:
            left_out += lacks
            if statement is not None:
                key = (*place.key, statement["Principal"]["Federated"])
                of_place = written.setdefault(key, [])
                of_place += [] if statement in of_place else [statement]
                template_of = known_name(place) if place.is_customised else template_of
    together = [policy for each in written.values() for policy in policies(each, terms)]
    documents, fill_in = shown(sorted(together, key=has_holes))
    missing = tuple(dict.fromkeys(left_out)) if written else ()
    return Rewrite(documents, fill_in, missing, template_of)


def _rewritten(
    statement: object, judged: StatementJudgement | None, terms: Terms
) -> Iterator[_New]:
    """Yield a statement for each place that a statement lets in, and what that lacks of it."""
    if not isinstance(statement, Mapping) or not _is_allow(statement) or judged is None:
        return
    of_github, others = providers(statement, terms)
    served, where = _served(judged), f"of statement {judged.index}"
    for provider in of_github:
        conditions = list(conditions_of(statement))
        places = places_of(conditions, provider.issuer, served)
        if len(places) > MOST_CONTEXTS:
            raise UnwrittenError(
                f"statement {judged.index} serves {len(places)} contexts, and at most "
                f"{MOST_CONTEXTS} are written out. Give each a role of its own"
            )
        are_some_alive = any(place.context in served for place in places)
        for place in places:
            new, left = None, list[str]()
            if not are_some_alive or place.context in served:
                new, left = statement_for(place, provider, statement, conditions, terms)
            named = f'sub "{place.subject}"' if place.subject else f'"{place.context}"'
            lacks = [*others, *left] if new else [named]
            yield _New(place, new, [f"{each} {where}" for each in lacks])


def _is_allow(statement: Mapping[str, object]) -> bool:
    """Tell whether a statement is meant to let somebody in: AWS takes the word as written alone."""
    effects = members(statement, "effect")
    return [str(each).strip().lower() for each in effects] == ["allow"]


def _served(judged: StatementJudgement) -> list[str]:
    """Return the contexts that a statement serves exactly, if they are of one repository."""
    is_exact = judged.verdict in (Verdict.EXACT, Verdict.PULL_REQUEST)
    is_one = len({each.repository for each in judged.contexts}) == 1
    return [each.context for each in judged.contexts if is_exact and is_one]
