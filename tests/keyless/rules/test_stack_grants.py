"""What permissions the roles of a stack get, from whatever resource gives them."""

import json
from typing import Any

import pytest

from keyless.rules import iam_types as types
from keyless.rules.grant import Grant
from keyless.rules.resources import Unknown
from keyless.rules.stack_grants import Elsewhere, Grants, Unattached, of_others, path_and_name
from tests.keyless.rules.stacks import Declared, declared, stack
from tests.keyless.rules.written import ACCOUNT, allow

READ = json.dumps({"Statement": [allow("s3:GetObject", "arn:aws:s3:::a/b")]})
WRITE = json.dumps({"Statement": [allow("s3:PutObject", "arn:aws:s3:::a/b")]})
EXTRA = f"{ACCOUNT}:policy/keyless/extra"


def role(name: object = "Deploy", **held: Any) -> Declared:
    return declared(types.ROLE, "deploy", path="/keyless/", name=name, **held)


def managed(name: str = "extra", account: str = "", **held: Any) -> Declared:
    held = {"path": "/keyless/", "policy": READ, **held}
    return declared(types.POLICY, name, account=account, name=name, **held)


def given(*others: Declared, to: Declared | None = None) -> list[Grant]:
    subject = to or role()
    return Grants(stack(subject, *others)).of(subject)


OWN = [
    (types.ROLE, "inlinePolicies", "name", "policy", "name"),
    (types.ROLE_NATIVE, "policies", "policyName", "policyDocument", "roleName"),
]


@pytest.mark.parametrize(("kind", "key", "name", "document", "role_name"), OWN)
def test_inline_policies_of_the_role_itself(
    kind: str, key: str, name: str, document: str, role_name: str
) -> None:
    entries = [
        {name: "a", document: READ},
        {name: "b", document: None},
        {name: Unknown("n"), document: {"Statement": [Unknown("p.0")]}},
        {document: WRITE},
        {name: None, document: None},
        {},
        Unknown("entry"),
    ]
    subject = declared(kind, "deploy", **{role_name: "deploy", key: entries})
    assert given(to=subject) == [
        Grant('inline policy "a"', READ),
        Grant('inline policy "b"', {}),
        Grant("inline policy", unknown="p.0"),
        Grant("inline policy", WRITE),
        Grant("inline policy", unknown="entry"),
    ]


@pytest.mark.parametrize(
    "named", ["deploy", "DEPLOY", "keyless/deploy", f"{ACCOUNT}:role/x/deploy"]
)
@pytest.mark.parametrize(
    ("kind", "role_key", "name", "document"),
    [
        (types.ROLE_POLICY, "role", "name", "policy"),
        (types.ROLE_POLICY_NATIVE, "roleName", "policyName", "policyDocument"),
        (types.SHARED_POLICY_NATIVE, "roles", "policyName", "policyDocument"),
        (types.POLICY_NATIVE, "roles", "managedPolicyName", "policyDocument"),
    ],
)
def test_documents_of_other_resources(
    kind: str, role_key: str, name: str, document: str, named: str
) -> None:
    held = {name: "a", document: READ}
    roles = ["other", named] if role_key == "roles" else named
    assert given(declared(kind, "x", **{role_key: roles, **held})) == [
        Grant('inline policy "a"', READ)
    ]
    assert given(declared(kind, "x", **{role_key: "deploy2", **held})) == []


