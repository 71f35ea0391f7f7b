"""What a role of a review environment may write: names that begin with a prefix."""

import pytest

from keyless.rules.grant import Grant
from keyless.rules.review import beyond_review
from tests.keyless.rules.written import ACCOUNT, LABEL, WHERE, allow, granted

PREFIX = "shop-pr-"
WHY = "Code that nobody merged could overwrite it."
REPOSITORY = "arn:aws:ecr:eu-west-1:222222222222:repository"


def says(*statements: object, prefix: str = PREFIX) -> list[str]:
    return list(beyond_review([granted(*statements)], prefix))


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::shop-pr-7",
        "arn:aws:s3:::shop-pr-*",
        "arn:aws:s3:::shop-pr-7/*",
        "arn:aws:s3:::shop-pr-*/*",
        "arn:aws:s3:::previews/shop-pr-7/*",
        "arn:aws:s3:::previews/shop-pr-*",
        f"{REPOSITORY}/shop-pr-7",
        f"{REPOSITORY}/shop-pr-*",
    ],
)
def test_names_that_begin_with_the_prefix_are_written(resource: str) -> None:
    assert says(allow(["s3:PutObject", "ecr:PutImage"], resource)) == []


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:s3:::shop",
        "arn:aws:s3:::shop-*",
        "arn:aws:s3:::previews",
        "arn:aws:s3:::previews/shop/shop-pr-7",
        "arn:aws:s3:::previews/shop-*",
        "arn:aws:s3:::previews/*",
        "arn:aws:s3:::p*s/shop-pr-7",
        "arn:aws:s3:::p?s/shop-pr-7",
        "arn:aws:s3:::p${aws:username}/shop-pr-7",
        f"{REPOSITORY}/shop",
        f"{REPOSITORY}/apps/shop-pr-7",
    ],
)
def test_other_names_are_not_written(resource: str) -> None:
    assert says(allow("s3:PutObject", ["arn:aws:s3:::shop-pr-7", resource])) == [
        f'{WHERE}: "s3:PutObject" on "{resource}", which does not begin with "{PREFIX}". {WHY} '
        "Write names that begin with it."
    ]
    assert says(allow("s3:PutObject", resource), prefix="") == []


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        "arn:aws:s3:::*",
        "arn:aws:s3:::?hop-pr-7",
        "arn:aws:s3:::${aws:username}",
        "arn:aws:s3:::",
        "arn:aws:s3:eu-west-1:222222222222:accesspoint/shop-pr-7",
        "arn:aws:s3::222222222222:shop-pr-7",
        "arn:aws:s3:eu-west-1::shop-pr-7",
        f"{REPOSITORY}/*",
        "arn:aws:ecr:eu-west-1:222222222222:shop-pr-7",
        "arn:aws:lambda:eu-west-1:222222222222:function:shop-pr-7",
        f"{ACCOUNT}:role/shop-pr-7",
        "shop-pr-7",
    ],
)
def test_a_prefix_bounds_no_other_service(resource: str) -> None:
    expected = [
        f'{WHERE}: "s3:PutObject" on "{resource}", in a review environment. A prefix of names does '
        "not bound what it reaches. Write buckets, objects or image repositories by name, or "
        "deploy from a branch."
    ]
    assert says(allow("s3:PutObject", resource)) == expected
    assert says(allow("s3:PutObject", resource), prefix="") == expected


def test_a_prefix_bounds_nobody_who_is_let_in() -> None:
    assert says(allow(["s3:GetObject", "s3:PutBucketPolicy"], "arn:aws:s3:::shop-pr-7")) == [
        f'{WHERE}: "s3:PutBucketPolicy" on "arn:aws:s3:::shop-pr-7", in a review environment. A '
        "prefix of names does not bound what it reaches. Write buckets, objects or image "
        "repositories by name, or deploy from a branch."
    ]


def test_reads_are_no_writes() -> None:
    assert says(allow(["s3:GetObject", "s3:List*", "ec2:DescribeVpcs"])) == []


def test_all_but_some_is_no_name() -> None:
    assert says(
        allow(None, "arn:aws:s3:::shop-pr-7", NotAction="s3:Get*"),
        allow("s3:PutObject", None, NotResource="arn:aws:s3:::shop"),
    ) == [
        f"{WHERE}: NotAction in a review environment. {WHY} Write the actions that are needed.",
        f'{LABEL}, statement 2: "s3:PutObject" on "all but what NotResource names", in a review '
        "environment. A prefix of names does not bound what it reaches. Write buckets, objects or "
        "image repositories by name, or deploy from a branch.",
    ]


def test_what_nobody_shows_may_write_anything() -> None:
    assert list(beyond_review([Grant("later", unknown="policy"), Grant(LABEL)], PREFIX)) == [
        f"{LABEL}: the stack does not show it, in a review environment. {WHY} Write the actions "
        "that are needed as statements."
    ]
