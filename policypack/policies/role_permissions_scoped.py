"""Block permissions that nobody can list: wildcard actions, any resource, unseen policies.

Attack: a workflow that needs one bucket reaches every bucket; an action that AWS adds tomorrow is
granted today.

Not judged: listing, and reading how things are set up, which may be granted on everything; what a
Deny or a boundary takes away again.

Source: "Security best practices in IAM: Apply least-privilege permissions", AWS IAM User Guide.
"""

import re
from collections.abc import Iterable, Iterator

from pulumi_policy import Severity

from keyless.facts import ADMINISTRATOR_POLICIES
from keyless.rules.permissions import (
    HARMLESS,
    DocumentError,
    Statement,
    actions_of,
    is_wild,
    names_nothing,
    read_statements,
)
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.grants import Grant, Grants, Homeless
from policypack.reading import Unknown
from policypack.roles import github_roles
from policypack.settings import settings_of
from policypack.stack import Stack

TOO_BROAD = re.compile(rf"arn:[a-z-]+:iam::aws:policy/(?:.*/)?{ADMINISTRATOR_POLICIES}")
"""Policies of AWS that grant whole services; no setting allows them."""

WHY_UNSEEN = "What it allows cannot be judged."


def unscoped(grants: Iterable[Grant], allowed: tuple[str, ...]) -> Iterator[Finding]:
    """Refuse every statement of every grant that is wider than named actions and resources."""
    for grant in grants:
        if grant.document is None:
            yield from _unseen(grant, allowed)
        elif isinstance(grant.document, Unknown):
            yield Finding(
                f"{grant.label}: {grant.document.path} is not known at preview. {WHY_UNSEEN} "
                "Write the document as text with ARNs composed as text."
            )
        else:
            yield from _in_document(grant.label, grant.document)


def homeless(found: Iterable[Homeless]) -> Iterator[tuple[Homeless, Finding]]:
    """Refuse permissions that may go to any role of the stack."""
    for each in found:
        yield (
            each,
            Finding(
                f"{each.unknown.path}: not known at preview. It may be a role that trusts GitHub. "
                "Write the role's name."
            ),
        )


def _unseen(grant: Grant, allowed: tuple[str, ...]) -> Iterator[Finding]:
    if TOO_BROAD.fullmatch(grant.arn):
        yield Finding(
            f"{grant.label}: it grants whole services. A workflow that needs one resource reaches "
            "all. Write a policy with the actions and resources that are needed."
        )
    elif grant.arn not in allowed:
        yield Finding(
            f"{grant.label}: the stack does not show it. {WHY_UNSEEN} Write its statements into "
            "the stack, or list it under managed_policies in the pack's settings."
        )


def _in_document(label: str, document: object) -> Iterator[Finding]:
    try:
        statements = read_statements(document)
    except DocumentError as error:
        yield Finding(f"{label}: {error}. {WHY_UNSEEN} Write the document as IAM knows it.")
        return
    for statement in statements:
        yield from _in_statement(f"{label}, statement {statement.index}", statement)


def _in_statement(where: str, statement: Statement) -> Iterator[Finding]:
    for kind, listed in (
        ("NotAction", statement.not_actions),
        ("NotResource", statement.not_resources),
    ):
        if listed:
            yield Finding(
                f'{where}: {kind} "{listed[0]}" grants all but what it names. What AWS adds '
                f"tomorrow is granted too. Write {kind.removeprefix('Not')}."
            )
    anything = next(filter(names_nothing, statement.resources), None)
    for written, actions in actions_of(statement):
        if all(action.access in HARMLESS for action in actions):
            continue
        if is_wild(written):
            yield Finding(
                f'{where}: action "{written}" is a wildcard. What AWS adds tomorrow is granted '
                "too. Write the actions that are needed."
            )
        elif anything and actions[0].takes_resources:
            yield Finding(
                f'{where}: "{written}" on "{anything}". A workflow that needs one resource reaches '
                "all. Write the ARNs that are needed."
            )


def validate(stack: Stack, judging: Judging) -> None:
    """Judge what every role that trusts GitHub is granted."""
    roles = github_roles(stack)
    grants = Grants(stack)
    for role, _ in roles:
        with judging(role) as report:
            for finding in unscoped(grants.of(role), settings_of(role.stack).managed_policies):
                report(finding)
    for lost, finding in homeless(grants.homeless if roles else ()):
        with judging(lost.resource) as report:
            report(finding)


POLICY = stack_policy(
    "role-permissions-scoped",
    display_name="Permissions name actions and resources",
    description="A role that trusts GitHub is granted named actions on named resources.",
    severity=Severity.HIGH,
    remediation_steps="List the actions that the workflow calls, and the ARNs it calls them on.",
    validate=validate,
)
