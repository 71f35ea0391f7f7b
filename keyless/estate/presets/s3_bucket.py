"""What presets grant on a bucket and on the key that encrypts it.

Bucket names are those of the whole world, so each statement names the account that has to own the
bucket (`aws:ResourceAccount`): a bucket that was deleted, and made again by a stranger, gets
nothing. `kms:ViaService` keeps a key to the service that it is granted for.

Sources: "AWS global condition context keys" (IAM User Guide); "kms:ViaService" (AWS KMS Developer
Guide); "Protecting data with SSE-KMS" (Amazon S3 User Guide).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from keyless.estate.presets.foreign import foreign_partition
from keyless.estate.presets.grant import GrantError
from keyless.estate.presets.place import Place
from keyless.estate.presets.statement import Statement


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bucket, and the folder of it that is meant: `shop/`, or empty for all of it."""

    place: Place
    name: str
    folder: str = ""
    owner: str | None = None

    @property
    def arn(self) -> str:
        """The bucket's ARN."""
        return self.place.bucket(self.name)

    @property
    def address(self) -> str:
        """The folder as a person writes it: `s3://acme-artifacts/shop`."""
        return f"s3://{self.name}/{self.folder}".rstrip("/")

    def listing(self) -> Statement:
        """Grant listing the folder."""
        only = {"StringLike": {"s3:prefix": (f"{self.folder}*",)}} if self.folder else {}
        return Statement(("s3:ListBucket",), (self.arn,), {**self._owned, **only})

    def on_itself(self, *actions: str) -> Statement:
        """Grant actions on the bucket itself, whatever its folders."""
        return Statement(actions, (self.arn,), self._owned)

    def objects(self, *actions: str, keys: tuple[str, ...] = ("*",)) -> Statement:
        """Grant actions on objects of the folder; `keys` are their names in it, or patterns."""
        resources = tuple(f"{self.arn}/{self.folder}{key}" for key in keys)
        return Statement(actions, resources, self._owned)

    @property
    def _owned(self) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
        return {"StringEquals": {"aws:ResourceAccount": (self.owner or self.place.account,)}}


def folder(prefix: str | None) -> str:
    """Return a prefix as keys of objects begin with it, with the slash at its end."""
    return f"{prefix.rstrip('/')}/" if prefix else ""


def key_statement(place: Place, key: str, *services: str, encrypts: bool = False) -> Statement:
    """Grant decrypting with a KMS key through some services, and encrypting if asked.

    `key` is an id, or an ARN where the key is of another account or region.
    Raises GrantError for a key of another partition.
    """
    arn = key if key.startswith("arn:") else place.arn("kms", f"key/{key}")
    errors = tuple(foreign_partition(arn, place))
    if errors:
        raise GrantError(*errors)
    actions = ("kms:Decrypt", "kms:GenerateDataKey") if encrypts else ("kms:Decrypt",)
    region = arn.split(":")[3]
    through = tuple(f"{service}.{region}.{place.dns_suffix}" for service in services)
    return Statement(actions, (arn,), {"StringEquals": {"kms:ViaService": through}})
