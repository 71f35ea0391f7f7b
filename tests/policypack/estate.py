"""A compliant estate, resource by resource; each test spoils it in one place."""

import json
from collections.abc import Mapping
from dataclasses import replace

from tests.policypack.analyzer import Declared

ROLE = "aws:iam/role:Role"
ROLE_NATIVE = "aws-native:iam:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"

ISSUER = "token.actions.githubusercontent.com"
BOUNDARY = "arn:aws:iam::222222222222:policy/keyless/keyless-boundary"
PRODUCTION = "environment:production"

ENVIRONMENT = "storefront/environment/production"
BRANCH_POLICY = f"{ENVIRONMENT}/branch/main"
TAG_POLICY = f"{ENVIRONMENT}/tag/v*"
DEPLOY = f"{ENVIRONMENT}/deploy"
DEPLOY_VARIABLE = f"{ENVIRONMENT}/AWS_ROLE_ARN"
PLAN = "storefront/pull_requests/plan"


def subjects(context: str) -> list[str]:
    """Return both forms of a context of acme/storefront."""
    return [f"repo:acme/storefront:{context}", f"repo:acme@9919/storefront@811223344:{context}"]


def pinned(context: str = PRODUCTION, /, **claims: object) -> dict[str, object]:
    """Compare what a compliant trust policy compares; None leaves a claim out."""
    compared: dict[str, object] = {
        "aud": "sts.amazonaws.com",
        "sub": subjects(context),
        "repository_id": "811223344",
        "repository_owner_id": "9919",
        **claims,
    }
    return {f"{ISSUER}:{claim}": value for claim, value in compared.items() if value is not None}


def statement(*conditions: tuple[str, Mapping[str, object]]) -> dict[str, object]:
    """Write an Allow statement for GitHub, with conditions as (operator, keys)."""
    return {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::222222222222:oidc-provider/{ISSUER}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": dict(conditions),
    }


