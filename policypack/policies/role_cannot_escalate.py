"""Block permissions with which a role can give itself, or somebody else, more of them.

Attack: a workflow passes a stronger role to a service it controls, rewrites a policy, or takes its
own boundary off.

Not judged: whether the roles that are named exactly are stronger than this one; services that act
with a role of their own once they are set up.

Source: "Actions, resources, and condition keys for AWS Identity and Access Management", AWS Service
Authorization Reference.
"""

from collections.abc import Iterable, Iterator

from pulumi_policy import Severity

from keyless.rules.permissions import (
    READS,
    Action,
    Statement,
    actions_of,
    is_wild,
    readable_statements,
)
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.grants import Grant, Grants, path_and_name
from policypack.reading import Resource
from policypack.roles import github_roles
from policypack.settings import settings_of
from policypack.stack import Stack

ASSUMPTIONS = frozenset({"sts:AssumeRole", "sts:TagSession"})
"""The session of another role is bounded by that role alone."""

BOUNDED = frozenset(
    {
        "iam:AttachRolePolicy",
        "iam:AttachUserPolicy",
        "iam:CreateRole",
        "iam:CreateUser",
        "iam:DeleteRolePolicy",
        "iam:DeleteUserPolicy",
        "iam:DetachRolePolicy",
        "iam:DetachUserPolicy",
        "iam:PutRolePermissionsBoundary",
        "iam:PutRolePolicy",
        "iam:PutUserPermissionsBoundary",
        "iam:PutUserPolicy",
    }
)
"""Actions that know the key iam:PermissionsBoundary, save those that take a boundary off."""

BOUNDARY_KEY = "iam:permissionsboundary"
BOUNDARY_OPERATORS = frozenset({"stringequals", "arnequals"})
WHY = "With it the role can give itself or others more than it has."


def escalations(grants: Iterable[Grant], own: str, boundaries: frozenset[str]) -> Iterator[Finding]:
    """Refuse changes to IAM and role changes on anything but exact ARNs or bounded roles.

    `own` is the role's path and name with `role` in front; `boundaries` are the ARNs that bound it
    or others, which no role may edit, any more than itself.
    """
    for grant in grants:
        for statement in readable_statements(grant.document):
            where = f"{grant.label}, statement {statement.index}"
            for written, actions in actions_of(statement):
                if risky := [action for action in actions if _is_risky(action)]:
                    yield from _on_resources(where, written, risky, statement, own, boundaries)


def _is_risky(action: Action) -> bool:
    service = action.name.partition(":")[0]
    changes_iam = action.access not in READS and (service == "iam" or is_wild(service))
    return changes_iam or action.name in ASSUMPTIONS


def _on_resources(
    where: str,
    written: str,
    risky: list[Action],
    statement: Statement,
    own: str,
    boundaries: frozenset[str],
) -> Iterator[Finding]:
    wide = next(filter(is_wild, (*statement.resources, *statement.not_resources)), None)
    if statement.not_resources or wide:
        if not _is_bounded(risky, statement, boundaries):
            shown = f'"{wide}"' if wide else "all but what NotResource names"
            yield Finding(
                f'{where}: "{written}" on {shown}. {WHY} Write exact ARNs, or for actions that '
                "know it a condition StringEquals iam:PermissionsBoundary."
            )
        return
    if all(action.name in {"iam:PassRole", *ASSUMPTIONS} for action in risky):
        return
    for resource in statement.resources:
        if resource in boundaries or resource.split(":", 5)[-1] == own:
            what = "a permissions boundary" if resource in boundaries else "the role itself"
            yield Finding(f'{where}: "{written}" on "{resource}", {what}. {WHY} Leave it out.')


def _is_bounded(risky: list[Action], statement: Statement, boundaries: frozenset[str]) -> bool:
    """Say whether IAM itself keeps every action to roles under an exact boundary."""
    required = [
        value
        for operator, keys in statement.conditions.items()
        if operator.lower() in BOUNDARY_OPERATORS
        for value in keys.get(BOUNDARY_KEY, ())
    ]
    exact = bool(required) and not any(map(is_wild, required))
    known = not boundaries or boundaries.issuperset(required)
    return exact and known and all(action.name in BOUNDED for action in risky)


def validate(stack: Stack, judging: Judging) -> None:
    """Judge what every role that trusts GitHub is granted."""
    grants = Grants(stack)
    for role, _ in github_roles(stack):
        with judging(role) as report:
            boundaries = frozenset({*settings_of(role.stack).boundaries, *_boundary(role)})
            for finding in escalations(grants.of(role), f"role{path_and_name(role)}", boundaries):
                report(finding)


def _boundary(role: Resource) -> Iterator[str]:
    boundary = role.properties.text("permissionsBoundary")
    if isinstance(boundary, str):
        yield boundary


POLICY = stack_policy(
    "role-cannot-escalate",
    display_name="Roles cannot widen themselves",
    description="A role that trusts GitHub changes IAM on exact ARNs or under a boundary alone.",
    severity=Severity.CRITICAL,
    remediation_steps="Name the roles that are passed or changed, or require the boundary on them.",
    validate=validate,
)
