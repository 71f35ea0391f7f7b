"""Find the workflow of a checkout that a role's new workflow stands in for, to keep its triggers.

It is one that names the role's environment, else one that asks for AWS credentials, else one that
is named after a deployment or the role's function. Not found: one that says none of it.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from keyless.command_line.errors import CommandError
from keyless.facts import WORKFLOWS
from keyless.jobs.checkout import Checkout, read_checkouts
from keyless.jobs.edits import document
from keyless.jobs.rows import WorkflowReport, report
from keyless.jobs.stack_roles import from_access
from keyless.jobs.workflow import Workflow
from keyless.stack.role import Role
from keyless.text.printable import printable
from keyless.text.sentences import listed

_PULL_REQUEST = "pull_request"
_STARTS_NOTHING = {"workflow_call"}


def checkout_of(folder: Path, role: Role) -> Checkout | None:
    """Return the checkout of a role's repository; None where it has no workflow yet."""
    if not (folder / WORKFLOWS).is_dir():
        return None
    (checkout,) = read_checkouts([str(folder)], role.full_name, None, None)
    return checkout


def existing_workflow(checkout: Checkout, role: Role, roles: Sequence[Role]) -> str | None:
    """Return the path of the workflow whose triggers a role's own keeps; None for none.

    `roles` are those of the repository. Raises CommandError where several are started differently.
    """
    (entry,) = from_access([one for one in roles if one.full_name == role.full_name])
    reports = [one for one in report(checkout, (), entry) if _may_be_for(one.workflow, role)]
    found = (
        list(_naming_environment(reports, role))
        or [one.workflow for one in reports if any(job.asks for job in one.jobs)]
        or [one.workflow for one in reports if _is_named_so(one.workflow, role)]
    )
    ways = [document(workflow.node.get("on")) for workflow in found]
    if any(way != ways[0] for way in ways):
        names = listed(printable(workflow.path) for workflow in found)
        raise CommandError(
            f"{names}: these workflows are started by different events. Which of them becomes the "
            f"one of {role.role_name} cannot be read. Name the role, and write --triggers-of FILE."
        )
    return found[0].path if found else None


def _may_be_for(workflow: Workflow, role: Role) -> bool:
    """Tell whether some event of a workflow is of the kind that a role is for."""
    events = set(workflow.events) - _STARTS_NOTHING
    if role.is_for_review or role.context_kind == "pull_requests":
        return _PULL_REQUEST in events
    return bool(events - {_PULL_REQUEST})


def _naming_environment(reports: Sequence[WorkflowReport], role: Role) -> Iterator[Workflow]:
    if role.context_kind != "environment":
        return
    name = (role.context_name or "").casefold()
    for one in reports:
        if any(name == named.casefold() for job in one.jobs for named in job.environments):
            yield one.workflow


def _is_named_so(workflow: Workflow, role: Role) -> bool:
    """Tell whether a file, its name or a job says that it does what the role is for."""
    names = [workflow.path.rpartition("/")[2], workflow.name, *workflow.jobs]
    words = ("deploy", role.function.casefold())
    return any(word in name.casefold() for name in names for word in words)
