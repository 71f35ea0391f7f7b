"""What a migration writes into one job or step, and the region that is read there."""

from collections.abc import Sequence

from keyless.jobs.edits import Edits, Fields, Written
from keyless.jobs.workflow import Job, Step, Workflow, scalars, table
from keyless.migrate.key_places import RefusedError, StepKeys, env_of
from keyless.yaml_nodes import Items, Node, Scalar, Table

ROLE_INPUT = "role-to-assume"
REGION_INPUTS = ("aws-region", "aws_region", "aws-default-region", "aws_default_region", "region")


def region_of(edits: Edits, found: StepKeys | None) -> Written | None:
    """Return the region that a step with keys names."""
    if found is None:
        return None
    for holder in (table(found.step.node.get("with")), found.step.env):
        for key, value in scalars(holder):
            if key.text.lower() in REGION_INPUTS and value.text:
                return edits.raw(value)
    return None


def outer_region(workflow: Workflow, job: Job) -> Written | None:
    """Return the region that the `env` of a job or its workflow names."""
    for layer in (env_of(job.node), env_of(workflow.node)):
        for key, _ in scalars(layer):
            if key.text in ("AWS_REGION", "AWS_DEFAULT_REGION"):
                return Written(f"${{{{ env.{key.text} }}}}")
    return None


def give_role(edits: Edits, inputs: Table, names: Sequence[str], role: Fields) -> None:
    """Put one entry for the role in place of several for the key."""
    has_role = any(key.text.lower() == ROLE_INPUT for key, _ in inputs.entries)
    first, *others = names
    edits.replace(inputs, first, {} if has_role else role)
    for name in others:
        edits.remove(inputs, name)


def add_to_job(edits: Edits, job: Job, fields: Fields) -> None:
    """Add entries to a job, below `runs-on` or above its steps."""
    if not fields:
        return
    runs_on = job.node.get("runs-on")
    key = job.node.key("runs-on")
    is_line = (
        isinstance(runs_on, Scalar)
        and key is not None
        and runs_on.place.line == key.place.line
        and not edits.is_flow(job.node)
    )
    if is_line:
        edits.add_after(job.node, "runs-on", fields)
    else:
        edits.add_before(job.node, "uses" if job.uses else "steps", fields)


def cut_lines(edits: Edits, step: Step, lines: frozenset[int]) -> None:
    """Remove lines of a step's script. Raises RefusedError where they are not lines of the file."""
    node = step.node.get("run")
    if not isinstance(node, Scalar) or not edits.is_literal(node):
        raise RefusedError(
            step.line,
            "the script stores the key among other commands of one line. No line can be taken out "
            "of it. Write the script as a block (run: |), one command a line",
        )
    edits.cut_lines(node, lines)


def prune(edits: Edits, root: Node) -> None:
    """Remove each mapping of keys that is left without an entry."""
    waiting, seen = [root], set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or isinstance(node, Scalar):
            continue
        seen.add(id(node))
        if isinstance(node, Items):
            waiting += node.items
            continue
        for key, value in node.entries:
            waiting.append(value)
            is_holder = key.text in ("env", "with", "secrets", "inputs")
            if is_holder and isinstance(value, Table) and value.entries and edits.is_bare(value):
                edits.remove(node, key.text)
