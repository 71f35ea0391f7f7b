"""The catalogue: what exists, what it gives, what comes near."""

import pytest

from keyless.estate.presets import catalogue
from keyless.estate.presets.catalogue import (
    actions_matching,
    nearest_actions,
    nearest_condition_keys,
    nearest_services,
    service_exists,
    widest_access,
)


@pytest.mark.parametrize(
    ("action", "access"),
    [
        ("s3:GetObject", "read"),
        ("s3:ListBucket", "read"),
        ("s3:PutObject", "write"),
        ("s3:PutObjectTagging", "write"),
        ("s3:PutBucketPolicy", "permissions"),
        ("iam:GetRole", "read"),
        ("iam:PutRolePolicy", "permissions"),
        ("iam:CreateAccessKey", "permissions"),
        ("iam:CreateRole", "permissions"),
        ("iam:TagRole", "permissions"),
        ("iam:PassRole", "write"),
        ("lambda:AddPermission", "permissions"),
    ],
)
def test_access_of_an_action(action: str, access: str) -> None:
    (found,) = actions_matching(action)
    assert (found.name, found.access) == (action, access)


def test_letter_case_does_not_count() -> None:
    assert actions_matching("S3:getOBJECT") == actions_matching("s3:GetObject")


def test_a_pattern_means_every_action_it_matches() -> None:
    names = {action.name for action in actions_matching("dynamodb:*Item")}
    assert names == {
        "dynamodb:BatchGetItem",
        "dynamodb:BatchWriteItem",
        "dynamodb:ConditionCheckItem",
        "dynamodb:DeleteItem",
        "dynamodb:GetItem",
        "dynamodb:PutItem",
        "dynamodb:UpdateItem",
    }
    assert [a.name for a in actions_matching("s3:GetObjec?")] == ["s3:GetObject"]


def test_what_does_not_exist_matches_nothing() -> None:
    assert actions_matching("lambda:WaitForFunctionActive") == ()
    assert actions_matching("s3:Fetch*") == ()
    assert not service_exists("lamda")


def test_widest_access_of_several() -> None:
    read, write = actions_matching("s3:GetObject"), actions_matching("s3:PutObject")
    assert widest_access([]) == "read"
    assert widest_access([*read, *write]) == "write"
    assert widest_access([*write, *actions_matching("s3:PutBucketPolicy"), *read]) == "permissions"


def test_nearest_names() -> None:
    assert nearest_services("lamda") == ["lambda"]
    assert nearest_actions("s3:GetObjects")[0] == "s3:GetObject"
    assert nearest_actions("s3:Zzzzzzzz") == []


@pytest.mark.parametrize(
    ("key", "action"),
    [
        ("s3:prefix", "s3:ListBucket"),
        ("S3:Prefix", "s3:List*"),
        ("aws:PrincipalOrgID", "s3:ListBucket"),
        ("aws:principaltag/team", "s3:ListBucket"),
        ("s3:ExistingObjectTag/team", "s3:GetObject"),
        ("kms:EncryptionContext:department", "kms:Decrypt"),
        ("iam:PassedToService", "iam:PassRole"),
        ("ecs:cluster", "ecs:UpdateService"),
        ("ecs:ResourceTag/team", "ecs:UpdateService"),
    ],
)
def test_condition_key_of_an_action(key: str, action: str) -> None:
    assert nearest_condition_keys(key, actions_matching(action)) is None


@pytest.mark.parametrize(
    ("key", "near"),
    [
        ("s3:prefx", ["s3:prefix"]),
        ("nowhere:prefix", []),
        ("dynamodb:LeadingKeys", []),
        ("aws:Nonsense", []),
    ],
)
def test_condition_key_of_no_action(key: str, near: list[str]) -> None:
    assert nearest_condition_keys(key, actions_matching("s3:ListBucket")) == near


def test_a_service_is_loaded_once() -> None:
    catalogue._actions.cache_clear()
    actions_matching("sqs:SendMessage")
    actions_matching("sqs:ReceiveMessage")
    actions_matching("sqs:*Queue")
    assert catalogue._actions.cache_info().misses == 1
