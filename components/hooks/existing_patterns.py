"""Refuse branch and tag patterns that an environment has before the stack writes it.

GitHub answers a second pattern of a name with 303, and the provider (pulumi-github 6.15.0) then
records a pattern with the id 0: it can be neither read nor removed. That happens where somebody
wrote the pattern by hand, or where the answer to an `up` was lost. And a pattern of others that
nobody lists would stay, and go on letting deploy what the entry never named.
"""

from collections.abc import Mapping, Set
from typing import Any
from urllib.parse import quote

from pulumi import ResourceHookArgs

from components.hooks.watch import watch
from components.import_command import ways_to_go_on
from components.lookups.github_answers import Pattern
from components.lookups.github_threads import GithubThreads
from keyless.estate.naming import import_id
from keyless.text.sentences import listed, quoted


class PatternExistsError(Exception):
    """Say which pattern is there already, and how to bring it into the stack."""


class StrangePatternError(Exception):
    """Say which patterns of an environment nobody has listed, and how to remove them."""


class ExistingPatterns:
    """Know the patterns of each environment, each environment being asked once a run.

    `environments` exist already, as (repository, environment in lower case). `before_creation` is
    the hook to bind to every pattern, `before_adoption` the one for every environment: it runs for
    those that the state lacks, which `up` would take over.
    """

    def __init__(
        self, owner: str, environments: Set[tuple[str, str]], github: GithubThreads
    ) -> None:
        self._owner = owner
        self._environments = environments
        self._github = github
        self.before_creation = watch(
            "refuse-existing-pattern", self._refuse, github, at_preview=True
        )
        self._listed: dict[str, frozenset[tuple[str, str]]] = {}
        self.before_adoption = watch(
            "refuse-strange-pattern", self._refuse_strange, github, at_preview=True
        )

    def expect(self, name: str, patterns: frozenset[tuple[str, str]]) -> None:
        """Say what the environment whose resource is called `name` lists."""
        self._listed[name] = patterns

    def _refuse_strange(self, args: ResourceHookArgs) -> None:
        inputs: Mapping[str, Any] = args.new_inputs or {}
        repository, environment = inputs["repository"], inputs["environment"]
        if (repository, environment.lower()) not in self._environments:
            return
        found = self._numbers(repository, environment)
        strange = sorted(found.keys() - self._listed[args.name])
        if not strange:
            return
        place = f"repos/{self._owner}/{repository}/environments/{quote(environment, safe='')}"
        removals = "; ".join(
            f"gh api --method DELETE {place}/deployment-branch-policies/{found[pattern]}"
            for pattern in strange
        )
        named = listed(f"{kind} {quoted(pattern)}" for kind, pattern in strange)
        raise StrangePatternError(
            f"{args.name}: GitHub lets {named} deploy to it, which the entry does not list. The "
            "roles of this environment would be open to anybody who can push that. List it under "
            f"deploy_from, or remove it: {removals}"
        )

    def _refuse(self, args: ResourceHookArgs) -> None:
        inputs: Mapping[str, Any] = args.new_inputs or {}
        repository, environment = inputs["repository"], inputs["environment"]
        if (repository, environment.lower()) not in self._environments:
            return
        kind = "branch" if inputs.get("branchPattern") else "tag"
        pattern = inputs[f"{kind}Pattern"]
        number = (self._numbers(repository, environment)).get((kind, pattern))
        if number is None:
            return
        identity = import_id(repository, environment, str(number))
        raise PatternExistsError(
            f'{args.name}: a {kind} pattern "{pattern}" exists in {self._owner}/{repository}, '
            f"environment {environment}, and this stack did not create it under this name. A "
            f"second one cannot be recorded. {ways_to_go_on(args, identity)}"
        )

    def _numbers(self, repository: str, environment: str) -> Mapping[tuple[str, str], int]:
        place = ("repos", self._owner, repository, "environments", environment)
        found = self._github.get_all_once(
            Pattern, *place, "deployment-branch-policies", field="branch_policies"
        )
        return {(each.type, each.name): each.id for each in found}
