"""The preset `statement`."""

from time import process_time
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

TABLE = "arn:aws:dynamodb:eu-west-1:222222222222:table/orders"
UPDATE: dict[str, Any] = {
    "preset": "statement",
    "actions": ["dynamodb:UpdateItem"],
    "resources": [TABLE],
}


@pytest.mark.parametrize("partition", PLACES)
def test_exactly_what_is_written(partition: str) -> None:
    arn = "arn:PARTITION:dynamodb:REGION:222222222222:table/orders"
    raw = {
        **UPDATE,
        "resources": placed([arn], partition),
        "conditions": {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["state", "id"]}},
    }
    expected = allow(
        ["dynamodb:UpdateItem"],
        [arn],
        {"ForAllValues:StringEquals": {"dynamodb:Attributes": ["id", "state"]}},
    )
    assert statements(raw, partition) == placed([expected], partition)


def test_letter_case_is_that_of_iam() -> None:
    raw = {
        **UPDATE,
        "actions": ["DynamoDB:updateitem"],
        "conditions": {"foranyvalue:stringlike": {"dynamodb:LeadingKeys": "a"}},
    }
    assert statements(raw) == [
        allow(
            ["dynamodb:UpdateItem"],
            [TABLE],
            {"ForAnyValue:StringLike": {"dynamodb:LeadingKeys": ["a"]}},
        )
    ]


def test_numbers_and_truth_values_are_written_as_iam_writes_them() -> None:
    conditions = {
        "Bool": {"aws:SecureTransport": True},
        "NumericLessThan": {"aws:EpochTime": [5, "6"]},
    }
    (statement,) = granted({**UPDATE, "conditions": conditions}).statements
    assert statement.conditions == {
        "Bool": {"aws:SecureTransport": ("true",)},
        "NumericLessThan": {"aws:EpochTime": ("5", "6")},
    }


@pytest.mark.parametrize(
    ("raw", "summary", "access"),
    [
        (UPDATE, f"dynamodb:UpdateItem on {TABLE}", "write"),
        (
            {
                **UPDATE,
                "actions": ["dynamodb:getitem", "dynamodb:Batch*"],
                "conditions": {"StringEquals": {"aws:PrincipalTag/team": "shop"}},
            },
            f"dynamodb:GetItem, dynamodb:Batch* on {TABLE} if aws:PrincipalTag/team fits",
            "write",
        ),
        (
            {"preset": "statement", "actions": ["sqs:ListQueues"], "resources": ["*"]},
            "sqs:ListQueues on everything",
            "read",
        ),
        (
            {"preset": "statement", "actions": ["iam:CreateAccessKey"], "resources": ["*"]},
            "iam:CreateAccessKey on everything",
            "permissions",
        ),
    ],
)
def test_what_a_reviewer_reads(raw: dict[str, Any], summary: str, access: str) -> None:
    grant = granted(raw)
    assert (grant.summary, grant.access, grant.assumes) == (summary, access, ())


@pytest.mark.parametrize("action", ["sts:AssumeRole", "sts:Assume*"])
def test_roles_that_can_be_assumed_are_reported_and_count_as_the_widest(action: str) -> None:
    arn = "arn:aws:iam::222222222222:role/admin"
    grant = granted({"preset": "statement", "actions": [action], "resources": [arn]})
    assert (grant.access, grant.assumes) == ("permissions", (arn,))


