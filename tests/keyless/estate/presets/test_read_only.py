"""The preset `read-only`."""

from typing import Any

import pytest

from keyless.estate.presets.reads import CONFIGURATION_READS
from tests.keyless.estate.presets.written import (
    PLACES,
    allow,
    granted,
    misplaced,
    placed,
    refused,
    statements,
)

QUEUES = {"preset": "read-only", "services": ["sqs", "sns"]}
SNS = [
    "sns:GetDataProtectionPolicy",
    "sns:GetSubscriptionAttributes",
    "sns:GetTopicAttributes",
    "sns:ListSubscriptionsByTopic",
    "sns:ListTagsForResource",
    "sns:ListTopics",
]
SQS = [
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ListDeadLetterSourceQueues",
    "sqs:ListQueueTags",
    "sqs:ListQueues",
]
S3 = [
    "s3:GetAccelerateConfiguration",
    "s3:GetAccountPublicAccessBlock",
    "s3:GetAnalyticsConfiguration",
    "s3:GetBucketAcl",
    "s3:GetBucketCORS",
    "s3:GetBucketLocation",
    "s3:GetBucketLogging",
    "s3:GetBucketNotification",
    "s3:GetBucketObjectLockConfiguration",
    "s3:GetBucketOwnershipControls",
    "s3:GetBucketPolicy",
    "s3:GetBucketPolicyStatus",
    "s3:GetBucketPublicAccessBlock",
    "s3:GetBucketRequestPayment",
    "s3:GetBucketTagging",
    "s3:GetBucketVersioning",
    "s3:GetBucketWebsite",
    "s3:GetEncryptionConfiguration",
    "s3:GetIntelligentTieringConfiguration",
    "s3:GetInventoryConfiguration",
    "s3:GetLifecycleConfiguration",
    "s3:GetMetricsConfiguration",
    "s3:GetReplicationConfiguration",
    "s3:ListAllMyBuckets",
    "s3:ListTagsForResource",
]

# By service: an ARN that holds data, and the reads of data that are granted on it alone.
DATA: dict[str, tuple[str, str, list[str]]] = {
    "objects": ("s3", "arn:PARTITION:s3:::plans/shop/*", ["s3:GetObject"]),
    "a bucket": ("s3", "arn:PARTITION:s3:::plans", ["s3:ListBucket"]),
    "a table": (
        "dynamodb",
        "arn:PARTITION:dynamodb:REGION:222222222222:table/orders",
        ["dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"],
    ),
    "a parameter": (
        "ssm",
        "arn:PARTITION:ssm:REGION:222222222222:parameter/shop/*",
        ["ssm:GetParameter", "ssm:GetParameters", "ssm:GetParametersByPath"],
    ),
    "a secret": (
        "secretsmanager",
        "arn:PARTITION:secretsmanager:REGION:222222222222:secret:shop-AbCdEf",
        ["secretsmanager:GetSecretValue"],
    ),
    "a function": (
        "lambda",
        "arn:PARTITION:lambda:REGION:222222222222:function:checkout",
        [
            "lambda:GetFunction",
            "lambda:GetFunctionConfiguration",
            "lambda:ListVersionsByFunction",
        ],
    ),
    "a state machine": (
        "states",
        "arn:PARTITION:states:REGION:222222222222:stateMachine:orders",
        ["states:DescribeStateMachine"],
    ),
    "an instance": (
        "ec2",
        "arn:PARTITION:ec2:REGION:222222222222:instance/i-0123456789abcdef0",
        ["ec2:DescribeInstanceAttribute"],
    ),
    "an execution": (
        "states",
        "arn:PARTITION:states:REGION:222222222222:execution:orders:*",
        ["states:DescribeExecution", "states:GetExecutionHistory"],
    ),
}


@pytest.mark.parametrize("partition", PLACES)
def test_the_configuration_of_services(partition: str) -> None:
    assert statements(QUEUES, partition) == [allow([*SNS, *SQS], ["*"])]


def test_no_read_of_configuration_hands_over_objects_or_their_names() -> None:
    assert statements({"preset": "read-only", "services": ["s3"]}) == [allow(S3, ["*"])]


@pytest.mark.parametrize("partition", PLACES)
@pytest.mark.parametrize("case", DATA)
def test_data_of_a_named_resource(case: str, partition: str) -> None:
    service, arn, reads = DATA[case]
    raw = {
        "preset": "read-only",
        "services": [service],
        "resources": placed([arn], partition),
    }
    (data,) = [s for s in statements(raw, partition) if s["Resource"] != ["*"]]  # type: ignore[attr-defined]
    assert data == placed(allow(reads, [arn]), partition)


