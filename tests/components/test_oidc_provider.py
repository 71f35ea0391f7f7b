"""Tests of the account's OIDC provider."""

import pytest

from components.oidc_provider import OidcProvider
from tests.components.registered import Registered, register
from tests.keyless.estate.reading.sample import Raw, pages, read, stack_config


def provider(raw: Raw, *, exists: bool = False) -> Registered:
    found = register(lambda: OidcProvider(read(raw), exists=exists))
    return found["OpenIdConnectProvider::oidc_provider"]


@pytest.mark.parametrize(
    ("region", "audience"),
    [("eu-west-1", "sts.amazonaws.com"), ("cn-north-1", "sts.amazonaws.com.cn")],
)
def test_one_issuer_one_audience_and_no_thumbprints(region: str, audience: str) -> None:
    repositories = {"keyless:repositories": {"pages": pages()}}
    found = provider(stack_config() | repositories | {"aws:region": region})
    assert found.inputs == {
        "url": "https://token.actions.githubusercontent.com",
        "clientIdLists": [audience],
        "tags": {"team": "platform"},
    }


def test_it_is_protected_and_refused_only_where_the_account_has_one() -> None:
    assert provider(stack_config()).protect
    assert provider(stack_config()).hooks == {}
    hooks = provider(stack_config(), exists=True).hooks
    assert hooks == {"before_create": ["refuse-existing-provider"]}