@pytest.mark.parametrize(
    ("kind", "role_key", "arn_key"),
    [
        (types.ROLE_POLICY_ATTACHMENT, "role", "policyArn"),
        (types.POLICY_ATTACHMENT, "roles", "policyArn"),
        (types.ATTACHMENTS_EXCLUSIVE, "roleName", "policyArns"),
    ],
)
def test_managed_policies_are_shown_where_they_are_attached(
    kind: str, role_key: str, arn_key: str
) -> None:
    aws = "arn:aws:iam::aws:policy/keyless/extra"
    held = {role_key: "deploy", arn_key: [EXTRA, aws]}
    attached = declared(kind, "x", **held)
    assert given(managed(), attached) == [
        Grant('managed policy "extra"', READ, "policy/keyless/extra"),
        Grant(f'managed policy "{aws}"', None, aws),
    ]
    nonsense = {role_key: "deploy", arn_key: "/keyless/extra"}
    assert given(managed(), declared(kind, "x", **nonsense)) == [
        Grant('managed policy "/keyless/extra"', None, "/keyless/extra")
    ]
    assert given(managed()) == []


@pytest.mark.parametrize(
    ("policy", "is_shown"),
    [
        (managed(account="222222222222"), True),
        (managed(account="333333333333"), False),
        (managed(path="/other/"), False),
        (managed(path=None), False),
        (managed(name="extra2"), False),
        (managed(path=Unknown("path")), False),
    ],
)
def test_a_managed_policy_goes_by_account_path_and_name(policy: Declared, is_shown: bool) -> None:
    attached = declared(types.ROLE_POLICY_ATTACHMENT, "x", role="deploy", policyArn=EXTRA)
    (grant,) = given(policy, attached)
    assert (grant.document == READ) is is_shown


def test_a_managed_policy_without_a_path_is_at_the_root() -> None:
    arn = f"{ACCOUNT}:policy/extra"
    attached = declared(types.ROLE_POLICY_ATTACHMENT, "x", role="deploy", policyArn=arn)
    native = declared(
        types.POLICY_NATIVE, "x", managedPolicyName="extra", policyDocument=json.loads(READ)
    )
    expected = [Grant('managed policy "extra"', json.loads(READ), "policy/extra")]
    assert given(native, attached) == expected
    assert given(managed(path=None), attached)[0].arn == "policy/extra"


def test_policies_of_one_name_in_accounts_that_are_not_known_are_both_given() -> None:
    attached = declared(types.ROLE_POLICY_ATTACHMENT, "x", role="deploy", policyArn=EXTRA)
    assert given(managed(), managed(policy=WRITE), attached) == [
        Grant('managed policy "extra"', READ, "policy/keyless/extra"),
        Grant('managed policy "extra"', WRITE, "policy/keyless/extra"),
    ]


def test_a_policy_whose_arn_is_unknown_is_found_by_what_the_property_depends_on() -> None:
    later = {"role": "deploy", "policyArn": Unknown("policyArn")}
    kind = types.ROLE_POLICY_ATTACHMENT
    policies = managed("z", path=Unknown("path")), managed("a", policy=Unknown("policy"))
    depends = [("policyArn", each) for each in (*policies, role())]
    attached = declared(kind, "x", depends=depends, **later)
    assert given(*policies, attached) == [
        Grant('managed policy "a"', None, "policy/keyless/a", unknown="policy"),
        Grant('managed policy "z"', READ, "policy?z"),
    ]
    for depends in ([], [("role", policies[0])], [("policyArn", role())]):
        attached = declared(kind, "x", depends=depends, **later)
        assert given(*policies, attached) == [Grant("managed policy", unknown="policyArn")]


def test_a_role_whose_name_is_unknown_is_found_by_what_the_property_depends_on() -> None:
    subject, twin = role(Unknown("name")), declared(types.ROLE, "twin", name="twin")
    later = {"role": Unknown("role"), "name": "a", "policy": READ}
    for depends, is_given in (
        ([("role", subject)], True),
        ([("role", twin), ("role", subject)], True),
        ([("role", twin)], False),
        ([("name", subject)], False),
        ([("role", managed())], False),
    ):
        policy = declared(types.ROLE_POLICY, "x", depends=depends, **later)
        grants = Grants(stack(subject, twin, managed(), policy))
        assert grants.of(subject) == ([Grant('inline policy "a"', READ)] if is_given else [])
        is_attached = any(key == "role" and on.type == types.ROLE for key, on in depends)
        unattached = [] if is_attached else [Unattached(policy, Unknown("role"))]
        assert grants.unattached == unattached


