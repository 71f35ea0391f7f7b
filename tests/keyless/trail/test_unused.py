"""`trail --used`: which rights no session used, and the entry that is written without them."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.jobs.stack_file import settings_of
from tests.keyless.command_run import Ended, run
from tests.keyless.estate.reading.sample import Raw, reviewed_role

ROLE = "arn:aws:iam::222222222222:role/acme-storefront-production-deploy"
WHERE = "keyless:repositories.storefront.environments.production.roles.deploy"
HEAD = "principal,service,action,resources,times,denied\n"
SITE: Raw = {"preset": "s3-website", "bucket": "storefront-prod", "distribution": "E2ABCDEF"}
FUNCTION: Raw = {"preset": "lambda-function", "function": "checkout"}
PASS: Raw = {
    "preset": "statement",
    "actions": ["iam:PassRole", "ecs:RegisterTaskDefinition"],
    "resources": ["*", "arn:aws:iam::222222222222:role/task"],
}
PUT = "s3.amazonaws.com,PutObject,arn:aws:s3:::storefront-prod/index.html,3,0"
INVALIDATE = "cloudfront.amazonaws.com,CreateInvalidation,,3,0"
UPDATE = "lambda.amazonaws.com,UpdateFunctionCode20150331v2,,3,1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, {"permissions": [SITE, FUNCTION], "session_minutes": 30})
    return tmp_path


def write(folder: Path, role: Raw) -> None:
    config = reviewed_role(role)
    (folder / "Pulumi.prod.yaml").write_text(yaml.safe_dump({"config": config}, sort_keys=False))


def used(folder: Path, *rows: str, role: str = ROLE, words: tuple[str, ...] = ()) -> Ended:
    csv = folder / "used.csv"
    csv.write_text(HEAD + "".join(f"{role},{row}\n" for row in rows))
    config = str(folder / "Pulumi.prod.yaml")
    return run("trail", "storefront", "--used", str(csv), "--config", config, *words)


def rights(folder: Path) -> set[tuple[str, str]]:
    settings = settings_of(str(folder / "Pulumi.prod.yaml"), None)
    (role,) = compose_roles(settings, as_typed(settings))
    return {
        (action, resource)
        for document in role.policies.values()
        for statement in document["Statement"]
        for action in statement["Action"]
        for resource in statement["Resource"]
    }


def pasted(out: str) -> Any:
    """Return the one entry that was printed, as somebody would paste it."""
    (text,) = re.findall(r"(?ms)^deploy:\n.*?(?=^\S|\Z)", out)
    return yaml.safe_load(text)["deploy"]


def test_a_followed_remedy_is_a_narrower_entry_that_check_takes(folder: Path) -> None:
    ended = used(folder, PUT, INVALIDATE)
    assert ended.status == 1
    assert ended.out.startswith(
        f"{WHERE}: not used: cloudfront:GetInvalidation, lambda:GetFunction, "
        "lambda:GetFunctionConfiguration, lambda:PublishVersion, lambda:UpdateFunctionCode, "
        "s3:AbortMultipartUpload, s3:DeleteObject, s3:ListBucket. What nobody uses helps an "
        "attacker alone. Write:\ndeploy:\n  permissions:\n"
    )
    before = rights(folder)
    write(folder, pasted(ended.out))
    assert run("check", "prod", "--folder", str(folder)).out == "stack prod: no mistake\n"
    assert rights(folder) < before
    assert rights(folder) == {
        ("s3:PutObject", "arn:aws:s3:::storefront-prod/*"),
        ("cloudfront:CreateInvalidation", "arn:aws:cloudfront::222222222222:distribution/E2ABCDEF"),
    }
    assert pasted(ended.out)["session_minutes"] == 30
    assert used(folder, PUT, INVALIDATE).status == 0


def test_a_preset_that_is_used_whole_stays_as_it_is_written(folder: Path) -> None:
    every = [
        f"lambda.amazonaws.com,{event},,1,0"
        for event in (
            "UpdateFunctionCode20150331v2",
            "PublishVersion20150331",
            "GetFunction20150331v2",
            "GetFunctionConfiguration20150331v2",
        )
    ]
    permissions = pasted(used(folder, *every, PUT).out)["permissions"]
    assert FUNCTION in permissions
    assert SITE not in permissions


def test_without_data_events_what_only_they_show_stays(folder: Path) -> None:
    found = pasted(used(folder, INVALIDATE).out)
    write(folder, found)
    assert ("s3:PutObject", "arn:aws:s3:::storefront-prod/*") in rights(folder)


def test_pass_role_is_in_no_trail_and_stays(tmp_path: Path) -> None:
    write(tmp_path, {"permissions": [PASS]})
    ended = used(tmp_path, "ecs.amazonaws.com,RegisterTaskDefinition,,1,0")
    assert (ended.status, ended.out) == (
        0,
        f"{WHERE}: all of its rights were used, or are none that the trail shows.\n"
        "1 role, 0 with rights that no session used\n",
    )


def test_named_policies_keep_their_names(tmp_path: Path) -> None:
    write(tmp_path, {"policies": {"site": [SITE], "roll-out": [FUNCTION]}})
    statement = {
        "preset": "statement",
        "actions": ["lambda:UpdateFunctionCode"],
        "resources": ["arn:aws:lambda:eu-west-1:222222222222:function:checkout"],
    }
    found = pasted(used(tmp_path, UPDATE, PUT.replace("PutObject", "GetObject")).out)
    assert found == {"policies": {"roll-out": [statement]}}


def test_a_role_of_which_no_session_is_known(folder: Path) -> None:
    ended = used(folder, PUT, role="arn:aws:iam::222222222222:role/other")
    assert (ended.status, ended.out) == (
        1,
        f"{WHERE}: no session of it is in {folder}/used.csv. Nobody may need it. Ask for more "
        "days, or take deploy out of the roles.\n1 role, 1 with rights that no session used\n",
    )


def test_an_event_of_which_no_action_is_known(folder: Path) -> None:
    ended = used(folder, PUT, "signin.amazonaws.com,ConsoleLogin,,1,0")
    assert (
        f"{WHERE}: no action of IAM is known for signin.amazonaws.com ConsoleLogin. What it needs "
        "may be among what is left out. Look it up before you write the entry.\n"
    ) in ended.out


def test_as_json(folder: Path) -> None:
    (role,) = json.loads(used(folder, PUT, INVALIDATE, words=("--json",)).out)["roles"]
    assert (role["where"], role["is_used"]) == (WHERE, True)
    assert "s3:DeleteObject" in role["unused"]
    assert role["entry"] == pasted(used(folder, PUT, INVALIDATE).out)


@pytest.mark.parametrize("words", [("--used", "x.csv"), ("--config", "Pulumi.prod.yaml")])
def test_one_without_the_other(words: tuple[str, ...]) -> None:
    ended = run("trail", "storefront", *words)
    assert (ended.status, ended.err) == (
        2,
        "--used, --config: one without the other. What was used is compared with what a stack file "
        "grants. Write --used CSV --config Pulumi.STACK.yaml.\n",
    )


def test_what_was_used_of_a_wildcard_stays_by_name(folder: Path) -> None:
    wild = {"preset": "statement", "actions": ["ec2:*", "ecs:*", "rds:*"], "resources": ["*"]}
    write(folder, {"permissions": [wild]})
    cluster = "arn:aws:ecs:eu-west-1:222222222222:cluster/shop"
    ended = used(
        folder,
        "ec2.amazonaws.com,CreateVpc,,3,0",
        "ec2.amazonaws.com,DescribeVpcs,,30,0",
        f"ecs.amazonaws.com,CreateCluster,{cluster},2,0",
    )
    assert ended.status == 1
    write(folder, pasted(ended.out))
    assert rights(folder) == {
        ("ec2:CreateVpc", "*"),
        ("ec2:DescribeVpcs", "*"),
        ("ecs:CreateCluster", cluster),
    }


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (f'"{ROLE},s3.amazonaws.com', "unexpected end of data at line 1"),
        (f"{ROLE},s3.amazonaws.com", "too many cells, or too few at line 2"),
        (f"{ROLE},{PUT},7", "too many cells, or too few at line 2"),
    ],
)
def test_an_answer_that_is_cut_off_says_of_no_right_that_it_is_unused(
    folder: Path, row: str, said: str
) -> None:
    csv = folder / "used.csv"
    csv.write_text(HEAD + row + "\n")
    config = str(folder / "Pulumi.prod.yaml")
    ended = run("trail", "storefront", "--used", str(csv), "--config", config)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f"{csv}: {said}. Rows after it would be missed. Hand in the CSV as Athena wrote it.\n"
    )
