"""One word for what grants come to."""

from typing import Any

import pytest

from keyless.rules.grant import Grant
from keyless.rules.power import Power, administrators_elsewhere, power_of

BUCKET = "arn:aws:s3:::acme-site/*"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
OWN = "arn:aws:iam::222222222222:policy/own"


def statement(actions: Any, resources: Any = "*", **more: Any) -> Grant:
    listed = {"Effect": "Allow", "Action": actions, "Resource": resources, **more}
    return Grant("inline", {"Statement": [listed]})


@pytest.mark.parametrize(
    ("grant", "power"),
    [
        (statement("*"), Power.ADMINISTRATOR),
        (statement("*:*"), Power.ADMINISTRATOR),
        (Grant("managed", None, ADMINISTRATOR), Power.ADMINISTRATOR),
        (
            Grant("x", {"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}),
            Power.ADMINISTRATOR,
        ),
        (statement("iam:*"), Power.ESCALATES),
        (statement("iam:PutRolePolicy"), Power.ESCALATES),
        (statement("iam:PassRole"), Power.ESCALATES),
        (statement("s3:*"), Power.WHOLE_SERVICES),
        (statement("s3:PutObject"), Power.WHOLE_SERVICES),
        (Grant("managed", None, "arn:aws:iam::aws:policy/PowerUserAccess"), Power.WHOLE_SERVICES),
        (Grant("managed", None, OWN), Power.UNSEEN),
        (Grant("inline", "no json"), Power.UNSEEN),
        (
            Grant(
                "x", {"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": BUCKET}}
            ),
            Power.WHOLE_SERVICES,
        ),
        (
            Grant("x", {"Statement": {"Effect": "Allow", "Action": "s3:Put*", "NotResource": "a"}}),
            Power.WHOLE_SERVICES,
        ),
        (statement("iam:PutRolePolicy", "arn:aws:iam::222222222222:role/apps/a"), Power.WRITES),
        (statement("s3:PutObject", BUCKET), Power.WRITES),
        (statement("s3:*", BUCKET), Power.WRITES),
        (statement("s3:GetObject"), Power.READS),
        (statement("ecr:GetAuthorizationToken"), Power.READS),
        (statement("s3:GetObject", BUCKET, Effect="Deny"), Power.NOTHING),
    ],
)
def test_one_grant(grant: Grant, power: Power) -> None:
    assert power_of([grant]) == power


def test_most_of_several_counts() -> None:
    assert power_of([statement("s3:GetObject"), statement("s3:PutObject", BUCKET)]) == Power.WRITES
    assert power_of([]) == Power.NOTHING


def test_nobody_is_made_an_administrator_whom_the_stack_does_not_show() -> None:
    grants = [statement("*"), statement("s3:*"), Grant("managed policy", None, ADMINISTRATOR)]
    assert list(administrators_elsewhere("ops", grants)) == [
        f'role "ops": the stack does not show it, and {label} makes it an administrator. It may be '
        "a role that trusts GitHub. Write the grant into the stack of the role, or a narrower one."
        for label in ("inline", "managed policy")
    ]
