"""Permissions with which a role can give itself, or somebody else, more of them."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from keyless.rules.arns import names_policy, names_role
from keyless.rules.grant import Grant
from keyless.rules.issuers import looks_like_github
from keyless.rules.permissions import (
    READS,
    Action,
    Statement,
    actions_of,
    is_wild,
    readable_statements,
)

ASSUMPTIONS = frozenset({"sts:AssumeRole", "sts:TagSession"})
"""The session of another role is bounded by that role alone."""

ROOT = "sts:AssumeRoot"
"""A session of the root user of another account of the organisation."""

LEAVES_ROLES = frozenset({"iam:PassRole", "iam:CreateRole", "iam:CreateUser", *ASSUMPTIONS})
"""Actions that change no role which is there already."""

SETS_A_BOUNDARY = frozenset({"iam:PutRolePermissionsBoundary"})
"""Here the key iam:PermissionsBoundary is the boundary to come, not that of the role."""

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

CREDENTIALS = frozenset(
    {
        "iam:CreateAccessKey",
        "iam:CreateLoginProfile",
        "iam:CreateServiceSpecificCredential",
        "iam:ResetServiceSpecificCredential",
        "iam:UpdateLoginProfile",
        "iam:UploadSSHPublicKey",
        "iam:UploadSigningCertificate",
    }
)
"""Actions that hand out a credential of a user, which lives until somebody removes it."""

BOUNDARY_KEY = "iam:permissionsboundary"
BOUNDARY_OPERATORS = frozenset({"stringequals", "arnequals"})
WHY = "With it the role can give itself or others more than it has."


@dataclass(frozen=True, slots=True)
class Guarded:
    """A role that no grant may change, by path and name, with the managed policies that it gets.

    `policies` are paths and names, `boundary` is an ARN, empty where it is not known.
    """

    role: str
    boundary: str
    policies: frozenset[str]


def escalations(
    grants: Iterable[Grant], own: str, guarded: Sequence[Guarded], boundaries: Collection[str]
) -> Iterator[str]:
    """Yield a sentence for changes to IAM and of roles on anything but exact ARNs or bounded roles.

    `own` is the role's path and name, `guarded` are it and all other roles that GitHub reaches,
    `boundaries` the ARNs that bound them; neither may be edited.
    """
    for where, written, risky, statement in _risks(grants):
        wide = next(filter(is_wild, (*statement.resources, *statement.not_resources)), None)
        is_wide = bool(wide or statement.not_resources)
        required = _required(statement, boundaries)
        if any(action.name == ROOT for action in risky):
            yield f'{where}: "{written}" takes the root user of an account. {WHY} Leave it out.'
        elif is_wide and not (required and all(action.name in BOUNDED for action in risky)):
            shown = f'"{wide}"' if wide else "all but what NotResource names"
            yield (
                f'{where}: "{written}" on {shown}. {WHY} Write exact ARNs, or for actions that '
                "know it a condition StringEquals iam:PermissionsBoundary."
            )
        elif any(action.name in CREDENTIALS for action in risky):
            yield (
                f'{where}: "{written}" makes a credential that lives until somebody removes it. '
                f"{WHY} Leave it out."
            )
        else:
            yield from _changes(where, written, risky, statement, own, guarded, boundaries)


def changes_of_others(grants: Iterable[Grant], guarded: Sequence[Guarded]) -> Iterator[str]:
    """Yield a sentence for what a role that GitHub does not reach may change of those it reaches.

    A grant on everything is an administrator's, and no matter of GitHub.
    """
    for where, written, risky, statement in _risks(grants):
        if statement.not_resources or "*" in statement.resources:
            continue
        yield from _changes(where, written, risky, statement, "", guarded, ())


def _risks(grants: Iterable[Grant]) -> Iterator[tuple[str, str, list[Action], Statement]]:
    for grant in grants:
        for statement in readable_statements(grant.document):
            for written, actions in actions_of(statement):
                if risky := [action for action in actions if _is_risky(action)]:
                    yield f"{grant.label}, statement {statement.index}", written, risky, statement


def _is_risky(action: Action) -> bool:
    service = action.name.partition(":")[0]
    changes_iam = action.access not in READS and (service == "iam" or is_wild(service))
    return changes_iam or action.name in ASSUMPTIONS or action.name == ROOT


def _changes(
    where: str,
    written: str,
    risky: list[Action],
    statement: Statement,
    own: str,
    guarded: Sequence[Guarded],
    boundaries: Collection[str],
) -> Iterator[str]:
    changes = {action.name for action in risky} - LEAVES_ROLES
    if not changes:
        return
    required = frozenset() if changes & SETS_A_BOUNDARY else _required(statement, boundaries)
    reachable = [
        each for each in guarded if not required or not each.boundary or each.boundary in required
    ]
    for resource in statement.resources or ("*",):
        what = "a permissions boundary" if resource in boundaries else _of_github(resource)
        what = what or next((said for g in reachable if (said := _named(resource, g, own))), None)
        if what:
            yield f'{where}: "{written}" on "{resource}", {what}. {WHY} Leave it out.'


def _of_github(resource: str) -> str | None:
    """Say so of an ARN that names a provider for GitHub: it decides whose tokens count."""
    _, is_provider, issuer = resource.partition(":oidc-provider/")
    is_of_github = bool(is_provider) and looks_like_github(issuer)
    return "the provider that every role for GitHub trusts" if is_of_github else None


def _named(resource: str, guarded: Guarded, own: str) -> str | None:
    """Say what a resource is to a guarded role; None where it is nothing of it."""
    name = guarded.role.rpartition("/")[2]
    if names_role(resource, guarded.role):
        return (
            "the role itself" if guarded.role == own else f'the role "{name}" that GitHub reaches'
        )
    if any(names_policy(resource, policy) for policy in guarded.policies):
        return f'a policy of the role "{name}" that GitHub reaches'
    boundary = guarded.boundary.partition(":policy")[2]
    if boundary and names_policy(resource, boundary):
        return f'the boundary of the role "{name}" that GitHub reaches'
    return None


def _required(statement: Statement, boundaries: Collection[str]) -> frozenset[str]:
    """Return the exact boundaries to one of which IAM itself keeps a statement; empty: to none."""
    required = frozenset(
        value
        for operator, keys in statement.conditions.items()
        if operator.lower() in BOUNDARY_OPERATORS
        for value in keys.get(BOUNDARY_KEY, ())
    )
    is_exact = not any(map(is_wild, required))
    is_known = not boundaries or required.issubset(boundaries)
    return required if is_exact and is_known else frozenset()
