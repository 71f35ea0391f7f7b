"""Grants that are everything together: to write what a role may do, and to get into it.

The policies of a role that is named exactly may be written, and the role may be made or passed. Who
may do both makes it whatever is written, an administrator too: only a boundary that IAM asks for,
and that nobody takes off, bounds that ("Permissions boundaries for IAM entities", AWS IAM User
Guide). To attach policies that a condition names is harmless, unless they grant whole services or
may be written, too.

Not judged: a policy that may be written and is attached to such a role already.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from keyless.rules.bounding import SETS_A_BOUNDARY, required_boundaries, values_of
from keyless.rules.grant import Grant
from keyless.rules.permissions import Statement, is_wild, readable_statements
from keyless.rules.scope import TOO_BROAD
from keyless.wildcards import matches, without_variables

ATTACHES = "iam:AttachRolePolicy"
WRITES = ("iam:PutRolePolicy", ATTACHES)
ENTERS = ("iam:CreateRole", "iam:UpdateAssumeRolePolicy", "iam:PassRole", "sts:AssumeRole")
WRITES_POLICIES = ("iam:CreatePolicy", "iam:CreatePolicyVersion")
TAKES_OFF = "iam:DeleteRolePermissionsBoundary"

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
    if not any(each.covers(action) for each in held for action in WRITES):
        return
    unbounded = [each for each in held if not required_boundaries(each, boundaries)]
    enters = {action: _Area.of(held, action) for action in ENTERS}
    takes_off = [_Area.of(held, TAKES_OFF), *(_Area.of(unbounded, a) for a in SETS_A_BOUNDARY)]
    policies = [_Area.of(held, action) for action in WRITES_POLICIES]
    roles = dict.fromkeys(arn for each in held for arn in each.resources if _is_role(arn))
    loose = [role for role in roles if any(role in area for area in takes_off)]
    for grant in grants:
        for statement in readable_statements(grant.document):
            if written := _written(statement, policies):
                own = _Area.of([statement], written)
                bounded = required_boundaries(statement, boundaries)
                for role in filter(own.__contains__, loose if bounded else own.exact):
                    entered = next((each for each in ENTERS if role in enters[each]), None)
                    if entered and _is_role(role):
                        yield role, _sentence(grant, statement, written, role, entered)


def _sentence(grant: Grant, statement: Statement, written: str, role: str, entered: str) -> str:
    return (
        f'{grant.label}, statement {statement.index}: "{written}" on "{role}", beside "{entered}" '
        "on it. Anybody who may do both makes it an administrator. Write a condition StringEquals "
        "iam:PermissionsBoundary for the first, and nothing that takes the boundary off."
    )


@dataclass(frozen=True)
class _Area:
    """What some statements allow an action on: ARNs, and patterns of ARNs."""

    exact: dict[str, None]
    patterns: tuple[str, ...]

    @classmethod
    def of(cls, statements: Iterable[Statement], action: str) -> "_Area":
        resources = [arn for each in statements if each.covers(action) for arn in each.resources]
        wild = (without_variables(arn) for arn in resources if is_wild(arn))
        exact = (arn for arn in resources if not is_wild(arn))
        return cls(dict.fromkeys(exact), tuple(dict.fromkeys(wild)))

    def __contains__(self, arn: str) -> bool:
        return arn in self.exact or any(matches(pattern, arn) for pattern in self.patterns)


def _is_role(arn: str) -> bool:
    return _ROLE in arn and not is_wild(arn)


def _written(statement: Statement, policies: Iterable[_Area]) -> str | None:
    """Return the action that writes into a role, None where there is none that could write all."""
    attached = values_of(statement, _NAMED_POLICIES)
    harmless = bool(attached) and not any(
        TOO_BROAD.fullmatch(arn) or any(arn in area for area in policies) for arn in attached
    )
    writes = (each for each in WRITES if statement.covers(each))
    return next((each for each in writes if not (each == ATTACHES and harmless)), None)
