"""Permissions with which a role can give itself, or somebody else, more of them."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from keyless.rules.arns import names_administrator, names_role
from keyless.rules.bounding import BOUNDED, SETS_A_BOUNDARY, required_boundaries
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded, said_of
from keyless.rules.issuers import looks_like_github
from keyless.rules.permissions import (
    READS,
    Action,
    Statement,
    actions_of,
    is_wild,
    readable_statements,
)
from keyless.rules.takeover import takeovers

ASSUMPTIONS = frozenset({"sts:AssumeRole", "sts:TagSession"})
"""The session of another role is bounded by that role alone."""

ROOT = "sts:AssumeRoot"
"""A session of the root user of another account of the organisation."""

OF_SERVICES = frozenset({"iam:CreateServiceLinkedRole", "iam:DeleteServiceLinkedRole"})
"""A role that AWS writes for one of its services, and that nobody else gets."""

LEAVES_ROLES = frozenset({"iam:PassRole", "iam:CreateRole", "iam:CreateUser", *ASSUMPTIONS})
"""Actions that change no role which is there already."""

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

DECIDE_WHO_GETS_IN = frozenset(
    {
        "iam:UpdateSAMLProvider",
        "rolesanywhere:CreateTrustAnchor",
        "rolesanywhere:UpdateTrustAnchor",
        "sso-directory:AddMemberToGroup",
        "sso-directory:UpdatePassword",
        "sso:CreateTrustedTokenIssuer",
        "sso:UpdateTrustedTokenIssuer",
    }
)
"""Actions after which somebody else's assertions, certificates, tokens or passwords are taken.

A role that trusts Roles Anywhere takes the certificates of each trust anchor of the account, unless
its trust policy names one ("Trust model in IAM Roles Anywhere").
"""

RIGHTS_OF_PEOPLE = frozenset(
    {
        "sso:AttachCustomerManagedPolicyReferenceToPermissionSet",
        "sso:AttachManagedPolicyToPermissionSet",
        "sso:CreateAccountAssignment",
        "sso:DeletePermissionsBoundaryFromPermissionSet",
        "sso:PutInlinePolicyToPermissionSet",
        "sso:PutPermissionsBoundaryToPermissionSet",
    }
)
"""Actions of IAM Identity Center that write roles of IAM in every account that has them."""

OF_OTHERS = DECIDE_WHO_GETS_IN | RIGHTS_OF_PEOPLE | {ROOT}
"""Actions outside of IAM's own that take or give the rights of somebody else."""

PROVIDER = "the provider that every role for GitHub trusts"
WHY = "With it the role can give itself or others more than it has."


def escalations(
    grants: Sequence[Grant],
    own: str,
    guarded: Sequence[Guarded],
    boundaries: Collection[str],
    every: Sequence[Grant] = (),
) -> Iterator[str]:
    """Yield a sentence for changes to IAM and of roles on anything but exact ARNs or bounded roles.

    `own` is the role's path and name, `guarded` are it and all other roles that GitHub reaches,
    `boundaries` the ARNs that bound them; neither may be edited. `every` are all grants of the role
    where `grants` are some of them.
    """
    for role, sentence in takeovers(grants, every or grants, boundaries):
        if not any(names_role(role, each.role) for each in guarded):
            yield sentence
    for where, written, risky, statement in _risks(grants):
        wide = next(filter(is_wild, (*statement.resources, *statement.not_resources)), None)
        is_wide = bool(wide or statement.not_resources)
        required = required_boundaries(statement, boundaries)
        administrator = next(filter(names_administrator, statement.resources), None)
        if any(action.name == ROOT for action in risky):
            yield f'{where}: "{written}" takes the root user of an account. {WHY} Leave it out.'
        elif not is_wild(written) and risky[0].name in DECIDE_WHO_GETS_IN:
            yield f'{where}: "{written}" decides who gets in. {WHY} Leave it out.'
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
        elif administrator:
            yield (
                f'{where}: "{written}" on "{administrator}", an administrator unless somebody '
                f"changed it. {WHY} Leave it out."
            )
        else:
            yield from _changes(where, written, risky, statement, own, guarded, boundaries)


def _risks(grants: Iterable[Grant]) -> Iterator[tuple[str, str, list[Action], Statement]]:
    for grant in grants:
        for statement in readable_statements(grant.document):
            for written, actions in actions_of(statement):
                if risky := [action for action in actions if is_risky(action)]:
                    yield f"{grant.label}, statement {statement.index}", written, risky, statement


def is_risky(action: Action) -> bool:
    """Say whether an action changes IAM, or takes the rights of somebody else."""
    service = action.name.partition(":")[0]
    of_iam = (service == "iam" and action.name not in OF_SERVICES) or is_wild(service)
    changes_iam = action.access not in READS and of_iam
    return changes_iam or action.name in ASSUMPTIONS | OF_OTHERS


def _changes(
    where: str,
    written: str,
    risky: list[Action],
    statement: Statement,
    own: str,
    guarded: Sequence[Guarded],
    boundaries: Collection[str],
) -> Iterator[str]:
    changes = changed_by(risky)
    if not changes:
        return
    reachable = within_boundaries(statement, changes, guarded, boundaries)
    for resource in statement.resources or ("*",):
        what = "a permissions boundary" if resource in boundaries else of_github(resource)
        what = what or next((said for g in reachable if (said := said_of(resource, g, own))), None)
        if what:
            yield f'{where}: "{written}" on "{resource}", {what}. {WHY} Leave it out.'


def changed_by(risky: Iterable[Action]) -> frozenset[str]:
    """Return the names of those actions that change what is there already."""
    return frozenset(action.name for action in risky) - LEAVES_ROLES


def within_boundaries(
    statement: Statement,
    changes: Collection[str],
    guarded: Sequence[Guarded],
    boundaries: Collection[str] = (),
) -> list[Guarded]:
    """Return the guarded roles that a statement can change under the boundary that it asks for."""
    sets_one = not SETS_A_BOUNDARY.isdisjoint(changes)
    required = frozenset() if sets_one else required_boundaries(statement, boundaries)
    return [
        each for each in guarded if not required or not each.boundary or each.boundary in required
    ]


def of_github(resource: str) -> str | None:
    """Say so of an ARN that names a provider for GitHub: it decides whose tokens count."""
    _, is_provider, issuer = resource.partition(":oidc-provider/")
    return PROVIDER if is_provider and looks_like_github(issuer) else None
