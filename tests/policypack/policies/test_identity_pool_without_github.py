"""The policy identity-pool-without-github, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "identity-pool-without-github"
PROVIDER = f"arn:aws:iam::222222222222:oidc-provider/{estate.ISSUER}"
INSTEAD = "Write a role that trusts the issuer itself, for one context of one repository."


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("aws:cognito/identityPool:IdentityPool", {"openidConnectProviderArns": ["x", PROVIDER]}),
        (
            "aws:cognito/identityPool:IdentityPool",
            {"supportedLoginProviders": {estate.ISSUER: "x"}},
        ),
        ("aws-native:cognito:IdentityPool", {"openIdConnectProviderArns": [PROVIDER]}),
        (
            "aws:cognito/identityProvider:IdentityProvider",
            {"providerDetails": {"oidc_issuer": f"https://{estate.ISSUER}"}},
        ),
        (
            "aws-native:cognito:UserPoolIdentityProvider",
            {"providerDetails": {"oidc_issuer": "https://token.actions.acme.ghe.com"}},
        ),
        (
            "aws:cognito/identityProvider:IdentityProvider",
            {"providerDetails": {"oidc_issuer": "https://github.acme.example/_services/token"}},
        ),
        (
            "aws:eks/identityProviderConfig:IdentityProviderConfig",
            {"oidc": {"issuerUrl": f"https://{estate.ISSUER}"}},
        ),
        (
            "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
            {"roleMappings": [{"identityProvider": PROVIDER}]},
        ),
    ],
)
def test_issuer_of_github_is_blocked(pack: Pack, kind: str, properties: dict[str, object]) -> None:
    (sentence,) = pack.says(ID, Declared(kind, "x", properties))
    assert sentence.endswith(
        f"is GitHub's. Every token of GitHub gets in, whatever repository it is for. {INSTEAD}"
    )


def test_issuer_that_is_not_known_is_blocked(pack: Pack) -> None:
    pool = Declared(
        "aws:cognito/identityPool:IdentityPool", "x", {"openidConnectProviderArns": [UNKNOWN]}
    )
    assert pack.says(ID, pool) == [
        "openidConnectProviderArns.0: not known at preview. It may be GitHub's issuer, whose "
        f"tokens anybody gets. {INSTEAD}"
    ]


def test_other_issuers_pass(pack: Pack) -> None:
    details = {"oidc_issuer": "https://login.acme.example"}
    provider = Declared(
        "aws:cognito/identityProvider:IdentityProvider", "x", {"providerDetails": details}
    )
    assert pack.says(ID, provider) == []
