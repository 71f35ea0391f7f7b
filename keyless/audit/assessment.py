"""Assess the roles that exist: which trust GitHub, how widely, and what to write instead."""

import json
import re
import signal
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date
from multiprocessing import get_context
from typing import Literal, NamedTuple

from keyless.audit.existing import (
    Existing,
    ExistingResource,
    ExistingRole,
    ExistingUser,
    LastUse,
    NotKnownYet,
)
from keyless.audit.gathered import Gathered
from keyless.audit.loose_operators import loose_operators
from keyless.audit.rights import Rights
from keyless.facts import GITHUB_COM
from keyless.rules.gravity import gravity
from keyless.rules.pack_settings import Settings
from keyless.rules.power import Power, power_of
from keyless.rules.trust_faults import Fault, TrustFaults, trust_faults
from keyless.rules.trust_rewrite import Rewrite, rewrite_trust
from keyless.stack.policy_document import same_policy
from keyless.trust import Context, Judgement, Note, ProvenVerdict, Verdict, judge

Grade = Literal["finding", "note", "clean"]
"""`finding` is what the policy pack would block; `note` is worth knowing."""

GRADES: tuple[Grade, ...] = ("finding", "note", "clean")


class Listed(NamedTuple):
    """What the pack's settings say of trust: issuers, and the quota for the document's length."""

    issuers: tuple[str, ...] = (GITHUB_COM,)
    other_issuers: tuple[str, ...] = ()
    longest: int = 2048


Question = tuple[str | NotKnownYet, str | None, Listed]
"""A trust policy as text, or why it is not known; the ARN of the role's account; the settings."""

_ACCOUNT = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}(?=:)")
_WORTH_PROCESSES = 1000
_CHUNK = 50
_NOTES = {
    Note.NAME_ONLY: (
        "no id is pinned: anybody who gets the name after a deletion or a rename gets in "
        "(NAME-ONLY)"
    ),
    Note.ONE_FORM: (
        "one form of the subject alone is let in: a rename or a transfer locks the repository out "
        "(ONE-FORM)"
    ),
}


@dataclass(frozen=True, kw_only=True)
class Assessment:
    """What there is to say of one trust policy; `reasons` are whole clauses, gravest first.

    `contexts` are what it serves, as far as that is written out.
    """

    grade: Grade
    verdict: Verdict
    refused: str | None = None
    witness: Mapping[str, str] | None = None
    contexts: tuple[Context, ...] = ()
    reasons: tuple[str, ...] = ()
    rewrite: Rewrite = field(default_factory=Rewrite)
    is_of_github: bool = True


@dataclass(frozen=True, kw_only=True)
class AssessedRole:
    """One role that trusts GitHub; `place` and `line` are where in the file it is written."""

    file: str
    name: str
    arn: str | None
    place: str | None
    assessment: Assessment
    line: int = 1
    power: Power = Power.UNSEEN
    boundary: str = ""
    use: LastUse | None = None

    def gravity(self, as_of: date) -> int:
        """Return a number that is larger for what has to be looked at earlier."""
        day = self.use.day if self.use else None
        is_known = self.use is not None
        return gravity(self.assessment.verdict, self.power, day, as_of, is_use_known=is_known)


@dataclass(frozen=True)
class Audit:
    """How many roles were read, those that trust GitHub, other resources with findings, users."""

    read: int
    roles: tuple[AssessedRole, ...]
    resources: tuple[ExistingResource, ...] = ()
    users: tuple[ExistingUser, ...] = ()

    @property
    def users_with_keys(self) -> list[ExistingUser]:
        """The users that have access keys, those who can do most first."""
        return sorted(
            (user for user in self.users if user.keys), key=lambda user: power_of(user.grants)
        )

    def by_gravity(self, as_of: date) -> list[AssessedRole]:
        """Return the roles that are not clean, what has to be looked at first in front."""
        found = (role for role in self.roles if role.assessment.grade != "clean")
        return sorted(
            found,
            key=lambda role: (GRADES.index(role.assessment.grade), -role.gravity(as_of)),
        )

    def of_grade(self, grade: Grade) -> list[AssessedRole]:
        """Return the roles of one grade, in the order in which they were read."""
        return [role for role in self.roles if role.assessment.grade == grade]

    @property
    def verdicts(self) -> Counter[Verdict]:
        """How many roles have each verdict."""
        return Counter(role.assessment.verdict for role in self.roles)


def audit_roles(
    found: Iterable[Existing],
    issuers: tuple[str, ...] = (),
    settings: Settings | None = None,
) -> Audit:
    """Assess roles; those that do not trust GitHub are only counted.

    `issuers` are the company's beside those of the pack's settings. Of each role its trust policy
    alone is kept, and of equal ones one, and what it is granted.
    """
    known = settings or Settings()
    listed = Listed((*known.issuers, *issuers), known.other_issuers, known.trust_policy_characters)
    beside = Gathered()
    roles: list[tuple[ExistingRole, Question]] = []
    resources: list[ExistingResource] = []
    for each in found:
        if isinstance(each, ExistingRole):
            roles.append((replace(each, document=None), _question(each, listed)))
        elif isinstance(each, ExistingResource):
            resources.append(each)
        else:
            beside.add(each)
    answers = _answers(dict.fromkeys(question for _, question in roles))
    assessed = (
        _assessed(role, answers[question], beside, settings)
        for role, question in roles
        if answers[question].is_of_github
    )
    return Audit(len(roles), tuple(assessed), tuple(resources), tuple(beside.users()))


