"""The policy role-permissions-scoped, run by the pack's analyzer."""

import json
from dataclasses import replace

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack
from tests.policypack.estate import allow

ID = "role-permissions-scoped"
WHERE = 'inline policy "permissions", statement 1'
WILDCARD = (
    'action "{}" is a wildcard. What AWS adds tomorrow is granted too. '
    "Write the actions that are needed."
)
ANYTHING = (
    '"{}" on "{}". A workflow that needs one resource reaches all. Write the ARNs that are needed.'
)
UNSEEN = (
    'managed policy "{0}": the stack does not show it. What it allows cannot be judged. Write its '
    'statements into the stack, or {{"arn": "{0}", "roles": '
    '["acme-storefront-production-deploy"]}} '
    "under managed_policies in the pack's settings."
)
READ_ONLY = "arn:aws:iam::aws:policy/ReadOnlyAccess"


def attachment(arn: object, **more: object) -> Declared:
    properties = {"policyArn": arn, "role": "acme-storefront-production-deploy", **more}
    return Declared("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attached", properties)


def managed(*statements: dict[str, object]) -> Declared:
    properties = {"name": "extra", "path": "/keyless/", "policy": estate.document(*statements)}
    return Declared("aws:iam/policy:Policy", "extra", properties)


def says(pack: Pack, *changed: Declared, stack: str = "unconfigured") -> list[str]:
    found = pack.says_of_stack(ID, estate.compliant(*changed), stack)
    assert {name for name, _ in found} <= {estate.DEPLOY, "attached"}
    return [sentence for _, sentence in found]


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:GetObject", "arn:aws:s3:::storefront-prod/*"),
        allow(["ec2:DescribeInstances", "s3:ListAllMyBuckets", "iam:GetRole"], "*"),
        allow("ec2:DescribeVpc*", "*"),
        allow("sts:GetCallerIdentity", "*"),
        allow("lambda:InvokeFunction", "arn:aws:lambda:eu-west-1:222222222222:function:checkout*"),
        allow("logs:GetLogEvents", "arn:aws:logs:eu-west-1:222222222222:log-group:/shop:*"),
        allow("codepipeline:StartPipelineExecution", "arn:aws:codepipeline:eu-west-1:2:shop/*"),
        {"Effect": "Deny", "Action": "*", "Resource": "*"},
    ],
)
def test_named_actions_on_named_resources_pass(pack: Pack, statement: dict[str, object]) -> None:
    assert says(pack, estate.role_policy(statement)) == []


@pytest.mark.parametrize(
    "action", ["*", "s3:*", "S3:Put*", "s*:PutObject", "s3:GetObject?", "iam:Get*", "nosuch:*"]
)
def test_wildcard_action_is_blocked(pack: Pack, action: str) -> None:
    policy = estate.role_policy(allow(action, "arn:aws:s3:::storefront-prod/*"))
    assert says(pack, policy) == [f"{WHERE}: {WILDCARD.format(action)}"]


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:PutObject", "*"),
        ("s3:PutObject", "arn:aws:s3:::*"),
        ("s3:PutObject", "arn:aws:s3:::*/key"),
        ("s3:GetObject", "*"),
        ("s3:ListBucket", "*"),
        ("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:222222222222:function:*"),
        ("dynamodb:GetItem", "arn:aws:dynamodb:*:*:table/*"),
        ("iam:PassRole", "arn:aws:iam::222222222222:role/*"),
        ("sqs:SendMessage", "arn:aws:sqs:eu-west-1:222222222222:*"),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:2:table/${aws:PrincipalTag/table}"),
        ("nosuch:DoThings", "*"),
    ],
)
def test_any_resource_is_blocked(pack: Pack, action: str, resource: str) -> None:
    assert says(pack, estate.role_policy(allow(action, resource))) == [
        f"{WHERE}: {ANYTHING.format(action, resource)}"
    ]


