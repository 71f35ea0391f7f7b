"""Roles that exist already: verdict, witness and the trust policy to write instead."""

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from keyless.trust import Verdict, judge
from tests.keyless.command_run import Ended, run
from tests.keyless.exported import EMPTY, PREVIEW, STATE, state, streamed, trust_policy, trusting
from tests.keyless.golden import assert_golden
from tests.keyless.trust_policies import ISSUER, PROVIDER, policy

pytestmark = pytest.mark.usefixtures("judged_once")

ELSEWHERE = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:*"}
    ],
}


LOOSE = {
    "exact": trust_policy(),
    "whole-repository": policy("repo:acme/storefront:*"),
    "look-alike": policy("repo:acme*/storefront:ref:refs/heads/main"),
    "everybody": policy("*"),
    "no-subject": policy(None),
    "any-branch": policy("repo:acme/storefront:ref:refs/heads/*"),
    "pull-requests": policy("repo:acme/storefront:pull_request", "StringEquals"),
    "name-only": policy("repo:acme/storefront:environment:production", "StringEquals"),
    "dead": policy("repo:acme/storefront:environment:*", "StringEquals"),
    "unreadable": "{",
    "elsewhere": ELSEWHERE,
}


def role(name: str, document: object) -> dict[str, Any]:
    arn = f"arn:aws:iam::222222222222:role/{name}"
    return {"Path": "/", "RoleName": name, "Arn": arn, "AssumeRolePolicyDocument": document}


def details(documents: dict[str, Any]) -> dict[str, Any]:
    """Spell roles as `aws iam get-account-authorization-details` prints them."""
    roles = [role(name, document) for name, document in documents.items()]
    return {"UserDetailList": [], "RoleDetailList": roles, "Policies": []}


def terraform_state(documents: dict[str, Any]) -> dict[str, Any]:
    """Spell roles as a `terraform.tfstate` keeps them, one resource with several keys."""
    instances = [
        {
            "index_key": name,
            "attributes": {
                "name": name,
                "arn": f"arn:aws:iam::222222222222:role/{name}",
                "assume_role_policy": json.dumps(document),
            },
        }
        for name, document in documents.items()
    ]
    mine = {"mode": "managed", "type": "aws_iam_role", "name": "ci", "instances": instances}
    other = {"mode": "data", "type": "aws_iam_role", "name": "ci", "instances": instances}
    return {"version": 4, "resources": [{"module": "module.roles", **mine}, other]}


def terraform_values(documents: dict[str, Any]) -> dict[str, Any]:
    """Spell roles as `terraform show -json` prints a state, half of them in a module."""
    resources = [
        {
            "address": f"aws_iam_role.{name}",
            "mode": "managed",
            "type": "aws_iam_role",
            "values": {"name": name, "assume_role_policy": json.dumps(document)},
        }
        for name, document in documents.items()
    ]
    inner = {"child_modules": [{"resources": resources[3:]}]}
    root = {"resources": resources[:3], "child_modules": [inner]}
    return {"format_version": "1.0", "values": {"outputs": {}, "root_module": root}}


def terraform_plan(documents: dict[str, Any]) -> dict[str, Any]:
    """Spell roles as `terraform show -json` prints a plan."""
    changes = [
        {
            "address": f"aws_iam_role.{name}",
            "mode": "managed",
            "type": "aws_iam_role",
            "change": {
                "actions": ["create"],
                "after": {"name": name, "assume_role_policy": json.dumps(document)},
                "after_unknown": {"arn": True},
            },
        }
        for name, document in documents.items()
    ]
    gone = {"address": "a.b", "type": "aws_iam_role", "change": {"after": None}}
    return {"resource_changes": [gone, *changes], "planned_values": {"root_module": {}}}