@pytest.mark.parametrize("key", ["inlinePolicies", "managedPolicyArns"])
def test_what_the_program_leaves_to_aws_is_shown_by_other_resources(key: str) -> None:
    later = {key: Unknown(key)}
    assert given(to=role(**later)) == []
    subject = role(depends=[(key, managed())], **later)
    label = "inline policy" if key == "inlinePolicies" else "managed policy"
    assert given(to=subject) == [Grant(label, unknown=key)]
    assert given(to=role(depends=[("name", managed())], **later)) == []


def test_managed_policies_of_the_role_itself() -> None:
    assert given(managed(), to=role(managedPolicyArns=[EXTRA])) == [
        Grant('managed policy "extra"', READ, "policy/keyless/extra")
    ]


def test_inline_policies_that_only_an_exclusive_list_names_are_unseen() -> None:
    subject = role(inlinePolicies=[{"name": "own", "policy": READ}])
    policy = declared(types.ROLE_POLICY, "x", role="deploy", name="shown", policy=READ)
    names = ["own", "shown", "elsewhere", Unknown("policyNames.3")]
    exclusive = declared(types.POLICIES_EXCLUSIVE, "y", roleName="Deploy", policyNames=names)
    assert given(policy, exclusive, to=subject) == [
        Grant('inline policy "own"', READ),
        Grant('inline policy "shown"', READ),
        Grant('inline policy "elsewhere"'),
        Grant("inline policy"),
    ]


def test_an_exclusive_list_of_a_role_elsewhere_gives_nothing_here() -> None:
    exclusive = declared(types.POLICIES_EXCLUSIVE, "y", roleName="other", policyNames=["a"])
    assert given(exclusive) == []


def test_a_budget_that_is_spent_attaches_a_policy() -> None:
    kind = types.BUDGET_ACTIONS[0]

    def action(roles: object, depends: object = ()) -> Declared:
        held = {"iamActionDefinition": {"policyArn": EXTRA, "roles": roles}}
        return declared(kind, "x", depends=depends, definition=held)

    expected = [Grant('managed policy "extra"', READ, "policy/keyless/extra")]
    assert given(managed(), action(["deploy"])) == expected
    later = action([Unknown("roles")], [("definition", role())])
    assert given(managed(), later) == expected


def test_an_entry_of_the_role_that_another_resource_writes_as_well_is_that_resources() -> None:
    def both(own: object, other: object) -> list[Grant]:
        policy = declared(types.ROLE_POLICY, "x", role="deploy", name="a", policy=other)
        return given(policy, to=role(inlinePolicies=[{"name": "a", "policy": own}]))

    spaced = json.dumps(json.loads(READ), indent=2)
    reordered = json.dumps({"Statement": [{"Resource": "x", "Action": "y"}]})
    shown = Grant('inline policy "a"', READ)
    assert both(READ, READ) == both(spaced, READ) == [shown]
    assert both('{"Statement": [{"Action": "y", "Resource": "x"}]}', reordered) == [
        Grant('inline policy "a"', reordered)
    ]
    for own, other in ((WRITE, READ), ("{", "{"), ("", ""), ({}, "{}"), ("{}", {"a": 1})):
        differs = Grant('inline policy "a" as the role itself has it', own or {})
        assert both(own, other) == [differs, Grant('inline policy "a"', other or {})]
    assert both(json.loads(READ), READ) == [shown]


def test_each_policy_counts_once_for_each_role_of_a_name() -> None:
    twin = declared(types.ROLE, "twin", name="deploy")
    policy = declared(types.ROLE_POLICY, "x", role=["deploy", "deploy"], name="a", policy=READ)
    grants = Grants(stack(role(), twin, policy))
    assert grants.of(role()) == grants.of(twin) == [Grant('inline policy "a"', READ)]