@pytest.mark.parametrize(
    ("kind", "instead"), [("NotAction", "Action"), ("NotResource", "Resource")]
)
def test_negated_element_is_blocked(pack: Pack, kind: str, instead: str) -> None:
    statement = allow("s3:GetObject", "arn:aws:s3:::storefront-prod/*")
    statement[kind] = statement.pop(instead)
    named = "s3:GetObject" if kind == "NotAction" else "arn:aws:s3:::storefront-prod/*"
    assert says(pack, estate.role_policy(statement)) == [
        f'{WHERE}: {kind} "{named}" grants all but what it names. What AWS adds tomorrow is '
        f"granted too. Write {instead}."
    ]


def test_every_statement_is_judged(pack: Pack) -> None:
    fine = allow("s3:GetObject", "arn:aws:s3:::storefront-prod/*")
    found = says(pack, estate.role_policy(allow("s3:*", "*"), fine, allow("sqs:*", "*")))
    assert found == [
        f"{WHERE}: {WILDCARD.format('s3:*')}",
        f'inline policy "permissions", statement 3: {WILDCARD.format("sqs:*")}',
    ]


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("{", "it is no JSON"),
        ("[]", "it is no object"),
        ('{"Statement": [1]}', "statement 1 is no object"),
        (estate.document({"Effect": "allow"}), "statement 1 has no Effect Allow or Deny"),
        (estate.document(allow([], "*")), "statement 1 needs Action or NotAction"),
        (estate.document(allow("s3:GetObject", [])), "statement 1 needs Resource or NotResource"),
    ],
)
def test_malformed_document_is_blocked(pack: Pack, document: str, found: str) -> None:
    policy = estate.role_policy().but(policy=document)
    assert says(pack, policy) == [
        f'inline policy "permissions": {found}. What it allows cannot be judged. '
        "Write the document as IAM knows it."
    ]


def test_unknown_document_is_blocked_and_hides_no_other(pack: Pack) -> None:
    unknown = estate.role_policy().but(policy=UNKNOWN)
    attached = attachment(READ_ONLY)
    assert says(pack, unknown, attached) == [
        'inline policy "permissions": policy is not known at preview. What it allows cannot be '
        "judged. Write the document as text with ARNs composed as text.",
        UNSEEN.format(READ_ONLY),
    ]


def test_policies_of_the_role_itself_are_judged(pack: Pack) -> None:
    own = [{"name": "own", "policy": estate.document(allow("s3:*", "*"))}]
    role = estate.role(inlinePolicies=own, managedPolicyArns=[READ_ONLY])
    assert says(pack, role) == [
        f'inline policy "own", statement 1: {WILDCARD.format("s3:*")}',
        UNSEEN.format(READ_ONLY),
    ]


@pytest.mark.parametrize(
    ("own", "resource", "labels"),
    [
        (allow("s3:*", "*"), allow("s3:*", "*"), [""]),
        (allow("s3:*", "*"), estate.DEPLOYS[0], [" as the role itself has it"]),
        (estate.DEPLOYS[0], allow("s3:*", "*"), [""]),
        (allow("s3:*", "*"), allow("ec2:*", "*"), [" as the role itself has it", ""]),
    ],
)
def test_what_a_refresh_fills_is_judged_unless_its_resource_says_the_same(
    pack: Pack, own: dict[str, object], resource: dict[str, object], labels: list[str]
) -> None:
    """The provider fills a role's own policies; a hand, or the program, may have written others."""
    written = json.dumps(json.loads(estate.document(own)), indent=1)
    role = estate.role(inlinePolicies=[{"name": "permissions", "policy": written}])
    said = says(pack, role, estate.role_policy(resource))
    assert [each.partition(", statement 1:")[0] for each in said] == [
        f'inline policy "permissions"{label}' for label in labels
    ]


def test_empty_entry_that_stands_for_no_policies_passes(pack: Pack) -> None:
    assert says(pack, estate.role(inlinePolicies=[{}], managedPolicyArns=[])) == []


def test_role_of_cloud_control_is_judged(pack: Pack) -> None:
    document = json.loads(estate.document(allow("s3:*", "*")))
    role = estate.native_role(json.loads(estate.trust())).but(
        policies=[{"policyName": "own", "policyDocument": document}]
    )
    assert pack.says_of_stack(ID, [role]) == [
        ("native", f'inline policy "own", statement 1: {WILDCARD.format("s3:*")}')
    ]


