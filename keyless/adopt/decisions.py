"""Decide for everything that was found: roles, environments, and providers.

How a role is decided is in `role_decision`, how an environment is in `environments`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from keyless.adopt.account import Account, FoundProvider, FoundRole
from keyless.adopt.decided import Decided, ProviderDecision, ProviderOutcome
from keyless.adopt.environments import decide_environment
from keyless.adopt.organisation import Organisation
from keyless.adopt.permitted import Judge
from keyless.adopt.role_decision import decide_role
from keyless.adopt.usage import JobUse, read_usage
from keyless.facts import (
    GITHUB_COM,
    is_region,
    partition_of,
)


def issuer_of(account: Account) -> str:
    """Return the issuer that most roles trust, without its scheme."""
    counted: dict[str, int] = {}
    for role in account.roles:
        for issuer in role.judgement.issuers:
            counted[issuer] = counted.get(issuer, 0) + 1
    return max(counted, key=lambda one: counted[one], default=GITHUB_COM)


def decide(
    account: Account, organisation: Organisation, *, region: str, role_path: str, as_of: date
) -> Decided:
    """Decide about everything; `as_of` is the day from which a year without use is counted."""
    issuer = issuer_of(account)
    uses, unread = read_usage(organisation, account, issuer)
    environments = tuple(
        decide_environment(repository, environment)
        for repository in organisation.repositories
        for environment in repository.environments
    )
    providers = tuple(_provider(one, uses, region, issuer) for one in account.providers)
    empty = Decided(
        account=account,
        organisation=organisation,
        issuer=issuer,
        region=region,
        role_path=role_path,
        roles=(),
        environments=environments,
        providers=providers,
        uses=uses,
        unread=unread,
    )
    judge = Judge(account, empty.main_place, role_path)
    roles = tuple(decide_role(empty, judge, role, as_of) for role in account.roles)
    return replace(empty, roles=roles)


def _provider(
    provider: FoundProvider, uses: Sequence[JobUse], region: str, issuer: str
) -> ProviderDecision:
    def decided(
        decision: ProviderOutcome, why: str | None, says: str, drop: tuple[str, ...] = ()
    ) -> ProviderDecision:
        return ProviderDecision(provider=provider, decision=decision, why=why, drop=drop, says=says)

    audience = partition_of(region).audience
    extra = tuple(one for one in provider.audiences if one != audience)
    asked = {one for use in uses for one in use.audiences}
    if provider.issuer != issuer:
        says = (
            f"It is left as it is: this stack is for {issuer}. Another stack, with keyless:issuer "
            f"https://{provider.issuer}, takes over what trusts it."
        )
        return decided("refuse", "other-issuer", says)
    if audience not in provider.audiences:
        says = f'It takes no "{audience}", so no role of a stack lets anybody in. Add it first.'
        return decided("refuse", "missing-audience", says)
    if used := sorted(asked & set(extra)):
        says = (
            f'A job asks for "{used[0]}". The stack would drop it. Let the job ask for '
            f'"{audience}" first.'
        )
        return decided("refuse", "additional-audience", says)
    if extra:
        says = (
            f"It is taken over without the audience {' and '.join(extra)}, which no job asks for."
        )
        return decided("tighten", "additional-audience", says, extra)
    return decided("adopt", None, "It is taken over as it is.")


def region_of(account: Account) -> str | None:
    """Return the region that most permissions name, else the one that most roles were used in."""
    counted: dict[str, int] = {}
    used = [role.last_region for role in account.roles if role.last_region]
    for role in account.roles:
        for part in str(dict(role.inline)).split("arn:")[1:]:
            found = part.split(":", 3)[2:3]
            if found and is_region(found[0]):
                counted[found[0]] = counted.get(found[0], 0) + 1
    by_use = max(used, key=used.count, default=None)
    return max(counted, key=lambda one: counted[one], default=by_use)


def named_repositories(roles: Iterable[FoundRole]) -> frozenset[str]:
    """Return the full names of repositories that trust policies name."""
    return frozenset(
        f"{context.repository.owner}/{context.repository.name}"
        for role in roles
        for context in role.judgement.contexts
        if context.repository.owner and context.repository.name
    )
