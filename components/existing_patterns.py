"""Refuse to write a branch or tag pattern that an environment has already.

GitHub answers a second pattern of a name with 303, and the provider (pulumi-github 6.15.0) then
records a pattern with the id 0: it can be neither read nor removed. That happens where somebody
wrote the pattern by hand, or where the answer to an `up` was lost.
"""

from collections.abc import Mapping
from typing import Any

from pulumi import ResourceHook, ResourceHookArgs, ResourceHookBinding, ResourceHookOptions

from components.github_api import GithubApi
from components.import_id import import_id, ways_to_go_on


class PatternExistsError(Exception):
    """Say which pattern is there already, and how to bring it into the stack."""


class ExistingPatterns:
    """Know the patterns of each environment, each environment being asked once a run.

    `environments` exist already, as (repository, environment in lower case). `refused` is the hook
    to bind to every pattern.
    """

    def __init__(
        self, owner: str, environments: frozenset[tuple[str, str]], api: GithubApi
    ) -> None:
        self._owner = owner
        self._environments = environments
        self._api = api
        hook = ResourceHook(
            "refuse-existing-pattern", self._refuse, ResourceHookOptions(on_dry_run=True)
        )
        self.refused = ResourceHookBinding(before_create=[hook])

    async def _refuse(self, args: ResourceHookArgs) -> None:
        inputs: Mapping[str, Any] = args.new_inputs or {}
        repository, environment = inputs["repository"], inputs["environment"]
        if (repository, environment.lower()) not in self._environments:
            return
        kind = "branch" if inputs.get("branchPattern") else "tag"
        pattern = inputs[f"{kind}Pattern"]
        number = (await self._numbers(repository, environment)).get((kind, pattern))
        if number is None:
            return
        identity = import_id(repository, environment, str(number))
        raise PatternExistsError(
            f'{args.name}: a {kind} pattern "{pattern}" exists in {self._owner}/{repository}, '
            f"environment {environment}, and this stack did not create it under this name. A "
            f"second one cannot be recorded. {ways_to_go_on(args, identity)}"
        )

    async def _numbers(self, repository: str, environment: str) -> Mapping[tuple[str, str], int]:
        place = ("repos", self._owner, repository, "environments", environment)
        found = await self._api.get_all_once(
            *place, "deployment-branch-policies", field="branch_policies"
        )
        return {(each.get("type", "branch"), each["name"]): each["id"] for each in found}
