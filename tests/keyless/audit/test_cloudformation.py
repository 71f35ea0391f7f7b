"""Roles of templates: intrinsic functions that come to a text, and those that do not."""

import json
from pathlib import Path
from typing import Any

import pytest

from keyless.audit.cloudformation import template_roles
from keyless.audit.template_text import plain, read_template
from tests.keyless.command_run import run
from tests.keyless.exported import trust_policy

SUBJECT = "repo:acme/shop:environment:production"
HEAD = """\
AWSTemplateFormatVersion: "2010-09-09"
Parameters:
  Repository: {Type: String, Default: acme/shop}
Resources:
  Provider:
    Type: AWS::IAM::OIDCProvider
    Properties:
      Url: https://token.actions.githubusercontent.com
      ClientIdList: [sts.amazonaws.com]
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      RoleName: shop-deploy
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Action: sts:AssumeRoleWithWebIdentity
            Principal:
              Federated: PROVIDER
            Condition:
              StringEquals:
                token.actions.githubusercontent.com:aud: sts.amazonaws.com
                token.actions.githubusercontent.com:sub: SUBJECT
"""
ARN = "arn:aws:iam::000000000000:oidc-provider/token.actions.githubusercontent.com"


def template(provider: str = "!Ref Provider", subject: str = SUBJECT) -> str:
    return HEAD.replace("PROVIDER", provider).replace("SUBJECT", subject)


def document(text: str) -> Any:
    roles = template_roles(text)
    assert roles is not None
    (role,) = roles
    assert (role.logical_id, role.name, role.line) == ("Deploy", "shop-deploy", 10)
    return role.document or role.unknown


@pytest.mark.parametrize(
    "provider",
    [
        ARN,
        "!Ref Provider",
        "!GetAtt Provider.Arn",
        "{Ref: Provider}",
        "{'Fn::GetAtt': [Provider, Arn]}",
        "!Sub ${Provider}",
        "!Sub ${Provider.Arn}",
        "!Sub arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/"
        "token.actions.githubusercontent.com",
        "!Join ['', ['arn:aws:iam::', !Ref AWS::AccountId, "
        "':oidc-provider/token.actions.githubusercontent.com']]",
        "!Sub ['arn:aws:iam::${A}:oidc-provider/token.actions.githubusercontent.com', "
        "{A: !Ref AWS::AccountId}]",
        "!If [Own, !Ref Provider, !GetAtt Provider.Arn]",
    ],
)
def test_what_comes_to_a_text(provider: str) -> None:
    principal = document(template(provider))["Statement"][0]["Principal"]
    assert principal == {"Federated": ARN}


@pytest.mark.parametrize(
    ("subject", "depends"),
    [
        ("!Sub repo:${Repository}:environment:production", "Repository"),
        ("!Ref Repository", "Repository"),
        ("!ImportValue subject", 'Fn::ImportValue "subject"'),
        ("!If [Own, a, b]", 'Fn::If ["Own", "a", "b"]'),
        ("!FindInMap [a, b, c]", 'Fn::FindInMap ["a", "b", "c"]'),
        ("!GetAtt Other.Arn", "Other"),
    ],
)
def test_what_is_not_known(subject: str, depends: str) -> None:
    assert document(template(subject=subject)) == f"it depends on {depends}"