def test_unknown_role_is_no_matter_of_a_stack_without_github(pack: Pack) -> None:
    assert pack.says_of_stack(ID, [attachment(READ_ONLY, role=UNKNOWN)]) == []


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("RolePolicy", {"roleName": "acme-storefront-production-deploy", "policyName": "more"}),
        ("Policy", {"roles": ["acme-storefront-production-deploy"], "policyName": "more"}),
        (
            "ManagedPolicy",
            {"roles": ["ACME-storefront-production-deploy"], "managedPolicyName": "more"},
        ),
    ],
)
def test_policies_of_cloud_control_are_judged(
    pack: Pack, kind: str, properties: dict[str, object]
) -> None:
    document = json.loads(estate.document(allow("s3:*", "*")))
    more = Declared(f"aws-native:iam:{kind}", "more", {**properties, "policyDocument": document})
    assert says(pack, more) == [f'inline policy "more", statement 1: {WILDCARD.format("s3:*")}']


def test_managed_policy_of_the_stack_is_judged_where_it_is_attached(pack: Pack) -> None:
    arn = "arn:aws:iam::222222222222:policy/keyless/extra"
    loose = managed(allow("s3:*", "*"))
    assert says(pack, loose) == []
    assert says(pack, loose, attachment(arn)) == [
        f'managed policy "extra", statement 1: {WILDCARD.format("s3:*")}'
    ]


def test_managed_policy_is_found_by_dependency_while_its_arn_is_unknown(pack: Pack) -> None:
    attached = replace(
        attachment(UNKNOWN, role=UNKNOWN),
        depends_by_property={"policyArn": ("extra",), "role": (estate.DEPLOY,)},
    )
    assert says(pack, managed(allow("s3:*", "*")), attached) == [
        f'managed policy "extra", statement 1: {WILDCARD.format("s3:*")}'
    ]


def test_unknown_arn_is_blocked(pack: Pack) -> None:
    assert says(pack, attachment(UNKNOWN)) == [
        "managed policy: policyArn is not known at preview. What it allows cannot be judged. Write "
        "the document as text with ARNs composed as text."
    ]


def test_unknown_role_is_blocked(pack: Pack) -> None:
    found = pack.says_of_stack(ID, estate.compliant(attachment(READ_ONLY, role=UNKNOWN)))
    assert found == [
        (
            "attached",
            "role: not known at preview. It may be a role that trusts GitHub. "
            "Write the role's name.",
        )
    ]


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        (
            "rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
            {"roleName": "acme-storefront-production-deploy", "policyArns": [READ_ONLY]},
        ),
        (
            "policyAttachment:PolicyAttachment",
            {"roles": ["acme-storefront-production-deploy"], "policyArn": READ_ONLY},
        ),
    ],
)
def test_other_ways_of_attaching_are_judged(
    pack: Pack, kind: str, properties: dict[str, object]
) -> None:
    assert says(pack, Declared(f"aws:iam/{kind}", "attached", properties)) == [
        UNSEEN.format(READ_ONLY)
    ]


def test_inline_policy_that_only_an_exclusive_list_names_is_blocked(pack: Pack) -> None:
    names = ["permissions", "elsewhere"]
    properties = {"roleName": "acme-storefront-production-deploy", "policyNames": names}
    kind = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"
    assert says(pack, Declared(kind, "attached", properties)) == [
        'inline policy "elsewhere": the stack does not show it. What it allows cannot be judged. '
        "Write its statements into the stack."
    ]


def test_settings_allow_a_policy_that_is_not_seen_as_the_sentence_says(pack: Pack) -> None:
    (said,) = says(pack, attachment(READ_ONLY))
    listed = json.loads(said.partition("the stack, or ")[2].partition(" under managed")[0])
    stack = pack.configured({"settings": {"managed_policies": [listed]}})
    assert says(pack, attachment(READ_ONLY), stack=stack) == []