def pulumi_state(documents: dict[str, Any]) -> dict[str, Any]:
    """Spell roles as `pulumi stack export` prints them."""
    resources = [
        {
            "urn": f"urn:pulumi:prod::app::aws:iam/role:Role::{name}",
            "type": "aws:iam/role:Role",
            "outputs": {"name": name, "assumeRolePolicy": json.dumps(document)},
        }
        for name, document in documents.items()
    ]
    return {"version": 3, "deployment": {"resources": resources}}


def url_encoded(documents: dict[str, Any]) -> dict[str, Any]:
    """Spell roles as IAM's API answers, the documents percent-encoded."""
    return details({name: quote(json.dumps(found)) for name, found in documents.items()})


def audit(tmp_path: Path, *found: object, json_too: bool = True) -> Ended:
    files = []
    for number, value in enumerate(found):
        file = tmp_path / f"{number}.json"
        file.write_text(value if isinstance(value, str) else json.dumps(value))
        files.append(str(file))
    return run("audit", *files, *(["--json"] if json_too else []))


def verdicts(ended: Ended) -> dict[str, str]:
    return {found["name"]: found["verdict"] for found in json.loads(ended.out)["roles"]}


def test_what_is_said_of_each_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "details.json").write_text(json.dumps(details(LOOSE)))
    monkeypatch.chdir(tmp_path)
    ended = run("audit", "details.json")
    assert (ended.status, ended.err) == (1, "")
    assert_golden("audit.txt", ended.out)


