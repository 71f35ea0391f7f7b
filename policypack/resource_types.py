"""Type tokens of what policies judge (pulumi-aws 7, pulumi-aws-native 1, pulumi-github 6)."""


def folded(kind: str) -> str:
    """Return a type for comparing: letter case and the file in a module say nothing.

    `aws:iam/role:Role` and `aws:iam:Role` are one type to the engine.
    """
    package, _, rest = kind.lower().partition(":")
    module, _, name = rest.partition(":")
    return f"{package}:{module.partition('/')[0]}:{name}"


ROLE = "aws:iam/role:Role"
ROLE_NATIVE = "aws-native:iam:Role"
ROLES = frozenset({ROLE, ROLE_NATIVE})

ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ROLE_POLICY_NATIVE = "aws-native:iam:RolePolicy"
POLICY = "aws:iam/policy:Policy"
POLICY_NATIVE = "aws-native:iam:ManagedPolicy"
ROLE_POLICY_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
POLICY_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
ATTACHMENTS_EXCLUSIVE = "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive"
POLICIES_EXCLUSIVE = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"
SHARED_POLICY_NATIVE = "aws-native:iam:Policy"
"""An inline policy that CloudFormation writes into several roles at once."""

OIDC_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
OIDC_PROVIDER_NATIVE = "aws-native:iam:OidcProvider"

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
BRANCH_PROTECTION = "github:index/branchProtection:BranchProtection"
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
