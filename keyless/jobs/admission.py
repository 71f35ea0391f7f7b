"""Ask whether one run of a job gets into one role, and name every cause that keeps it out.

What the trust policy says is asked of its judge, with the claims of the run's token in both forms;
what GitHub refuses by an environment's patterns is asked of the rules of `rehearse`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from keyless.facts import mints_immutable
from keyless.jobs.stack_roles import StackRepository, StackRole
from keyless.jobs.values import Alternatives, Partial, Value, is_open, sources_of
from keyless.jobs.world import PULL_REQUEST_EVENTS
from keyless.rehearse.token import Claims, Form, Job
from keyless.rehearse.trust_conditions import claim_of

_ACTIONS_AUDIENCE = "sts.amazonaws.com"
"""What aws-actions/configure-aws-credentials asks for unless it is given another."""

_SHORTEST_SECONDS = 900
_USUAL_SECONDS = 3600
"""What the action asks for where its input begins with no number, or with 0."""

_WHOLE_NUMBER = re.compile(r"\s*[+-]?[0-9]+")
_HEXADECIMAL = re.compile(r"\s*[+-]?0[xX]")
_SESSION = re.compile(r"[\w+=,.@-]{2,64}\Z", re.ASCII)
_NOT_IN_SESSION = re.compile(r"[^\w+=,.@-]", re.ASCII)
_LONGEST_SESSION = 64
_LENGTHS = {"github.sha": 40, "github.workflow_sha": 40}
"""How long a value is that no file says, where that is certain."""

_PLAIN_SOURCE = re.compile(
    r"github\.(?!event\b)\w*(?:id|sha|number|attempt|type|protected|visibility|owner)\Z"
    r"|github\.event\.(?:[\w.]*\b(?:id|sha|number|after|before|action)\Z"
    r"|inputs\b|client_payload\b)"
)
"""Members of `github` whose values AWS takes, or which the person that starts the run chooses."""

_FORMS: tuple[Form, ...] = ("name", "immutable")


@dataclass(frozen=True, kw_only=True)
class Presented:
    """A run as a role sees it: what its token says, and what it asks for."""

    event: str
    ref: str
    environment: str | None
    workflow_refs: tuple[str, ...]
    audience: Alternatives
    seconds: Alternatives
    session: Alternatives


@dataclass(frozen=True)
class Admission:
    """Whether a run gets in: `causes` keep it out for certain, `doubts` may."""

    causes: frozenset[str]
    doubts: frozenset[str] = frozenset()


def admission(role: StackRole, repository: StackRepository, run: Presented) -> Admission:
    """Ask one role about one run."""
    judged = [_judged(role, repository, run, event) for event in _subject_events(run)]
    certain = frozenset[str]().union(*judged) if all(judged) else frozenset()
    doubts = frozenset({"pull-request-target"}) if any(judged) and not all(judged) else frozenset()
    asked, unsure = _asked(role, run)
    causes = certain | asked | ({"expired"} if role.described.has_ended else frozenset())
    return Admission(causes, frozenset() if causes else doubts | unsure)


def subjects(repository: StackRepository, run: Presented) -> tuple[str, ...]:
    """Return the subjects that a token of the run may carry, in both forms."""
    found = (
        _claims(repository, run, event, form, "", "")["sub"]
        for event in _subject_events(run)
        for form in _FORMS
    )
    return tuple(dict.fromkeys(found))


def _subject_events(run: Presented) -> tuple[str, ...]:
    """Return the events by which GitHub may make the subject: two where it does not say."""
    if run.event == "pull_request_target" and run.environment is None:
        return ("push", "pull_request")
    return (run.event,)


def _claims(
    repository: StackRepository, run: Presented, event: str, form: Form, audience: str, called: str
) -> Claims:
    job = Job(
        repository=repository.identity,
        event=event,
        ref=run.ref,
        environment=run.environment,
        called=called or None,
    )
    return job.claims(form, repository.issuer, audience)


def _judged(
    role: StackRole, repository: StackRepository, run: Presented, event: str
) -> frozenset[str]:
    """Return why a role refuses a run whose subject is that of an event; nothing if it is in."""
    refused = min(
        (_refused(role, repository, run, event, called) for called in run.workflow_refs), key=len
    )
    environment = repository.environment(run.environment or "")
    trusts = (role.environment, None if environment is None else environment.name)
    is_meant = trusts[0] == trusts[1] or role.described.context_kind == "whole_repository"
    if environment and is_meant and not environment.lets(repository.identity, run.ref):
        refused |= {"ref"}
    return frozenset(_causes(role, run, refused))


def _refused(
    role: StackRole, repository: StackRepository, run: Presented, event: str, called: str
) -> frozenset[str]:
    """Return the claims by which the judge refuses the tokens of a run, in every form."""
    forms = _FORMS if mints_immutable(repository.issuer) else _FORMS[:1]
    audience = next((a for a in run.audience if isinstance(a, str)), _ACTIONS_AUDIENCE)
    refused: set[str] = set()
    for form in forms:
        claims = _claims(repository, run, event, form, audience, called)
        if not role.judgement.admits(claims):
            refused |= set(_refusing(role, claims)) or {"sub"}
    return frozenset(refused)


def _refusing(role: StackRole, claims: Claims) -> Iterator[str]:
    for check in role.judgement.explain(claims):
        if check.effect == "Allow":
            yield from (claim_of(c) for c in check.conditions if not c.passed)


def _causes(role: StackRole, run: Presented, refused: Iterable[str]) -> Iterator[str]:
    refused = frozenset(refused)
    if "aud" in refused:
        yield "audience"
    if "job_workflow_ref" in refused:
        yield "workflow-not-pinned"
    if refused & {"repository", "repository_id", "repository_owner_id"}:
        yield "role-unknown"
    elif "sub" in refused:
        yield from _context_causes(role, run)
    elif refused & {"ref", "environment"}:
        yield from _ref_causes(run, is_for_pull_requests=False, names_environment=True)


def _context_causes(role: StackRole, run: Presented) -> Iterator[str]:
    """Say what a subject of another context lacks."""
    kind = role.described.context_kind
    if kind == "environment" and run.environment is None:
        yield "no-environment"
    elif run.environment is not None:
        yield "other-environment"
    else:
        yield from _ref_causes(
            run, is_for_pull_requests=kind == "pull_requests", names_environment=False
        )


def _ref_causes(
    run: Presented, *, is_for_pull_requests: bool, names_environment: bool
) -> Iterator[str]:
    if run.event in PULL_REQUEST_EVENTS - {"pull_request_target"}:
        yield "pull-request"
        if names_environment:
            yield "ref-not-admitted"
        return
    if run.event == "merge_group":
        yield "merge-queue"
        if is_for_pull_requests:
            return
    yield "ref-not-admitted"


def _asked(role: StackRole, run: Presented) -> tuple[frozenset[str], frozenset[str]]:
    """Return what is wrong, and what may be, about the session that a job asks for."""
    found: dict[str, list[bool | None]] = {
        "duration": [_fits_maximum(role, value) for value in run.seconds],
        "session-name": [_is_session_name(value) for value in run.session],
        "audience": [None for value in run.audience if is_open(value)],
    }
    wrong = {cause for cause, fits in found.items() if fits and all(f is False for f in fits)}
    unsure = {cause for cause, fits in found.items() if False in fits or None in fits} - wrong
    unsure -= {"duration", "session-name"} - {c for c, fits in found.items() if False in fits}
    return frozenset(wrong), frozenset(unsure)


def _fits_maximum(role: StackRole, value: Value) -> bool | None:
    if not isinstance(value, str) or _HEXADECIMAL.match(value):
        return None
    begins = _WHOLE_NUMBER.match(value)
    seconds = int(begins[0][:9]) if begins else 0
    return _SHORTEST_SECONDS <= (seconds or _USUAL_SECONDS) <= role.maximum_seconds


def _is_session_name(value: Value) -> bool | None:
    """Tell whether AWS takes a session name, as far as the files say it."""
    if isinstance(value, str):
        return _SESSION.match(value) is not None
    parts = value.parts if isinstance(value, Partial) else ()
    known = [part for part in parts if isinstance(part, str)]
    shortest = sum(
        len(part) if isinstance(part, str) else sum(_LENGTHS.get(s, 0) for s in part.sources)
        for part in parts
    )
    if any(map(_NOT_IN_SESSION.search, known)) or shortest > _LONGEST_SESSION:
        return False
    return None


def names_of_others(session: Alternatives) -> Iterator[str]:
    """Yield the members of `github` in a session name that may contain what AWS refuses."""
    for source in sorted(sources_of(session)):
        if source.startswith("github.") and not _PLAIN_SOURCE.match(source):
            yield source
