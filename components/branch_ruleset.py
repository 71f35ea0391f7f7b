"""Keep a branch that reaches AWS from changing without review."""

import pulumi_github as github
from pulumi import Resource, ResourceHookBinding

from components.child import child_of
from keyless.facts import BRANCH_REF_PREFIX


def protect_branch(
    resource_name: str,
    *,
    ruleset: str,
    repository: str,
    branch: str,
    approvals: int,
    code_owners: bool,
    hooks: ResourceHookBinding,
    parent: Resource,
) -> Resource:
    """Create a repository ruleset: pull requests with approvals, no force push, no deletion.

    `code_owners` asks for an approval of theirs, too.
    """
    review = github.RepositoryRulesetRulesPullRequestArgs(
        required_approving_review_count=approvals,
        dismiss_stale_reviews_on_push=True,
        require_last_push_approval=approvals > 0,
        require_code_owner_review=code_owners or None,
    )
    return github.RepositoryRuleset(
        resource_name,
        name=ruleset,
        repository=repository,
        target="branch",
        enforcement="active",
        conditions=github.RepositoryRulesetConditionsArgs(
            ref_name=github.RepositoryRulesetConditionsRefNameArgs(
                includes=[f"{BRANCH_REF_PREFIX}{branch}"], excludes=[]
            )
        ),
        rules=github.RepositoryRulesetRulesArgs(
            deletion=True, non_fast_forward=True, pull_request=review
        ),
        opts=child_of(parent, hooks=hooks),
    )
