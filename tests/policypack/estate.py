"""A compliant estate, resource by resource; each test spoils it in one place."""

import json
from collections.abc import Mapping

from tests.policypack.analyzer import Declared

ROLE = "aws:iam/role:Role"
ROLE_NATIVE = "aws-native:iam:Role"
ISSUER = "token.actions.githubusercontent.com"
BOUNDARY = "arn:aws:iam::222222222222:policy/keyless/keyless-boundary"
PRODUCTION = "environment:production"


def subjects(context: str) -> list[str]:
    """Both forms of a context of acme/storefront."""
    return [f"repo:acme/storefront:{context}", f"repo:acme@9919/storefront@811223344:{context}"]


def pinned(context: str = PRODUCTION, **claims: object) -> dict[str, object]:
    """Compare what a compliant trust policy compares; None leaves a claim out."""
    compared: dict[str, object] = {
        "aud": "sts.amazonaws.com",
        "sub": subjects(context),
        "repository_id": "811223344",
        "repository_owner_id": "9919",
        **claims,
    }
    return {f"{ISSUER}:{claim}": value for claim, value in compared.items() if value is not None}


def statement(*conditions: tuple[str, Mapping[str, object]]) -> dict[str, object]:
    """Write an Allow statement for GitHub, with conditions as (operator, keys)."""
    return {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::222222222222:oidc-provider/{ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": dict(conditions),
    }


def document(*statements: Mapping[str, object]) -> str:
    """Write a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(context: str = PRODUCTION, **claims: object) -> str:
    """Write a compliant trust policy."""
    return document(statement(("StringEquals", pinned(context, **claims))))


def role(name: str = "storefront/environment/production/deploy", **changes: object) -> Declared:
    """Declare the role of an environment."""
    return Declared(
        ROLE,
        name,
        {
            "assumeRolePolicy": trust(),
            "description": "Deploys acme/storefront from the environment production",
            "forceDetachPolicies": False,
            "maxSessionDuration": 3600,
            "name": "acme-storefront-production-deploy",
            "path": "/keyless/",
            "permissionsBoundary": BOUNDARY,
            "tags": {"team": "platform"},
        },
    ).but(**changes)


def native_role(document: object) -> Declared:
    """Declare the same role with the Cloud Control provider."""
    return Declared(
        ROLE_NATIVE,
        "native",
        {
            "assumeRolePolicyDocument": document,
            "maxSessionDuration": 3600,
            "path": "/keyless/",
            "permissionsBoundary": BOUNDARY,
            "roleName": "acme-storefront-production-deploy",
        },
    )
