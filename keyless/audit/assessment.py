"""Assess the roles that exist: which trust GitHub, how widely, and what to write instead."""

import json
import re
import signal
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from typing import Literal

from keyless.audit.existing_roles import NOT_KNOWN, ExistingRole
from keyless.audit.repair import Repair, UnrepairableError, repair
from keyless.trust import Judgement, Note, ProvenVerdict, StatementJudgement, Verdict, judge

Grade = Literal["finding", "note", "clean"]
"""`finding` is what the policy pack would block; `note` is worth knowing."""

Question = tuple[str | None, str | None]
"""A trust policy as text, None where it is not known yet, and the ARN of the role's account."""

_ACCOUNT = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}(?=:)")
_WORTH_PROCESSES = 1000
_CHUNK = 50
_NOTES = {
    Note.NAME_ONLY: (
        "no id is pinned: whoever gets the name after a deletion or a rename gets in (NAME-ONLY)"
    ),
    Note.ONE_FORM: (
        "one form of the subject alone is let in: a rename or a transfer locks the repository out "
        "(ONE-FORM)"
    ),
}


@dataclass(frozen=True)
class Assessment:
    """What there is to say of one trust policy; `reasons` are whole clauses, gravest first.

    `contexts` are what it serves, as far as that is written out.
    """

    grade: Grade
    verdict: Verdict
    refused: str | None = None
    witness: Mapping[str, str] | None = None
    contexts: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()
    repair: Repair | None = None


@dataclass(frozen=True)
class AssessedRole:
    """One role that trusts GitHub; `place` is where in the file it is written."""

    file: str
    name: str
    arn: str | None
    place: str | None
    assessment: Assessment


@dataclass(frozen=True)
class Audit:
    """What was found: how many roles were read, and those that trust GitHub."""

    read: int
    roles: tuple[AssessedRole, ...]

    def of_grade(self, grade: Grade) -> list[AssessedRole]:
        """Return the roles of one grade, in the order in which they were read."""
        return [role for role in self.roles if role.assessment.grade == grade]

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many roles have each verdict."""
        return Counter(role.assessment.verdict for role in self.roles)


def audit_roles(found: Iterable[ExistingRole]) -> Audit:
    """Assess roles; those that do not trust GitHub are only counted.

    Of each role its trust policy alone is kept, and of equal ones one.
    """
    roles = [(replace(role, document=None), _question(role)) for role in found]
    answers = _answers(dict.fromkeys(question for _, question in roles))
    assessed = (
        AssessedRole(role.file, role.name, role.arn, role.place, answers[question])
        for role, question in roles
    )
    github = (r for r in assessed if r.assessment.verdict is not Verdict.NOT_GITHUB)
    return Audit(len(roles), tuple(github))


def assess(question: Question) -> Assessment:
    """Assess one trust policy, given as JSON text with the role's account."""
    document, account = question
    if document is None:
        judgement = Judgement(Verdict.UNKNOWN, "the plan does not know the trust policy yet")
        return Assessment("finding", Verdict.UNKNOWN, reasons=(_unknown(judgement),))
    judgement = judge(document)
    if judgement.verdict is Verdict.NOT_GITHUB:
        return Assessment("clean", Verdict.NOT_GITHUB)
    findings, notes = tuple(_findings(judgement)), tuple(_notes(judgement))
    written: Repair | None = None
    unrepaired: tuple[str, ...] = ()
    if findings or notes:
        try:
            written = repair(document, judgement, account)
        except UnrepairableError as problem:
            unrepaired = (f"no trust policy is written to replace it: {problem}",)
    return Assessment(
        "finding" if findings else "note" if notes else "clean",
        judgement.verdict,
        judgement.refused,
        judgement.witness.claims if judgement.witness else None,
        tuple(f"{one.repository} {one.context}" for one in judgement.contexts),
        (*findings, *notes, *unrepaired),
        written,
    )


def _question(role: ExistingRole) -> Question:
    document = role.document
    account = _ACCOUNT.match(role.arn or "")
    if document is NOT_KNOWN:
        return None, None
    text = document if isinstance(document, str) else json.dumps(document)
    return text, account.group() if account else None


def _answers(questions: Collection[Question]) -> Mapping[Question, Assessment]:
    """Assess trust policies, many of them on all processors."""
    if len(questions) < _WORTH_PROCESSES:
        return {question: assess(question) for question in questions}
    pool = ProcessPoolExecutor(mp_context=get_context("spawn"), initializer=_ignore_interrupts)
    try:
        answers = dict(zip(questions, pool.map(assess, questions, chunksize=_CHUNK), strict=True))
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
    pool.shutdown()
    return answers


