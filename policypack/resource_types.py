"""Types of what policies judge (pulumi-aws 7, pulumi-aws-native 1, pulumi-github 6).

Those of IAM that give a role its permissions are in `keyless.rules.iam_types`.
"""

OIDC_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
OIDC_PROVIDER_NATIVE = "aws-native:iam:OidcProvider"

LOOKED_UP_POLICY = "keyless:index:LookedUpPolicy"
"""A component with the ARN and the document of a managed policy that its stack looks up."""

ACCESS_KEY = "aws:iam/accessKey:AccessKey"

ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment"
DEPLOYMENT_POLICY = (
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy"
)

DEPLOYMENT_POLICY_DEPRECATED = (
    "github:index/repositoryDeploymentBranchPolicy:RepositoryDeploymentBranchPolicy"
)
DEPLOYMENT_POLICIES = frozenset({DEPLOYMENT_POLICY, DEPLOYMENT_POLICY_DEPRECATED})

REPOSITORY_VARIABLE = "github:index/actionsVariable:ActionsVariable"
ENVIRONMENT_VARIABLE = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable"
ORGANIZATION_VARIABLE = "github:index/actionsOrganizationVariable:ActionsOrganizationVariable"
VARIABLES = frozenset({REPOSITORY_VARIABLE, ENVIRONMENT_VARIABLE, ORGANIZATION_VARIABLE})

REPOSITORY_FILE = "github:index/repositoryFile:RepositoryFile"

REPOSITORY_RULESET = "github:index/repositoryRuleset:RepositoryRuleset"
BRANCH_PROTECTION_V3 = "github:index/branchProtectionV3:BranchProtectionV3"

SECRETS = frozenset(
    {
        "github:index/actionsEnvironmentSecret:ActionsEnvironmentSecret",
        "github:index/actionsOrganizationSecret:ActionsOrganizationSecret",
        "github:index/actionsSecret:ActionsSecret",
        "github:index/codespacesOrganizationSecret:CodespacesOrganizationSecret",
        "github:index/codespacesSecret:CodespacesSecret",
        "github:index/codespacesUserSecret:CodespacesUserSecret",
        "github:index/dependabotOrganizationSecret:DependabotOrganizationSecret",
        "github:index/dependabotSecret:DependabotSecret",
    }
)
