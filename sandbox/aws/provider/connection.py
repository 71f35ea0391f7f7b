"""Hold what one configured provider needs to talk to AWS."""

import os
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sandbox.aws.provider.failures import ProviderError, attempting
from sandbox.aws.provider.tags import Tags
from sandbox.aws.provider.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_sts import STSClient

SETTINGS = {
    "region",
    "accessKey",
    "secretKey",
    "token",
    "profile",
    "allowedAccountIds",
    "forbiddenAccountIds",
    "defaultTags",
    "skipCredentialsValidation",
    "skipMetadataApiCheck",
    "skipRegionValidation",
    "skipRequestingAccountId",
}
"""The provider settings that are understood; the skip… ones change nothing here."""

_CONNECTIONS = 64


class Connection:
    """Talk to IAM, STS and Organizations as one account in one region.

    Clients are made once and shared by all threads, which boto3 allows.
    """

    iam: "IAMClient"
    sts: "STSClient"

    def __init__(self, settings: Properties) -> None:
        from boto3 import Session  # noqa: PLC0415 - slow to import, and the port is printed first
        from botocore.config import Config  # noqa: PLC0415

        self.region = str(
            settings.get("region")
            or os.environ.get("AWS_REGION")
            or os.environ.get("AWS_DEFAULT_REGION", "")
        )
        if not self.region:
            raise ProviderError("invalid AWS region: none is set. Set aws:region or AWS_REGION.")
        self.default_tags: Tags = settings.get("defaultTags", {}).get("tags", {})
        self._session = Session(
            aws_access_key_id=settings.get("accessKey"),
            aws_secret_access_key=settings.get("secretKey"),
            aws_session_token=settings.get("token"),
            profile_name=settings.get("profile"),
            region_name=self.region,
        )
        config = Config(retries={"mode": "standard"}, max_pool_connections=_CONNECTIONS)
        self.iam = self._session.client("iam", config=config)
        self.sts = self._session.client("sts", config=config)
        self._config = config
        self._admit(settings)

    def _admit(self, settings: Properties) -> None:
        """Refuse credentials that are not valid, or not of an account that is allowed."""
        with attempting("validating AWS credentials"):
            account = self.sts.get_caller_identity()["Account"]
        allowed = settings.get("allowedAccountIds", [])
        if (allowed and account not in allowed) or account in settings.get(
            "forbiddenAccountIds", []
        ):
            raise ProviderError(f"AWS account ID not allowed: {account}")

    @cached_property
    def organizations(self) -> Any:
        """Return a client of Organizations, which few programs need."""
        return self._session.client("organizations", config=self._config)

    def partition(self) -> Mapping[str, Any]:
        """Return botocore's description of the partition that the region is in."""
        from botocore.session import get_session  # noqa: PLC0415 - see above

        name = self._session.get_partition_for_region(self.region)
        partitions: list[Mapping[str, Any]] = get_session().get_data("endpoints")["partitions"]
        return next(each for each in partitions if each["partition"] == name)

    def all_tags(self, tags: Tags | None) -> dict[str, str]:
        """Return `tags` together with the provider's default tags, which they override."""
        return {**self.default_tags, **(tags or {})}

    def own_tags(self, found: Tags, written: Tags | None) -> Tags:
        """Return the tags in `found` that do not come from the provider's defaults."""
        if self.all_tags(written) == found:
            return written or {}
        defaults = self.default_tags.items()
        return {name: value for name, value in found.items() if (name, value) not in defaults}
