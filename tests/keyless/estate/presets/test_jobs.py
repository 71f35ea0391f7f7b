"""What each preset grants for the job that it names, and which parameters it refuses."""

from typing import Any

import pytest

from keyless.estate.presets.assume import trust_of_assumed
from tests.keyless.estate.presets.written import (
    PLACES,
    allow,
    granted,
    misplaced,
    of_bucket,
    placed,
    refused,
    statements,
)

Written = dict[str, Any]
KEY_ID = "1234abcd-12ab-34cd-56ef-1234567890ab"
KEY = ["arn:PARTITION:kms:REGION:222222222222:key/" + KEY_ID]
STACKS = ["arn:PARTITION:cloudformation:REGION:222222222222:stack/shop-*/*"]
IMAGES = "arn:PARTITION:ecr:REGION:222222222222:repository/shop/api"
SERVICE = ["arn:PARTITION:ecs:REGION:222222222222:service/shop/web"]
LOGIN = allow(["ecr:GetAuthorizationToken"], ["*"])
CHANGES = (
    "CancelUpdateStack ContinueUpdateRollback DeleteChangeSet ExecuteChangeSet RollbackStack "
    "TagResource UntagResource"
)
DEPLOYS = "CreateChangeSet CreateStack UpdateStack"
READS = (
    "DescribeChangeSet DescribeStackEvents DescribeStackResource DescribeStackResources "
    "DescribeStacks GetTemplate GetTemplateSummary ListChangeSets ListStackResources"
)


def through(*services: str) -> Written:
    return {"StringEquals": {"kms:ViaService": [f"{name}.REGION.SUFFIX" for name in services]}}


def with_role(name: str) -> Written:
    """Require the service role: without a name CloudFormation takes the one the stack has."""
    role = f"arn:PARTITION:iam::222222222222:role/{name}"
    return {"ArnEquals": {"cloudformation:RoleArn": [role]}}


def of_cloudformation(names: str) -> list[str]:
    return sorted(f"cloudformation:{name}" for name in names.split())


