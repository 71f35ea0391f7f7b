"""`keyless check` and the policy pack's settings: what the pack would block is said by its line.

Every remedy is followed: the setting or the entry is written, and nothing is left to say.
"""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from keyless.check.mistakes import Mistake, check_stack
from tests.keyless.command_run import run
from tests.keyless.estate.reading.sample import reviewed_role

FILE = "policypack/config/prod.json"
OWN = "arn:aws:iam::222222222222:policy/keyless/keyless-boundary"
OTHER = "arn:aws:iam::222222222222:policy/other"
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ROLE = "acme-storefront-production-deploy"
PRODUCTION = "keyless:repositories.storefront.environments.production"
PREVIEW = "keyless:repositories.storefront.review_environments.preview"


def config(**changes: Any) -> dict[str, Any]:
    """Return a config that the strictest settings let pass."""
    role = {"permissions": [{"preset": "s3-website", "bucket": "site"}]}
    return {**reviewed_role(role), **changes}


def production(stack: dict[str, Any]) -> Any:
    return stack["keyless:repositories"]["storefront"]["environments"]["production"]


def deploy(stack: dict[str, Any]) -> Any:
    return production(stack)["roles"]["deploy"]


def check(folder: Path, stack: dict[str, Any], settings: object = None) -> tuple[Mistake, ...]:
    (folder / "Pulumi.prod.yaml").write_text(yaml.safe_dump({"config": stack}, sort_keys=False))
    (folder / "policypack" / "config").mkdir(parents=True, exist_ok=True)
    if settings is not None:
        (folder / FILE).write_text(json.dumps({"settings": settings}, indent=2))
    return check_stack(folder, "prod").mistakes


def only(mistakes: tuple[Mistake, ...]) -> str:
    (mistake,) = mistakes
    return mistake.sentence


def test_without_a_file_the_settings_are_the_strictest(tmp_path: Path) -> None:
    stack = config()
    assert check(tmp_path, stack) == ()
    deploy(stack)["session_minutes"] = 90
    (mistake,) = check(tmp_path, stack)
    assert mistake.sentence == (
        f"{PRODUCTION}.roles.deploy.session_minutes: 90 minutes, {FILE} allows 60. The pack blocks "
        "the role. Write 60 or less, or raise max_session_minutes there."
    )
    line = (tmp_path / "Pulumi.prod.yaml").read_text().splitlines()[mistake.line - 1]
    assert line.strip() == "session_minutes: 90"
    assert check(tmp_path, stack, {"max_session_minutes": 90}) == ()


def test_no_session_is_shorter_than_an_hour(tmp_path: Path) -> None:
    assert check(tmp_path, config(), {"max_session_minutes": 30}) == ()


def test_sessions_of_all_roles(tmp_path: Path) -> None:
    stack = config(**{"keyless:defaults": {"session_minutes": 120}})
    assert only(check(tmp_path, stack)).startswith("keyless:defaults.session_minutes: 120 minutes")


def test_an_environment_that_nobody_reviews(tmp_path: Path) -> None:
    stack = config()
    production(stack)["reviewers"] = "none"
    assert only(check(tmp_path, stack, {})) == (
        f"{PRODUCTION}.reviewers: none, and {FILE} does not list the environment. The pack blocks "
        'it. Name users or teams, or write "storefront/production" there under '
        "unreviewed_environments."
    )
    assert check(tmp_path, stack, {"unreviewed_environments": ["storefront/production"]}) == ()


def test_an_environment_for_pull_requests(tmp_path: Path) -> None:
    stack = config()
    stack["keyless:repositories"]["storefront"]["review_environments"] = {
        "preview": {
            "reviewers": {"teams": ["leads"]},
            "name_prefix": "shop-pr-",
            "roles": {"deploy": {"permissions": [{"preset": "s3-website", "bucket": "shop-pr-x"}]}},
        }
    }
    entry = {"environment": "storefront/preview", "name_prefix": "shop-pr-"}
    assert only(check(tmp_path, stack, {})) == (
        f"{PREVIEW}: {FILE} does not list it. The pack blocks an environment that pull requests "
        f"deploy to. Write {json.dumps(entry)} there under review_environments."
    )
    assert check(tmp_path, stack, {"review_environments": [entry]}) == ()
    assert check(tmp_path, stack, {"review_environments": ["storefront/preview"]}) == ()
    other = {**entry, "name_prefix": "site-pr-"}
    assert only(check(tmp_path, stack, {"review_environments": [other]})) == (
        f'{PREVIEW}.name_prefix: "shop-pr-", {FILE} says "site-pr-". The pack blocks what is '
        "written under another prefix. Write the same in both."
    )


