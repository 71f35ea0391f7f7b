"""Secrets that look like AWS keys are reported at preview, or refused where the config says so."""

from sandbox.github.state import OrganisationSecret
from sandbox.world import World
from tests.engine.estate import IDS, entry, environment, made_by_hand, stack_config
from tests.engine.stack import Deploy, sentences

KEYS = [
    f'{place}: the secret "{name}" looks like a static AWS key. It never expires and works for '
    "anybody who copies it. Let the workflow assume the role instead, then deactivate the key in "
    "IAM and delete the secret."
    for place, name in (
        ("acme (organisation)", "AWS_ACCESS_KEY_ID"),
        ("storefront", "AWS_SECRET_ACCESS_KEY"),
        ("storefront/production", "PROD_AWS_ACCESS_KEY"),
    )
]
NOTE = (
    "acme (organisation), checkout-api, storefront and 1 more: this token may not list the names "
    "of secrets. Static AWS keys that are left there go unnoticed. Give it read access to "
    "secrets, or look there yourself."
)


def test_leftover_keys_are_reported_or_refused(deploy: Deploy, world: World) -> None:
    names = ("checkout-api", "storefront")
    config = stack_config({name: entry(name, production=environment()) for name in names})
    leave_keys(world)
    stack = deploy(config)
    warnings = [f"warning: {key}" for key in KEYS]
    assert sentences(stack.succeed("preview")) == warnings
    stack.configure({**config, "keyless:static_keys": "refuse"})
    assert sentences(stack.refuse("preview")) == [
        f"{key} (keyless:static_keys: refuse)" for key in KEYS
    ]
    world.github.secrets_readable = False
    assert sentences(stack.unjudged.succeed("preview")) == [NOTE]
    assert world.journal.changes() == ()


def leave_keys(world: World) -> None:
    """Leave one key in each kind of place; the organisation's serves one repository alone."""
    github = world.github
    with world.journal.turn:
        repository = github.repository("acme/storefront")
        github.add_secret(repository.secrets, "AWS_SECRET_ACCESS_KEY")
        github.add_secret(repository.secrets, "NPM_TOKEN")
        production = made_by_hand(github, repository.full_name)
        github.add_secret(production.secrets, "PROD_AWS_ACCESS_KEY")
        now = github.now()
        shared = OrganisationSecret("AWS_ACCESS_KEY_ID", now, now, "selected")
        shared.repository_ids.add(IDS["checkout-api"])
        repository.owner.secrets[shared.name] = shared
