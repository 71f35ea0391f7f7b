"""`assume`: go on to roles of this or other accounts, each by its exact ARN.

**This leaves the permissions boundary**: a session of another role is bounded by that role alone.
It lasts an hour at most, whatever the roles allow, and the role on the other side has to trust this
one: `keyless access` prints the trust policy for it. Write `role-chaining: true` and
`role-skip-session-tagging: true` for the action configure-aws-credentials.

Where one job only needs two accounts, two environments and two jobs keep both under keyless.

Sources: "Roles terms and concepts", section "Role chaining", and "Cross-account access using roles"
(IAM User Guide).
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from keyless.estate.presets.foreign import foreign_partition
from keyless.estate.presets.grant import Grant, GrantError
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement
from keyless.estate.values.aws import RoleArn
from keyless.estate.values.checked import NOT_EMPTY


class Assume(Preset):
    """Assume further roles by their exact ARNs, outside the boundary."""

    preset: Literal["assume"]
    roles: Annotated[tuple[RoleArn, ...], NOT_EMPTY] = Field(
        description="The whole ARNs of the roles, of any account."
    )

    def grant(self, place: Place) -> Grant:
        """Grant assuming each role.

        Raises GrantError for a role of another partition.
        """
        errors = tuple(error for arn in self.roles for error in foreign_partition(arn, place))
        if errors:
            raise GrantError(*errors)
        return Grant.of(
            Statement(("sts:AssumeRole",), self.roles),
            summary=f"leave the permissions boundary and become {' and '.join(self.roles)}",
        )


def trust_of_assumed(*role_arns: str) -> dict[str, Any]:
    """Return the trust policy by which a role lets in the roles alone that assume it."""
    principal = role_arns[0] if len(role_arns) == 1 else list(role_arns)
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole"}
        ],
    }
