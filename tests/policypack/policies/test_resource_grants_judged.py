"""The policy resource-grants-judged, run by the pack's analyzer."""

import json
from dataclasses import replace

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "resource-grants-judged"
ACCOUNT = "arn:aws:iam::222222222222"
PLAN = f"{ACCOUNT}:role/keyless/acme-storefront-plan"
DEPLOY = f"{ACCOUNT}:role/keyless/acme-storefront-production-deploy"
WHERE = 'it names the role "acme-storefront-plan" that GitHub reaches: '
UNREAD = (
    "is no policy that can be judged. What it gives the role may be more than it has. Grant it in "
    "the role's own policies, or list its type and name under accepted_types in the pack's "
    "settings, with a reason."
)


def statement(principal: object, action: object, resource: object = None, **more: object) -> str:
    written = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
    kept = {key: value for key, value in (written | more).items() if value is not None}
    return json.dumps({"Version": "2012-10-17", "Statement": kept})


def policy(document: object, kind: str = "aws:s3/bucketPolicy:BucketPolicy") -> Declared:
    return Declared(kind, "policy", {"policy": document})


def says(pack: Pack, resource: Declared, stack: str = "unconfigured") -> list[str]:
    return [said for _, said in pack.says_of_stack(ID, estate.compliant(resource), stack)]


def test_wildcard_is_blocked(pack: Pack) -> None:
    document = statement({"AWS": DEPLOY}, "kms:*", "*")
    assert says(pack, policy(document, "aws:kms/key:Key")) == [
        'it names the role "acme-storefront-production-deploy" that GitHub reaches: policy, '
        'statement 1: action "kms:*" is a wildcard. What AWS adds tomorrow is granted too. Write '
        "the actions that are needed."
    ]


@pytest.mark.parametrize(
    "principal",
    [
        {"AWS": PLAN},
        {"AWS": ["222222222222", PLAN]},
        {"AWS": "arn:aws:sts::222222222222:assumed-role/acme-storefront-plan/session"},
    ],
)
@pytest.mark.parametrize(
    ("kind", "action"),
    [
        ("aws:s3/bucketPolicy:BucketPolicy", "s3:PutObject"),
        ("aws:sqs/queuePolicy:QueuePolicy", "sqs:SendMessage"),
        ("aws:sns/topicPolicy:TopicPolicy", "sns:Publish"),
        ("aws:secretsmanager/secretPolicy:SecretPolicy", "secretsmanager:PutSecretValue"),
        ("aws:ecr/repositoryPolicy:RepositoryPolicy", "ecr:PutImage"),
        ("aws-native:s3:BucketPolicy", "s3:PutObject"),
    ],
)
def test_write_of_a_pull_request_is_blocked(
    pack: Pack, principal: object, kind: str, action: str
) -> None:
    assert says(pack, policy(statement(principal, action), kind)) == [
        f'{WHERE}policy, statement 1: "{action}" writes. A pull request runs code that nobody '
        "reviewed. Write reads of what is set up, or of objects by name."
    ]


def test_documents_that_are_objects_are_read(pack: Pack) -> None:
    document = json.loads(statement({"AWS": PLAN}, "s3:PutObject"))
    native = Declared("aws-native:s3:BucketPolicy", "policy", {"policyDocument": document})
    assert len(says(pack, native)) == 1


@pytest.mark.parametrize(
    "document",
    [
        statement({"AWS": DEPLOY}, ["s3:PutObject"], "arn:aws:s3:::b/*"),
        statement({"AWS": PLAN}, "s3:GetObject", "arn:aws:s3:::b/plans/*"),
        statement({"AWS": "222222222222"}, "s3:*", "*"),
        statement({"AWS": f"{ACCOUNT}:root"}, "kms:*", "*"),
        statement("*", "s3:GetObject", "arn:aws:s3:::b/*"),
        statement({"AWS": PLAN}, "s3:*", "*", Effect="Deny"),
        statement({"AWS": f"{ACCOUNT}:role/other"}, "s3:*", "*"),
        statement(
            "*", "s3:*", "*", Condition={"ArnNotLike": {"aws:PrincipalArn": f"{ACCOUNT}:role/*"}}
        ),
    ],
)
def test_what_the_role_may_have_itself_passes(pack: Pack, document: str) -> None:
    assert says(pack, policy(document)) == []