@pytest.mark.parametrize(
    "spelled",
    [details, url_encoded, terraform_state, terraform_values, terraform_plan, pulumi_state],
)
def test_every_tool_is_read_alike(
    tmp_path: Path, spelled: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    ended = audit(tmp_path, spelled(LOOSE))
    assert ended.status == 1
    assert verdicts(ended) == {
        "exact": "EXACT",
        "whole-repository": "REPOSITORY-WIDE",
        "look-alike": "LOOKALIKE-OWNER",
        "everybody": "OPEN",
        "no-subject": "OPEN",
        "any-branch": "ANY-BRANCH",
        "pull-requests": "PULL-REQUEST",
        "name-only": "EXACT",
        "dead": "DEAD",
        "unreadable": "UNKNOWN",
    }
    assert json.loads(ended.out)["roles_read"] == len(LOOSE)


@pytest.mark.parametrize("file", [STATE, PREVIEW])
def test_the_sample_estate_is_as_it_should_be(file: Path) -> None:
    ended = run("audit", str(file), "--json")
    listing = json.loads(ended.out)
    assert (ended.status, listing["findings"]) == (0, 0)
    assert listing["verdicts"] == {"EXACT": 4, "PULL-REQUEST": 1}


def test_a_streamed_preview_is_read_like_a_plain_one(tmp_path: Path) -> None:
    listing = json.loads(audit(tmp_path, streamed()).out)
    plain = json.loads(run("audit", str(PREVIEW), "--json").out)
    for role in (*listing["roles"], *plain["roles"]):
        del role["file"]
    assert listing == plain


def test_a_spoiled_copy_of_the_sample_estate(tmp_path: Path) -> None:
    """One role is opened to every context; a further role is for what was meant by that."""
    exact = trust_policy()
    spoiled = json.loads(json.dumps(exact))
    condition = spoiled["Statement"][0]["Condition"]
    subjects = condition["StringEquals"].pop(f"{ISSUER}:sub")
    condition["StringLike"] = {f"{ISSUER}:sub": ["repo:acme/storefront:*", *subjects]}
    ended = audit(tmp_path, trusting(spoiled))
    (found,) = (f for f in json.loads(ended.out)["roles"] if f["grade"] == "finding")
    assert ended.status == 1
    assert found["name"] == "acme-storefront-production-deploy"
    assert found["place"] == "storefront/environment/production/deploy"
    assert found["verdict"] == "REPOSITORY-WIDE"
    assert found["witness"]["sub"] == "repo:acme/storefront:pull_request"
    repaired = judge(found["repair"]["trust_policy"])
    assert (repaired.verdict, repaired.notes) == (Verdict.EXACT, judge(exact).notes)
    assert (
        found["repair"]["trust_policy"]["Statement"][0]["Condition"]
        == (exact["Statement"][0]["Condition"])
    )
    (further,) = found["repair"]["further"]
    assert "repo:acme/storefront:environment:<environment>" in json.dumps(further)
    assert found["repair"]["fill_in"] == {"<environment>": None}


def test_a_repair_is_exact_once_it_is_filled_in(tmp_path: Path) -> None:
    ended = audit(tmp_path, details({"ci": policy("repo:acme/storefront:ref:refs/heads/*")}))
    (found,) = json.loads(ended.out)["roles"]
    assert found["repair"]["fill_in"] == {
        "<branch>": None,
        "<id of acme>": "gh api users/acme --jq .id",
        "<id of acme/storefront>": "gh api repos/acme/storefront --jq .id",
    }
    written = json.dumps(found["repair"]["trust_policy"])
    for placeholder, value in {
        "<branch>": "main",
        "<id of acme>": "9919",
        "<id of acme/storefront>": "811223344",
    }.items():
        written = written.replace(placeholder, value)
    repaired = judge(written)
    assert (repaired.verdict, repaired.refused, set(repaired.notes)) == (Verdict.EXACT, None, set())


def test_what_narrows_is_kept_and_what_is_left_out_is_said(tmp_path: Path) -> None:
    """A service gets a statement of its own elsewhere, and a pinned workflow stays."""
    document = policy("repo:acme/storefront:*")
    workflow = "acme/pipelines/.github/workflows/deploy.yml@refs/tags/v3"
    condition = document["Statement"][0]["Condition"]
    condition["StringEquals"][f"{ISSUER}:job_workflow_ref"] = workflow
    condition["StringNotEquals"] = {f"{ISSUER}:actor": "mallory"}
    document["Statement"] += ELSEWHERE["Statement"]
    ended = audit(tmp_path, document)
    (found,) = json.loads(ended.out)["roles"]
    (statement,) = found["repair"]["trust_policy"]["Statement"]
    assert statement["Condition"]["StringEquals"][f"{ISSUER}:job_workflow_ref"] == workflow
    assert found["repair"]["left_out"] == [
        f"StringNotEquals {ISSUER}:actor of statement 1",
        "statement 2",
    ]
    said = " ".join(audit(tmp_path, document, json_too=False).out.split())
    assert f"is without StringNotEquals {ISSUER}:actor of statement 1, statement 2." in said


def test_no_command_is_made_of_what_a_policy_says(tmp_path: Path) -> None:
    """Nobody who can write a trust policy can put words into an auditor's shell."""
    document = policy("repo:acme/storefront:environment:<id of x; reboot>")
    document["Statement"][0]["Sid"] = "<id of y; reboot>"
    condition = document["Statement"][0]["Condition"]["StringEquals"]
    condition[f"{ISSUER}:actor"] = "<id of z; reboot>"
    other = policy("*")
    other["Statement"][0]["Condition"]["StringEquals"][f"{ISSUER}:repository"] = "acme/x; reboot"
    third = policy(f"repo:acme/*:environment:{chr(0xE000)}id of a{chr(0xE001)}")
    ended = audit(tmp_path, document, other, third)
    roles = sorted(json.loads(ended.out)["roles"], key=lambda role: str(role["file"]))
    found = [role["repair"] for role in roles]
    assert [repair and repair["fill_in"] for repair in found] == [
        {
            "<id of acme>": "gh api users/acme --jq .id",
            "<id of acme/storefront>": "gh api repos/acme/storefront --jq .id",
        },
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("operator", "why"),
    [
        ("StringLike", "without a wildcard StringEquals says the same, and only that"),
        ("StringEqualsIgnoreCase", "any letter case fits, which StringEquals would refuse"),
        (
            "ForAllValues:StringEquals",
            "a token without this claim fits, which StringEquals would refuse",
        ),
        (
            "StringEqualsIfExists",
            "a token without this claim fits, which StringEquals would refuse",
        ),
    ],
)
def test_what_a_loose_operator_takes(tmp_path: Path, operator: str, why: str) -> None:
    document = trust_policy()
    document["Statement"][0]["Condition"].setdefault(operator, {})[f"{ISSUER}:ref"] = "a"
    (found,) = json.loads(audit(tmp_path, document).out)["roles"]
    assert f'{operator} {ISSUER}:ref "a": {why}' in found["reasons"]


def test_another_audience_is_named(tmp_path: Path) -> None:
    document = trust_policy()
    pinned = document["Statement"][0]["Condition"]["StringEquals"]
    pinned[f"{ISSUER}:aud"] = "https://github.com/acme"
    (found,) = json.loads(audit(tmp_path, document).out)["roles"]
    assert found["reasons"][0] == (
        'the audience may be "https://github.com/acme": a token that was asked for by and for '
        "somebody else gets in (NO-AUDIENCE)"
    )


NO_REPAIR = "no trust policy is written to replace it"


def test_several_patterns_are_each_asked_for(tmp_path: Path) -> None:
    """What was meant by a pattern is not narrowed to what stands beside it."""
    document = policy(None)
    branches = [f"repo:acme/storefront:ref:refs/heads/{name}" for name in ("main", "release/*")]
    document["Statement"][0]["Condition"]["StringLike"] = {f"{ISSUER}:sub": branches}
    (found,) = json.loads(audit(tmp_path, document).out)["roles"]
    repair = found["repair"]
    written = [
        one["Statement"][0]["Condition"]["StringEquals"][f"{ISSUER}:sub"][0]
        for one in (repair["trust_policy"], *repair["further"])
    ]
    assert written == [
        "repo:acme/storefront:ref:refs/heads/main",
        "repo:acme/storefront:environment:<environment that lists release/* among its branches>",
    ]


def test_one_pull_request_is_not_opened_to_all(tmp_path: Path) -> None:
    document = policy("repo:acme/storefront:ref:refs/pull/1/merge")
    (found,) = json.loads(audit(tmp_path, document).out)["roles"]
    assert found["repair"] is None
    assert found["reasons"][-1] == (
        f'{NO_REPAIR}: "repo:acme/storefront:ref:refs/pull/1/merge" is the ref of pull requests, '
        "and pull_request would let in all of them. Name the branch or the environment that is "
        "meant"
    )


def test_many_contexts_are_not_repaired_without_a_word(tmp_path: Path) -> None:
    document = policy(None)
    subjects = [f"repo:acme/storefront:environment:e{number}" for number in range(40)]
    document["Statement"][0]["Condition"]["StringEquals"][f"{ISSUER}:sub"] = subjects
    (found,) = json.loads(audit(tmp_path, document).out)["roles"]
    assert found["repair"] is None
    assert found["reasons"][-1] == (
        f"{NO_REPAIR}: statement 1 serves 40 contexts, and at most 20 are written out. Give each "
        "a role of its own"
    )


def test_each_context_gets_a_policy_of_its_own(tmp_path: Path) -> None:
    document = policy(None)
    subjects = [f"repo:acme/{name}:environment:production" for name in ("a", "b")]
    document["Statement"][0]["Condition"]["StringEquals"][f"{ISSUER}:sub"] = subjects
    (found,) = json.loads(audit(tmp_path, document).out)["roles"]
    repair = found["repair"]
    written = [
        one["Statement"][0]["Condition"]["StringEquals"][f"{ISSUER}:sub"][0]
        for one in (repair["trust_policy"], *repair["further"])
    ]
    assert written == subjects
    said = audit(tmp_path, document, json_too=False).out
    assert "Write instead, each for a role of its own:" in said


def test_everybody_else_in_a_statement_is_named(tmp_path: Path) -> None:
    document = policy("repo:acme/storefront:*")
    (statement,) = document["Statement"]
    other = "arn:aws:iam::222222222222:oidc-provider/oidc.example.com"
    deployer = "arn:aws:iam::222222222222:role/deployer"
    statement["Principal"] = {"Federated": [PROVIDER, other], "AWS": deployer}
    ended = audit(tmp_path, document)
    (found,) = json.loads(ended.out)["roles"]
    (written,) = found["repair"]["trust_policy"]["Statement"]
    assert written["Principal"] == {"Federated": PROVIDER}
    assert found["repair"]["left_out"] == [
        f'Federated "{other}" of statement 1',
        f'AWS "{deployer}" of statement 1',
    ]


def test_bare_trust_policies_and_several_files(tmp_path: Path) -> None:
    ended = audit(tmp_path, policy("*"), json.dumps(json.dumps(policy("repo:acme/*"))), EMPTY)
    assert list(verdicts(ended).values()) == ["OPEN", "OWNER-WIDE"]


def doubled(text: str, member: str) -> str:
    """Write a member once more in front of the first of its name."""
    name = member.partition(":")[0]
    return text.replace(f"{name}:", f"{member}, {name}:", 1)


NOTHING = '"Condition": {}'


@pytest.mark.parametrize(
    ("found", "member"),
    [
        (details(LOOSE), NOTHING),
        ([trust_policy()], NOTHING),
        (state(), '"type": "aws:iam/policy:Policy"'),
        (json.loads(PREVIEW.read_text()), '"op": "delete"'),
        (terraform_state(LOOSE), '"mode": "data"'),
        (terraform_values(LOOSE), '"root_module": {}'),
        (terraform_plan(LOOSE), '"after": null'),
        (details(LOOSE), '"RoleDetailList": []'),
        ({"other": {"a": 1}, **details(LOOSE)}, '"a": 2'),
    ],
    ids=range(9),
)
def test_a_duplicate_key_hides_nothing(tmp_path: Path, found: Any, member: str) -> None:
    """Whichever of the two counts for others, a role or its trust policy might not be judged."""
    name = member.partition(":")[0]
    assert audit(tmp_path, doubled(json.dumps(found), member)) == Ended(
        2,
        "",
        f"{tmp_path / '0.json'}: duplicate key {name}. Readers differ on which of the two counts. "
        "Hand in what was printed, unchanged.\n",
    )


def test_a_policy_with_a_duplicate_key_is_judged(tmp_path: Path) -> None:
    document = doubled(json.dumps(trust_policy()), NOTHING)
    within = details({"ci": document})
    ended = audit(tmp_path, document, json.dumps(document), within)
    assert set(verdicts(ended).values()) == {"UNKNOWN"}
    assert (ended.status, json.loads(ended.out)["findings"]) == (1, 3)


@pytest.mark.parametrize("going_on", [{"IsTruncated": True, "Marker": "x"}, {"NextToken": "x"}])
def test_a_part_of_a_listing_is_not_taken_for_all_of_it(
    tmp_path: Path, going_on: dict[str, object]
) -> None:
    whole = {**details(LOOSE), "IsTruncated": False}
    assert audit(tmp_path, whole).status == 1
    assert audit(tmp_path, {**whole, **going_on}) == Ended(
        2,
        "",
        f"{tmp_path / '0.json'}: IAM lists more roles than are in it. An audit of some of them "
        "says nothing of the others. List all with `aws iam get-account-authorization-details "
        "--filter Role`, without --max-items and --no-paginate.\n",
    )


def test_a_list_of_trust_policies(tmp_path: Path) -> None:
    ended = audit(tmp_path, [policy("*"), trust_policy()])
    assert verdicts(ended) == {"entry 1": "OPEN", "entry 2": "EXACT"}


def test_a_plan_that_does_not_know_the_trust_policy_yet(tmp_path: Path) -> None:
    plan = terraform_plan({"ci": trust_policy()})
    change = plan["resource_changes"][1]["change"]
    del change["after"]["assume_role_policy"]
    change["after_unknown"] = {"assume_role_policy": True}
    ended = audit(tmp_path, plan)
    (found,) = json.loads(ended.out)["roles"]
    assert ended.status == 1
    assert found["reasons"] == [
        "UNKNOWN: the plan does not know the trust policy yet. What cannot be read may let "
        "anybody in"
    ]


def test_what_is_being_deleted_is_left_out(tmp_path: Path) -> None:
    exported = pulumi_state({"ci": policy("*")})
    exported["deployment"]["resources"][0]["delete"] = True
    ended = audit(tmp_path, exported)
    assert (ended.status, json.loads(ended.out)["roles_read"]) == (0, 0)


def test_a_step_that_does_not_say_what_it_does_hides_no_role(tmp_path: Path) -> None:
    preview = json.loads(PREVIEW.read_text())
    expected = audit(tmp_path, preview)
    for step in preview["steps"]:
        step["op"] = {"delete": True}
    assert audit(tmp_path, preview) == expected


def test_control_characters_do_not_reach_the_terminal(tmp_path: Path) -> None:
    spoiled = details({"ci\x1b[2J": policy("repo:acme/\x1b[31m*\x9b")})
    ended = audit(tmp_path, spoiled, json_too=False)
    assert ended.status == 1
    assert not {"\x1b", "\x9b"} & set(ended.out)


NOT_PULUMI = (
    ". Pulumi prints no such state or preview, so what is missing in it is not known. Hand in what "
    "`pulumi stack export` or a streamed preview printed, unchanged.\n"
)
WHAT_INSTEAD = (
    ". It is neither an account's authorization details, nor a state, nor a plan, nor a trust "
    "policy. Hand in what `aws iam get-account-authorization-details --filter Role` prints.\n"
)
UNCHANGED = ". A review reads what the tools print as JSON. Hand in what was printed, unchanged.\n"
WHOLE = json.dumps(details(LOOSE), indent=1)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[1, 2]", f"entry 1 is no object{WHAT_INSTEAD}"),
        ("5", f"the whole of it is no object{WHAT_INSTEAD}"),
        ("{}", f"no place for roles in it{WHAT_INSTEAD}"),
        ("[]", f"no place for roles in it{WHAT_INSTEAD}"),
        ('{"RoleDetailList": null}', f"RoleDetailList is no list{WHAT_INSTEAD}"),
        ('{"RoleDetailList": {"a": {}}}', f"RoleDetailList is no list{WHAT_INSTEAD}"),
        ('{"Roles": [{"RoleName": "x"}]}', f"entry 1 of Roles has no trust policy{WHAT_INSTEAD}"),
        ('{"resources": [{}, 7]}', f"entry 2 of resources is no object{WHAT_INSTEAD}"),
        ('{"Roles": {}}', f"Roles is no list{WHAT_INSTEAD}"),
        ('{"Role": []}', f"Role is no object{WHAT_INSTEAD}"),
        ('{"IsTruncated": false}', f"no place for roles in it{WHAT_INSTEAD}"),
        ('{"steps": {}}', f"steps is no list{WHAT_INSTEAD}"),
        (
            '{"steps": [{"newState": []}]}',
            f"newState of entry 1 of steps is no object{NOT_PULUMI}",
        ),
        ('{"steps": [], "diagnostics": {}}', f"diagnostics is no list{WHAT_INSTEAD}"),
        ('{"deployment": {}}', f"deployment has neither resources nor a manifest{NOT_PULUMI}"),
        ('{"deployment": []}', f"deployment is no object{NOT_PULUMI}"),
        ('{"deployment": {"manifest": []}}', f"deployment.manifest is no object{NOT_PULUMI}"),
        ('{"deployment": {"resources": {}}}', f"deployment.resources is no list{NOT_PULUMI}"),
        (
            '{"resources": [], "deployment": {}}',
            f"deployment has neither resources nor a manifest{NOT_PULUMI}",
        ),
        (
            '{"checkpoint": {"stack": "a", "latest": {}}}',
            f"checkpoint.latest has neither resources nor a manifest{NOT_PULUMI}",
        ),
        ('{"values": {}}', f"no place for roles in it{WHAT_INSTEAD}"),
        ('{"values": {"root_module": []}}', f"values.root_module is no object{WHAT_INSTEAD}"),
        (
            '{"values": {"root_module": {"child_modules": [{"resources": {}}]}}}',
            f"values.root_module.child_modules.resources is no list{WHAT_INSTEAD}",
        ),
        (
            '{"values": {"root_module": {"child_modules": [[]]}}}',
            f"entry 1 of values.root_module.child_modules is no object{WHAT_INSTEAD}",
        ),
        (
            '{"resources": [{"instances": {}}]}',
            f"instances of entry 1 of resources is no list{WHAT_INSTEAD}",
        ),
        (
            '{"resource_changes": [{"change": {"after": []}}]}',
            f"after of entry 1 of resource_changes is no object{WHAT_INSTEAD}",
        ),
        ("", f"no JSON at line 1{UNCHANGED}"),
        ("Not authorized\n", f"no JSON at line 1{UNCHANGED}"),
        (WHOLE[:-40], f"no JSON at line {WHOLE[:-40].count(chr(10)) + 1}{UNCHANGED}"),
        (WHOLE + "{}", f"no JSON at line {WHOLE.count(chr(10)) + 1}{UNCHANGED}"),
        ('{"RoleDetailList": [' + "\0" * 9, f"no JSON at line 1{UNCHANGED}"),
        ("[" * 100_000, f"nested too deep{UNCHANGED}"),
        ('{"RoleDetailList": [' + '{"a":' * 100_000, f"nested too deep{UNCHANGED}"),
    ],
    ids=range(33),
)
def test_what_cannot_be_used_ends_in_one_sentence(tmp_path: Path, text: str, found: str) -> None:
    ended = audit(tmp_path, text)
    assert ended == Ended(2, "", f"{tmp_path / '0.json'}: {found}")


