"""`terraform-state`: states of Terraform or OpenTofu in S3, with their locks.

An apply reads and writes the state, and writes, reads and deletes the lock file beside it
(`use_lockfile = true`), or items of the table `lock_table` (`dynamodb_table`). A plan writes no
state, but takes the lock all the same; so a plan that is to read only runs with `-lock=false`,
which is what `access: read` grants. `lock_file: true` with `access: read` grants the lock as well,
and is then a write. The state itself is never deleted.

The state of a workspace lies under `env:/WORKSPACE/KEY`, that of `default` under `KEY`. A `prefix`
is a folder whose every object is a state or a lock. A `*` crosses slashes in IAM, so `*` among the
workspaces reaches `env:/WORKSPACE/FOLDER/KEY`, too: give the keys of a shared bucket names that no
other key ends with.

A state contains every value of every resource, secrets included: reading it is reading data.

The bucket is listed whole: without the right to list, S3 answers 403 instead of 404 for a state
that does not exist yet, and that request carries no prefix that a condition could look at.

Sources: "Backend type: s3", section "Permissions required" (Terraform documentation), and the
backend itself, which asks HeadObject before GetObject, and keeps a digest of the state in the table
under `BUCKET/KEY-md5`; "HeadObject" (Amazon S3 API Reference); "Using IAM policy conditions for
fine-grained access control" (Amazon DynamoDB Developer Guide).
"""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import (
    AS_LIST,
    BucketKey,
    BucketName,
    Folder,
    ObjectPath,
    TableName,
    WorkspaceName,
)
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.s3_bucket import Bucket, folder, key_statement
from keyless.estate.presets.statement import Statement


class TerraformState(Preset):
    """Read and write Terraform states in S3, or read them for plans."""

    preset: Literal["terraform-state"]
    bucket: BucketName = Field(description="The bucket of the backend.")
    key: Annotated[tuple[ObjectPath, ...], AS_LIST] = Field(
        (),
        description="The backend's `key`, `storefront/terraform.tfstate`, or a list of keys. "
        "Either this or `prefix`.",
    )
    prefix: Folder | None = Field(None, description="A folder with states and their locks alone.")
    workspaces: tuple[WorkspaceName, ...] = Field(
        (), description="Workspaces besides `default`, by name; `*` is any. They need `key`."
    )
    workspace_key_prefix: ObjectPath = Field(
        "env:", description="The backend's `workspace_key_prefix`."
    )
    access: Literal["read", "write"] = Field(
        "write", description="`read` is for plans with `-lock=false`, `write` for applies."
    )
    lock_file: bool | None = Field(
        None,
        description="Whether the lock file may be written (`use_lockfile = true`). Without it: yes "
        "where access is `write` and there is no lock table, else no.",
    )
    lock_table: TableName | None = Field(
        None, description="The DynamoDB table with locks and digests (`dynamodb_table`)."
    )
    kms_key: BucketKey = None

    @model_validator(mode="after")
    def _names_states(self) -> Self:
        if bool(self.key) == (self.prefix is not None):
            found = "both key and prefix are" if self.key else "neither key nor prefix is"
            message = (
                f"{found} written. States are named one by one, or by their folder. Write key: "
                "shop/terraform.tfstate, or prefix: shop/."
            )
            raise ValueError(message)
        if self.workspaces and not self.key:
            message = (
                "workspaces beside prefix. The state of a workspace lies outside of the folder. "
                "Write key, or name the folder env:/WORKSPACE as prefix."
            )
            raise ValueError(message)
        return self

    def grant(self, place: Place) -> Grant:
        """Grant the states, their locks where they are used, and the key if there is one.

        Raises GrantError for a key of another partition.
        """
        bucket = Bucket(place, self.bucket)
        writes = self.access == "write"
        locks = writes and not self.lock_table if self.lock_file is None else self.lock_file
        states = tuple(self._states())
        statements = [
            bucket.listing(),
            bucket.objects("s3:GetObject", *(["s3:PutObject"] if writes else []), keys=states),
        ]
        if locks:
            lock_files = tuple(f"{state}.tflock" for state in states)
            locking = ("s3:DeleteObject", "s3:GetObject", "s3:PutObject")
            statements.append(bucket.objects(*locking, keys=lock_files))
        if self.lock_table:
            statements += self._table(place, self.lock_table, states, locks=writes)
        if self.kms_key:
            statements.append(key_statement(place, self.kms_key, "s3", encrypts=writes or locks))
        return Grant.of(
            *statements, summary=self._summary(writes, locks or bool(self.lock_table and writes))
        )

    def _states(self) -> Iterator[str]:
        if self.prefix:
            yield f"{folder(self.prefix)}*"
        for key in self.key:
            yield key
            for workspace in self.workspaces:
                yield f"{self.workspace_key_prefix}/{workspace}/{key}"

    def _table(
        self, place: Place, name: str, states: tuple[str, ...], *, locks: bool
    ) -> Iterator[Statement]:
        table = (place.arn("dynamodb", f"table/{name}"),)
        items = tuple(
            f"{self.bucket}/{state}{end}"
            for state in states
            for end in (("",) if state.endswith("*") else ("", "-md5"))
        )
        changes = ("dynamodb:DeleteItem", "dynamodb:PutItem") if locks else ()
        yield Statement(
            ("dynamodb:GetItem", *changes),
            table,
            {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": items}},
        )
        yield Statement(("dynamodb:DescribeTable",), table)

    def _summary(self, writes: bool, locks: bool) -> str:
        verb = "read and write" if writes else "read"
        places = [f"s3://{self.bucket}/{each}" for each in self.key or (folder(self.prefix),)]
        several = "s" if self.prefix or len(places) > 1 or self.workspaces else ""
        summary = f"{verb} the Terraform state{several} {' and '.join(places)}"
        if self.workspaces:
            summary += f" in the workspaces {', '.join(self.workspaces)}"
        if not locks:
            return summary
        return summary + (" and their locks" if several else " and its lock")
