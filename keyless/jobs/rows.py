"""Every row of a checkout: job, event and kind of ref, and what it comes to."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from keyless.facts import BRANCH_REF_PREFIX
from keyless.jobs.admission import subjects
from keyless.jobs.calls import MOST_JOBS, Path, called_paths, paths
from keyless.jobs.checkout import Checkout, Unreadable
from keyless.jobs.outcome import (
    Asked,
    Outcome,
    elsewhere_outcome,
    key_outcome,
    outcomes,
    untried_outcome,
)
from keyless.jobs.refs import Candidate, Patterns, Rank, candidates
from keyless.jobs.runs import Place, Rights, Run, call_values, rights, runs
from keyless.jobs.stack_roles import StackRepository
from keyless.jobs.visit import Found, Site, Use
from keyless.jobs.workflow import Workflow
from keyless.jobs.world import Choices, Notices, TooManyChoicesError, World, explore

_TOO_MANY_JOBS = (
    f"calls more than {MOST_JOBS} jobs, or itself. Those beyond were not looked at. Call fewer."
)
_LINES = {
    "no-id-token": "permissions",
    "no-environment": "environment",
    "other-environment": "environment",
    "dynamic-environment": "environment",
}
"""The key of the job that a cause is about; the job's own line where it has no such key."""

_MOST_ROUNDS = 6
"""Rounds in which expressions may name further refs."""


@dataclass(frozen=True, kw_only=True)
class Row:
    """One job, event and kind of ref with one result; `ref` is as in a filter, or None."""

    repository: str
    workflow: str
    path: Path
    event: str
    ref: str | None
    rank: Rank
    outcome: Outcome
    causes: frozenset[str]
    rights: Rights
    subjects: tuple[str, ...]

    @property
    def line(self) -> int:
        """The line of the workflow file that the row is about."""
        site, job, workflow = self.outcome.site, self.path.links[0].job, self.path.links[0].workflow
        if "refused-file" in self.causes and workflow.flaws:
            return workflow.flaws[0].line
        if len(self.path.links) > 1:
            return job.line
        for cause, key in _LINES.items():
            if cause in self.causes:
                return job.line_of(key)
        return site.line if site.path == self.workflow else site.step_line or job.line

    @property
    def sameness(self) -> tuple[object, ...]:
        """What makes two rows of one job one: the first of them stands for both."""
        return (self.path.name, self.event, self.outcome.result, self.outcome.role, self.causes)


@dataclass
class JobReport:
    """One job behind its callers.

    `rows` has one row of those that come to the same, `every` has each of them. `found` is what its
    steps contain, by event, whatever an `if` says; `environments` are those that it names.
    """

    path: Path
    rows: list[Row] = field(default_factory=list)
    every: list[Row] = field(default_factory=list)
    found: list[tuple[str, Found]] = field(default_factory=list)
    environments: dict[str, None] = field(default_factory=dict)

    @property
    def asks(self) -> bool:
        """Whether the job asks for AWS credentials."""
        return any(found.uses for _, found in self.found)


