"""Variables of repositories and environments, and the names of secrets."""

import pytest

from sandbox.github.state import GitHubState, OrganisationSecret, Repository
from tests.sandbox.github.conftest import NOT_FOUND, Api, Refused

REPOSITORY = "/repos/acme/storefront/actions/variables"
ENVIRONMENT = "/repos/acme/storefront/environments/production/variables"
EXISTS = Refused(409, "Already exists - Variable already exists")
NAME_RULE = (
    "Variable names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores "
    "(_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_)."
)

in_both_places = pytest.mark.parametrize("variables", [REPOSITORY, ENVIRONMENT])


@pytest.fixture(autouse=True)
def _production(state: GitHubState, storefront: Repository) -> None:
    state.create_environment(storefront, "production")


@in_both_places
def test_lifecycle(api: Api, variables: str) -> None:
    assert api.done("POST", variables, {"name": "aws_role", "value": "a"}) == {}
    assert api.done("GET", f"{variables}/Aws_Role")["name"] == "AWS_ROLE"
    api.done("PATCH", f"{variables}/AWS_ROLE", {"name": "AWS_ROLE", "value": "b"})
    assert api.done("GET", f"{variables}/AWS_ROLE")["value"] == "b"
    api.done("PATCH", f"{variables}/AWS_ROLE", {"name": "other"})
    listed = api.done("GET", variables)
    assert [(v["name"], v["value"]) for v in listed["variables"]] == [("OTHER", "b")]
    api.done("DELETE", f"{variables}/OTHER")
    assert api.done("GET", variables) == {"total_count": 0, "variables": []}
    for method in ("GET", "PATCH", "DELETE"):
        assert api.refused(method, f"{variables}/OTHER", {}) == NOT_FOUND


def test_repository_and_environment_are_apart(api: Api, storefront: Repository) -> None:
    api.done("POST", REPOSITORY, {"name": "A", "value": "repository"})
    api.done("POST", ENVIRONMENT, {"name": "A", "value": "environment"})
    assert storefront.variables["A"].value == "repository"
    assert storefront.environment("production").variables["A"].value == "environment"


@in_both_places
def test_one_that_exists_is_a_conflict_under_any_letter_case(api: Api, variables: str) -> None:
    api.done("POST", variables, {"name": "A", "value": "1"})
    api.done("POST", variables, {"name": "B", "value": "2"})
    assert api.refused("POST", variables, {"name": "a", "value": "3"}) == EXISTS
    assert api.refused("PATCH", f"{variables}/B", {"name": "a"}) == EXISTS
    kept = api.done("GET", variables)["variables"]
    assert [(v["name"], v["value"]) for v in kept] == [("A", "1"), ("B", "2")]


@in_both_places
@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("1A", NAME_RULE),
        ("A-B", NAME_RULE),
        ("A B", NAME_RULE),
        ("", NAME_RULE),
        ("É", NAME_RULE),
        ("github_token", "Variable names must not start with GITHUB_."),
    ],
)
def test_names_that_are_refused(api: Api, variables: str, name: str, error: str) -> None:
    refused = api.refused("POST", variables, {"name": name, "value": "1"})
    assert refused == Refused(422, "Validation Failed", (error,))


def test_values_that_are_refused(api: Api) -> None:
    body = {"name": "A", "value": "x" * (48 * 1024 + 1)}
    error = "Variable values must not be larger than 48 KB."
    assert api.refused("POST", REPOSITORY, body) == Refused(422, "Validation Failed", (error,))
    absent = Refused(422, 'Invalid request.\n\n"value" wasn\'t supplied.')
    assert api.refused("POST", REPOSITORY, {"name": "A"}) == absent


def test_pages_hold_ten_and_never_more_than_thirty(
    api: Api, state: GitHubState, storefront: Repository
) -> None:
    for number in range(45):
        state.set_variable(storefront.variables, f"V{number:02}", "1")
    assert len(api.done("GET", REPOSITORY)["variables"]) == 10
    pages = [api.done("GET", f"{REPOSITORY}?per_page=100&page={p}") for p in (1, 2, 3)]
    assert [len(page["variables"]) for page in pages] == [30, 15, 0]
    assert {page["total_count"] for page in pages} == {45}


class TestSecrets:
    PLACES = (
        "/repos/acme/storefront/actions/secrets",
        "/repos/acme/storefront/environments/production/secrets",
        "/repos/acme/storefront/actions/organization-secrets",
        "/orgs/acme/actions/secrets",
    )

    @pytest.fixture(autouse=True)
    def _secrets(self, state: GitHubState, storefront: Repository) -> None:
        state.add_secret(storefront.secrets, "aws_access_key_id")
        state.add_secret(storefront.environment("production").secrets, "DATABASE")
        now = state.now()
        for name, ids in (("OURS", {storefront.id}), ("THEIRS", {1})):
            shared = OrganisationSecret(name, now, now, "selected", ids)
            storefront.owner.secrets[name] = shared

    @pytest.mark.parametrize(
        ("place", "names"),
        [
            (PLACES[0], ["AWS_ACCESS_KEY_ID"]),
            (PLACES[1], ["DATABASE"]),
            (PLACES[2], ["OURS"]),
            (PLACES[3], ["OURS", "THEIRS"]),
        ],
    )
    def test_names_are_listed(self, api: Api, place: str, names: list[str]) -> None:
        listed = api.done("GET", place)
        assert [secret["name"] for secret in listed["secrets"]] == names
        assert listed["total_count"] == len(names)

    @pytest.mark.parametrize("place", PLACES)
    def test_without_the_right_nothing_is_listed(
        self, api: Api, state: GitHubState, place: str
    ) -> None:
        state.secrets_readable = False
        message = "Resource not accessible by personal access token"
        assert api.refused("GET", place) == Refused(403, message)
