"""Every permission preset, written by the components and judged by the pack."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from keyless.estate.presets import PRESETS, Permission, Place, as_document
from tests.policypack import estate
from tests.policypack.analyzer import Pack

PLACE = Place("aws", "222222222222", "eu-west-1")
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
DEPLOYING: list[dict[str, Any]] = [
    {"preset": "s3-website", "bucket": "shop-website", "distribution": "E2ABCDEF"},
    {"preset": "s3-website", "bucket": "shop-website", "prefix": "blog"},
    {"preset": "lambda-function", "function": "checkout", "alias": "live"},
    {"preset": "container-image", "repository": "shop/checkout-api"},
    {
        "preset": "ecs-service",
        "cluster": "shop",
        "service": "web",
        "task_definition": "web",
        "execution_role": "service-role/tasks",
        "task_role": "web",
    },
    {"preset": "cdk"},
    {"preset": "terraform-state", "bucket": "shop-state", "key": "shop.tfstate", "kms_key": KEY},
    {"preset": "read-only", "services": ["s3", "lambda", "iam", "ec2"]},
    {
        "preset": "statement",
        "actions": ["dynamodb:UpdateItem"],
        "resources": ["arn:aws:dynamodb:eu-west-1:222222222222:table/orders"],
    },
]
READING: list[dict[str, Any]] = [
    {"preset": "read-only", "services": ["s3", "lambda"]},
    {
        "preset": "read-only",
        "services": ["s3", "dynamodb"],
        "resources": [
            "arn:aws:s3:::shop-state/shop/*",
            "arn:aws:dynamodb:eu-west-1:222222222222:table/orders",
        ],
    },
    {
        "preset": "terraform-state",
        "bucket": "shop-state",
        "key": "shop.tfstate",
        "access": "read",
        "kms_key": KEY,
    },
]


def document(preset: dict[str, Any]) -> str:
    permission: Any = TypeAdapter(Permission).validate_python(preset)
    statements: Any = as_document(permission.grant(PLACE).statements)["Statement"]
    return estate.document(*statements)


def test_all_presets_with_statements_are_tried() -> None:
    assert {preset["preset"] for preset in DEPLOYING} == PRESETS.keys() - {"managed-policy"}


@pytest.mark.parametrize("preset", DEPLOYING, ids=lambda preset: preset["preset"])
def test_preset_passes_on_the_role_of_an_environment(pack: Pack, preset: dict[str, Any]) -> None:
    policy = estate.role_policy().but(policy=document(preset))
    assert pack.judge(estate.compliant(policy)) == []


@pytest.mark.parametrize("preset", READING, ids=lambda preset: preset["preset"])
def test_reading_preset_passes_on_the_role_of_pull_requests(
    pack: Pack, preset: dict[str, Any]
) -> None:
    policy = estate.role_policy(name=estate.PLAN).but(policy=document(preset))
    assert pack.judge(estate.compliant(policy)) == []
