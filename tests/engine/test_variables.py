"""A variable that somebody else has set is refused at preview, and can be taken over as printed."""

import re
import shlex
from typing import Any

from sandbox.world import World
from tests.engine.estate import READ, environment, made_by_hand, roles, storefront
from tests.engine.stack import Deploy, Stack

REPOSITORY = "acme/storefront"
IN_ENVIRONMENT = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable"
IN_REPOSITORY = "github:index/actionsVariable:ActionsVariable"
PLAN = "AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN"
COLOUR = "storefront/environment/blue:green/COLOUR"
WAYS = (
    "If the entry was renamed, write renamed_from: [FORMER NAME] in it. Otherwise remove what "
    "exists, or take it over:"
)
REFUSALS = {
    f'{COLOUR}: a variable "COLOUR" exists in {REPOSITORY}, environment blue:green, and this stack '
    f"did not create it under this name. Overwriting it could break the jobs that read it. {WAYS} "
    f"pulumi import --generate-code=false {IN_ENVIRONMENT} {COLOUR} "
    "'storefront:blue??green:COLOUR'",
    f'storefront/pull_requests/plan: a variable "{PLAN}" exists in {REPOSITORY}, and this stack '
    f"did not create it under this name. Overwriting it could break the jobs that read it. {WAYS} "
    f"pulumi import --generate-code=false {IN_REPOSITORY} storefront/pull_requests/plan "
    f"storefront:{PLAN}",
}


def test_variables_of_others_are_taken_over_as_printed(deploy: Deploy, world: World) -> None:
    stack = deploy(config())
    set_by_hand(world)
    refusals: set[str] = set()
    while refusals != REFUSALS:  # one failure can end a preview before the next is found
        found = refused(stack)
        assert found, "a variable that exists was not refused"
        assert found <= REFUSALS - refusals
        refusals |= found
        assert world.journal.changes() == ()
        for refusal in found:
            _, _, command = refusal.partition("take it over: pulumi ")
            stack.succeed(*shlex.split(command), "--yes")
    stack.up()
    assert protected(stack) == {"oidc_provider"}, "an import protects what it brings in"
    repository = world.github.repository(REPOSITORY)
    assert repository.environment("blue:green").variables["COLOUR"].value == "blue"
    role = "arn:aws:iam::222222222222:role/keyless/acme-storefront-pull-requests-plan"
    assert repository.variables[PLAN].value == role
    stack.assert_unchanged()


def config() -> dict[str, Any]:
    whole = storefront()
    entry = whole["keyless:repositories"]["storefront"]
    entry["environments"] = {"blue:green": environment(variables={"COLOUR": "blue"}, roles={})}
    entry["pull_requests"] = {"roles": roles("plan", permission=READ)}
    return whole


def set_by_hand(world: World) -> None:
    github = world.github
    with world.journal.turn:
        repository = github.repository(REPOSITORY)
        coloured = made_by_hand(github, REPOSITORY, "blue:green")
        github.set_variable(coloured.variables, "COLOUR", "set by hand")
        github.set_variable(repository.variables, PLAN, "set by hand")


def refused(stack: Stack) -> set[str]:
    diagnostics = stack.refuse("preview").partition("\nDiagnostics:\n")[2]
    return set(re.findall(r'hook "refuse-existing-variable" failed: (.*)', diagnostics))


def protected(stack: Stack) -> set[str]:
    return {each["urn"].rpartition("::")[2] for each in stack.state() if each.get("protect")}
