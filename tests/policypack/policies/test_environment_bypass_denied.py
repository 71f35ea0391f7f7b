"""The policy environment-bypass-denied, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Pack

ID = "environment-bypass-denied"
WHERE = 'environment "storefront/production"'


def test_both_switches_pass(pack: Pack) -> None:
    assert pack.says(ID, estate.environment()) == []


def test_self_review_does_not_matter_without_reviewers(pack: Pack) -> None:
    assert pack.says(ID, estate.environment(reviewers=None, preventSelfReview=None)) == []


def test_bypass_does_not_matter_where_there_is_nothing_to_bypass(pack: Pack) -> None:
    bare = estate.environment(reviewers=None, waitTimer=None, canAdminsBypass=True)
    assert pack.says(ID, bare) == []
    assert pack.says(ID, bare.but(waitTimer=0)) == []
    for minutes in (1, 10):
        assert len(pack.says(ID, bare.but(waitTimer=minutes))) == 1


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "true by default"), (True, "true"), (UNKNOWN, "not known at preview")],
)
def test_bypass_for_administrators_is_blocked(pack: Pack, value: object, shown: str) -> None:
    assert pack.says(ID, estate.environment(canAdminsBypass=value)) == [
        f"{WHERE}: canAdminsBypass is {shown}. One administrator's session deploys without review. "
        "Write false."
    ]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(None, "false by default"), (False, "false"), (UNKNOWN, "not known at preview")],
)
def test_self_review_is_blocked(pack: Pack, value: object, shown: str) -> None:
    assert pack.says(ID, estate.environment(preventSelfReview=value)) == [
        f"{WHERE}: preventSelfReview is {shown}. Anybody who starts a deployment can approve it. "
        "Write true."
    ]


def test_switch_of_another_type_is_blocked_and_not_quoted(pack: Pack) -> None:
    assert pack.says(ID, estate.environment(canAdminsBypass=["no"])) == [
        "github:index/repositoryEnvironment:RepositoryEnvironment "
        '"storefront/environment/production": canAdminsBypass is a list instead of true or false. '
        "What cannot be judged is not let through. Write it as its type has it."
    ]
