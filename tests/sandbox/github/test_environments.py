"""Environments: what a request leaves behind, and what is refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.github.seed import sample_estate
from sandbox.github.state import GitHubState, Repository, Reviewer
from tests.sandbox.github.conftest import NOT_FOUND, Api, Refused, open_api

PRODUCTION = "/repos/acme/storefront/environments/production"
SMALL = "/repos/{}/app/environments/production"
CUSTOM = {"protected_branches": False, "custom_branch_policies": True}
PROTECTED = {"protected_branches": True, "custom_branch_policies": False}
MONA = {"type": "User", "id": 583231}
LEADS = {"type": "Team", "id": 4101}
NO_PLAN = (
    "Failed to create the environment protection rule. Please ensure the billing plan supports "
    "the {} protection rule."
)
SELF_REVIEW = (
    "Failed to create or update the environment protection rule. Required reviewers must have at "
    "least one reviewer to set prevent_self_review."
)


class TestWriting:
    def test_creates_what_is_asked_for(self, api: Api, storefront: Repository) -> None:
        body = {
            "wait_timer": 10,
            "prevent_self_review": True,
            "reviewers": [MONA, LEADS],
            "can_admins_bypass": False,
            "deployment_branch_policy": CUSTOM,
        }
        answer = api.done("PUT", PRODUCTION, body)
        environment = storefront.environment("production")
        assert environment.wait_timer == 10
        assert environment.reviewers == [Reviewer("User", 583231), Reviewer("Team", 4101)]
        assert environment.prevent_self_review is True
        assert environment.can_admins_bypass is False
        assert environment.deployment_branches == "custom"
        rules = {rule["type"]: rule for rule in answer["protection_rules"]}
        assert list(rules) == ["wait_timer", "required_reviewers", "branch_policy"]
        assert rules["wait_timer"]["wait_timer"] == 10
        assert rules["required_reviewers"]["prevent_self_review"] is True
        shown = [r["reviewer"].get("slug", "") for r in rules["required_reviewers"]["reviewers"]]
        assert shown == ["", "storefront-leads"]
        assert answer["deployment_branch_policy"] == CUSTOM
        assert answer["can_admins_bypass"] is False

    def test_without_a_body_protects_nothing(self, api: Api) -> None:
        answer = api.done("PUT", PRODUCTION)
        assert answer["protection_rules"] == []
        assert answer["deployment_branch_policy"] is None
        assert answer["can_admins_bypass"] is True

    def test_overwrites_what_exists_under_any_letter_case(
        self, api: Api, storefront: Repository
    ) -> None:
        first = api.done("PUT", PRODUCTION, {"wait_timer": 10, "reviewers": [MONA]})
        cleared = {"wait_timer": 0, "reviewers": None, "deployment_branch_policy": None}
        second = api.done("PUT", PRODUCTION.replace("prod", "PROD"), cleared)
        assert (second["id"], second["name"]) == (first["id"], "production")
        assert second["protection_rules"] == []
        assert list(storefront.environments) == ["production"]

    def test_leaves_alone_what_is_not_named(self, api: Api, storefront: Repository) -> None:
        api.done("PUT", PRODUCTION, {"reviewers": [MONA], "prevent_self_review": True})
        api.done("PUT", PRODUCTION, {"deployment_branch_policy": PROTECTED})
        environment = storefront.environment("production")
        assert environment.reviewers == [Reviewer("User", 583231)]
        assert environment.prevent_self_review is True
        assert environment.deployment_branches == "protected"

    def test_self_review_ends_with_the_reviewers(self, api: Api, storefront: Repository) -> None:
        api.done("PUT", PRODUCTION, {"reviewers": [MONA], "prevent_self_review": True})
        api.done("PUT", PRODUCTION, {"reviewers": []})
        assert storefront.environment("production").prevent_self_review is False

    def test_drops_reviewers_without_access_in_silence(
        self, api: Api, storefront: Repository
    ) -> None:
        named = [MONA, {"type": "Team", "id": 4104}, {"type": "User", "id": 7777}]
        api.done("PUT", PRODUCTION, {"reviewers": named})
        assert storefront.environment("production").reviewers == [Reviewer("User", 583231)]

    def test_patterns_do_not_outlive_the_choice_of_them(
        self, api: Api, storefront: Repository
    ) -> None:
        api.done("PUT", PRODUCTION, {"deployment_branch_policy": CUSTOM})
        api.done("POST", f"{PRODUCTION}/deployment-branch-policies", {"name": "main"})
        api.done("PUT", PRODUCTION, {"deployment_branch_policy": PROTECTED})
        api.done("PUT", PRODUCTION, {"deployment_branch_policy": CUSTOM})
        assert storefront.environment("production").policies == {}

    def test_names_with_slash_and_colon_are_one_segment(
        self, api: Api, storefront: Repository
    ) -> None:
        path = "/repos/acme/storefront/environments/eu%2Fprod%3Ablue"
        answer = api.done("PUT", path, {"deployment_branch_policy": CUSTOM})
        assert storefront.environment("eu/prod:blue").id == answer["id"]
        assert answer["url"].endswith(path)
        api.done("POST", f"{path}/variables", {"name": "A", "value": "1"})
        assert api.done("GET", f"{path}/variables/A")["value"] == "1"


class TestDeleting:
    def test_takes_variables_secrets_and_patterns_along(
        self, api: Api, state: GitHubState, storefront: Repository
    ) -> None:
        environment = state.create_environment(storefront, "production")
        state.set_variable(environment.variables, "A", "1")
        api.done("DELETE", PRODUCTION)
        assert storefront.environments == {}
        assert api.refused("GET", f"{PRODUCTION}/variables/A") == NOT_FOUND
        assert api.done("PUT", PRODUCTION)["id"] != environment.id
        assert api.done("GET", f"{PRODUCTION}/variables")["total_count"] == 0

    def test_absent_is_not_found(self, api: Api) -> None:
        assert api.refused("DELETE", PRODUCTION) == NOT_FOUND


class TestRefusing:
    @pytest.mark.parametrize(
        ("body", "message"),
        [
            ({"wait_timer": -1}, "-1 must be greater than or equal to 0."),
            ({"wait_timer": 43201}, "43201 must be less than or equal to 43200."),
            ({"wait_timer": "5"}, "For 'properties/wait_timer', \"5\" is not an integer."),
            ({"wait_timer": True}, "For 'properties/wait_timer', true is not an integer."),
            (
                {"prevent_self_review": None},
                "For 'properties/prevent_self_review', null is not a boolean.",
            ),
            ({"reviewers": [MONA] * 7}, "No more than 6 items are allowed; 7 were supplied."),
            ({"reviewers": {}}, "For 'properties/reviewers', {} is not an array."),
            (
                {"reviewers": ["mona"]},
                'For \'properties/reviewers\', a "type" is "User" or "Team".',
            ),
            ({"bypass": True}, '"bypass" is not a permitted key.'),
            (
                {"deployment_branch_policy": {"protected_branches": True}},
                "For 'properties/deployment_branch_policy', \"protected_branches\" and "
                '"custom_branch_policies" are booleans.',
            ),
        ],
    )
    def test_shape(
        self, api: Api, storefront: Repository, body: dict[str, object], message: str
    ) -> None:
        assert api.refused("PUT", PRODUCTION, body) == Refused(
            422, f"Invalid request.\n\n{message}"
        )
        assert storefront.environments == {}

    @pytest.mark.parametrize("same", [True, False])
    def test_both_kinds_of_branches_at_once(
        self, api: Api, storefront: Repository, same: bool
    ) -> None:
        both = {"protected_branches": same, "custom_branch_policies": same}
        message = '"custom_branch_policies" and "protected_branches" cannot have the same value'
        refused = api.refused("PUT", PRODUCTION, {"deployment_branch_policy": both})
        assert refused == Refused(422, message)
        assert storefront.environments == {}

    @pytest.mark.parametrize("unknown", [{"type": "User", "id": 1}, {"type": "Team", "id": 583231}])
    def test_reviewer_who_does_not_exist(self, api: Api, unknown: dict[str, object]) -> None:
        shown = {"resource": "Environment", "field": "reviewers", "code": "invalid"}
        refused = api.refused("PUT", PRODUCTION, {"reviewers": [MONA, unknown]})
        assert refused == Refused(422, "Validation Failed", (shown | {"value": unknown["id"]},))

    def test_name_that_is_too_long(self, api: Api) -> None:
        path = f"/repos/acme/storefront/environments/{'x' * 256}"
        message = "Environment names are 1 to 255 printable characters."
        assert api.refused("PUT", path) == Refused(422, "Validation Failed", (message,))

    def test_self_review_without_reviewers_leaves_an_unprotected_environment(
        self, api: Api, storefront: Repository
    ) -> None:
        body = {"wait_timer": 10, "prevent_self_review": True, "can_admins_bypass": False}
        assert api.refused("PUT", PRODUCTION, body) == Refused(422, SELF_REVIEW)
        environment = storefront.environment("production")
        assert environment.wait_timer == 0
        assert environment.can_admins_bypass is True

    def test_self_review_when_no_reviewer_has_access(self, api: Api) -> None:
        body = {"prevent_self_review": True, "reviewers": [{"type": "Team", "id": 4104}]}
        assert api.refused("PUT", PRODUCTION, body) == Refused(422, SELF_REVIEW)

    def test_change_that_is_refused_changes_nothing(self, api: Api) -> None:
        api.done("PUT", PRODUCTION, {"reviewers": [MONA], "wait_timer": 10})
        before = api.done("GET", PRODUCTION)
        api.refused("PUT", PRODUCTION, {"wait_timer": 0, "reviewers": [MONA] * 7})
        api.refused("PUT", PRODUCTION, {"reviewers": None, "prevent_self_review": True})
        assert api.done("GET", PRODUCTION) == before


class TestPlans:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", ""),
            ("PUT", "/production"),
            ("GET", "/production/variables"),
            ("GET", "/production/secrets"),
            ("GET", "/production/deployment-branch-policies"),
        ],
    )
    def test_free_and_private_has_no_environments(
        self, api: Api, state: GitHubState, method: str, path: str
    ) -> None:
        state.create_environment(state.repository("smallco/app"), "production")
        refused = api.refused(method, f"/repos/smallco/app/environments{path}")
        assert refused == NOT_FOUND

    @pytest.mark.parametrize(
        ("body", "lacking"),
        [
            ({"reviewers": [MONA]}, "required reviewers"),
            ({"reviewers": None, "wait_timer": 0}, "required reviewers"),
            ({"prevent_self_review": False}, "required reviewers"),
            ({"wait_timer": 30}, "wait timer"),
            ({"wait_timer": 0}, "wait timer"),
            ({"can_admins_bypass": False}, "admin bypass"),
        ],
    )
    def test_team_and_private_refuses_but_leaves_an_unprotected_environment(
        self, api: Api, state: GitHubState, body: dict[str, object], lacking: str
    ) -> None:
        refused = api.refused("PUT", SMALL.format("midco"), body)
        assert refused == Refused(422, NO_PLAN.format(lacking))
        environment = state.repository("midco/app").environment("production")
        assert environment.reviewers == []
        assert environment.deployment_branches == "all"

    def test_team_and_private_has_branch_policies_and_variables(self, api: Api) -> None:
        path = SMALL.format("midco")
        body = {"deployment_branch_policy": CUSTOM, "can_admins_bypass": True}
        assert api.done("PUT", path, body)["deployment_branch_policy"] == CUSTOM
        api.done("POST", f"{path}/deployment-branch-policies", {"name": "main"})
        api.done("POST", f"{path}/variables", {"name": "A", "value": "1"})

    @pytest.mark.parametrize("owner", ["smallco", "midco"])
    def test_public_has_everything_on_every_plan(
        self, api: Api, state: GitHubState, owner: str
    ) -> None:
        state.repository(f"{owner}/app").visibility = "public"
        body = {"reviewers": [MONA], "wait_timer": 5, "can_admins_bypass": False}
        rules = api.done("PUT", SMALL.format(owner), body)["protection_rules"]
        assert [rule["type"] for rule in rules] == ["wait_timer", "required_reviewers"]


REVIEWERS = st.lists(st.sampled_from([MONA, LEADS, {"type": "Team", "id": 4104}]), max_size=7)
BODIES = st.fixed_dictionaries(
    {},
    optional={
        "wait_timer": st.integers(-1, 43201) | st.none(),
        "prevent_self_review": st.booleans(),
        "reviewers": st.none() | REVIEWERS,
        "can_admins_bypass": st.booleans(),
        "deployment_branch_policy": st.none()
        | st.sampled_from([CUSTOM, PROTECTED, {}, {"protected_branches": 1}]),
    },
)


@settings(max_examples=60, deadline=None)
@given(st.lists(BODIES, min_size=1, max_size=3))
def test_every_request_is_answered_and_what_is_answered_is_kept(
    bodies: list[dict[str, object]],
) -> None:
    api = open_api(sample_estate())
    for body in bodies:
        response = api("PUT", PRODUCTION, body)
        assert response.status_code in (200, 422)
        if response.status_code == 200:
            assert api.done("GET", PRODUCTION) == response.get_json()
