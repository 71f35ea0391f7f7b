"""Spell the trust policy that a role of the output `access` has, to compare it with the live one.

A `pulumi refresh` takes what somebody edited into the state, and leaves the outputs alone.
"""

from keyless.facts import documents_github_claims, provider_arn, sts_audience
from keyless.stack.role import Role


def described_trust(role: Role) -> dict[str, object]:
    """Return the trust policy that lets in exactly whom the output `access` names."""
    issuer = role.issuer.removeprefix("https://")
    provider = provider_arn(role.partition, role.account, issuer)
    claims: dict[str, list[str]] = {"aud": [sts_audience(role.partition)]}
    if documents_github_claims(issuer, role.partition):
        claims |= {
            "repository_id": [str(role.repository_id)],
            "repository_owner_id": [str(role.owner_id)],
            "ref": [*role.refs],
            "job_workflow_ref": [*role.workflows],
        }
    subject = "StringLike" if role.context_kind == "whole_repository" else "StringEquals"
    condition = {
        "StringEquals": {f"{issuer}:{claim}": values for claim, values in claims.items() if values}
    }
    condition.setdefault(subject, {})[f"{issuer}:sub"] = [*role.subjects]
    if role.until:
        condition["DateLessThan"] = {"aws:CurrentTime": [f"{role.until}T00:00:00Z"]}
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": provider},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": condition,
            }
        ],
    }
