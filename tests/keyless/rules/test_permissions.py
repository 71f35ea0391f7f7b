"""What Allow statements permit, by AWS's own catalogue of actions."""

import json

import pytest

from keyless.rules.permissions import (
    Access,
    Action,
    actions_matching,
    actions_of,
    denials,
    is_wild,
    names_nothing,
    read_statements,
    readable_statements,
)
from keyless.rules.policy_json import DocumentError
from tests.keyless.rules.written import allow, read

DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("written", "name", "access", "takes_resources"),
    [
        ("s3:listallmybuckets", "s3:ListAllMyBuckets", Access.LIST, False),
        ("s3:getbucketpolicy", "s3:GetBucketPolicy", Access.METADATA, True),
        ("s3:getobject", "s3:GetObject", Access.DATA, True),
        ("s3:listbucket", "s3:ListBucket", Access.DATA, True),
        ("s3:putobjecttagging", "s3:PutObjectTagging", Access.TAGGING, True),
        ("s3:putobject", "s3:PutObject", Access.WRITE, True),
        ("s3:putbucketpolicy", "s3:PutBucketPolicy", Access.PERMISSIONS, True),
        ("sqs:listqueues", "sqs:ListQueues", Access.METADATA, False),
        ("kms:decrypt", "kms:Decrypt", Access.DATA, True),
        ("kms:encrypt", "kms:Encrypt", Access.WRITE, True),
        ("bedrock:invokemodel", "bedrock:InvokeModel", Access.DATA, True),
        ("dynamodb:listtables", "dynamodb:ListTables", Access.LIST, False),
        ("s3:get?bject", "s3:GetObject", Access.DATA, True),
        ("iam:pass*", "iam:PassRole", Access.WRITE, True),
    ],
)
def test_what_an_action_does(
    written: str, name: str, access: Access, takes_resources: bool
) -> None:
    assert actions_matching(written) == (Action(name, access, takes_resources),)


@pytest.mark.parametrize("written", ["s3:nosuchaction", "nosuch:get", "nosuch:get*", "s3:zz*"])
def test_what_the_catalogue_lacks_is_a_write(written: str) -> None:
    assert actions_matching(written) == (Action(written, Access.WRITE, takes_resources=True),)


@pytest.mark.parametrize("written", ["*", "*:*", "s?:getobject", "s3", "s3:"])
def test_any_service_is_everything(written: str) -> None:
    expected = Action(written, Access.PERMISSIONS, takes_resources=True)
    assert actions_matching(written) == (expected,)


def test_a_wildcard_is_all_that_it_matches() -> None:
    statement = read(allow(["sqs:Get*", "S3:GETOBJECT"]))
    queue, url = (
        Action(f"sqs:GetQueue{what}", Access.METADATA, takes_resources=True)
        for what in ("Attributes", "Url")
    )
    assert list(actions_of(statement)) == [
        ("sqs:Get*", (queue, url)),
        ("S3:GETOBJECT", (Action("s3:GetObject", Access.DATA, takes_resources=True),)),
    ]


@pytest.mark.parametrize(
    ("text", "wild"),
    [
        ("s3:*", True),
        ("s3:Get?bject", True),
        ("role/${aws:username}", True),
        ("role/$x{y}", False),
        ("s3:GetObject", False),
    ],
)
def test_patterns(text: str, wild: bool) -> None:
    assert is_wild(text) is wild


