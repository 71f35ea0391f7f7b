"""The events that a role is rehearsed with: its own, its neighbours', and strangers'.

What each is expected to come to follows from what the role is for, never from its trust policy: so
a loose policy shows as somebody who gets in and was not meant to. `open` is where GitHub does not
document what the token says.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from keyless.facts import (
    BRANCH_REF_PREFIX,
    ENTERPRISE_SERVER_PATH,
    MERGE_QUEUE_PREFIX,
    PULL_REF_PREFIX,
    PULL_REF_SUFFIX,
    TAG_REF_PREFIX,
)
from keyless.rehearse.expectation import Expectation
from keyless.rehearse.token import Claims, Form, Job

Expected = Literal["in", "out", "open"]

_OTHER_REF = f"{BRANCH_REF_PREFIX}somebody/experiment"
_MERGE_REF = f"{PULL_REF_PREFIX}7{PULL_REF_SUFFIX}"
_STRANGER = {"owner": "mallory", "owner_id": "66000006", "id": "990000009"}
_FORMS: tuple[Form, ...] = ("name", "immutable")


@dataclass(frozen=True)
class Token:
    """One token that the event may bring, named by the form of its subject."""

    form: Form
    claims: Claims


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happens at GitHub.

    `tokens` is empty where GitHub mints none; `held` says why GitHub itself does not let the job
    go on.
    """

    id: str
    label: str
    expected: Expected
    tokens: tuple[Token, ...]
    held: str | None = None


@dataclass(frozen=True)
class Stage:
    """Who mints the tokens of a rehearsal, and which audience they ask for."""

    issuer: str
    audience: str

    def tokens(self, job: Job, audience: str | None = None) -> tuple[Token, ...]:
        """Return the token of a job in each form that the issuer knows."""
        forms = _FORMS[:1] if self.issuer.endswith(ENTERPRISE_SERVER_PATH) else _FORMS
        asked = audience or self.audience
        return tuple(Token(form, job.claims(form, self.issuer, asked)) for form in forms)

    def customised(self, job: Job, subject: str) -> tuple[Token, ...]:
        """Return the token of a job whose repository spells the subject by a template."""
        return (Token("template", job.claims("template", self.issuer, self.audience, subject)),)


def events_for(expectation: Expectation, stage: Stage) -> tuple[Event, ...]:
    """Return every event of a rehearsal of one expectation, its own first."""
    return (
        *_own_events(expectation, stage),
        *_changed_events(expectation, stage),
        *_others(expectation, stage),
    )


def intended_job(expectation: Expectation) -> Job:
    """Return the job that the role is for."""
    called = expectation.workflows[0] if expectation.workflows else None
    job = Job(
        repository=expectation.repository, event="push", ref=expectation.refs[0], called=called
    )
    if expectation.kind == "environment":
        return replace(job, environment=expectation.name)
    if expectation.kind == "pull_requests":
        return replace(job, event="pull_request", ref=_MERGE_REF)
    return replace(job, ref=expectation.refs[-1]) if expectation.kind == "tag" else job


def _own_events(expectation: Expectation, stage: Stage) -> Iterator[Event]:
    """Yield what happens in the repository itself."""
    intended = intended_job(expectation)
    inside = intended.environment
    yield from (
        _own(expectation, stage, "push", replace(intended, event=_event_of(r), ref=r))
        for r in expectation.refs
    )
    yield _own(
        expectation,
        stage,
        "dispatch",
        replace(intended, event="workflow_dispatch", ref=_by_hand(expectation)),
    )
    other = replace(intended, event="push", ref=_OTHER_REF)
    yield _own(expectation, stage, "push-elsewhere", other)
    yield _own(
        expectation, stage, "tag-elsewhere", replace(other, ref=f"{TAG_REF_PREFIX}somebody-1")
    )
    pull = replace(intended, event="pull_request", ref=_MERGE_REF)
    yield _own(expectation, stage, "pull-request", pull)
    if inside is not None:
        bare = replace(intended, environment=None)
        yield _own(expectation, stage, "without-environment", bare)
        yield _own(expectation, stage, "pull-request-bare", replace(pull, environment=None))
    else:
        yield _own(
            expectation, stage, "in-environment", replace(intended, environment="any-environment")
        )
    if inside is not None:
        yield _own(
            expectation,
            stage,
            "other-environment",
            replace(intended, environment=f"{expectation.name}-2"),
        )
    queue = f"{BRANCH_REF_PREFIX}{MERGE_QUEUE_PREFIX}{_sample_branch(expectation)}/pr-7-0a1b2c3"
    yield _own(expectation, stage, "merge-queue", replace(intended, event="merge_group", ref=queue))
    target = replace(
        intended,
        event="pull_request_target",
        ref=f"{BRANCH_REF_PREFIX}{_sample_branch(expectation)}",
    )
    yield replace(_own(expectation, stage, "pull-request-target", target), expected="open")
    label = "pull request from a fork of a public repository"
    yield Event(id="pull-request-from-fork", label=label, expected="out", tokens=())


def _by_hand(expectation: Expectation) -> str:
    """Return the ref of a run by hand, which takes a branch or a tag."""
    first = expectation.refs[0]
    is_pull = first.startswith(PULL_REF_PREFIX)
    return BRANCH_REF_PREFIX + _sample_branch(expectation) if is_pull else first


def _event_of(ref: str) -> str:
    if ref.startswith(PULL_REF_PREFIX):
        return "pull_request"
    in_queue = ref.startswith(BRANCH_REF_PREFIX + MERGE_QUEUE_PREFIX)
    return "merge_group" if in_queue else "push"


