"""Ask for roles and their boundary; `unknown` in a trust policy is an ARN still to be created."""

import json

import pulumi
import pulumi_aws as aws

documents: dict[str, str] = pulumi.Config().require_object("documents")


def filled(document: str) -> pulumi.Input[str]:
    """Put the ARN of a provider, which is known once it is there, in the place of `unknown`."""
    if "unknown" not in document:
        return document
    provider = aws.iam.OpenIdConnectProvider(
        "github",
        url="https://token.actions.githubusercontent.com",
        client_id_lists=["sts.amazonaws.com"],
    )
    return provider.arn.apply(lambda arn: document.replace("unknown", arn))


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
    aws.iam.Role(
        name,
        name=name,
        path="/keyless/",
        assume_role_policy=filled(document),
        permissions_boundary="arn:aws:iam::222222222222:policy/keyless/keyless-boundary",
    )