@pytest.mark.parametrize(
    "resource",
    [
        "*",
        "**",
        "?*",
        "${aws:PrincipalTag/x}",
        "",
        "arn:*",
        "arn:aws:*",
        "arn:aws:s3*",
        "arn:aws:s3:*/shop",
        "arn:aws:s3:${aws:username}",
        "arn:aws:s3:::*",
        "arn:aws:s3:::*/*",
        "arn:aws:s3:::",
        "arn:aws:s3:::${aws:username}",
        "arn:aws:s3:::*/public",
        "arn:aws:iam::222222222222:*",
        "arn:aws:iam::222222222222:role/*",
        "arn:aws:iam::222222222222:role/**",
        "arn:aws:iam::222222222222:role/${aws:PrincipalTag/role}",
        "arn:aws:lambda:eu-west-1:222222222222:function:*",
        "arn:aws:lambda:eu-west-1:222222222222:function:*:*:*",
        "arn:aws:logs:*:222222222222:log-group:*",
        "arn:aws:ecs:eu-west-1:222222222222:task/*/*",
        "arn:aws:dynamodb:eu-west-1:222222222222:table/*/index/*",
        "arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/*",
        "arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/*/*",
        "arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup:*:autoScalingGroupName/*",
        "arn:aws:apigateway:eu-west-1::/restapis/*",
        "arn:aws:apigateway:eu-west-1::/*",
        "arn:aws:apigateway:eu-west-1::/restapis/*/deployments/*",
        "arn:aws:emr-serverless:eu-west-1:222222222222:/applications/*",
        "arn:aws:nosuch:::*",
    ],
)
def test_resources_that_name_no_more_than_a_type(resource: str) -> None:
    assert names_nothing(resource)


@pytest.mark.parametrize(
    "resource",
    [
        "acme",
        "arn:aws:s3",
        "arn:aws:s3:::acme-*",
        "arn:aws:s3:::acme/*",
        "arn:aws:s3:::*-acme",
        "arn:aws:s3:::function/*",
        "arn:aws:iam::222222222222:role/apps/*",
        "arn:aws:iam::222222222222:role/*-apps",
        "arn:aws:lambda:eu-west-1:222222222222:function:shop-*",
        "arn:aws:lambda:eu-west-1:222222222222:function:shop:*",
        "arn:aws:lambda:eu-west-1:222222222222:function",
        "arn:aws:ecs:eu-west-1:222222222222:task/shop/*",
        "arn:aws:elasticloadbalancing:eu-west-1:222222222222:loadbalancer/app/shop/*",
        "arn:aws:autoscaling:eu-west-1:222222222222:autoScalingGroup:*:autoScalingGroupName/shop",
        "arn:aws:apigateway:eu-west-1::/restapis/abc/*",
        "arn:aws:sns:eu-west-1:222222222222:orders",
        "arn:aws:sns:eu-west-1:222222222222:X*",
        "arn:aws:nosuch:::thing/*",
    ],
)
def test_resources_that_name_something(resource: str) -> None:
    assert not names_nothing(resource)


def test_statements_are_read_whole() -> None:
    first, second = read_statements(
        json.dumps(
            {
                "statement": [
                    {"Effect": "Deny"},
                    {
                        "effect": "Allow",
                        "ACTION": "s3:GetObject",
                        "NotResource": ["a", "b"],
                        "Condition": {
                            "StringLike": {"AWS:SourceIp": ["1", 2, True]},
                            "Bool": {"aws:SecureTransport": True, "k": 1.5, "none": None},
                        },
                    },
                    {"Effect": "Allow", "NotAction": ["iam:*"], "Resource": "*"},
                ]
            }
        )
    )
    assert (first.index, first.actions, first.not_actions) == (2, ("s3:GetObject",), ())
    assert (first.resources, first.not_resources) == ((), ("a", "b"))
    assert first.conditions == {
        "StringLike": {"aws:sourceip": ("1", "2", "true")},
        "Bool": {"aws:securetransport": ("true",), "k": ("1.5",), "none": ()},
    }
    assert (second.index, second.actions, second.not_actions) == (3, (), ("iam:*",))
    assert (second.resources, second.not_resources) == (("*",), ())
    assert second.conditions == {}


