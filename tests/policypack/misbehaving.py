"""Policies that misbehave, to try what comes of a policy that fails."""

import sys
from functools import partial
from typing import Any

from pulumi_policy import Policy, Severity

from keyless.rules.iam_types import ROLES
from policypack.enforcement import Judging, resource_policy, stack_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.stack import Stack


def misbehaving() -> list[Policy]:
    """Make them; none is made before, so that a test sees how policies are made."""
    resource = partial(
        resource_policy,
        display_name="x",
        description="x",
        remediation_steps="x",
        severity=Severity.LOW,
        types=ROLES,
    )
    stack = partial(
        stack_policy,
        display_name="x",
        description="x",
        remediation_steps="x",
        severity=Severity.LOW,
    )
    return [
        resource("fails", validate=_fails),
        resource("reads", validate=_reads_by_itself),
        resource("floods", validate=_floods),
        stack("fails-for-one", validate=_fails_for_one),
        stack("fails-for-all", validate=_fails_for_all),
    ]


def _fails(role: Resource, report: Report) -> None:
    report(Finding("before"))
    if role.name == "exits":
        sys.exit(0)
    raise KeyError("missing")


def _reads_by_itself(role: Resource, report: Report) -> None:
    role.properties._proxy["description"]
    tags: Any = role.properties._proxy["tags"]
    tags["team"]


def _floods(role: Resource, report: Report) -> None:
    report(Finding("x" * 5000))
    report(Finding("a\x1b[31mb\u202ec\nd"))


def _fails_for_one(stack: Stack, judging: Judging) -> None:
    for role in stack.of(*ROLES):
        with judging(role) as report:
            if role.name == "bad":
                raise ValueError("no")
            report(Finding("judged"))


def _fails_for_all(stack: Stack, judging: Judging) -> None:
    raise RuntimeError("no stack")
