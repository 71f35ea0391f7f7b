"""What one entry must keep between its own keys, and what must fit the stack's account and region.

Each rule yields sentences with their place. What can be said of a single value or model is
beside it in `keyless.estate.settings`; names that collide are in `collisions`.
"""

import json
import re
from collections.abc import Iterator

from keyless.estate.composed_roles import ComposedRole, compose_role, place_of
from keyless.estate.guardrail_document import GuardrailError, guardrail_of
from keyless.estate.presets import GrantError, Place
from keyless.estate.reading.review_rules import review_rules
from keyless.estate.settings import Environment, Repository, Role, RolesAt, Settings
from keyless.estate.trust_policy import TRUST_POLICY_LIMIT, document_size
from keyless.facts import partition_of
from keyless.text.sentences import joined, quoted

INLINE_POLICIES_LIMIT = 10_240
"""Characters of a role's inline policies together, white space left out ("IAM quotas")."""

MOST_TAGS = 50
MOST_MANAGED_POLICIES = 10
"""Managed policies of a role, unless the account's quota was raised ("IAM quotas")."""

_ENVIRONMENT_NAME = re.compile(r"[A-Za-z0-9._-]+\Z")


def entry_rules(place: str, repository: Repository) -> Iterator[str]:
    """Check an entry by itself; `place` is where it is written."""
    for keys, name, environment in repository.every_environment():
        where = joined(place, keys)
        if environment.roles:
            yield from _environment_name(where, name)
        if environment.prevent_self_review and not environment.reviewers:
            yield (
                f"{where}.prevent_self_review: true, but nobody reviews. GitHub refuses the switch "
                "without reviewers. Name reviewers, or leave it out."
            )


def stack_rules(settings: Settings) -> Iterator[str]:
    """Check what must fit the stack: one account, its partition, the issuer's claims, sizes."""
    yield from _account(settings)
    yield from _referenced(settings)
    yield from _guardrail(settings)
    yield from _tags(settings)
    for key, repository in settings.repositories.items():
        for keys, _, environment in repository.every_environment():
            yield from _region(settings, settings.place(key, *keys), environment)
        yield from _reviewed(settings, key, repository)
        for at in repository.contexts():
            for function in at.roles:
                where = settings.place(key, *at.keys, "roles", function)
                yield from _role(settings, where, at.roles[function])
                yield from _composed(settings, where, key, at, function)


def _reviewed(settings: Settings, key: str, repository: Repository) -> Iterator[str]:
    for name, environment in repository.review_environments.items():
        where = settings.place(key, "review_environments", name)
        region = environment.region or settings.region
        place = Place(settings.partition.name, settings.account, region)
        yield from review_rules(where, environment, place)


def _guardrail(settings: Settings) -> Iterator[str]:
    guardrail = settings.config.guardrail
    if guardrail is None:
        return
    if settings.account in guardrail.targets:
        yield (
            f"keyless:guardrail.targets: {quoted(settings.account)} is the stack's account, which "
            "manages the organisation. No resource control policy applies there. Name the root, an "
            "organizational unit or another account."
        )
    first = {settings.owner.lower(): settings.owner}
    for owner in guardrail.owners:
        if other := first.get(owner.lower()):
            yield (
                f"keyless:guardrail.owners: {quoted(owner)} is {quoted(other)}. It would be kept "
                "twice, by two numbers perhaps. Leave it out."
            )
        first[owner.lower()] = owner
    try:
        guardrail_of(settings, guardrail)
    except GuardrailError as error:
        yield f"keyless:guardrail.owners: {error}"


def _tags(settings: Settings) -> Iterator[str]:
    tags = settings.defaults.tags
    if len(tags) > MOST_TAGS:
        yield (
            f"keyless:defaults.tags: {len(tags)} tags, IAM allows {MOST_TAGS} on a role. Every "
            "role would be refused. Leave some out."
        )
    first: dict[str, str] = {}
    for key in tags:
        if (other := first.setdefault(key.lower(), key)) != key:
            yield (
                f"keyless:defaults.tags: {quoted(other)} and {quoted(key)} are the same. IAM does "
                "not tell tags apart by letter case and would refuse every role. Keep one."
            )


def _environment_name(where: str, name: str) -> Iterator[str]:
    strange = _ENVIRONMENT_NAME.match(name) is None and re.sub(r"[A-Za-z0-9._-]", "", name)
    if strange:
        yield (
            f"{where}: the name of an environment with roles contains {json.dumps(strange[0])}. "
            "GitHub encodes some characters in a token and does not document which, so the "
            'trust policy could match nothing. Use letters, digits, ".", "_" and "-".'
        )


def _account(settings: Settings) -> Iterator[str]:
    accounts = settings.config.accounts
    if len(accounts) > 1:
        yield (
            f"aws:allowedAccountIds: {len(accounts)} accounts. A stack provisions one, and the "
            f'ARNs are composed from it. Write one, such as ["{accounts[0]}"].'
        )


