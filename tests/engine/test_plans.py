"""An environment on a plan that gives private repositories branch patterns alone."""

import json
from dataclasses import replace

from sandbox.world import World
from tests.engine.estate import environment, stack_config
from tests.engine.stack import Deploy


def test_a_private_repository_on_team_has_an_environment_with_patterns(
    deploy: Deploy, world: World
) -> None:
    production = environment(reviewers="none", wait_minutes=0, deploy_from={"branches": ["main"]})
    app = {"id": 7201, "environments": {"production": production}}
    config = stack_config({"app": app}, owner_id=7002)
    stack = deploy({**config, "github:owner": "midco"})
    bench = stack.bench.with_own_code()
    pack = bench.project / "policypack" / "config" / "prod.json"
    settings = json.loads(pack.read_text())
    settings["settings"]["unreviewed_environments"] = ["app/production"]
    pack.write_text(json.dumps(settings))
    stack = replace(stack, bench=bench)
    stack.up()
    stack.assert_unchanged("--refresh")
    found = world.github.repository("midco/app").environment("production")
    assert [policy.name for policy in found.policies.values()] == ["main"]
    (role,) = stack.output("access")
    assert role["approval"]["admins_bypass"] is True
