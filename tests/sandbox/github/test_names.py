"""Names: letter case, renames, ids, owners, and how subjects spell them."""

import pytest

from sandbox.github.state import GitHubState, Repository
from tests.sandbox.github.conftest import NOT_FOUND, Api, Refused

SUBJECT = "actions/oidc/customization/sub"


@pytest.mark.parametrize(
    ("path", "field", "canonical"),
    [
        ("/orgs/ACME", "login", "acme"),
        ("/repos/Acme/StoreFront", "full_name", "acme/storefront"),
        ("/users/MONA", "login", "mona"),
        ("/orgs/ACME/teams/Platform", "slug", "platform"),
        ("/users/Acme", "type", "Organization"),
    ],
)
def test_any_letter_case_finds_the_canonical_one(
    api: Api, path: str, field: str, canonical: str
) -> None:
    assert api.done("GET", path)[field] == canonical


@pytest.mark.parametrize(
    "path",
    [
        "/orgs/nobody",
        "/orgs/mona",
        "/users/nobody",
        "/users/nobody/keys",
        "/orgs/acme/teams/nobody",
        "/repos/acme/nothing",
        "/repos/nobody/storefront",
        "/repositories/1",
        "/repos/acme/storefront/environments/nothing",
        "/no/such/route",
    ],
)
def test_what_does_not_exist_is_not_found(api: Api, path: str) -> None:
    assert api.refused("GET", path) == NOT_FOUND


def test_method_that_does_not_exist_is_not_found(api: Api) -> None:
    assert api.refused("DELETE", "/orgs/acme") == NOT_FOUND


class TestRenamed:
    def test_reads_move_for_good(self, api: Api) -> None:
        response = api("GET", "/repos/acme/shop/environments?page=2")
        target = "http://localhost/api/v3/repositories/811223344/environments?page=2"
        assert response.status_code == 301
        assert response.headers["Location"] == target
        assert response.get_json()["message"] == "Moved Permanently"
        assert response.get_json()["url"] == target

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("PUT", "environments/eu%2Fprod"),
            ("POST", "environments/eu%2Fprod/variables"),
            ("PATCH", "actions/variables/A"),
            ("DELETE", "rulesets/1"),
        ],
    )
    def test_changes_are_to_be_repeated_there(self, api: Api, method: str, path: str) -> None:
        response = api(method, f"/repos/acme/shop/{path}", {})
        target = f"http://localhost/api/v3/repositories/811223344/{path}"
        assert (response.status_code, response.headers["Location"]) == (307, target)
        assert response.get_json()["message"] == "Temporary Redirect"

    def test_by_id_is_the_repository_under_its_present_name(self, api: Api) -> None:
        assert api.done("GET", "/repositories/811223344")["full_name"] == "acme/storefront"

    def test_by_hand(self, api: Api, state: GitHubState, storefront: Repository) -> None:
        state.rename(storefront, "store")
        assert api.done("GET", "/repos/acme/store")["id"] == 811223344
        assert api("GET", "/repos/acme/storefront").status_code == 301

    def test_a_new_repository_takes_the_name_over(
        self, api: Api, state: GitHubState, storefront: Repository
    ) -> None:
        successor = Repository(5, storefront.owner, "shop", "private", state.now())
        state.repositories[5] = successor
        assert api.done("GET", "/repos/acme/shop")["id"] == 5

    def test_of_a_deleted_repository_leads_nowhere(self, api: Api, state: GitHubState) -> None:
        del state.repositories[811223344]
        assert api.refused("GET", "/repos/acme/shop") == NOT_FOUND


class TestSubject:
    @pytest.mark.parametrize(
        ("repository", "immutable", "prefix"),
        [
            ("storefront", False, "repo:acme/storefront"),
            ("keyless", True, "repo:acme@9919/keyless@844556677"),
        ],
    )
    def test_form_is_the_repositorys(
        self, api: Api, repository: str, immutable: bool, prefix: str
    ) -> None:
        assert api.done("GET", f"/repos/acme/{repository}/{SUBJECT}") == {
            "use_default": True,
            "use_immutable_subject": immutable,
            "sub_claim_prefix": prefix,
        }

    def test_form_is_the_organisations_where_the_repository_has_not_chosen(
        self, api: Api, storefront: Repository
    ) -> None:
        storefront.subject.immutable = None
        api.done("PUT", f"/orgs/acme/{SUBJECT}", {"use_immutable_subject": True})
        answer = api.done("GET", f"/repos/acme/storefront/{SUBJECT}")
        assert answer["sub_claim_prefix"] == "repo:acme@9919/storefront@811223344"

    def test_template_is_kept(self, api: Api) -> None:
        path = f"/repos/acme/storefront/{SUBJECT}"
        body = {"use_default": False, "include_claim_keys": ["actor"]}
        assert api.done("PUT", path, body) == {}
        answer = api.done("GET", path)
        assert answer["use_default"] is False
        assert answer["include_claim_keys"] == ["actor"]
        api.done("PUT", path, {"use_default": True, "include_claim_keys": ["ignored"]})
        assert "include_claim_keys" not in api.done("GET", path)

    @pytest.mark.parametrize("keys", [["a b"], ["repo", "repo"], [5]])
    @pytest.mark.parametrize("place", ["/repos/acme/storefront", "/orgs/acme"])
    def test_claim_keys_that_are_refused(self, api: Api, place: str, keys: list[object]) -> None:
        body = {"include_claim_keys": keys} | ({"use_default": False} if "repos" in place else {})
        error = "Claim keys must be unique and consist of letters, digits and _."
        refused = api.refused("PUT", f"{place}/{SUBJECT}", body)
        assert refused == Refused(422, "Validation Failed", (error,))
