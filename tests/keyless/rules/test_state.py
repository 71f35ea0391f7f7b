"""Grants on the buckets with the state of stacks."""

import pytest

from keyless.rules.grant import Grant
from keyless.rules.state import on_state
from tests.keyless.rules.written import LABEL, WHERE, allow, granted

BUCKETS = ["acme-state", "acme-state-eu"]
OBJECTS = "arn:aws:s3:::acme-state/*"
ACCESS_POINT = "arn:aws:s3:eu-west-1:222222222222:accesspoint/any"


def says(*statements: object) -> list[str]:
    return list(on_state([Grant("unseen"), granted(*statements)], BUCKETS))


def sentence(action: str, reached: str, where: str = WHERE) -> str:
    return (
        f'{where}: "{action}" on {reached}, which has the state of stacks. Anybody who writes the '
        "state of a stack runs code in its next update, and it may contain secrets. Leave it to "
        "the role that updates the stack."
    )


@pytest.mark.parametrize(
    ("action", "resource", "bucket"),
    [
        ("s3:PutObject", OBJECTS, "acme-state"),
        ("s3:PutObject", "arn:aws:s3:::acme-state/a:b", "acme-state"),
        ("s3:GetObject", OBJECTS, "acme-state"),
        ("S3:*", "arn:aws:s3:::acme-state", "acme-state"),
        ("s3:DeleteBucket", "arn:aws:s3:::acme-*", "acme-state"),
        ("s?:PutObject", "arn:aws:s3:::acme-state-e?/a/b", "acme-state-eu"),
        ("*", "*", "acme-state"),
        ("s3:GetObject", "arn:aws:s3:::${aws:username}/*", "acme-state"),
        ("s3:ListBucket", ["arn:aws:s3:::site", "arn:aws:s3:::acme-state-eu"], "acme-state-eu"),
    ],
)
def test_grants_on_a_bucket_of_state(action: str, resource: object, bucket: str) -> None:
    reads = ["ec2:DescribeVpcs", "sqs:SendMessage", "s3:GetBucketPolicy", "s3:ListAllMyBuckets"]
    assert says(allow([*reads, action, "s3:Get*"], resource)) == [sentence(action, f'"{bucket}"')]


def test_an_access_point_may_lead_to_any_bucket() -> None:
    assert says(allow("s3:GetObject", ["arn:aws:s3:::site/*", ACCESS_POINT])) == [
        sentence("s3:GetObject", f'"{ACCESS_POINT}", which may lead to "acme-state"')
    ]
    assert len(says(allow("s3:GetObject", "arn:aws:s?:eu-west-1:2:access*/any"))) == 1
    assert len(says(allow("s3:GetObject", f"{ACCESS_POINT}/object/a:b"))) == 1


def test_all_but_some_resources_or_actions_are_granted() -> None:
    assert says(allow("s3:GetObject", None, NotResource="arn:aws:s3:::acme-state/*")) == [
        sentence("s3:GetObject", '"acme-state"')
    ]
    assert says(allow(None, OBJECTS, NotAction=["s3:Put*", "x"])) == [
        sentence("all but s3:Put*", '"acme-state"')
    ]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        (["s3:GetBucketPolicy", "s3:ListAllMyBuckets"], "*"),
        ("s3:GetObject", "arn:aws:s3:::acme-site/*"),
        ("s3:GetObject", "arn:aws:s3:::acme-state2/*"),
        ("s3:GetObject", "arn:aws:s3:::site/acme-state"),
        ("s3:GetObject", "arn:aws:s3:::site/a:b"),
        ("sqs:SendMessage", OBJECTS),
        ("s3-outposts:GetObject", OBJECTS),
        ("s3:GetObject", "arn:aws:s3:eu-west-1:222222222222:job/1"),
        ("s3:GetObject", "arn:aws:sqs:eu-west-1:222222222222:accesspoint/1"),
    ],
)
def test_other_grants_reach_no_state(action: object, resource: str) -> None:
    assert says(allow(action, resource)) == []


def test_each_statement_is_said_once() -> None:
    both = ["arn:aws:s3:::acme-state/a", "arn:aws:s3:::acme-state-eu/b"]
    assert says(allow("s3:GetObject", "arn:aws:s3:::site"), allow("s3:GetObject", both)) == [
        sentence("s3:GetObject", '"acme-state"', f"{LABEL}, statement 2")
    ]
