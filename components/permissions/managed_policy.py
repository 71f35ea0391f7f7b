"""`managed-policy`: a policy that AWS or the account manages, attached whole."""

from typing import Literal

from components.permissions.grant import Grant
from components.permissions.place import Place
from components.permissions.preset import Preset


class ManagedPolicy(Preset):
    """Attach a managed policy, named by ARN or, for those of AWS, by name."""

    preset: Literal["managed-policy"]
    name: str | None = None
    arn: str | None = None

    def grant(self, place: Place) -> Grant:
        """Attach the policy; it counts as the widest, since its statements are out of sight."""
        arn = self.arn or f"arn:{place.partition}:iam::aws:policy/{self.name}"
        return Grant(
            (), (arn,), f"whatever the policy {self.name or self.arn} allows", "permissions"
        )
