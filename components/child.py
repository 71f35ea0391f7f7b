"""Tell the engine how a component's resources hang together.

The engine shows stack policies a dependency only if the child itself states it, so `depends_on`
goes on children, never on components (seen with CLI 3.259.0).
"""

from collections.abc import Sequence

from pulumi import Resource, ResourceHookBinding, ResourceOptions


def child_of(
    component: Resource,
    *,
    after: Sequence[Resource] = (),
    retain_on_delete: bool = False,
    protect: bool = False,
    hooks: ResourceHookBinding | None = None,
) -> ResourceOptions:
    """Return the options of a resource that `component` creates once `after` exist."""
    return ResourceOptions(
        parent=component,
        depends_on=list(after),
        retain_on_delete=retain_on_delete,
        protect=protect or None,
        hooks=hooks,
    )
