"""A repository that is created, and a team that gets access to it."""

from sandbox.github.state import GitHubState
from tests.sandbox.github.conftest import Api, Refused

REPOSITORIES = "/orgs/acme/repos"


def test_what_is_created_is_there(api: Api, state: GitHubState) -> None:
    created = api.done("POST", REPOSITORIES, {"name": "hand book", "private": True})
    assert (created["full_name"], created["visibility"]) == ("acme/hand-book", "private")
    assert api.done("GET", "/repos/acme/hand-book") == created
    assert api.done("GET", "/repos/acme/hand-book/branches") == []
    assert state.repositories[created["id"]].subject.immutable is True


def test_first_commit_makes_the_default_branch(api: Api) -> None:
    api.done("POST", REPOSITORIES, {"name": "handbook", "auto_init": True})
    (branch,) = api.done("GET", "/repos/acme/handbook/branches")
    assert branch["name"] == "main"


def test_name_is_taken_once(api: Api) -> None:
    assert api.refused("POST", REPOSITORIES, {"name": "storefront"}) == Refused(
        422,
        "Repository creation failed.",
        (
            {
                "resource": "Repository",
                "code": "custom",
                "field": "name",
                "message": "name already exists on this account",
            },
        ),
    )


def test_former_name_leads_to_the_new_repository(api: Api) -> None:
    created = api.done("POST", REPOSITORIES, {"name": "shop"})
    assert api.done("GET", "/repos/acme/shop")["id"] == created["id"]


def test_setting_that_is_not_kept_is_refused(api: Api) -> None:
    refused = api.refused("POST", REPOSITORIES, {"name": "new", "has_wiki": False})
    assert refused.message == 'Invalid request.\n\n"has_wiki" is not a permitted key.'


def test_team_gets_access(api: Api) -> None:
    place = "/orgs/acme/teams/auditors/repos/acme/storefront"
    assert api("GET", place).status_code == 404
    api.done("PUT", place, {"permission": "push"})
    listed = api.done("GET", "/orgs/acme/teams/auditors/repos")
    assert [(r["name"], r["permissions"]["push"]) for r in listed] == [("storefront", True)]
    api.done("PUT", place)
    assert not api.done("GET", "/orgs/acme/teams/auditors/repos")[0]["permissions"]["push"]
