"""The preset `terraform-state`."""

from typing import Any

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

STATE = {"preset": "terraform-state", "bucket": "acme-states", "key": "shop/terraform.tfstate"}
OBJECT = "arn:PARTITION:s3:::acme-states/shop/terraform.tfstate"
LIST = of_bucket(["s3:ListBucket"], ["arn:PARTITION:s3:::acme-states"])
LOCK = of_bucket(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [f"{OBJECT}.tflock"])
READ = of_bucket(["s3:GetObject"], [OBJECT])
WRITE = of_bucket(["s3:GetObject", "s3:PutObject"], [OBJECT])
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = f"arn:PARTITION:kms:REGION:222222222222:key/{KEY_ID}"
THROUGH_S3 = {"StringEquals": {"kms:ViaService": ["s3.REGION.SUFFIX"]}}
DECRYPT = allow(["kms:Decrypt"], [KEY], THROUGH_S3)
ENCRYPT = allow(["kms:Decrypt", "kms:GenerateDataKey"], [KEY], THROUGH_S3)
TABLE = ["arn:PARTITION:dynamodb:REGION:222222222222:table/terraform-locks"]
DESCRIBE = allow(["dynamodb:DescribeTable"], TABLE)


def items(*keys: str) -> dict[str, Any]:
    return {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": list(keys)}}


CASES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "an apply": ({}, [LOCK, WRITE, LIST]),
    "an apply without a lock file": ({"lock_file": False}, [WRITE, LIST]),
    "a plan without a lock": ({"access": "read"}, [READ, LIST]),
    "a plan that locks": ({"access": "read", "lock_file": True}, [LOCK, READ, LIST]),
    "an encrypted apply": (
        {"kms_key": KEY_ID},
        [ENCRYPT, LOCK, WRITE, LIST],
    ),
    "an apply that locks in a table": (
        {"lock_table": "terraform-locks"},
        [
            allow(
                ["dynamodb:DeleteItem", "dynamodb:GetItem", "dynamodb:PutItem"],
                TABLE,
                items(
                    "acme-states/shop/terraform.tfstate",
                    "acme-states/shop/terraform.tfstate-md5",
                ),
            ),
            DESCRIBE,
            WRITE,
            LIST,
        ],
    ),
    "a plan that reads a table's digest": (
        {"access": "read", "lock_table": "terraform-locks", "key": ["a", "b"]},
        [
            DESCRIBE,
            allow(
                ["dynamodb:GetItem"],
                TABLE,
                items("acme-states/a", "acme-states/a-md5", "acme-states/b", "acme-states/b-md5"),
            ),
            of_bucket(
                ["s3:GetObject"],
                ["arn:PARTITION:s3:::acme-states/a", "arn:PARTITION:s3:::acme-states/b"],
            ),
            LIST,
        ],
    ),
    "an apply to workspaces": (
        {"workspaces": ["staging", "*"], "lock_file": False},
        [
            of_bucket(
                ["s3:GetObject", "s3:PutObject"],
                [
                    "arn:PARTITION:s3:::acme-states/env:/*/shop/terraform.tfstate",
                    "arn:PARTITION:s3:::acme-states/env:/staging/shop/terraform.tfstate",
                    OBJECT,
                ],
            ),
            LIST,
        ],
    ),
    "an apply to a folder": (
        {"key": [], "prefix": "shop"},
        [
            of_bucket(
                ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                ["arn:PARTITION:s3:::acme-states/shop/*.tflock"],
            ),
            of_bucket(["s3:GetObject", "s3:PutObject"], ["arn:PARTITION:s3:::acme-states/shop/*"]),
            LIST,
        ],
    ),
    "an encrypted plan without a lock": (
        {"access": "read", "kms_key": KEY_ID},
        [DECRYPT, READ, LIST],
    ),
    "an encrypted plan that locks": (
        {"access": "read", "lock_file": True, "kms_key": KEY_ID},
        [ENCRYPT, LOCK, READ, LIST],
    ),
}


