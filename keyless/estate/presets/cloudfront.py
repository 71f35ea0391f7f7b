"""`cloudfront`: invalidate distributions, and publish CloudFront functions.

What `aws cloudfront create-invalidation` and its waiter call, and `describe-function`,
`update-function` and `publish-function` for functions. A published function runs for every request
of the distributions it is attached to; attaching one is a change of the distribution, which is not
in it.

Sources: "Actions, resources, and condition keys for Amazon CloudFront" (AWS Service Authorization
Reference). CloudFront has no endpoint in the partition aws-us-gov ("Amazon CloudFront endpoints and
quotas", AWS General Reference).
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from keyless.estate.presets.grant import Grant, GrantError
from keyless.estate.presets.parameters import CloudFrontFunctionName, DistributionId
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement


class CloudFront(Preset):
    """Invalidate what CloudFront has cached, and publish CloudFront functions."""

    preset: Literal["cloudfront"]
    distributions: tuple[DistributionId, ...] = Field(
        (), description="The ids of the distributions to invalidate."
    )
    functions: tuple[CloudFrontFunctionName, ...] = Field(
        (), description="The names of the functions to publish."
    )

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.distributions and not self.functions:
            message = (
                "neither distributions nor functions are named. Nothing would be granted. Write "
                "distributions: [E2ABCDEF], or functions: [rewrite]."
            )
            raise ValueError(message)
        return self

    def grant(self, place: Place) -> Grant:
        """Grant invalidations of the distributions and new code of the functions.

        Raises GrantError in a partition without CloudFront.
        """
        if not place.has_cloudfront:
            message = (
                "CloudFront cannot be reached from aws-us-gov. It does not exist in that "
                "partition. Leave this permission out here."
            )
            raise GrantError(message)
        distributions = tuple(f"distribution/{name}" for name in self.distributions)
        functions = tuple(f"function/{name}" for name in self.functions)
        wanted = [
            (distributions, ("cloudfront:CreateInvalidation", "cloudfront:GetInvalidation")),
            (
                functions,
                (
                    "cloudfront:DescribeFunction",
                    "cloudfront:GetFunction",
                    "cloudfront:PublishFunction",
                    "cloudfront:UpdateFunction",
                ),
            ),
        ]
        statements = [
            Statement(actions, tuple(place.arn("cloudfront", name, region=False) for name in named))
            for named, actions in wanted
            if named
        ]
        parts = [("invalidate", self.distributions), ("publish the functions", self.functions)]
        said = [f"{verb} {' and '.join(names)}" for verb, names in parts if names]
        return Grant.of(*statements, summary=" and ".join(said))