@pytest.mark.parametrize(
    ("found", "kind", "command"),
    [
        (
            {"steps": [], "diagnostics": [{"severity": "error"}], "changeSummary": {}},
            *("preview", "pulumi preview"),
        ),
        ({"errored": True, **terraform_plan(LOOSE)}, "plan", "terraform plan"),
        ({**terraform_values(LOOSE), "errored": True}, "plan", "terraform plan"),
        ({"errored": "yes", "resource_changes": []}, "plan", "terraform plan"),
    ],
    ids=range(4),
)
def test_a_run_that_failed(tmp_path: Path, found: object, kind: str, command: str) -> None:
    assert audit(tmp_path, found) == Ended(
        2,
        "",
        f"{tmp_path / '0.json'}: the {kind} did not succeed. What it would make is not known in "
        f"full. Mend what `{command}` says and take it anew.\n",
    )


@pytest.mark.parametrize(
    "found",
    [
        {"Roles": []},
        details({}),
        EMPTY,
        {"checkpoint": {"stack": "organization/app/prod"}},
        {"steps": [], "diagnostics": [{"severity": "warning"}]},
        {"version": 4, "resources": []},
        {"errored": False, **terraform_plan({})},
        {"format_version": "1.0", "values": {"root_module": {}}},
    ],
    ids=range(8),
)
def test_where_there_is_no_role_yet(tmp_path: Path, found: object) -> None:
    ended = audit(tmp_path, found)
    assert (ended.status, json.loads(ended.out)["roles_read"]) == (0, 0)


