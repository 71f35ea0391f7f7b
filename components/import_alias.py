"""Let printed import commands work as they stand.

`pulumi import` without `--parent` brings a resource in directly under the stack; an alias lets its
component take it over.
"""

from pulumi import (
    CustomResource,
    ResourceOptions,
    ResourceTransformationArgs,
    ResourceTransformationResult,
    get_project,
    get_stack,
)


def as_imported(args: ResourceTransformationArgs) -> ResourceTransformationResult | None:
    """Give a resource the URN that an import writes, for an alias; components have none.

    A transformation for the whole stack. The alias is a text, since the SDK (pulumi 3.272) makes
    one out of an `Alias` by way of a dozen outputs, each with a task of its own.
    """
    if not isinstance(args.resource, CustomResource):
        return None
    urn = f"urn:pulumi:{get_stack()}::{get_project()}::{args.type_}::{args.name}"
    options = ResourceOptions.merge(args.opts, ResourceOptions(aliases=[urn]))
    return ResourceTransformationResult(args.props, options)
