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