@pytest.mark.parametrize("partition", PLACES)
@pytest.mark.parametrize("case", CASES)
def test_what_is_granted(case: str, partition: str) -> None:
    parameters, expected = CASES[case]
    assert statements({**STATE, **parameters}, partition) == placed(expected, partition)


@pytest.mark.parametrize(
    ("parameters", "summary", "access"),
    [
        (
            {},
            "read and write the Terraform state s3://acme-states/shop/terraform.tfstate "
            "and its lock",
            "write",
        ),
        (
            {"workspaces": ["staging"], "lock_table": "locks"},
            "read and write the Terraform states s3://acme-states/shop/terraform.tfstate in the "
            "workspaces staging and their locks",
            "write",
        ),
        (
            {"key": [], "prefix": "shop", "access": "read", "lock_table": "locks"},
            "read the Terraform states s3://acme-states/shop/",
            "read",
        ),
        (
            {"access": "read"},
            "read the Terraform state s3://acme-states/shop/terraform.tfstate",
            "read",
        ),
        (
            {"access": "read", "lock_file": True},
            "read the Terraform state s3://acme-states/shop/terraform.tfstate and its lock",
            "write",
        ),
    ],
)
def test_what_a_reviewer_reads(parameters: dict[str, Any], summary: str, access: str) -> None:
    grant = granted({**STATE, **parameters})
    assert (grant.summary, grant.access) == (summary, access)


def test_a_key_of_another_account_and_region_is_named_by_its_arn() -> None:
    arn = f"arn:aws:kms:us-east-1:333333333333:key/{KEY_ID}"
    grant = granted({**STATE, "access": "read", "kms_key": arn})
    assert grant.statements[-1].resources == (arn,)


def test_a_key_of_another_partition() -> None:
    arn = f"arn:aws:kms:us-east-1:333333333333:key/{KEY_ID}"
    assert misplaced({**STATE, "kms_key": arn}, "aws-cn") == (
        f'"{arn}" is of the partition aws, and this stack is in aws-cn. Nothing of another '
        "partition can be reached from here. "
        f'Write "arn:aws-cn:kms:us-east-1:333333333333:key/{KEY_ID}".',
    )


@pytest.mark.parametrize(
    ("parameter", "value", "sentence"),
    [
        (
            "key",
            "shop/*",
            '"shop/*" is no path in a bucket. It has no slash at either end, no spaces, and no '
            "wildcards or folders .., which would reach further. Write it as AWS shows it.",
        ),
        (
            "kms_key",
            "alias/states",
            '"alias/states" is an alias. IAM grants nothing on a key by its alias. '
            "Write the key's id or its ARN.",
        ),
        (
            "kms_key",
            "states",
            '"states" is no KMS key. A key is granted by its id, or by its ARN where it is of '
            "another account or region. "
            'Write an id as in "1234abcd-12ab-34cd-56ef-1234567890ab".',
        ),
    ],
)
def test_refused(parameter: str, value: str, sentence: str) -> None:
    where = "key.0" if parameter == "key" else parameter
    assert refused({**STATE, parameter: value}) == [(where, sentence)]


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        (
            {"prefix": "shop"},
            "both key and prefix are written. States are named one by one, or by their folder. "
            "Write key: shop/terraform.tfstate, or prefix: shop/.",
        ),
        (
            {"key": []},
            "neither key nor prefix is written. States are named one by one, or by their folder. "
            "Write key: shop/terraform.tfstate, or prefix: shop/.",
        ),
        (
            {"key": [], "prefix": "shop", "workspaces": ["staging"]},
            "workspaces beside prefix. The state of a workspace lies outside of the folder. "
            "Write key, or name the folder env:/WORKSPACE as prefix.",
        ),
    ],
)
def test_states_are_named_in_one_way(parameters: dict[str, Any], sentence: str) -> None:
    assert refused({**STATE, **parameters}) == [("", sentence)]