def test_no_text_at_all(tmp_path: Path) -> None:
    file = tmp_path / "roles"
    file.write_bytes(b"{\xff\xfe\xfd")
    ended = run("audit", str(file))
    assert ended == Ended(
        2,
        "",
        f"{file}: byte 1 is not text. A review reads JSON. Hand in what the tool wrote, "
        "unchanged.\n",
    )


@pytest.mark.parametrize("megabytes", [5, pytest.param(50, marks=pytest.mark.long)])
@pytest.mark.parametrize("byte", [b"\0", b"[", b" ", b"7"])
def test_megabytes_of_nothing(tmp_path: Path, byte: bytes, megabytes: int) -> None:
    file = tmp_path / "roles"
    file.write_bytes(byte * megabytes * 1_000_000)
    ended = run("audit", str(file))
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize("mebibytes", [1, pytest.param(256, marks=pytest.mark.long)])
def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mebibytes: int) -> None:
    if mebibytes < 256:
        monkeypatch.setattr("keyless.commands.audit.LARGEST_BYTES", mebibytes * 2**20)
    file = tmp_path / "roles"
    file.touch()
    os.truncate(file, mebibytes * 2**20 + 1)
    sentence = (
        f"{file}: more than {mebibytes} MiB. So much is not read into memory. Hand in less of it.\n"
    )
    assert run("audit", str(file)) == Ended(2, "", sentence)


