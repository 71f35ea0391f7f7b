"""Say that a branch is not there which an entry lets deploy, or protects.

Somebody who misspells a branch sees nothing of it otherwise: the pattern is taken, and nothing ever
deploys, or the branch that was meant stays open. It is a warning alone, since a branch may come
later, and a token without the right to contents hears nothing. Only what the state lacks is asked
about, with one list a repository. Tags are not: most of them come with the deployment.
"""

from collections.abc import Mapping
from threading import Lock
from typing import Any

import pulumi
from pulumi import ResourceHookArgs

from components.hooks.watch import watch
from components.lookups.github_answers import Branch
from components.lookups.github_threads import GithubRefusedError, GithubThreads
from keyless.facts import BRANCH_REF_PREFIX, MERGE_QUEUE_PREFIX
from keyless.ref_patterns import PULL_REQUEST_PATTERN, admits
from keyless.text.sentences import nearest, quoted

_MOST_PAGES = 5
"""Pages of branches that are read, of 100 each; beyond them nothing is said."""


class NamedBranches:
    """Know the branches of each repository, each repository being asked once a run.

    `remarked` is the hook to bind to deployment patterns and to rulesets of branches.
    """

    def __init__(self, owner: str, github: GithubThreads) -> None:
        self._owner = owner
        self._github = github
        self._turn = Lock()
        self._known: dict[str, frozenset[str] | None] = {}
        self.remarked = watch("remark-missing-branch", self._remark, github, at_preview=True)

    def _remark(self, args: ResourceHookArgs) -> None:
        inputs: Mapping[str, Any] = args.new_inputs or {}
        repository, pattern = inputs["repository"], _pattern(inputs)
        if pattern is None or pattern == PULL_REQUEST_PATTERN:
            return
        if pattern.startswith(MERGE_QUEUE_PREFIX):
            pattern = pattern.removeprefix(MERGE_QUEUE_PREFIX).rpartition("/")[0]
        known = self._branches(repository)
        if known is None or any(admits(pattern, name) for name in known):
            return
        near = nearest(pattern, known)
        remedy = f"Write {quoted(near)} if that is meant" if near else "Correct it, or make it"
        pulumi.log.warn(
            f"{args.name}: {self._owner}/{repository} has no branch {quoted(pattern)}. Until there "
            f"is one, nothing comes from it. {remedy}."
        )

    def _branches(self, repository: str) -> frozenset[str] | None:
        with self._turn:
            if repository not in self._known:
                self._known[repository] = self._list(repository)
            return self._known[repository]

    def _list(self, repository: str) -> frozenset[str] | None:
        names: set[str] = set()
        for number in range(1, _MOST_PAGES + 1):
            try:
                page = self._github.get_page(
                    Branch, "repos", self._owner, repository, "branches", number=number
                )
            except GithubRefusedError as refused:
                if not refused.lacks_right:
                    raise
                return None
            items, pages = page or ([], 0)
            names |= {branch.name for branch in items}
            if number >= pages:
                return frozenset(names)
        return None


def _pattern(inputs: Mapping[str, Any]) -> str | None:
    """Return the branch, or the pattern of branches, that a resource names."""
    if "conditions" not in inputs:
        return inputs.get("branchPattern")
    (ref,) = inputs["conditions"]["refName"]["includes"]
    return str(ref).removeprefix(BRANCH_REF_PREFIX)
