"""Grants that are wider than named actions on named resources."""

import pytest

from keyless.rules.grant import Grant
from keyless.rules.scope import unscoped
from tests.keyless.rules.written import ACCOUNT, LABEL, WHERE, allow, granted

ROLE = "/keyless/deploy"
BUCKET = "arn:aws:s3:::acme-site/*"
OWN_POLICY = f"{ACCOUNT}:policy/apps/logs"


def says(*grants: Grant, allowed: tuple[str, ...] = ()) -> list[str]:
    return list(unscoped(grants, allowed, ROLE))


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:GetObject", BUCKET),
        allow(["ec2:DescribeInstances", "s3:ListAllMyBuckets", "iam:GetRole"]),
        allow("ec2:DescribeVpc*"),
        allow("ecr:GetAuthorizationToken"),
        allow("sqs:Get*"),
        allow("*", Effect="Deny"),
    ],
)
def test_named_actions_on_named_resources_pass(statement: object) -> None:
    assert says(granted(statement)) == []


@pytest.mark.parametrize("action", ["*", "s3:*", "S3:Put*", "s?:PutObject", "iam:Get*", "nosuch:*"])
def test_a_wildcard_grants_what_aws_adds_tomorrow(action: str) -> None:
    assert says(granted(allow(["ec2:DescribeVpcs", action], [BUCKET, "*"]))) == [
        f'{WHERE}: action "{action}" is a wildcard. What AWS adds tomorrow is granted too. Write '
        "the actions that are needed."
    ]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:PutObject", "*"),
        ("s3:ListBucket", "arn:aws:s3:::*"),
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:222222222222:function:*"),
        ("nosuch:DoThings", "*"),
    ],
)
def test_any_resource_is_too_many(action: str, resource: str) -> None:
    found = says(granted(allow(["ec2:DescribeVpcs", action, "s3:Put*"], [BUCKET, resource])))
    assert found == [
        f'{WHERE}: "{action}" on "{resource}". A workflow that needs one resource reaches all. '
        "Write the ARNs that are needed.",
        f'{WHERE}: action "s3:Put*" is a wildcard. What AWS adds tomorrow is granted too. Write '
        "the actions that are needed.",
    ]


@pytest.mark.parametrize("kind", ["Action", "Resource"])
def test_all_but_what_is_named_is_too_much(kind: str) -> None:
    statement = allow("s3:GetObject", BUCKET)
    named = statement.pop(kind)
    assert says(granted(statement | {f"Not{kind}": [named, "x"]})) == [
        f'{WHERE}: Not{kind} "{named}" grants all but what it names. What AWS adds tomorrow is '
        f"granted too. Write {kind}."
    ]


def test_all_grants_are_judged_by_their_statements() -> None:
    malformed = Grant(LABEL, '{"Statement": [1]}')
    assert says(malformed, granted(allow("s3:GetObject", BUCKET), allow("sqs:*"))) == [
        f"{LABEL}: statement 1 is no object. What it allows cannot be judged. Write the document "
        "as IAM knows it.",
        f'{LABEL}, statement 2: action "sqs:*" is a wildcard. What AWS adds tomorrow is granted '
        "too. Write the actions that are needed.",
    ]


def test_what_is_unknown_at_preview_cannot_be_judged() -> None:
    assert says(Grant(LABEL, unknown="policy")) == [
        f"{LABEL}: policy is not known at preview. What it allows cannot be judged. Write the "
        "document as text with ARNs composed as text."
    ]


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/AdministratorAccess",
        "arn:aws-cn:iam::aws:policy/job-function/SystemAdministrator",
        "arn:aws:iam::aws:policy/AmazonS3FullAccess",
        "arn:aws:iam::aws:policy/PowerUserAccess",
    ],
)
def test_whole_services_are_allowed_by_nobody(arn: str) -> None:
    assert says(Grant(LABEL, None, arn), allowed=(arn,)) == [
        f"{LABEL}: it grants whole services. A workflow that needs one resource reaches all. Write "
        "a policy with the actions and resources that are needed."
    ]


def test_a_policy_that_nobody_shows_is_allowed_by_its_arn() -> None:
    assert says(Grant(LABEL, None, OWN_POLICY), allowed=(OWN_POLICY,)) == []
    assert says(Grant(LABEL, None, OWN_POLICY), allowed=("x",)) == [
        f"{LABEL}: the stack does not show it. What it allows cannot be judged. Write its "
        f'statements into the stack, or {{"arn": "{OWN_POLICY}", "roles": ["deploy"]}} under '
        "managed_policies in the pack's settings."
    ]
    assert says(Grant(LABEL)) == [
        f"{LABEL}: the stack does not show it. What it allows cannot be judged. Write its "
        "statements into the stack."
    ]
