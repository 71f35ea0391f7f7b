"""Follow reusable workflows: every job that a workflow starts, with the jobs that call it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from keyless.facts import BRANCH_REF_PREFIX, TAG_REF_PREFIX
from keyless.jobs.checkout import Checkout
from keyless.jobs.workflow import Flaw, Job, Workflow

DEEPEST = 10
"""Levels of calls that GitHub takes ("Reuse workflows")."""

MOST_JOBS = 500
"""Jobs of one workflow that are followed; GitHub takes calls of 50 files, none of itself."""

_LOCAL = re.compile(r"[.$]/(\.github/workflows/[^/@]+\.ya?ml)\Z")
_REMOTE = re.compile(r"([^/@]+/[^/@]+)/(\.github/workflows/[^/@]+\.ya?ml)@(.+)\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


@dataclass(frozen=True)
class Link:
    """A job in its workflow file.

    `pins` are the refs that the file is called at, empty for one that runs at the ref of the run.
    `home` is the checkout that the file belongs to.
    """

    home: Checkout
    workflow: Workflow
    job: Job
    pins: tuple[str, ...] = ()

    def workflow_refs(self, ref: str) -> tuple[str, ...]:
        """Return what `job_workflow_ref` may be in a run on a ref."""
        file = f"{self.home.repository}/{self.workflow.path}"
        return tuple(f"{file}@{pin}" for pin in self.pins or (ref,))


@dataclass(frozen=True)
class Path:
    """A job that runs steps, behind the jobs that call its workflow; the first is the caller.

    `elsewhere` is what the last job calls where that file is in none of the checkouts.
    """

    links: tuple[Link, ...]
    elsewhere: str | None = None

    @property
    def name(self) -> str:
        """The job as rows name it: `caller-job/callee-job`."""
        return "/".join(link.job.id for link in self.links)

    @property
    def flaw(self) -> tuple[str, Flaw] | None:
        """The first thing for which GitHub refuses a file on the way, behind the file's path."""
        files = (link.workflow for link in self.links)
        return next(((file.path, flaw) for file in files for flaw in file.flaws), None)

    @property
    def last(self) -> Link:
        """The job itself."""
        return self.links[-1]


def paths(
    workflow: Workflow, checkout: Checkout, others: Sequence[Checkout]
) -> tuple[list[Path], bool]:
    """Return the jobs that a workflow starts, and whether MOST_JOBS are not all of them."""
    waiting: list[tuple[Link, ...]] = [
        (Link(checkout, workflow, job),) for job in workflow.jobs.values()
    ]
    waiting.reverse()
    found: list[Path] = []
    for _ in range(MOST_JOBS):
        if not waiting:
            break
        below = _below(waiting.pop(), checkout, others)
        if isinstance(below, Path):
            found.append(below)
        else:
            waiting += below[::-1]
    return found, bool(waiting)


def called_paths(checkouts: Sequence[Checkout]) -> set[tuple[str, str]]:
    """Return the files that some workflow of the checkouts calls: repository and path."""
    found: set[tuple[str, str]] = set()
    for checkout in checkouts:
        for workflow in checkout.workflows.values():
            for job in workflow.jobs.values():
                called = _called(job.uses or "", checkout.repository, ())
                if called:
                    found.add((called[0].casefold(), called[1]))
    return found


def _below(
    links: tuple[Link, ...], checkout: Checkout, others: Sequence[Checkout]
) -> Path | list[tuple[Link, ...]]:
    """Return a job that runs steps itself, or the jobs of the workflow that it calls."""
    last = links[-1]
    if last.job.uses is None:
        return Path(links)
    called = _called(last.job.uses, last.home.repository, last.pins)
    home = next((c for c in (checkout, *others) if called and _same(c, called[0])), None)
    target = home.workflows.get(called[1]) if home and called else None
    if called is None or home is None or target is None or len(links) >= DEEPEST:
        return Path(links, elsewhere=last.job.uses)
    return [(*links, Link(home, target, job, called[2])) for job in target.jobs.values()]


def _called(
    uses: str, repository: str, pins: tuple[str, ...]
) -> tuple[str, str, tuple[str, ...]] | None:
    """Return the repository, the file and the refs of a call."""
    if local := _LOCAL.match(uses):
        return repository, local[1], pins
    if remote := _REMOTE.match(uses):
        return remote[1], remote[2], _refs(remote[3])
    return None


def _refs(ref: str) -> tuple[str, ...]:
    if _COMMIT.match(ref) or ref.startswith("refs/"):
        return (ref,)
    return (f"{BRANCH_REF_PREFIX}{ref}", f"{TAG_REF_PREFIX}{ref}")


def _same(checkout: Checkout, repository: str) -> bool:
    return checkout.repository.casefold() == repository.casefold()