def test_no_setting_allows_a_broad_policy_that_the_stack_looks_up(pack: Pack) -> None:
    """An exception does, which has a reason, an approver and a last day."""
    arn = "arn:aws:iam::222222222222:policy/terraform/apply"
    listed = {"arn": arn, "roles": ["acme-storefront-production-deploy"]}
    stack = pack.configured({"settings": {"managed_policies": [listed]}})

    def looked_up(statement: dict[str, object]) -> Declared:
        properties = {"arn": arn, "policy": estate.document(statement)}
        return Declared("keyless:index:LookedUpPolicy", "looked up", properties)

    broad = [attachment(arn), looked_up(allow("ec2:*", "*"))]
    assert says(pack, *broad, stack=stack) == [
        f'managed policy "{arn}", statement 1: {WILDCARD.format("ec2:*")}'
    ]
    [violation] = [v for v in pack.judge(estate.compliant(*broad), stack) if v.policy == ID]
    excepted = pack.configured(
        {"settings": {"managed_policies": [listed]}, "exceptions": [violation.proposed]}
    )
    assert says(pack, *broad, stack=excepted) == []
    narrow = looked_up(allow("s3:GetObject", "arn:aws:s3:::a/b"))
    assert says(pack, attachment(arn), narrow, stack=stack) == []


@pytest.mark.parametrize(
    "name",
    ["AdministratorAccess", "PowerUserAccess", "IAMFullAccess", "job-function/SystemAdministrator"],
)
def test_no_setting_allows_a_policy_for_whole_services(pack: Pack, name: str) -> None:
    arn = f"arn:aws:iam::aws:policy/{name}"
    listed = {"arn": arn, "roles": ["acme-storefront-production-deploy"]}
    stack = pack.configured({"settings": {"managed_policies": [listed]}})
    assert says(pack, attachment(arn), stack=stack) == [
        f'managed policy "{arn}": it grants whole services. A workflow that needs one resource '
        "reaches all. Write a policy with the actions and resources that are needed."
    ]


def test_roles_of_other_issuers_are_left_alone(pack: Pack) -> None:
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = estate.role(assumeRolePolicy=estate.document(service))
    assert says(pack, role, estate.role_policy(allow("*", "*")), attachment(READ_ONLY)) == []


@pytest.mark.parametrize("other", ["a-twin", "z-twin"])
def test_role_is_judged_beside_one_of_its_name_in_another_account(pack: Pack, other: str) -> None:
    ec2 = estate.allow("sts:AssumeRole", "*") | {"Principal": {"Service": "ec2.amazonaws.com"}}
    del ec2["Resource"]
    elsewhere = {"allowedAccountIds": '["333333333333"]'}
    one = estate.role(other, assumeRolePolicy=estate.document(ec2))
    twin = replace(one, provider=elsewhere)
    wide = estate.role_policy(estate.allow("s3:*", "*"))
    first = [twin, estate.role(), wide] if other == "a-twin" else [estate.role(), twin, wide]
    assert [where for where, _ in pack.says_of_stack(ID, first)] == [estate.DEPLOY]
    in_one_account = [one, estate.role(), wide]
    assert [where for where, _ in pack.says_of_stack(ID, in_one_account)] == sorted(
        [other, estate.DEPLOY]
    )


@pytest.mark.parametrize(
    ("of_type", "name", "accepted"),
    [
        ("", "", False),
        ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attached", True),
        ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "another", False),
        ("aws:iam/rolePolicy:RolePolicy", "attached", False),
    ],
)
def test_administrator_that_the_stack_does_not_show_is_refused_unless_accepted(
    pack: Pack, of_type: str, name: str, accepted: bool
) -> None:
    admin = attachment("arn:aws:iam::aws:policy/AdministratorAccess", role="break-glass")
    entry = {"type": of_type, "name": name, "reason": "the way in for emergencies"}
    stack = pack.configured({"settings": {"accepted_types": [entry] if of_type else []}})
    refused = (
        "attached",
        'role "break-glass": the stack does not show it, and managed policy '
        '"arn:aws:iam::aws:policy/AdministratorAccess" makes it an administrator. It may be a role '
        "that trusts GitHub. Write the grant into the stack of the role, or a narrower one.",
    )
    found = pack.says_of_stack(ID, estate.compliant(admin), stack)
    assert found == ([] if accepted else [refused])


def test_an_administrator_of_a_stack_without_roles_for_github_passes(pack: Pack) -> None:
    admin = attachment("arn:aws:iam::aws:policy/AdministratorAccess", role="break-glass")
    assert pack.says_of_stack(ID, [admin], "unconfigured") == []
