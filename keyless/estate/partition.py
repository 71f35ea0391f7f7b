"""What differs between the partitions of AWS: the ARN prefix, the regions and the STS audience.

The audiences are those that AWS documents for OIDC federation ("Creating OpenID Connect identity
providers"). Isolated partitions are left out: GitHub's issuers cannot be reached from there.
"""

import re
from dataclasses import dataclass

_REGION = re.compile(
    r"[a-z]{2,4}(-[a-z]+)?-(north|south|east|west|central|(north|south)(east|west))-[1-9]\Z"
)


@dataclass(frozen=True)
class Partition:
    """A partition of AWS: the second segment of its ARNs and the audience of its STS."""

    name: str
    audience: str
    documented_github_claims: bool
    """Whether AWS documents that it fills condition keys from the claims of a GitHub token here."""


AWS = Partition("aws", "sts.amazonaws.com", documented_github_claims=True)
CHINA = Partition("aws-cn", "sts.amazonaws.com.cn", documented_github_claims=False)
GOVCLOUD = Partition("aws-us-gov", "sts.amazonaws.com", documented_github_claims=False)
EUROPEAN_SOVEREIGN = Partition(
    "aws-eusc", "sts.eusc-de-east-1.amazonaws.eu", documented_github_claims=False
)

_BY_REGION_PREFIX = {"cn-": CHINA, "us-gov-": GOVCLOUD, "eusc-": EUROPEAN_SOVEREIGN}
_ISOLATED = ("us-iso", "eu-iso")


def is_region(text: str) -> bool:
    """Tell whether a text has the form of a region that GitHub's issuers can be reached from."""
    return bool(_REGION.match(text)) and not text.startswith(_ISOLATED)


def partition_of(region: str) -> Partition:
    """Return the partition that a region belongs to, told by the region's prefix."""
    for prefix, partition in _BY_REGION_PREFIX.items():
        if region.startswith(prefix):
            return partition
    return AWS
