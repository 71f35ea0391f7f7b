"""The writer of the output `access` and its reader meet, over this project's own stacks."""

from pathlib import Path

import pytest
import yaml

from keyless.drift.described_trust import described_trust
from keyless.estate.access_output import access_output
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.estate.reading import read_settings
from keyless.stack.policy_document import same_policy
from keyless.stack.role_list import read_roles

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_every_role_that_is_written_can_be_read(stack: str) -> None:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    settings = read_settings(config, stack=stack, root=ROOT)
    written = access_output(settings, compose_roles(settings, as_typed(settings)))
    read = read_roles(stack, written)
    assert [role.model_dump(mode="json") for role in read] == written


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_every_trust_policy_that_is_written_is_the_one_described(stack: str) -> None:
    config = yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"]
    settings = read_settings(config, stack=stack, root=ROOT)
    accesses = compose_roles(settings, as_typed(settings))
    described = read_roles(stack, access_output(settings, accesses))
    assert described
    for access, role in zip(accesses, described, strict=True):
        assert same_policy(access.trust_policy, described_trust(role))
