"""`cdk`: assume the roles that `cdk bootstrap` made, and deploy with those.

The CDK command line does nothing with the credentials it is given but assume one of four roles;
what these may do was decided when the account was bootstrapped, mostly AdministratorAccess
through CloudFormation. **This leaves the permissions boundary**: a session of a bootstrap role is
bounded by that role alone. Bootstrap with `--custom-permissions-boundary` and with narrower
execution policies.

A session reached from another role lasts an hour at most, whatever the roles allow.

Sources: the template of `cdk bootstrap` in the CDK command line; "Bootstrap your environment for
use with the AWS CDK" (AWS CDK Developer Guide); "Role chaining" (IAM User Guide).
"""

from typing import Annotated, Literal

from pydantic import Field

from keyless.estate.presets.foreign import regions_here
from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import Qualifier
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement
from keyless.estate.values.aws import Region
from keyless.estate.values.checked import NOT_EMPTY

_ROLES = ("deploy", "file-publishing", "image-publishing", "lookup")


class Cdk(Preset):
    """Deploy with the AWS CDK through the account's bootstrap roles, outside the boundary."""

    preset: Literal["cdk"]
    qualifier: Qualifier = Field(
        "hnb659fds", description="The qualifier that the account was bootstrapped with."
    )
    regions: Annotated[tuple[Region, ...], NOT_EMPTY] | None = Field(
        None,
        description="The bootstrapped regions to deploy to. Without it, the stack's region.",
    )

    def grant(self, place: Place) -> Grant:
        """Grant assuming the four bootstrap roles in each region.

        Raises GrantError for a region of another partition.
        """
        regions = regions_here(self.regions, place)
        roles = tuple(
            place.role(f"cdk-{self.qualifier}-{role}-role-{place.account}-{region}")
            for region in regions
            for role in _ROLES
        )
        return Grant.of(
            Statement(("sts:AssumeRole",), roles),
            summary=f"leave the permissions boundary and deploy with the CDK bootstrap roles "
            f"{self.qualifier} in {' and '.join(regions)}",
        )