def test_json_of_the_cdk(tmp_path: Path) -> None:
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Principal": {"Federated": {"Ref": "Provider"}},
                "Condition": {
                    "StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/*"}
                },
            }
        ],
    }
    properties = {"Url": "https://token.actions.githubusercontent.com"}
    resources = {
        "Provider": {"Type": "AWS::IAM::OIDCProvider", "Properties": properties},
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": policy}},
    }
    file = tmp_path / "app.template.json"
    file.write_text(json.dumps({"Resources": resources}, indent=1))
    ended = run("audit", str(file), "--sarif")
    assert ended.status == 1
    (result,) = json.loads(ended.out)["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("owner-wide", "error")
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == str(file)
    assert place["region"]["startLine"] == file.read_text().split('"Role"')[0].count("\n") + 1


def test_a_role_that_depends_on_a_parameter_is_unknown(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(template(subject="!Sub repo:${Repository}:environment:production"))
    ended = run("audit", str(file), "--annotations")
    assert ended.status == 1
    assert ended.out == (
        f"::error file={file},line=10,col=1,title=keyless unknown::Role shop-deploy: UNKNOWN: it "
        "depends on Repository. What cannot be read may let anybody in.\n"
    )


def test_what_a_baseline_holds_is_not_said_again(tmp_path: Path) -> None:
    file, baseline = tmp_path / "template.yaml", tmp_path / "baseline.sarif"
    file.write_text(template(subject="!Ref Repository"))
    baseline.write_text(run("audit", str(file), "--sarif").out)
    file.write_text("# moved\n" + template(subject="!Ref Repository"))
    ended = run("audit", str(file), "--sarif", "--baseline", str(baseline))
    assert (ended.status, json.loads(ended.out)["runs"][0]["results"]) == (0, [])
    file.write_text(template(subject="repo:acme/*"))
    assert run("audit", str(file), "--sarif", "--baseline", str(baseline)).status == 1


def test_a_baseline_that_is_none(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    file.write_text(template())
    baseline = tmp_path / "baseline.json"
    baseline.write_text("[]")
    ended = run("audit", str(file), "--baseline", str(baseline))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f"{baseline}: no SARIF log that this command wrote. What is known already cannot be known "
        "from it. Write one with `keyless audit --sarif`.\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Resources: {}\nRoleDetailList: []\n",
        "Resources: []\n",
        "Resources: {a: 1}\n",
        "Resources: &a {b: {Type: x}}\nOutputs: *a\n",
        "Resources: {a: {Type: x}, a: {Type: y}}\n",
        f"Resources: {'[' * 200}{']' * 200}\n",
        "Resources: {a: !!python/object:os.system {}}\n",
        "Resources",
    ],
)
def test_what_is_no_template(text: str) -> None:
    assert template_roles(text) is None


def test_a_version_without_quotes_is_text(tmp_path: Path) -> None:
    """YAML takes 2012-10-17 for a day, and most templates have it so."""
    file = tmp_path / "roles.yaml"
    quoted = template()
    plain = quoted.replace('"2012-10-17"', "2012-10-17")
    assert plain != quoted
    said = []
    for text in (quoted, plain):
        file.write_text(text)
        said.append(run("audit", str(file)))
    assert said[0] == said[1]
    assert said[1].status in (0, 1)
    assert document(plain) == document(quoted)


@pytest.mark.parametrize(
    ("word", "said"),
    [
        *[("yes", True), ("off", False), ("~", None), ("012", 10), ("1.5", 1.5)],
        *[("2012-10-17", "2012-10-17"), ("=", "="), ("0x_", "0x_"), ("'yes'", "yes")],
        ("!!str yes", "yes"),
    ],
)
def test_a_word_means_what_yaml_1_1_has_it_mean(word: str, said: object) -> None:
    assert plain(read_template(f"a: {word}")) == {"a": said}


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_constant_in_json_is_no_text(tmp_path: Path, constant: str) -> None:
    """To YAML, which JSON is read as, it is a word."""
    file = tmp_path / "template.json"
    written = '{"Resources": {"A": {"Type": "AWS::IAM::Role", "Properties": {"Tags": [%s]}}}}'
    for mark in ("", "\ufeff"):
        file.write_text(mark + written % constant)
        ended = run("audit", str(file))
        assert (ended.status, ended.out) == (2, "")
        assert ended.err == (
            f"{file}: {constant} is no JSON value. Readers differ on what it is. Hand in what was "
            "printed, unchanged.\n"
        )


@pytest.mark.parametrize("kind", ["binary aGk=", "set {a, b}", "omap [a: 1]"])
def test_what_json_has_no_value_for(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "roles.yaml"
    file.write_text(f"Resources:\n  A: {{Type: x, Properties: !!{kind}}}\n")
    ended = run("audit", str(file))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f'{file}: line 2: the tag "tag:yaml.org,2002:{kind.partition(" ")[0]}". CloudFormation '
        "does not take it. Leave it out.\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Resources:\n  A: {Type: [}\n",
            "line 2: no YAML (did not find expected node content). Nothing of the template can be "
            "read. Mend it.",
        ),
        (
            "Resources:\n  A: &a {Type: x}\n  B: *a\n",
            "line 3: the alias *a. CloudFormation takes none. Write the value out.",
        ),
        (
            "Resources:\n  A: {Type: x, Properties: {? [a] : b}}\n",
            "line 2: a list or a mapping as a key. JSON has no such key. Write a name.",
        ),
        (
            "Resources:\n  A: {Type: x}\n  A: {Type: y}\n",
            'line 3: duplicate key "A", first in line 2. Readers differ on which of the two '
            "counts. Keep one.",
        ),
        (
            "Resources: {}\nx-more: 1\n",
            "its sections or resources are not CloudFormation's. Nothing of it can be read. Hand "
            "in the template as it is deployed.",
        ),
        (
            '{"Resources": {"A": {"Type": "AWS::IAM::Role"}}, "Description": "%s"}' % ("x" * 10**6),
            "a template of more than 1000000 bytes. CloudFormation takes no such template. Hand in "
            "the smaller ones that are deployed.",
        ),
    ],
)
def test_why_a_template_is_not_read(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "roles.yaml"
    file.write_text(text)
    ended = run("audit", str(file))
    assert (ended.status, ended.out, ended.err) == (2, "", f"{file}: {said}\n")


RIGHTS = """
Resources:
  Site: {Type: AWS::S3::Bucket}
  Deploy:
    Type: AWS::IAM::Role
    Properties:
      RoleName: deploy
      AssumeRolePolicyDocument: DOCUMENT
      PermissionsBoundary: !Sub arn:aws:iam::${AWS::AccountId}:policy/bound
      ManagedPolicyArns: MANAGED
      Policies:
        - PolicyName: site
          PolicyDocument:
            Statement: {Effect: Allow, Action: s3:PutObject, Resource: RESOURCE}
  More:
    Type: AWS::IAM::Policy
    Properties:
      PolicyName: more
      Roles: [!Ref Deploy]
      PolicyDocument: {Statement: {Effect: Allow, Action: ACTION, Resource: !GetAtt Site.Arn}}
"""


@pytest.mark.parametrize(
    ("resource", "action", "arns", "rights", "said"),
    [
        ("!Sub '${Site.Arn}/*'", "s3:ListBucket", "[]", "writes", ""),
        ('"*"', "s3:ListBucket", "[]", "whole services", '"s3:PutObject" on "*"'),
        ("!Ref Anything", "s3:ListBucket", "[]", "not shown", "does not show what it allows"),
        ("!Sub '${Site.Arn}/*'", '"s3:*"', "[]", "writes", 'policy "more", statement 1: action'),
        (
            "!Sub '${Site.Arn}/*'",
            "s3:ListBucket",
            "[arn:aws:iam::aws:policy/AdministratorAccess]",
            "administrator",
            "it grants whole services",
        ),
    ],
)
def test_rights_of_a_template(
    tmp_path: Path, resource: str, action: str, arns: str, rights: str, said: str
) -> None:
    text = RIGHTS.replace("DOCUMENT", json.dumps(trust_policy())).replace("MANAGED", arns)
    file = tmp_path / "template.yaml"
    file.write_text(text.replace("RESOURCE", resource).replace("ACTION", action))
    (found,) = json.loads(run("audit", str(file), "--json").out)["roles"]
    assert found["rights"] == rights
    assert found["boundary"] == "arn:aws:iam::000000000000:policy/bound"
    assert said in str(found["reasons"])
