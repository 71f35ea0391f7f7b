"""Inputs of one good resource of each type."""

from typing import Any

from tests.sandbox.aws.driver import ATTACHMENT, POLICY, PROVIDER, ROLE, ROLE_POLICY, Driver, Live
from tests.sandbox.aws.stand_in import GOOD_PERMISSIONS, GOOD_TRUST, ISSUER, text

READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"

SAMPLES: dict[str, dict[str, Any]] = {
    PROVIDER: {"url": f"https://{ISSUER}", "clientIdLists": ["sts.amazonaws.com"]},
    ROLE: {
        "name": "acme-storefront-production-deploy",
        "path": "/keyless/",
        "assumeRolePolicy": text(GOOD_TRUST),
    },
    ROLE_POLICY: {
        "name": "deploy",
        "role": "acme-storefront-production-deploy",
        "policy": text(GOOD_PERMISSIONS),
    },
    POLICY: {"name": "data", "path": "/keyless/", "policy": text(GOOD_PERMISSIONS)},
    ATTACHMENT: {"role": "acme-storefront-production-deploy", "policyArn": READ_ONLY},
}


def created(provider: Driver, type_name: str, **changes: Any) -> Live:
    """Create the sample of that type, and first the role that it needs."""
    if type_name in (ROLE_POLICY, ATTACHMENT):
        provider.create(ROLE, SAMPLES[ROLE])
    return provider.create(type_name, SAMPLES[type_name] | changes)
