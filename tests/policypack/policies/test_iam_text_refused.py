"""The policy iam-text-refused, run by the pack's analyzer."""

import json
from base64 import b64encode

import pytest

from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "iam-text-refused"
WHY = "A role or a grant in it is not judged."
ACCEPT = "list its type and name under accepted_types in the pack's settings, with a reason."
STACK = "aws:cloudformation/stack:Stack"
COMMAND = "command:local:Command"
BUCKET = json.dumps({"Resources": {"B": {"Type": "AWS::S3::Bucket"}}})


def accepting(pack: Pack, kind: str) -> str:
    entry = {"type": kind, "name": "x", "reason": "looked at by hand"}
    return pack.configured({"settings": {"accepted_types": [entry]}})


@pytest.mark.parametrize(
    "kind",
    [
        STACK,
        "aws:cloudformation/stackSet:StackSet",
        "aws:cloudformation/stackSetInstance:StackSetInstance",
        "aws:serverlessrepository/cloudFormationStack:CloudFormationStack",
        "aws:servicecatalog/provisionedProduct:ProvisionedProduct",
        "aws:cloudcontrol/resource:Resource",
        "aws-native:cloudformation:Stack",
        "aws-native:index:ExtensionResource",
        "aws:iam/roleOfTomorrow:RoleOfTomorrow",
        "aws-native:iam:RoleOfTomorrow",
        "aws:ssm/quicksetupConfigurationManager:QuicksetupConfigurationManager",
        "aws:controltower/landingZone:LandingZone",
        "awscc:index/s3Bucket:S3Bucket",
        "AWS:CloudFormation/Stack:Stack",
    ],
)
def test_type_that_is_text_is_blocked_unless_it_is_accepted(pack: Pack, kind: str) -> None:
    resource = Declared(kind, "x", {"templateBody": BUCKET})
    assert pack.says(ID, resource) == [
        f'{kind} "x": what it makes is text to the pack. {WHY} Write its resources one by one, or '
        f"{ACCEPT}"
    ]
    assert pack.says(ID, resource, accepting(pack, kind)) == []
    assert len(pack.says(ID, Declared(kind, "y", {}), accepting(pack, kind))) == 1


@pytest.mark.parametrize(
    "kind",
    [
        "aws:index/iamRolePolicy:IamRolePolicy",
        "awscc:iam/role:Role",
        "awscc:index/iamRole:IamRole",
        "kubernetes:iam.aws.m.upbound.io/v1beta1:Policy",
        "kubernetes:iam.services.k8s.aws/v1alpha1:Role",
    ],
)
def test_type_of_iam_of_another_provider_is_blocked_although_it_is_accepted(
    pack: Pack, kind: str
) -> None:
    grant = {"role": "deploy", "policy": '{"Statement": [{"Action": "*", "Resource": "*"}]}'}
    assert pack.says(ID, Declared(kind, "x", grant), accepting(pack, kind)) == [
        f'{kind} "x": it is a type of IAM from a provider that the pack does not read. {WHY} Write '
        "it with Pulumi's own provider for AWS."
    ]


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (json.dumps({"Type": "AWS::IAM::Role"}), "IAM"),
        ('{"Type": "AWS::\\u0049AM::ManagedPolicy"}', "IAM"),
        (json.dumps({"Type": "AWS::Serverless::Function"}), "AWS::Serverless"),
        ('  [{"Type": "AWS::\\u0049AM::Role"}]', "IAM"),
        ('Type: "AWS::\\x49AM::Role"', "IAM"),
        ("aws i'a'm create-role", "iam"),
        ("aws i\\am create-role", "iam"),
        ("CAPABILITY_NAMED_IAM", "IAM"),
        ("CAPABILITY_AUTO_EXPAND", "CAPABILITY_AUTO_EXPAND"),
        ("AssumeRolePolicyDocument: {}", "AssumeRolePolicy"),
        ("arn:aws:iam::aws:policy/AdministratorAccess", "iam"),
    ],
)
def test_text_that_names_iam_is_blocked_although_it_is_accepted(
    pack: Pack, text: str, named: str
) -> None:
    for kind in (STACK, "aws:cloudcontrol/resource:Resource", COMMAND):
        resource = Declared(kind, "x", {"nested": [{"text": text}]})
        assert pack.says(ID, resource, accepting(pack, kind)) == [
            f'{kind} "x": its text names IAM, "{named}". {WHY} Write roles and policies as '
            "resources of their own."
        ]


