"""Tests of a role with its trust policy, boundary and permissions."""

import json
from dataclasses import replace

from pulumi import ComponentResource, ResourceHook, ResourceHookBinding

from components.deploy_role import DeployRole
from keyless.estate.composed_roles import as_typed, compose_roles
from tests.components.registered import Registered, register
from tests.keyless.estate.reading.sample import read, stack_config

SETTINGS = read(stack_config())
NAME = "storefront/environment/production/migrate"
(COMPOSED,) = (
    each for each in compose_roles(SETTINGS, as_typed(SETTINGS)) if each.resource_name == NAME
)
ARN = "arn:aws:iam::222222222222:policy/bootstrap/up"


def registered() -> dict[str, Registered]:
    def program() -> None:
        hook = ResourceHook("look", lambda _: None)
        above = ComponentResource("keyless:index:Above", "above")
        DeployRole(
            replace(COMPOSED, managed_policy_arns=(ARN,)),
            after=[],
            exists=ResourceHook("exists", lambda _: None),
            hooks=ResourceHookBinding(before_create=[hook]),
            before_grant=ResourceHookBinding(before_create=[hook]),
            parent=above,
        )

    return register(program)


def test_a_role_is_written_with_its_trust_policy_and_its_boundary() -> None:
    role = registered()[f"Role::{NAME}"]
    assert json.loads(role.inputs.pop("assumeRolePolicy")) == COMPOSED.trust_policy
    assert role.inputs == {
        "name": "storefront-migrate",
        "path": "/keyless/",
        "description": COMPOSED.description,
        "maxSessionDuration": 7200,
        "permissionsBoundary": "arn:aws:iam::222222222222:policy/own",
        "tags": dict(COMPOSED.tags),
    }


def test_what_a_role_is_granted_waits_for_the_role() -> None:
    found = registered()
    (attachment,) = (each for key, each in found.items() if "Attachment" in key)
    (inline,) = (each for key, each in found.items() if key.startswith("RolePolicy::"))
    assert attachment.inputs == {"role": "storefront-migrate", "policyArn": ARN}
    assert json.loads(inline.inputs.pop("policy")) == next(iter(COMPOSED.policies.values()))
    assert attachment.after == inline.after == {f"Role::{NAME}"}


def test_the_hooks_go_on_everything_that_gives_rights() -> None:
    found = registered().values()
    assert {each.type for each in found if "look" in each.hooks.get("before_create", ())} == {
        "aws:iam/role:Role",
        "aws:iam/rolePolicy:RolePolicy",
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
    }
