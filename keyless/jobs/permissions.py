"""The rights of a job's token: own, of its workflow, or granted by a caller.

Source: "Workflow syntax", permissions; "Reuse workflows", GitHub Docs. A job's block replaces the
workflow's; what a block does not name is none.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from keyless.jobs.workflow import Job, Workflow, scalars
from keyless.yaml_nodes import Node, Scalar

ID_TOKEN = "id-token"  # noqa: S105 - the name of a right
_LEVELS = ("none", "read", "write")


@dataclass(frozen=True)
class Grants:
    """The level of each right; `rest` is that of every right that is not named."""

    named: Mapping[str, str]
    rest: str = "none"

    def level(self, right: str) -> str:
        """Return `none`, `read` or `write`; an identity token is never read."""
        level = self.named.get(right, self.rest)
        return "none" if right == ID_TOKEN and level != "write" else level

    def beyond(self, ceiling: "Grants") -> str | None:
        """Return the first right that asks for more than a ceiling has; None where none does."""
        rights = dict.fromkeys((*self.named, *ceiling.named))
        for right in rights:
            if _LEVELS.index(self.level(right)) > _LEVELS.index(ceiling.level(right)):
                return right
        is_wider = _LEVELS.index(self.rest) > _LEVELS.index(ceiling.rest)
        return f"{self.rest}-all" if is_wider else None


def grants(node: Node | None) -> Grants | None:
    """Return what a `permissions` block grants; None where there is no block."""
    if node is None:
        return None
    if isinstance(node, Scalar):
        rest = {"write-all": "write", "read-all": "read"}.get(node.text, "none")
        return Grants({}, rest)
    found = {key.text: value.text for key, value in scalars(node)}
    return Grants({right: level for right, level in found.items() if level in _LEVELS})


def own_grants(workflow: Workflow, job: Job) -> Grants | None:
    """Return what a job grants itself, or its workflow grants it; None where neither says."""
    own = grants(job.node.get("permissions"))
    return grants(workflow.node.get("permissions")) if own is None else own
