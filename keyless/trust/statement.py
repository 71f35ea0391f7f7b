"""Judge one statement of a trust policy: gather its demands, grade them, prove the grade.

A grade is believed only with a token that the whole policy lets in. Where AWS is not documented to
fill GitHub's keys, both worlds are graded, and a statement that is safe in one and dead in the
other is UNKNOWN.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Final, NamedTuple

from keyless.facts import GITHUB_CLAIMS, documents_github_claims
from keyless.trust.automata import ExhaustedError, Steps
from keyless.trust.conditions import STRINGS, Condition
from keyless.trust.demands import Atom, Reading, cases, demand, read_conditions
from keyless.trust.document import Document, Statement
from keyless.trust.evaluate import Token, admits_by
from keyless.trust.grade import Grader, Outcome, field_text
from keyless.trust.issuers import (
    is_one_enterprise,
    mints_immutable,
    sts_audience,
)
from keyless.trust.pattern import TooLargeError
from keyless.trust.settle import UndecidedError
from keyless.trust.verdict import (
    Context,
    Culprit,
    LooseOperator,
    Note,
    Repository,
    StatementJudgement,
    Verdict,
    Witness,
)
from keyless.trust.witness import witnesses

MOST_STEPS: Final = 150_000
"""Steps that one document may cost: about half a second of work."""

_MOST_ESCAPES: Final = 64
_MOST_PROOFS: Final = 4
_MOST_ISSUERS: Final = 16
_MOST_JOINED: Final = 64
"""Contexts of one name with different ids among which another form is looked for."""
_FOREIGN: Final = frozenset({Verdict.OPEN, Verdict.LOOKALIKE_OWNER})

_REASONS: Final = {
    Verdict.OPEN: "nothing in it pins the owner",
    Verdict.LOOKALIKE_OWNER: "the owner is not written out to its end",
    Verdict.OWNER_WIDE: "it pins the owner and no repository",
    Verdict.SIBLING_REPOSITORY: "the repository is not written out to its end",
    Verdict.REPOSITORY_WIDE: "it pins the repository and no context, so pull requests get in",
    Verdict.PULL_REQUEST: "pull requests run code that nobody has reviewed",
    Verdict.ANY_BRANCH: "it pins no single branch",
    Verdict.ANY_TAG: "it pins no single tag",
    Verdict.ANY_ENVIRONMENT: "it pins no single environment",
    Verdict.EXACT: "every context that gets in is written out",
    Verdict.DEAD: "no token that GitHub mints meets all its conditions",
}


class _Graded(NamedTuple):
    """Hold the grade of a statement for one issuer, with what proves it."""

    verdict: Verdict
    reason: str
    outcomes: tuple[Outcome, ...] = ()
    witness: Witness | None = None
    culprit: Culprit | None = None


class StatementJudge:
    """Judge the statements of one document, within one count of steps."""

    def __init__(self, document: Document, audiences: Sequence[str]) -> None:
        self._document = document
        self._audiences = audiences
        self._steps = Steps(MOST_STEPS)
        self._denials = [s for s in document.statements if s.effect == "Deny" and s.unread is None]
        self._conditions = sum(1 + len(s.conditions) for s in document.statements)
        self._asked_of_github = {
            condition.prefix
            for statement in document.statements
            for condition in statement.conditions
            if condition.claim in GITHUB_CLAIMS
        }

    def judge(self, statement: Statement) -> StatementJudgement:
        """Judge one statement."""
        issuers = statement.issuers
        settled = _settled(statement, issuers)
        if settled is not None:
            return StatementJudgement(statement.number, *settled)
        graded = [
            (issuer, partition, self._grade(statement, issuer, partition))
            for issuer, partition in issuers
        ]
        issuer, _, deciding = min(graded, key=lambda g: _order(g[2].verdict))
        verdict, reason = deciding.verdict, deciding.reason
        if statement.principals.unread is not None and verdict is not Verdict.OPEN:
            verdict, reason = Verdict.UNKNOWN, statement.principals.unread
        if verdict is Verdict.DEAD and _is_about_others(statement):
            verdict, reason = Verdict.NOT_GITHUB, "its conditions are for other issuers"
        audiences = [
            self._audience(statement, name, part)
            for name, part, found in graded
            if found.verdict is not Verdict.DEAD or deciding.verdict is Verdict.DEAD
        ]
        audience = tuple(dict.fromkeys(value for named, _ in audiences for value in named))
        pinned = all(pins for _, pins in audiences)
        notes = _notes([o for _, _, g in graded for o in g.outcomes], issuer)
        if not pinned and verdict not in {Verdict.DEAD, Verdict.NOT_GITHUB}:
            notes |= {Note.NO_AUDIENCE}
        about = [c for c in statement.conditions if c.prefix in dict(issuers)]
        return StatementJudgement(
            statement.number,
            verdict,
            reason,
            deciding.witness if verdict is deciding.verdict else None,
            deciding.culprit if verdict is deciding.verdict else None,
            pinned,
            audience,
            tuple(_loose_operators(about)),
            tuple(issuer for issuer, _ in issuers),
            tuple(dict.fromkeys(v for c in _wanting(about, "sub") for v in c.values)),
            merge_contexts(
                context for _, _, g in graded for o in g.outcomes for context, _ in o.contexts
            ),
            frozenset(notes),
        )

    def _grade(self, statement: Statement, issuer: str, partition: str) -> _Graded:
        graded = self._grade_world(statement, issuer, partition, github_keys=True)
        if documents_github_claims(issuer, partition):
            return graded
        if issuer not in self._asked_of_github:
            return graded
        without = self._grade_world(statement, issuer, partition, github_keys=False)
        if without.verdict is graded.verdict:
            return graded
        wider = min(graded, without, key=lambda g: _order(g.verdict))
        if wider.verdict <= Verdict.SIBLING_REPOSITORY:
            return wider
        return _Graded(
            Verdict.UNKNOWN,
            f"AWS is not documented to fill GitHub's keys for {issuer} in partition {partition}; "
            f"with them it is {graded.verdict}, without {without.verdict}",
        )

    def _grade_world(
        self, statement: Statement, issuer: str, partition: str, *, github_keys: bool
    ) -> _Graded:
        try:
            self._steps.take(len(statement.conditions))
            reading = read_conditions(statement.conditions, issuer, github_keys=github_keys)
            if reading.fails is not None:
                failing = reading.fails
                return _Graded(Verdict.DEAD, f'no token passes {failing.written} "{failing.key}"')
            return self._grade_reading(statement, reading, issuer, partition, github_keys)
        except ExhaustedError:
            return _Graded(Verdict.UNKNOWN, "its patterns take too many steps to compare")
        except TooLargeError:
            return _Graded(Verdict.UNKNOWN, "its lists of patterns are too long to compare")
        except UndecidedError as undecided:
            return _Graded(Verdict.UNKNOWN, str(undecided))

    def _grade_reading(
        self,
        statement: Statement,
        reading: Reading,
        issuer: str,
        partition: str,
        github_keys: bool,
    ) -> _Graded:
        escapes = self._escapes(statement, issuer, github_keys)
        if prod(len(atoms) for atoms in escapes) > _MOST_ESCAPES:
            return _Graded(Verdict.UNKNOWN, "its Deny statements combine in too many ways")
        outcomes: list[Outcome] = []
        for outcome in self._outcomes(reading, escapes, Grader(issuer, self._steps)):
            outcomes.append(outcome)
            if outcome.verdict is Verdict.OPEN:
                break
        return self._prove(statement, reading, issuer, partition, outcomes)

    def _outcomes(
        self, reading: Reading, escapes: Sequence[Sequence[Atom]], grader: Grader
    ) -> Iterator[Outcome]:
        for escape in product(*escapes):
            demands = demand((*reading.atoms, *escape))
            for case in cases(demands, self._steps):
                outcome = grader.grade(case)
                if outcome.verdict is not Verdict.DEAD:
                    yield outcome

    def _escapes(
        self, allowing: Statement, issuer: str, github_keys: bool
    ) -> list[tuple[Atom, ...]]:
        """Give, for each Deny that may bite, the ways for a token not to be meant by it.

        A Deny that depends on more than the token is left out: it may never apply.
        """
        escapes: list[tuple[Atom, ...]] = []
        named = {provider.arn for provider in allowing.principals.providers}
        for statement in self._denials:
            self._steps.take(1 + len(statement.conditions))
            if not _denies(statement, named, issuer):
                continue
            reading = read_conditions(statement.conditions, issuer, github_keys=github_keys)
            if reading.fails or reading.open_ended or any(a.unsure for a in reading.atoms):
                continue
            escapes.append(tuple(atom.denied() for atom in reading.atoms))
        return escapes

    def _prove(
        self,
        statement: Statement,
        reading: Reading,
        issuer: str,
        partition: str,
        outcomes: Sequence[Outcome],
    ) -> _Graded:
        if not outcomes:
            return _Graded(Verdict.DEAD, _REASONS[Verdict.DEAD])
        verdict = min(outcome.verdict for outcome in outcomes)
        reason = _REASONS[verdict]
        if verdict is Verdict.OWNER_WIDE and is_one_enterprise(issuer):
            reason = "it pins no repository of the enterprise"
        audience = self._expected(partition)[0]
        widest = [outcome for outcome in outcomes if outcome.verdict is verdict]
        for outcome in widest[:_MOST_PROOFS]:
            if outcome.admission is None:
                continue
            for witness in witnesses(outcome.admission, audience, foreign=verdict in _FOREIGN):
                self._steps.take(self._conditions)
                if admits_by(statement, self._denials, Token(issuer, witness.claims)):
                    if verdict is Verdict.EXACT:
                        return _Graded(verdict, reason, tuple(outcomes))
                    culprit = _culprit(statement, outcome)
                    return _Graded(verdict, reason, tuple(outcomes), witness, culprit)
        if _is_guesswork(reading):
            return _Graded(
                Verdict.UNKNOWN,
                "it rests on a policy variable or on values that cannot be compared",
            )
        return _Graded(Verdict.UNKNOWN, "a token that gets in can neither be made nor ruled out")

    def _expected(self, partition: str) -> Sequence[str]:
        return self._audiences or (sts_audience(partition),)

    def _audience(
        self, statement: Statement, issuer: str, partition: str
    ) -> tuple[tuple[str, ...], bool]:
        """List the audiences that a statement names, and tell whether only STS's gets in.

        Where that takes more than a document may cost, others may get in, too.
        """
        about = [c for c in statement.conditions if c.prefix == issuer and c.claim == "aud"]
        named = tuple(dict.fromkeys(v for c in _wanting(about, "aud") for v in c.values))
        limits = demand(read_conditions(about, issuer).atoms).of("aud")
        if limits.absent_passes:
            return named, False
        try:
            left = limits.listed(self._steps) or frozenset()
        except (ExhaustedError, TooLargeError):
            return named, False
        return named, bool(left) and left.issubset(self._expected(partition))


def _order(verdict: Verdict) -> tuple[int, Verdict]:
    """Order verdicts by urgency: OPEN, what is not known, then the grades."""
    if verdict is Verdict.OPEN:
        return 0, verdict
    return (1 if verdict is Verdict.UNKNOWN else 2), verdict


def _settled(
    statement: Statement, issuers: Sequence[tuple[str, str]]
) -> tuple[Verdict, str] | None:
    """Judge what takes no look at the conditions; None for a statement that has to be graded."""
    principals = statement.principals
    names_github = any(provider.is_github for provider in principals.providers)
    settled: tuple[Verdict, str] | None = None
    if statement.effect == "Deny":
        settled = Verdict.NOT_GITHUB, "it denies"
    elif not statement.admits_web_identity and names_github:
        settled = Verdict.DEAD, "its actions let no web identity in"
    elif not statement.admits_web_identity:
        settled = Verdict.NOT_GITHUB, "it lets no web identity in"
    elif statement.excludes_principals:
        settled = Verdict.UNKNOWN, "NotPrincipal lets in whoever it does not name"
    elif not issuers and principals.unread is not None:
        settled = Verdict.UNKNOWN, principals.unread
    elif not issuers:
        settled = Verdict.NOT_GITHUB, "it addresses no GitHub issuer"
    elif not statement.effect:
        settled = Verdict.DEAD, "its Effect is neither Allow nor Deny"
    elif statement.unread is not None:
        settled = Verdict.UNKNOWN, statement.unread
    elif len(issuers) > _MOST_ISSUERS:
        settled = Verdict.UNKNOWN, f"it addresses more than {_MOST_ISSUERS} GitHub issuers"
    return settled


def _is_about_others(statement: Statement) -> bool:
    """Tell whether a wildcard principal comes with conditions for other issuers alone."""
    addressed = dict(statement.issuers)
    return not statement.principals.providers and not any(
        condition.prefix in addressed for condition in statement.conditions
    )


def _denies(denying: Statement, named: set[str], issuer: str) -> bool:
    """Tell whether a Deny is certain to address an issuer's identities, which an Allow names."""
    if denying.excludes_principals or not denying.admits_web_identity:
        return False
    return denying.principals.everyone or any(
        provider.issuer == issuer and (provider.arn in named or not named)
        for provider in denying.principals.providers
    )


