"""The names of everything that is provisioned: resources, roles, variables, rulesets.

Two names that meet are an error elsewhere; here a name follows from its parts alone.
"""

import hashlib
import re

from keyless.estate.subject import Context, ContextKind

ROLE_NAME_LIMIT = 64
"""Characters of a role name ("IAM and AWS STS quotas")."""

BOUNDARY_NAME = "keyless-boundary"
GUARDRAIL_NAME = "keyless-guardrail"
DEFAULT_POLICY = "permissions"
"""The name of the inline policy that a role's `permissions` come to."""

REGION_VARIABLE = "AWS_REGION"
ROLE_VARIABLE = "AWS_ROLE_ARN"
PLAIN_FUNCTION = "deploy"
"""The function whose role an environment's workflow finds under the plain `AWS_ROLE_ARN`."""

_HASH_LENGTH = 8
_NOT_IN_ROLE_NAME = re.compile(r"[^a-z0-9._-]")
_NOT_IN_VARIABLE = re.compile(r"[^A-Z0-9_]")
_CONTEXT_WORDS: dict[ContextKind, str | None] = {
    "environment": None,
    "branch": "branch",
    "pull_requests": "pull-requests",
    "whole_repository": "whole-repository",
}


def resource_name(repository: str, context: Context, function: str | None = None) -> str:
    """Name a resource of a context: `storefront/environment/production/deploy`."""
    parts = [repository, str(context), function]
    return "/".join(part for part in parts if part is not None)


def inline_policy_name(role: str, policy: str) -> str:
    """Name the resource of an inline policy; the one that `permissions` makes is named as its role.

    `role` is the resource name of the role.
    """
    return role if policy == DEFAULT_POLICY else f"{role}/policies/{policy}"


def attachment_name(role: str, policy_arn: str) -> str:
    """Name an attachment: `…/aws/ReadOnlyAccess`, which no policy of an account can be called.

    `role` is the resource name of the role.
    """
    account, _, name = policy_arn.split(":", 4)[4].partition(":policy/")
    return f"{role}/{account}/{name}"


def ruleset_name(stack: str, branch: str) -> str:
    """Name the ruleset of a branch; it carries the stack, since stacks share repositories."""
    return f"keyless-{stack}-{branch}"


def role_name(owner: str, repository: str, context: Context, function: str) -> str:
    """Compose a role name: `acme-storefront-branch-develop-deploy`.

    Lower case throughout, since IAM does not tell names apart by case; cut at 64 characters with a
    hash of the whole name.
    """
    parts = [owner, repository, _CONTEXT_WORDS[context.kind], context.name, function]
    whole = "-".join(part for part in parts if part is not None).lower()
    return _cut(_NOT_IN_ROLE_NAME.sub("-", whole), whole)


def variable_name(stack: str, context: Context, function: str) -> str:
    """Name the variable that tells a workflow its role.

    A variable of an environment needs no context. One of the repository carries the stack too,
    since staging and production share the repository.
    """
    if context.kind == "environment":
        return ROLE_VARIABLE if function == PLAIN_FUNCTION else _shouted(ROLE_VARIABLE, function)
    words = _CONTEXT_WORDS[context.kind]
    return _shouted(ROLE_VARIABLE, stack, words, context.name, function)


def stack_in_variables(stack: str) -> str:
    """Spell a stack as the names of a repository's variables carry it: `PROD_07`."""
    return _shouted(stack)


def _cut(name: str, whole: str) -> str:
    if len(name) <= ROLE_NAME_LIMIT:
        return name
    mark = hashlib.sha256(whole.encode()).hexdigest()[:_HASH_LENGTH]
    return f"{name[: ROLE_NAME_LIMIT - _HASH_LENGTH - 1]}-{mark}"


def _shouted(*parts: str | None) -> str:
    text = "_".join(part for part in parts if part is not None)
    return _NOT_IN_VARIABLE.sub("_", text.upper())


def import_id(*parts: str) -> str:
    """Name what is imported for the GitHub provider; a colon within a name is two question marks.

    Source: pulumi-github 6.15.0, which reads ids of parts joined by colons.
    """
    return ":".join(part.replace(":", "??") for part in parts)
