"""Compare a whole stack with both sides; whatever cannot be read becomes a finding itself."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial

from keyless.drift.account_reader import AccountReader
from keyless.drift.environment import ENVIRONMENT, compare_environment
from keyless.drift.estate import Estate
from keyless.drift.finding import Finding, UnreadableError, in_order_of_repair, not_compared
from keyless.drift.provider import (
    MANAGED_POLICY,
    PROVIDER,
    compare_managed_policy,
    compare_provider,
    provider_url,
)
from keyless.drift.repository import RULESET, compare_identity, compare_ruleset, compare_subject
from keyless.drift.role import (
    ROLE,
    compare_role,
    compare_session,
    forgotten_roles,
    further_roles,
    role_name,
)
from keyless.drift.variable import IN_ENVIRONMENT, IN_REPOSITORY, compare_variables
from keyless.github_api import GithubApi, GithubError
from keyless.stack.resource import StackResource, text_of
from keyless.stack.resources import StackResources
from keyless.trust import trusted_issuers

_CALLS_AT_ONCE = 8
"""GitHub asks for at most 100 concurrent requests ("Rate limits for the REST API")."""

Comparison = Callable[..., Iterable[Finding]]


@dataclass(frozen=True)
class Drift:
    """What was compared and what differs, in an order in which the repairs can be run.

    First what other commands mend than `pulumi up`; within both GitHub, by repository and name.
    """

    stack: StackResources
    compared: int
    findings: tuple[Finding, ...]


def compare_stack(
    estate: Estate, github: GithubApi, account: AccountReader, *, bypass_unseen: bool = False
) -> Drift:
    """Compare everything that a stack says of both sides. Raises CommandError.

    `bypass_unseen` passes over who may bypass a ruleset, where GitHub does not show it.
    """
    account.require_account(estate.account)
    repositories = _repositories(estate.stack)
    with ThreadPoolExecutor(_CALLS_AT_ONCE) as pool:
        compared = pool.map(
            lambda one: tuple(_repository(estate, one, github, bypass_unseen)), repositories
        )
        found = [finding for of_one in compared for finding in of_one]
    found += _account(estate, account)
    managed = sum(1 for one in estate.stack.resources if one.type.startswith(("aws:", "github:")))
    return Drift(estate.stack, managed, in_order_of_repair(estate.stack, found))


def _repositories(stack: StackResources) -> tuple[str, ...]:
    """Return the repositories of a stack, as their resources name them."""
    of_github = (one for one in stack.resources if one.type.startswith("github:"))
    named = (text_of(one.inputs, "repository") for one in of_github)
    return tuple(sorted({name for name in named if name}))


def _repository(
    estate: Estate, repository: str, github: GithubApi, bypass_unseen: bool
) -> Iterator[Finding]:
    where = f"{estate.owner}/{repository}"
    see = f"gh api repos/{where}"
    identity = tuple(_tried(where, see, compare_identity, estate, repository, github))
    yield from identity
    if any(finding.kind in {"repository-gone", "not-compared"} for finding in identity):
        return
    subject = f"{see}/actions/oidc/customization/sub"
    yield from _tried(f"{where} subject", subject, compare_subject, estate, repository, github)
    for ruleset in _of(estate, RULESET, repository):
        yield from _tried(
            ruleset.name,
            f"{see}/rulesets",
            partial(compare_ruleset, bypass_unseen=bypass_unseen),
            estate,
            ruleset,
            github,
        )
    in_repository = _made(_of(estate, IN_REPOSITORY, repository))
    if in_repository:
        yield from _tried(
            f"{where} variables",
            f"{see}/actions/variables",
            compare_variables,
            estate,
            repository,
            None,
            in_repository,
            github,
        )
    for environment in _of(estate, ENVIRONMENT, repository):
        yield from _environment(estate, repository, environment, github)


def _environment(
    estate: Estate, repository: str, environment: StackResource, github: GithubApi
) -> Iterator[Finding]:
    name = text_of(environment.inputs, "environment") or ""
    see = f"gh api repos/{estate.owner}/{repository}/environments"
    found = tuple(_tried(environment.name, see, compare_environment, estate, environment, github))
    yield from found
    in_environments = _made(_of(estate, IN_ENVIRONMENT, repository))
    variables = [one for one in in_environments if text_of(one.inputs, "environment") == name]
    if variables and not any(finding.kind == "environment-gone" for finding in found):
        yield from _tried(
            f"{environment.name} variables",
            see,
            compare_variables,
            estate,
            repository,
            name,
            variables,
            github,
        )


def _account(estate: Estate, account: AccountReader) -> list[Finding]:
    own = {role_name(one): one for one in estate.stack.of_type(ROLE)}
    where = f"account {estate.account}"
    see = "aws iam get-account-authorization-details --filter Role"
    return [
        *forgotten_roles(estate, own),
        *_providers(estate, own.values(), account),
        *_managed_policies(estate, account),
        *_tried(where, see, _roles, estate, own, account),
        *_tried(
            f"{where} sessions",
            "aws iam list-roles",
            _sessions,
            estate,
            own,
            account,
        ),
    ]


def _providers(
    estate: Estate, roles: Iterable[StackResource], account: AccountReader
) -> Iterator[Finding]:
    managed = {provider_url(one): one for one in estate.stack.of_type(PROVIDER)}
    issuers = dict.fromkeys((*managed, *_issuers(roles)))
    partition = next((role.partition for role in estate.described), "aws")
    for issuer in issuers:
        resource = managed.get(issuer)
        arn = f"arn:{partition}:iam::{estate.account}:oidc-provider/{issuer}"
        yield from _tried(
            resource.name if resource else arn,
            f"aws iam get-open-id-connect-provider --open-id-connect-provider-arn {arn}",
            compare_provider,
            estate,
            arn,
            resource,
            account,
        )


def _managed_policies(estate: Estate, account: AccountReader) -> Iterator[Finding]:
    for resource in estate.stack.of_type(MANAGED_POLICY):
        yield from _tried(
            resource.name,
            f"aws iam get-policy --policy-arn {resource.id}",
            compare_managed_policy,
            estate,
            resource,
            account,
        )


def _roles(
    estate: Estate, own: dict[str, StackResource], account: AccountReader
) -> Iterator[Finding]:
    live = account.roles(own.keys())
    for name, resource in own.items():
        yield from compare_role(estate, resource, live.get(name))
    yield from further_roles(live, frozenset(own), frozenset(_issuers(own.values())))


def _sessions(
    estate: Estate, own: dict[str, StackResource], account: AccountReader
) -> Iterator[Finding]:
    seconds = account.session_seconds(own.keys())
    for resource in own.values():
        yield from compare_session(estate, resource, seconds)


def _issuers(roles: Iterable[StackResource]) -> Iterator[str]:
    for role in roles:
        yield from trusted_issuers(role.inputs.get("assumeRolePolicy"))


def _made(resources: Iterable[StackResource]) -> list[StackResource]:
    """Leave out what a preview would create."""
    return [resource for resource in resources if not resource.is_new]


def _of(estate: Estate, kind: str, repository: str) -> list[StackResource]:
    return [
        one for one in estate.stack.of_type(kind) if text_of(one.inputs, "repository") == repository
    ]


def _tried(where: str, see: str, compare: Comparison, *what: object) -> Iterator[Finding]:
    try:
        yield from compare(*what)
    except (GithubError, UnreadableError) as problem:
        yield not_compared(where, problem, see)
