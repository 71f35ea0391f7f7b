"""The writer of the output `access` and its reader meet, over this project's own stacks."""

from pathlib import Path

import pytest
import yaml

from keyless.drift.described_trust import described_trust
from keyless.estate.access_output import access_output
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.estate.reading import read_settings
from keyless.estate.settings import Settings
from keyless.stack.policy_document import same_policy
from keyless.stack.role_list import read_roles
from sandbox.sample import sample_file

ROOT = Path(__file__).parent.parent.parent


_ASSUME = {"preset": "assume", "roles": ["arn:aws:iam::333333333333:role/deploy/shop"]}
_REVIEW = {
    "reviewers": {"teams": ["storefront-leads"]},
    "name_prefix": "shop-pr-",
    "roles": {"deploy": {"permissions": [{"preset": "s3-website", "bucket": "shop-pr-site"}]}},
}


def settings_of(stack: str) -> Settings:
    """Return a stack of the sample estate, with one of everything that only some roles have."""
    config = yaml.safe_load(sample_file(f"Pulumi.{stack}.yaml").read_text())["config"]
    entry = config["keyless:repositories"]["checkout-api"]
    entry["review_environments"] = {"preview": _REVIEW}
    for environment in entry["environments"].values():
        for role in environment["roles"].values():
            role["until"] = "2027-03-31"
            role["permissions"].append(_ASSUME)
    return read_settings(config, stack=stack, root=ROOT)


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_every_role_that_is_written_can_be_read(stack: str) -> None:
    settings = settings_of(stack)
    written = access_output(settings, compose_roles(settings, as_typed(settings)))
    read = read_roles(stack, written)
    assert any(role.until and role.assumes for role in read)
    assert any(role.name_prefix for role in read)
    assert [role.model_dump(mode="json") for role in read] == written


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_every_trust_policy_that_is_written_is_the_one_described(stack: str) -> None:
    settings = settings_of(stack)
    accesses = compose_roles(settings, as_typed(settings))
    described = read_roles(stack, access_output(settings, accesses))
    assert described
    for access, role in zip(accesses, described, strict=True):
        assert same_policy(access.trust_policy, described_trust(role))