def _referenced(settings: Settings) -> Iterator[str]:
    provider = settings.config.oidc_provider.arn
    if provider is not None and provider != settings.oidc_provider_arn:
        yield (
            f"keyless:oidc_provider.arn: {quoted(provider)} is not the provider of this account "
            f"for {settings.issuer.url}. Roles would trust another issuer, or nobody. "
            f"Write {settings.oidc_provider_arn}."
        )
    boundary = settings.config.permissions_boundary.arn
    if boundary is not None:
        yield from _boundary(settings, "keyless:permissions_boundary.arn", boundary)


def _boundary(settings: Settings, where: str, arn: str) -> Iterator[str]:
    _, partition, _, _, account, _ = arn.split(":", 5)
    if partition != settings.partition.name or account != settings.account:
        yield (
            f"{where}: {quoted(arn)} lies outside account {settings.account} of the partition "
            f"{settings.partition.name}. IAM takes a boundary of the role's own account. "
            f"Write arn:{settings.partition.name}:iam::{settings.account}:policy/NAME."
        )


def _region(settings: Settings, where: str, environment: Environment) -> Iterator[str]:
    region = environment.region
    if region is not None and partition_of(region) != settings.partition:
        yield (
            f"{where}.region: {quoted(region)} belongs to the partition "
            f"{partition_of(region).name}, the stack's {settings.region} to "
            f"{settings.partition.name}. An account lies in one partition. Write a region of "
            f"{settings.partition.name}, or move the environment to a stack of its own."
        )


def _role(settings: Settings, where: str, role: Role) -> Iterator[str]:
    if role.workflows and not settings.issuer.fills_github_claims(settings.partition):
        yield (
            f"{where}.workflows: cannot be checked here. AWS does not document that it fills "
            f"job_workflow_ref for tokens of {settings.issuer.url} in the partition "
            f"{settings.partition.name}, so nobody might get in. Leave it out."
        )
    if role.permissions_boundary is not None:
        arn = role.permissions_boundary.arn
        yield from _boundary(settings, f"{where}.permissions_boundary.arn", arn)


def _tags_of_role(
    settings: Settings, where: str, role: Role, composed: ComposedRole
) -> Iterator[str]:
    own = "tags" if role.tags else "role_path"
    if len(composed.tags) > MOST_TAGS >= len(settings.defaults.tags):
        yield (
            f"{where}.{own}: {len(composed.tags)} tags with those of keyless:defaults.tags and "
            "the one that guards roles outside of the stack's path, IAM allows "
            f"{MOST_TAGS}. AWS would refuse the role. Leave some out."
        )
    first = {key.lower(): key for key in settings.defaults.tags}
    for key in role.tags:
        if (other := first.setdefault(key.lower(), key)) != key:
            yield (
                f"{where}.tags: {quoted(other)} and {quoted(key)} say the same. IAM does not tell "
                "tags apart by letter case and would refuse the role. Keep one."
            )


def _composed(
    settings: Settings, where: str, key: str, at: RolesAt, function: str
) -> Iterator[str]:
    """Check what a role comes to; the names' letter case, GitHub's alone, changes no size."""
    try:
        role = compose_role(settings, key, f"{settings.owner}/{key}", at, function)
    except GrantError:
        yield from _refused(where, at.roles[function], place_of(settings, at))
        return
    yield from _tags_of_role(settings, where, at.roles[function], role)
    trust = document_size(role.trust_policy)
    if trust > TRUST_POLICY_LIMIT:
        yield (
            f"{where}: a trust policy of {trust} characters, IAM takes {TRUST_POLICY_LIMIT}. AWS "
            "would refuse the role. Name fewer branches in deploy_from or fewer workflows."
        )
    attached = len(role.managed_policy_arns)
    if attached > MOST_MANAGED_POLICIES:
        yield (
            f"{where}.permissions: {attached} managed policies, IAM attaches "
            f"{MOST_MANAGED_POLICIES} to a role. AWS would refuse the others. Split the role by "
            "function."
        )
    inline = sum(map(document_size, role.policies.values()))
    if inline > INLINE_POLICIES_LIMIT:
        key = "policies" if at.roles[function].policies else "permissions"
        yield (
            f"{where}.{key}: {inline} characters of inline policy, IAM takes "
            f"{INLINE_POLICIES_LIMIT}. AWS would refuse them. Split the role by function, or "
            "attach a managed-policy."
        )


def _refused(where: str, role: Role, place: Place) -> Iterator[str]:
    for granted in role.granted():
        try:
            granted.permission.grant(place)
        except GrantError as error:
            yield from (f"{joined(where, granted.keys)}: {text}" for text in error.errors)
