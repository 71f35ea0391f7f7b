"""The policy oidc-provider-audience, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "oidc-provider-audience"
LOOK_ALIKE = (
    'url: "{url}" is not among the issuers of the pack\'s settings. Its owner can mint a token for '
    'any repository. Write "https://token.actions.githubusercontent.com", or list it under issuers '
    "if it is your GitHub, under other_issuers if it is another vendor's."
)


@pytest.mark.parametrize(
    "url",
    [
        "https://token.actions.githubusercontent.com",
        "token.actions.githubusercontent.com",
        "https://gitlab.com",
        "https://oidc.eks.eu-west-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF",
    ],
)
def test_issuers_of_github_and_of_others_pass(pack: Pack, url: str) -> None:
    assert pack.judge_one(estate.provider(url=url)) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://token.actions.githubusercontent.com/acme-corp",
        "https://token.actions.acme.ghe.com",
        "https://token.actions.acme.ghe.com/acme",
        "https://github.acme.example/_services/token",
    ],
)
def test_other_issuers_of_github_are_listed_first(pack: Pack, url: str) -> None:
    assert pack.says(ID, estate.provider(url=url)) == [LOOK_ALIKE.format(url=url)]
    stack = pack.configured({"settings": {"issuers": [url]}})
    assert pack.judge_one(estate.provider(url=url), stack) == []
    assert len(pack.says(ID, estate.provider(), stack)) == 1


def test_another_vendor_on_the_path_of_an_enterprise_server_is_listed(pack: Pack) -> None:
    url = "https://gitea.acme.example/_services/token"
    provider = estate.provider(url=url, clientIdLists=["vault"])
    stack = pack.configured({"settings": {"other_issuers": [url]}})
    assert pack.judge_one(provider, stack) == []
    assert len(pack.says(ID, provider)) == 2


@pytest.mark.parametrize(
    "url",
    [
        "https://token.actions.githubusercontent.com.evil.example",
        "https://token.action.githubusercontent.com",
        "https://token.actions.githubusercontent.co",
        "https://token.actions.githubusercontent.com/",
        "https://token.actions.githubusercontent.com/acme/more",
        "https://token.actions.gihtubusercontent.com",
        "https://vstoken.actions.githubusercontent.com",
        "https://Token.actions.githubusercontent.com",
        "https://token.actions.acme.ghe.com.evil.example",
        "https://token.actions.githubusercontent.com.evil.example/_services/token",
        "https://github.acme.example/_services/token/more",
        "https://tоken.actions.githubusercontent.com",  # noqa: RUF001 - the letter is Cyrillic
    ],
)
def test_look_alike_is_blocked(pack: Pack, url: str) -> None:
    assert pack.says(ID, estate.provider(url=url)) == [LOOK_ALIKE.format(url=url)]


def test_plain_http_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.provider(url="http://token.actions.githubusercontent.com")) == [
        'url: "http://token.actions.githubusercontent.com" is not https. Anybody who sits on the '
        "line can answer with keys of their own. "
        'Write "https://token.actions.githubusercontent.com".'
    ]


@pytest.mark.parametrize(
    "audience", ["sts.amazonaws.com.cn", "sts.eusc-de-east-1.amazonaws.eu", "sts.amazonaws.com"]
)
def test_audience_of_each_partition_passes(pack: Pack, audience: str) -> None:
    assert pack.judge_one(estate.provider(clientIdLists=[audience])) == []


def test_every_other_audience_is_blocked(pack: Pack) -> None:
    audiences = ["sts.amazonaws.com", "vault", "https://github.com/acme"]
    assert pack.says(ID, estate.provider(clientIdLists=audiences)) == [
        f'client ids: "{audience}" is not AWS STS. A token that was meant for another service gets '
        'in. Write "sts.amazonaws.com" alone.'
        for audience in audiences[1:]
    ]


def test_no_audience_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.provider(clientIdLists=[])) == [
        'client ids: none. No token gets in. Write "sts.amazonaws.com".'
    ]


def test_unknown_audience_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.provider(clientIdLists=["sts.amazonaws.com", UNKNOWN])) == [
        "clientIdLists.1: not known at preview. It may be an audience of another service. "
        'Write "sts.amazonaws.com".'
    ]


def test_unknown_issuer_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.provider(url=UNKNOWN)) == [
        "url: not known at preview. It may be a host that only looks like GitHub. "
        'Write it out, as in "https://token.actions.githubusercontent.com".'
    ]


def test_provider_of_cloud_control_is_judged(pack: Pack) -> None:
    properties = {"url": f"https://{estate.ISSUER}", "clientIdList": ["vault"]}
    [sentence] = pack.says(ID, Declared("aws-native:iam:OidcProvider", "native", properties))
    assert sentence.startswith('client ids: "vault" is not AWS STS.')
