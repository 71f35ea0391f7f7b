"""Type tokens of what policies judge (pulumi-aws 7, pulumi-aws-native 1, pulumi-github 6)."""

ROLE = "aws:iam/role:Role"
ROLE_NATIVE = "aws-native:iam:Role"
ROLES = frozenset({ROLE, ROLE_NATIVE})

OIDC_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
OIDC_PROVIDER_NATIVE = "aws-native:iam:OidcProvider"

ACCESS_KEY = "aws:iam/accessKey:AccessKey"

ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment"
DEPLOYMENT_POLICY = (
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy"
)

REPOSITORY_VARIABLE = "github:index/actionsVariable:ActionsVariable"
ENVIRONMENT_VARIABLE = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable"
ORGANIZATION_VARIABLE = "github:index/actionsOrganizationVariable:ActionsOrganizationVariable"
VARIABLES = frozenset({REPOSITORY_VARIABLE, ENVIRONMENT_VARIABLE, ORGANIZATION_VARIABLE})

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