def test_the_bucket_of_the_state_is_for_the_roles_that_the_settings_name(pack: Pack) -> None:
    bucket = {"bucket": "acme-state", "roles": ["acme-storefront-plan"]}
    stack = pack.configured({"settings": {"state_buckets": [bucket]}})
    on_state = "arn:aws:s3:::acme-state/storefront/*"
    assert says(pack, policy(statement({"AWS": PLAN}, "s3:GetObject", on_state)), stack) == []
    assert says(pack, policy(statement({"AWS": DEPLOY}, "s3:GetObject", on_state)), stack) == [
        'it names the role "acme-storefront-production-deploy" that GitHub reaches: policy, '
        'statement 1: "s3:GetObject" on "acme-state", which has the state of stacks. Anybody who '
        "writes the state of a stack runs code in its next update, and it may contain secrets. "
        "Leave it to the role that updates the stack."
    ]


def test_write_from_a_branch_is_blocked_unless_the_settings_let_branches_write(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.trust("ref:refs/heads/main"))
    resources = [role, policy(statement({"AWS": DEPLOY}, "s3:PutObject", "arn:aws:s3:::b/*"))]
    [(_, sentence)] = pack.says_of_stack(ID, resources)
    assert sentence == (
        'it names the role "acme-storefront-production-deploy" that GitHub reaches: policy: '
        'statement 1 allows "s3:PutObject", and "ref:refs/heads/main" reaches the role. Anybody '
        "who can push there changes AWS without approval. Write an environment with reviewers, and "
        "let the role trust that."
    )
    stack = pack.configured({"settings": {"write_needs_environment": False}})
    assert pack.says_of_stack(ID, resources, stack) == []


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        ("arn:aws:s3:::shop-pr-site/*", []),
        (
            "arn:aws:s3:::site/*",
            [
                'it names the role "acme-storefront-production-deploy" that GitHub reaches: '
                'policy, statement 1: "s3:PutObject" on "arn:aws:s3:::site/*", which does not '
                "begin with "
                '"shop-pr-". Code that nobody merged could overwrite it. Write names that begin '
                "with it."
            ],
        ),
    ],
)
def test_write_after_a_review_begins_with_the_prefix(
    pack: Pack, resource: str, said: list[str]
) -> None:
    review = {"environment": "storefront/production", "name_prefix": "shop-pr-"}
    stack = pack.configured({"settings": {"review_environments": [review]}})
    document = statement({"AWS": DEPLOY}, "s3:PutObject", resource)
    assert says(pack, policy(document), stack) == said


def test_a_known_value_that_comes_from_another_resource_passes(pack: Pack) -> None:
    document = statement({"AWS": "222222222222"}, "s3:GetObject", "arn:aws:s3:::b/*")
    known = replace(policy(document), depends_by_property={"policy": (estate.PLAN,)})
    assert says(pack, known) == []


def test_a_policy_that_is_not_known_is_blocked_unless_it_is_accepted(pack: Pack) -> None:
    hidden = replace(policy(UNKNOWN), depends_by_property={"policy": (estate.ENVIRONMENT,)})
    assert says(pack, hidden) == [
        "policy: not known at preview. It may name a role that GitHub reaches. Write the document "
        "as text with ARNs composed as text."
    ]
    entry = {"type": hidden.type, "name": hidden.name, "reason": "looked at by hand"}
    stack = pack.configured({"settings": {"accepted_types": [entry]}})
    assert says(pack, hidden, stack) == []