@pytest.mark.parametrize(
    ("kind", "text", "called"),
    [
        (
            "aws:sfn/stateMachine:StateMachine",
            json.dumps({"Resource": "arn:aws:states:::aws-sdk:iam:updateAssumeRolePolicy"}),
            "aws-sdk:iam:updateAssumeRolePolicy",
        ),
        (
            "aws:scheduler/schedule:Schedule",
            "arn:aws:scheduler:::aws-sdk:iam:attachRolePolicy",
            "aws-sdk:iam:attachRolePolicy",
        ),
        ("aws:ssm/document:Document", "inputs: {Service: iam, Api: PutRolePolicy}", "Service: iam"),
        (
            "aws:ssm/document:Document",
            json.dumps({"inputs": {"Service": "iam", "Api": "PutRolePolicy"}}),
            'Service": "iam',
        ),
        (
            "aws:apigateway/integration:Integration",
            "arn:aws:apigateway:eu-west-1:iam:action/CreateUser",
            ":apigateway:eu-west-1:iam:",
        ),
        ("docker:index/container:Container", "attach-role-policy", "attach-role-policy"),
        ("ansible:index/playbook:Playbook", "aws iam create-user", "aws iam create-user"),
    ],
)
def test_definition_that_calls_iam_is_blocked_unless_it_is_accepted(
    pack: Pack, kind: str, text: str, called: str
) -> None:
    resource = Declared(kind, "x", {"definition": text})
    assert pack.says(ID, resource) == [
        f'{kind} "x": it calls IAM, "{called}". {WHY} Write roles and policies as resources of '
        f"their own, or {ACCEPT}"
    ]
    assert pack.says(ID, resource, accepting(pack, kind)) == []


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("aws:sfn/stateMachine:StateMachine", "arn:aws:states:::aws-sdk:iam:listRoles"),
        ("aws:sfn/stateMachine:StateMachine", "arn:aws:iam::222222222222:role/emr"),
        ("aws:ssm/document:Document", "runCommand: [yum install -y agent]"),
        ("aws:cfg/rule:Rule", "IAM_PASSWORD_POLICY"),
        ("docker:index/container:Container", "acme/iam-service:1"),
        ("docker-build:index:Image", UNKNOWN),
    ],
)
def test_definition_that_changes_no_iam_passes(pack: Pack, kind: str, text: str) -> None:
    assert pack.says(ID, Declared(kind, "x", {"definition": text})) == []


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:iam::222222222222:role/tasks",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/tasks-${AWS::StackName}",
        "--role-arn arn:aws:iam::$ACCOUNT:role/read --role-session-name x",
        "diamond",
        "jiami",
    ],
)
def test_the_arn_of_a_role_and_other_words_name_no_iam(pack: Pack, text: str) -> None:
    assert pack.says(ID, Declared(STACK, "x", {"p": text}), accepting(pack, STACK)) == []


@pytest.mark.parametrize(
    "kind", [COMMAND, "pulumi-python:dynamic:Resource", "command:remote:Command"]
)
def test_other_commands_pass(pack: Pack, kind: str) -> None:
    assert pack.says(ID, Declared(kind, "x", {"create": "echo hello"})) == []


def test_command_that_is_not_known_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, Declared(COMMAND, "x", {"create": UNKNOWN})) == [
        f'{COMMAND} "x": create is not known at preview. {WHY} Write it as text, or {ACCEPT}'
    ]


def test_command_that_deploys_is_blocked(pack: Pack) -> None:
    resource = Declared(COMMAND, "x", {"create": "cd infra && terraform apply"})
    assert pack.says(ID, resource) == [
        f'{COMMAND} "x": it runs "terraform", which may create IAM. {WHY} Write its resources in '
        f"the program, or {ACCEPT}"
    ]
    assert pack.says(ID, resource, accepting(pack, COMMAND)) == []


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("aws s3api put-bucket-policy --bucket docs", "put-bucket-policy"),
        ("aws ecr set-repository-policy --repository-name shop", "set-repository-policy"),
        ("aws kms create-grant --key-id k", "create-grant"),
        ("aws lambda add-permission --function-name f", "add-permission"),
        ("aws eks create-access-entry --cluster-name c", "create-access-entry"),
        (
            "gh api -X PUT repos/acme/shop/environments/production",
            "gh api -X PUT repos/acme/shop/environments",
        ),
    ],
)
def test_command_that_grants_is_blocked(pack: Pack, text: str, run: str) -> None:
    resource = Declared(COMMAND, "x", {"create": text})
    assert pack.says(ID, resource) == [
        f'{COMMAND} "x": it runs "{run}", which decides who gets in. {WHY} Write it as a resource '
        f"of its own, or {ACCEPT}"
    ]
    assert pack.says(ID, resource, accepting(pack, COMMAND)) == []


@pytest.mark.parametrize(
    "text",
    [
        "aws ecr put-lifecycle-policy --repository-name shop",
        "aws logs put-retention-policy --log-group-name x",
        "gh api repos/acme/shop/environments/production",
        "gh api -X POST repos/acme/shop/dispatches",
    ],
)
def test_command_that_grants_nothing_passes(pack: Pack, text: str) -> None:
    assert pack.says(ID, Declared(COMMAND, "x", {"create": text})) == []


