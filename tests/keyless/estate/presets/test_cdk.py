"""The preset `cdk`."""

import pytest

from tests.keyless.estate.presets.written import (
    PLACES,
    allow,
    granted,
    misplaced,
    placed,
    refused,
    statements,
)


def roles(qualifier: str, region: str) -> list[str]:
    return [
        f"arn:PARTITION:iam::222222222222:role/cdk-{qualifier}-{role}-role-222222222222-{region}"
        for role in ("deploy", "file-publishing", "image-publishing", "lookup")
    ]


@pytest.mark.parametrize("partition", PLACES)
def test_the_bootstrap_roles_of_the_stacks_region(partition: str) -> None:
    expected = [allow(["sts:AssumeRole"], roles("hnb659fds", "REGION"))]
    assert statements({"preset": "cdk"}, partition) == placed(expected, partition)


def test_a_qualifier_and_several_regions() -> None:
    raw = {"preset": "cdk", "qualifier": "shop", "regions": ["us-east-1", "eu-west-1"]}
    wanted = sorted([*roles("shop", "us-east-1"), *roles("shop", "eu-west-1")])
    assert statements(raw) == placed([allow(["sts:AssumeRole"], wanted)], "aws")


def test_a_reviewer_reads_that_it_leaves_the_boundary() -> None:
    grant = granted({"preset": "cdk", "regions": ["us-east-1", "eu-west-1"]})
    assert grant.summary == (
        "leave the permissions boundary and deploy with the CDK bootstrap roles hnb659fds "
        "in us-east-1 and eu-west-1"
    )
    assert grant.access == "permissions"
    wanted = [*roles("hnb659fds", "us-east-1"), *roles("hnb659fds", "eu-west-1")]
    assert list(grant.assumes) == placed(wanted, "aws")


@pytest.mark.parametrize(
    ("parameter", "value", "where", "sentence"),
    [
        (
            "qualifier",
            "*",
            "qualifier",
            '"*" is no bootstrap qualifier. The CDK takes 1 to 10 letters, digits, hyphens and '
            "underscores. Write it as AWS shows it.",
        ),
        (
            "regions",
            ["eu-west-*"],
            "regions.0",
            '"eu-west-*" is no AWS region. ARNs, audience and partition follow from it. '
            "Write a region such as eu-west-1.",
        ),
        (
            "regions",
            [],
            "regions",
            "an empty list. It asks for nothing. Fill it, or leave out what it belongs to.",
        ),
    ],
)
def test_refused(parameter: str, value: object, where: str, sentence: str) -> None:
    assert refused({"preset": "cdk", parameter: value}) == [(where, sentence)]


def test_a_region_of_another_partition() -> None:
    assert misplaced({"preset": "cdk", "regions": ["eu-west-1", "us-gov-west-1"]}) == (
        '"us-gov-west-1" is of the partition aws-us-gov, and this stack is in aws. Nothing of '
        "another partition can be reached from here. Write a region of aws.",
    )