def test_role_that_a_condition_names_is_named(pack: Pack) -> None:
    condition = {"ArnLike": {"aws:PrincipalArn": f"{ACCOUNT}:role/keyless/acme-storefront-pl*"}}
    document = statement("*", "s3:PutObject", "*", Condition=condition)
    assert len(says(pack, policy(document))) == 1


def test_all_but_some_are_everybody_else(pack: Pack) -> None:
    document = statement(None, "s3:PutObject", "*", NotPrincipal={"AWS": DEPLOY})
    assert [said.partition(":")[0] for said in says(pack, policy(document))] == [WHERE.rstrip(": ")]


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("aws:kms/grant:Grant", "granteePrincipal", PLAN),
        ("aws:eks/accessEntry:AccessEntry", "principalArn", PLAN),
        ("aws:eks/accessPolicyAssociation:AccessPolicyAssociation", "principalArn", PLAN),
        ("aws:lambda/permission:Permission", "principal", PLAN),
        ("aws:lakeformation/permissions:Permissions", "principal", PLAN),
        ("kubernetes:core/v1:ConfigMap", "data", f"- rolearn: {PLAN}\n  groups: [system:masters]"),
        ("aws:s3/bucketPolicy:BucketPolicy", "policy", f'{{"a": "{PLAN}", "a": 1}}'),
    ],
)
def test_what_is_no_document_is_blocked_unless_it_is_accepted(
    pack: Pack, kind: str, path: str, value: str
) -> None:
    resource = Declared(kind, "x", {path: value})
    assert says(pack, resource) == [f"{WHERE}{path} {UNREAD}"]
    entry = {"type": kind, "name": "x", "reason": "looked at by hand"}
    stack = pack.configured({"settings": {"accepted_types": [entry]}})
    assert says(pack, resource, stack) == []


@pytest.mark.parametrize(
    "kind", ["aws:lambda/permission:Permission", "aws-native:lambda:Permission"]
)
@pytest.mark.parametrize(
    ("principal", "action", "refused"),
    [
        (DEPLOY, "lambda:InvokeFunction", []),
        ("events.amazonaws.com", "lambda:InvokeFunction", []),
        ("*", "lambda:InvokeFunction", []),
        (
            DEPLOY,
            "lambda:*",
            [
                'it names the role "acme-storefront-production-deploy" that GitHub reaches: '
                'permission, statement 1: action "lambda:*" is a wildcard. What AWS adds tomorrow '
                "is granted too. Write the actions that are needed."
            ],
        ),
        (
            PLAN,
            "lambda:InvokeFunction",
            [
                f'{WHERE}permission, statement 1: "lambda:InvokeFunction" writes. A pull request '
                "runs code that nobody reviewed. Write reads of what is set up, or of objects by "
                "name."
            ],
        ),
    ],
)
def test_permission_of_a_function_is_a_statement(
    pack: Pack, kind: str, principal: str, action: str, refused: list[str]
) -> None:
    properties = {"action": action, "principal": principal, "function": "checkout"}
    assert says(pack, Declared(kind, "x", properties)) == refused


