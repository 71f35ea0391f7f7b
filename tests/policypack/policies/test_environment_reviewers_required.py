"""The policy environment-reviewers-required, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Pack

ID = "environment-reviewers-required"
NONE = (
    'environment "storefront/production": no reviewers. Anybody who can push what may deploy runs '
    "with its role, unseen. Write users or teams, or list it under unreviewed_environments in the "
    "pack's settings."
)


@pytest.mark.parametrize(
    "reviewers",
    [
        [{"teams": [4101], "users": [583231]}],
        [{"users": [583231]}],
        [{"teams": [UNKNOWN], "users": []}],
        {"teams": [4101]},
    ],
)
def test_a_reviewer_passes(pack: Pack, reviewers: object) -> None:
    assert pack.says(ID, estate.environment(reviewers=reviewers)) == []


@pytest.mark.parametrize(
    "reviewers",
    [
        *(None, [], [{}], [{"teams": [], "users": []}], [{"users": [0]}], [{"teams": ["0"]}]),
        *([{"users": ["X5"]}], [{"users": [True]}], [{"users": [None]}]),
    ],
)
def test_no_reviewer_is_blocked(pack: Pack, reviewers: object) -> None:
    assert pack.says(ID, estate.environment(reviewers=reviewers)) == [NONE]


def test_environment_that_the_settings_list_passes(pack: Pack) -> None:
    stack = pack.configured({"settings": {"unreviewed_environments": ["storefront/production"]}})
    assert pack.says(ID, estate.environment(reviewers=None), stack) == []
    assert pack.says(ID, estate.environment(reviewers=None, environment="other"), stack) == [
        NONE.replace("production", "other")
    ]


def test_unknown_reviewers_are_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.environment(reviewers=UNKNOWN)) == [
        'environment "storefront/production": reviewers is not known at preview. There may be '
        "none. Write users or teams whose number is known at preview."
    ]


def test_unknown_name_matches_no_setting(pack: Pack) -> None:
    stack = pack.configured({"settings": {"unreviewed_environments": ["storefront/production"]}})
    assert pack.says(ID, estate.environment(reviewers=None, environment=UNKNOWN), stack) == [
        NONE.replace("production", "?")
    ]


@pytest.mark.parametrize("listed", [[], ["storefront/production"]])
def test_an_environment_for_pull_requests_is_never_without_reviewers(
    pack: Pack, listed: list[str]
) -> None:
    review = {
        "review_environments": ["storefront/production"],
        "unreviewed_environments": listed,
    }
    stack = pack.configured({"settings": review})
    assert pack.says(ID, estate.environment(), stack) == []
    assert pack.says(ID, estate.environment(reviewers=None), stack) == [
        'environment "storefront/production": no reviewers, and the settings list it under '
        "review_environments. Anybody who opens a pull request runs with its role, unseen. Write "
        "users or teams."
    ]


@pytest.mark.parametrize(
    ("repository", "shown"),
    [("acme/storefront", "storefront"), (UNKNOWN, "?")],
)
def test_the_environment_is_named_by_its_repository(
    pack: Pack, repository: str, shown: str
) -> None:
    assert pack.says(ID, estate.environment(reviewers=None, repository=repository)) == [
        NONE.replace("storefront", shown)
    ]
