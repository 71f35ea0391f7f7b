"""What `pulumi import --file` takes: everything that exists, under the names of the program.

The ids are those of the providers (pulumi-aws 7.51.1, pulumi-github 6.15.0): parts joined by
colons, a colon within a name written as two question marks.
"""

from collections.abc import Iterator
from typing import Any

from keyless.adopt.entries import Written, WrittenRepository
from keyless.estate.composed_roles import ComposedRole, as_typed, compose_roles
from keyless.estate.naming import (
    REGION_VARIABLE,
    attachment_name,
    import_id,
    inline_policy_name,
    resource_name,
)
from keyless.estate.subject import Context

_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
_ROLE = "aws:iam/role:Role"
_POLICY = "aws:iam/rolePolicy:RolePolicy"
_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment"
_PATTERN = (
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy"
)
_INSIDE = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable"
_OUTSIDE = "github:index/actionsVariable:ActionsVariable"


def import_file(written: Written) -> dict[str, Any]:
    """Return the content of the file."""
    resources = [
        *_providers(written),
        *(one for each in written.repositories for one in _environments(each)),
        *_roles(written),
    ]
    return {
        "resources": [
            {"type": kind, "name": name, "id": number} for kind, name, number in resources
        ]
    }


_Import = tuple[str, str, str]


def _providers(written: Written) -> Iterator[_Import]:
    for one in written.decided.providers:
        is_own = one.provider.issuer == written.decided.issuer
        if is_own and one.decision != "refuse":
            yield _PROVIDER, "oidc_provider", one.provider.arn


def _environments(one: WrittenRepository) -> Iterator[_Import]:
    for name, entry in one.entry.get("environments", {}).items():
        found = one.found.environment(name)
        if found is None:
            continue
        resource = resource_name(one.found.name, Context("environment", found.name))
        yield _ENVIRONMENT, resource, import_id(one.found.name, found.name)
        for pattern in found.patterns:
            number = import_id(one.found.name, found.name, str(pattern.id))
            yield _PATTERN, f"{resource}/{pattern.kind}/{pattern.name}", number
        if entry.get("roles") and REGION_VARIABLE in found.variables:
            number = import_id(one.found.name, found.name, REGION_VARIABLE)
            yield _INSIDE, f"{resource}/{REGION_VARIABLE}", number


def _roles(written: Written) -> Iterator[_Import]:
    repositories = {one.found.name: one for one in written.repositories}
    for composed in compose_roles(written.settings, as_typed(written.settings)):
        decided = written.adopted.get(composed.resource_name)
        if decided is not None:
            name = decided.role.name
            yield _ROLE, composed.resource_name, name
            for policy in composed.policies:
                if policy in decided.role.inline:
                    resource = inline_policy_name(composed.resource_name, policy)
                    yield _POLICY, resource, f"{name}:{policy}"
            for arn in composed.managed_policy_arns:
                yield _ATTACHMENT, attachment_name(composed.resource_name, arn), f"{name}/{arn}"
        yield from _variable(repositories[composed.repository], composed)


def _variable(one: WrittenRepository, composed: ComposedRole) -> Iterator[_Import]:
    context, repository = composed.context, one.found
    if context.kind == "environment" and context.name is not None:
        found = repository.environment(context.name)
        if found and composed.variable in found.variables:
            number = import_id(repository.name, context.name, composed.variable)
            yield _INSIDE, composed.resource_name, number
    elif composed.variable in repository.variables:
        yield _OUTSIDE, composed.resource_name, import_id(repository.name, composed.variable)
