"""The preset `managed-policy`."""

from typing import Any

import pytest

from tests.keyless.estate.presets.written import PLACES, granted, misplaced, refused

AWS = "arn:aws:iam::aws:policy/"


@pytest.mark.parametrize("partition", PLACES)
@pytest.mark.parametrize("name", ["SecurityAudit", "job-function/ViewOnlyAccess"])
def test_a_policy_of_aws_by_name(name: str, partition: str) -> None:
    grant = granted({"preset": "managed-policy", "name": name}, partition)
    assert grant.managed_policy_arns == (f"arn:{partition}:iam::aws:policy/{name}",)
    assert grant.statements == ()


@pytest.mark.parametrize("partition", PLACES)
@pytest.mark.parametrize("owner", ["aws", "222222222222"])
def test_a_policy_by_arn(owner: str, partition: str) -> None:
    arn = f"arn:{partition}:iam::{owner}:policy/team/deploy"
    grant = granted({"preset": "managed-policy", "arn": arn}, partition)
    assert grant.managed_policy_arns == (arn,)


@pytest.mark.parametrize(
    ("parameters", "summary", "access"),
    [
        (
            {"name": "PowerUserAccess"},
            "whatever the policy PowerUserAccess of AWS allows",
            "permissions",
        ),
        ({"name": "ReadOnlyAccess"}, "whatever the policy ReadOnlyAccess of AWS allows", "read"),
        (
            {"name": "AmazonEC2ReadOnlyAccess"},
            "whatever the policy AmazonEC2ReadOnlyAccess of AWS allows",
            "read",
        ),
        (
            {"arn": "arn:aws:iam::222222222222:policy/ReadOnlyAccess"},
            "whatever the policy ReadOnlyAccess of the account allows",
            "permissions",
        ),
    ],
)
def test_what_a_reviewer_reads(parameters: dict[str, Any], summary: str, access: str) -> None:
    grant = granted({"preset": "managed-policy", **parameters})
    assert (grant.summary, grant.access) == (summary, access)


@pytest.mark.parametrize(
    ("parameters", "where", "sentence"),
    [
        (
            {},
            "",
            "neither name nor arn is written. This permission is one policy. "
            "Write name for a policy of AWS, or arn.",
        ),
        (
            {"name": "SecurityAudit", "arn": "arn:aws:iam::aws:policy/SecurityAudit"},
            "",
            "both name and arn are written. This permission is one policy. "
            "Write name for a policy of AWS, or arn.",
        ),
        (
            {"name": "arn:aws:iam::aws:policy/SecurityAudit"},
            "name",
            '"arn:aws:iam::aws:policy/SecurityAudit" is no name of a policy. IAM takes letters, '
            "digits and +=,.@_-, with the path before the name if there is one. "
            "Write it under arn.",
        ),
        (
            {"name": "Read Only"},
            "name",
            '"Read Only" is no name of a policy. IAM takes letters, digits and +=,.@_-, with the '
            "path before the name if there is one. Write the name alone.",
        ),
        (
            {"arn": "arn:aws:iam::222222222222:role/deploy"},
            "arn",
            '"arn:aws:iam::222222222222:role/deploy" is no ARN of a managed policy. Nothing else '
            "can be attached to a role. "
            'Write one of the form "arn:aws:iam::222222222222:policy/NAME".',
        ),
    ],
)
def test_refused(parameters: dict[str, Any], where: str, sentence: str) -> None:
    assert refused({"preset": "managed-policy", **parameters}) == [(where, sentence)]


def test_a_policy_of_another_account_cannot_be_attached() -> None:
    arn = "arn:aws:iam::111111111111:policy/deploy"
    assert misplaced({"preset": "managed-policy", "arn": arn}) == (
        f'"{arn}" is of account 111111111111, and this stack is in 222222222222. '
        "IAM attaches only policies of the account and of AWS. "
        "Write the ARN of a policy in 222222222222.",
    )


def test_a_policy_of_another_partition_cannot_be_attached() -> None:
    arn = "arn:aws:iam::aws:policy/SecurityAudit"
    assert misplaced({"preset": "managed-policy", "arn": arn}, "aws-cn") == (
        f'"{arn}" is of the partition aws, and this stack is in aws-cn. Nothing of another '
        "partition can be reached from here. "
        'Write "arn:aws-cn:iam::aws:policy/SecurityAudit".',
    )


@pytest.mark.parametrize("which", [{"name": "SecurityAudit"}, {"arn": f"{AWS}SecurityAudit"}])
def test_policies_of_aws_are_not_looked_up(which: dict[str, str]) -> None:
    [(_, sentence)] = refused({"preset": "managed-policy", "look_up": True, **which})
    assert sentence == (
        "look_up: true beside a policy of AWS. AWS changes its policies often, so exceptions name "
        "them by ARN and boundary. Leave look_up out."
    )
