"""`terraform-state`: one state of Terraform or OpenTofu in S3, locked by a lock file.

An apply reads and writes the state, and writes, reads and deletes the lock file beside it
(`use_lockfile = true`). A plan writes no state, but takes the lock all the same; so a plan that
is to read only runs with `-lock=false`, which is what `access: read` grants. `lock_file: true`
with `access: read` grants the lock as well, and is then a write. The state itself is never
deleted.

A state holds every value of every resource, secrets included: reading it is reading data.

The bucket is listed whole: without the right to list, S3 answers 403 instead of 404 for a state
that does not exist yet, and that request carries no prefix that a condition could look at.
Workspaces other than `default` keep their states elsewhere and take a `statement` besides.

Sources: "Backend type: s3", section "Permissions required" (Terraform documentation), and the
backend itself, which asks HeadObject before GetObject; "HeadObject" (Amazon S3 API Reference);
"Protecting data with SSE-KMS" (Amazon S3 User Guide).
"""

from typing import Literal

from pydantic import Field

from keyless.estate.presets.foreign import foreign_partition
from keyless.estate.presets.grant import Grant, GrantError
from keyless.estate.presets.parameters import BucketName, KmsKey, ObjectPath
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement


class TerraformState(Preset):
    """Read and write one Terraform state in S3, or read it for plans."""

    preset: Literal["terraform-state"]
    bucket: BucketName = Field(description="The bucket of the backend.")
    key: ObjectPath = Field(description="The backend's `key`: `storefront/terraform.tfstate`.")
    access: Literal["read", "write"] = Field(
        "write", description="`read` is for plans with `-lock=false`, `write` for applies."
    )
    lock_file: bool | None = Field(
        None,
        description="Whether the lock file may be written (`use_lockfile = true`). Without it: yes "
        "where access is `write`, no where it is `read`.",
    )
    kms_key: KmsKey | None = Field(
        None,
        description="The id of the KMS key that encrypts the bucket, or its ARN where the key is "
        "in another account or region. Leave out for keys that S3 manages.",
    )

    def grant(self, place: Place) -> Grant:
        """Grant the state, the lock file if it is used, and the key if there is one.

        Raises GrantError for a key of another partition.
        """
        bucket = place.bucket(self.bucket)
        writes = self.access == "write"
        locks = writes if self.lock_file is None else self.lock_file
        statements = [
            Statement(("s3:ListBucket",), (bucket,)),
            Statement(
                ("s3:GetObject", "s3:PutObject") if writes else ("s3:GetObject",),
                (f"{bucket}/{self.key}",),
            ),
        ]
        if locks:
            statements.append(
                Statement(
                    ("s3:DeleteObject", "s3:GetObject", "s3:PutObject"),
                    (f"{bucket}/{self.key}.tflock",),
                )
            )
        if self.kms_key:
            statements.append(self._key(place, self.kms_key, encrypts=writes or locks))
        verb = "read and write" if writes else "read"
        summary = f"{verb} the Terraform state s3://{self.bucket}/{self.key}"
        return Grant.of(*statements, summary=summary + (" and its lock" if locks else ""))

    def _key(self, place: Place, key: str, *, encrypts: bool) -> Statement:
        arn = key if key.startswith("arn:") else place.arn("kms", f"key/{key}")
        errors = tuple(foreign_partition(arn, place))
        if errors:
            raise GrantError(*errors)
        actions = ("kms:Decrypt", "kms:GenerateDataKey") if encrypts else ("kms:Decrypt",)
        return Statement(actions, (arn,))
