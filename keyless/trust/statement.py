"""Judge one statement of a trust policy: gather what it asks, grade it, prove the grade.

A grade is believed only with a token that the whole policy lets in. Where AWS is not documented to
fill GitHub's keys, both worlds are graded, and a statement that is safe in one and dead in the
other is UNKNOWN.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import prod
from typing import Final, NamedTuple

from keyless.facts import (
    GITHUB_CLAIMS,
    documents_github_claims,
    is_one_enterprise,
    mints_immutable,
    sts_audience,
)
from keyless.trust.conditions import STRINGS, Condition, passes
from keyless.trust.contexts import contexts_of, notes_of
from keyless.trust.demands import (
    Atom,
    Case,
    Reading,
    cases,
    is_request_key,
    read_conditions,
)
from keyless.trust.document import Document, Statement, denies
from keyless.trust.evaluate import Token, admits_by
from keyless.trust.grade import Outcome, UndecidedError, grade
from keyless.trust.inquiry import DEFAULT, Inquiry
from keyless.trust.search import ExhaustedError, Steps
from keyless.trust.verdict import (
    Culprit,
    Note,
    ProvenVerdict,
    StatementJudgement,
    Verdict,
)
from keyless.trust.witness import witnesses

MOST_STEPS: Final = 250_000
"""Steps that one document may cost: about half a second of work."""

_MOST_ESCAPES: Final = 64
_MOST_PROOFS: Final = 4
_MOST_ISSUERS: Final = 16
_NOBODY: Final = frozenset({Verdict.DEAD, Verdict.NOT_GITHUB})

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
    Verdict.DEAD: "no token that GitHub mints matches all its conditions",
}

_ASKS_NOTHING: Final = 'its conditions ask nothing of "{}", who has no token of GitHub'


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
    """Judge the statements of one document, within one count of steps.

    `outcomes` are those of all statements that were judged so far.
    """

    def __init__(self, document: Document, audiences: Sequence[str]) -> None:
        self._statements = document.statements
        self._audiences = audiences
        self.outcomes: list[Outcome] = []
        self._steps = Steps(MOST_STEPS)
        self._denials = [each for each in document.with_effect("Deny") if each.unread is None]

    def judge(self, statement: Statement) -> StatementJudgement:
        """Judge one statement."""
        refused = "; ".join(statement.refused) or None
        settled = _settled(statement)
        if settled and settled[0] is Verdict.NOT_GITHUB and self._is_open_beside_github(statement):
            settled = Verdict.OPEN, _ASKS_NOTHING.format("*")
        if settled is not None:
            only = (ProvenVerdict(*settled),)
            return StatementJudgement(statement.number, *settled, verdicts=only, refused=refused)
        graded = [self._grade(statement, *issuer) for issuer in statement.issuers]
        outcomes = [outcome for found in graded for outcome in found.outcomes]
        grades = self._put_together(statement, graded)
        widest = grades[0]
        audiences = [
            self._audience(statement, *issuer)
            for issuer, found in zip(statement.issuers, graded, strict=True)
            if found.verdict is not Verdict.DEAD or widest.verdict in _NOBODY
        ]
        issuers = tuple(issuer for issuer, _ in statement.issuers)
        self.outcomes += outcomes
        contexts = contexts_of(outcomes)
        notes = notes_of(outcomes, contexts, immutable=any(map(mints_immutable, issuers)))
        pinned = all(pins for _, pins in audiences)
        if not pinned and widest.verdict not in _NOBODY:
            notes |= {Note.NO_AUDIENCE}
        about = [c for c in statement.conditions if c.prefix in issuers]
        return StatementJudgement(
            statement.number,
            widest.verdict,
            widest.reason,
            widest.witness,
            widest.culprit,
            audience_pinned=pinned,
            audience=tuple(dict.fromkeys(value for named, _ in audiences for value in named)),
            issuers=issuers,
            subjects=_wanted(about, "sub"),
            contexts=contexts,
            notes=notes,
            verdicts=grades,
            refused=refused,
        )

    def _put_together(
        self, statement: Statement, graded: Sequence[_Graded]
    ) -> tuple[ProvenVerdict, ...]:
        """Order the grades of all issuers and of the principals beside them, one for a verdict."""
        found = [grade for each in graded for grade in each.grades]
        if statement.foreign is not None and self._lets_anybody_in(statement):
            found.append(ProvenVerdict(Verdict.OPEN, _ASKS_NOTHING.format(statement.foreign)))
        found.sort(key=lambda grade: grade.verdict.urgency)
        unread, widest = statement.principals.unread, found[0].verdict
        if unread is not None and widest is not Verdict.OPEN:
            return (ProvenVerdict(Verdict.UNKNOWN, unread),)
        if widest is Verdict.DEAD and _is_about_others(statement):
            return (ProvenVerdict(Verdict.NOT_GITHUB, "its conditions are for other issuers"),)
        by_verdict: dict[Verdict, ProvenVerdict] = {}
        for each in found:
            by_verdict.setdefault(each.verdict, each)
        if len(by_verdict) > 1:
            by_verdict.pop(Verdict.DEAD, None)
        return tuple(by_verdict.values())

    def _is_open_beside_github(self, statement: Statement) -> bool:
        """Tell whether it lets everybody into a role that another statement gives to GitHub."""
        return (
            (statement.effect, statement.foreign, statement.unread) == ("Allow", "*", None)
            and any(each.effect == "Allow" and each.issuers for each in self._statements)
            and self._lets_anybody_in(statement)
        )

    def _lets_anybody_in(self, statement: Statement) -> bool:
        """Tell whether somebody gets in whose request carries no key of any issuer."""
        return all(
            is_request_key(c.key) or passes(c, None) for c in statement.conditions
        ) and not any(
            denial.principals.bare
            and denial.admits_web_identity
            and not denial.excludes_principals
            and all(not is_request_key(c.key) and passes(c, None) for c in denial.conditions)
            for denial in self._denials
        )

    def _grade(self, statement: Statement, issuer: str, partition: str) -> _Graded:
        graded = self._grade_world(statement, issuer, partition, github_keys=True)
        asked = {(c.prefix, c.claim) for each in self._statements for c in each.conditions}
        if documents_github_claims(issuer, partition) or not any(
            prefix == issuer and claim in GITHUB_CLAIMS for prefix, claim in asked
        ):
            return graded
        without = self._grade_world(statement, issuer, partition, github_keys=False)
        wider = min(graded, without, key=lambda each: each.verdict.urgency)
        if without.verdict is graded.verdict or wider.verdict <= Verdict.SIBLING_REPOSITORY:
            return wider
        return _only(
            Verdict.UNKNOWN,
            f"AWS is not documented to fill GitHub's keys for {issuer} in partition {partition}; "
            f"with them it is {graded.verdict}, without {without.verdict}",
        )

    def _grade_world(
        self, statement: Statement, issuer: str, partition: str, *, github_keys: bool
    ) -> _Graded:
        reading = read_conditions(statement.conditions, issuer, github_keys=github_keys)
        if reading.fails is not None:
            failing = reading.fails
            return _only(Verdict.DEAD, f'no token passes {failing.written} "{failing.key}"')
        escapes = self._escapes(statement, issuer, github_keys)
        if prod(map(len, escapes)) > _MOST_ESCAPES:
            return _only(Verdict.UNKNOWN, "its Deny statements combine in too many ways")
        try:
            outcomes = tuple(self._outcomes(reading, escapes, issuer))
            return self._prove(statement, reading, issuer, partition, outcomes)
        except ExhaustedError:
            return _only(Verdict.UNKNOWN, "its patterns take too many steps to compare")
        except UndecidedError as undecided:
            return _only(Verdict.UNKNOWN, str(undecided))

    def _escapes(
        self, allowing: Statement, issuer: str, github_keys: bool
    ) -> list[tuple[Atom, ...]]:
        """Give, for each Deny that may bite, the ways for a token not to be meant by it.

        A Deny that depends on more than the token is left out: it may never apply.
        """
        escapes: list[tuple[Atom, ...]] = []
        for statement in self._denials:
            reading = read_conditions(statement.conditions, issuer, github_keys=github_keys)
            may_not_apply = (
                reading.fails or reading.open_ended or any(a.unsure for a in reading.atoms)
            )
            if denies(statement, allowing, issuer) and not may_not_apply:
                escapes.append(tuple(atom.denied() for atom in reading.atoms))
        return escapes

    def _outcomes(
        self, reading: Reading, escapes: Sequence[Sequence[Atom]], issuer: str
    ) -> Iterator[Outcome]:
        for escape in product(*escapes):
            for case in cases((*reading.atoms, *escape)):
                for outcome in grade(case, issuer, self._steps):
                    yield outcome
                    if outcome.verdict is Verdict.OPEN:
                        return

    def _prove(
        self,
        statement: Statement,
        reading: Reading,
        issuer: str,
        partition: str,
        outcomes: tuple[Outcome, ...],
    ) -> _Graded:
        grades: list[ProvenVerdict] = []
        for verdict in sorted({outcome.verdict for outcome in outcomes}):
            widest = [outcome for outcome in outcomes if outcome.verdict is verdict]
            proven = self._prove_one(statement, issuer, partition, widest[:_MOST_PROOFS])
            if proven is not None:
                grades.append(proven)
            elif not grades:
                why = "a token that gets in can neither be made nor ruled out"
                if any(atom.unsure or atom.values.has_variables for atom in reading.atoms):
                    why = "it rests on a policy variable or on values that cannot be compared"
                return _only(Verdict.UNKNOWN, why)
        if not grades:
            return _only(Verdict.DEAD, _REASONS[Verdict.DEAD])
        return _Graded(tuple(grades), outcomes)

    def _prove_one(
        self, statement: Statement, issuer: str, partition: str, outcomes: Sequence[Outcome]
    ) -> ProvenVerdict | None:
        """Show a token that the whole policy lets in; None where none is found."""
        verdict = outcomes[0].verdict
        reason, foreign = _REASONS[verdict], verdict <= Verdict.LOOKALIKE_OWNER
        if verdict is Verdict.OWNER_WIDE and is_one_enterprise(issuer):
            reason = "it pins no repository of the enterprise"
        audience = self._expected(partition)[0]
        for outcome in outcomes:
            for witness in witnesses(outcome.admission, audience, foreign=foreign):
                self._steps.take(sum(1 + len(each.conditions) for each in self._statements))
                if not admits_by(statement, self._denials, Token(issuer, witness.claims)):
                    continue
                if verdict is Verdict.EXACT:
                    return ProvenVerdict(verdict, reason)
                return ProvenVerdict(verdict, reason, witness, _culprit(statement, outcome.case))
        return None

    def _expected(self, partition: str) -> Sequence[str]:
        return self._audiences or (sts_audience(partition),)

    def _audience(
        self, statement: Statement, issuer: str, partition: str
    ) -> tuple[tuple[str, ...], bool]:
        """List the audiences that a statement names, and tell whether only STS's gets in.

        Where that takes more than a document may cost, others may get in, too.
        """
        about = [c for c in statement.conditions if (c.prefix, c.claim) == (issuer, "aud")]
        known = tuple(a.certain() for a in read_conditions(about, issuer).atoms if not a.unsure)
        named = _wanted(about, "aud")
        others = Case(known)
        for expected in self._expected(partition):
            others = others.without("aud", expected)
        try:
            found = Inquiry(others, "name", Steps(MOST_STEPS)).find("branch", DEFAULT)
        except ExhaustedError:
            return named, False
        return named, found is None and not all(atom.absent_passes for atom in known)


def _settled(statement: Statement) -> tuple[Verdict, str] | None:
    """Judge what takes no look at the conditions; None for a statement that has to be graded."""
    issuers, unread = statement.issuers, statement.principals.unread
    admits = statement.admits_web_identity
    names_github = any(provider.is_github for provider in statement.principals.providers)
    not_named = "NotPrincipal lets in everybody whom it does not name"
    too_many = f"it addresses more than {_MOST_ISSUERS} GitHub issuers"
    table = (
        (statement.effect == "Deny", Verdict.NOT_GITHUB, "it denies"),
        (not admits and names_github, Verdict.DEAD, "its actions let no web identity in"),
        (not admits, Verdict.NOT_GITHUB, "it lets no web identity in"),
        (statement.excludes_principals, Verdict.UNKNOWN, not_named),
        (not issuers and unread, Verdict.UNKNOWN, unread or ""),
        (not issuers, Verdict.NOT_GITHUB, "it addresses no GitHub issuer"),
        (not statement.effect, Verdict.DEAD, "its Effect is neither Allow nor Deny"),
        (statement.unread, Verdict.UNKNOWN, statement.unread or ""),
        (len(issuers) > _MOST_ISSUERS, Verdict.UNKNOWN, too_many),
    )
    return next(((verdict, reason) for applies, verdict, reason in table if applies), None)


def _is_about_others(statement: Statement) -> bool:
    """Tell whether a wildcard principal comes with conditions for other issuers alone."""
    addressed = dict(statement.issuers)
    return not statement.principals.providers and not any(
        condition.prefix in addressed for condition in statement.conditions
    )


def _culprit(statement: Statement, case: Case) -> Culprit | None:
    condition, value = case.condition, case.value
    if condition is None or value is None:
        return None
    return Culprit(statement.number, condition.written, condition.key, value.written)


def _wanted(conditions: Iterable[Condition], claim: str) -> tuple[str, ...]:
    """List the values that the conditions ask for in a claim."""
    asking = (c for c in conditions if c.claim == claim and not c.operator.negated)
    return tuple(dict.fromkeys(v for c in asking if c.operator.base in STRINGS for v in c.values))