@pytest.mark.parametrize(
    ("tags", "condition", "refused"),
    [
        ({"team": "platform"}, {"StringEquals": {"aws:PrincipalTag/team": "platform"}}, 1),
        ({"Team": "Platform"}, {"StringEquals": {"AWS:PrincipalTag/TEAM": "platform"}}, 1),
        ({"team": "platform"}, {"StringLike": {"aws:PrincipalTag/team": ["x", "plat*"]}}, 1),
        ({"team": "platform"}, {"StringEquals": {"aws:PrincipalTag/team": "${aws:x}"}}, 1),
        ({"team": "platform"}, {"StringEquals": {"aws:PrincipalTag/team": "data"}}, 0),
        ({"team": "platform"}, {"StringEquals": {"aws:PrincipalTag/zone": "platform"}}, 0),
        ({}, {"StringEquals": {"aws:PrincipalTag/team": "platform"}}, 0),
        ({"team": "platform"}, {"StringNotEquals": {"aws:PrincipalTag/team": "data"}}, 0),
        (UNKNOWN, {"StringEquals": {"aws:PrincipalTag/team": "data"}}, 1),
    ],
)
def test_everybody_with_a_tag_of_the_role_names_it(
    pack: Pack, tags: object, condition: object, refused: int
) -> None:
    plan = estate.plan_role().but(tags=tags)
    bucket = policy(statement("*", "s3:PutObject", "*", Condition=condition))
    found = pack.says_of_stack(ID, [plan, bucket])
    assert len(found) == refused
    assert all(said.startswith(f"{WHERE}policy, statement 1:") for _, said in found)


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("aws:ecs/taskDefinition:TaskDefinition", {"taskRoleArn": PLAN}),
        ("aws:lambda/function:Function", {"role": PLAN}),
        ("awsx:ecs:FargateService", {"taskDefinitionArgs": {"taskRole": {"roleArn": PLAN}}}),
        ("aws-native:codebuild:Project", {"serviceRole": PLAN}),
        ("aws:rds/cluster:Cluster", {"iamRoles": [PLAN]}),
        ("aws:scheduler/schedule:Schedule", {"target": {"roleArn": PLAN}}),
        ("aws:lambda/function:Function", {"environment": {"variables": {"R": PLAN}}}),
        ("aws:ecs/taskDefinition:TaskDefinition", {"containerDefinitions": f'[{{"x": "{PLAN}"}}]'}),
        ("aws:secretsmanager/secretVersion:SecretVersion", {"secretString": PLAN}),
        ("aws:accessanalyzer/archiveRule:ArchiveRule", {"filters": [{"eqs": [PLAN]}]}),
        ("kubernetes:core/v1:ConfigMap", {"metadata": {"name": "notes"}, "data": {"r": PLAN}}),
    ],
)
def test_who_acts_with_a_role_or_knows_it_gives_it_nothing(
    pack: Pack, kind: str, properties: dict[str, object]
) -> None:
    assert says(pack, Declared(kind, "x", properties)) == []


@pytest.mark.parametrize(
    ("kind", "properties", "path"),
    [
        (
            "aws:cognito/identityPoolRoleAttachment:IdentityPoolRoleAttachment",
            {"roles": {"authenticated": PLAN}},
            "roles.authenticated",
        ),
        (
            "aws:opensearch/domain:Domain",
            {"advancedSecurityOptions": {"masterUserOptions": {"masterUserArn": PLAN}}},
            "advancedSecurityOptions.masterUserOptions.masterUserArn",
        ),
        ("eks:index:Cluster", {"roleMappings": [{"roleArn": PLAN}]}, "roleMappings.0.roleArn"),
        (
            "kubernetes:core/v1:ConfigMapPatch",
            {"metadata": {"name": "aws-auth"}, "data": {"mapRoles": f"- rolearn: {PLAN}"}},
            "data.mapRoles",
        ),
    ],
)
def test_place_of_a_grant_is_blocked(
    pack: Pack, kind: str, properties: dict[str, object], path: str
) -> None:
    assert says(pack, Declared(kind, "x", properties)) == [f"{WHERE}{path} {UNREAD}"]


HIDDEN = (
    "{path}: not known at preview. It may name a role that GitHub reaches. Write the document as "
    "text with ARNs composed as text."
)


@pytest.mark.parametrize(
    ("kind", "path", "refused"),
    [
        ("aws:s3/bucketPolicy:BucketPolicy", "policy", True),
        ("aws:eks/accessEntry:AccessEntry", "principalArn", True),
        ("aws:s3/bucket:Bucket", "policy", False),
        ("aws:sqs/queue:Queue", "policy", False),
    ],
)
def test_unknown_of_no_resource_is_what_aws_fills_in_save_in_a_grant(
    pack: Pack, kind: str, path: str, refused: bool
) -> None:
    expected = [HIDDEN.format(path=path)] if refused else []
    assert says(pack, Declared(kind, "x", {path: UNKNOWN})) == expected


