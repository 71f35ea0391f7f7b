"""`audit --fix`: what is written and what is left alone; a file that is written audits clean."""

import json
from pathlib import Path
from typing import Any

import pytest

from keyless.audit.cloudformation import template_roles
from tests.keyless.audit.test_audit import details, terraform_state
from tests.keyless.audit.test_cloudformation import template
from tests.keyless.command_run import Ended, run

ISSUER = "token.actions.githubusercontent.com"
BOTH = [
    "repo:acme/shop:environment:production",
    "repo:acme@9919/shop@811:environment:production",
]
PINNED = "repo:acme@9919/shop@811:environment:production"
BY_NAME = "repo:acme/shop:environment:production"


FEDERATED = {"Federated": f"arn:aws:iam::222222222222:oidc-provider/{ISSUER}"}


def policy(subject: Any = PINNED, operator: str = "StringLike", **more: Any) -> dict[str, Any]:
    """Return a policy without audience and with one form of the subject."""
    statement = {
        "Effect": "Allow",
        "Principal": FEDERATED,
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {operator: {f"{ISSUER}:sub": subject}},
    }
    return {"Version": "2012-10-17", "Statement": [{**statement, **more}]}


def fix(file: Path, *words: str) -> Ended:
    return run("audit", str(file), "--fix", *words)


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_a_bare_policy_is_written_in_its_own_layout(tmp_path: Path, indent: Any) -> None:
    file = tmp_path / "trust.json"
    file.write_text(json.dumps(policy(), indent=indent) + "\n")
    ended = fix(file)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == (
        f"{file}: written\n1 role read, 1 trust GitHub (1 EXACT): 0 to mend, 0 worth a look.\n"
    )
    written = json.loads(file.read_text())
    assert written["Statement"][0]["Condition"] == {
        "StringEquals": {
            f"{ISSUER}:aud": "sts.amazonaws.com",
            f"{ISSUER}:sub": BOTH,
            f"{ISSUER}:repository_id": "811",
            f"{ISSUER}:repository_owner_id": "9919",
        }
    }
    assert file.read_text() == json.dumps(written, indent=indent) + "\n"


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (
            policy(BY_NAME),
            "<id of acme> is missing: `gh api users/acme --jq .id` says it. <id of acme/shop> is "
            "missing: `gh api repos/acme/shop --jq .id` says it. Nothing is made up.",
        ),
        (
            policy([PINNED, PINNED.replace("production", "staging")]),
            "It serves 2 contexts, and a role serves one. Write a role for each.",
        ),
        (
            policy(Principal={**FEDERATED, "Service": "x.amazonaws.com"}),
            "It would be without ",
        ),
    ],
)
def test_what_would_be_made_up_or_lost_is_not_written(tmp_path: Path, found: Any, why: str) -> None:
    file = tmp_path / "trust.json"
    file.write_text(json.dumps(found))
    ended = fix(file)
    assert ended.status == 1
    assert ended.out.startswith(f"{file}: not written. {why}")
    assert json.loads(file.read_text()) == found


@pytest.mark.parametrize("spelled", [details, terraform_state])
def test_what_a_tool_has_written_is_left_alone(tmp_path: Path, spelled: Any) -> None:
    file = tmp_path / "found.json"
    text = json.dumps(spelled({"deploy": policy()}))
    file.write_text(text)
    ended = fix(file)
    assert ended.status == 1
    assert ended.out.startswith(
        f"{file}: deploy: not written. The file is what a tool has written. Change the program "
        "that it comes from: the policy to write is below.\n"
    )
    assert '"StringEquals"' in ended.out
    assert file.read_text() == text


PROVIDERS = [
    "!Ref Provider",
    "!GetAtt Provider.Arn",
    "{Ref: Provider}",
    f'!Sub "arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:oidc-provider/{ISSUER}"',
    f"[!Sub 'arn:aws:iam::${{AWS::AccountId}}:oidc-provider/{ISSUER}']",
]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_template_keeps_its_words_for_the_provider(tmp_path: Path, provider: str) -> None:
    file = tmp_path / "template.yaml"
    after = "      # who it belongs to\n      Description: deploys  # the shop\n"
    text = template(provider, PINNED) + after
    file.write_text(text)
    ended = fix(file)
    assert (ended.status, ended.err) == (0, ""), ended.out
    head, _, rest = text.partition("        Version:")
    written = file.read_text()
    assert written.startswith(head)
    assert written.endswith(f"\n{after}")
    assert f"Federated: {provider.strip('[]')}" in written
    (role,) = template_roles(written) or ()
    assert role.document
    assert role.document["Statement"][0]["Condition"]["StringEquals"][f"{ISSUER}:sub"] == BOTH
    assert rest


def test_json_of_the_cdk_keeps_all_else(tmp_path: Path) -> None:
    found = policy(Principal={"Federated": {"Ref": "Provider"}})
    resources: dict[str, Any] = {
        "Provider": {"Type": "AWS::IAM::OIDCProvider", "Properties": {"Url": f"https://{ISSUER}"}},
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {"AssumeRolePolicyDocument": found, "MaxSessionDuration": 3600},
            "Metadata": {"aws:cdk:path": "app/Role"},
        },
    }
    file = tmp_path / "app.template.json"
    file.write_text(json.dumps({"Resources": resources}, indent=1))
    assert fix(file).status == 0
    written = json.loads(file.read_text())["Resources"]
    statement = written["Role"]["Properties"].pop("AssumeRolePolicyDocument")["Statement"][0]
    assert statement["Principal"] == {"Federated": {"Ref": "Provider"}}
    assert statement["Condition"]["StringEquals"][f"{ISSUER}:sub"] == BOTH
    del resources["Role"]["Properties"]["AssumeRolePolicyDocument"]
    assert written == resources


def test_two_roles_of_one_template(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    second = template(subject=PINNED.replace("production", "staging"))
    role = second[second.index("  Deploy:") :].replace("Deploy:", "Stage:")
    file.write_text(template(subject=PINNED) + role)
    ended = fix(file)
    assert ended.status == 0
    assert ended.out.splitlines()[:2] == [f"{file}: shop-deploy: written"] * 2


def test_a_provider_that_several_lines_name_is_left_to_people(tmp_path: Path) -> None:
    file = tmp_path / "template.yaml"
    lines = ["", "Fn::GetAtt:", "  - Provider", "  - Arn"]
    text = template(f"\n{' ' * 16}".join(lines), PINNED)
    file.write_text(text)
    ended = fix(file)
    assert (
        "not written. How it names the provider cannot be kept. Write it by hand: the policy is "
        "below.\n"
    ) in ended.out
    assert file.read_text() == text


@pytest.mark.parametrize("name", ["-", "live"])
def test_what_is_no_file(name: str) -> None:
    ended = run("audit", name, "--fix")
    label = "standard input" if name == "-" else name
    assert (ended.status, ended.err) == (
        2,
        f"--fix: {label} is no file. There is nothing to write into. Name the file with the "
        "policy.\n",
    )


def test_a_clean_policy_is_not_touched(tmp_path: Path) -> None:
    file = tmp_path / "trust.json"
    file.write_text(json.dumps(policy()))
    assert fix(file).status == 0
    before = file.stat().st_mtime_ns
    assert fix(file).out == "1 role read, 1 trust GitHub (1 EXACT): 0 to mend, 0 worth a look.\n"
    assert file.stat().st_mtime_ns == before
