"""What pull requests may read: how things are set up, and objects by name."""

import pytest

from keyless.rules.grant import Grant
from keyless.rules.reading import beyond_reading
from tests.keyless.rules.written import LABEL, WHERE, allow, granted

WHY = "A pull request runs code that nobody reviewed."
INSTEAD = "Write reads of what is set up, or of objects by name."
ELSEWHERE = "Leave it to a role of an environment with reviewers."
KEY = "arn:aws:kms:eu-west-1:222222222222:key/1234"
FUNCTION = "arn:aws:lambda:eu-west-1:222222222222:function:shop"
SECRET = "arn:aws:secretsmanager:eu-west-1:222222222222:secret:shop"
LOGS = "arn:aws:logs:eu-west-1:222222222222:log-group"


def says(*statements: object) -> list[str]:
    return list(beyond_reading([granted(*statements)]))


@pytest.mark.parametrize(
    "statement",
    [
        allow(["ec2:DescribeVpcs", "s3:ListAllMyBuckets", "dynamodb:ListTables"]),
        allow(["s3:GetBucketPolicy", "iam:GetRole", "sts:GetCallerIdentity", "sqs:Get*"]),
        allow("s3:GetObject", "arn:aws:s3:::acme-site/index.html"),
        allow("s3:GetObject", "arn:aws-cn:s3:::acme-site/public/*"),
        allow("s3:ListBucket", "arn:aws:s3:::acme-site"),
        allow("kms:Decrypt", KEY),
        allow("lambda:GetFunctionConfiguration", [FUNCTION, f"{FUNCTION}:*"]),
        allow("secretsmanager:GetSecretValue", f"{SECRET}-??????"),
        allow("logs:GetLogEvents", f"{LOGS}:/shop:*"),
        allow("dynamodb:Query", "arn:aws:dynamodb:eu-west-1:222222222222:table/orders"),
        allow("*", Effect="Deny"),
    ],
)
def test_reads_of_set_up_and_of_named_things_pass(statement: object) -> None:
    assert says(statement) == []


@pytest.mark.parametrize(
    ("action", "does"),
    [
        ("s3:PutObject", "writes"),
        ("s3:P*", "writes"),
        ("s3:PutObjectTagging", "writes tags"),
        ("s3:PutBucketPolicy", "changes permissions"),
        ("*", "changes permissions"),
        ("nosuch:Get", "writes"),
    ],
)
def test_nothing_is_written(action: str, does: str) -> None:
    assert says(allow(["ec2:DescribeVpcs", action], "arn:aws:s3:::acme-site/x")) == [
        f'{WHERE}: "{action}" {does}. {WHY} {INSTEAD}'
    ]


@pytest.mark.parametrize("action", ["sqs:ReceiveMessage", "bedrock:InvokeModel"])
def test_what_acts_is_no_read_whatever_iam_calls_it(action: str) -> None:
    queue = "arn:aws:sqs:eu-west-1:222222222222:orders"
    assert says(allow(action, queue)) == [
        f'{WHERE}: "{action}" acts or costs, though IAM calls it a read. {WHY} {ELSEWHERE}'
    ]


@pytest.mark.parametrize("action", ["ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition"])
def test_data_that_iam_limits_to_no_resource_is_not_read(action: str) -> None:
    assert says(allow(action)) == [
        f'{WHERE}: "{action}" reads data, and IAM limits it to no resource. {WHY} {ELSEWHERE}'
    ]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "*"),
        ("s3:GetObject", "arn:aws:s3:::acme-site/*"),
        ("s3:GetObject", "arn:aws:s3:::acme-*/public/*"),
        ("s3:GetObject", "arn:aws:s3:::acme-site/pub*lic/x"),
        ("s3:GetObject", "arn:aws:s3:::acme-site/public/${aws:username}"),
        ("s3:ListBucket", "arn:aws:s3:::acme-*"),
        ("kms:Decrypt", f"{KEY}*"),
        ("cognito-idp:ListUsers", "*"),
        ("lambda:GetFunctionConfiguration", "arn:aws:lambda:eu-west-1:222222222222:function:*"),
        ("secretsmanager:GetSecretValue", f"{SECRET}-?????"),
        ("secretsmanager:GetSecretValue", f"{SECRET}*"),
        ("logs:GetLogEvents", f"{LOGS}:*"),
        ("logs:GetLogEvents", "arn:aws:logs:*:222222222222:log-group:/shop:*"),
    ],
)
def test_data_is_read_of_named_things_alone(action: str, resource: str) -> None:
    named = "arn:aws:s3:::acme-site/x"
    assert says(allow(action, [named, resource, "*"])) == [
        f'{WHERE}: "{action}" reads data on "{resource}". {WHY} {INSTEAD}'
    ]


def test_all_but_some_are_not_named() -> None:
    assert says(allow("s3:GetObject", None, NotResource=["arn:aws:s3:::a/b", "x"])) == [
        f'{WHERE}: "s3:GetObject" reads data on "all but arn:aws:s3:::a/b". {WHY} {INSTEAD}'
    ]
    assert says(allow(None, NotAction=["s3:Put*", "x"])) == [
        f'{WHERE}: NotAction "s3:Put*" grants all but what it names. {WHY} Write the reads that '
        "are needed."
    ]


def test_each_action_is_said_once_and_each_statement_is_judged() -> None:
    found = says(allow("ec2:DescribeVpcs"), allow(["s3:Put*", "sqs:SendMessage"]))
    assert found == [
        f'{LABEL}, statement 2: "{action}" {does}. {WHY} {INSTEAD}'
        for action, does in (("s3:Put*", "writes"), ("sqs:SendMessage", "writes"))
    ]


def test_what_nobody_shows_may_do_anything() -> None:
    assert list(beyond_reading([Grant("later", unknown="policy"), Grant(LABEL)])) == [
        f"{LABEL}: the stack does not show it. {WHY} Write the reads that are needed as statements."
    ]
