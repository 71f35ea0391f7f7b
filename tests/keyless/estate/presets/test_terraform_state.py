"""The preset `terraform-state`."""

from typing import Any

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

STATE = {"preset": "terraform-state", "bucket": "acme-states", "key": "shop/terraform.tfstate"}
OBJECT = "arn:PARTITION:s3:::acme-states/shop/terraform.tfstate"
LIST = allow(["s3:ListBucket"], ["arn:PARTITION:s3:::acme-states"])
LOCK = allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [f"{OBJECT}.tflock"])
READ = allow(["s3:GetObject"], [OBJECT])
WRITE = allow(["s3:GetObject", "s3:PutObject"], [OBJECT])
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = f"arn:PARTITION:kms:REGION:222222222222:key/{KEY_ID}"

CASES: dict[str, tuple[dict[str, Any], list[dict[str, Any]]]] = {
    "an apply": ({}, [LOCK, WRITE, LIST]),
    "an apply without a lock file": ({"lock_file": False}, [WRITE, LIST]),
    "a plan without a lock": ({"access": "read"}, [READ, LIST]),
    "a plan that locks": ({"access": "read", "lock_file": True}, [LOCK, READ, LIST]),
    "an encrypted apply": (
        {"kms_key": KEY_ID},
        [allow(["kms:Decrypt", "kms:GenerateDataKey"], [KEY]), LOCK, WRITE, LIST],
    ),
    "an encrypted plan without a lock": (
        {"access": "read", "kms_key": KEY_ID},
        [allow(["kms:Decrypt"], [KEY]), READ, LIST],
    ),
    "an encrypted plan that locks": (
        {"access": "read", "lock_file": True, "kms_key": KEY_ID},
        [allow(["kms:Decrypt", "kms:GenerateDataKey"], [KEY]), LOCK, READ, LIST],
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
            "wildcards, which would reach further. Write it as AWS shows it.",
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
    assert refused({**STATE, parameter: value}) == [(parameter, sentence)]