def _is_guesswork(reading: Reading) -> bool:
    """Tell whether a condition compares with a policy variable or in an undocumented way."""
    return any(atom.unsure or atom.values.has_variables for atom in reading.atoms)


def _culprit(statement: Statement, outcome: Outcome) -> Culprit | None:
    condition, value = outcome.case.condition, outcome.case.value
    if condition is None or value is None:
        return None
    return Culprit(statement.number, condition.written, condition.key, value.written)


def _wanting(conditions: Iterable[Condition], claim: str) -> Iterator[Condition]:
    for condition in conditions:
        operator = condition.operator
        if condition.claim == claim and operator.base in STRINGS and not operator.negated:
            yield condition


def _loose_operators(conditions: Iterable[Condition]) -> Iterator[LooseOperator]:
    """Find values without wildcards under an operator that is wider than StringEquals."""
    for condition in conditions:
        operator = condition.operator
        if operator.base not in STRINGS or operator.negated:
            continue
        plain = not (operator.for_all or operator.for_any or operator.if_exists)
        if operator.base == "stringequals" and plain:
            continue
        for pattern in condition.patterns:
            if pattern.literal is not None:
                yield LooseOperator(condition.written, condition.key, pattern.written)


def _notes(outcomes: Sequence[Outcome], issuer: str) -> frozenset[Note]:
    notes: set[Note] = set()
    forms: dict[tuple[str, str, str], set[str]] = {}
    for outcome in outcomes:
        if outcome.verdict in _FOREIGN or outcome.admission is None:
            continue
        if outcome.recycled:
            notes.add(Note.NAME_ONLY)
        if not outcome.contexts:
            owner = field_text(outcome.admission, "owner") or ""
            name = field_text(outcome.admission, "repo") or ""
            forms.setdefault((owner, name, outcome.verdict.value), set()).update(outcome.forms)
        for context, form in outcome.contexts:
            named = (context.repository.owner or "", context.repository.name or "")
            forms.setdefault((*named, context.context), set()).add(form)
    if mints_immutable(issuer) and any(len(found) == 1 for found in forms.values()):
        notes.add(Note.ONE_FORM)
    return frozenset(notes)


def merge_contexts(contexts: Iterable[Context]) -> tuple[Context, ...]:
    """Put the subject forms of one context together: same names, and no id that differs."""
    merged: dict[tuple[str, str, str], list[Context]] = {}
    for context in contexts:
        repository = context.repository
        key = (
            (repository.owner or repository.owner_id or "").lower(),
            (repository.name or repository.id or "").lower(),
            context.context,
        )
        known = merged.setdefault(key, [])
        for n, other in enumerate(known[:_MOST_JOINED]):
            joint = _join(other.repository, repository)
            if joint is not None:
                known[n] = Context(joint, context.context)
                break
        else:
            known.append(context)
    return tuple(context for known in merged.values() for context in known)


def _join(one: Repository, other: Repository) -> Repository | None:
    """Join what is known of a repository; None when the ids differ."""
    if one.owner_id and other.owner_id and one.owner_id != other.owner_id:
        return None
    if one.id and other.id and one.id != other.id:
        return None
    return Repository(
        one.owner or other.owner,
        one.name or other.name,
        one.owner_id or other.owner_id,
        one.id or other.id,
    )
