"""Ask `jobs` about a workflow that was composed: which of its events get into no role."""

from collections.abc import Iterator, Sequence

from keyless.jobs.causes import why, write
from keyless.jobs.checkout import Checkout, make_checkout
from keyless.jobs.rows import Row, report
from keyless.jobs.stack_roles import from_access
from keyless.stack.role import Role
from keyless.workflow.workflow_file import WorkflowFile

_BY_HAND = ("workflow_dispatch", frozenset({"ref-not-admitted"}))
"""A person who starts a run picks its branch or tag, so the default branch alone says nothing."""


def refused_events(
    files: Sequence[WorkflowFile], roles: Sequence[Role], default_branch: str
) -> Iterator[tuple[WorkflowFile, str]]:
    """Yield a sentence for each event of a file with which no run of a job gets in."""
    entries = {entry.identity.full_name: entry for entry in from_access(roles)}
    others = _called(files)
    for file in files:
        if file.ref is not None:
            continue
        entry = entries[file.repository]
        checkout = _checkout([file, *_beside(files, file)], file.repository, default_branch)
        by_way: dict[tuple[str, str], list[Row]] = {}
        for one in report(checkout, others, entry):
            for row in one.rows if one.workflow.path == file.path else ():
                by_way.setdefault((row.path.name, row.event), []).append(row)
        for (_, event), rows in by_way.items():
            row = rows[0]
            is_in = any(one.outcome.result == "in" for one in rows)
            if not is_in and (event, row.causes) != _BY_HAND:
                yield file, f"{event}: {why(row, entry)} {write(row, entry)}"


def _beside(files: Sequence[WorkflowFile], file: WorkflowFile) -> list[WorkflowFile]:
    """Return the reusable workflows of the same repository."""
    return [one for one in files if one.ref is not None and one.repository == file.repository]


def _called(files: Sequence[WorkflowFile]) -> list[Checkout]:
    named = dict.fromkeys(file.repository for file in files if file.ref is not None)
    return [
        _checkout([f for f in files if f.ref is not None and f.repository == name], name, "main")
        for name in named
    ]


def _checkout(files: Sequence[WorkflowFile], name: str, default_branch: str) -> Checkout:
    contents = ((file.path, file.text.encode()) for file in files)
    return make_checkout(name, default_branch, contents, lambda _: None)
