"""Create everything a stack describes, the account's parts before the repositories' ones."""

from pulumi import Resource
from pulumi.runtime import register_stack_transformation

from components.guardrail import Guardrail
from components.hooks.safeguards import Safeguards
from components.import_alias import as_imported
from components.looked_up_policy import LookedUpPolicy
from components.lookups.github_threads import GithubThreads
from components.lookups.inspection import Inspection
from components.oidc_provider import OidcProvider
from components.onboarded_repository import OnboardedRepository
from components.permissions_boundary import PermissionsBoundary
from keyless.estate.composed_roles import ComposedRole
from keyless.estate.settings import Settings


def provision(
    settings: Settings,
    inspection: Inspection,
    composed: tuple[ComposedRole, ...],
    github: GithubThreads,
) -> None:
    """Register every resource of the stack."""
    register_stack_transformation(as_imported)
    # Before anything is registered: the state is read there, and an `up` writes it from then on.
    safeguards = Safeguards.of(settings.owner, inspection, github)
    first: list[Resource] = []
    if settings.creates_oidc_provider:
        first.append(OidcProvider(settings, exists=inspection.oidc_provider_exists).provider)
    if settings.creates_permissions_boundary:
        first.append(PermissionsBoundary(settings).policy)
    for arn, document in inspection.looked_up_policies.items():
        LookedUpPolicy(arn, document)
    if guardrail := settings.config.guardrail:
        Guardrail(settings, guardrail)
    roles: dict[str, list[ComposedRole]] = {key: [] for key in settings.repositories}
    for role in composed:
        roles[role.repository].append(role)
    for key in settings.repositories:
        OnboardedRepository(
            key,
            inspection.repositories[key],
            roles[key],
            settings=settings,
            reviewers=inspection.reviewers,
            actions=inspection.actions.get(key),
            safeguards=safeguards,
            after=first,
        )
