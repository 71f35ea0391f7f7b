"""Short ways to write trust policies in tests."""

from collections.abc import Mapping
from typing import Any

GITHUB = "token.actions.githubusercontent.com"
ASSUME = "sts:AssumeRoleWithWebIdentity"

Policy = dict[str, Any]


def provider(issuer: str = GITHUB, *, partition: str = "aws", account: str = "111111111111") -> str:
    return f"arn:{partition}:iam::{account}:oidc-provider/{issuer}"


def keyed(block: Mapping[str, Mapping[str, Any]], issuer: str) -> dict[str, dict[str, Any]]:
    """Put the issuer in front of every key that has no prefix."""
    return {
        operator: {key if ":" in key else f"{issuer}:{key}": value for key, value in keys.items()}
        for operator, keys in block.items()
    }


def statement(
    condition: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    effect: str = "Allow",
    issuer: str = GITHUB,
    partition: str = "aws",
    audience: bool = False,
    **elements: Any,
) -> Policy:
    """Write a statement; `audience` adds the usual pin, `elements` replace or (None) remove."""
    block = keyed(condition or {}, issuer)
    if audience:
        block.setdefault("StringEquals", {})[f"{issuer}:aud"] = "sts.amazonaws.com"
    written: Policy = {
        "Effect": effect,
        "Principal": {"Federated": provider(issuer, partition=partition)},
        "Action": ASSUME,
    }
    if block:
        written["Condition"] = block
    written.update(elements)
    return {name: value for name, value in written.items() if value is not None}


def policy(*statements: Policy, version: str | None = "2012-10-17") -> Policy:
    document: Policy = {"Version": version} if version else {}
    return {**document, "Statement": list(statements)}


def allow(condition: Mapping[str, Mapping[str, Any]] | None = None, **options: Any) -> Policy:
    """Write a policy of one Allow statement with the audience pinned."""
    version = options.pop("version", "2012-10-17")
    options.setdefault("audience", True)
    return policy(statement(condition, **options), version=version)


def equals(subject: Any, **claims: Any) -> Policy:
    return allow({"StringEquals": {"sub": subject, **claims}})


def like(subject: Any, **claims: Any) -> Policy:
    block: dict[str, dict[str, Any]] = {"StringLike": {"sub": subject}}
    if claims:
        block["StringEquals"] = claims
    return allow(block)


def deny(condition: Mapping[str, Mapping[str, Any]] | None = None, **elements: Any) -> Policy:
    return statement(condition, effect="Deny", **elements)
