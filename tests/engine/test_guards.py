"""Whatever GitHub or AWS contradict stops a stack at preview: all of it said, nothing changed."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.github.state import GitHubState, SubjectCustomisation
from sandbox.world import World
from tests.engine.estate import IDS, entry, environment, stack_config, storefront
from tests.engine.stack import Deploy, sentences

PLACE = "keyless:repositories"
ACCESS = "GitHub would leave the reviewer out without a word. Give read access, or name another"
OF_KEYLESS = f"{PLACE}.keyless.environments.production.reviewers"


def test_every_disagreement_is_said_in_one_run(deploy: Deploy, world: World) -> None:
    with world.journal.turn:
        change_by_hand(world.github)
    stack = deploy(disagreeing(), credentials="staging")
    assert sentences(stack.refuse("preview")) == [
        "aws:allowedAccountIds: the stack prod is for account 222222222222, the credentials open "
        "111111111111. Everything would land in the wrong account. Log in to 222222222222, or "
        "select the stack of 111111111111.",
        'keyless:owner_id: 9920 is pinned, but the owner "acme" of today has the id 9919. The '
        "stack points at another owner, or the name changed hands. Correct github:owner; if you "
        "mean this owner, write keyless:owner_id: 9919.",
        f'{PLACE}.checkout-api: "acme/checkout-api" was transferred and is "midco/checkout-api" '
        "now. This stack trusts acme alone. Remove the entry, and onboard it in the stack of "
        "midco.",
        f'{PLACE}.gone: GitHub shows this token no repository "acme/gone". It was deleted, or the '
        "token cannot read it. Correct the name, remove the entry, or widen the token.",
        f'{PLACE}.infrastructure: the subject of "acme/infrastructure" is customised (repo, '
        "context and job_workflow_ref). Its tokens never carry the subjects that the roles "
        "trust. Go back to the default: `gh api -X PUT "
        "repos/acme/infrastructure/actions/oidc/customization/sub -F use_default=true`.",
        f'{OF_KEYLESS}.users: GitHub knows no user "nobody". Nobody could approve in that name. '
        "Write a login as it is in the person's address.",
        f'{OF_KEYLESS}.users: the user "outsider" cannot read acme/keyless. {ACCESS} reviewer.',
        f'{OF_KEYLESS}.teams: acme shows this token no team "nobodies". Nobody could approve in '
        "that name. Write a slug as it is in the team's address, or let the token read teams.",
        f'{OF_KEYLESS}.teams: the team "auditors" cannot read acme/keyless. {ACCESS} reviewer.',
        f'{PLACE}.storefront.id: 811223344 is pinned, but "acme/storefront" of today has the id '
        "899000001. The repository 811223344 was deleted or renamed, and trust would follow "
        "another one. See where it is with `gh api repositories/811223344`; if you mean "
        '"acme/storefront" of today, write id: 899000001, and run `pulumi up --refresh` once: '
        "nothing that the stack wrote is in it.",
    ]
    assert world.journal.changes() == ()


def change_by_hand(github: GitHubState) -> None:
    """Delete a repository and create it again, transfer one, customise the subject of one."""
    deleted = github.repositories.pop(IDS["storefront"])
    github.repositories[899000001] = replace(deleted, id=899000001)
    moved = github.repositories[IDS["checkout-api"]]
    moved.owner = github.organisation("midco")
    github.redirects["acme/checkout-api"] = moved.id
    customised = github.repositories[IDS["infrastructure"]]
    customised.subject = SubjectCustomisation(
        use_default=False, include_claim_keys=["repo", "context", "job_workflow_ref"]
    )


def disagreeing() -> dict[str, Any]:
    everybody = {"users": ["mona", "nobody", "outsider"], "teams": ["nobodies", "auditors"]}
    protected = {"environments": {"production": environment()}}
    strangers = {"environments": {"production": environment(reviewers=everybody)}}
    names = ("storefront", "checkout-api", "infrastructure")
    repositories = {name: entry(name, production=environment()) for name in names}
    repositories |= {"keyless": {"id": 844556677, **strangers}, "gone": {"id": 1, **protected}}
    return stack_config(repositories, owner_id=9920)


def test_missing_ids_come_with_the_line_to_write(deploy: Deploy, world: World) -> None:
    config = storefront()
    del config["keyless:owner_id"]
    del config[PLACE]["storefront"]["id"]
    reason = "missing. Trust is tied to this number, since a name can go to another repository."
    assert sentences(deploy(config).refuse("preview")) == [
        f"keyless:owner_id: {reason} If the acme of today is the one you mean, write "
        '"keyless:owner_id: 9919".',
        f"{PLACE}.storefront.id: {reason} If the acme/storefront of today is the one you mean, "
        'write "id: 811223344".',
    ]
    assert world.journal.changes() == ()


@pytest.mark.long
@pytest.mark.parametrize(
    ("owner", "owner_id", "repository_id", "said"),
    [
        (
            "smallco",
            7001,
            7101,
            [
                f"{PLACE}.app.environments.production: smallco/app is private and on the plan "
                '"free", which has no environments. Roles would trust what cannot exist. Make the '
                "repository public, or change the plan.",
                f"{PLACE}.app.protected_branches.main: smallco/app is private and on the plan "
                '"free", which has no rulesets. The branch would stay open. Make the repository '
                "public, or change the plan.",
            ],
        ),
        (
            "midco",
            7002,
            7201,
            [
                f"{PLACE}.app.environments.production: reviewers and wait_minutes cannot be had: "
                'midco/app is private and on the plan "team". GitHub would leave the protection '
                "out. Make the repository public, change to GitHub Enterprise, or write reviewers: "
                "none and wait_minutes: 0.",
            ],
        ),
    ],
)
def test_a_plan_without_the_protection_is_named(
    deploy: Deploy,
    world: World,
    owner: str,
    owner_id: int,
    repository_id: int,
    said: list[str],
) -> None:
    production = environment(reviewers={"users": ["mona"]})
    app = {"id": repository_id, "environments": {"production": production}}
    config = stack_config({"app": {**app, "protected_branches": {"main": {}}}}, owner_id=owner_id)
    stack = deploy({**config, "github:owner": owner})
    assert sentences(stack.refuse("preview")) == said
    assert world.journal.changes() == ()


def test_an_owner_in_the_environment_is_refused(deploy: Deploy, world: World) -> None:
    """The provider would follow each of the two before github:owner."""
    stack = deploy(storefront())
    up = ("up", "--yes", "--skip-preview", "--stack", "prod")
    ended = stack.bench.pulumi(*up, GITHUB_OWNER="midco", GITHUB_ORGANIZATION="MidCo")
    assert ended.returncode == 1
    said = [line for line in sentences(ended.stdout) if not line.startswith("warning: ")]
    owners = {
        "GITHUB_OWNER": "midco",
        "GITHUB_ORGANIZATION": "MidCo",
    }
    assert said == [
        f'{where}: "{owner}" is beside github:owner: acme. The provider would follow it and '
        f"write there, where nothing was checked. Take {where} away, or select the stack of "
        f"{owner}."
        for where, owner in owners.items()
    ]
    assert world.journal.changes() == ()
