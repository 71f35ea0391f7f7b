"""The trust policy of a role: who may assume it, in exact words.

Every value is matched with `StringEquals`; `whole_repository` alone is a wildcard, and a deliberate
one. Statements are never combined: one role, one statement, one context.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from keyless.estate.issuer import Issuer
from keyless.estate.subject import Context, RepositoryIdentity, subjects
from keyless.facts import Partition

TRUST_POLICY_LIMIT = 2048
"""Characters of a trust policy without white space, AWS's default ("IAM and AWS STS quotas")."""

_WITHOUT_WHITE_SPACE = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class Trust:
    """What a trust policy says: the context of one repository, and what narrows it further.

    `refs` and `workflows` are full (`refs/heads/main`,
    `acme/pipelines/.github/workflows/x.yml@refs/tags/v1`); an empty tuple means no condition.
    `until` is the day from whose beginning, in UTC, nobody gets in any more.
    """

    repository: RepositoryIdentity
    context: Context
    refs: tuple[str, ...] = ()
    workflows: tuple[str, ...] = ()
    until: date | None = None


def trust_policy(
    trust: Trust, *, issuer: Issuer, partition: Partition, account: str
) -> dict[str, Any]:
    """Write the trust policy document of one role.

    Where AWS does not document that it fills GitHub's claims, `aud` and `sub` stand alone.
    """
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": issuer.provider_arn(partition, account)},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": _condition(trust, issuer, partition),
            }
        ],
    }


def document_size(document: Mapping[str, object]) -> int:
    """Count the characters of a policy document as AWS does: without white space."""
    return len(_WITHOUT_WHITE_SPACE.encode(document))


def _condition(
    trust: Trust, issuer: Issuer, partition: Partition
) -> dict[str, dict[str, str | list[str]]]:
    exact: dict[str, str | list[str]] = {"aud": partition.audience}
    subject: dict[str, str | list[str]] = {"sub": list(subjects(trust.repository, trust.context))}
    if trust.context.kind != "whole_repository":
        exact |= subject
    if issuer.fills_github_claims(partition):
        exact |= _github_claims(trust)
    condition = {"StringEquals": _prefixed(issuer, exact)}
    if trust.context.kind == "whole_repository":
        condition["StringLike"] = _prefixed(issuer, subject)
    if trust.until:
        condition["DateLessThan"] = {"aws:CurrentTime": f"{trust.until}T00:00:00Z"}
    return condition


def _github_claims(trust: Trust) -> dict[str, str | list[str]]:
    claims: dict[str, str | list[str]] = {
        "repository_id": str(trust.repository.repository_id),
        "repository_owner_id": str(trust.repository.owner_id),
    }
    if trust.refs:
        claims["ref"] = _one_or_many(trust.refs)
    if trust.workflows:
        claims["job_workflow_ref"] = _one_or_many(trust.workflows)
    return claims


def _one_or_many(values: Sequence[str]) -> str | list[str]:
    return values[0] if len(values) == 1 else list(values)


def _prefixed(issuer: Issuer, claims: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    return {f"{issuer.key_prefix}:{claim}": values for claim, values in claims.items()}
