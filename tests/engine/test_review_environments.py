"""An environment for pull requests: what arrives, and what the pack asks for."""

import json
from dataclasses import replace

from sandbox.world import World
from tests.engine.estate import IDS, stack_config
from tests.engine.stack import Deploy

PREVIEW = {
    "reviewers": {"teams": ["storefront-leads"]},
    "name_prefix": "shop-pr-",
    "roles": {"deploy": {"permissions": [{"preset": "s3-website", "bucket": "shop-pr-site"}]}},
}


def test_pull_requests_deploy_where_the_packs_settings_list_the_environment(
    deploy: Deploy, world: World
) -> None:
    entry = {"id": IDS["storefront"], "review_environments": {"preview": PREVIEW}}
    stack = deploy(stack_config({"storefront": entry}))
    assert "environment-branches-restricted" in stack.fail("preview")
    bench = stack.bench.with_own_code()
    file = bench.project / "policypack" / "config" / "prod.json"
    settings = json.loads(file.read_text())
    settings["settings"]["review_environments"] = ["storefront/preview"]
    file.write_text(json.dumps(settings))
    stack = replace(stack, bench=bench)
    stack.up()
    stack.assert_unchanged()
    repository = world.github.repositories[IDS["storefront"]]
    environment = repository.environment("preview")
    assert [policy.name for policy in environment.policies.values()] == ["refs/pull/*/merge"]
    assert (environment.prevent_self_review, environment.can_admins_bypass) == (True, False)
    assert [reviewer.kind for reviewer in environment.reviewers] == ["Team"]
    assert "AWS_ROLE_ARN" in environment.variables