GRANTED: dict[str, tuple[Written, list[Written], str, str]] = {
    "artefacts that are read": (
        {"preset": "s3-objects", "bucket": "acme-artifacts", "prefix": "shop/"},
        [
            of_bucket(["s3:GetObject"], ["arn:PARTITION:s3:::acme-artifacts/shop/*"]),
            of_bucket(
                ["s3:ListBucket"],
                ["arn:PARTITION:s3:::acme-artifacts"],
                {"StringLike": {"s3:prefix": ["shop/*"]}},
            ),
        ],
        "read objects of s3://acme-artifacts/shop",
        "read",
    ),
    "encrypted artefacts that are replaced": (
        {
            "preset": "s3-objects",
            "bucket": "acme-artifacts",
            "access": "write",
            "delete": True,
            "kms_key": KEY_ID,
        },
        [
            allow(["kms:Decrypt", "kms:GenerateDataKey"], KEY, through("s3")),
            of_bucket(
                ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                ["arn:PARTITION:s3:::acme-artifacts/*"],
            ),
            of_bucket(["s3:ListBucket"], ["arn:PARTITION:s3:::acme-artifacts"]),
        ],
        "read and write and delete objects of s3://acme-artifacts",
        "write",
    ),
    "stacks with a service role": (
        {
            "preset": "cloudformation",
            "stack": "shop-*",
            "service_role": "cfn/deploy",
            "artifact_bucket": "acme-artifacts",
            "prefix": "shop",
        },
        [
            allow(of_cloudformation(f"{CHANGES} {READS}"), STACKS),
            allow(of_cloudformation(DEPLOYS), STACKS, with_role("cfn/deploy")),
            allow(["cloudformation:ValidateTemplate"], ["*"]),
            allow(
                ["iam:PassRole"],
                ["arn:PARTITION:iam::222222222222:role/cfn/deploy"],
                {"StringEquals": {"iam:PassedToService": ["cloudformation.amazonaws.com"]}},
            ),
            of_bucket(
                ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"],
                ["arn:PARTITION:s3:::acme-artifacts/shop/*"],
            ),
            of_bucket(["s3:GetBucketLocation"], ["arn:PARTITION:s3:::acme-artifacts"]),
            of_bucket(
                ["s3:ListBucket"],
                ["arn:PARTITION:s3:::acme-artifacts"],
                {"StringLike": {"s3:prefix": ["shop/*"]}},
            ),
        ],
        "deploy the CloudFormation stacks shop-* as cfn/deploy with artefacts in "
        "s3://acme-artifacts/shop",
        "write",
    ),
    "a SAM stack that may go": (
        {
            "preset": "cloudformation",
            "stack": ["shop"],
            "service_role": "cfn",
            "sam": True,
            "delete": True,
        },
        [
            allow(
                of_cloudformation(f"{CHANGES} DeleteStack {READS}"),
                ["arn:PARTITION:cloudformation:REGION:222222222222:stack/shop/*"],
            ),
            allow(
                ["cloudformation:CreateChangeSet"],
                ["arn:PARTITION:cloudformation:REGION:aws:transform/Serverless-2016-10-31"],
            ),
            allow(
                of_cloudformation(DEPLOYS),
                ["arn:PARTITION:cloudformation:REGION:222222222222:stack/shop/*"],
                with_role("cfn"),
            ),
            allow(["cloudformation:ValidateTemplate"], ["*"]),
            allow(
                ["iam:PassRole"],
                ["arn:PARTITION:iam::222222222222:role/cfn"],
                {"StringEquals": {"iam:PassedToService": ["cloudformation.amazonaws.com"]}},
            ),
        ],
        "deploy and delete the CloudFormation stacks shop as cfn",
        "write",
    ),
    "parameters of a path, one parameter, a public one and a secret": (
        {
            "preset": "secrets",
            "parameters": ["/shop/prod/*", "token", "/aws/service/ami/arm64"],
            "secrets": ["shop/db"],
            "kms_key": KEY_ID,
        },
        [
            allow(["kms:Decrypt"], KEY, through("secretsmanager", "ssm")),
            allow(
                ["secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"],
                ["arn:PARTITION:secretsmanager:REGION:222222222222:secret:shop/db-??????"],
            ),
            allow(
                ["ssm:GetParameter", "ssm:GetParameters"],
                [
                    "arn:PARTITION:ssm:REGION:222222222222:parameter/shop/prod/*",
                    "arn:PARTITION:ssm:REGION:222222222222:parameter/token",
                    "arn:PARTITION:ssm:REGION::parameter/aws/service/ami/arm64",
                ],
            ),
            allow(
                ["ssm:GetParametersByPath"],
                [
                    "arn:PARTITION:ssm:REGION:222222222222:parameter/shop/prod",
                    "arn:PARTITION:ssm:REGION:222222222222:parameter/shop/prod/*",
                ],
            ),
        ],
        "read the parameters /shop/prod/* and token and /aws/service/ami/arm64 and the secrets "
        "shop/db",
        "read",
    ),
    "images that are pulled": (
        {"preset": "container-image", "repository": "shop/api", "access": "read"},
        [
            allow(
                [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ],
                [IMAGES],
            ),
            LOGIN,
        ],
        "pull images of the ECR repository shop/api",
        "read",
    ),
    "images of another account": (
        {
            "preset": "container-image",
            "repository": "shop/api",
            "access": "read",
            "account": "111111111111",
        },
        [
            allow(
                [
                    "ecr:BatchCheckLayerAvailability",
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                ],
                [IMAGES.replace("222222222222", "111111111111")],
            ),
            LOGIN,
        ],
        "pull images of the ECR repository shop/api of account 111111111111",
        "read",
    ),
    "a service that starts anew": (
        {
            "preset": "ecs-service",
            "cluster": "shop",
            "service": "web",
            "force_new_deployment": True,
        },
        [
            allow(["ecs:DescribeServices"], SERVICE),
            allow(["ecs:UpdateService"], SERVICE, {"Null": {"ecs:task-definition": ["true"]}}),
        ],
        "start the ECS service shop/web anew",
        "write",
    ),
    "a cluster": (
        {"preset": "eks-cluster", "cluster": "shop"},
        [allow(["eks:DescribeCluster"], ["arn:PARTITION:eks:REGION:222222222222:cluster/shop"])],
        "find the EKS cluster shop, whose access entries decide the rest",
        "read",
    ),
    "a layer": (
        {"preset": "lambda-layer", "layer": "shared"},
        [
            allow(
                ["lambda:GetLayerVersion"],
                ["arn:PARTITION:lambda:REGION:222222222222:layer:shared:*"],
            ),
            allow(
                ["lambda:PublishLayerVersion"],
                ["arn:PARTITION:lambda:REGION:222222222222:layer:shared"],
            ),
        ],
        "publish the Lambda layer shared in REGION",
        "write",
    ),
    "a build project": (
        {"preset": "codebuild", "project": "images"},
        [
            allow(
                ["codebuild:BatchGetBuilds", "codebuild:StopBuild"],
                ["arn:PARTITION:codebuild:REGION:222222222222:project/images"],
            ),
            allow(
                ["codebuild:StartBuild"],
                ["arn:PARTITION:codebuild:REGION:222222222222:project/images"],
                {
                    "Null": {
                        f"codebuild:{key}": ["true"]
                        for key in (
                            "artifacts",
                            "cache",
                            "environment.certificate",
                            "environment.image",
                            "environment.privilegedMode",
                            "environment.registryCredential",
                            "logsConfig",
                            "secondaryArtifacts",
                            "secondarySources",
                            "serviceRole",
                            "source.buildspec",
                            "source.insecureSsl",
                            "source.location",
                        )
                    }
                },
            ),
            allow(
                ["logs:GetLogEvents"],
                [
                    "arn:PARTITION:logs:REGION:222222222222:log-group:/aws/codebuild/images:"
                    "log-stream:*"
                ],
            ),
        ],
        "start builds of the CodeBuild project images",
        "write",
    ),
}


