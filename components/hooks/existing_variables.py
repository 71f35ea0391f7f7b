"""Refuse to take over a variable that somebody else has set.

GitHub answers 409 to a second variable of a name, in the middle of an `up`. A hook asks at
preview instead, and only for variables that the state lacks: a plain look-up would also find the
stack's own. An environment that did not exist when the run began has no variables.
"""

from collections.abc import Mapping, Set
from typing import Any

from pulumi import ResourceHookArgs, ResourceHookBinding

from components.hooks.watch import watch
from components.import_command import ways_to_go_on
from components.lookups.github_answers import Variable
from components.lookups.github_threads import GithubThreads
from keyless.estate.naming import import_id


class VariableExistsError(Exception):
    """Say which variable is there already, and how to bring it into the stack."""


class ExistingVariables:
    """Know the variables of each place on GitHub, each place being asked once a run.

    `environments` exist already, as (repository, environment in lower case). `refused` is the hook
    to bind to every variable.
    """

    def __init__(
        self, owner: str, environments: Set[tuple[str, str]], github: GithubThreads
    ) -> None:
        self._owner = owner
        self._environments = environments
        self._github = github
        hook = watch("refuse-existing-variable", self._refuse, github, at_preview=True)
        self.refused = ResourceHookBinding(before_create=[hook])

    def _refuse(self, args: ResourceHookArgs) -> None:
        inputs: Mapping[str, Any] = args.new_inputs or {}
        repository, variable = inputs["repository"], inputs["variableName"]
        environment = inputs.get("environment")
        if environment and (repository, environment.lower()) not in self._environments:
            return
        if variable.upper() not in self._names(repository, environment):
            return
        place = f"{self._owner}/{repository}"
        place += f", environment {environment}" if environment else ""
        identity = import_id(*filter(None, (repository, environment, variable)))
        raise VariableExistsError(
            f'{args.name}: a variable "{variable}" exists in {place}, and this stack did not '
            "create it under this name. Overwriting it could break the jobs that read it. "
            f"{ways_to_go_on(args, identity)}"
        )

    def _names(self, repository: str, environment: str | None) -> frozenset[str]:
        inside = ("environments", environment) if environment else ("actions",)
        place = ("repos", self._owner, repository, *inside)
        found = self._github.get_all_once(Variable, *place, "variables", field="variables")
        return frozenset(variable.name.upper() for variable in found)
