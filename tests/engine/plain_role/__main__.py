"""Ask for roles and their boundary; `unknown` in a trust policy is an ARN still to be created."""

import json

import pulumi
import pulumi_aws as aws

documents: dict[str, str] = pulumi.Config().require_object("documents")
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
for name, document in documents.items():
    policy = pulumi.Output.from_input(document)
    if "unknown" in document:
        provider = aws.iam.OpenIdConnectProvider(
            "github",
            url="https://token.actions.githubusercontent.com",
            client_id_lists=["sts.amazonaws.com"],
        )
        policy = provider.arn.apply(lambda arn, text=document: text.replace("unknown", arn))
    aws.iam.Role(
        name,
        name=name,
        path="/keyless/",
        assume_role_policy=policy,
        permissions_boundary="arn:aws:iam::222222222222:policy/keyless/keyless-boundary",
    )
