"""Where in a list of steps the session of a role is opened, and under which condition."""

import re

from keyless.jobs.edits import Edits, Written
from keyless.jobs.providers import evidence
from keyless.jobs.steps import ROLE_INPUTS
from keyless.jobs.visit import CONFIGURE
from keyless.jobs.workflow import Step
from keyless.migrate.key_places import NAMES, Keys, RefusedError
from keyless.yaml_nodes import Items, Node, Scalar, Table

_CHECKOUT = "actions/checkout@"
_READS_ENV = re.compile(r"\benv\b")
_ALWAYS = re.compile(r"\b(?:always|failure|cancelled)\s*\(")
"""Conditions of steps that run after another one failed."""
"""Conditions of steps that run after another one failed."""


def first_use(items: Items, keys: Keys) -> int | None:
    """Return before which step a session has to be opened; None where a step does so itself."""
    opened = [k.index for k in keys.steps if k.inputs and (k.is_configure or k.is_local)]
    opened += [n for n, item in enumerate(items.items) if _takes_role(item)]
    first_opened = min(opened, default=None)
    needed = [k.index for k in keys.steps if k.index not in opened]
    if any(name.upper() in NAMES for _, name in keys.outer):
        start = _start(items)
        steps = [(n, Step(x)) for n, x in enumerate(items.items) if isinstance(x, Table)]
        reaching = [number for number, step in steps if evidence(step)]
        if first_opened is None or any(n < first_opened for n in (*needed, *reaching)):
            needed.append(start)
    if not needed:
        return None
    first = min(needed)
    return None if first_opened is not None and first_opened < first else first


def opening_if(edits: Edits, items: Items, keys: Keys) -> Written | None:
    """Return the `if` of the step that opens the session: the one that all who need it share.

    Where they differ, a step that runs after a failure has to find the session all the same.
    """
    is_outer = any(name.upper() in NAMES for _, name in keys.outer)
    steps = [Step(item) for item in items.items if isinstance(item, Table)]
    needing = steps if is_outer else [found.step for found in keys.steps]
    nodes = [step.node.get("if") for step in needing]
    texts = {node.text if isinstance(node, Scalar) else None for node in nodes}
    first = nodes[0] if nodes else None
    reads_own = any(step.env and _READS_ENV.search(step.condition or "") for step in needing)
    if len(texts) == 1 and isinstance(first, Scalar) and not is_outer and not reads_own:
        return edits.raw(first)
    return Written("always()") if any(_ALWAYS.search(text or "") for text in texts) else None


def refuse_other_condition(items: Items, keys: Keys) -> None:
    """Refuse a step that needs the session where the step which opens it may be left out."""
    opened = [k.index for k in keys.steps if k.inputs and (k.is_configure or k.is_local)]
    opened += [n for n, item in enumerate(items.items) if _takes_role(item)]
    by_index = {n: Step(item) for n, item in enumerate(items.items) if isinstance(item, Table)}
    first = by_index[min(opened)] if opened else None
    if first is None or first.condition is None:
        return
    needing = {found.index for found in keys.steps}
    if any(name.upper() in NAMES for _, name in keys.outer):
        needing |= {n for n, step in by_index.items() if evidence(step)}
    for number in sorted(needing - set(opened)):
        condition = by_index[number].condition or ""
        if first.condition not in condition or "||" in condition:
            raise RefusedError(
                by_index[number].line,
                f"the step needs the session that the step in line {first.line} opens under an "
                "`if` of its own. Where that step is left out, there is none. Write the same `if` "
                "in both, or in neither",
            )


def _takes_role(item: Node) -> bool:
    """Tell whether a step becomes a role by a token already."""
    if not isinstance(item, Table):
        return False
    step = Step(item)
    is_own = (step.uses or "").lower().startswith(f"{CONFIGURE}@")
    has_key = any("access-key" in name for name in step.inputs)
    return is_own and not has_key and any(name in step.inputs for name in ROLE_INPUTS)


def _start(items: Items) -> int:
    """Return the first step that is no checkout."""
    for number, item in enumerate(items.items):
        if not isinstance(item, Table) or not (Step(item).uses or "").startswith(_CHECKOUT):
            return number
    return max(len(items.items) - 1, 0)
