"""Rehearse roles: every event against every role, in or out, and what decides."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from keyless.facts import GITHUB_COM, sts_audience
from keyless.rehearse.expectation import expectations_of
from keyless.rehearse.refusal import rule
from keyless.rehearse.roles import RehearsedRole
from keyless.rehearse.scenarios import Event, Expected, Stage, Token, events_for
from keyless.rehearse.token import Form
from keyless.stack.role import Approval
from keyless.trust import Verdict

Result = Literal["in", "out"]
_WITNESS = "a token that the policy lets in and nobody meant"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one event in one form of the subject came to; `form` is None where there is no token."""

    event: str
    label: str
    form: Form | None
    subject: str | None
    result: Result
    expected: Expected
    decided_by: str

    @property
    def is_surprising(self) -> bool:
        """Whether it came to something else than the role is for."""
        return self.expected not in {"open", self.result}


@dataclass(frozen=True)
class Rehearsal:
    """One role with the outcome of every event."""

    role: RehearsedRole
    outcomes: tuple[Outcome, ...]

    @property
    def surprises(self) -> tuple[Outcome, ...]:
        """The outcomes that differ from what the role is for."""
        return tuple(outcome for outcome in self.outcomes if outcome.is_surprising)


def rehearse(role: RehearsedRole) -> Rehearsal:
    """Try every event on one role."""
    judgement = role.judgement
    issuer = judgement.issuers[0] if judgement.issuers else GITHUB_COM
    partition = (role.arn or "arn:aws").split(":")[1]
    stage = Stage(issuer, sts_audience(partition))
    outcomes = [
        outcome
        for expectation in expectations_of(role)
        for event in events_for(expectation, stage)
        for outcome in _outcomes(role, event)
    ]
    return Rehearsal(role, tuple(_served_elsewhere(outcomes, role)) + tuple(_witness(role)))


def _outcomes(role: RehearsedRole, event: Event) -> Iterator[Outcome]:
    if not event.tokens:
        reason = "GitHub: no token is minted for it"
        yield Outcome(
            event=event.id,
            label=event.label,
            form=None,
            subject=None,
            result="out",
            expected=event.expected,
            decided_by=reason,
        )
    for token in event.tokens:
        yield _outcome(role, event, token)


def _outcome(role: RehearsedRole, event: Event, token: Token) -> Outcome:
    ruling = rule(role.judgement, token.claims, role.ended)
    result: Result = "in" if ruling.admitted and not event.held else "out"
    reason = ruling.reason
    if ruling.admitted and event.held:
        reason = event.held
    elif ruling.admitted:
        reason += _then(role, token)
    subject = token.claims["sub"]
    return Outcome(
        event=event.id,
        label=event.label,
        form=token.form,
        subject=subject,
        result=result,
        expected=event.expected,
        decided_by=reason,
    )


def _then(role: RehearsedRole, token: Token) -> str:
    """Say who has to agree before the job of an environment starts."""
    approval = role.described.approval if role.described else None
    return f"; {_approval(approval)}" if approval and "environment" in token.claims else ""


def _approval(approval: Approval) -> str:
    people = [*approval.users, *(f"team {team}" for team in approval.teams)]
    said = f"after approval by {' or '.join(people)}" if people else "nobody has to approve"
    wait = f" and a wait of {approval.wait_minutes} minutes" if approval.wait_minutes else ""
    return said + wait


def _served_elsewhere(outcomes: Sequence[Outcome], role: RehearsedRole) -> Iterator[Outcome]:
    """Leave out what another expectation of the same role is meant for."""
    meant = {o.subject for o in outcomes if o.expected == "in"}
    several = not role.described and len(role.judgement.contexts) > 1
    for outcome in outcomes:
        if several and outcome.expected == "out" and outcome.subject in meant:
            continue
        yield outcome


def _witness(role: RehearsedRole) -> Iterator[Outcome]:
    """Add the judge's own witness, so that no loose policy passes a rehearsal."""
    witness, verdict = role.judgement.witness, role.judgement.verdict
    if verdict is Verdict.UNKNOWN:
        reason = f"not decided: {role.judgement.reason}"
        yield Outcome(
            event="unknown",
            label="any token",
            form=None,
            subject=None,
            result="in",
            expected="out",
            decided_by=reason,
        )
    if witness is None or _is_meant(role, witness.claims["sub"]):
        return
    ruling = rule(role.judgement, witness.claims)
    form: Form = "template" if witness.template else "name"
    subject = witness.claims["sub"]
    result: Result = "in" if ruling.admitted else "out"
    yield Outcome(
        event="witness",
        label=_WITNESS,
        form=form,
        subject=subject,
        result=result,
        expected="out",
        decided_by=ruling.reason,
    )


def _is_meant(role: RehearsedRole, subject: str) -> bool:
    """Tell whether a witness is only what the role is for: a pull request, a whole repository."""
    if role.described and role.described.context_kind == "whole_repository":
        return role.judgement.verdict is Verdict.REPOSITORY_WIDE
    if role.described:
        return subject in role.described.subjects
    return role.judgement.verdict is Verdict.PULL_REQUEST
