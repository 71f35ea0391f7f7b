"""`container-image`: push images to one ECR repository.

The login token is of the whole registry, and what it can be used for is decided by the other
actions. BatchGetImage lets a client see whether a manifest is there already.

Source: "IAM permissions for pushing an image to an Amazon ECR private repository" (Amazon ECR User
Guide).
"""

from typing import Literal

from pydantic import Field

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import RepositoryName
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement


class ContainerImage(Preset):
    """Push images to one private ECR repository of the stack's account and region."""

    preset: Literal["container-image"]
    repository: RepositoryName = Field(
        description="The name of the ECR repository, with its namespace: `shop/checkout-api`."
    )

    def grant(self, place: Place) -> Grant:
        """Grant logging in to the registry, and uploading layers and manifests."""
        return Grant.of(
            Statement(("ecr:GetAuthorizationToken",), ("*",)),
            Statement(
                (
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:CompleteLayerUpload",
                    "ecr:InitiateLayerUpload",
                    "ecr:PutImage",
                    "ecr:UploadLayerPart",
                ),
                (place.arn("ecr", f"repository/{self.repository}"),),
            ),
            summary=f"push images to the ECR repository {self.repository}",
        )
