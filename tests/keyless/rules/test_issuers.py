"""Issuers that pass for GitHub's."""

import pytest

from keyless.rules.issuers import addresses_of, is_listed, looks_like_github, settings_for

OTHER = "oidc.eks.eu-west-1.amazonaws.com/id/D06D8A8"


@pytest.mark.parametrize(
    "issuer",
    [
        "token.actions.githubusercontent.com",
        "token.actions.githubusercontent.com/acme",
        "token.actions.acme.ghe.com",
        "acme.ghe.com",
        "git.acme.com/_services/token",
        "GITHUB.acme.com/oidc",
        "token.actions.acme.com",
        "t0ken.acti0ns.githvbusercontent.com",
        "T0KEN.ACTI0NS.GITHVBUSERCONTENT.COM",
        "t0ken.acti0ns.githvbusercontent.com/acme/of/a/path/that/is/long",
    ],
)
def test_issuers_of_github_and_imitations(issuer: str) -> None:
    assert looks_like_github(issuer)


@pytest.mark.parametrize(
    "issuer",
    [
        OTHER,
        "gitlab.com",
        "accounts.google.com",
        "app.terraform.io",
        "oidc.circleci.com/org/9c1",
        "agent.buildkite.com",
        "acme.com/t0ken.acti0ns.githvbusercontent.com",
        "",
    ],
)
def test_issuers_of_others(issuer: str) -> None:
    assert not looks_like_github(issuer)


def test_a_host_passes_for_githubs_from_85_of_100_letters_on() -> None:
    # It has 34 letters in common with the 35 of GitHub's host: 2 * 34 / (45 + 35).
    host = "toke.acxtions.gitxhubusercontent.comzzzzzzzzz"
    assert looks_like_github(host)
    assert not looks_like_github(f"{host}z")


@pytest.mark.parametrize(
    ("issuer", "settings"),
    [
        ("token.actions.githubusercontent.com", ("issuers",)),
        ("token.actions.githubusercontent.com/acme", ("issuers",)),
        ("token.actions.acme.ghe.com", ("issuers",)),
        ("git.acme.com/_services/token", ("issuers", "other_issuers")),
        ("github.acme.com/oidc", ("other_issuers",)),
        ("api.github.com/_services/token", ()),
        ("token.actions.githubusercontent.com/a/b", ()),
        ("localhost", ()),
    ],
)
def test_settings_that_take_an_issuer(issuer: str, settings: tuple[str, ...]) -> None:
    assert settings_for(issuer) == settings


@pytest.mark.parametrize(
    ("issuer", "hosts"),
    [
        ("token.actions.githubusercontent.com", {"api.github.com"}),
        ("TOKEN.actions.githubusercontent.com/acme", {"api.github.com"}),
        ("git.acme.com/_services/token", {"git.acme.com"}),
        ("Git.Acme.com/_services/token", {"git.acme.com"}),
        ("token.actions.acme.ghe.com", {"token.actions.acme.ghe.com", "api.acme.ghe.com"}),
        (
            "token.actions.acme.ghe.com/acme",
            {"token.actions.acme.ghe.com", "api.acme.ghe.com"},
        ),
    ],
)
def test_addresses_of_the_github_of_an_issuer(issuer: str, hosts: set[str]) -> None:
    assert addresses_of(issuer) == {f"https://{host}" for host in hosts}


@pytest.mark.parametrize(
    ("listed", "is_there"),
    [
        (["Token.Actions.githubusercontent.com"], True),
        ([OTHER, "token.actions.githubusercontent.com"], True),
        ([OTHER], False),
        (["token.actions.githubusercontent.com/acme"], False),
        ([], False),
    ],
)
def test_listed_issuers_ignore_letter_case(listed: list[str], is_there: bool) -> None:
    assert is_listed("TOKEN.actions.githubusercontent.com", listed) is is_there
