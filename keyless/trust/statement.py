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
from keyless.trust.conditions import STRINGS, Condition
from keyless.trust.demands import (
    Atom,
    Case,
    Reading,
    cases,
    is_request_key,
    passes_absent,
    read_conditions,
)
from keyless.trust.document import Document, Statement, denies, evaluates_identity
from keyless.trust.evaluate import Token, admits_by
from keyless.trust.grade import Outcome, UndecidedError, grade
from keyless.trust.inquiry import DEFAULT, Inquiry
from keyless.trust.issuers import (
    is_one_enterprise,
    mints_immutable,
    sts_audience,
)
from keyless.trust.search import ExhaustedError, Steps
from keyless.trust.verdict import (
    Context,
    Culprit,
    LooseOperator,
    Note,
    ProvenVerdict,
    Repository,
    StatementJudgement,
    Verdict,
)
from keyless.trust.witness import witnesses

MOST_STEPS: Final = 250_000
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


_ASKS_NOTHING: Final = 'its conditions ask nothing of "{}", who has no token of GitHub'

_UNPROVEN: Final = {
    True: "it rests on a policy variable or on values that cannot be compared",
    False: "a token that gets in can neither be made nor ruled out",
}
"""Why no token proves a grade, by whether a condition is guesswork."""


class _Graded(NamedTuple):
    """Hold the grades of a statement for one issuer, the widest first, and what they rest on."""

    grades: tuple[ProvenVerdict, ...]
    outcomes: tuple[Outcome, ...] = ()

    @property
    def verdict(self) -> Verdict:
        return self.grades[0].verdict


