"""`s3-website`: put a static site into a bucket and invalidate the distribution before it.

What `aws s3 sync DIR s3://BUCKET/PREFIX --delete` and `aws cloudfront create-invalidation` call,
with the waiter on the invalidation. `sync` compares sizes and times from the listing, so it reads
no object; a tool that reads objects, or sets their ACLs or tags, needs a `statement` besides.

Sources: "Actions, resources, and condition keys" for Amazon S3 and for Amazon CloudFront (AWS
Service Authorization Reference); "Using high-level (s3) commands" (AWS CLI User Guide).
CloudFront has no endpoint in the partition aws-us-gov ("Amazon CloudFront endpoints and quotas",
AWS General Reference).
"""

from typing import Literal

from pydantic import Field

from keyless.estate.presets.grant import Grant, GrantError
from keyless.estate.presets.parameters import BucketKey, BucketName, DistributionId, Folder
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.s3_bucket import Bucket, folder, key_statement
from keyless.estate.presets.statement import Statement


class S3Website(Preset):
    """Replace the files of a static site and invalidate what CloudFront has cached of it."""

    preset: Literal["s3-website"]
    bucket: BucketName = Field(description="The bucket with the site.")
    prefix: Folder | None = Field(
        None,
        description="The folder of the bucket with the site. Without it the site is the "
        "whole bucket.",
    )
    distribution: DistributionId | None = Field(
        None, description="The id of the CloudFront distribution to invalidate."
    )
    kms_key: BucketKey = None

    def grant(self, place: Place) -> Grant:
        """Grant listing, writing and deleting objects, and invalidations.

        Raises GrantError for a distribution in a partition without CloudFront, and for a key of
        another partition.
        """
        bucket = Bucket(place, self.bucket, folder(self.prefix))
        statements = [
            bucket.listing(),
            bucket.objects("s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"),
        ]
        summary = f"deploy the site to {bucket.address}"
        if self.distribution:
            statements.append(self._invalidation(place, self.distribution))
            summary += f" and invalidate {self.distribution}"
        if self.kms_key:
            statements.append(key_statement(place, self.kms_key, "s3", encrypts=True))
        return Grant.of(*statements, summary=summary)

    def _invalidation(self, place: Place, distribution: str) -> Statement:
        if not place.has_cloudfront:
            message = (
                f'The distribution "{distribution}" cannot be invalidated from aws-us-gov. '
                "CloudFront does not exist in that partition. Leave distribution out here."
            )
            raise GrantError(message)
        return Statement(
            ("cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"),
            (place.arn("cloudfront", f"distribution/{distribution}", region=False),),
        )
