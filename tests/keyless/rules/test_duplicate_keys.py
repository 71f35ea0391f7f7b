"""Policy documents with a duplicate key."""

import json
from collections.abc import Mapping

import pytest

from keyless.rules.duplicate_keys import TYPES, duplicate_keys

TWICE = '{"Statement": [{"Effect": "Allow", "Action": "s3:*", "Action": "s3:Get*"}]}'
ONCE = json.dumps({"Statement": [{"Action": "s3:*"}, {"Action": "s3:Get*"}]})
POLICY = "aws:iam/policy:Policy"


def sentence(path: str, key: str = "Action") -> str:
    return (
        f'{path}: it has a duplicate key "{key}". One of two counts, and a reader sees the other. '
        "Write one."
    )


@pytest.mark.parametrize(
    ("kind", "properties", "paths"),
    [
        (POLICY, {"policy": TWICE}, ["policy"]),
        (POLICY, {"policyDocument": ONCE, "accessPolicies": [ONCE, TWICE]}, ["accessPolicies.1"]),
        ("aws:iam/role:Role", {"inlinePolicies": [{"policy": TWICE}]}, ["inlinePolicies.0.policy"]),
        (POLICY, {"policy": TWICE, "Documents": f"\n [{TWICE}]"}, ["policy", "Documents"]),
        ("aws:organizations/policy:Policy", {"content": TWICE}, ["content"]),
        ("aws-native:organizations:Policy", {"content": TWICE}, ["content"]),
        ("aws:s3/bucketObject:BucketObject", {"content": TWICE}, []),
        ("aws:organizations/policy:Policy", {"description": TWICE}, []),
        ("aws:iam/role:Role", {"assumeRolePolicy": TWICE}, []),
        ("aws-native:iam:Role", {"assumeRolePolicyDocument": TWICE}, []),
        (POLICY, {"policy": ONCE, "name": TWICE}, []),
        (POLICY, {"policy": json.dumps(TWICE)}, []),
        (POLICY, {"policy": TWICE[:-1]}, []),
        (POLICY, {"policy": "[" * 100_000}, []),
        (POLICY, {"policy": None}, []),
    ],
)
def test_one_of_two_members_counts(
    kind: str, properties: Mapping[str, object], paths: list[str]
) -> None:
    assert list(duplicate_keys(kind, properties)) == [sentence(path) for path in paths]


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ('{"a": 1, "Action": 1, "action": 2, "b": 3}', "Action"),
        ('{"x": {"STRASSE": 1, "stra\\u00dfe": 2}}', "STRASSE"),
        ('[{"b": 1, "b": 2, "a": 1, "a": 2}]', "b"),
    ],
)
def test_the_first_is_named_letter_case_ignored(document: str, key: str) -> None:
    assert list(duplicate_keys(POLICY, {"policy": document})) == [sentence("policy", key)]


@pytest.mark.parametrize(
    ("kind", "may_have"),
    [
        (POLICY, True),
        ("aws-native:s3:BucketPolicy", True),
        ("awscc:s3:BucketPolicy", True),
        ("aws-native:cloudformation:Stack", False),
        ("aws-native:cloudcontrol:Resource", False),
        ("kubernetes:core/v1:ConfigMap", False),
    ],
)
def test_types_with_documents(kind: str, may_have: bool) -> None:
    assert bool(TYPES.fullmatch(kind)) is may_have
