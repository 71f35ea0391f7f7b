"""Tests of what differs between the partitions of AWS."""

import pytest

from keyless.estate.partition import is_region, partition_of


@pytest.mark.parametrize(
    ("region", "partition", "audience", "documented"),
    [
        ("eu-west-1", "aws", "sts.amazonaws.com", True),
        ("us-east-1", "aws", "sts.amazonaws.com", True),
        ("ap-southeast-5", "aws", "sts.amazonaws.com", True),
        ("cn-north-1", "aws-cn", "sts.amazonaws.com.cn", False),
        ("us-gov-west-1", "aws-us-gov", "sts.amazonaws.com", False),
        ("eusc-de-east-1", "aws-eusc", "sts.eusc-de-east-1.amazonaws.eu", False),
    ],
)
def test_partitions(region: str, partition: str, audience: str, documented: bool) -> None:
    assert is_region(region)
    found = partition_of(region)
    assert (found.name, found.audience) == (partition, audience)
    assert found.documented_github_claims is documented


@pytest.mark.parametrize(
    "text",
    ["", "eu", "eu-wset-1", "EU-WEST-1", "eu-west-0", "eu-west-1a", "us-iso-east-1", "eu-west-1\n"],
)
def test_no_regions(text: str) -> None:
    assert not is_region(text)