@pytest.mark.parametrize(
    ("kind", "properties", "path"),
    [
        (
            "aws:cloudfront/distribution:Distribution",
            {"defaultCacheBehavior": {"cachePolicyId": UNKNOWN}},
            "defaultCacheBehavior",
        ),
        (
            "aws:networkfirewall/firewall:Firewall",
            {"firewallPolicyArn": UNKNOWN},
            "firewallPolicyArn",
        ),
        (
            "aws:ssoadmin/accountAssignment:AccountAssignment",
            {"principalId": UNKNOWN},
            "principalId",
        ),
        ("aws:eks/accessEntry:AccessEntry", {"principalArn": UNKNOWN}, "principalArn"),
    ],
)
def test_unknown_that_names_no_role_of_github_passes(
    pack: Pack, kind: str, properties: dict[str, object], path: str
) -> None:
    nodes = {"name": "nodes", "assumeRolePolicy": "{}"}
    other = Declared("aws:iam/role:Role", "nodes", nodes)
    resource = Declared(kind, "x", properties, ("nodes",), {path: ("nodes",)})
    assert pack.says_of_stack(ID, [*estate.compliant(), other, resource]) == []


@pytest.mark.parametrize(
    ("kind", "properties", "path"),
    [
        ("aws:lakeformation/dataLakeSettings:DataLakeSettings", {"admins": UNKNOWN}, "admins"),
        ("aws:lakeformation/dataLakeSettings:DataLakeSettings", {"admins": [UNKNOWN]}, "admins.0"),
        ("aws:s3control/accessGrant:AccessGrant", {"grantee": UNKNOWN}, "grantee"),
        (
            "aws:s3control/accessGrant:AccessGrant",
            {"grantee": {"granteeIdentifier": UNKNOWN}},
            "grantee.granteeIdentifier",
        ),
        ("aws-native:events:EventBusPolicy", {"statement": UNKNOWN}, "statement"),
        (
            "aws:s3control/multiRegionAccessPointPolicy:MultiRegionAccessPointPolicy",
            {"details": UNKNOWN},
            "details",
        ),
        ("aws:kms/key:Key", {"policy": UNKNOWN}, "policy"),
    ],
)
def test_unknown_that_comes_from_no_role_may_name_one(
    pack: Pack, kind: str, properties: dict[str, object], path: str
) -> None:
    suffix = Declared("random:index/randomId:RandomId", "suffix", {"byteLength": 4})
    first = path.partition(".")[0]
    resource = Declared(kind, "x", properties, ("suffix",), {first: ("suffix",)})
    found = pack.says_of_stack(ID, [*estate.compliant(), suffix, resource])
    assert found == [("x", HIDDEN.format(path=path))]


def test_policy_of_an_endpoint_only_limits(pack: Pack) -> None:
    document = statement({"AWS": PLAN}, "*", "*")
    assert says(pack, policy(document, "aws:ec2/vpcEndpoint:VpcEndpoint")) == []
    assert says(pack, policy(document, "aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy")) == []


@pytest.mark.parametrize(
    ("principal", "condition", "refused"),
    [
        ("*", {}, True),
        ({"AWS": "*"}, {"StringEquals": {"aws:PrincipalAccount": "222222222222"}}, True),
        ("*", {"ArnLike": {"aws:PrincipalArn": f"{ACCOUNT}:role/admins/*"}}, False),
        ({"AWS": "222222222222"}, {}, False),
    ],
)
def test_bucket_of_state_is_closed_to_everybody(
    pack: Pack, principal: object, condition: object, refused: bool
) -> None:
    stack = pack.configured({"settings": {"state_buckets": ["acme-pulumi"]}})
    resource = "arn:aws:s3:::acme-pulumi/*"
    document = statement(principal, "s3:GetObject", resource, Condition=condition)
    found = Declared("aws:s3/bucketPolicy:BucketPolicy", "x", {"bucket": "acme-pulumi"})
    said = says(pack, found.but(policy=document), stack)
    assert any("has the state of stacks" in each for each in said) is refused