def document(*statements: Mapping[str, object]) -> str:
    """Write a policy document."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def trust(context: str = PRODUCTION, /, **claims: object) -> str:
    """Write a compliant trust policy."""
    return document(statement(("StringEquals", pinned(context, **claims))))


def allow(actions: object, resources: object, **more: object) -> dict[str, object]:
    """Write an Allow statement of an identity policy."""
    return {"Effect": "Allow", "Action": actions, "Resource": resources, **more}


def role(name: str = DEPLOY, /, **changes: object) -> Declared:
    """Declare the role of the environment."""
    return Declared(
        ROLE,
        name,
        {
            "assumeRolePolicy": trust(),
            "description": "Deploys acme/storefront from the environment production",
            "forceDetachPolicies": False,
            "maxSessionDuration": 3600,
            "name": "acme-storefront-production-deploy",
            "path": "/keyless/",
            "permissionsBoundary": BOUNDARY,
            "tags": {"team": "platform"},
        },
        depends_on=(ENVIRONMENT, BRANCH_POLICY, TAG_POLICY),
    ).but(**changes)


def native_role(document: object) -> Declared:
    """Declare the same role with the Cloud Control provider."""
    return Declared(
        ROLE_NATIVE,
        "native",
        {
            "assumeRolePolicyDocument": document,
            "maxSessionDuration": 3600,
            "path": "/keyless/",
            "permissionsBoundary": BOUNDARY,
            "roleName": "acme-storefront-production-deploy",
        },
        depends_on=(ENVIRONMENT, BRANCH_POLICY, TAG_POLICY),
    )


def plan_role() -> Declared:
    """Declare the role of pull requests."""
    plan = role(PLAN, assumeRolePolicy=trust("pull_request")).but(name="acme-storefront-plan")
    return replace(plan, depends_on=())


def role_policy(*statements: Mapping[str, object], name: str = DEPLOY) -> Declared:
    """Declare the inline policy of a role, `name` being that of either."""
    of = {DEPLOY: "acme-storefront-production-deploy", PLAN: "acme-storefront-plan"}
    properties = {"name": "permissions", "policy": document(*statements), "role": of[name]}
    return Declared(ROLE_POLICY, f"{name}/permissions", properties, depends_on=(name,))


DEPLOYS = (
    allow(["s3:PutObject", "s3:DeleteObject"], "arn:aws:s3:::storefront-prod/*"),
    allow("s3:ListBucket", "arn:aws:s3:::storefront-prod"),
    allow("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-west-1:222222222222:function:checkout"),
    allow(["ecr:GetAuthorizationToken", "ecs:DescribeTaskDefinition"], "*"),
)
PLANS = (
    allow(["s3:GetBucketPolicy", "s3:ListAllMyBuckets", "lambda:GetAlias"], "*"),
    allow("s3:GetObject", "arn:aws:s3:::acme-state/storefront/*"),
)


def environment(**changes: object) -> Declared:
    """Declare the environment."""
    return Declared(
        "github:index/repositoryEnvironment:RepositoryEnvironment",
        ENVIRONMENT,
        {
            "canAdminsBypass": False,
            "deploymentBranchPolicy": {"customBranchPolicies": True, "protectedBranches": False},
            "environment": "production",
            "preventSelfReview": True,
            "repository": "storefront",
            "reviewers": [{"teams": [4101], "users": [583231]}],
            "waitTimer": 10,
        },
    ).but(**changes)


def deployment_policy(kind: str = "branch", pattern: object = "main") -> Declared:
    """Declare a pattern of branches or tags that may deploy to it."""
    return Declared(
        "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy",
        {"branch": BRANCH_POLICY, "tag": TAG_POLICY}[kind],
        {"environment": "production", "repository": "storefront", f"{kind}Pattern": pattern},
        depends_on=(ENVIRONMENT,),
    )


def variable(**changes: object) -> Declared:
    """Declare the environment's variable with the role's ARN."""
    return Declared(
        "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable",
        DEPLOY_VARIABLE,
        {
            "environment": "production",
            "repository": "storefront",
            "value": "arn:aws:iam::222222222222:role/keyless/acme-storefront-production-deploy",
            "variableName": "AWS_ROLE_ARN",
        },
    ).but(**changes)


def repository_variable(**changes: object) -> Declared:
    """Declare the repository's variable with the ARN of the pull requests' role."""
    return Declared(
        "github:index/actionsVariable:ActionsVariable",
        "storefront/AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN",
        {
            "repository": "storefront",
            "value": "arn:aws:iam::222222222222:role/keyless/acme-storefront-plan",
            "variableName": "AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN",
        },
    ).but(**changes)


def provider(**changes: object) -> Declared:
    """Declare the OIDC provider."""
    return Declared(
        "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        "oidc_provider",
        {"clientIdLists": ["sts.amazonaws.com"], "url": f"https://{ISSUER}"},
    ).but(**changes)


def boundary() -> Declared:
    """Declare the permissions boundary, whose document is no permission."""
    return Declared(
        "aws:iam/policy:Policy",
        "permissions_boundary",
        {"name": "keyless-boundary", "path": "/keyless/", "policy": document(allow("*", "*"))},
    )


def ruleset(**changes: object) -> Declared:
    """Declare the protection of the branch main."""
    return Declared(
        "github:index/repositoryRuleset:RepositoryRuleset",
        "storefront/protected_branches/main",
        {
            "conditions": {"refName": {"excludes": [], "includes": ["refs/heads/main"]}},
            "enforcement": "active",
            "name": "keyless-prod-main",
            "repository": "storefront",
            "rules": {"deletion": True, "pullRequest": {"requiredApprovingReviewCount": 1}},
            "target": "branch",
        },
    ).but(**changes)


def compliant(*changed: Declared, without: tuple[str, ...] = ()) -> list[Declared]:
    """Declare the whole estate, to which the pack has nothing to say, with some resources changed.

    A changed resource takes the place of the one of its name.
    """
    resources = [
        Declared("pulumi:pulumi:Stack", "keyless-test", {}),
        provider(),
        boundary(),
        environment(),
        deployment_policy("branch", "main"),
        deployment_policy("tag", "v*"),
        role(),
        role_policy(*DEPLOYS),
        variable(),
        ruleset(),
        plan_role(),
        role_policy(*PLANS, name=PLAN),
        repository_variable(),
    ]
    by_name = {resource.name: resource for resource in (*resources, *changed)}
    return [resource for name, resource in by_name.items() if name not in without]
