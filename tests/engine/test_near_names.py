"""Names that are nearly those of something on GitHub."""

import pytest

from tests.engine.estate import IDS, entry, environment, stack_config
from tests.engine.stack import Deploy, sentences


def test_branches_that_do_not_exist_are_said_at_preview(deploy: Deploy) -> None:
    production = environment(deploy_from={"branches": ["mian"], "merge_queue": ["main"]})
    repository = {**entry("storefront", production=production), "protected_branches": {"mian": {}}}
    printed = " ".join(deploy(stack_config({"storefront": repository})).succeed("preview").split())
    said = (
        'acme/storefront has no branch "mian". Until there is one, nothing comes from it. Write '
        '"main" if that is meant.'
    )
    assert f"warning: storefront/environment/production/branch/mian: {said}" in printed
    assert f"warning: storefront/protected_branches/mian: {said}" in printed
    assert 'has no branch "main"' not in printed


@pytest.mark.long
def test_near_names_of_repositories_teams_and_people(deploy: Deploy) -> None:
    reviewers = {"users": ["monaa"], "teams": ["storefront-lead"]}
    production = environment(reviewers=reviewers)
    repositories = {
        "storefrnt": {"id": 1},
        "storefront": {"id": IDS["storefront"], "environments": {"production": production}},
    }
    said = "\n".join(sentences(deploy(stack_config(repositories)).refuse("preview")))
    for near in ("storefront", "mona", "storefront-leads"):
        assert f'If "{near}" is meant, write that.' in said
