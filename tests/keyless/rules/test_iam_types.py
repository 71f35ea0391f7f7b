"""Types of resources as they are compared."""

import pytest

from keyless.rules.iam_types import folded


@pytest.mark.parametrize(
    ("kind", "compared"),
    [
        ("aws:iam/role:Role", "aws:iam:role"),
        ("aws:iam:Role", "aws:iam:role"),
        ("AWS:IAM/Role:ROLE", "aws:iam:role"),
        ("aws-native:iam:ManagedPolicy", "aws-native:iam:managedpolicy"),
        ("kubernetes:core/v1/list:ConfigMap", "kubernetes:core:configmap"),
        ("pulumi:providers:aws", "pulumi:providers:aws"),
    ],
)
def test_letter_case_and_file_say_nothing(kind: str, compared: str) -> None:
    assert folded(kind) == compared
