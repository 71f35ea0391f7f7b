"""Follow reusable workflows: every job that a workflow starts, with the jobs that call it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from keyless.jobs.checkout import Checkout
from keyless.jobs.workflow import Job, Workflow

DEEPEST = 10
"""Levels of calls that GitHub takes ("Reuse workflows")."""

_LOCAL = re.compile(r"\./(\.github/workflows/[^/@]+\.ya?ml)\Z")
_REMOTE = re.compile(r"([^/@]+/[^/@]+)/(\.github/workflows/[^/@]+\.ya?ml)@(.+)\Z")
_COMMIT = re.compile(r"[0-9a-f]{40}\Z")


@dataclass(frozen=True)
class Link:
    """A job in its workflow file.

    `pins` are the refs that the file is called at, empty for one that runs at the ref of the run.
    `repository` is the one that the file belongs to.
    """

    repository: str
    workflow: Workflow
    job: Job
    pins: tuple[str, ...] = ()

    def workflow_refs(self, ref: str) -> tuple[str, ...]:
        """Return what `job_workflow_ref` may be in a run on a ref."""
        return tuple(f"{self.repository}/{self.workflow.path}@{pin}" for pin in self.pins or (ref,))


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
    def last(self) -> Link:
        """The job itself."""
        return self.links[-1]


def paths(workflow: Workflow, checkout: Checkout, others: Sequence[Checkout]) -> Iterator[Path]:
    """Yield every job that a workflow starts."""
    for job in workflow.jobs.values():
        first = Link(checkout.repository, workflow, job)
        yield from _below((first,), checkout, others)


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
) -> Iterator[Path]:
    last = links[-1]
    if last.job.uses is None:
        yield Path(links)
        return
    called = _called(last.job.uses, last.repository, last.pins)
    home = next((c for c in (checkout, *others) if called and _same(c, called[0])), None)
    target = home.workflows.get(called[1]) if home and called else None
    is_round = any(link.workflow is target for link in links)
    if called is None or home is None or target is None or is_round or len(links) >= DEEPEST:
        yield Path(links, elsewhere=last.job.uses)
        return
    for job in target.jobs.values():
        yield from _below((*links, Link(home.repository, target, job, called[2])), checkout, others)


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
    return (f"refs/heads/{ref}", f"refs/tags/{ref}")


def _same(checkout: Checkout, repository: str) -> bool:
    return checkout.repository.casefold() == repository.casefold()
