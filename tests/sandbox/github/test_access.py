"""Who may do what in a repository: users, teams, members, owners."""

import pytest

from sandbox.github.state import GitHubState, Repository, Role
from tests.sandbox.github.conftest import NOT_FOUND, Api, Refused

REPOSITORY = "/repos/acme/storefront"


def permission(api: Api, login: str) -> tuple[str, str]:
    answer = api.done("GET", f"{REPOSITORY}/collaborators/{login}/permission")
    return answer["permission"], answer["role_name"]


@pytest.mark.parametrize(
    ("role", "shown"),
    [
        ("read", ("read", "read")),
        ("triage", ("read", "triage")),
        ("write", ("write", "write")),
        ("maintain", ("write", "maintain")),
        ("admin", ("admin", "admin")),
    ],
)
def test_collaborator_has_the_given_role(
    api: Api, storefront: Repository, role: Role, shown: tuple[str, str]
) -> None:
    storefront.collaborators[7777] = role
    assert permission(api, "outsider") == shown


def test_nobody_has_none(api: Api) -> None:
    assert permission(api, "outsider") == ("none", "")
    path = f"{REPOSITORY}/collaborators/outsider"
    assert api.refused("GET", path) == NOT_FOUND


def test_unknown_user_is_named(api: Api) -> None:
    refused = api.refused("GET", f"{REPOSITORY}/collaborators/nobody/permission")
    assert refused == Refused(404, "nobody is not a user")


def test_strongest_role_wins(api: Api, storefront: Repository) -> None:
    assert permission(api, "mona") == ("write", "maintain")
    storefront.collaborators[583231] = "admin"
    assert permission(api, "mona") == ("admin", "admin")


def test_without_team_access_members_have_what_the_organisation_gives(
    api: Api, storefront: Repository
) -> None:
    storefront.teams.clear()
    assert permission(api, "mona") == ("none", "")
    storefront.visibility = "internal"
    assert permission(api, "mona") == ("read", "read")
    storefront.owner.default_role = "triage"
    assert permission(api, "mona") == ("read", "triage")
    assert permission(api, "outsider") == ("none", "")
    storefront.owner.members[583231] = "admin"
    assert permission(api, "mona") == ("admin", "admin")


def test_everybody_reads_what_is_public(api: Api, storefront: Repository) -> None:
    storefront.visibility = "public"
    assert permission(api, "outsider") == ("read", "read")


class TestTeams:
    def test_access_is_204_or_404(self, api: Api) -> None:
        path = "/orgs/acme/teams/{}/repos/acme/storefront"
        assert api("GET", path.format("platform")).status_code == 204
        assert api.refused("GET", path.format("auditors")) == NOT_FOUND

    def test_child_has_the_access_of_its_parent(self, api: Api, state: GitHubState) -> None:
        state.team("acme", "auditors").parent = state.team("acme", "platform")
        listed = {t["slug"]: t for t in api.done("GET", f"{REPOSITORY}/teams")}
        assert listed["auditors"]["permission"] == "maintain"
        assert listed["auditors"]["parent"]["slug"] == "platform"

    def test_roles_are_called_by_the_verbs_of_git(self, api: Api) -> None:
        listed = {t["slug"]: t for t in api.done("GET", f"{REPOSITORY}/teams")}
        assert {slug: team["permission"] for slug, team in listed.items()} == {
            "storefront-leads": "push",
            "payments-leads": "pull",
            "platform": "maintain",
        }
        assert listed["storefront-leads"]["permissions"] == {
            "admin": False,
            "maintain": False,
            "push": True,
            "triage": True,
            "pull": True,
        }

    def test_collaborators_are_everybody_with_access(self, api: Api) -> None:
        listed = api.done("GET", f"{REPOSITORY}/collaborators")
        roles = {user["login"]: user["role_name"] for user in listed}
        assert roles == {"mona": "maintain", "hubot": "maintain", "octavia": "maintain"}
