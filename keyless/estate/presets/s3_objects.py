"""`s3-objects`: read or write objects of a bucket, such as the artefacts of a build.

`read` is what `aws s3 cp` and `aws s3 sync` from the bucket call, `write` what they call in both
directions. Deleting is apart, for `sync --delete` and for cleaning up. ACLs, tags and versions are
not in it.

Sources: "Actions, resources, and condition keys for Amazon S3" (AWS Service Authorization
Reference); "Using high-level (s3) commands" (AWS CLI User Guide).
"""

from typing import Literal

from pydantic import Field

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import BucketKey, BucketName, Folder
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.s3_bucket import Bucket, folder, key_statement
from keyless.estate.values.aws import AccountId


class S3Objects(Preset):
    """Read or write the objects of a bucket, or of one folder of it."""

    preset: Literal["s3-objects"]
    bucket: BucketName = Field(description="The bucket.")
    prefix: Folder | None = Field(
        None, description="The folder that is meant. Without it the whole bucket is."
    )
    access: Literal["read", "write"] = Field(
        "read", description="`read` lists and reads, `write` uploads besides."
    )
    delete: bool = Field(False, description="Whether objects may be deleted, too.")
    account: AccountId | None = Field(
        None, description="The account that owns the bucket, where it is another. Quote the digits."
    )
    kms_key: BucketKey = None

    def grant(self, place: Place) -> Grant:
        """Grant listing and reading, and what else is asked for.

        Raises GrantError for a key of another partition.
        """
        bucket = Bucket(place, self.bucket, folder(self.prefix), self.account)
        writes = self.access == "write"
        actions = ["s3:GetObject"]
        actions += ["s3:AbortMultipartUpload", "s3:PutObject"] if writes else []
        actions += ["s3:DeleteObject"] if self.delete else []
        statements = [bucket.listing(), bucket.objects(*actions)]
        if self.kms_key:
            statements.append(key_statement(place, self.kms_key, "s3", encrypts=writes))
        verbs = ["read", *(["write"] if writes else []), *(["delete"] if self.delete else [])]
        return Grant.of(*statements, summary=f"{' and '.join(verbs)} objects of {bucket.address}")