LOOK_UP = "Look the name up in AWS's Service Authorization Reference."
ACTIONS = {
    "lambda:WaitForFunctionActive": '"lambda:WaitForFunctionActive" is no action that IAM knows. '
    "It would grant nothing. Write one that exists, such as "
    '"lambda:UpdateFunctionCode", "lambda:ListFunctions" or "lambda:InvokeFunction".',
    "s3:GetObjects": '"s3:GetObjects" is no action that IAM knows. It would grant nothing. '
    'Write one that exists, such as "s3:GetObject", "s3:GetObjectAcl" or "s3:GetObjectVersion".',
    "s3:Fetch*": '"s3:Fetch*" matches no action that IAM knows. It would grant nothing. ' + LOOK_UP,
    "lamda:InvokeFunction": '"lamda:InvokeFunction" is of the service "lamda", which IAM does not '
    'know. It would grant nothing. Write one that exists, such as "lambda".',
    "quantum:Leap": '"quantum:Leap" is of the service "quantum", which IAM does not know. '
    "It would grant nothing. " + LOOK_UP,
    "*:GetObject": '"*:GetObject" is of the service "*", which IAM does not know. '
    "It would grant nothing. " + LOOK_UP,
    "PutObject": '"PutObject" has no service before a colon. IAM reads actions as service:Action. '
    'Write it in full, as in "s3:GetObject".',
    "s3:": '"s3:" has no service before a colon. IAM reads actions as service:Action. '
    'Write it in full, as in "s3:GetObject".',
    "*": '"*" is every action there is. The role could do whatever its boundary lets it. '
    "Name the actions that the job calls.",
}


@pytest.mark.parametrize("action", ACTIONS)
def test_actions_that_are_refused(action: str) -> None:
    raw = {**UPDATE, "actions": ["dynamodb:UpdateItem", action]}
    assert refused(raw) == [("actions.1", ACTIONS[action])]


def test_many_unknown_actions_are_answered_once() -> None:
    """Each suggestion takes milliseconds, and nobody reads thousands."""
    actions = ["dynamodb:UpdateItem", *(f"s3:GetObjekt{number}" for number in range(9_999))]
    began = process_time()
    assert refused({**UPDATE, "actions": actions}) == [
        (
            "actions",
            '"s3:GetObjekt0" and 9998 more are no actions that IAM knows. They would grant '
            "nothing. Write them as AWS's Service Authorization Reference lists them.",
        )
    ]
    assert process_time() - began < 2


RESOURCES = {
    "orders": '"orders" is no ARN. IAM takes resources by their whole ARN. Write one of the form '
    '"arn:aws:dynamodb:Region:Account:table/TableName".',
    "arn:aws:dynamodb:table/orders": '"arn:aws:dynamodb:table/orders" is no ARN. IAM takes '
    "resources by their whole ARN. "
    'Write one of the form "arn:aws:dynamodb:Region:Account:table/TableName".',
    "arn:aws:s3:::orders/*": '"arn:aws:s3:::orders/*" is no resource that a listed action takes. '
    "Nothing would be granted on it. "
    'Write one of the form "arn:aws:dynamodb:Region:Account:table/TableName".',
    "arn:aws-cn:dynamodb:cn-north-1:222222222222:stream/orders": '"arn:aws-cn:dynamodb:cn-north-1:'
    '222222222222:stream/orders" is no resource that a listed action takes. '
    "Nothing would be granted on it. "
    'Write one of the form "arn:aws-cn:dynamodb:Region:Account:table/TableName".',
}


@pytest.mark.parametrize("resource", RESOURCES)
def test_resources_that_are_refused(resource: str) -> None:
    raw = {**UPDATE, "resources": [TABLE, resource]}
    assert refused(raw) == [("resources.1", RESOURCES[resource])]


def test_an_arn_for_actions_that_take_none() -> None:
    raw = {
        "preset": "statement",
        "actions": ["ecr:GetAuthorizationToken"],
        "resources": ["arn:aws:ecr:eu-west-1:222222222222:repository/shop"],
    }
    assert refused(raw) == [
        (
            "resources.0",
            '"arn:aws:ecr:eu-west-1:222222222222:repository/shop" is no resource that a listed '
            "action takes. Nothing would be granted on it. "
            'Write "*": these actions take no ARN.',
        )
    ]


def test_actions_that_none_of_the_resources_serves() -> None:
    raw = {
        "preset": "statement",
        "actions": ["s3:GetObject", "s3:ListBucket", "ecr:GetAuthorizationToken"],
        "resources": ["arn:aws:s3:::plans/*"],
    }
    assert refused(raw) == [
        (
            "",
            '"s3:ListBucket" takes none of the listed resources. It would grant nothing. '
            'Add a resource of the form "arn:aws:s3:::BucketName" or '
            '"arn:aws:s3:Region:Account:accesspoint/AccessPointName", or leave it out. '
            '"ecr:GetAuthorizationToken" takes none of the listed resources. '
            "It would grant nothing. "
            'Move it into a statement of its own with resources ["*"]: it takes nothing else.',
        )
    ]


