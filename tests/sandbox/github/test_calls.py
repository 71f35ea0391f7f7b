"""What every call has in common: tokens, versions, bodies, pages, headers, and the journal."""

import json
from urllib.request import Request, urlopen

import pytest

from sandbox.faults import Faults
from sandbox.github.app import create_app
from sandbox.github.calls import describe
from sandbox.github.links import node_id
from sandbox.github.seed import TOKEN
from sandbox.github.state import GitHubState
from sandbox.journal import Journal
from sandbox.wire import Wire, serve
from tests.sandbox.github.conftest import Api, Refused

ENVIRONMENTS = "/repos/acme/storefront/environments"


class TestToken:
    @pytest.mark.parametrize("scheme", ["Bearer", "token", "bearer"])
    def test_known_is_accepted(self, api: Api, scheme: str) -> None:
        assert api("GET", "/orgs/acme", Authorization=f"{scheme} {TOKEN}").status_code == 200

    @pytest.mark.parametrize(
        ("header", "message"),
        [
            ("", "Requires authentication"),
            ("Bearer", "Requires authentication"),
            ("Bearer other", "Bad credentials"),
            (f"Basic {TOKEN}", "Bad credentials"),
        ],
    )
    @pytest.mark.parametrize("path", ["/orgs/acme", "/repos/acme/nothing", "/no/such/route"])
    def test_other_is_refused_before_anything_else(
        self, api: Api, header: str, message: str, path: str
    ) -> None:
        api.headers["Authorization"] = header
        assert api.refused("GET", path) == Refused(401, message)

    def test_taken_away_by_hand(self, api: Api, state: GitHubState) -> None:
        state.tokens.clear()
        assert api.refused("GET", "/orgs/acme") == Refused(401, "Bad credentials")


class TestBody:
    @pytest.mark.parametrize(
        ("raw", "message"),
        [("{", "Problems parsing JSON"), ("[]", "Body should be a JSON object")],
    )
    def test_that_is_no_json_object(self, api: Api, raw: str, message: str) -> None:
        path = f"/api/v3{ENVIRONMENTS}/production"
        response = api.client.put(path, data=raw, headers=api.headers)
        assert (response.status_code, response.get_json()["message"]) == (400, message)


class TestVersion:
    def test_is_reported(self, api: Api) -> None:
        asked = api("GET", "/orgs/acme", X_GitHub_Api_Version="2026-03-10")
        assert asked.headers["X-GitHub-Api-Version-Selected"] == "2026-03-10"
        assert api("GET", "/orgs/acme").headers["X-GitHub-Api-Version-Selected"] == "2022-11-28"

    def test_unknown_is_refused(self, api: Api) -> None:
        api.headers["X-GitHub-Api-Version"] = "2020-01-01"
        message = "Invalid API version. Supported versions: 2022-11-28, 2026-03-10."
        assert api.refused("GET", "/orgs/acme") == Refused(400, message)


class TestPages:
    @pytest.fixture(autouse=True)
    def _environments(self, state: GitHubState) -> None:
        for number in range(7):
            state.create_environment(state.repository("acme/storefront"), f"e{number}")

    def test_together_are_the_whole_list(self, api: Api) -> None:
        found: list[str] = []
        url = f"{ENVIRONMENTS}?per_page=3"
        while url:
            response = api("GET", url)
            assert response.get_json()["total_count"] == 7
            found += [e["name"] for e in response.get_json()["environments"]]
            url = links(response.headers.get("Link", "")).get("next", "")
        assert found == [f"e{number}" for number in range(7)]

    def test_link_to_each_other(self, api: Api) -> None:
        middle = links(api("GET", f"{ENVIRONMENTS}?per_page=3&page=2").headers["Link"])
        assert {name: url[-6:] for name, url in middle.items()} == {
            "prev": "page=1",
            "next": "page=3",
            "last": "page=3",
            "first": "page=1",
        }
        last = links(api("GET", f"{ENVIRONMENTS}?per_page=3&page=3").headers["Link"])
        assert set(last) == {"prev", "first"}

    def test_single_has_no_links(self, api: Api) -> None:
        assert "Link" not in api("GET", ENVIRONMENTS).headers

    @pytest.mark.parametrize("wrong", ["page=0", "page=x", "per_page=0", "per_page=-1"])
    def test_nonsense_is_ignored(self, api: Api, wrong: str) -> None:
        assert len(api.done("GET", f"{ENVIRONMENTS}?{wrong}")["environments"]) == 7


class TestHeaders:
    def test_rate_limit_counts_calls(self, api: Api) -> None:
        first, second = (api("GET", "/orgs/acme").headers for _ in range(2))
        assert int(second["X-RateLimit-Used"]) == int(first["X-RateLimit-Used"]) + 1
        assert int(second["X-RateLimit-Remaining"]) == int(first["X-RateLimit-Remaining"]) - 1
        assert api.done("GET", "/rate_limit")["resources"]["core"]["used"] == 2

    def test_unchanged_is_not_sent_again(self, api: Api, state: GitHubState) -> None:
        tag = api("GET", "/orgs/acme").headers["ETag"]
        again = api("GET", "/orgs/acme", If_None_Match=tag)
        assert (again.status_code, again.get_data()) == (304, b"")
        state.organisation("acme").default_role = "read"
        assert api("GET", "/orgs/acme", If_None_Match=tag).status_code == 200

    def test_entity_tag_differs_for_each_token(self, api: Api, state: GitHubState) -> None:
        state.tokens.add("other")
        mine = api("GET", "/orgs/acme").headers["ETag"]
        assert api("GET", "/orgs/acme", Authorization="Bearer other").headers["ETag"] != mine


def test_node_ids_have_the_form_of_real_ones() -> None:
    assert node_id("EN", 936456696, 5687891617) == "EN_kwDON9Ex-M8AAAABUwZWoQ"
    assert node_id("GA", 936456696, 29234176) == "GA_kwDON9Ex-M4BvhQA"


def test_journal_tells_what_calls_were_about(state: GitHubState) -> None:
    journal = Journal()
    state.create_environment(state.repository("acme/storefront"), "eu/prod")
    with serve(Wire(create_app(state), describe, journal, Faults())) as url:
        path = "/repos/acme/shop/environments/EU%2Fprod/variables"
        body = {"name": "A", "value": "1"}
        assert send(f"{url}/api/v3{path}", None) == {"total_count": 0, "variables": []}
        moved = path.replace("/repos/acme/shop", "/repositories/811223344")
        assert send(f"{url}/api/v3{moved}", body) == {}
    redirect, read, created = journal.entries()
    assert (redirect.target, redirect.status, redirect.change) == (path, 301, False)
    assert (read.target, read.status) == (moved, 200)
    assert (created.action, created.target, created.changed) == ("POST", moved, True)
    assert created.detail == {
        "body": body,
        "repository": "acme/storefront",
        "environment": "eu/prod",
        "answer": {},
    }


def send(url: str, body: object) -> object:
    """Send a request over HTTP: POST with a body, otherwise GET."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(url, data, {"Authorization": f"Bearer {TOKEN}"})  # noqa: S310 - loopback
    with urlopen(request, timeout=5) as response:  # noqa: S310
        return json.load(response)


def links(header: str) -> dict[str, str]:
    """Return the addresses in a `Link` header, below `/api/v3`, by relation."""
    parts = (link.split("; rel=") for link in header.split(", ") if link)
    return {rel.strip('"'): url.strip("<>").partition("/api/v3")[2] for url, rel in parts}
