"""Shapes of ARNs in the catalogue, and the ARNs and patterns that can meet them."""

import pytest

from keyless.estate.presets.arn_shape import ArnShape

BUCKET = "arn:${Partition}:s3:::${BucketName}"
OBJECT = "arn:${Partition}:s3:::${BucketName}/${ObjectName}"
TABLE = "arn:${Partition}:dynamodb:${Region}:${Account}:table/${TableName}"
ROLE = "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"
API = "arn:${Partition}:amplifybackend:${Region}:${Account}:/backend/${AppId}/api/*"
FUNCTION = "arn:${Partition}:lambda:${Region}:${Account}:function:${FunctionName}"

MEETS = [
    (BUCKET, "arn:aws:s3:::storefront"),
    (BUCKET, "arn:aws-cn:s3:::storefront"),
    (BUCKET, "arn:aws:s3:::store*"),
    (BUCKET, "arn:aws:s3:::?"),
    (OBJECT, "arn:aws:s3:::storefront/*"),
    (OBJECT, "arn:aws:s3:::storefront/a/b.html"),
    (OBJECT, "arn:aws:s3:::store*"),
    (OBJECT, "arn:aws:s3:::${aws:PrincipalTag/bucket}/x"),
    (TABLE, "arn:aws:dynamodb:eu-west-1:222222222222:table/orders"),
    (TABLE, "arn:aws:dynamodb:*:222222222222:table/orders"),
    (TABLE, "arn:aws:dynamodb:eu-west-1:222222222222:*"),
    (ROLE, "arn:aws:iam::222222222222:role/service-role/tasks"),
    (API, "arn:aws:amplifybackend:eu-west-1:222222222222:/backend/a1/api/x"),
    (FUNCTION, "arn:aws:lambda:eu-west-1:222222222222:function:checkout:*"),
]
MISSES = [
    (BUCKET, "arn:aws:s3:::storefront/*"),
    (BUCKET, "arn:aws:s3:::storefront/index.html"),
    (OBJECT, "arn:aws:s3:::storefront"),
    (OBJECT, "arn:aws:s3:::storefront/"),
    (BUCKET, "arn:aws:s3:::"),
    (TABLE, "arn:aws:dynamodb:eu-west-1:222222222222:stream/orders"),
    (TABLE, "arn:aws:dynamodb::222222222222:table/orders"),
    (TABLE, "arn:aws:dynamodb:eu-west-1:222222222222:stream/*"),
    (ROLE, "arn:aws:iam::222222222222:user/*"),
    (ROLE, "arn:aws:iam:eu-west-1:222222222222:role/x"),
    (API, "arn:aws:amplifybackend:eu-west-1:222222222222:/backend/a1"),
    (FUNCTION, "arn:aws:lambda:eu-west-1:222222222222:layer:*"),
]


@pytest.mark.parametrize(("shape", "resource"), MEETS)
def test_meets(shape: str, resource: str) -> None:
    assert ArnShape(shape).meets(resource)


@pytest.mark.parametrize(("shape", "resource"), MISSES)
def test_misses(shape: str, resource: str) -> None:
    assert not ArnShape(shape).meets(resource)


def test_a_pattern_of_many_wildcards_is_walked_once() -> None:
    assert not ArnShape(OBJECT).meets("arn:aws:dynamodb:" + "*?" * 500)


def test_a_template_may_list_several_shapes() -> None:
    assert ArnShape.of("arn:${Partition}:lex:a, arn:${Partition}:lex:b") == (
        ArnShape("arn:${Partition}:lex:a"),
        ArnShape("arn:${Partition}:lex:b"),
    )


def test_a_shape_is_shown_as_it_would_be_written() -> None:
    assert ArnShape(TABLE).example("aws-cn") == "arn:aws-cn:dynamodb:Region:Account:table/TableName"


@pytest.mark.parametrize(
    ("pattern", "meets"),
    [
        ("arn:aws:s3:::a*", True),
        ("arn:aws:ec2:::a*", False),
        ("arn:aws:s*:::a*", True),
        ("arn:*:s3:::a*", True),
        ("arn:*3:::a", True),
        ("arn:*:ec2:::a*", False),
        ("arn:${aws:x}:s3:::a*", True),
    ],
)
def test_the_service_of_a_pattern_may_be_a_pattern(pattern: str, meets: bool) -> None:
    (shape,) = ArnShape.of(BUCKET)
    assert shape.meets(pattern) is meets