def test_a_pattern_serves_when_one_of_its_actions_does() -> None:
    raw = {"preset": "statement", "actions": ["s3:Get*"], "resources": ["arn:aws:s3:::plans/*"]}
    assert refused(raw) == []


CONDITIONS: dict[str, tuple[dict[str, Any], str, str]] = {
    "a misspelt operator": (
        {"StringEqual": {"aws:userid": "1"}},
        "conditions.StringEqual.[key]",
        '"StringEqual" is no condition operator of IAM. AWS would refuse the policy. '
        'Write "StringEquals".',
    ),
    "an unknown set operator": (
        {"ForSomeValues:StringEquals": {"aws:userid": "1"}},
        "conditions.ForSomeValues:StringEquals.[key]",
        '"ForSomeValues:StringEquals" is no condition operator of IAM. '
        'AWS would refuse the policy. Write "StringEquals".',
    ),
    "an operator like none": (
        {"Is": {"aws:userid": "1"}},
        "conditions.Is.[key]",
        '"Is" is no condition operator of IAM. AWS would refuse the policy. '
        'Write one of IAM\'s, as "StringEquals".',
    ),
    "a misspelt key": (
        {"StringEquals": {"dynamodb:LeadingKey": "1"}},
        "conditions.StringEquals.dynamodb:LeadingKey.[key]",
        '"dynamodb:LeadingKey" is neither a condition key of a listed action nor a global one. The '
        'condition would look at nothing. Write one that exists, such as "dynamodb:LeadingKeys".',
    ),
    "a key of no service": (
        {"StringEquals": {"team": "shop"}},
        "conditions.StringEquals.team.[key]",
        '"team" is neither a condition key of a listed action nor a global one. The condition '
        "would look at nothing. " + LOOK_UP,
    ),
    "a key of another action": (
        {"StringEquals": {"s3:prefix": "plans/"}},
        "conditions.StringEquals.s3:prefix.[key]",
        '"s3:prefix" is neither a condition key of a listed action nor a global one. The condition '
        "would look at nothing. " + LOOK_UP,
    ),
    "a global key that is none": (
        {"StringEquals": {"aws:PrincipalOrg": "o-1"}},
        "conditions.StringEquals.aws:PrincipalOrg.[key]",
        '"aws:PrincipalOrg" is neither a condition key of a listed action nor a global one. The '
        'condition would look at nothing. Write one that exists, such as "aws:PrincipalOrgID", '
        '"aws:PrincipalArn" or "aws:PrincipalOrgPaths".',
    ),
    "no values": (
        {"StringEquals": {"aws:userid": []}},
        "conditions.StringEquals.aws:userid",
        "the list of values is empty. A condition without values matches nothing or everything. "
        "Write at least one value.",
    ),
}


@pytest.mark.parametrize("case", CONDITIONS)
def test_conditions_that_are_refused(case: str) -> None:
    conditions, where, sentence = CONDITIONS[case]
    assert refused({**UPDATE, "conditions": conditions}) == [(where, sentence)]


def test_everything_that_is_wrong_is_reported_at_once() -> None:
    raw = {
        "preset": "statement",
        "actions": ["s3:Fetch", "*"],
        "resources": ["plans", "arn:aws:s3:::plans/*"],
        "conditions": {"Is": {"aws:userid": 1}},
        "accounts": ["12"],
    }
    assert [where for where, _ in refused(raw)] == [
        "actions.0",
        "actions.1",
        "resources.0",
        "conditions.Is.[key]",
        "accounts.0",
    ]


def test_an_action_that_is_named_twice_is_reported_once() -> None:
    raw = {**UPDATE, "actions": ["dynamodb:UpdateItem", "DynamoDB:updateitem"]}
    assert granted(raw).summary == f"dynamodb:UpdateItem on {TABLE}"


