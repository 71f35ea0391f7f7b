"""What becomes of an answer: GitHub's own is read, a refusal or somebody else's is a sentence."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from werkzeug.wrappers import Request, Response

from keyless.github_api import (
    GithubApi,
    GithubError,
    GithubForbiddenError,
    GithubSetupError,
    api_address,
)
from sandbox.wire import serve

JSON = "application/json"


@dataclass
class Host:
    """Answer with one response after another, and keep what was asked."""

    answers: list[Response]
    asked: list[str] = field(default_factory=list)
    tokens: list[str | None] = field(default_factory=list)

    def __call__(self, environ, start_response):  # type: ignore[no-untyped-def]
        request = Request(environ)
        self.asked.append(environ["REQUEST_URI"])
        self.tokens.append(request.headers.get("Authorization"))
        return self.answers.pop(0)(environ, start_response)


def answer(body: object, status: int = 200, **headers: str) -> Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(json.dumps(body), status=status, headers=named, content_type=JSON)


@contextmanager
def asking(*answers: Response, tries: int = 1) -> Iterator[tuple[GithubApi, Host]]:
    host = Host(list(answers))
    with serve(host) as address:
        yield GithubApi("ghp_secret", f"{address}/api/v3/", tries=tries), host


def test_a_path_is_escaped_and_the_token_is_sent() -> None:
    with asking(answer({"id": 1})) as (api, host):
        assert api.get("repos", "acme", "a/b") == {"id": 1}
    assert (host.asked, host.tokens) == (["/api/v3/repos/acme/a%2Fb"], ["Bearer ghp_secret"])


def test_what_is_not_there_is_none_and_a_bare_yes_is_empty() -> None:
    with asking(answer({"message": "Not Found"}, 404), Response(status=204)) as (api, _):
        assert (api.get("users", "nobody"), api.get("users", "mona")) == (None, {})


def test_pages_are_followed_to_the_last() -> None:
    link = (
        '<http://x/?per_page=100&page=2>; rel="next", <http://x/?per_page=100&page=2>; rel="last"'
    )
    pages = answer([{"id": 1}], Link=link), answer([{"id": 2}])
    with asking(*pages) as (api, host):
        assert api.get_all("orgs", "acme", "repos") == [{"id": 1}, {"id": 2}]
    asked = "/api/v3/orgs/acme/repos?per_page=100&page="
    assert host.asked == [f"{asked}1", f"{asked}2"]


def test_a_renamed_repository_is_followed_within_the_host() -> None:
    moved = answer({"message": "Moved"}, 301, Location="/api/v3/repositories/7")
    with asking(moved, answer({"id": 7})) as (api, host):
        assert api.get("repos", "acme", "shop") == {"id": 7}
    assert host.asked == ["/api/v3/repos/acme/shop", "/api/v3/repositories/7"]


def test_no_other_host_gets_anything() -> None:
    other = Host([answer({"id": 7})])
    with serve(other) as elsewhere:
        moved = answer({}, 301, Location=f"{elsewhere}/api/v3/repositories/7")
        with asking(moved) as (api, _), pytest.raises(GithubError, match="leads to another host"):
            api.get("repos", "acme", "shop")
    assert other.asked == []


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (Response("<html>login</html>"), "GitHub answers something that is no JSON"),
        (Response(""), "GitHub answers 200 and nothing else"),
        (answer([]), "GitHub answers something else than an object"),
        (Response("<html>", status=404), "GitHub answers 404 without a word of its own"),
        (Response("", status=202), "GitHub answers 202 without a word of its own"),
        (answer({"message": "Bad credentials"}, 401), 'GitHub answers 401 "Bad credentials"'),
        (answer({"message": "a\x1b[2J"}, 500), 'GitHub answers 500 "a\\u001b[2J"'),
        (
            answer({"message": "limit"}, 403, X_RateLimit_Remaining="0", Retry_After="1800"),
            "GitHub's rate limit is reached, for 1800 seconds more",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_answer_is_a_clause(response: Response, said: str) -> None:
    with asking(response) as (api, _), pytest.raises(GithubError) as raised:
        api.get("orgs", "acme")
    assert str(raised.value) == said


def test_a_missing_right_is_distinguished() -> None:
    refused = answer({"message": "Resource not accessible by integration"}, 403)
    with asking(refused) as (api, _), pytest.raises(GithubForbiddenError):
        api.get_all("orgs", "acme", "actions", "secrets", field="secrets")


def test_nobody_at_the_address() -> None:
    with serve(Host([])) as address:
        pass
    with pytest.raises(GithubError, match=r"^GitHub cannot be reached \("):
        GithubApi("ghp_secret", f"{address}/").get("orgs", "acme")


def test_the_pause_that_github_asks_for_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("keyless.github_api.time.sleep", slept.append)
    limit = answer({"message": "secondary"}, 403, Retry_After="60")
    with asking(limit, answer({"id": 1})) as (api, _):
        assert api.get("orgs", "acme") == {"id": 1}
    again = [answer({"message": "x"}, 429, Retry_After="60") for _ in range(3)]
    reached = "rate limit is reached, for 60 seconds more"
    with asking(*again) as (api, _), pytest.raises(GithubError, match=reached):
        api.get("orgs", "acme")
    assert slept == [60, 60, 60]


def test_an_error_of_githubs_own_is_tried_as_often_as_said(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("keyless.github_api.time.sleep", lambda _: None)
    with asking(Response(status=502), answer({"id": 1}), tries=2) as (api, _):
        assert api.get("orgs", "acme") == {"id": 1}
    with asking(Response(status=502)) as (api, host), pytest.raises(GithubError, match="502"):
        api.get("orgs", "acme")
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    ("base", "address"),
    [
        ("", "https://api.github.com/"),
        ("https://api.github.com", "https://api.github.com/"),
        ("https://api.acme.ghe.com/", "https://api.acme.ghe.com/"),
        ("https://github.acme.com", "https://github.acme.com/api/v3/"),
        ("https://github.acme.com/api/v3/", "https://github.acme.com/api/v3/"),
    ],
)
def test_the_address_is_the_providers(base: str, address: str) -> None:
    assert api_address(base) == address


@pytest.mark.parametrize("base", ["github.acme.com", "ftp://x", "https://", "http://[::1"])
def test_no_web_address_is_asked(base: str) -> None:
    with pytest.raises(GithubSetupError, match="is no web address"):
        api_address(base)