@dataclass(frozen=True)
class WorkflowReport:
    """One workflow file and its jobs.

    `faulty` are the jobs that call for more rights than they grant, each with the right.
    """

    workflow: Workflow
    jobs: tuple[JobReport, ...]
    faulty: Mapping[str, str]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of the file: a run that does not start has those of the faulty call alone."""
        every = [row for job in self.jobs for row in job.rows]
        if not self.faulty:
            return tuple(every)
        return tuple(
            replace(row, causes=row.causes | {"no-id-token"})
            for row in every
            if row.path.links[0].job.id in self.faulty
        )

    @property
    def not_started(self) -> tuple[Unreadable, ...]:
        """What GitHub starts no run for, and no row reports."""
        return (*self._flaws(), *self._faulty_calls())

    def _flaws(self) -> Iterator[Unreadable]:
        reported = 1 if any("refused-file" in row.causes for row in self.rows) else 0
        for flaw in self.workflow.flaws[reported:]:
            yield Unreadable(self.workflow.path, flaw.line, f"{flaw.says} {flaw.write}")

    def _faulty_calls(self) -> Iterator[Unreadable]:
        reported = {row.path.links[0].job.id for row in self.rows}
        return (
            Unreadable(
                self.workflow.path,
                self.workflow.jobs[job].line,
                f"the job {job} calls a workflow that asks for `{right}`, which the job does not "
                "grant. GitHub starts no run of this file. Grant it in the job.",
            )
            for job, right in self.faulty.items()
            if job not in reported
        )


def report(
    checkout: Checkout,
    others: Sequence[Checkout],
    entry: StackRepository,
    wanted: Callable[[Path], bool] = lambda _: True,
) -> tuple[WorkflowReport, ...]:
    """Return the rows of every workflow, of jobs that are wanted; it may call those of `others`."""
    called = called_paths([checkout, *others])
    return tuple(
        _workflow_report(workflow, checkout, others, entry, called, wanted)
        for workflow in checkout.workflows.values()
    )


def _workflow_report(
    workflow: Workflow,
    checkout: Checkout,
    others: Sequence[Checkout],
    entry: StackRepository,
    called: set[tuple[str, str]],
    wanted: Callable[[Path], bool],
) -> WorkflowReport:
    is_called = (checkout.repository.casefold(), workflow.path) in called
    events = [e for e in workflow.events if e != "workflow_call" or not is_called]
    jobs = []
    found, are_more = paths(workflow, checkout, others)
    for path in filter(wanted, found):
        job = JobReport(path)
        for event in events:
            _Attempt(checkout=checkout, entry=entry, path=path, event=event, job=job).fill()
        jobs.append(job)
    if are_more:
        checkout.unreadable.append(Unreadable(workflow.path, 1, _TOO_MANY_JOBS))
    asked = ((path.links[0].job.id, rights(path, "push").refused) for path in found)
    faulty = {job: right for job, right in asked if right is not None}
    return WorkflowReport(workflow, tuple(jobs), faulty)


@dataclass(kw_only=True)
class _Attempt:
    """One job under one event, tried with every ref that decides."""

    checkout: Checkout
    entry: StackRepository
    path: Path
    event: str
    job: JobReport
    notices: Notices = field(default_factory=Notices)
    tried: dict[tuple[str | None, bool], tuple[Outcome, ...]] = field(default_factory=dict)
    same_on_all_refs: dict[bool, tuple[list[Run], bool]] = field(default_factory=dict)

    def fill(self) -> None:
        """Add the rows of the event to the job's report."""
        if not self._may_ask():
            return
        places = self._places()
        made = [row for place in places for row in self._rows(place)]
        made.sort(key=lambda row: row.rank)
        self.job.every += made
        kept: dict[tuple[object, ...], Row] = {}
        for row in made:
            first = kept.setdefault(row.sameness, row)
            could_use = first.outcome.could_use | row.outcome.could_use
            kept[row.sameness] = replace(first, outcome=replace(first.outcome, could_use=could_use))
        self.job.rows += kept.values()

    def _may_ask(self) -> bool:
        """Tell whether the job may ask for credentials on any ref, by a run on the first."""
        first = next((c.refs[0] for c in self._candidates(Place(None))), None)
        found = self._try(first)
        uses = (one.uses for event, one in self.job.found if event == self.event)
        return bool(found) or self.notices.reads_ref or any(uses)

    def _places(self) -> list[Place]:
        """Try refs until expressions name no further ones; return the environments that came up."""
        places: dict[Place, None] = {}
        for _ in range(_MOST_ROUNDS):
            before = self.notices.count, len(places)
            for place in [*places, Place(None)]:
                for candidate in self._candidates(place):
                    for ref in candidate.refs:
                        places.update(dict.fromkeys(o.place for o in self._try(ref)))
            if (self.notices.count, len(places)) == before:
                break
        return list(places)

    def _candidates(self, place: Place) -> tuple[Candidate, ...]:
        environment = self.entry.environment(place.name) if place.name else None
        patterns = Patterns(environment.branches, environment.tags) if environment else Patterns()
        node = self.path.links[0].workflow.events[self.event]
        return candidates(self.event, node, self.checkout.default_branch, self.notices, patterns)

    def _rows(self, place: Place) -> Iterator[Row]:
        token_rights = rights(self.path, self.event)
        further = frozenset[str]() if place.is_known else self._could_use_anywhere()
        for candidate in self._candidates(place):
            for ref in candidate.refs:
                for outcome in self._try(ref):
                    if outcome.place == place:
                        made = replace(outcome, could_use=outcome.could_use | further)
                        yield self._row(made, candidate, ref, token_rights)

    def _could_use_anywhere(self) -> frozenset[str]:
        """Return the roles that a job of an unknown environment may use on any ref it runs on."""
        return frozenset(
            name
            for environment in self.entry.environments.values()
            for candidate in self._candidates(Place(environment.name))
            for ref in candidate.refs
            for outcome in self._try(ref)
            if not outcome.place.is_known
            for name in outcome.could_use
        )

    def _row(
        self, outcome: Outcome, candidate: Candidate, ref: str | None, token_rights: Rights
    ) -> Row:
        if self.path.flaw:
            outcome = outcome.doubted("refused-file")
        causes = outcome.causes
        if outcome.result == "in" and self.event == "pull_request" and self._admits_forks(outcome):
            causes = causes | {"fork"}
        carried = subjects(self.entry, outcome.run) if outcome.run else ()
        if ref and candidate.label and ref != candidate.label:
            carried = tuple(text.replace(ref, candidate.label) for text in carried)
        return Row(
            repository=self.checkout.repository,
            workflow=self.path.links[0].workflow.path,
            path=self.path,
            event=self.event,
            ref=candidate.label,
            rank=candidate.rank,
            outcome=outcome,
            causes=causes,
            rights=token_rights,
            subjects=carried,
        )

    def _admits_forks(self, outcome: Outcome) -> bool:
        """Tell whether no `if` leaves out the pull requests of forks."""
        same = (o for ref, _ in list(self.tried) for o in self._try(ref, is_fork=True))
        return any(o.role == outcome.role and o.site == outcome.site for o in same)

    def _try(self, ref: str | None, *, is_fork: bool = False) -> tuple[Outcome, ...]:
        key = (ref, is_fork)
        if key not in self.tried:
            found = tuple(self._tried(ref, is_fork))
            self.tried[key] = found
            for branch in sorted(name for outcome in found for name in outcome.branches):
                self.notices.names.setdefault(f"{BRANCH_REF_PREFIX}{branch}")
        return self.tried[key]

    def _tried(self, ref: str | None, is_fork: bool) -> Iterator[Outcome]:
        world = self._world(ref, is_fork)
        if self.path.elsewhere is not None:
            yield from self._elsewhere(world)
            return
        found, are_all = self._runs(world)
        for run in found:
            self.job.found.append((self.event, run.found))
        if not are_all:
            yield from self._untried(found)
            return
        for run in found:
            if run.place.name:
                self.job.environments.setdefault(run.place.name)
            yield from self._outcomes(run.place, run.found, ref)

    def _runs(self, world: World) -> tuple[list[Run], bool]:
        """Return what the job does in one run, and whether all choices were tried.

        It is the same on every ref if no expression asks for the ref.
        """
        if world.is_fork in self.same_on_all_refs:
            return self.same_on_all_refs[world.is_fork]
        found: list[Run] = []
        are_all = True
        try:
            for one in explore(
                lambda choices: runs(
                    self.path, world.with_choices(choices), self.checkout, self.entry
                )
            ):
                found += one
        except TooManyChoicesError:
            are_all = False
        if not self.notices.reads_ref:
            self.same_on_all_refs[world.is_fork] = found, are_all
        return found, are_all

    def _untried(self, found: Sequence[Run]) -> Iterator[Outcome]:
        """Yield what a job comes to that has too many choices to try: nobody knows."""
        use = next((use for run in found for use in run.found.uses), None)
        if use is not None:
            yield untried_outcome(self.entry, use.site)

    def _outcomes(self, place: Place, found: Found, ref: str | None) -> Iterator[Outcome]:
        live = [use for use in found.uses if use.is_live]
        key = next((use for use in live if use.kind == "key"), None)
        if key is not None:
            yield key_outcome(key.site, place)
            return
        refs = self.path.last.workflow_refs(ref or "")
        token_rights = rights(self.path, self.event)
        for use in live:
            yield from outcomes(
                Asked(
                    entry=self.entry,
                    rights=token_rights,
                    place=place,
                    event=self.event,
                    ref=ref,
                    workflow_refs=refs,
                    use=use,
                )
            )

    def _elsewhere(self, world: World) -> Iterator[Outcome]:
        """Yield what a call of a workflow that nobody has read may come to."""
        job = self.path.last.job
        token_rights = rights(self.path, self.event)
        given = explore(
            lambda choices: list(call_values(self.path, world.with_choices(choices), self.entry))
        )
        site = Site(self.path.last.workflow.path, job.line)
        for name, value in (pair for values in given for pair in values):
            found = elsewhere_outcome(
                self.entry,
                site,
                self.path.elsewhere or "",
                name,
                value,
                has_token=token_rights.id_token,
            )
            if found is not None:
                kind: Literal["key", "token"] = "key" if found.result == "static-keys" else "token"
                self.job.found.append(
                    (self.event, Found([Use(kind=kind, site=site, is_live=True)]))
                )
                yield found

    def _world(self, ref: str | None, is_fork: bool) -> World:
        workflow = self.path.links[0].workflow
        identity = self.entry.identity
        return World(
            repository=self.checkout.repository,
            default_branch=self.checkout.default_branch,
            ids=(identity.id, identity.owner_id),
            event=self.event,
            event_node=workflow.events[self.event],
            ref=ref,
            choices=Choices({}),
            notices=self.notices,
            environments=tuple(
                environment.name for environment in self.entry.environments.values()
            ),
            is_fork=is_fork,
        )


def unused_roles(entry: StackRepository, rows: Iterable[Row]) -> tuple[str, ...]:
    """Return the roles that no row gets into and no unknown row may be using."""
    used = {name for row in rows for name in (row.outcome.role, *row.outcome.could_use)}
    return tuple(role.name for role in entry.roles if role.name not in used)