def test_one_statement_needs_no_list() -> None:
    assert read_statements({"Statement": allow("s3:GetObject")})[0].actions == ("s3:GetObject",)
    assert read_statements({"Statement": []}) == ()


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ("no json", "it is no JSON"),
        (DEEP, "it is no JSON"),
        ('{"Statement": [], "Statement": []}', 'it has a duplicate key "Statement"'),
        ([], "it is no object"),
        ("7", "it is no object"),
        (None, "it is no object"),
        ({}, "statement 1 is no object"),
        ({"Statement": [], "statement": []}, "it has two elements Statement"),
        ({"Statement": [allow("s3:GetObject"), "x"]}, "statement 2 is no object"),
    ],
)
def test_a_document_of_another_form_is_refused(document: object, says: str) -> None:
    with pytest.raises(DocumentError) as error:
        read_statements(document)
    assert str(error.value) == says
    assert readable_statements(document) == ()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        (allow("s3:GetObject", Effect="allow"), "statement 1 has no Effect Allow or Deny"),
        (allow("s3:GetObject", Effect=None), "statement 1 has no Effect Allow or Deny"),
        (allow("s3:GetObject", effect="Allow"), "it has two elements Effect"),
        (allow("s3:GetObject", Condition={}, condition={}), "it has two elements Condition"),
        (allow(None), "statement 1 needs Action or NotAction"),
        (allow([]), "statement 1 needs Action or NotAction"),
        (allow("s3:GetObject", NotAction="s3:Put*"), "statement 1 needs Action or NotAction"),
        (allow("s3:GetObject", None), "statement 1 needs Resource or NotResource"),
        (allow("s3:GetObject", NotResource="x"), "statement 1 needs Resource or NotResource"),
        (allow("s3:GetObject", action="s3:*"), "it has two elements Action"),
        (allow(7), "statement 1 has a Action that is no text"),
        (allow("s3:GetObject", [{}]), "statement 1 has a Resource that is no text"),
        (allow(None, NotAction=[True]), "statement 1 has a NotAction that is no text"),
        (allow("x:Y", None, NotResource=1), "statement 1 has a NotResource that is no text"),
        (allow("s3:GetObject", Condition="x"), "statement 1 has a Condition of another form"),
        (
            allow("s3:GetObject", Condition={"Bool": {}, "StringLike": "x"}),
            "statement 1 has a Condition of another form",
        ),
        (
            allow("s3:GetObject", Condition={"StringLike": {"aws:Key": {}}}),
            "statement 1 has a aws:Key that is no text",
        ),
    ],
)
def test_a_statement_of_another_form_is_refused(statement: object, says: str) -> None:
    with pytest.raises(DocumentError) as error:
        read_statements({"Statement": statement})
    assert str(error.value) == says


def test_denials_that_apply_whatever_the_request() -> None:
    document = {
        "Statement": [
            allow("s3:GetObject"),
            allow("s3:*", Effect="Deny", Condition={"Bool": {"aws:SecureTransport": False}}),
            allow("iam:*", "arn:aws:iam::222222222222:role/x", Effect="Deny"),
            allow("sqs:*", Effect="Deny", Condition={}),
        ]
    }
    found = [(each.index, each.actions, each.resources) for each in denials(document)]
    assert found == [
        (3, ("iam:*",), ("arn:aws:iam::222222222222:role/x",)),
        (4, ("sqs:*",), ("*",)),
    ]


DENY = allow("s3:*", Effect="Deny")


@pytest.mark.parametrize(
    "document",
    [
        "{",
        [],
        {"Statement": [DENY, 7]},
        {"Statement": [DENY, allow(7)]},
        {"Statement": [DENY, allow(7, Effect="Deny")]},
    ],
)
def test_a_document_of_another_form_denies_nothing(document: object) -> None:
    assert denials(document) == ()


def test_what_can_be_read_is_the_same_to_those_who_do_not_ask_why() -> None:
    document = {"Statement": [allow("s3:GetObject")]}
    assert readable_statements(document) == read_statements(document)


@pytest.mark.parametrize(
    ("action", "is_covered"),
    [
        ("s3:GetObject", True),
        ("S3:getobject", True),
        ("s3:PutObject", False),
        ("iam:PassRole", True),
        ("iam:CreateRole", False),
    ],
)
def test_a_statement_is_about_its_actions_or_about_all_others(
    action: str, is_covered: bool
) -> None:
    named = ["S3:get*", "iam:PASSROLE"]
    assert read(allow(named)).covers(action) is is_covered
    assert read(allow(None, NotAction=named)).covers(action) is not is_covered
