"""What the policy of a resource grants to a role that it names."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from keyless.rules.iam_types import folded
from keyless.rules.resource_policies import (
    ANY_BUCKET,
    ITSELF,
    Named,
    granted_to,
    itself,
    may_grant,
    named_in,
)
from tests.keyless.rules.stacks import declared
from tests.keyless.rules.written import ACCOUNT

ROLE = "/keyless/plan"
PLAN = f"{ACCOUNT}:role{ROLE}"
OTHER = f"{ACCOUNT}:role/other"
OWN = "arn:aws:s3:::acme-site"
DENY = {"Effect": "Deny"}


def statement(principal: object = None, **more: object) -> dict[str, object]:
    written = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", **more}
    return {key: value for key, value in written.items() if value is not None}


def given(*statements: object, named: Named | None = None) -> Mapping[str, object] | None:
    return granted_to(named or Named(ROLE, {}), {"Statement": [*statements]}, OWN)


GRANT = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": OWN}


@pytest.mark.parametrize(
    "names",
    [
        {"principal": {"AWS": PLAN}},
        {"principal": {"AWS": [OTHER, PLAN]}},
        {"principal": PLAN},
        {"principal": {"AWS": "arn:aws:sts::222222222222:assumed-role/plan/session"}},
        {"PRINCIPAL": {"aws": PLAN}},
        {"principal": "*", "Condition": {"ArnLike": {"aws:PrincipalArn": f"{ACCOUNT}:role/*"}}},
        {"principal": "*", "Condition": {"StringEquals": {"AWS:PRINCIPALARN": [OTHER, PLAN]}}},
        {
            "principal": "*",
            "Condition": {"Null": "x", "ArnNotLike": {}, "ArnLike": {"aws:PrincipalArn": PLAN}},
        },
        {"NotPrincipal": {"AWS": OTHER}},
    ],
)
def test_a_role_that_is_named_gets_what_is_granted(names: dict[str, object]) -> None:
    assert given(statement(**names)) is not None


@pytest.mark.parametrize(
    "names",
    [
        {"principal": {"AWS": PLAN}, "Effect": "Deny"},
        {"principal": {"AWS": PLAN}, "Effect": "Deny", "effect": None},
        {"principal": {"AWS": OTHER}},
        {"principal": {"AWS": "222222222222"}},
        {"principal": {"AWS": f"{ACCOUNT}:root"}},
        {"principal": "*"},
        {"principal": {"AWS": "*"}},
        {"principal": {"Service": "s3.amazonaws.com"}},
        {"principal": "*", "Condition": {"ArnNotLike": {"aws:PrincipalArn": f"{ACCOUNT}:role/*"}}},
        {"principal": "*", "Condition": {"StringEquals": {"aws:SourceArn": PLAN}}},
        {"principal": "*", "Condition": {"StringEquals": PLAN}},
        {"principal": "*", "Condition": PLAN},
        {"NotPrincipal": {"AWS": PLAN}},
        {},
    ],
)
def test_others_and_everybody_name_no_role(names: dict[str, object]) -> None:
    assert given(statement(**names)) is None


@pytest.mark.parametrize(
    ("resource", "kept"),
    [
        ({}, {"Resource": OWN}),
        ({"Resource": "*"}, {"Resource": OWN}),
        ({"resource": ["*", "arn:aws:s3:::x"]}, {"Resource": OWN}),
        ({"Resource": "arn:aws:s3:::x"}, {"Resource": "arn:aws:s3:::x"}),
        ({"Resource": ["arn:aws:s3:::x"]}, {"Resource": ["arn:aws:s3:::x"]}),
        ({"NotResource": "arn:aws:s3:::x"}, {"NotResource": "arn:aws:s3:::x"}),
    ],
)
def test_all_resources_are_the_one_that_has_the_policy(
    resource: dict[str, object], kept: dict[str, object]
) -> None:
    action = {"Effect": "Allow", "Action": "s3:GetObject", "Sid": "x"}
    written = {**action, "Principal": {"AWS": PLAN}, **resource}
    assert given(written) == {"Statement": [action | kept]}


def test_all_but_some_principals_are_left_out_of_what_is_granted() -> None:
    assert given(statement(NotPrincipal={"AWS": OTHER})) == {"Statement": [GRANT]}


def tagged(operator: str = "StringEquals", /, **values: object) -> dict[str, object]:
    keys = {f"aws:PrincipalTag/{tag}": value for tag, value in values.items()}
    return statement({"AWS": "*"}, Condition={operator: keys})


@pytest.mark.parametrize(
    ("condition", "tags", "gets"),
    [
        (tagged(team="shop"), {"Team": "SHOP", "other": "x"}, True),
        (tagged(team=["x", "shop"]), {"team": "shop"}, True),
        (tagged("StringLike", team="sh*"), {"team": "shop"}, True),
        (tagged(team="${aws:RequestTag/team}"), {"team": "shop"}, True),
        (tagged(team="shop", stage="prod"), {"team": "shop", "stage": "prod"}, True),
        (tagged(team="shop", stage="prod"), {"team": "shop"}, False),
        (tagged(team="shop"), None, True),
        (tagged(team="shop"), {"team": "x"}, False),
        (tagged(team="shop"), {"stage": "shop"}, False),
        (tagged(team="shop"), {}, False),
        (tagged("StringNotEquals", team="x"), {"team": "shop"}, False),
        (tagged("Null", team="false"), {"team": "false"}, False),
        (tagged(team="shop") | {"Principal": {"AWS": "222222222222"}}, {"team": "shop"}, False),
    ],
)
def test_everybody_with_a_tag_of_the_role(
    condition: dict[str, object], tags: Mapping[str, str] | None, gets: bool
) -> None:
    assert (given(condition, named=Named(ROLE, tags)) is not None) is gets


@pytest.mark.parametrize(
    ("more", "gets"),
    [
        ({}, True),
        ({"Condition": {"StringEquals": {"aws:SourceVpc": "vpc-1"}}}, True),
        ({"Condition": {"ArnLike": {"aws:PrincipalArn": OTHER}}}, False),
        ({"Condition": {"ArnLike": {"aws:PrincipalArn": "*"}}}, False),
        ({"Principal": {"AWS": "222222222222"}}, False),
    ],
)
def test_everybody_is_one_too_many_for_some_resources(more: dict[str, object], gets: bool) -> None:
    everybody = Named(ROLE, {}, as_everybody=True)
    assert (given(statement("*") | more, named=everybody) is not None) is gets


@pytest.mark.parametrize(
    "kind", ["aws:lambda/permission:Permission", "aws-native:lambda:Permission"]
)
def test_a_permission_of_a_function_is_a_statement_in_parts(kind: str) -> None:
    parts = {"action": "lambda:InvokeFunction", "principal": PLAN, "sourceArn": OTHER}
    written = {
        "Effect": "Allow",
        "Principal": {"AWS": PLAN},
        "Action": "lambda:InvokeFunction",
        "Resource": "*",
    }
    assert named_in(kind, parts) == (
        [("permission", {"Statement": written})],
        [("sourceArn", OTHER)],
    )
    assert named_in(kind, parts | {"action": None}) == (
        [],
        [("sourceArn", OTHER), ("principal", PLAN)][::-1],
    )
    assert named_in("aws:kms/grant:Grant", parts)[0] == []


MAP = "kubernetes:core/v1:ConfigMap"
IN_A_MAP = {"mapRoles": f"- rolearn: {PLAN}"}


@pytest.mark.parametrize(
    ("kind", "properties", "paths"),
    [
        (MAP, {"metadata": {"name": "aws-auth"}, "data": IN_A_MAP}, ["data.mapRoles"]),
        (f"{MAP}Patch", {"metadata": {"name": "aws-auth"}, "data": IN_A_MAP}, ["data.mapRoles"]),
        (MAP, {"metadata": {"name": "x"}, "data": IN_A_MAP}, []),
        (MAP, {"metadata": {"name": 7}, "data": IN_A_MAP}, ["data.mapRoles"]),
        (MAP, {"metadata": "x", "data": IN_A_MAP}, ["data.mapRoles"]),
        (MAP, {"data": IN_A_MAP}, ["data.mapRoles"]),
        ("kubernetes:core/v1:Secret", {"metadata": {"name": "x"}, "data": PLAN}, ["data"]),
        ("aws:lambda/function:Function", {"role": PLAN, "environment": {"X": PLAN}}, []),
        ("aws-native:ecs:Service", {"taskRoleArn": PLAN, "x": [{"roleArn": PLAN}]}, []),
        ("aws:kms/grant:Grant", {"granteePrincipal": PLAN}, ["granteePrincipal"]),
        ("aws:x/y:Y", {"access": [{"principal": PLAN}]}, ["access.0.principal"]),
        ("aws:x/y:Y", {"access": [{"filters": [PLAN]}]}, []),
        ("aws:x/y:Y", {"access": [PLAN], "role": [PLAN]}, ["access.0"]),
        ("eks:index:Cluster", {"instanceRole": PLAN}, ["instanceRole"]),
    ],
)
def test_roles_that_are_named_where_something_is_given(
    kind: str, properties: dict[str, object], paths: list[str]
) -> None:
    assert named_in(kind, properties) == ([], [(path, PLAN) for path in paths])


def test_statements_keep_their_numbers() -> None:
    assert given(DENY, statement({"AWS": OTHER}), "x", statement({"AWS": PLAN})) == {
        "Statement": [DENY, DENY, DENY, GRANT]
    }


def test_one_statement_needs_no_list() -> None:
    document = {"statement": statement({"AWS": PLAN})}
    assert granted_to(Named(ROLE), document, ITSELF) == {
        "Statement": [GRANT | {"Resource": ITSELF}]
    }


def test_documents_and_other_mentions_are_found_with_their_paths() -> None:
    policy = {"Statement": [statement({"AWS": PLAN})]}
    properties = {
        "policy": json.dumps(policy),
        "rules": [{"document": {"STATEMENT": []}}, f'["{PLAN}"]', 7],
        "principalArn": PLAN,
        "text": f"- {PLAN}\n- {OTHER}",
        "broken": f'\n{{"a": "{PLAN}"',
        "map": {OTHER: "x"},
        **dict.fromkeys(("arn", "description", "id", "tags", "tagsAll", "urn"), PLAN),
    }
    documents, mentions = named_in("aws:s3/bucketPolicy:BucketPolicy", properties)
    assert documents == [("policy", policy), ("rules.0.document", {"STATEMENT": []})]
    assert mentions == [
        ("rules.1.0", PLAN),
        ("principalArn", PLAN),
        ("text", OTHER),
        ("text", PLAN),
        ("broken", PLAN),
        ("map", OTHER),
    ]


@pytest.mark.parametrize(
    ("kind", "held", "arn"),
    [
        ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "acme-site"}, OWN),
        ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": OWN}, OWN),
        ("aws-native:s3:Bucket", {"bucket": 7, "bucketName": "acme-site"}, OWN),
        ("aws:s3control/accessPointPolicy:AccessPointPolicy", {}, ANY_BUCKET),
        ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": None}, ANY_BUCKET),
        ("aws:sqs/queuePolicy:QueuePolicy", {"bucket": "acme-site"}, ITSELF),
        ("aws:s3tables/tablePolicy:TablePolicy", {}, ITSELF),
    ],
)
def test_a_policy_on_all_is_on_its_own_bucket(kind: str, held: dict[str, Any], arn: str) -> None:
    assert itself(declared(kind, "x", **held)) == arn


@pytest.mark.parametrize(
    ("kind", "may"),
    [
        ("aws:s3/bucketPolicy:BucketPolicy", True),
        ("aws-native:kms:Key", True),
        ("awscc:sqs:QueuePolicy", True),
        ("eks:index:Cluster", True),
        ("kubernetes:core/v1:ConfigMap", True),
        ("aws:cloudwatch/eventBus:EventBus", True),
        ("aws:iam/policy:Policy", False),
        ("aws-native:iam:Role", False),
        ("aws:ssm/parameter:Parameter", False),
        ("aws:s3/bucketObjectv2:BucketObjectv2", False),
        ("aws:cloudwatch/eventRule:EventRule", False),
        ("aws-native:events:Rule", False),
        ("aws:organizations/policy:Policy", False),
        ("aws:organizations/policyAttachment:PolicyAttachment", False),
        ("aws:ec2/vpcEndpoint:VpcEndpoint", False),
        ("aws-native:ec2:VpcEndpointPolicy", False),
        ("aws:organizations/resourcePolicy:ResourcePolicy", True),
        ("github:index/repository:Repository", False),
    ],
)
def test_types_that_may_grant_something(kind: str, may: bool) -> None:
    assert may_grant(folded(kind)) is may


GITHUB = "token.actions.githubusercontent.com"


@pytest.mark.parametrize(
    ("key", "value", "role_id", "gets"),
    [
        ("aws:userId", "AROADEPLOY:*", "AROADEPLOY", True),
        ("aws:UserID", "*:session", "AROADEPLOY", True),
        ("aws:userid", "AROAOTHER:*", "AROADEPLOY", False),
        ("aws:userid", "AROAOTHER:*", "", True),
        ("aws:userid", "${aws:PrincipalTag/id}", "", True),
        ("aws:userid", "AIDAUSER", "", False),
        ("aws:userid", "222222222222", "", False),
        ("aws:FederatedProvider", f"{ACCOUNT}:oidc-provider/{GITHUB}", "", True),
        (
            "aws:FederatedProvider",
            f"{ACCOUNT}:oidc-provider/git.acme.com/_services/token",
            "",
            True,
        ),
        ("aws:FederatedProvider", f"{ACCOUNT}:oidc-provider/*", "", True),
        ("aws:FederatedProvider", f"{ACCOUNT}:oidc-provider/gitlab.com", "", False),
        ("aws:FederatedProvider", f"{ACCOUNT}:saml-provider/okta", "", False),
        (f"{GITHUB}:sub", "repo:acme/*", "", True),
        (f"{GITHUB.upper()}:repository_owner", "acme", "", True),
        ("gitlab.com:sub", "project_path:acme/*", "", False),
        ("aws:PrincipalOrgID", "o-abc", "", False),
        ("s3:prefix", "app/*", "", False),
    ],
)
def test_a_condition_names_a_role_without_its_arn(
    key: str, value: str, role_id: str, *, gets: bool
) -> None:
    condition = statement("*", Condition={"StringLike": {key: [value]}})
    assert (given(condition, named=Named(ROLE, {}, id=role_id)) is not None) is gets
    excluded = statement("*", Condition={"StringNotLike": {key: [value]}})
    assert given(excluded, named=Named(ROLE, {}, id=role_id)) is None


@pytest.mark.parametrize(
    ("principal", "gets"),
    [
        ({"AWS": "AROADEPLOY"}, True),
        ({"AWS": "AROAOTHER"}, False),
        ({"Federated": f"{ACCOUNT}:oidc-provider/{GITHUB}"}, True),
        ({"Federated": f"{ACCOUNT}:oidc-provider/gitlab.com"}, False),
        ({"Service": "s3.amazonaws.com"}, False),
    ],
)
def test_a_principal_names_a_role_by_its_id_or_its_provider(
    principal: object, *, gets: bool
) -> None:
    found = given(statement(principal), named=Named(ROLE, {}, id="AROADEPLOY"))
    assert (found is not None) is gets
