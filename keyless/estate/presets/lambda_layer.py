"""`lambda-layer`: publish versions of a Lambda layer, in one region or in several.

What `aws lambda publish-layer-version --zip-file` calls, and reading what was published. The
archive of `--content S3Bucket=…` takes `s3-objects` besides.

Deliberately absent: AddLayerVersionPermission, which gives a version to other accounts, and
deleting versions, which functions may still be deployed with.

Source: "Actions, resources, and condition keys for AWS Lambda" (AWS Service Authorization
Reference).
"""

from typing import Annotated, Literal

from pydantic import Field

from keyless.estate.presets.foreign import regions_here
from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import LayerName
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement
from keyless.estate.values.aws import Region
from keyless.estate.values.checked import NOT_EMPTY


class LambdaLayer(Preset):
    """Publish versions of one Lambda layer."""

    preset: Literal["lambda-layer"]
    layer: LayerName = Field(description="The name of the layer.")
    regions: Annotated[tuple[Region, ...], NOT_EMPTY] | None = Field(
        None, description="The regions to publish to. Without it, the stack's region."
    )

    def grant(self, place: Place) -> Grant:
        """Grant publishing the layer in each region, and reading its versions.

        Raises GrantError for a region of another partition.
        """
        regions = regions_here(self.regions, place)
        layers = tuple(place.within(each).arn("lambda", f"layer:{self.layer}") for each in regions)
        return Grant.of(
            Statement(("lambda:PublishLayerVersion",), layers),
            Statement(("lambda:GetLayerVersion",), tuple(f"{layer}:*" for layer in layers)),
            summary=f"publish the Lambda layer {self.layer} in {' and '.join(regions)}",
        )
