"""What is worth a look beside the rows: rights, actions, keys, concurrency, what others choose.

Four of the six are rules of zizmor, too, whose id is named; they are said here of jobs that ask
for AWS credentials. Nothing else of zizmor is repeated.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from keyless.jobs.admission import names_of_others
from keyless.jobs.permissions import ID_TOKEN, grants
from keyless.jobs.rows import JobReport, WorkflowReport
from keyless.jobs.visit import Site


@dataclass(frozen=True)
class Rule:
    """One kind of remark; `zizmor` is the id of the same rule there."""

    says: str
    write: str
    zizmor: str | None = None


RULES: Mapping[str, Rule] = {
    "id-token-for-all-jobs": Rule(
        "every job of the workflow may ask for a token. A test or a build could, too",
        "Write `id-token: write` in the jobs that become a role",
        "excessive-permissions",
    ),
    "unpinned-action": Rule(
        "an action without a full commit runs where AWS credentials are. Its tag can be moved",
        "Write its full commit after the @",
        "unpinned-uses",
    ),
    "static-key-left": Rule(
        "a stored AWS key is read. It works for anybody who copies it",
        "Let the job assume a role, then delete the key",
    ),
    "no-concurrency": Rule(
        "two runs of a job with AWS credentials may overlap",
        "Write `concurrency:` in the job or its workflow",
        "concurrency-limits",
    ),
    "session-name-of-others": Rule(
        "AWS refuses a session name with other characters than letters, digits and `_+=,.@-`. A "
        "bot's name has brackets, a branch's name a slash, a title blanks",
        "Write `${{ github.run_id }}` in its place, or `${{ github.actor_id }}`",
    ),
    "checkout-of-pull-request-code": Rule(
        "code of a pull request is checked out under pull_request_target. It runs with the rights "
        "of the repository",
        "Check out the base, or use the event pull_request",
        "dangerous-triggers",
    ),
}


@dataclass(frozen=True)
class Remark:
    """One remark about one line."""

    id: str
    site: Site
    about: str = ""

    @property
    def says(self) -> str:
        """What was found and why it matters."""
        return f"{self.about}: {RULES[self.id].says}." if self.about else f"{self._plain}."

    @property
    def write(self) -> str:
        """What to write instead."""
        return f"{RULES[self.id].write}."

    @property
    def _plain(self) -> str:
        text = RULES[self.id].says
        return text[0].upper() + text[1:]


def remarks(reports: Iterable[WorkflowReport]) -> tuple[Remark, ...]:
    """Return every remark about the workflows of a checkout, each line once."""
    found = (remark for report in reports for remark in _of_workflow(report))
    return tuple(dict.fromkeys(found))


def _of_workflow(report: WorkflowReport) -> Iterator[Remark]:
    own = grants(report.workflow.node.get("permissions"))
    if own is not None and own.level(ID_TOKEN) == "write":
        site = Site(report.workflow.path, report.workflow.line_of("permissions"))
        yield Remark("id-token-for-all-jobs", site)
    for job in report.jobs:
        yield from _of_job(job)


def _of_job(job: JobReport) -> Iterator[Remark]:
    yield from _chosen_by_others(job)
    if not job.asks:
        return
    nodes = [node for link in job.path.links for node in (link.workflow.node, link.job.node)]
    if all(node.get("concurrency") is None for node in nodes):
        last = job.path.last
        yield Remark("no-concurrency", Site(last.workflow.path, last.job.line), last.job.id)
    for _, found in job.found:
        for site, uses in found.unpinned:
            yield Remark("unpinned-action", site, uses)
        for use in found.uses:
            if use.kind == "key":
                yield Remark("static-key-left", use.site)


def _chosen_by_others(job: JobReport) -> Iterator[Remark]:
    """Yield remarks about code that is checked out, and about names of sessions."""
    for event, found in job.found:
        if event == "pull_request_target":
            for site in found.head_checkouts:
                yield Remark("checkout-of-pull-request-code", site)
    for row in job.every:
        outcome = row.outcome
        if outcome.result == "in" and outcome.run:
            for name in names_of_others(outcome.run.session):
                yield Remark("session-name-of-others", outcome.site, name)
