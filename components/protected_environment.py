"""Put a GitHub environment under its protection before any role trusts it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_github as github
from pulumi import ComponentResource, Resource, ResourceOptions

from components.child import child_of
from components.hooks.protection import Protection
from components.hooks.safeguards import Safeguards
from keyless.estate.naming import REGION_VARIABLE
from keyless.estate.settings import Environment


@dataclass(frozen=True)
class ReviewerIds:
    """Hold the numeric ids of the people and teams who approve, as GitHub's API wants them."""

    users: tuple[int, ...]
    teams: tuple[int, ...]


class ProtectedEnvironment(ComponentResource):
    """Create an environment, its branch and tag patterns, and the variables that need no role.

    The environment is kept when its entry goes: it has other people's secrets, and without role
    and variable it is harmless. `protection` is what a role that trusts it has to wait for.
    """

    def __init__(
        self,
        name: str,
        environment: Environment,
        *,
        label: str,
        repository: str,
        region: str,
        reviewers: ReviewerIds,
        safeguards: Safeguards,
        parent: Resource,
    ) -> None:
        super().__init__(
            "keyless:index:ProtectedEnvironment", name, opts=ResourceOptions(parent=parent)
        )
        self._name = name
        self._repository = repository
        self._safeguards = safeguards
        safeguards.expect(name, repository, label, _protection(environment, reviewers))
        self.environment = self._create_environment(environment, label, reviewers)
        self._patterns = [
            *(
                self._allow("branch", pattern)
                for pattern in environment.deploy_from.branch_patterns
            ),
            *(self._allow("tag", pattern) for pattern in environment.deploy_from.tags),
        ]
        safeguards.compare_after(name, self.protection)
        own = {REGION_VARIABLE: region} if environment.roles else {}
        for variable, value in {**own, **environment.variables}.items():
            self.set_variable(f"{name}/{variable}", variable, value)
        self.register_outputs({})

    @property
    def protection(self) -> Sequence[Resource]:
        """Return the environment and everything that says who may deploy to it."""
        return [self.environment, *self._patterns]

    def set_variable(
        self, resource_name: str, variable: str, value: str, after: Sequence[Resource] = ()
    ) -> None:
        """Set a variable of the environment, unless somebody else's is there already."""
        github.ActionsEnvironmentVariable(
            resource_name,
            repository=self._repository,
            environment=self.environment.environment,
            variable_name=variable,
            value=value,
            opts=child_of(
                self, after=[self.environment, *after], hooks=self._safeguards.variables.refused
            ),
        )

    def _create_environment(
        self, environment: Environment, label: str, reviewers: ReviewerIds
    ) -> github.RepositoryEnvironment:
        approval = github.RepositoryEnvironmentReviewerArgs(
            users=list(reviewers.users), teams=list(reviewers.teams)
        )
        return github.RepositoryEnvironment(
            self._name,
            repository=self._repository,
            environment=label,
            can_admins_bypass=environment.admins_bypass,
            # GitHub answers 422 where there is nobody whose own review it could prevent.
            prevent_self_review=environment.self_review_prevented or None,
            reviewers=[approval] if environment.reviewers else None,
            wait_timer=environment.wait_minutes or None,
            deployment_branch_policy=github.RepositoryEnvironmentDeploymentBranchPolicyArgs(
                protected_branches=False, custom_branch_policies=True
            ),
            opts=child_of(self, retain_on_delete=True, hooks=self._safeguards.of_environments),
        )

    def _allow(self, kind: str, pattern: str) -> github.RepositoryEnvironmentDeploymentPolicy:
        return github.RepositoryEnvironmentDeploymentPolicy(
            f"{self._name}/{kind}/{pattern}",
            repository=self._repository,
            environment=self.environment.environment,
            branch_pattern=pattern if kind == "branch" else None,
            tag_pattern=pattern if kind == "tag" else None,
            opts=child_of(self, after=[self.environment], hooks=self._safeguards.of_patterns),
        )


def _protection(environment: Environment, reviewers: ReviewerIds) -> Protection:
    users = {("user", number) for number in reviewers.users}
    teams = {("team", number) for number in reviewers.teams}
    branches = {("branch", pattern) for pattern in environment.deploy_from.branch_patterns}
    tags = {("tag", pattern) for pattern in environment.deploy_from.tags}
    return Protection(
        reviewers=frozenset(users | teams),
        prevent_self_review=environment.self_review_prevented,
        admins_bypass=environment.admins_bypass,
        wait_minutes=environment.wait_minutes,
        patterns=frozenset(branches | tags),
    )
