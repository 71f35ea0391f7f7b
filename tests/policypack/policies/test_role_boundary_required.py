"""The policy role-boundary-required, run by the pack's analyzer."""

import json
from dataclasses import replace

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "role-boundary-required"
OTHER = "arn:aws:iam::222222222222:policy/other"


def says(pack: Pack, role: Declared, stack: str = "unconfigured") -> list[str]:
    return [said for _, said in pack.says_of_stack(ID, estate.compliant(role), stack)]


def test_any_boundary_passes_where_no_setting_lists_them(pack: Pack) -> None:
    assert says(pack, estate.role(permissionsBoundary=OTHER)) == []


def test_no_boundary_is_blocked(pack: Pack) -> None:
    assert says(pack, estate.role(permissionsBoundary=None)) == [
        "permissionsBoundary: none. Whatever the role is granted later, a workflow can use. Write "
        "the ARN of the stack's boundary."
    ]


def test_empty_boundary_is_blocked(pack: Pack) -> None:
    assert len(says(pack, estate.role(permissionsBoundary=""))) == 1


def test_unknown_boundary_is_blocked(pack: Pack) -> None:
    assert says(pack, estate.role(permissionsBoundary=UNKNOWN)) == [
        "permissionsBoundary: not known at preview. It may be none. Write the ARN of the stack's "
        "boundary."
    ]


def test_boundary_that_the_settings_do_not_list_is_blocked(pack: Pack) -> None:
    stack = pack.configured({"settings": {"boundaries": [estate.BOUNDARY]}})
    assert says(pack, estate.role(), stack) == []
    assert says(pack, estate.role(permissionsBoundary=OTHER), stack) == [
        f'permissionsBoundary: "{OTHER}" is not among the boundaries that the pack\'s settings '
        f'list for this role. It may allow anything. Write "{estate.BOUNDARY}".'
    ]


def test_a_bare_boundary_counts_while_the_stack_creates_it(pack: Pack) -> None:
    stack = pack.configured({"settings": {"boundaries": [OTHER]}})
    role = estate.role(permissionsBoundary=OTHER)
    plan = estate.plan_role().but(permissionsBoundary=OTHER)
    found = pack.says_of_stack(ID, estate.compliant(role, plan), stack)
    assert [sentence for name, sentence in found if name == role.name] == [
        f'permissionsBoundary: "{OTHER}" is not among the boundaries that the pack\'s settings '
        f'list for this role. It may allow anything. Write "{OTHER}", and {{"arn": "{OTHER}", '
        '"roles": ["acme-storefront-production-deploy"]} under boundaries in the pack\'s settings, '
        "since the stack does not create that policy."
    ]
    policy = Declared("aws:iam/policy:Policy", "other", {"name": "other", "policy": "{}"})
    estate_with_it = estate.compliant(role, plan, policy)
    assert pack.says_of_stack(ID, estate_with_it, stack) == []


@pytest.mark.parametrize(
    "boundaries", [[OTHER], [{"arn": OTHER, "roles": ["another"]}], [estate.BOUNDARY, OTHER]]
)
@pytest.mark.parametrize("boundary", [None, OTHER, UNKNOWN, f"{OTHER}-still"])
def test_what_the_sentence_says_counts(
    pack: Pack, boundaries: list[object], boundary: str | None
) -> None:
    stack = pack.configured({"settings": {"boundaries": boundaries}})
    (said,) = (
        sentence
        for name, sentence in pack.says_of_stack(
            ID, estate.compliant(estate.role(permissionsBoundary=boundary)), stack
        )
        if name == estate.DEPLOY
    )
    arn, _, rest = said.rpartition("Write ")[2].rstrip(".").partition(", and ")
    entry, _, _ = rest.partition(" under boundaries")
    further = [json.loads(entry)] if entry else []
    stack = pack.configured({"settings": {"boundaries": [*boundaries, *further]}})
    mended = estate.compliant(estate.role(permissionsBoundary=json.loads(arn)))
    found = pack.says_of_stack(ID, mended, stack)
    assert [sentence for name, sentence in found if name == estate.DEPLOY] == []


def test_a_boundary_counts_for_the_roles_that_the_settings_name(pack: Pack) -> None:
    listed = {"arn": OTHER, "roles": ["acme-storefront-production-deploy"]}
    stack = pack.configured({"settings": {"boundaries": [estate.BOUNDARY, listed]}})
    role, plan = estate.role(), estate.plan_role()
    assert says(pack, role.but(permissionsBoundary=OTHER), stack) == []
    assert len(says(pack, plan.but(permissionsBoundary=OTHER), stack)) == 1


def test_a_boundary_is_of_the_account_of_the_role(pack: Pack) -> None:
    other = estate.BOUNDARY.replace("222222222222", "333333333333")
    stack = pack.configured({"settings": {"boundaries": [estate.BOUNDARY]}})
    elsewhere = {"allowedAccountIds": '["333333333333"]'}
    role = replace(estate.role(), provider=elsewhere)
    name = "acme-storefront-production-deploy"
    assert says(pack, role, stack) == [
        f'permissionsBoundary: "{estate.BOUNDARY}" is not among the boundaries that the pack\'s '
        "settings list for this role. It may allow anything. Write the ARN of a policy of the "
        f'role\'s account, 333333333333, and {{"arn": "ARN", "roles": ["{name}"]}} under '
        "boundaries in the pack's settings."
    ]
    entry = {"arn": other, "roles": [name]}
    both = pack.configured({"settings": {"boundaries": [estate.BOUNDARY, entry]}})
    assert says(pack, role.but(permissionsBoundary=other), both) == []
    assert says(pack, role.but(permissionsBoundary=None), both) == [
        "permissionsBoundary: none. Whatever the role is granted later, a workflow can use. Write "
        f'"{other}".'
    ]


def test_role_of_another_issuer_is_left_alone(pack: Pack) -> None:
    other = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = estate.role(assumeRolePolicy=estate.document(other), permissionsBoundary=None)
    assert says(pack, role) == []


def test_role_that_a_role_for_github_reaches_needs_one_too(pack: Pack) -> None:
    trusted = {"AWS": "arn:aws:iam::222222222222:role/keyless/acme-storefront-plan"}
    trust = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
    role = Declared(
        "aws:iam/role:Role", "tool", {"name": "tool", "assumeRolePolicy": estate.document(trust)}
    )
    assert says(pack, role) == [
        'reached from "acme-storefront-plan", a role for GitHub: permissionsBoundary: none. '
        "Whatever the role is granted later, a workflow can use. Write the ARN of the stack's "
        "boundary."
    ]


def test_a_boundary_counts_by_its_name_where_the_account_of_the_stack_is_not_known(
    pack: Pack,
) -> None:
    of_any = replace(estate.boundary(), provider={"allowedAccountIds": ""})
    stack = pack.configured({"settings": {"boundaries": [estate.BOUNDARY]}})
    assert pack.says_of_stack(ID, estate.compliant(of_any), stack) == []