@pytest.mark.parametrize("partition", PLACES)
@pytest.mark.parametrize("job", GRANTED)
def test_what_is_granted(job: str, partition: str) -> None:
    written, expected, summary, access = GRANTED[job]
    assert statements(written, partition) == placed(expected, partition)
    grant = granted(written, partition)
    assert (grant.summary, grant.access) == (placed(summary, partition), access)


def test_tasks_run_in_the_services_cluster_alone() -> None:
    written = {
        "preset": "ecs-service",
        "cluster": "shop",
        "service": "web",
        "task_definition": "web",
        "run_task": True,
    }
    found = statements(written)
    assert isinstance(found, list)
    family = "arn:aws:ecs:eu-west-1:222222222222:task-definition/web:*"
    cluster = "arn:aws:ecs:eu-west-1:222222222222:cluster/shop"
    assert allow(["ecs:RunTask"], [family], {"ArnEquals": {"ecs:cluster": [cluster]}}) in found
    tasks = "arn:aws:ecs:eu-west-1:222222222222:task/shop/*"
    assert allow(["ecs:DescribeTasks"], [tasks]) in found


def test_a_layer_goes_to_the_named_regions() -> None:
    written = {"preset": "lambda-layer", "layer": "shared", "regions": ["us-east-1", "eu-west-1"]}
    assert {r.split(":")[3] for s in granted(written).statements for r in s.resources} == {
        "us-east-1",
        "eu-west-1",
    }
    assert misplaced(written, "aws-cn")[0].startswith('"us-east-1" is of the partition aws')


def test_cloudfront() -> None:
    written = {"preset": "cloudfront", "distributions": ["E2ABCDEF"], "functions": ["rewrite"]}
    assert statements(written) == [
        allow(
            ["cloudfront:CreateInvalidation", "cloudfront:GetInvalidation"],
            ["arn:aws:cloudfront::222222222222:distribution/E2ABCDEF"],
        ),
        allow(
            [
                "cloudfront:DescribeFunction",
                "cloudfront:GetFunction",
                "cloudfront:PublishFunction",
                "cloudfront:UpdateFunction",
            ],
            ["arn:aws:cloudfront::222222222222:function/rewrite"],
        ),
    ]
    assert granted(written).summary == "invalidate E2ABCDEF and publish the functions rewrite"
    assert misplaced(written, "aws-us-gov") == (
        "CloudFront cannot be reached from aws-us-gov. It does not exist in that partition. Leave "
        "this permission out here.",
    )


def test_roles_that_are_assumed_are_outside_of_the_boundary() -> None:
    role = "arn:aws:iam::111111111111:role/deploy/shop"
    grant = granted({"preset": "assume", "roles": [role]})
    assert (grant.assumes, grant.access) == ((role,), "permissions")
    assert grant.summary == f"leave the permissions boundary and become {role}"
    assert misplaced({"preset": "assume", "roles": [role]}, "aws-cn")[0].startswith(
        f'"{role}" is of the partition aws'
    )
    assert trust_of_assumed("arn:aws:iam::222222222222:role/keyless/ci")["Statement"] == [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::222222222222:role/keyless/ci"},
            "Action": "sts:AssumeRole",
        }
    ]


