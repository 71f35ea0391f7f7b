"""Create everything a stack describes, the account's parts before the repositories' ones."""

from pulumi import Resource
from pulumi.runtime import register_stack_transformation

from components.hooks.safeguards import Safeguards
from components.import_alias import as_imported
from components.lookups.github_api import GithubApi
from components.lookups.inspection import Inspection
from components.oidc_provider import OidcProvider
from components.permissions_boundary import PermissionsBoundary
from components.repository_access import RepositoryAccess
from keyless.estate.composed_roles import RoleAccess
from keyless.estate.settings import Settings


def provision(
    settings: Settings,
    inspection: Inspection,
    accesses: tuple[RoleAccess, ...],
    api: GithubApi,
) -> None:
    """Register every resource of the stack."""
    register_stack_transformation(as_imported)
    first: list[Resource] = []
    if settings.creates_oidc_provider:
        first.append(OidcProvider(settings).provider)
    if settings.creates_permissions_boundary:
        first.append(PermissionsBoundary(settings).policy)
    safeguards = Safeguards.of(settings.owner, inspection, api)
    roles: dict[str, list[RoleAccess]] = {key: [] for key in settings.repositories}
    for access in accesses:
        roles[access.repository].append(access)
    for key in settings.repositories:
        RepositoryAccess(
            key,
            inspection.repositories[key],
            roles[key],
            settings=settings,
            reviewers=inspection.reviewers,
            actions=inspection.actions.get(key),
            safeguards=safeguards,
            after=first,
        )
