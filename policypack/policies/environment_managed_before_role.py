"""Block a role that can trust an environment before that is there and protected.

Attack: naming an environment that does not exist creates it, unprotected; anyone who can edit a
workflow does so, and the role lets them in.

Not judged: how the environment is protected (`environment-reviewers-required` and its like).

Source: "Managing environments for deployment", GitHub Docs.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from pulumi_policy import Severity

from policypack.enforcement import Judging, stack_policy
from policypack.environments import environment_in, environment_of, key_of
from policypack.finding import Finding
from policypack.resource_types import DEPLOYMENT_POLICY, ENVIRONMENT
from policypack.roles import github_roles
from policypack.stack import Stack
from policypack.trust import Judgement

WHY = "Naming an environment that is not there creates it, unprotected."


def bare_trust(
    trusted: Iterable[str],
    protection: Mapping[str, frozenset[str]],
    waits_for: Callable[[frozenset[str]], frozenset[str]],
) -> Iterator[Finding]:
    """Refuse trust in environments that the stack lacks or may create after the role.

    `trusted` are `REPOSITORY/ENVIRONMENT`; `protection` holds by key the URNs of an environment and
    its branch policies; `waits_for` returns those of some URNs that the role depends on.
    """
    for environment in trusted:
        urns = protection.get(key_of(environment))
        if urns is None:
            yield Finding(
                f'environment "{environment}": trusted, and not in the stack. {WHY} Write the '
                "environment into the stack, with a dependency of the role on it."
            )
        elif missing := urns - waits_for(urns):
            names = ", ".join(sorted(f'"{urn.rpartition("::")[2]}"' for urn in missing))
            yield Finding(
                f'environment "{environment}": the role does not depend on {names}. {WHY} Write '
                "depends_on with the environment and its branch policies on the role itself."
            )


def validate(stack: Stack, judging: Judging) -> None:
    """Judge every role that trusts an environment."""
    protection = _protection(stack)
    for role, trust in github_roles(stack):
        with judging(role) as report:
            waiting = partial(stack.waits_for, role)
            for finding in bare_trust(_trusted(trust), protection, waiting):
                report(finding)


def _trusted(trust: Judgement) -> list[str]:
    found = [environment_in(context) for context in trust.contexts]
    return [environment for environment in found if environment]


def _protection(stack: Stack) -> Mapping[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for environment in stack.of(ENVIRONMENT):
        found.setdefault(key_of(environment_of(environment)), set()).add(environment.urn)
    for policy in stack.of(DEPLOYMENT_POLICY):
        if urns := found.get(key_of(environment_of(policy))):
            urns.add(policy.urn)
    return {key: frozenset(urns) for key, urns in found.items()}


POLICY = stack_policy(
    "environment-managed-before-role",
    display_name="Environments come before the roles that trust them",
    description="A role waits for the environment that it trusts, and for its branch policies.",
    severity=Severity.CRITICAL,
    remediation_steps="Manage the environment in the same stack, and let the role depend on it.",
    validate=validate,
)