@pytest.mark.parametrize(
    ("written", "where", "sentence"),
    [
        (
            {"preset": "cloudformation", "stack": "*", "service_role": "cfn"},
            "stack.0",
            '"*" is no stack name. CloudFormation takes up to 128 letters, digits and hyphens, '
            "beginning with a letter; a * at its end matches any ending. Write it as AWS shows "
            "it.",
        ),
        (
            {"preset": "cloudformation", "stack": "a", "service_role": "cfn", "prefix": "shop/"},
            "",
            "prefix without artifact_bucket. Nothing would be granted on a folder of no bucket. "
            "Write artifact_bucket, or leave prefix out.",
        ),
        (
            {"preset": "managed-policy", "name": "Read\u2011Only"},
            "name",
            '"Read\\u2011Only" (U+2011 looks like "-") is no name of a policy. IAM takes letters, '
            "digits and +=,.@_-, with the path before the name if there is one. Write the name "
            "alone.",
        ),
        (
            {"preset": "statement", "actions": ["s3:G\u0435tObject"], "resources": ["*"]},
            "actions.0",
            '"s3:G\\u0435tObject" (U+0435 looks like "e") is no action that IAM knows. It would '
            'grant nothing. Write one that exists, such as "s3:GetObject", "s3:PutObject" or '
            '"s3:GetObjectAcl".',
        ),
        (
            {"preset": "secrets"},
            "",
            "neither parameters nor secrets are named. Nothing would be granted. Write "
            "parameters: [/shop/prod/token], or secrets: [shop/prod].",
        ),
        (
            {"preset": "secrets", "parameters": ["/*"]},
            "parameters.0",
            '"/*" is no parameter name. Parameter Store takes letters, digits and _.- between '
            "slashes; /* at its end means all of a path. Write it as AWS shows it.",
        ),
        (
            {"preset": "secrets", "secrets": ["shop/*"]},
            "secrets.0",
            '"shop/*" is no secret name. Secrets Manager takes letters, digits and /_+=.@-, and '
            "wildcards would reach further. Write it as AWS shows it.",
        ),
        (
            {"preset": "container-image", "repository": "shop/api", "account": "111111111111"},
            "",
            'account "111111111111" beside access: write. Images that another account runs are '
            "for a role of that account to push. Write access: read, or leave account out.",
        ),
        (
            {"preset": "ecs-service", "cluster": "shop", "service": "web"},
            "",
            "neither task_definition nor force_new_deployment. A deployment is one of the two. "
            "Write task_definition: FAMILY, or force_new_deployment: true.",
        ),
        (
            {
                "preset": "ecs-service",
                "cluster": "shop",
                "service": "web",
                "force_new_deployment": True,
                "task_role": "web",
            },
            "",
            "force_new_deployment beside run_task or a role. Starting a service anew runs no task "
            "definition of the job. Leave those out, or write task_definition: FAMILY.",
        ),
        (
            {"preset": "cloudfront"},
            "",
            "neither distributions nor functions are named. Nothing would be granted. Write "
            "distributions: [E2ABCDEF], or functions: [rewrite].",
        ),
        (
            {"preset": "assume", "roles": ["arn:aws:iam::111111111111:role/deploy-*"]},
            "roles.0",
            '"arn:aws:iam::111111111111:role/deploy-*" is no ARN of one role. Any role that '
            "fits a wildcard could be assumed, also one that is created later. Write it whole, "
            "as in "
            '"arn:aws:iam::111111111111:role/deploy".',
        ),
        (
            {"preset": "lambda-layer", "layer": "a b"},
            "layer",
            '"a b" is no layer name. Lambda takes letters, digits, hyphens and underscores. Write '
            "it as AWS shows it.",
        ),
    ],
)
def test_refused(written: Written, where: str, sentence: str) -> None:
    assert refused(written) == [(where, sentence)]


@pytest.mark.parametrize(
    "permission",
    [
        {"preset": "s3-website", "bucket": "shop..prod"},
        {"preset": "s3-website", "bucket": "acme-sites", "prefix": "shop-pr-/../prod"},
        {"preset": "s3-objects", "bucket": "acme-sites", "prefix": ".."},
        {"preset": "s3-objects", "bucket": "acme-sites", "prefix": "./shop/"},
        {"preset": "terraform-state", "bucket": "acme-state", "key": "shop/../prod.tfstate"},
        {"preset": "container-image", "repository": "shop-pr-/../prod"},
        {"preset": "container-image", "repository": "shop//prod"},
    ],
)
def test_no_name_leads_out_of_its_folder(permission: dict[str, Any]) -> None:
    [(_, sentence)] = refused(permission)
    assert " is no " in sentence


def test_dots_within_a_name_are_letters() -> None:
    for prefix in ("v1..2", "..a", "a../b", ".well-known", "a.b/c"):
        assert refused({"preset": "s3-objects", "bucket": "acme-sites", "prefix": prefix}) == []
