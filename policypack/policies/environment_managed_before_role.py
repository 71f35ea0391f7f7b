"""Block a role that can trust an environment before that is there and protected.

Attack: naming an environment that does not exist creates it, unprotected; anyone who can edit a
workflow does so, and the role lets them in.

Not judged: how the environment is protected (`environment-reviewers-required` and its like); whose
the stack's environments are where the provider's owner comes from its process's surroundings.

Source: "Managing environments for deployment", GitHub Docs.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import NamedTuple

from pulumi_policy import Severity

from keyless.rules.environments import environment_in, key_of
from keyless.rules.issuers import addresses_of
from keyless.trust import Context
from policypack.enforcement import Judging, stack_policy
from policypack.environments import environment_of
from policypack.finding import Finding
from policypack.resource_types import DEPLOYMENT_POLICIES, ENVIRONMENT
from policypack.roles import github_roles
from policypack.stack import Stack

WHY = "Naming an environment that is not there creates it, unprotected."


class Protection(NamedTuple):
    """The URNs of an environment and its branch policies, whose it is and on which GitHub.

    `owner` is in lower case, and `?` where it is not known at preview; `address` is the one that
    its provider is set to. Either is empty where the provider does not say.
    """

    urns: set[str]
    owner: str
    address: str


def bare_trust(
    trusted: Iterable[Context],
    addresses: Collection[str],
    protection: Mapping[str, Sequence[Protection]],
    waits_for: Callable[[frozenset[str]], frozenset[str]],
) -> Iterator[Finding]:
    """Refuse trust in environments that the stack lacks or may create after the role.

    `addresses` are those of the GitHub whose tokens are trusted, `protection` contains the
    environments of the stack by key, those of several owners among them; `waits_for` returns those
    of some URNs that the role depends on.
    """
    for context in trusted:
        environment = environment_in(context)
        if environment is None:
            continue
        owner = context.repository.owner or ""
        written = protection.get(key_of(environment), ())
        owned = [each for each in written if _may_be(each.owner, owner.casefold())]
        there = [each for each in owned if not each.address or each.address in addresses]
        urns = frozenset(urn for each in there for urn in each.urns)
        other = next(
            (each for each in protection if each.casefold() == key_of(environment).casefold()), ""
        )
        if not written and other:
            yield Finding(
                f'environment "{environment}": trusted, and the stack has "{other}". GitHub may '
                "take both for one environment, or create the trusted one without protection. "
                "Write the name in the same letters in both places."
            )
        elif not written:
            yield Finding(
                f'environment "{environment}": trusted, and not in the stack. {WHY} Write the '
                "environment into the stack, with a dependency of the role on it."
            )
        elif not owned and written[0].owner == "?":
            yield Finding(
                f'environment "{environment}" of "{owner}": the owner of its provider is not known '
                f"at preview. {WHY} Write the owner as text."
            )
        elif not owned:
            yield Finding(
                f'environment "{environment}" of "{owner}": trusted, and the one in the stack is '
                f'of "{written[0].owner}". {WHY} Write the role into a stack that manages the '
                f'environments of "{owner}".'
            )
        elif not there:
            yield Finding(
                f'environment "{environment}": trusted, and the one in the stack is on '
                f'"{owned[0].address}". {WHY} Write it with the provider of the GitHub whose '
                "tokens the role trusts."
            )
        elif missing := urns - waits_for(urns):
            names = ", ".join(sorted(f'"{urn.rpartition("::")[2]}"' for urn in missing))
            yield Finding(
                f'environment "{environment}": the role does not depend on {names}. {WHY} Write '
                "depends_on with the environment and its branch policies on the role itself."
            )


def _may_be(one: str, other: str) -> bool:
    """Say whether two owners or addresses may be one; an empty one may be any."""
    return not one or not other or one == other


def validate(stack: Stack, judging: Judging) -> None:
    """Judge every role that trusts an environment."""
    protection = _protection(stack)
    for role, trust in github_roles(stack):
        with judging(role) as report:
            waiting = partial(stack.waits_for, role)
            serving = (each for each in trust.statements if each.contexts)
            issuers = (issuer for each in serving for issuer in each.issuers)
            addresses = frozenset().union(*map(addresses_of, issuers))
            for finding in bare_trust(trust.contexts, addresses, protection, waiting):
                report(finding)


def _protection(stack: Stack) -> Mapping[str, Sequence[Protection]]:
    found: dict[str, dict[tuple[str, str], Protection]] = {}
    for environment in stack.of(ENVIRONMENT):
        place = (environment.owner.casefold(), environment.address)
        places = found.setdefault(key_of(environment_of(environment)), {})
        places.setdefault(place, Protection(set(), *place)).urns.add(environment.urn)
    for policy in stack.of(*DEPLOYMENT_POLICIES):
        for each in found.get(key_of(environment_of(policy)), {}).values():
            if _may_be(each.owner, policy.owner.casefold()) and _may_be(
                each.address, policy.address
            ):
                each.urns.add(policy.urn)
    return {key: sorted(places.values(), key=_place) for key, places in found.items()}


def _place(protection: Protection) -> tuple[str, str]:
    return protection.owner, protection.address


POLICY = stack_policy(
    "environment-managed-before-role",
    display_name="Environments come before the roles that trust them",
    description="A role waits for the environment that it trusts, and for its branch policies.",
    severity=Severity.CRITICAL,
    remediation_steps="Manage the environment in the same stack, and let the role depend on it.",
    validate=validate,
)
