"""The policy oidc-provider-audience, run by the pack's analyzer."""

import re

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "oidc-provider-audience"
LOOK_ALIKE = (
    'url: "{url}" is not among the issuers of the pack\'s settings. Its owner can mint a token for '
    'any repository. Write "https://token.actions.githubusercontent.com"{listing}.'
)
OURS = ", or list it under issuers if it is your GitHub"
ANOTHERS = "under other_issuers if it is another vendor's"
OF_ANY = f"{OURS}, {ANOTHERS}"
AUDIENCES = (
    '"sts.amazonaws.com" or in aws-cn "sts.amazonaws.com.cn" or in aws-eusc '
    '"sts.eusc-de-east-1.amazonaws.eu"'
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
    ("url", "listing"),
    [
        ("https://token.actions.githubusercontent.com/acme-corp", OURS),
        ("https://token.actions.acme.ghe.com", OURS),
        ("https://token.actions.acme.ghe.com/acme", OURS),
        ("https://github.acme.example/_services/token", OF_ANY),
    ],
)
def test_other_issuers_of_github_are_listed_first(pack: Pack, url: str, listing: str) -> None:
    assert pack.says(ID, estate.provider(url=url)) == [LOOK_ALIKE.format(url=url, listing=listing)]
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
    """What GitHub alone could answer, and no setting takes, is to be another address."""
    is_anothers = url.isascii() and not re.search(r"(githubusercontent|ghe)\.com(/|$)", url)
    listing = f", or list it {ANOTHERS}" if is_anothers else ""
    listing = OF_ANY if url.endswith("/_services/token") else listing
    assert pack.says(ID, estate.provider(url=url)) == [LOOK_ALIKE.format(url=url, listing=listing)]
    for key in re.findall(r"under (\w+) if", listing):
        stack = pack.configured({"settings": {key: [url]}})
        assert pack.says(ID, estate.provider(url=url), stack) == []


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
        f"in. Write {AUDIENCES} alone."
        for audience in audiences[1:]
    ]


def test_no_audience_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.provider(clientIdLists=[])) == [
        f"client ids: none. No token gets in. Write {AUDIENCES}."
    ]


def test_unknown_audience_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.provider(clientIdLists=["sts.amazonaws.com", UNKNOWN])) == [
        "clientIdLists.1: not known at preview. It may be an audience of another service. "
        f"Write {AUDIENCES}."
    ]


def test_unknown_issuer_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.provider(url=UNKNOWN)) == [
        "url: not known at preview. It may be a host that only looks like GitHub. "
        'Write it out, as in "https://token.actions.githubusercontent.com". Where AWS alone can '
        "say it, as the issuer of an EKS cluster, make what it comes from in a stack of its own, "
        "or before the rest: `pulumi up --target URN`."
    ]


def test_a_provider_that_a_targeted_run_leaves_out_is_not_judged(pack: Pack) -> None:
    assert pack.judge([Declared(estate.provider().type, "later", {})]) == []


def test_provider_of_cloud_control_is_judged(pack: Pack) -> None:
    properties = {"url": f"https://{estate.ISSUER}", "clientIdList": ["vault"]}
    [sentence] = pack.says(ID, Declared("aws-native:iam:OidcProvider", "native", properties))
    assert sentence.startswith('client ids: "vault" is not AWS STS.')


def test_every_issuer_that_the_settings_list_is_named(pack: Pack) -> None:
    issuers = ["token.actions.githubusercontent.com/acme", "token.actions.acme.ghe.com"]
    stack = pack.configured({"settings": {"issuers": issuers}})
    [sentence] = pack.says(ID, estate.provider(), stack)
    assert (
        'Write "https://token.actions.githubusercontent.com/acme" or '
        '"https://token.actions.acme.ghe.com"'
    ) in sentence


def test_an_issuer_is_known_without_its_scheme(pack: Pack) -> None:
    [sentence] = pack.says(ID, estate.provider(url="token.actions.acme.ghe.com"))
    assert sentence.startswith('url: "token.actions.acme.ghe.com" is not among the issuers ')


def test_audiences_that_are_not_known_are_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.provider(clientIdLists=UNKNOWN)) == [
        "clientIdLists: not known at preview. It may be an audience of another service. Write "
        f"{AUDIENCES}."
    ]