def test_boundaries(tmp_path: Path) -> None:
    stack = config()
    assert check(tmp_path, stack, {"boundaries": [OWN]}) == ()
    assert only(check(tmp_path, stack, {"boundaries": [OTHER]})) == (
        f'keyless:permissions_boundary: "{OWN}" is not among the boundaries in {FILE}. The pack '
        "blocks every role that has it. List it there."
    )
    deploy(stack)["permissions_boundary"] = {"arn": OTHER}
    entry = {"arn": OTHER, "roles": [ROLE]}
    assert only(check(tmp_path, stack, {"boundaries": [OWN]})) == (
        f'{PRODUCTION}.roles.deploy.permissions_boundary.arn: {FILE} does not list "{OTHER}" for '
        f"this role. The pack blocks the role. Write {json.dumps(entry)} there under boundaries."
    )
    assert check(tmp_path, stack, {"boundaries": [OWN, entry]}) == ()


def test_a_boundary_that_the_stack_does_not_create_counts_for_named_roles(tmp_path: Path) -> None:
    stack = config(**{"keyless:permissions_boundary": {"arn": OTHER}})
    assert only(check(tmp_path, stack, {"boundaries": [OTHER]})).startswith(
        f'{PRODUCTION}.roles.deploy: {FILE} does not list "{OTHER}" for this role.'
    )
    assert check(tmp_path, stack, {"boundaries": [{"arn": OTHER, "roles": [ROLE]}]}) == ()


def test_a_managed_policy_that_nobody_sees(tmp_path: Path) -> None:
    stack = config()
    deploy(stack)["permissions"] = [{"preset": "managed-policy", "name": "ReadOnlyAccess"}]
    entry = {"arn": READ_ONLY, "roles": [ROLE]}
    assert only(check(tmp_path, stack, {})) == (
        f'{PRODUCTION}.roles.deploy.permissions[0]: {FILE} does not list "{READ_ONLY}" for this '
        f"role. The pack blocks what it cannot see. Write {json.dumps(entry)} there under "
        "managed_policies."
    )
    assert check(tmp_path, stack, {"managed_policies": [entry]}) == ()


def test_an_issuer_that_is_not_listed(tmp_path: Path) -> None:
    issuer = "token.actions.githubusercontent.com/acme-inc"
    stack = config(**{"keyless:issuer": f"https://{issuer}"})
    assert only(check(tmp_path, stack, {})) == (
        f'keyless:issuer: "{issuer}" is not among the issuers in {FILE}. The pack blocks every '
        "role that trusts it. List it there under issuers."
    )
    assert check(tmp_path, stack, {"issuers": [issuer]}) == ()


def test_a_mistake_in_the_settings_has_its_line_and_column(tmp_path: Path) -> None:
    (mistake,) = check(tmp_path, config(), {"write_needs_environment": True, "boundaries": ["x"]})
    assert mistake.sentence == (
        'settings.boundaries[0]: "x". A boundary is a policy that an account manages, '
        'written whole. Write its ARN where the stack creates it, and {"arn": "ARN", "roles": '
        '["ROLE_NAME"]} where it does not.'
    )
    assert (mistake.file, mistake.line, mistake.column) == (FILE, 5, 7)
    ended = run("check", "prod", "--folder", str(tmp_path))
    assert ended.out.startswith(f"{FILE}:5:7: settings.boundaries[0]")


def test_both_files_are_read_though_both_are_wrong(tmp_path: Path) -> None:
    found = check(tmp_path, config(**{"aws:region": "x"}), {"max_minutes": 5})
    assert {mistake.file for mistake in found} == {"Pulumi.prod.yaml", FILE}


def test_a_folder_without_the_pack_is_not_compared_with_it(tmp_path: Path) -> None:
    stack = config()
    production(stack)["reviewers"] = "none"
    (tmp_path / "Pulumi.prod.yaml").write_text(yaml.safe_dump({"config": stack}))
    assert check_stack(tmp_path, "prod").mistakes == ()


def test_an_exception_that_covers_nothing_is_a_mistake(tmp_path: Path) -> None:
    check(tmp_path, config(), {})
    entry = {
        "policy": "trust-plain",
        "type": "aws:iam/role:Role",
        "name": "deploy",
        "sha256": "0" * 64,
        "reason": "WHY",
        "approver": "octavia",
        "expires": str(date.today() + timedelta(days=30)),
    }
    old = {**entry, "reason": "a test", "verdict": "OPEN"}
    (tmp_path / FILE).write_text(json.dumps({"exceptions": [entry, old]}, indent=2))
    found = check_stack(tmp_path, "prod").mistakes
    assert [(each.file, each.line, each.sentence) for each in found] == [
        (
            FILE,
            3,
            "exceptions[0]: reason is WHY, to be filled in. Write why it is tolerated. Until then "
            "it covers nothing.",
        ),
        (
            FILE,
            12,
            "exceptions[1]: verdict is of an older form. Write the sha256 that the violation "
            "prints instead. Until then it covers nothing.",
        ),
    ]
    right = {**entry, "reason": "a test"}
    (tmp_path / FILE).write_text(json.dumps({"exceptions": [right]}))
    assert check_stack(tmp_path, "prod").mistakes == ()
