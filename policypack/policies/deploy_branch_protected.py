"""Remark on a branch that reaches AWS and that the stack does not protect.

Attack: anybody who can push to the branch deploys, without a pull request and without review.

Not judged: protection that the stack does not manage, and what a ruleset asks for beyond a pull
request.

Source: "About rulesets", GitHub Docs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pulumi_policy import EnforcementLevel, Severity

from keyless.facts import BRANCH_REF_PREFIX, MERGE_QUEUE_PREFIX, REF_PREFIX
from keyless.ref_patterns import PULL_REQUEST_PATTERN, admits
from keyless.rules.environments import environment_in, key_of
from policypack.enforcement import Judging, stack_policy
from policypack.environments import environment_of, patterns_of, repository_of
from policypack.finding import Finding
from policypack.reading import Resource
from policypack.resource_types import (
    BRANCH_PROTECTION_V3,
    DEPLOYMENT_POLICIES,
    REPOSITORY_RULESET,
)
from policypack.roles import github_roles
from policypack.stack import Stack

ALL = "~ALL"
DEFAULT = "~DEFAULT_BRANCH"
DEFAULT_NAMES = ("main", "master")
"""What a default branch is nearly always called; its name is not in the stack."""

QUEUE = re.compile(rf"{re.escape(MERGE_QUEUE_PREFIX)}([^*?\[]+)/\*")


@dataclass(frozen=True, slots=True)
class Protection:
    """The branches of one repository that take changes by pull request alone."""

    repository: str
    includes: tuple[str, ...]
    excludes: tuple[str, ...] = ()

    def covers(self, repository: str, branch: str) -> bool:
        """Say whether a branch, or a pattern of branches, is among them."""
        return (
            self.repository.casefold() == repository.casefold()
            and any(_admits(pattern, branch) for pattern in self.includes)
            and not any(_admits(pattern, branch) for pattern in self.excludes)
        )


def unprotected(
    repository: str, branch: str, protections: Iterable[Protection]
) -> Iterator[Finding]:
    """Remark on a branch, or a pattern of branches, that nothing protects.

    GitHub alone writes the branches of a merge queue, from pull requests that may be merged: what
    has to be protected is the branch that the queue belongs to.
    """
    if queued := QUEUE.fullmatch(branch):
        branch = queued[1]
    if not any(protection.covers(repository, branch) for protection in protections):
        yield Finding(
            f'branch "{branch}" of "{repository}": it reaches AWS, and the stack does not protect '
            "it. Anybody who can push there deploys without review. Write a ruleset that asks for "
            "a pull request."
        )


def _admits(pattern: str, branch: str) -> bool:
    if pattern == DEFAULT:
        return branch in DEFAULT_NAMES
    pattern = pattern.removeprefix(BRANCH_REF_PREFIX)
    return pattern in (ALL, branch) or admits(pattern, branch)


def validate(stack: Stack, judging: Judging) -> None:
    """Judge the branches that roles trust, and those that may deploy to trusted environments."""
    protections = list(_protections(stack))
    trusted = set[str]()
    for role, trust in github_roles(stack):
        with judging(role) as report:
            for context in trust.contexts:
                if environment := environment_in(context):
                    trusted.add(key_of(environment))
                branch = context.context.removeprefix(f"{REF_PREFIX}{BRANCH_REF_PREFIX}")
                if branch != context.context:
                    for finding in unprotected(context.repository.name or "?", branch, protections):
                        report(finding)
    for policy in stack.of(*DEPLOYMENT_POLICIES):
        with judging(policy) as report:
            is_trusted = key_of(environment_of(policy)) in trusted
            for kind, pattern in patterns_of(policy) if is_trusted else ():
                if (
                    kind == "branch"
                    and isinstance(pattern, str)
                    and pattern != PULL_REQUEST_PATTERN
                ):
                    for finding in unprotected(repository_of(policy), pattern, protections):
                        report(finding)


def _protections(stack: Stack) -> Iterator[Protection]:
    for ruleset in stack.of(REPOSITORY_RULESET):
        yield from _of_ruleset(ruleset)
    for protection in stack.of(BRANCH_PROTECTION_V3):
        branch = protection.properties.text("branch")
        if protection.properties.value("requiredPullRequestReviews") and isinstance(branch, str):
            yield Protection(repository_of(protection), (branch,))


def _of_ruleset(ruleset: Resource) -> Iterator[Protection]:
    properties = ruleset.properties
    switches = (properties.text("enforcement"), properties.text("target"))
    rules, conditions = properties.value("rules"), properties.value("conditions")
    if switches != ("active", "branch") or not isinstance(rules, Mapping):
        return
    names = conditions.get("refName") if isinstance(conditions, Mapping) else None
    if rules.get("pullRequest") is not None and isinstance(names, Mapping):
        yield Protection(
            repository_of(ruleset), _texts(names.get("includes")), _texts(names.get("excludes"))
        )


def _texts(value: object) -> tuple[str, ...]:
    return tuple(filter(_is_text, value)) if isinstance(value, list) else ()


def _is_text(value: object) -> bool:
    return isinstance(value, str)


POLICY = stack_policy(
    "deploy-branch-protected",
    display_name="Branches that deploy are protected",
    description="A branch that reaches AWS takes changes by reviewed pull request.",
    enforcement_level=EnforcementLevel.ADVISORY,
    severity=Severity.MEDIUM,
    remediation_steps="Protect the branch with a repository ruleset.",
    validate=validate,
)
