"""Permissions that nobody can list: wildcard actions, any resource, policies that nobody sees."""

import json
import re
from collections.abc import Collection, Iterable, Iterator

from keyless.facts import ADMINISTRATOR_POLICIES
from keyless.rules.grant import Grant
from keyless.rules.permissions import (
    HARMLESS,
    Statement,
    actions_of,
    is_wild,
    names_nothing,
    read_statements,
)
from keyless.rules.policy_json import DocumentError

TOO_BROAD = re.compile(rf"arn:[a-z-]+:iam::aws:policy/(?:.*/)?{ADMINISTRATOR_POLICIES}")
"""Policies of AWS that grant whole services; nobody may allow them."""

WHY_UNSEEN = "What it allows cannot be judged."


def unscoped(grants: Iterable[Grant], allowed: Collection[str], role: str) -> Iterator[str]:
    """Yield a sentence for every statement that is wider than named actions and resources.

    `allowed` are the ARNs of managed policies that may be granted unseen to the role that has the
    path and name `role`.
    """
    for grant in grants:
        if grant.unknown:
            yield (
                f"{grant.label}: {grant.unknown} is not known at preview. {WHY_UNSEEN} Write the "
                "document as text with ARNs composed as text."
            )
        elif grant.document is None:
            yield from _unseen(grant, allowed, role.rpartition("/")[2])
        else:
            yield from _in_document(grant.label, grant.document)


def _unseen(grant: Grant, allowed: Collection[str], role: str) -> Iterator[str]:
    if TOO_BROAD.fullmatch(grant.arn):
        yield (
            f"{grant.label}: it grants whole services. A workflow that needs one resource reaches "
            "all. Write a policy with the actions and resources that are needed."
        )
    elif grant.arn not in allowed:
        entry = json.dumps({"arn": grant.arn, "roles": [role]})
        listed = f", or {entry} under managed_policies in the pack's settings" if grant.arn else ""
        yield (
            f"{grant.label}: the stack does not show it. {WHY_UNSEEN} Write its statements into "
            f"the stack{listed}."
        )


def _in_document(label: str, document: object) -> Iterator[str]:
    try:
        statements = read_statements(document)
    except DocumentError as error:
        yield f"{label}: {error}. {WHY_UNSEEN} Write the document as IAM knows it."
        return
    for statement in statements:
        yield from _in_statement(f"{label}, statement {statement.index}", statement)


def _in_statement(where: str, statement: Statement) -> Iterator[str]:
    for kind, listed in (
        ("NotAction", statement.not_actions),
        ("NotResource", statement.not_resources),
    ):
        if listed:
            yield (
                f'{where}: {kind} "{listed[0]}" grants all but what it names. What AWS adds '
                f"tomorrow is granted too. Write {kind.removeprefix('Not')}."
            )
    anything = next(filter(names_nothing, statement.resources), None)
    for written, actions in actions_of(statement):
        if all(action.access in HARMLESS for action in actions):
            continue
        if is_wild(written):
            yield (
                f'{where}: action "{written}" is a wildcard. What AWS adds tomorrow is granted '
                "too. Write the actions that are needed."
            )
        elif anything and actions[0].takes_resources:
            yield (
                f'{where}: "{written}" on "{anything}". A workflow that needs one resource reaches '
                "all. Write the ARNs that are needed."
            )