def test_what_is_empty_allows_nothing() -> None:
    policy = declared(types.ROLE_POLICY, "x", role="deploy", name="a", policy="")
    assert given(policy) == [Grant('inline policy "a"', {})]


@pytest.mark.parametrize(
    ("kind", "held", "label"),
    [
        (types.USER_POLICY, {"name": "a", "policy": READ}, 'inline policy "a"'),
        (types.GROUP_POLICY, {"name": "a", "policy": READ}, 'inline policy "a"'),
        (
            types.USER_POLICY_NATIVE,
            {"policyName": "a", "policyDocument": READ},
            'inline policy "a"',
        ),
        (
            types.GROUP_POLICY_NATIVE,
            {"policyName": "a", "policyDocument": READ},
            'inline policy "a"',
        ),
        (
            types.SHARED_POLICY_NATIVE,
            {"policyName": "a", "policyDocument": READ},
            'inline policy "a"',
        ),
        (
            types.PERMISSION_SET_NATIVE,
            {"name": "a", "inlinePolicy": READ},
            'inline policy "a"',
        ),
        (
            types.USER_NATIVE,
            {"policies": [{"policyName": "a", "policyDocument": READ}]},
            'inline policy "a"',
        ),
        (
            types.GROUP_NATIVE,
            {"policies": [{"policyName": "a", "policyDocument": READ}]},
            'inline policy "a"',
        ),
        (types.POLICY, {"name": "a", "policy": READ}, 'managed policy "a"'),
        (
            types.POLICY_NATIVE,
            {"managedPolicyName": "a", "policyDocument": READ},
            'managed policy "a"',
        ),
    ],
)
def test_what_others_are_granted(kind: str, held: dict[str, Any], label: str) -> None:
    resource = declared(kind, "x", **held)
    assert list(of_others(stack(role(), resource), [])) == [(resource, [Grant(label, READ)])]


@pytest.mark.parametrize(
    ("policy", "grants"),
    [
        (managed(), False),
        (managed("extra2"), True),
        (managed(path=None), True),
        (managed("root", path=None), False),
        (managed("x", account="aws"), False),
        (managed("bare", path=None), True),
    ],
)
def test_a_boundary_and_a_policy_of_aws_are_no_grants(policy: Declared, grants: bool) -> None:
    boundaries = [EXTRA, f"{ACCOUNT}:policy/root", "/bare"]
    assert bool(list(of_others(stack(policy, managed("z", account="aws")), boundaries))) is grants


def test_policies_after_a_boundary_are_judged() -> None:
    found = of_others(stack(managed("x", account="aws"), managed(), managed("z")), [EXTRA])
    assert [resource.name for resource, _ in found] == ["z"]


def granted_by(*resources: Declared) -> list[str]:
    """Return the managed policies that grant something to others than roles."""
    kinds = (types.POLICY, types.POLICY_NATIVE)
    return [each.name for each, _ in of_others(stack(*resources), []) if each.type in kinds]


def bounded(kind: str = types.ROLE, by: object = EXTRA, depends: Any = ()) -> Declared:
    return declared(kind, "bounded", permissionsBoundary=by, depends=depends)


NATIVE = declared(
    types.POLICY_NATIVE, "extra", path="/keyless/", managedPolicyName="extra", policyDocument=READ
)
ROOT = f"{ACCOUNT}:policy/extra"


