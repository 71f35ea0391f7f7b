"""Entries of what is taken over come to the trust, rights and environments that are there."""

import pytest

from keyless.adopt.entries import Written, write_entries
from keyless.adopt.imports import import_file
from keyless.adopt.tags import said_tags
from keyless.estate.composed_roles import ComposedRole, as_typed, compose_roles
from keyless.estate.naming import attachment_name, inline_policy_name
from keyless.narrowing.recognition import rights_of
from keyless.trust import Verdict, judge
from tests import seeds
from tests.keyless.adopt.held import decided_seed
from tests.keyless.adopt.proof import admitted_anew

SEEDS = pytest.mark.parametrize("name", seeds.NAMES)


def composed(written: Written) -> list[ComposedRole]:
    roles = compose_roles(written.settings, as_typed(written.settings))
    return [role for role in roles if role.resource_name in written.adopted]


@SEEDS
def test_every_role_that_is_adopted_is_an_entry_under_its_own_name(name: str) -> None:
    written = write_entries(decided_seed(name), "prod")
    decided = {one.role.arn for one in written.decided.roles if one.decision == "adopt"}
    assert {role.role_arn for role in composed(written)} == decided


@SEEDS
def test_trust_lets_in_nobody_anew(name: str) -> None:
    written = write_entries(decided_seed(name), "prod")
    for role in composed(written):
        old, new = written.adopted[role.resource_name].role.judgement, judge(role.trust_policy)
        assert new.verdict in {Verdict.EXACT, Verdict.PULL_REQUEST}
        assert list(admitted_anew(written.decided, old, new)) == [], role.role_name


@SEEDS
def test_rights_boundary_session_and_tags_stay(name: str) -> None:
    written = write_entries(decided_seed(name), "prod")
    place = written.decided.main_place
    for role in composed(written):
        old = written.adopted[role.resource_name].role
        assert role.policies.keys() == old.inline.keys()
        for policy, document in role.policies.items():
            assert rights_of(document, place) == rights_of(old.inline[policy], place)
        assert set(role.managed_policy_arns) == set(old.attached)
        assert old.boundary in (None, role.boundary_arn)
        assert role.max_session_seconds == old.max_session_seconds
        assert said_tags(old.tags).items() <= role.tags.items()


@SEEDS
def test_everything_that_exists_is_imported(name: str) -> None:
    written = write_entries(decided_seed(name), "prod")
    imports = {(one["type"], one["name"]) for one in import_file(written)["resources"]}
    assert len(imports) == len(import_file(written)["resources"])
    for role in composed(written):
        old = written.adopted[role.resource_name].role
        expected = {("aws:iam/role:Role", role.resource_name)}
        expected |= {
            ("aws:iam/rolePolicy:RolePolicy", inline_policy_name(role.resource_name, policy))
            for policy in old.inline
        }
        expected |= {
            (
                "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
                attachment_name(role.resource_name, arn),
            )
            for arn in old.attached
        }
        assert expected <= imports
