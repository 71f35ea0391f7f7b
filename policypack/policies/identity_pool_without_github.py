"""Block Cognito and EKS identity providers over a GitHub issuer.

Attack: an identity pool over GitHub's provider gives every token of GitHub, a stranger's too, a
role of the pool, whose trust policy names Cognito and no repository.

Not judged: authorizers of APIs, which hand out no credentials of AWS.

Source: "Identity pools third-party identity providers", Amazon Cognito Developer Guide.
"""

import re
from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.facts import ENTERPRISE_SERVER_PATH
from keyless.rules.resources import texts, unknowns
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource

TYPES = frozenset(
    {
        "aws:cognito/identityPool:IdentityPool",
        "aws:cognito/identityPoolProviderPrincipalTag:IdentityPoolProviderPrincipalTag",
        "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
        "aws:cognito/identityProvider:IdentityProvider",
        "aws:eks/identityProviderConfig:IdentityProviderConfig",
        "aws:ssoadmin/trustedTokenIssuer:TrustedTokenIssuer",
        "aws-native:cognito:IdentityPool",
        "aws-native:cognito:IdentityPoolPrincipalTag",
        "aws-native:cognito:IdentityPoolRoleAttachment",
        "aws-native:cognito:UserPoolIdentityProvider",
        "aws-native:eks:IdentityProviderConfig",
    }
)

ISSUERS = (
    *("openidConnectProviderArns", "openIdConnectProviderArns", "supportedLoginProviders"),
    *("providerDetails", "oidc", "identityProviderName", "roleMappings"),
    "trustedTokenIssuerConfiguration",
)
"""Properties that may contain the issuer."""

GITHUB = re.compile(
    rf"githubusercontent|token\.actions\.|\.ghe\.com|{ENTERPRISE_SERVER_PATH}|github\.com"
)
INSTEAD = "Write a role that trusts the issuer itself, for one context of one repository."


def over_github(resource: Resource) -> Iterator[Finding]:
    """Refuse an issuer of GitHub's, and one that is not known at preview."""
    for key in ISSUERS:
        value = resource.properties.value(key)
        if unknown := next(unknowns(value), None):
            yield Finding(
                f"{unknown.path}: not known at preview. It may be GitHub's issuer, whose tokens "
                f"anybody gets. {INSTEAD}"
            )
        elif found := next((t for _, t in texts(value) if GITHUB.search(t.lower())), None):
            yield Finding(
                f'{key}: "{found}" is GitHub\'s. Every token of GitHub gets in, whatever '
                f"repository it is for. {INSTEAD}"
            )


def validate(resource: Resource, report: Report) -> None:
    """Judge the issuers of an identity pool, a user pool or a cluster."""
    for finding in over_github(resource):
        report(finding)


POLICY = resource_policy(
    "identity-pool-without-github",
    display_name="No identity pool over GitHub",
    description="Tokens of GitHub reach AWS through roles that name a repository alone.",
    severity=Severity.CRITICAL,
    remediation_steps="Let a role trust GitHub's provider itself, and remove it from the pool.",
    types=TYPES,
    validate=validate,
)