SECRETS = [
    "s3:GetObject",
    "s3:ListBucket",
    "s3:GetObjectVersion",
    "dynamodb:GetItem",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ssm:GetParameter",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "ssm:GetParameterHistory",
    "secretsmanager:GetSecretValue",
    "secretsmanager:BatchGetSecretValue",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
    "logs:StartQuery",
    "sqs:ReceiveMessage",
    "kinesis:GetRecords",
    "lambda:GetFunction",
    "ec2:DescribeInstanceAttribute",
    "ec2:DescribeLaunchTemplateVersions",
    "ec2:DescribeVpnConnections",
    "ec2:GetConsoleOutput",
    "ec2:GetPasswordData",
    "autoscaling:DescribeLaunchConfigurations",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "rds:DownloadDBLogFilePortion",
    "states:DescribeExecution",
    "wafv2:GetDecryptedAPIKey",
    "wafv2:GetSampledRequests",
    "cloudtrail:LookupEvents",
    "cloudwatch:GetMetricData",
    "codebuild:BatchGetBuilds",
]


def test_what_is_kept_in_services_is_not_granted_on_everything() -> None:
    everything = {name for names in CONFIGURATION_READS.values() for name in names}
    assert everything.isdisjoint(SECRETS)


def test_what_a_reviewer_reads() -> None:
    grant = granted({"preset": "read-only", "services": ["s3", "lambda", "sqs"]})
    assert grant.summary == "read the configuration of s3, lambda and sqs"
    assert grant.access == "read"
    raw = {**QUEUES, "services": ["s3"], "resources": ["arn:aws:s3:::plans/shop/*"]}
    assert granted(raw).summary == (
        "read the configuration of s3 and the data of arn:aws:s3:::plans/shop/*"
    )


def test_services_named_twice_count_once() -> None:
    grant = granted({"preset": "read-only", "services": ["sqs", "sqs"]})
    assert grant.summary == "read the configuration of sqs"


@pytest.mark.parametrize(
    ("parameters", "where", "sentence"),
    [
        (
            {"services": ["sqss"]},
            "services.0",
            '"sqss" is no service that read-only knows. Its reads of configuration are listed one '
            'by one, so that no read of data is among them. Write "sqs", or use a "statement".',
        ),
        (
            {"services": []},
            "services",
            "an empty list. It asks for nothing. Fill it, or leave out what it belongs to.",
        ),
        (
            {"resources": ["arn:aws:sqs:eu-west-1:222222222222:orders"]},
            "resources.0",
            '"arn:aws:sqs:eu-west-1:222222222222:orders" has no data that read-only can read. '
            "It reads data of cloudformation, codebuild, dynamodb, ec2, events, kinesis, lambda, "
            'logs, s3, secretsmanager, ssm, states, by ARN. Use a "statement" with the action that '
            "reads it.",
        ),
        (
            {"resources": ["*"]},
            "resources.0",
            '"*" has no data that read-only can read. It reads data of cloudformation, codebuild, '
            "dynamodb, ec2, events, kinesis, lambda, logs, s3, secretsmanager, ssm, states, by "
            'ARN. Use a "statement" with the action that reads it.',
        ),
        (
            {"resources": ["arn:aws:s3:::plans"]},
            "resources.0",
            '"arn:aws:s3:::plans" is of s3, which is not among the services. '
            'One line should say all that is read. Add "s3" to services.',
        ),
    ],
)
def test_refused(parameters: dict[str, Any], where: str, sentence: str) -> None:
    assert refused({**QUEUES, **parameters}) == [(where, sentence)]


def test_a_service_that_resembles_none() -> None:
    ((where, sentence),) = refused({**QUEUES, "services": ["quantum"]})
    assert where == "services.0"
    assert sentence.endswith(', ssm, states, wafv2, or use a "statement".')


def test_resources_of_another_account_and_region() -> None:
    arn = "arn:aws:dynamodb:us-east-1:111111111111:table/orders"
    raw = {"preset": "read-only", "services": ["dynamodb"], "resources": [arn]}
    assert misplaced(raw) == (
        f'"{arn}" is of account 111111111111, and this stack is in 222222222222. ARNs of other '
        "accounts are usually copied from another stack by mistake. Write 222222222222 in it.",
        f'"{arn}" is of region us-east-1, and this stack is in eu-west-1. ARNs of other regions '
        "are usually copied from another stack by mistake. Write eu-west-1 in it.",
    )
