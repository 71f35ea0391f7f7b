"""Let everything of a renamed repository be found under its former names.

The engine hands a component's alias down to its children only in the run that renames the
component. When that run is interrupted, the next one finds the component renamed already, and
would create the remaining children a second time and delete the first ones (seen with CLI
3.259.0). So each child states its former names itself.
"""

from collections.abc import Sequence

from pulumi import (
    Alias,
    ResourceOptions,
    ResourceTransformation,
    ResourceTransformationArgs,
    ResourceTransformationResult,
)


def former_names(key: str, renamed_from: Sequence[str]) -> list[ResourceTransformation]:
    """Return what gives a component called `key`, and all below it, aliases of the former keys.

    The names of all its descendants begin with `key`. Without former keys there is nothing to do.
    """

    def add_aliases(args: ResourceTransformationArgs) -> ResourceTransformationResult:
        rest = args.name.removeprefix(key)
        former = ResourceOptions(aliases=[Alias(name=f"{old}{rest}") for old in renamed_from])
        return ResourceTransformationResult(args.props, ResourceOptions.merge(args.opts, former))

    return [add_aliases] if renamed_from else []