@pytest.mark.parametrize("kind", ["pulumi-python:dynamic:Resource", "pulumi-nodejs:dynamic/x:Y"])
@pytest.mark.parametrize(
    "provider",
    [b64encode(b"\x80\x04\x8c\x05boto3\x8c\x03iam\x94\xff").decode(), "client('iam') \u00e9"],
)
def test_serialised_provider_is_looked_into(pack: Pack, kind: str, provider: str) -> None:
    assert pack.says(ID, Declared(kind, "x", {"__provider": provider})) == [
        f'{kind} "x": its text names IAM, "iam". {WHY} Write roles and policies as resources of '
        "their own."
    ]


@pytest.mark.parametrize(
    "provider", ["aGVsbG8=", "no base64", b64encode(b"hello").decode(), "IGlh.bSA="]
)
def test_serialised_provider_without_iam_passes(pack: Pack, provider: str) -> None:
    resource = Declared("pulumi-python:dynamic:Resource", "x", {"__provider": provider})
    assert pack.says(ID, resource) == []


@pytest.mark.parametrize("key", ["typeName", "type", "templateBody"])
def test_what_decides_what_is_made_is_known_although_it_is_accepted(pack: Pack, key: str) -> None:
    resource = Declared(STACK, "x", {key: UNKNOWN})
    assert pack.says(ID, resource, accepting(pack, STACK)) == [
        f'{STACK} "x": {key} is not known at preview. {WHY} Write it as text.'
    ]
    assert pack.says(ID, resource) == [
        f'{STACK} "x": what it makes is text to the pack. {WHY} Write its resources one by one, or '
        f"{ACCEPT}"
    ]


MANIFEST = "kubernetes:yaml/v2:ConfigGroup"


@pytest.mark.parametrize("group", ["iam.services.k8s.aws/v1alpha1", "iam.aws.upbound.io/v1beta1"])
def test_manifest_of_a_controller_that_makes_iam_is_blocked(pack: Pack, group: str) -> None:
    resource = Declared(MANIFEST, "x", {"yaml": f"apiVersion: {group}\nkind: Role"})
    assert pack.says(ID, resource) == [
        f'{MANIFEST} "x": its text names IAM, "{group.partition("/")[0]}/v". {WHY} Write roles and '
        "policies as resources of their own."
    ]


@pytest.mark.parametrize(
    "kind",
    ["kubernetes:apiextensions.crossplane.io/v1:Composition", "kubernetes:core/v1:ConfigMap"],
)
def test_resource_inside_of_another_of_kubernetes_is_blocked(pack: Pack, kind: str) -> None:
    inner = {"resources": [{"base": {"apiVersion": "iam.aws.upbound.io/v1beta1", "kind": "Role"}}]}
    (said,) = pack.says(ID, Declared(kind, "x", {"spec": inner}), accepting(pack, kind))
    assert said.startswith(f'{kind} "x": its text names IAM, "iam.aws.upbound.io/v". {WHY}')


@pytest.mark.parametrize(
    ("kind", "properties"),
    [
        ("kubernetes:tf.upbound.io/v1beta1:Workspace", {}),
        ("kubernetes:pulumi.com/v1:Stack", {"spec": {"projectRepo": "https://example.com"}}),
        ("kubernetes:infra.contrib.fluxcd.io/v1alpha2:Terraform", {}),
        (MANIFEST, {"yaml": "apiVersion: app.terraform.io/v1alpha2\nkind: Workspace"}),
    ],
)
def test_controller_that_runs_a_program_is_blocked_unless_it_is_accepted(
    pack: Pack, kind: str, properties: dict[str, object]
) -> None:
    resource = Declared(kind, "x", properties)
    assert pack.says(ID, resource) == [
        f'{kind} "x": what it makes is text to the pack. {WHY} Write its resources one by one, or '
        f"{ACCEPT}"
    ]
    assert pack.says(ID, resource, accepting(pack, kind)) == []


def test_other_manifests_pass(pack: Pack) -> None:
    for kind in ("kubernetes:apps/v1:Deployment", "kubernetes:argoproj.io/v1alpha1:Application"):
        note = "see https://www.pulumi.com/docs and app.terraform.io/app/acme"
        assert pack.says(ID, Declared(kind, "x", {"spec": {"name": "iam", "note": note}})) == []
    assert pack.says(ID, Declared(MANIFEST, "x", {"yaml": "kind: Service\nname: iam"})) == []


@pytest.mark.parametrize(
    "kind",
    [
        "aws:s3/bucket:Bucket",
        "aws:iam/user:User",
        "gcp:iam/x:Y",
        "aws-apigateway:index:RestAPI",
        "awsx:ecs:FargateService",
    ],
)
def test_other_types_pass(pack: Pack, kind: str) -> None:
    assert pack.says(ID, Declared(kind, "x", {"note": "IAM"})) == []
