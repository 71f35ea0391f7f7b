"""The preset `s3-website`."""

import pytest

from tests.keyless.estate.presets.written import (
    PLACES,
    allow,
    granted,
    misplaced,
    of_bucket,
    placed,
    refused,
    statements,
)

SITE = {"preset": "s3-website", "bucket": "storefront-prod"}
WRITES = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:PutObject"]


@pytest.mark.parametrize("partition", PLACES)
def test_a_site_that_is_the_whole_bucket(partition: str) -> None:
    expected = [
        of_bucket(WRITES, ["arn:PARTITION:s3:::storefront-prod/*"]),
        of_bucket(["s3:ListBucket"], ["arn:PARTITION:s3:::storefront-prod"]),
    ]
    assert statements(SITE, partition) == placed(expected, partition)


@pytest.mark.parametrize("partition", ["aws", "aws-cn"])
def test_a_site_in_a_folder_behind_cloudfront(partition: str) -> None:
    expected = [
        allow(
            ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
            ["arn:PARTITION:cloudfront::222222222222:distribution/E2ABCDEF"],
        ),
        of_bucket(WRITES, ["arn:PARTITION:s3:::storefront-prod/docs/*"]),
        of_bucket(
            ["s3:ListBucket"],
            ["arn:PARTITION:s3:::storefront-prod"],
            {"StringLike": {"s3:prefix": ["docs/*"]}},
        ),
    ]
    raw = {**SITE, "prefix": "docs", "distribution": "E2ABCDEF"}
    assert statements(raw, partition) == placed(expected, partition)


def test_what_a_reviewer_reads() -> None:
    grant = granted({**SITE, "distribution": "E2ABCDEF"})
    assert grant.summary == "deploy the site to s3://storefront-prod and invalidate E2ABCDEF"
    assert (grant.access, grant.assumes, grant.managed_policy_arns) == ("write", (), ())
    assert granted({**SITE, "prefix": "docs"}).summary == (
        "deploy the site to s3://storefront-prod/docs"
    )


def test_govcloud_has_no_cloudfront() -> None:
    assert misplaced({**SITE, "distribution": "E2ABCDEF"}, "aws-us-gov") == (
        'The distribution "E2ABCDEF" cannot be invalidated from aws-us-gov. '
        "CloudFront does not exist in that partition. Leave distribution out here.",
    )


@pytest.mark.parametrize(
    ("parameter", "value", "sentence"),
    [
        (
            "bucket",
            "arn:aws:s3:::storefront-prod",
            '"arn:aws:s3:::storefront-prod" is an ARN. The preset composes it, so that it is right '
            "in every stack. Write the bucket name alone.",
        ),
        (
            "bucket",
            "Storefront_*",
            '"Storefront_*" is no bucket name. S3 takes 3 to 63 lower-case letters, digits, dots '
            "and hyphens. Write it as AWS shows it.",
        ),
        (
            "prefix",
            "/docs",
            '"/docs" is no folder of a bucket. It has no slash at its beginning, no spaces, and no '
            "wildcards or folders .., which would reach further. Write it as AWS shows it.",
        ),
        (
            "distribution",
            "d111.cloudfront.net",
            '"d111.cloudfront.net" is no distribution id. CloudFront\'s ids are capital letters '
            "and digits. Write it as AWS shows it.",
        ),
    ],
)
def test_refused(parameter: str, value: str, sentence: str) -> None:
    assert refused({**SITE, parameter: value}) == [(parameter, sentence)]


@pytest.mark.parametrize("prefix", ["/docs", "a//b", "*", "a/*", "a b", "${x}", ""])
def test_prefixes_that_would_reach_elsewhere_are_refused(prefix: str) -> None:
    assert [where for where, _ in refused({**SITE, "prefix": prefix})] == ["prefix"]