def _only(verdict: Verdict, reason: str) -> _Graded:
    return _Graded((ProvenVerdict(verdict, reason),))


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
        refused = "; ".join(_refusals(statement)) or None
        settled = _settled(statement)
        if settled and settled[0] is Verdict.NOT_GITHUB and self._is_open_beside_github(statement):
            settled = Verdict.OPEN, _ASKS_NOTHING.format("*")
        if settled is not None:
            return StatementJudgement(
                statement.number, *settled, verdicts=(ProvenVerdict(*settled),), refused=refused
            )
        graded = [
            (issuer, partition, self._grade(statement, issuer, partition))
            for issuer, partition in statement.issuers
        ]
        outcomes = [outcome for _, _, found in graded for outcome in found.outcomes]
        grades = self._put_together(statement, [found for _, _, found in graded])
        verdict = grades[0].verdict
        audiences = [
            self._audience(statement, issuer, partition)
            for issuer, partition, found in graded
            if found.verdict is not Verdict.DEAD or verdict in {Verdict.DEAD, Verdict.NOT_GITHUB}
        ]
        pinned = all(pins for _, pins in audiences)
        notes = _notes(outcomes, any(mints_immutable(issuer) for issuer, _ in statement.issuers))
        if not pinned and verdict not in {Verdict.DEAD, Verdict.NOT_GITHUB}:
            notes |= {Note.NO_AUDIENCE}
        about = [c for c in statement.conditions if c.prefix in dict(statement.issuers)]
        return StatementJudgement(
            statement.number,
            verdict,
            grades[0].reason,
            grades[0].witness,
            grades[0].culprit,
            pinned,
            tuple(dict.fromkeys(value for named, _ in audiences for value in named)),
            tuple(_loose_operators(about)),
            tuple(issuer for issuer, _ in statement.issuers),
            tuple(dict.fromkeys(v for c in _wanting(about, "sub") for v in c.values)),
            merge_contexts(context for o in outcomes for context in o.contexts),
            frozenset(notes),
            grades,
            refused,
        )

    def _put_together(
        self, statement: Statement, graded: Sequence[_Graded]
    ) -> tuple[ProvenVerdict, ...]:
        """Order the grades of all issuers and of the principals beside them, one for a verdict."""
        found = [grade for each in graded for grade in each.grades]
        if statement.foreign is not None and self._lets_anybody_in(statement):
            found.append(ProvenVerdict(Verdict.OPEN, _ASKS_NOTHING.format(statement.foreign)))
        ordered = sorted(found, key=lambda grade: _order(grade.verdict))
        widest = ordered[0].verdict
        if statement.principals.unread is not None and widest is not Verdict.OPEN:
            return (ProvenVerdict(Verdict.UNKNOWN, statement.principals.unread),)
        if widest is Verdict.DEAD and _is_about_others(statement):
            return (ProvenVerdict(Verdict.NOT_GITHUB, "its conditions are for other issuers"),)
        by_verdict = {grade.verdict: grade for grade in reversed(ordered)}
        by_verdict = {grade.verdict: by_verdict[grade.verdict] for grade in ordered}
        if len(by_verdict) > 1:
            by_verdict.pop(Verdict.DEAD, None)
        return tuple(by_verdict.values())

    def _is_open_beside_github(self, statement: Statement) -> bool:
        """Tell whether it lets everybody into a role that another statement gives to GitHub."""
        return (
            statement.effect == "Allow"
            and statement.foreign == "*"
            and statement.unread is None
            and any(each.effect == "Allow" and each.issuers for each in self._document.statements)
            and self._lets_anybody_in(statement)
        )

    def _lets_anybody_in(self, statement: Statement) -> bool:
        """Tell whether somebody gets in whose request carries no key of any issuer."""
        return all(
            is_request_key(c.key) or passes_absent(c) for c in statement.conditions
        ) and not any(
            denial.principals.bare
            and denial.admits_web_identity
            and not denial.excludes_principals
            and all(not is_request_key(c.key) and passes_absent(c) for c in denial.conditions)
            for denial in self._denials
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
        wider = min(graded, without, key=lambda each: _order(each.verdict))
        if wider.verdict <= Verdict.SIBLING_REPOSITORY:
            return wider
        return _only(
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
                return _only(Verdict.DEAD, f'no token passes {failing.written} "{failing.key}"')
            return self._grade_reading(statement, reading, issuer, partition, github_keys)
        except ExhaustedError:
            return _only(Verdict.UNKNOWN, "its patterns take too many steps to compare")
        except UndecidedError as undecided:
            return _only(Verdict.UNKNOWN, str(undecided))

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
            return _only(Verdict.UNKNOWN, "its Deny statements combine in too many ways")
        found = (
            outcome
            for escape in product(*escapes)
            for case in cases((*reading.atoms, *escape))
            for outcome in grade(case, issuer, self._steps)
        )
        outcomes: list[Outcome] = []
        for outcome in found:
            outcomes.append(outcome)
            if outcome.verdict is Verdict.OPEN:
                break
        return self._prove(statement, reading, issuer, partition, outcomes)

    def _escapes(
        self, allowing: Statement, issuer: str, github_keys: bool
    ) -> list[tuple[Atom, ...]]:
        """Give, for each Deny that may bite, the ways for a token not to be meant by it.

        A Deny that depends on more than the token is left out: it may never apply.
        """
        escapes: list[tuple[Atom, ...]] = []
        for statement in self._denials:
            self._steps.take(1 + len(statement.conditions))
            if not denies(statement, allowing, issuer):
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
        grades: list[ProvenVerdict] = []
        for verdict in sorted({outcome.verdict for outcome in outcomes}):
            widest = [outcome for outcome in outcomes if outcome.verdict is verdict]
            grade = self._prove_one(statement, issuer, partition, widest)
            if grade is not None:
                grades.append(grade)
            elif not grades:
                return _only(Verdict.UNKNOWN, _UNPROVEN[_is_guesswork(reading)])
        if not grades:
            return _only(Verdict.DEAD, _REASONS[Verdict.DEAD])
        return _Graded(tuple(grades), tuple(outcomes))

    def _prove_one(
        self, statement: Statement, issuer: str, partition: str, outcomes: Sequence[Outcome]
    ) -> ProvenVerdict | None:
        """Show a token that the whole policy lets in; None where none is found."""
        verdict = outcomes[0].verdict
        reason = _REASONS[verdict]
        if verdict is Verdict.OWNER_WIDE and is_one_enterprise(issuer):
            reason = "it pins no repository of the enterprise"
        audience = self._expected(partition)[0]
        for outcome in outcomes[:_MOST_PROOFS]:
            for witness in witnesses(outcome.admission, audience, foreign=verdict in _FOREIGN):
                self._steps.take(self._conditions)
                if admits_by(statement, self._denials, Token(issuer, witness.claims)):
                    if verdict is Verdict.EXACT:
                        return ProvenVerdict(verdict, reason)
                    return ProvenVerdict(verdict, reason, witness, _culprit(statement, outcome))
        return None

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
        atoms = tuple(atom for atom in read_conditions(about, issuer).atoms if not atom.unsure)
        if all(atom.absent_passes for atom in atoms):
            return named, False
        others = Case(tuple(atom.certain() for atom in atoms))
        for expected in self._expected(partition):
            others = others.without("aud", expected)
        try:
            found = Inquiry(others, "name", Steps(MOST_STEPS)).find("branch", DEFAULT)
        except ExhaustedError:
            return named, False
        return named, found is None


def _order(verdict: Verdict) -> tuple[int, Verdict]:
    """Order verdicts by urgency: OPEN, what is not known, then the grades."""
    if verdict is Verdict.OPEN:
        return 0, verdict
    return (1 if verdict is Verdict.UNKNOWN else 2), verdict


def _settled(statement: Statement) -> tuple[Verdict, str] | None:
    """Judge what takes no look at the conditions; None for a statement that has to be graded."""
    issuers = statement.issuers
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
        settled = Verdict.UNKNOWN, "NotPrincipal lets in everybody whom it does not name"
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


def _refusals(statement: Statement) -> Iterator[str]:
    yield from statement.refused
    admits = statement.effect == "Allow" and statement.admits_web_identity
    if admits and not evaluates_identity(statement):
        yield f"statement {statement.number} evaluates neither sub nor job_workflow_ref"


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


def _notes(outcomes: Sequence[Outcome], immutable: bool) -> frozenset[Note]:
    notes: set[Note] = set()
    forms: dict[tuple[str, str, str], set[str]] = {}
    for outcome in outcomes:
        if outcome.verdict in _FOREIGN:
            continue
        if outcome.recycled:
            notes.add(Note.NAME_ONLY)
        served = [
            (each.repository.owner, each.repository.name, each.context) for each in outcome.contexts
        ]
        graded = (
            outcome.admission.text("owner"),
            outcome.admission.text("repo"),
            outcome.verdict.value,
        )
        for owner, name, kind in served or [graded]:
            forms.setdefault((owner or "", name or "", kind), set()).add(outcome.form)
    if immutable and any(len(found) == 1 for found in forms.values()):
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
