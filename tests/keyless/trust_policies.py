"""Trust policies as they are found in accounts."""

from typing import Any

ISSUER = "token.actions.githubusercontent.com"
PROVIDER = f"arn:aws:iam::222222222222:oidc-provider/{ISSUER}"


def policy(subject: str | None, operator: str = "StringLike") -> dict[str, Any]:
    """Return a trust policy as they are found: with an audience, and this subject."""
    condition: dict[str, Any] = {"StringEquals": {f"{ISSUER}:aud": "sts.amazonaws.com"}}
    if subject is not None:
        condition.setdefault(operator, {})[f"{ISSUER}:sub"] = subject
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}
