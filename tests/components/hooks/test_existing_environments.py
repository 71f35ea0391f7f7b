"""Tests of the hook that refuses an environment of somebody else."""

from components.hooks.existing_environments import ExistingEnvironments
from components.hooks.protection import Protection
from components.lookups.github_answers import Environment
from tests.components.github_stub import run_hook
from tests.components.registered import State, mocked

ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment"
INPUTS = {"repository": "shop", "environment": "production"}
AS_WANTED = {
    "name": "production",
    "can_admins_bypass": False,
    "deployment_branch_policy": {"custom_branch_policies": True},
}


def refusal(found: dict[str, object], state: State | None = None) -> str:
    wanted = Protection(
        reviewers=frozenset(),
        prevent_self_review=False,
        admins_bypass=False,
        wait_minutes=0,
        patterns=frozenset({("branch", "main")}),
    )
    with mocked(state=state):
        environments = {("shop", "production"): Environment.model_validate(found)}
        existing = ExistingEnvironments("acme", environments)
        existing.expect("shop/production", "shop", "Production", wanted)
        return run_hook(existing.before_adoption, "shop/production", INPUTS, ENVIRONMENT)


def recorded(name: str) -> State:
    urn = f"urn:pulumi:prod::keyless::{ENVIRONMENT}::{name}"
    return {urn: {"type": ENVIRONMENT, "outputs": {**INPUTS, "environment": "Production"}}}


def test_an_environment_of_others_that_differs() -> None:
    assert refusal({"name": "production"}) == (
        "shop/production: the environment Production exists in acme/shop, and this stack did not "
        "create it: admins_bypass is True, not False; custom branch policies is False, not True. "
        "What somebody else has set would be overwritten. If another stack has it, leave it there. "
        "If the entry was renamed, write renamed_from: [FORMER NAME] in it. Otherwise take it over,"
        " and the next preview shows what changes: pulumi import --generate-code=false "
        f"{ENVIRONMENT} shop/production shop:Production"
    )


def test_an_environment_of_the_stack_may_differ() -> None:
    assert refusal({"name": "production"}, recorded("shop/production")) == ""


def test_an_environment_that_was_imported_under_another_name_would_be_deleted() -> None:
    assert refusal(AS_WANTED, recorded("shop/live")) == (
        'shop/production: the state has "shop:Production" as "shop/live", a name that no entry '
        "makes, so it would be deleted. If the entry was renamed, write renamed_from: [FORMER "
        "NAME] in it. Otherwise forget that import, which changes nothing at the other side: "
        f"pulumi state delete --force --yes urn:pulumi:prod::keyless::{ENVIRONMENT}::shop/live "
        "Then take it over under its own name: pulumi import --generate-code=false "
        f"{ENVIRONMENT} shop/production shop:Production"
    )


def test_an_environment_that_is_as_wanted_is_taken_over() -> None:
    assert refusal(AS_WANTED) == ""
