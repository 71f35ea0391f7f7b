"""One trust policy in every form that a file holds it in, with the same answer from each."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.keyless.command_run import run
from tests.keyless.trust.test_plain import ISSUER, document, equals, statement

ARN = "arn:aws:iam::222222222222:role/deploy"
PLAIN = json.dumps(document())
WIDE = json.dumps(
    document(statement(Condition={"StringLike": {f"{ISSUER}:sub": "repo:acme/shop:*"}}))
)
TWICE = PLAIN.replace('"Condition":', '"Condition": {}, "Condition":')
NUMBER = json.dumps(equals(repository_id=811223344))
ESCAPED = quote(PLAIN)


def listed(policy: str) -> str:
    """Write what `aws iam get-account-authorization-details` prints; `policy` is JSON."""
    role = {"RoleName": "deploy", "Arn": ARN, "AssumeRolePolicyDocument": "POLICY"}
    return json.dumps({"RoleDetailList": [role]}).replace('"POLICY"', policy)


def in_a_state(kind: str, key: str, policy: str) -> str:
    """Write what `pulumi stack export` prints; `policy` is JSON."""
    properties = {key: "POLICY", "name": "deploy", "arn": ARN}
    urn = f"urn:pulumi:prod::keyless::{kind}::deploy"
    resource = {"urn": urn, "type": kind, "inputs": properties, "outputs": properties}
    whole = {"version": 3, "deployment": {"manifest": {}, "resources": [resource]}}
    return json.dumps(whole).replace('"POLICY"', policy)


def planned(values: Mapping[str, object]) -> str:
    """Write what `terraform show -json` prints of a plan."""
    change = {"actions": ["create"], "before": None, "after": values, "after_unknown": {}}
    role = {"address": "aws_iam_role.x", "mode": "managed", "type": "aws_iam_role", "name": "x"}
    changes = [{**role, "change": change}]
    return json.dumps({"format_version": "1.2", "errored": False, "resource_changes": changes})


def applied(values: Mapping[str, object]) -> str:
    """Write a state of Terraform."""
    role = {"mode": "managed", "type": "aws_iam_role", "name": "x"}
    return json.dumps(
        {"version": 4, "resources": [{**role, "instances": [{"attributes": values}]}]}
    )


def of_terraform(policy: str) -> dict[str, object]:
    return {"name": "deploy", "arn": ARN, "assume_role_policy": policy}


def template(policy: str) -> str:
    """Write a template of CloudFormation; `policy` is JSON."""
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": "POLICY"}}
    return json.dumps({"Resources": {"Role": role}}).replace('"POLICY"', policy)


FORMS: Mapping[str, Callable[[str], str]] = {
    "listed": listed,
    "listed as text": lambda policy: listed(json.dumps(policy)),
    "listed with escapes": lambda policy: listed(json.dumps(quote(policy))),
    "listed with escapes and blanks": lambda policy: listed(json.dumps(quote(f"\n {policy}"))),
    "state": lambda policy: in_a_state("aws:iam/role:Role", "assumeRolePolicy", json.dumps(policy)),
    "state of aws-native": lambda policy: in_a_state(
        "aws-native:iam:Role", "assumeRolePolicyDocument", policy
    ),
    "plan of Terraform": lambda policy: planned(of_terraform(policy)),
    "state of Terraform": lambda policy: applied(of_terraform(policy)),
    "template": template,
    "bare": lambda policy: policy,
    "bare with escapes": quote,
    "bare in quotes": json.dumps,
}


def status(tmp_path: Path, text: str) -> int:
    (tmp_path / "file.json").write_text(text)
    return run("audit", str(tmp_path / "file.json")).status


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_same_answer(tmp_path: Path, form: str) -> None:
    write = FORMS[form]
    assert status(tmp_path, write(PLAIN)) == 0
    assert status(tmp_path, write(WIDE)) == 1
    assert status(tmp_path, write(NUMBER)) == 1
    assert status(tmp_path, write(TWICE)) in (1, 2)


@pytest.mark.parametrize("form", ["state", "plan of Terraform", "state of Terraform"])
def test_escapes_are_those_of_iam_alone(tmp_path: Path, form: str) -> None:
    """A program that writes them is blocked, for AWS reads no such document."""
    assert status(tmp_path, FORMS[form](ESCAPED)) == 1


SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


@pytest.mark.parametrize(
    ("policy", "wanted"),
    [
        ({**SECRET, "plaintext": json.dumps(PLAIN)}, 0),
        ({**SECRET, "plaintext": json.dumps(WIDE)}, 1),
        ({**SECRET, "plaintext": "{"}, 1),
        ({**SECRET, "ciphertext": "v1:x"}, 1),
    ],
)
def test_a_secret_is_read_where_it_is_shown(
    tmp_path: Path, policy: Mapping[str, str], wanted: int
) -> None:
    text = in_a_state("aws:iam/role:Role", "assumeRolePolicy", json.dumps(policy))
    assert status(tmp_path, text) == wanted
    if "ciphertext" in policy:
        said = run("audit", str(tmp_path / "file.json")).out
        assert "UNKNOWN: it is a secret of the stack, and not shown." in said


ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


@pytest.mark.parametrize("write", [planned, applied])
def test_a_role_of_terraforms_other_provider_is_read(
    tmp_path: Path, write: Callable[[Mapping[str, object]], str]
) -> None:
    def role(policy: str, **more: object) -> str:
        values = {"role_name": "deploy", "assume_role_policy_document": policy, **more}
        return write(values).replace("aws_iam_role", "awscc_iam_role")

    inline = [{"policy_name": "p", "policy_document": json.dumps(ALL)}]
    assert status(tmp_path, role(PLAIN)) == 0
    assert status(tmp_path, role(WIDE)) == 1
    assert status(tmp_path, role(PLAIN, policies=inline)) == 1
    assert "deploy" in run("audit", str(tmp_path / "file.json")).out


def test_a_macro_beside_a_trust_policy_may_write_another(tmp_path: Path) -> None:
    macro = {"Name": "AWS::Include", "Parameters": {"Location": "s3://acme/role.yaml"}}
    for place in (["Role"], ["Role", "Properties"]):
        written = json.loads(template(PLAIN))
        holder = written["Resources"]
        for name in place:
            holder = holder[name]
        holder["Fn::Transform"] = macro
        assert status(tmp_path, json.dumps(written)) == 1
        said = " ".join(run("audit", str(tmp_path / "file.json")).out.split())
        assert "UNKNOWN: it depends on Fn::Transform beside it." in said