def test_a_region_of_another_partition_may_not_be_listed() -> None:
    assert misplaced({**UPDATE, "regions": ["cn-north-1"]}) == (
        '"cn-north-1" is of the partition aws-cn, and this stack is in aws. Nothing of another '
        "partition can be reached from here. Write a region of aws.",
    )


@pytest.mark.parametrize(
    ("conditions", "where"),
    [({}, "conditions"), ({"StringEquals": {}}, "conditions.StringEquals")],
)
def test_conditions_without_a_condition_are_refused(conditions: dict[str, Any], where: str) -> None:
    sentence = (
        "no condition is in it. It would limit nothing. Write operator, key and value, or leave "
        "it out."
    )
    assert refused({**UPDATE, "conditions": conditions}) == [(where, sentence)]


@pytest.mark.parametrize("part", ["actions", "resources"])
def test_empty_lists_are_refused(part: str) -> None:
    assert refused({**UPDATE, part: []}) == [
        (part, "an empty list. It asks for nothing. Fill it, or leave out what it belongs to.")
    ]


FOREIGN = "arn:aws:dynamodb:us-east-1:111111111111:table/orders"


def test_an_arn_of_another_account_and_region() -> None:
    assert misplaced({**UPDATE, "resources": [FOREIGN]}) == (
        f'"{FOREIGN}" is of account 111111111111, and this stack is in 222222222222. ARNs of '
        "other accounts are usually copied from another stack by mistake. "
        'Write 222222222222 in it, or list "111111111111" under accounts.',
        f'"{FOREIGN}" is of region us-east-1, and this stack is in eu-west-1. ARNs of other '
        "regions are usually copied from another stack by mistake. "
        'Write eu-west-1 in it, or list "us-east-1" under regions.',
    )


def test_every_arn_is_looked_at() -> None:
    other = FOREIGN.replace("us-east-1", "eu-west-1")
    (sentence,) = misplaced({**UPDATE, "resources": [TABLE, other]})
    assert sentence.startswith(f'"{other}" is of account 111111111111')


def test_other_accounts_and_regions_that_are_listed() -> None:
    raw = {
        **UPDATE,
        "resources": [FOREIGN],
        "accounts": ["111111111111"],
        "regions": ["us-east-1"],
    }
    assert granted(raw).statements[0].resources == (FOREIGN,)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:dynamodb:*:222222222222:table/orders",
        "arn:aws:dynamodb:eu-west-1:${aws:PrincipalAccount}:table/orders",
    ],
)
def test_patterns_of_regions_are_the_packs_to_judge(arn: str) -> None:
    assert misplaced({**UPDATE, "resources": [arn]}) == ()


@pytest.mark.parametrize("account", ["*", "1111????????", "22222222222*"])
def test_a_pattern_of_accounts_is_foreign(account: str) -> None:
    arn = f"arn:aws:dynamodb:eu-west-1:{account}:table/orders"
    assert misplaced({**UPDATE, "resources": [arn]}) == (
        f'"{arn}" is of the accounts "{account}", and this stack is in 222222222222. A wildcard '
        "reaches accounts that nobody has named. Write 222222222222 in it, and list each other "
        "account under accounts.",
    )


def test_public_parameters_of_aws_have_no_account() -> None:
    arn = "arn:aws:ssm:eu-west-1::parameter/aws/service/eks/optimized-ami/1.33/*"
    raw = {"preset": "statement", "actions": ["ssm:GetParameter"], "resources": [arn]}
    assert (refused(raw), misplaced(raw)) == ([], ())
    (wrong,) = refused({**raw, "resources": ["arn:aws:ssm:eu-west-1::parameter/shop/token"]})
    assert '"arn:aws:ssm:eu-west-1::parameter/shop/token" is no resource' in wrong[1]


def test_an_arn_of_another_partition() -> None:
    arn = "arn:aws:s3:::plans/*"
    raw = {"preset": "statement", "actions": ["s3:GetObject"], "resources": [arn]}
    assert misplaced(raw, "aws-cn") == (
        f'"{arn}" is of the partition aws, and this stack is in aws-cn. Nothing of another '
        'partition can be reached from here. Write "arn:aws-cn:s3:::plans/*".',
    )
