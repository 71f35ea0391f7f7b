"""Where a role lives: every ARN that a preset writes is composed from it, in any partition."""

from dataclasses import dataclass, replace

from keyless.facts import AWS, GOVCLOUD, partition_named


@dataclass(frozen=True, slots=True)
class Place:
    """The partition (`aws`, `aws-cn`, `aws-us-gov`), the account (12 digits) and the region."""

    partition: str
    account: str
    region: str

    @property
    def dns_suffix(self) -> str:
        """The domain that names of AWS's services end with in this partition."""
        return (partition_named(self.partition) or AWS).dns_suffix

    @property
    def has_cloudfront(self) -> bool:
        """Whether CloudFront has an endpoint in this partition.

        Source: "Amazon CloudFront endpoints and quotas", AWS General Reference.
        """
        return self.partition != GOVCLOUD.name

    def within(self, region: str) -> "Place":
        """Return the same account in another region."""
        return replace(self, region=region)

    def arn(self, service: str, resource: str, *, region: bool = True, account: bool = True) -> str:
        """Compose the ARN of a resource here, with or without region and account in it."""
        where = f"{self.region if region else ''}:{self.account if account else ''}"
        return f"arn:{self.partition}:{service}:{where}:{resource}"

    def bucket(self, name: str) -> str:
        """Compose the ARN of a bucket, which carries neither region nor account."""
        return self.arn("s3", name, region=False, account=False)

    def role(self, name: str) -> str:
        """Compose the ARN of a role from its name with its path, as in `service-role/tasks`."""
        return self.arn("iam", f"role/{name}", region=False)