@pytest.mark.parametrize(("name", "count"), [("notes", 0), ("aws-auth", 1)])
def test_an_unknown_of_a_config_map_counts_in_that_of_a_cluster(
    pack: Pack, name: str, count: int
) -> None:
    held = {"metadata": {"name": name}, "data": {"roleArn": UNKNOWN}}
    of_plan = {"data": (estate.PLAN,)}
    config = Declared("kubernetes:core/v1:ConfigMap", "x", held, (estate.PLAN,), of_plan)
    assert len(says(pack, config)) == count


@pytest.mark.parametrize(("name", "refused"), [("deploy", False), ("another", True)])
def test_bucket_of_state_is_open_to_the_roles_that_the_settings_list(
    pack: Pack, name: str, refused: bool
) -> None:
    roles = [f"acme-storefront-production-{name}", "acme-storefront-plan"]
    bucket = {"bucket": "acme-pulumi", "roles": roles}
    stack = pack.configured({"settings": {"state_buckets": [bucket]}})
    document = statement("*", "s3:GetObject", "arn:aws:s3:::acme-pulumi/*")
    found = Declared("aws:s3/bucketPolicy:BucketPolicy", "x", {"bucket": "acme-pulumi"})
    assert bool(says(pack, found.but(policy=document), stack)) is refused


@pytest.mark.parametrize(
    "kind", ["aws:ssm/parameter:Parameter", "aws:cloudwatch/eventRule:EventRule", "keyless:x:Y"]
)
def test_what_only_mentions_a_role_passes(pack: Pack, kind: str) -> None:
    assert says(pack, Declared(kind, "x", {"value": PLAN, "tags": {"role": PLAN}})) == []


def test_policy_that_is_not_known_is_blocked(pack: Pack) -> None:
    unknown = Declared(
        "aws:s3/bucketPolicy:BucketPolicy",
        "x",
        {"policy": UNKNOWN},
        depends_by_property={"policy": (estate.PLAN,)},
    )
    assert says(pack, unknown) == [
        f"{WHERE}policy is not known at preview. What it gives the role may be more than it has. "
        "Write the role's ARN composed as text.",
        "policy: not known at preview. It may name a role that GitHub reaches. Write the document "
        "as text with ARNs composed as text.",
    ]


def test_stack_without_a_role_for_github_is_left_alone(pack: Pack) -> None:
    assert pack.says_of_stack(ID, [policy(statement({"AWS": PLAN}, "s3:*"))]) == []


def test_a_policy_of_the_organisation_gives_nobody_anything(pack: Pack) -> None:
    content = statement("*", "sts:AssumeRoleWithWebIdentity", "*", Effect="Deny")
    guardrail = Declared("aws:organizations/policy:Policy", "guardrail", {"content": content})
    attached = {"policyId": UNKNOWN, "targetId": "r-acme"}
    attachment = Declared("aws:organizations/policyAttachment:PolicyAttachment", "root", attached)
    assert says(pack, guardrail) == says(pack, attachment) == []


def test_a_policy_on_the_organisation_itself_is_judged(pack: Pack) -> None:
    document = statement({"AWS": DEPLOY}, "organizations:*", "*")
    found = Declared("aws:organizations/resourcePolicy:ResourcePolicy", "x", {"content": document})
    (said,) = says(pack, found)
    assert said.startswith('it names the role "acme-storefront-production-deploy" that GitHub')
