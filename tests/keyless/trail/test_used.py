"""What the CSV of a trail says was used, and the statements that this needs."""

from typing import Any

import pytest

from keyless.command_line.errors import CommandError
from keyless.trail.used import Needed, Used, needed, plain_arn, read_used

USER = "arn:aws:iam::222222222222:user/ci"
BUCKET = "arn:aws:s3:::acme-site"
CLUSTER = "arn:aws:ecs:eu-west-1:222222222222:cluster/main"
HEAD = "principal,service,action,resources,times,denied\n"


def used(*rows: str, principal: str = USER) -> Used:
    text = HEAD + "".join(f"{principal},{row}\n" for row in rows)
    return read_used("used.csv", text)[plain_arn(principal)]


def allow(actions: Any, resources: Any, **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def come_to(found: Used, *statements: dict[str, Any]) -> Needed:
    return needed(found, [{"Statement": list(statements)}] if statements else [])


@pytest.mark.parametrize(
    ("event", "actions"),
    [
        ("s3.amazonaws.com,HeadObject", ["s3:GetObject"]),
        ("s3.amazonaws.com,ListObjects", ["s3:ListBucket"]),
        ("s3.amazonaws.com,CopyObject", ["s3:GetObject", "s3:PutObject"]),
        ("lambda.amazonaws.com,UpdateFunctionCode20150331v2", ["lambda:UpdateFunctionCode"]),
        (
            "cloudfront.amazonaws.com,CreateInvalidation2020_05_31",
            ["cloudfront:CreateInvalidation"],
        ),
        ("monitoring.amazonaws.com,PutMetricAlarm", ["cloudwatch:PutMetricAlarm"]),
        ("ecr.amazonaws.com,PutImage", ["ecr:PutImage"]),
    ],
)
def test_event_is_the_action_that_iam_asks_for(event: str, actions: list[str]) -> None:
    assert list(used(event).actions) == actions


@pytest.mark.parametrize("event", ["apigateway.amazonaws.com,GetApis", "signin.amazonaws.com,X"])
def test_event_without_an_action_is_named(event: str) -> None:
    found = used(event)
    assert (dict(found.actions), found.unknown) == ({}, (event.replace(",", " "),))


@pytest.mark.parametrize(
    "row", ["sts.amazonaws.com,GetCallerIdentity,,4,0", "s3.amazonaws.com,PutObject,,3,3"]
)
def test_what_needs_no_rights_or_was_denied_is_not_used(row: str) -> None:
    assert used(row).actions == {}


def test_session_and_path_are_the_role() -> None:
    role = "arn:aws:iam::222222222222:role/deploy"
    for written in (role, role.replace("/deploy", "/ci/web/deploy")):
        assert plain_arn(written) == role
    assert plain_arn("arn:aws:sts::222222222222:assumed-role/deploy/run-1") == role


def test_action_is_granted_where_a_policy_grants_it() -> None:
    found = come_to(
        used("ecs.amazonaws.com,UpdateService"),
        allow("ecs:*", f"{CLUSTER}*", Condition={"StringEquals": {"aws:RequestedRegion": "x"}}),
        allow("ec2:*", "*"),
    )
    condition = {"Condition": {"StringEquals": {"aws:requestedregion": ["x"]}}}
    assert found.statements == (allow(["ecs:UpdateService"], [f"{CLUSTER}*"], **condition),)
    assert found.unused == ("ec2:*",)


def test_resources_that_an_action_does_not_take_are_left_out() -> None:
    both = allow(["s3:ListBucket", "s3:PutObject"], [BUCKET, f"{BUCKET}/*"])
    found = come_to(used(f"s3.amazonaws.com,PutObject,{BUCKET}/x"), both)
    assert found.statements == (allow(["s3:PutObject"], [f"{BUCKET}/*"]),)


def test_wide_grant_becomes_what_the_trail_names() -> None:
    objects = [f"{BUCKET}/web/{name}.js" for name in "abcd"]
    rows = [f"s3.amazonaws.com,PutObject,{arn} {BUCKET},1,0" for arn in objects]
    found = come_to(used(*rows, "s3.amazonaws.com,ListObjectsV2," + BUCKET), allow("*", "*"))
    assert found.statements == (
        allow(["s3:ListBucket"], [BUCKET]),
        allow(["s3:PutObject"], [f"{BUCKET}/web/*"]),
    )


def test_what_nobody_places_is_named_and_not_written() -> None:
    found = come_to(used("ecs.amazonaws.com,UpdateService"), allow("*", "*"))
    assert (found.statements, found.unplaced) == ((), ("ecs:UpdateService",))


def test_what_takes_no_resource_has_none() -> None:
    found = come_to(used("ecr.amazonaws.com,GetAuthorizationToken"), allow("*", "*"))
    assert found.statements == (allow(["ecr:GetAuthorizationToken"], ["*"]),)


def test_what_no_policy_allows_is_not_granted() -> None:
    found = come_to(used("ecr.amazonaws.com,GetAuthorizationToken"), allow("s3:*", "*"))
    assert found.statements == ()


def test_pass_role_stays_and_so_do_objects_that_no_trail_records() -> None:
    role = "arn:aws:iam::222222222222:role/task"
    grants = (allow("iam:PassRole", role), allow("s3:GetObject", f"{BUCKET}/*"))
    found = come_to(used("ecs.amazonaws.com,ListClusters"), *grants)
    assert found.kept == ("iam:PassRole", "s3:GetObject")
    recorded = come_to(used(f"s3.amazonaws.com,PutObject,{BUCKET}/x"), *grants)
    assert recorded.kept == ("iam:PassRole",)
    assert recorded.unused == ("s3:GetObject",)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "used.csv: no column service. "),
        ("role,service\n", "used.csv: no column action. "),
        ("service,action\n", "used.csv: no column principal. "),
        (HEAD + f'{USER},s3,"{"x" * 200_000}"', "used.csv: field larger than field limit"),
    ],
)
def test_text_that_is_no_such_csv(text: str, sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        read_used("used.csv", text)
