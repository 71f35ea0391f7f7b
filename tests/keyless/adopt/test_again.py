"""A second run, after an `up`: what the first one made is known by what it is."""

from dataclasses import replace
from datetime import date

import pytest

from keyless.adopt.account import FoundRole, read_roles
from keyless.adopt.decisions import decide
from keyless.adopt.entries import Written, write_entries
from keyless.estate.composed_roles import ComposedRole, as_typed, compose_roles
from tests import seeds
from tests.keyless.adopt.held import decided_seed

pytestmark = pytest.mark.usefixtures("judged_once")


def made(role: ComposedRole) -> FoundRole:
    """Return a role as an `up` makes it."""
    (found,) = read_roles(
        [
            {
                "RoleName": role.role_name,
                "Path": role.role_path,
                "Arn": role.role_arn,
                "AssumeRolePolicyDocument": role.trust_policy,
                "RolePolicyList": [
                    {"PolicyName": name, "PolicyDocument": document}
                    for name, document in role.policies.items()
                ],
                "AttachedManagedPolicies": [{"PolicyArn": arn} for arn in role.managed_policy_arns],
                "PermissionsBoundary": {"PermissionsBoundaryArn": role.boundary_arn},
                "RoleLastUsed": {"LastUsedDate": "2026-11-29T00:00:00+00:00"},
            }
        ]
    )
    return found


def composed(written: Written) -> dict[str, ComposedRole]:
    roles = compose_roles(written.settings, as_typed(written.settings))
    return {role.role_arn: role for role in roles}


@pytest.mark.parametrize("name", seeds.NAMES)
def test_roles_of_the_first_run_are_taken_over_and_none_is_made_twice(name: str) -> None:
    first = write_entries(decided_seed(name), "prod")
    new = composed(first)
    held = {role.arn: role for role in first.decided.account.roles}
    after = {**held, **{arn: made(role) for arn, role in new.items()}}
    found = first.decided
    again = decide(
        replace(found.account, roles=tuple(after.values())),
        found.organisation,
        region=found.region,
        role_path=found.role_path,
        as_of=date(2026, 11, 30),
    )
    second = write_entries(again, "prod")
    assert composed(second).keys() == new.keys()
    assert {one.role.arn for one in second.adopted.values()} == new.keys()
