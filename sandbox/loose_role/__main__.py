"""Ask for a role that every repository of an organisation could assume."""

import json

import pulumi_aws as aws

ISSUER = "token.actions.githubusercontent.com"
account = aws.get_caller_identity().account_id

aws.iam.Role(
    "deploy",
    name="deploy",
    path="/keyless/",
    assume_role_policy=json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{ISSUER}"},
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Condition": {
                        "StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"},
                        "StringLike": {f"{ISSUER}:sub": "repo:acme/*"},
                    },
                }
            ],
        }
    ),
)
