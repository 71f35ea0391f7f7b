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
        "awscc:iam/role:Role",
        "kubernetes:iam.services.k8s.aws/v1alpha1:Role",
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
    ("text", "named"),
    [
        (json.dumps({"Type": "AWS::IAM::Role"}), "IAM"),
        ('{"Type": "AWS::\\u0049AM::ManagedPolicy"}', "IAM"),
        (json.dumps({"Type": "AWS::Serverless::Function"}), "AWS::Serverless"),
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


@pytest.mark.parametrize("text", ["arn:aws:iam::222222222222:role/tasks", "diamond", "jiami"])
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


@pytest.mark.parametrize("kind", ["pulumi-python:dynamic:Resource", "pulumi-nodejs:dynamic/x:Y"])
def test_serialised_provider_is_looked_into(pack: Pack, kind: str) -> None:
    code = b64encode(b"\x80\x04\x8c\x05boto3\x8c\x03iam\x94").decode()
    assert len(pack.says(ID, Declared(kind, "x", {"__provider": code}))) == 1
    assert len(pack.says(ID, Declared(kind, "x", {"__provider": "client('iam')"}))) == 1


@pytest.mark.parametrize("kind", ["aws:s3/bucket:Bucket", "aws:iam/user:User", "gcp:iam/x:Y"])
def test_other_types_pass(pack: Pack, kind: str) -> None:
    assert pack.says(ID, Declared(kind, "x", {"note": "IAM"})) == []
