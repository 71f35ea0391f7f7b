"""Block a variable that hands out a role which does not trust the place it is set in.

Attack: none by itself; a workflow that is refused is mended in a hurry, by widening the role.

Not judged: names of roles that the stack does not have, roles that trust more than named contexts,
and variables of a whole organisation.

Source: "Store information in variables", GitHub Docs.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from pulumi_policy import Severity

from keyless.rules.environments import environment_in, key_of
from keyless.rules.iam_types import ROLES
from keyless.rules.resources import Unknown
from keyless.rules.stack_grants import path_and_name
from keyless.trust import Context, Judgement, Verdict
from policypack.enforcement import Judging, stack_policy
from policypack.environments import environment_of, repository_of
from policypack.finding import Finding
from policypack.reading import Resource
from policypack.resource_types import ENVIRONMENT_VARIABLE, REPOSITORY_VARIABLE
from policypack.roles import github_trust_of
from policypack.stack import Stack

ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::(\d{12}):role(/.+)")
ROLE_VARIABLE = re.compile(r"AWS_ROLE_ARN(_.*)?", re.IGNORECASE)
"""Variables that workflows take a role for GitHub from; others may carry any role."""

WIDE = frozenset(
    verdict
    for verdict in Verdict
    if verdict < Verdict.EXACT and verdict not in (Verdict.REPOSITORY_WIDE, Verdict.PULL_REQUEST)
)
"""Verdicts under which contexts are not listed."""


def mismatch(variable: Resource, role: str, contexts: tuple[Context, ...]) -> Iterator[Finding]:
    """Refuse a variable whose role serves none of the contexts that can read it."""
    owned = [each for each in contexts if _may_be_of(variable.owner, each)]
    of_owner = f' of "{variable.owner}"' if len(owned) < len(contexts) else ""
    if variable.type == ENVIRONMENT_VARIABLE:
        place = f'environment "{environment_of(variable)}"'
        served = any(_serves_environment(each, environment_of(variable)) for each in owned)
    else:
        place = f'repository "{repository_of(variable)}"'
        served = any(_serves_repository(each, repository_of(variable)) for each in owned)
    if not served:
        yield Finding(
            f'variable "{_name(variable)}": role "{role}" does not trust {place}{of_owner}. '
            "Workflows there are refused. Write the ARN of the role that trusts it."
        )


def _may_be_of(owner: str, context: Context) -> bool:
    """Say whether a context may be of an owner; one that is not known may be any."""
    trusted = context.repository.owner
    return owner in ("", "?") or not trusted or owner.casefold() == trusted.casefold()


def other_account(variable: Resource, account: str, roles: Sequence[Resource]) -> Iterator[Finding]:
    """Refuse an ARN that names a role of the stack in an account where the stack has none."""
    accounts = " or ".join(sorted({role.account for role in roles}))
    yield Finding(
        f'variable "{_name(variable)}": role "{path_and_name(roles[0])}" of account {account}, and '
        f"the stack has it in account {accounts}. Nothing here shows what the role in {account} "
        f"trusts. Write the ARN with account {accounts}."
    )


def unknown_role(variable: Resource, value: Unknown) -> Iterator[Finding]:
    """Refuse a role variable whose role is not known."""
    if ROLE_VARIABLE.fullmatch(_name(variable)):
        yield Finding(
            f'variable "{_name(variable)}": {value.path} is not known at preview. It may be a role '
            "that trusts another place. Write the ARN composed as text."
        )


def _serves_environment(context: Context, place: str) -> bool:
    if environment := environment_in(context):
        return key_of(environment) == key_of(place)
    return context.context == "*" and _serves_repository(context, place.partition("/")[0])


def _serves_repository(context: Context, place: str) -> bool:
    return (context.repository.name or "").casefold() == place.casefold()


def _name(variable: Resource) -> str:
    name = variable.properties.text("variableName")
    return name if isinstance(name, str) else variable.name


def validate(stack: Stack, judging: Judging) -> None:
    """Judge every variable of a repository or environment that carries a role of the stack."""
    roles: dict[str, list[Resource]] = {}
    for role in stack.of(*ROLES):
        roles.setdefault(path_and_name(role), []).append(role)
    for variable in stack.of(REPOSITORY_VARIABLE, ENVIRONMENT_VARIABLE):
        with judging(variable) as report:
            for finding in _judged(variable, roles):
                report(finding)


def _judged(variable: Resource, roles: Mapping[str, Sequence[Resource]]) -> Iterator[Finding]:
    value = variable.properties.text("value")
    named: list[Resource] = []
    if isinstance(value, Unknown):
        urns = variable.property_dependencies.get("value", frozenset())
        named = [role for alike in roles.values() for role in alike if role.urn in urns]
        if not named:
            yield from unknown_role(variable, value)
    elif arn := ROLE_ARN.fullmatch(value or ""):
        alike = roles.get(arn[2], ())
        named = [role for role in alike if role.account in ("", arn[1])]
        if alike and not named:
            yield from other_account(variable, arn[1], alike)
    for role in named:
        trust = github_trust_of(role)
        if _is_judged(variable, trust):
            contexts = trust.contexts if trust else ()
            yield from mismatch(variable, path_and_name(role), contexts)


def _is_judged(variable: Resource, trust: Judgement | None) -> bool:
    if trust is None:
        return bool(ROLE_VARIABLE.fullmatch(_name(variable)))
    named = all(context.repository.name for context in trust.contexts)
    return trust.verdict not in WIDE and named


POLICY = stack_policy(
    "variable-matches-role",
    display_name="Variables name the role of their place",
    description="A variable carries a role that trusts the environment or repository it is set in.",
    severity=Severity.LOW,
    remediation_steps="Set the variable where its role is trusted, or name this place's role.",
    validate=validate,
)
