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
    hooks: ResourceHookBinding,
    parent: Resource,
) -> Resource:
    """Create a repository ruleset: pull requests with approvals, no force push, no deletion."""
    review = github.RepositoryRulesetRulesPullRequestArgs(
        required_approving_review_count=approvals,
        dismiss_stale_reviews_on_push=True,
        require_last_push_approval=approvals > 0,
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
