"""Tests of the hook that refuses to create a role whose name the account has."""

import pytest

from components.hooks.existing_role import refuse_existing_role
from tests.components.github_stub import run_hook
from tests.components.registered import mocked

ROLE = "aws:iam/role:Role"
PLACE = "shop/environment/production/deploy"
ARN = "arn:aws:iam::222222222222:role/ci/shop-deploy"


def refusal(
    recorded: dict[tuple[str, str], str], path: str = "/ci/", name: str = "shop-deploy"
) -> str:
    with mocked():
        hook = refuse_existing_role({"shop-deploy": ARN}, recorded)
        return run_hook(hook, PLACE, {"name": name, "path": path}, ROLE)


def test_a_role_that_the_state_lacks() -> None:
    assert refusal({}) == (
        f"{PLACE}: the account has {ARN} already, and this stack did not create it under this "
        "name. A name is taken once. If the entry was renamed, write renamed_from: [FORMER NAME] "
        "in it. Otherwise take it over: "
        f"pulumi import --generate-code=false {ROLE} {PLACE} shop-deploy"
    )


def test_a_role_that_was_imported_under_another_name_would_be_deleted() -> None:
    assert refusal({("shop-deploy", "/ci/"): "shop-deploy"}) == (
        f'{PLACE}: the state has "shop-deploy" as "shop-deploy", a name that no entry makes, so it '
        "would be deleted. If the entry was renamed, write renamed_from: [FORMER NAME] in it. "
        "Otherwise forget that import, which changes nothing at the other side: pulumi state "
        f"delete --force --yes urn:pulumi:prod::keyless::{ROLE}::shop-deploy Then take it over "
        f"under its own name: pulumi import --generate-code=false {ROLE} {PLACE} shop-deploy"
    )


@pytest.mark.parametrize(("path", "name"), [("/", "shop-deploy"), ("/ci/", "another")])
def test_another_path_or_name(path: str, name: str) -> None:
    said = refusal({}, path, name)
    assert ("Write role_path: /ci/" in said) is (name == "shop-deploy")
