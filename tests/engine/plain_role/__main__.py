"""Ask for one role; `unknown` in its trust policy stands for an ARN still to be created."""

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
aws.iam.Role(
    "deploy",
    name="deploy",
    path="/keyless/",
    assume_role_policy=policy,
    permissions_boundary="arn:aws:iam::222222222222:policy/keyless/keyless-boundary",
)