def _ignore_interrupts() -> None:
    """Leave it to the first process to end all of them without a word."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _findings(judgement: Judgement) -> Iterator[str]:
    verdict = judgement.verdict
    if verdict is Verdict.UNKNOWN:
        yield _unknown(judgement)
    elif verdict is not Verdict.EXACT and not _is_pull_request_role(judgement):
        yield from _verdicts(judgement)
    if judgement.refused and verdict is not Verdict.UNKNOWN:
        yield f"AWS would not take it today: {judgement.refused} (REFUSED)"
    if Note.NO_AUDIENCE in judgement.notes:
        yield _audience(judgement)


def _notes(judgement: Judgement) -> Iterator[str]:
    if _is_pull_request_role(judgement):
        yield (
            f"PULL-REQUEST: {judgement.reason}. It is meant to be so only for a role that reads "
            "metadata"
        )
    for note, sentence in _NOTES.items():
        if note in judgement.notes:
            yield sentence
    loose: dict[str, dict[str, None]] = {}
    for statement in judgement.statements:
        for one in statement.loose_operators:
            said = loose.setdefault(_looseness(one.operator.lower()), {})
            said[f'{one.operator} {one.key} "{one.value}"'] = None
    for why, conditions in loose.items():
        yield f"{', '.join(conditions)}: {why}"
    if judgement.verdict is Verdict.EXACT and len(judgement.contexts) > 1:
        served = ", ".join(f"{one.repository} {one.context}" for one in judgement.contexts[:5])
        count = len(judgement.contexts)
        yield f"it serves {count} contexts ({served}): give each a role of its own"


def _audience(judgement: Judgement) -> str:
    statements = (one for one in judgement.statements if Note.NO_AUDIENCE in one.notes)
    named = dict.fromkeys(value for one in statements for value in one.audience)
    found = f"the audience may be {' or '.join(map(json.dumps, named))}" if named else ""
    return (
        f"{found or 'no audience is pinned'}: a token that was asked for by and for somebody else "
        "gets in (NO-AUDIENCE)"
    )


def _looseness(operator: str) -> str:
    """Say what an operator takes beyond what StringEquals takes of the same value."""
    more = []
    if "ignorecase" in operator:
        more.append("any letter case fits")
    if operator.startswith("forallvalues:") or operator.endswith("ifexists"):
        more.append("a token without this claim fits")
    if more:
        return f"{' and '.join(more)}, which StringEquals would refuse"
    return "without a wildcard StringEquals says the same, and only that"


def _unknown(judgement: Judgement) -> str:
    return f"UNKNOWN: {judgement.reason}. What cannot be read may let anybody in"


def _verdicts(judgement: Judgement) -> Iterator[str]:
    """Say one thing for each verdict that is loose, or that lets nobody in if all do so."""
    found = {
        grade.verdict: (statement.index, grade)
        for statement in reversed(judgement.statements)
        for grade in reversed(statement.verdicts)
    }
    fine = {Verdict.EXACT, Verdict.NOT_GITHUB, Verdict.UNKNOWN}
    if judgement.verdict is not Verdict.DEAD:
        fine.add(Verdict.DEAD)
    for verdict in sorted(found.keys() - fine):
        yield _verdict(*found[verdict])


def _verdict(index: int, grade: ProvenVerdict) -> str:
    said = f"{grade.verdict}: statement {index}: {grade.reason}"
    culprit, witness = grade.culprit, grade.witness
    if culprit:
        said += f'. {culprit.operator} {culprit.key} "{culprit.value}"'
        said += " is where it opens"
    if witness:
        said += f". For one, {witness.says} gets in"
    return said


def _is_pull_request_role(judgement: Judgement) -> bool:
    """Tell whether pull requests of one repository get in, and nothing that is wider."""
    repositories = {context.repository for context in judgement.contexts}
    return (
        judgement.verdict is Verdict.PULL_REQUEST
        and len(repositories) == 1
        and all(_is_exact_enough(statement) for statement in judgement.statements)
    )


def _is_exact_enough(statement: StatementJudgement) -> bool:
    exact = {Verdict.EXACT, Verdict.PULL_REQUEST, Verdict.NOT_GITHUB}
    return exact.issuperset(grade.verdict for grade in statement.verdicts)
