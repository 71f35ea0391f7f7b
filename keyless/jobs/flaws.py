"""What GitHub refuses a whole workflow file for, as far as it is certain without running it.

Not judged: keys and rights that GitHub may have added since, and expressions outside of `if`.
"""

from collections.abc import Iterator

from keyless.jobs.expression import ExpressionError, TooLargeError, parse, split_template
from keyless.jobs.workflow import Flaw, Job, Step, Workflow
from keyless.text.sentences import nearest, quoted
from keyless.yaml_nodes import Items, Node, Scalar, Table

EVENTS = frozenset(
    {
        *("branch_protection_rule", "check_run", "check_suite", "create", "delete"),
        *("deployment", "deployment_status", "discussion", "discussion_comment", "fork"),
        *("gollum", "image_version", "issue_comment", "issues", "label", "merge_group"),
        *("milestone", "page_build", "project", "project_card", "project_column", "public"),
        *("pull_request", "pull_request_comment", "pull_request_review"),
        *("pull_request_review_comment", "pull_request_target", "push", "registry_package"),
        *("release", "repository_dispatch", "schedule", "status", "watch", "workflow_call"),
        *("workflow_dispatch", "workflow_run"),
    }
)
"""Sources: "Events that trigger workflows", GitHub Docs; the schema of workflows in
github.com/actions/languageservices (`on-mapping-strict`), which has the names of former events,
too."""


FILTERS = ("branches", "tags", "paths")
"""Filters that an event has either for what starts it, or with `-ignore` for what does not
("Workflow syntax", on, GitHub Docs)."""

NOT_IN_A_CALL = (
    *("runs-on", "steps", "environment", "env", "container", "services", "outputs"),
    *("defaults", "timeout-minutes", "continue-on-error"),
)
"""Keys of a job that one which calls a workflow cannot have ("Reuse workflows", supported keywords
for jobs that call a reusable workflow, GitHub Docs)."""


def find_flaws(workflow: Workflow) -> Iterator[Flaw]:
    """Yield everything for which GitHub refuses a file."""
    yield from _unknown_events(workflow.node.get("on"))
    for event, node in workflow.events.items():
        yield from _both_filters(event, node)
    for job in workflow.jobs.values():
        yield from _of_job(job, tuple(workflow.jobs))
        for step in job.steps:
            yield from _of_step(step)


def _unknown_events(on: Node | None) -> Iterator[Flaw]:
    names: tuple[Node | None, ...] = (on,)
    if isinstance(on, Table):
        names = tuple(key for key, _ in on.entries)
    elif isinstance(on, Items):
        names = tuple(on.items)
    for name in names:
        if isinstance(name, Scalar) and name.text not in EVENTS:
            near = nearest(name.text, sorted(EVENTS))
            other = 'Write one of "Events that trigger workflows" (GitHub Docs), or leave it out.'
            yield Flaw(
                name.place.line,
                f"{quoted(name.text)} under on: is no event that GitHub knows",
                f"Write `{near}`." if near else other,
            )


def _both_filters(event: str, node: Node | None) -> Iterator[Flaw]:
    if not isinstance(node, Table):
        return
    for name in FILTERS:
        key = node.key(f"{name}-ignore")
        if key and node.key(name):
            yield Flaw(
                key.place.line,
                f"{event} has both `{name}` and `{name}-ignore`",
                f"Write the one, and put `!` before what `{name}` leaves out.",
            )


def _of_job(job: Job, names: tuple[str, ...]) -> Iterator[Flaw]:
    known = {name.casefold() for name in names}
    for needed in job.needs:
        if needed.casefold() not in known and "${{" not in needed:
            near = nearest(needed, names)
            yield Flaw(
                job.line_of("needs"),
                f"the job {job.id} needs {quoted(needed)}, which is no job of the file",
                f"Write `{near}`." if near else "Write the name of a job, or leave it out.",
            )
    if job.node.key("runs-on") is None and job.uses is None:
        yield Flaw(
            job.line,
            f"the job {job.id} has neither `runs-on` nor `uses`",
            "Write `runs-on: ubuntu-latest`, or the runner that it is for.",
        )
    for key, _ in job.node.entries if job.uses is not None else ():
        if key.text in NOT_IN_A_CALL:
            yield Flaw(
                key.place.line,
                f"the job {job.id} calls a workflow and has `{key.text}`",
                f"Write `{key.text}` in the jobs of the called workflow.",
            )
    yield from _condition(job.condition, job.line_of("if"))


def _of_step(step: Step) -> Iterator[Flaw]:
    written = [name for name in ("uses", "run") if step.node.key(name) is not None]
    if len(written) == 2:
        yield Flaw(step.line, "the step has both `uses` and `run`", "Write a step for each.")
    key = step.node.key("if")
    yield from _condition(step.condition, key.place.line if key else step.line)


def _condition(text: str | None, line: int) -> Iterator[Flaw]:
    if text is None or not text.strip():
        return
    try:
        split_template(text) if "${{" in text else parse(text)
    except TooLargeError:
        return
    except ExpressionError as error:
        yield Flaw(
            line,
            f"the `if` is no expression: {error}",
            "Compare by `==` and `!=`, join by `&&` and `||`, and write texts in single quotes.",
        )
