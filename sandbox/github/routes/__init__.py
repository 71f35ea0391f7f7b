"""List the families of routes; each file serves one.

Those under a repository are served below its name and below its id.
"""

from sandbox.github.routes import (
    actions_permissions,
    branches,
    collaborators,
    contents,
    deployment_branch_policies,
    environments,
    organisation_secrets,
    organisation_subject,
    organisations,
    rate_limit,
    repositories,
    repository_subject,
    rulesets,
    secrets,
    teams,
    users,
    variables,
)

ACCOUNT_ROUTES = (
    organisations.routes,
    organisation_secrets.routes,
    organisation_subject.routes,
    rate_limit.routes,
    teams.routes,
    users.routes,
)
REPOSITORY_ROUTES = (
    actions_permissions.routes,
    branches.routes,
    collaborators.routes,
    contents.routes,
    deployment_branch_policies.routes,
    environments.routes,
    repositories.routes,
    repository_subject.routes,
    rulesets.routes,
    secrets.routes,
    variables.routes,
)
