"""The least that a policy pack can do, for others to be compared with."""

from pulumi_policy import (
    EnforcementLevel,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


def look(args: ResourceValidationArgs, _report: ReportViolation) -> None:
    """Read the type of a resource."""
    assert args.resource_type


PolicyPack(
    "trivial",
    [ResourceValidationPolicy("look", "Read the type of every resource.", look)],
    enforcement_level=EnforcementLevel.MANDATORY,
)