@pytest.mark.parametrize("most", [100, pytest.param(100_000, marks=pytest.mark.long)])
def test_too_many_roles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    if most < 100_000:
        monkeypatch.setattr("keyless.commands.audit.MOST_ROLES", most)
    listed = ",".join(['{"AssumeRolePolicyDocument":{}}'] * (most + 1))
    file = tmp_path / "roles"
    file.write_text(f'{{"Roles":[{listed}]}}')
    assert run("audit", str(file)) == Ended(
        2,
        "",
        f"{file}: more than {most} roles. An account has far fewer, and each is judged. "
        "Hand in one account at a time.\n",
    )


def test_one_bad_file_hides_none_of_the_others(tmp_path: Path) -> None:
    """Nothing is said of the first file where the second cannot be used."""
    ended = audit(tmp_path, state(), "{")
    assert (ended.status, ended.out) == (2, "")


def test_a_pull_request_beside_a_branch_pattern_hides_nothing(tmp_path: Path) -> None:
    document = policy(None)
    subjects = ["repo:acme/storefront:ref:refs/heads/*", "repo:acme/storefront:pull_request"]
    document["Statement"][0]["Condition"]["StringLike"] = {f"{ISSUER}:sub": subjects}
    ended = audit(tmp_path, document)
    assert ended.status == 1
    (role,) = json.loads(ended.out)["roles"]
    assert [reason.partition(":")[0] for reason in role["reasons"][:2]] == [
        "PULL-REQUEST",
        "ANY-BRANCH",
    ]


def test_a_role_that_is_exact_says_why_it_is_among_the_first(tmp_path: Path) -> None:
    document = policy("repo:acme/storefront:environment:production")
    del document["Statement"][0]["Condition"]["StringEquals"][f"{ISSUER}:aud"]
    roles = [
        {
            "RoleName": f"r{n}",
            "Arn": f"{PROVIDER[:25]}:role/r{n}",
            "AssumeRolePolicyDocument": document,
        }
        for n in range(12)
    ]
    (tmp_path / "roles.json").write_text(json.dumps({"Roles": roles}))
    ended = run("audit", str(tmp_path / "roles.json"))
    first, *_ = ended.out.splitlines()
    assert re.fullmatch(r"EXACT  12 roles   12 .+; 12 to mend", first.rstrip())
    assert (
        ended.out.count("  no audience is pinned: a token that was asked for by and for some") == 10
    )
