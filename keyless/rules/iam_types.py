"""Types of IAM resources that give permissions (pulumi-aws 7, pulumi-aws-native 1)."""

import re


def folded(kind: str) -> str:
    """Return a type for comparing: letter case and the file in a module say nothing.

    `aws:iam/role:Role` and `aws:iam:Role` are one type to the engine.
    """
    return _FILE.sub("", kind.lower())


_FILE = re.compile(r"/[^:]*")

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
BUDGET_ACTIONS = ("aws:budgets/budgetAction:BudgetAction", "aws-native:budgets:BudgetsAction")
POLICIES_EXCLUSIVE = "aws:iam/rolePoliciesExclusive:RolePoliciesExclusive"
USER = "aws:iam/user:User"
PEOPLE_ATTACHMENTS = (
    "aws:iam/userPolicyAttachment:UserPolicyAttachment",
    "aws:iam/groupPolicyAttachment:GroupPolicyAttachment",
)
PEOPLE_ATTACHMENTS_EXCLUSIVE = (
    "aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive",
    "aws:iam/groupPolicyAttachmentsExclusive:GroupPolicyAttachmentsExclusive",
)
USER_POLICY = "aws:iam/userPolicy:UserPolicy"
USER_POLICY_NATIVE = "aws-native:iam:UserPolicy"
USER_NATIVE = "aws-native:iam:User"
GROUP_POLICY = "aws:iam/groupPolicy:GroupPolicy"
GROUP_POLICY_NATIVE = "aws-native:iam:GroupPolicy"
GROUP_NATIVE = "aws-native:iam:Group"
SHARED_POLICY_NATIVE = "aws-native:iam:Policy"
"""An inline policy that CloudFormation writes into several roles at once."""

PERMISSION_SET_POLICY = "aws:ssoadmin/permissionSetInlinePolicy:PermissionSetInlinePolicy"
PERMISSION_SET_ATTACHMENT = (
    "aws:ssoadmin/customerManagedPolicyAttachment:CustomerManagedPolicyAttachment"
)
PERMISSION_SET_NATIVE = "aws-native:sso:PermissionSet"

TRUST_PROPERTY = {ROLE: "assumeRolePolicy", ROLE_NATIVE: "assumeRolePolicyDocument"}
"""pulumi-aws takes the document as text, aws-native as an object; either is read as both."""

ROLE_ID = {ROLE: "uniqueId", ROLE_NATIVE: "roleId"}
"""The property with the id that AWS gives a role."""
