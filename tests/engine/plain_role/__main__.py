"""Ask for a role and its boundary; `unknown` in its trust policy is an ARN still to be created."""

import json

import pulumi
import pulumi_aws as aws

document = pulumi.Config().require("document")
if "unknown" in document:
    provider = aws.iam.OpenIdConnectProvider(
        "github",
        url="https://token.actions.githubusercontent.com",
        client_id_lists=["sts.amazonaws.com"],
    )
    policy = provider.arn.apply(lambda arn: document.replace("unknown", arn))
else:
    policy = pulumi.Output.from_input(document)
aws.iam.Policy(
    "boundary",
    name="keyless-boundary",
    path="/keyless/",
    policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
        }
    ),
)
aws.iam.Role(
    "deploy",
    name="deploy",
    path="/keyless/",
    assume_role_policy=policy,
    permissions_boundary="arn:aws:iam::222222222222:policy/keyless/keyless-boundary",
)