def _sample_branch(expectation: Expectation) -> str:
    """Return a branch that is meant, or that has a merge queue that is."""
    branches = (ref for ref in expectation.refs if ref.startswith(BRANCH_REF_PREFIX))
    branch = next(branches, f"{BRANCH_REF_PREFIX}main").removeprefix(BRANCH_REF_PREFIX)
    if branch.startswith(MERGE_QUEUE_PREFIX):
        return branch.removeprefix(MERGE_QUEUE_PREFIX).rpartition("/")[0]
    return branch


def _own(expectation: Expectation, stage: Stage, kind: str, job: Job) -> Event:
    held = None
    expected: Expected = "in" if _is_meant(expectation, job) else "out"
    if job.environment == expectation.name and not expectation.lets(job.ref):
        patterns = ", ".join((*expectation.branches, *expectation.tags))
        held = f"GitHub: {_short(job.ref)} is none of what may deploy ({patterns})"
    elif (
        job.environment == expectation.name
        and not expectation.refs_known
        and job.ref not in expectation.refs
    ):
        expected = "open"
    return Event(id=kind, label=_label(job), expected=expected, tokens=stage.tokens(job), held=held)


def _is_meant(expectation: Expectation, job: Job) -> bool:
    if expectation.kind == "whole_repository":
        return True
    if expectation.kind == "environment":
        return job.environment == expectation.name and expectation.lets(job.ref)
    if job.environment is not None:
        return False
    if expectation.kind == "pull_requests":
        return job.event == "pull_request"
    return job.event != "pull_request" and job.ref == intended_job(expectation).ref


def _changed_events(expectation: Expectation, stage: Stage) -> Iterator[Event]:
    """Yield the intended job with something else about it changed: workflow, audience, subject."""
    intended = intended_job(expectation)
    stranger = "mallory/pipelines/.github/workflows/deploy.yml@refs/heads/main"
    called = replace(intended, called=stranger)
    expected: Expected = "out" if expectation.workflows else "in"
    yield Event(
        id="strangers-workflow",
        label=f"{_label(intended)}, calling the reusable workflow of a stranger",
        expected=expected,
        tokens=stage.tokens(called),
    )
    for pinned in expectation.workflows[:1]:
        moved = replace(intended, called=f"{pinned.partition('@')[0]}@refs/heads/somebody")
        label = f"{_label(intended)}, calling the pinned workflow at another ref"
        yield Event(
            id="workflow-elsewhere", label=label, expected="out", tokens=stage.tokens(moved)
        )
        own = replace(intended, called=None)
        label = f"{_label(intended)}, without the pinned workflow"
        yield Event(id="workflow-missing", label=label, expected="out", tokens=stage.tokens(own))
    default = f"https://github.com/{expectation.repository.owner}"
    label = f"{_label(intended)}, with GitHub's default audience"
    yield Event(
        id="other-audience", label=label, expected="out", tokens=stage.tokens(intended, default)
    )


def _others(expectation: Expectation, stage: Stage) -> Iterator[Event]:
    """Yield what happens in other repositories: neighbours, look-alikes, strangers, heirs."""
    intended = intended_job(expectation)
    here = expectation.repository
    another_id = str(int(here.id) + 1)
    somewhere: dict[str, tuple[str, dict[str, str]]] = {
        "sibling": ("a sibling repository", {"name": f"{here.name}-next", "id": another_id}),
        "neighbour": (
            "another repository of the owner",
            {"name": "another-repository", "id": another_id},
        ),
        "lookalike-owner": (
            "the same repository name of a look-alike owner",
            {**_STRANGER, "owner": f"{here.owner}-inc"},
        ),
        "fork": ("a fork, by a stranger", _STRANGER),
        "recycled-repository": (
            "a new repository that took the name after a deletion",
            {"id": another_id},
        ),
        "recycled-owner": (
            "a stranger who took the owner's name after a deletion",
            {"owner_id": _STRANGER["owner_id"], "id": _STRANGER["id"]},
        ),
    }
    for kind, (label, changes) in somewhere.items():
        job = intended.elsewhere(**changes)
        yield Event(
            id=kind,
            label=f"{label} ({job.repository.full_name})",
            expected="out",
            tokens=stage.tokens(job),
        )
    stranger = intended.elsewhere(**_STRANGER)
    for name, subject in _TEMPLATES.items():
        label = f"a stranger whose subject template is {name}"
        spelled = subject(stranger, here.full_name)
        yield Event(
            id="strangers-template",
            label=label,
            expected="out",
            tokens=stage.customised(stranger, spelled),
        )


_TEMPLATES: dict[str, Callable[[Job, str], str]] = {
    "context": lambda job, _: job.context,
    "job_workflow_ref": lambda job, _: (
        f"job_workflow_ref:{job.repository.full_name}/.github/workflows/deploy.yml@{job.ref}"
    ),
    "workflow, context": lambda job, wanted: f"workflow:repo%3A{wanted}:{job.context}",
    "repo, ref, context": lambda job, _: (
        f"{job.repository.prefix('name')}:ref:{job.ref}:{job.context}"
    ),
}


_EVENTS: dict[str, Callable[[str], str]] = {
    "push": lambda ref: f"push {'of' if ref.startswith('tag ') else 'to'} {ref}",
    "workflow_dispatch": lambda ref: f"run by hand on {ref}",
    "pull_request": lambda _: "pull request",
    "merge_group": lambda _: "merge queue",
    "pull_request_target": lambda ref: f"pull_request_target against {ref}",
}


def _label(job: Job) -> str:
    what = _EVENTS[job.event](_short(job.ref))
    return what if job.environment is None else f"{what}, in the environment {job.environment}"


def _short(ref: str) -> str:
    return ref.removeprefix(BRANCH_REF_PREFIX).replace(TAG_REF_PREFIX, "tag ")
