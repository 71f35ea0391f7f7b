"""Repository rulesets."""

import pytest

from sandbox.github.state import Repository
from tests.sandbox.github.conftest import NOT_FOUND, Api, Refused

RULESETS = "/repos/acme/storefront/rulesets"
REVIEWED = {"type": "pull_request", "parameters": {"required_approving_review_count": 1}}
BODY = {
    "name": "keyless-prod-main",
    "source_type": "Repository",
    "source": "storefront",
    "target": "branch",
    "enforcement": "active",
    "bypass_actors": [],
    "conditions": {"ref_name": {"include": ["refs/heads/main"], "exclude": []}},
    "rules": [{"type": "deletion"}, REVIEWED],
}
DETAIL = {"rules", "conditions", "bypass_actors", "current_user_can_bypass"}


def test_lifecycle(api: Api, storefront: Repository) -> None:
    created = api.done("POST", RULESETS, BODY)
    path = f"{RULESETS}/{created['id']}"
    assert created["source"] == "acme/storefront"
    assert created["conditions"] == BODY["conditions"]
    assert api.done("GET", path) == created
    assert api.done("GET", RULESETS) == [
        {name: value for name, value in created.items() if name not in DETAIL}
    ]
    changed = api.done("PUT", path, {"enforcement": "disabled", "rules": []})
    assert (changed["name"], changed["enforcement"]) == ("keyless-prod-main", "disabled")
    assert storefront.rulesets[created["id"]].rules == []
    api.done("DELETE", path)
    assert storefront.rulesets == {}
    for method in ("GET", "PUT", "DELETE"):
        assert api.refused(method, path, {}) == NOT_FOUND


def test_pull_request_rule_is_completed(api: Api) -> None:
    created = api.done("POST", RULESETS, BODY)
    assert created["rules"] == [
        {"type": "deletion"},
        {
            "type": "pull_request",
            "parameters": {
                "allowed_merge_methods": ["merge", "squash", "rebase"],
                "required_reviewers": [],
                "required_approving_review_count": 1,
            },
        },
    ]


def test_names_are_unique_in_a_repository(api: Api) -> None:
    first = api.done("POST", RULESETS, BODY)
    unique = Refused(422, "Validation Failed", ("Name must be unique",))
    assert api.refused("POST", RULESETS, BODY) == unique
    second = api.done("POST", RULESETS, BODY | {"name": "other"})
    assert api.refused("PUT", f"{RULESETS}/{second['id']}", {"name": first["name"]}) == unique
    api.done("PUT", f"{RULESETS}/{first['id']}", BODY)
    api.done("POST", "/repos/acme/checkout-api/rulesets", BODY)


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"name": None}, "Invalid request.\n\nFor 'properties/name', null is not a string."),
        (
            {"enforcement": "on"},
            'Invalid request.\n\n"on" is not a member of ["disabled", "active", "evaluate"].',
        ),
        (
            {"bypass_actors": None},
            "Invalid request.\n\nFor 'properties/bypass_actors', null is not an array.",
        ),
    ],
)
def test_bodies_that_are_refused(
    api: Api, storefront: Repository, change: dict[str, object], refusal: str
) -> None:
    assert api.refused("POST", RULESETS, BODY | change) == Refused(422, refusal)
    assert storefront.rulesets == {}


@pytest.mark.parametrize("rule", [{"type": "no_such_rule"}, "no_such_rule"])
def test_rules_that_do_not_exist(api: Api, rule: object) -> None:
    refused = api.refused("POST", RULESETS, BODY | {"rules": [rule]})
    assert refused == Refused(422, "Validation Failed", ("Invalid rule 'no_such_rule'",))


def test_free_and_private_has_none(api: Api) -> None:
    message = "Upgrade to GitHub Pro or make this repository public to enable this feature."
    path = "/repos/smallco/app/rulesets"
    assert api.refused("GET", path) == Refused(403, message)
    assert api.refused("POST", path, BODY) == Refused(403, message)
    assert api.done("POST", "/repos/midco/app/rulesets", BODY)["source"] == "midco/app"
