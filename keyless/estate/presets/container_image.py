"""`container-image`: push images to one ECR repository, or pull them.

The login token is of the whole registry, and what it can be used for is decided by the other
actions. BatchGetImage lets a client see whether a manifest is there already. A repository of
another account also has to let this role in by its own policy.

Sources: "IAM permissions for pushing an image to an Amazon ECR private repository", "Private
repository policies" and "Pulling an image" (Amazon ECR User Guide).
"""

from dataclasses import replace
from typing import Literal, Self

from pydantic import Field, model_validator

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import RepositoryName
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement
from keyless.estate.values.aws import AccountId

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage")


class ContainerImage(Preset):
    """Push images to one private ECR repository of the stack's region, or pull them from it."""

    preset: Literal["container-image"]
    repository: RepositoryName = Field(
        description="The name of the ECR repository, with its namespace: `shop/checkout-api`."
    )
    access: Literal["read", "write"] = Field(
        "write", description="`read` pulls images, `write` pushes them."
    )
    account: AccountId | None = Field(
        None,
        description="The account of the repository, where it is another; such a repository can "
        "only be pulled from. Quote the digits.",
    )

    @model_validator(mode="after")
    def _only_pulls_from_elsewhere(self) -> Self:
        if self.account is not None and self.access == "write":
            message = (
                f'account "{self.account}" beside access: write. Images that another account '
                "runs are for a role of that account to push. Write access: read, or leave "
                "account out."
            )
            raise ValueError(message)
        return self

    def grant(self, place: Place) -> Grant:
        """Grant logging in to the registry, and uploading or downloading layers and manifests."""
        elsewhere = replace(place, account=self.account) if self.account else place
        repository = elsewhere.arn("ecr", f"repository/{self.repository}")
        login = Statement(("ecr:GetAuthorizationToken",), ("*",))
        if self.access == "read":
            owner = f" of account {self.account}" if self.account else ""
            return Grant.of(
                login,
                Statement((*_PULL, "ecr:GetDownloadUrlForLayer"), (repository,)),
                summary=f"pull images of the ECR repository {self.repository}{owner}",
            )
        push = (
            "ecr:CompleteLayerUpload",
            "ecr:InitiateLayerUpload",
            "ecr:PutImage",
            "ecr:UploadLayerPart",
        )
        return Grant.of(
            login,
            Statement((*_PULL, *push), (repository,)),
            summary=f"push images to the ECR repository {self.repository}",
        )
