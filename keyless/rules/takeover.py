"""Grants that are everything together: to write what a role may do, and to get into it.

The policies of a role that is named exactly may be written, and the role may be made or passed. Who
may do both makes it whatever is written, an administrator too: only a boundary that IAM asks for,
and that nobody takes off, bounds that ("Permissions boundaries for IAM entities", AWS IAM User
Guide). To attach policies that a condition names is harmless, unless they grant whole services.

Not judged: what is written into a managed policy that may be attached to such a role.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence

from keyless.rules.bounding import SETS_A_BOUNDARY, required_boundaries, values_of
from keyless.rules.grant import Grant
from keyless.rules.permissions import Statement, is_wild, readable_statements
from keyless.rules.scope import TOO_BROAD
from keyless.wildcards import matches, without_variables

ATTACHES = "iam:AttachRolePolicy"
WRITES = ("iam:PutRolePolicy", ATTACHES)
ENTERS = ("iam:CreateRole", "iam:UpdateAssumeRolePolicy", "iam:PassRole", "sts:AssumeRole")
TAKES_OFF = ("iam:DeleteRolePermissionsBoundary", *SETS_A_BOUNDARY)

_ROLE = ":role/"
_NAMED_POLICIES = "iam:policyarn"


def takeovers(
    grants: Iterable[Grant], every: Iterable[Grant], boundaries: Collection[str]
) -> Iterator[tuple[str, str]]:
    """Yield a role's ARN and a sentence for each that some grants write and all of them enter.

    `every` are all grants of somebody, `grants` those of them that are judged, `boundaries` the
    ARNs of the boundaries that count.
    """
    held = [each for grant in every for each in readable_statements(grant.document)]
    roles = dict.fromkeys(arn for each in held for arn in each.resources if _is_role(arn))
    for grant in grants:
        for statement in readable_statements(grant.document):
            if not (written := _written(statement)):
                continue
            for role in roles:
                entered = next((e for e in ENTERS if any(_allows(h, e, role) for h in held)), None)
                if entered and _writes_freely(statement, role, held, boundaries):
                    yield (
                        role,
                        f'{grant.label}, statement {statement.index}: "{written}" on "{role}", '
                        f'beside "{entered}" on it. Whoever may do both makes it an administrator. '
                        "Write a condition StringEquals iam:PermissionsBoundary for the first, and "
                        "nothing that takes the boundary off.",
                    )


def _is_role(arn: str) -> bool:
    return _ROLE in arn and not is_wild(arn)


def _written(statement: Statement) -> str | None:
    """Return the action that writes into a role, None where there is none that could write all."""
    attached = values_of(statement, _NAMED_POLICIES)
    is_harmless = bool(attached) and not any(map(TOO_BROAD.fullmatch, attached))
    writes = (each for each in WRITES if statement.covers(each))
    return next((each for each in writes if not (each == ATTACHES and is_harmless)), None)


def _writes_freely(
    statement: Statement, role: str, held: Sequence[Statement], boundaries: Collection[str]
) -> bool:
    """Say whether no boundary bounds what a statement writes; a pattern needs one anyway."""
    if not required_boundaries(statement, boundaries):
        return role in statement.resources
    return _is_on(statement, role) and any(
        _allows(each, action, role)
        and not (action in SETS_A_BOUNDARY and required_boundaries(each, boundaries))
        for action in TAKES_OFF
        for each in held
    )


def _allows(statement: Statement, action: str, role: str) -> bool:
    return statement.covers(action) and _is_on(statement, role)


def _is_on(statement: Statement, role: str) -> bool:
    return any(matches(without_variables(each), role) for each in statement.resources)