@pytest.mark.parametrize("kind", [types.ROLE, types.ROLE_NATIVE, types.USER, types.USER_NATIVE])
@pytest.mark.parametrize(
    ("policy", "arn"),
    [
        (managed(), EXTRA),
        (NATIVE, EXTRA),
        (managed(path=None), ROOT),
        (managed(path="/a:policy/"), f"{ACCOUNT}:policy/a:policy/extra"),
    ],
)
def test_a_policy_that_bounds_somebody_and_that_nobody_gets_grants_nothing(
    kind: str, policy: Declared, arn: str
) -> None:
    assert granted_by(policy, bounded(kind, arn)) == []
    assert granted_by(policy, managed("other"), bounded(kind, arn)) == ["other"]
    assert granted_by(policy, bounded(kind, f"{arn}2")) == ["extra"]
    assert granted_by(policy, bounded(types.GROUP_NATIVE, arn)) == ["extra"]
    later = Unknown("permissionsBoundary")
    depends = [("permissionsBoundary", policy)]
    assert granted_by(policy, bounded(kind, later, depends)) == []
    assert granted_by(policy, bounded(kind, later, [("path", policy)])) == ["extra"]


@pytest.mark.parametrize(
    ("kind", "key", "value"),
    [
        (types.POLICY_ATTACHMENT, "policyArn", EXTRA),
        ("aws:iam/userPolicyAttachment:UserPolicyAttachment", "policyArn", EXTRA),
        ("aws:iam/groupPolicyAttachment:GroupPolicyAttachment", "policyArn", EXTRA),
        (
            "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
            "policyArns",
            [ROOT, EXTRA],
        ),
        (
            "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
            "policyArns",
            [EXTRA, ROOT],
        ),
        (types.USER_NATIVE, "managedPolicyArns", [EXTRA]),
        (types.GROUP_NATIVE, "managedPolicyArns", [EXTRA]),
        (
            types.PERMISSION_SET_ATTACHMENT,
            "customerManagedPolicyReference",
            {"name": "extra", "path": "/keyless/"},
        ),
        (
            types.PERMISSION_SET_NATIVE,
            "customerManagedPolicyReferences",
            [{"name": "x"}, {"name": "extra", "path": "/keyless/"}],
        ),
    ],
)
def test_a_boundary_that_people_get_as_well_grants(kind: str, key: str, value: object) -> None:
    policies, attached = [managed(), managed("extra-2")], declared(kind, "x", **{key: value})
    assert granted_by(*policies, bounded(), attached) == ["extra", "extra-2"]
    later = declared(kind, "x", depends=[(key, policies[0])], **{key: Unknown(key)})
    assert granted_by(*policies, bounded(), later) == ["extra", "extra-2"]


def test_a_permission_set_names_a_policy_at_the_root_without_a_path() -> None:
    named = {"customerManagedPolicyReference": {"name": "extra"}}
    attached = declared(types.PERMISSION_SET_ATTACHMENT, "x", **named)
    assert granted_by(managed(path=None), bounded(by=ROOT), attached) == ["extra"]
    assert granted_by(managed(), bounded(), attached) == []


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (role(), "/keyless/Deploy"),
        (declared(types.ROLE_NATIVE, "x", roleName="deploy"), "/deploy"),
        (role(Unknown("name")), "/keyless/?"),
        (role(None), "/keyless/?"),
        (declared(types.ROLE, "x", path=Unknown("path"), name="deploy"), "?deploy"),
    ],
)
def test_a_role_goes_by_path_and_name(subject: Declared, name: str) -> None:
    assert path_and_name(subject) == name


def test_a_name_that_comes_later_may_be_one_that_begins_with_the_prefix() -> None:
    subject = role(None, namePrefix="deploy-")
    late, other = (
        declared(types.ROLE_POLICY, name, name=name, role=name, policy=READ)
        for name in ("Deploy-2026", "other")
    )
    found = Grants(stack(subject, late, other))
    assert found.of(subject) == [Grant('inline policy "Deploy-2026"', READ)]
    assert found.elsewhere == [
        Elsewhere(late, "Deploy-2026", [Grant('inline policy "Deploy-2026"', READ)]),
        Elsewhere(other, "other", [Grant('inline policy "other"', READ)]),
    ]
    assert path_and_name(subject) == "/keyless/deploy-?"