def _assessed(
    role: ExistingRole, answer: Assessment, beside: Gathered, settings: Settings | None
) -> AssessedRole:
    rights = beside.rights(role)
    return AssessedRole(
        file=role.file,
        name=role.name,
        arn=role.arn,
        place=role.place,
        assessment=_with_rights(answer, rights, settings),
        line=role.line,
        power=rights.power if rights else Power.UNSEEN,
        boundary=rights.boundary if rights else "",
        use=role.use,
    )


def assess(question: Question) -> Assessment:
    """Assess one trust policy, given as JSON text with the role's account."""
    document, account, listed = question
    if isinstance(document, NotKnownYet):
        judgement = Judgement(Verdict.UNKNOWN, document.why)
        return Assessment(grade="finding", verdict=Verdict.UNKNOWN, reasons=(_unknown(judgement),))
    number = account.rpartition(":")[2] if account else None
    found = trust_faults(
        document,
        judge(document, other_issuers=listed.other_issuers),
        issuers=listed.issuers,
        other_issuers=listed.other_issuers,
        account=number,
        longest=listed.longest,
    )
    if found is None:
        return Assessment(grade="clean", verdict=Verdict.NOT_GITHUB, is_of_github=False)
    judgement = found.judgement
    findings, notes = tuple(_findings(found)), tuple(_notes(found))
    written = Rewrite()
    if findings or notes:
        written = rewrite_trust(document, judgement, listed.issuers, number, pin_ids=True)
    unwritten = f"no trust policy is written to replace it: {written.why}" if written.why else ""
    is_same = len(written.documents) == 1 and same_policy(written.documents[0], document)
    return Assessment(
        grade="finding" if findings else "note" if notes else "clean",
        verdict=judgement.verdict,
        refused=judgement.refused,
        witness=judgement.witness.claims if judgement.witness else None,
        contexts=judgement.contexts,
        reasons=(*findings, *notes, *filter(None, [unwritten])),
        rewrite=Rewrite() if is_same else written,
    )


def _with_rights(
    assessment: Assessment, rights: Rights | None, settings: Settings | None
) -> Assessment:
    """Add what the role is granted beyond what the policy pack lets pass."""
    if rights is None:
        return assessment
    findings = tuple(rights.beyond(assessment.verdict, assessment.contexts, settings))
    notes = () if settings else tuple(rights.unseen())
    grade: Grade = "finding" if findings else "note" if notes else "clean"
    return replace(
        assessment,
        grade=min(assessment.grade, grade, key=GRADES.index),
        reasons=(*findings, *assessment.reasons, *notes),
    )


def _question(role: ExistingRole, listed: Listed) -> Question:
    document = role.document
    account = _ACCOUNT.match(role.arn or "")
    if isinstance(document, NotKnownYet):
        return document, None, listed
    text = document if isinstance(document, str) else json.dumps(document)
    return text, account.group() if account else None, listed


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


def _findings(found: TrustFaults) -> Iterator[str]:
    """Say everything for which the policy pack blocks the document."""
    said = list(_known_findings(found))
    yield from said
    if found.unknown_kind:
        yield f'"{found.unknown_kind}" is no kind of principal that IAM knows: it may be anybody'
    for one in found.strangers:
        yield (
            f'statement {one.statement}: {one.kind} "{one.value}" gets in beside GitHub, or is no '
            "issuer of the company: give it a role of its own"
        )
    if Fault.SEVERAL in found.faults:
        yield _several(found.judgement)
    if not said and Fault.ODD in found.faults:
        yield f"it is not plain: {found.oddity.rstrip('.')}"
    if not said and Fault.INEFFECTIVE in found.faults:
        dead = (one for one in found.judgement.statements if one.verdict is Verdict.DEAD)
        yield from (f"DEAD: statement {one.index}: {one.reason}" for one in dead)


def _known_findings(found: TrustFaults) -> Iterator[str]:
    judgement, verdict = found.judgement, found.judgement.verdict
    if verdict is Verdict.UNKNOWN:
        yield _unknown(judgement)
    elif verdict is not Verdict.EXACT and not _is_pull_request_role(found):
        yield from _verdicts(judgement)
    if judgement.refused and verdict is not Verdict.UNKNOWN:
        yield f"AWS would not take it today: {judgement.refused} (REFUSED)"
    if found.is_too_long:
        yield (
            f"AWS would not take it today: it has {found.size} characters without white space, and "
            f"the account takes {found.longest} (REFUSED)"
        )
    if Note.NO_AUDIENCE in judgement.notes:
        yield _audience(judgement)


def _notes(found: TrustFaults) -> Iterator[str]:
    judgement = found.judgement
    if _is_pull_request_role(found):
        yield (
            f"PULL-REQUEST: {judgement.reason}. It is meant to be so only for a role that reads "
            "metadata"
        )
    for note, sentence in _NOTES.items():
        if note in judgement.notes:
            yield sentence
    yield from loose_operators(judgement)


def _several(judgement: Judgement) -> str:
    served = ", ".join(f"{one.repository} {one.context}" for one in judgement.contexts[:5])
    count = len(judgement.contexts)
    return f"it serves {count} contexts ({served}): give each a role of its own"


def _audience(judgement: Judgement) -> str:
    statements = (one for one in judgement.statements if Note.NO_AUDIENCE in one.notes)
    named = dict.fromkeys(value for one in statements for value in one.audience)
    found = f"the audience may be {' or '.join(map(json.dumps, named))}" if named else ""
    return (
        f"{found or 'no audience is pinned'}: a token that was asked for by and for somebody else "
        "gets in (NO-AUDIENCE)"
    )


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


def _is_pull_request_role(found: TrustFaults) -> bool:
    """Tell whether pull requests of one repository get in, and nothing that is wider."""
    is_loose = Fault.LOOSE in found.faults
    return found.judgement.verdict is Verdict.PULL_REQUEST and not is_loose
