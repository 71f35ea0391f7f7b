"""Onboard one repository: its environments, its roles, and the variables that name them."""

from collections.abc import Mapping, Sequence

import pulumi_github as github
from pulumi import ComponentResource, Resource, ResourceOptions

from components.branch_ruleset import protect_branch
from components.child import child_of
from components.deploy_role import DeployRole
from components.former_names import former_names
from components.hooks.safeguards import Safeguards
from components.lookups.github_answers import ActionsPermissions
from components.lookups.reviewers import Reviewer
from components.pinned_actions import require_pinned_actions
from components.protected_environment import ProtectedEnvironment, ReviewerIds
from keyless.estate.composed_roles import ComposedRole, RepositoryFound
from keyless.estate.naming import resource_name, ruleset_name
from keyless.estate.settings import Environment, Settings
from keyless.estate.subject import Context


class OnboardedRepository(ComponentResource):
    """Create both sides for one entry of the config, in an order that never leaves trust bare.

    Rulesets and environments come first, then the roles that trust them, then the variables. A
    role waits for every ruleset of its repository: patterns and pull requests lead to any branch.
    """

    def __init__(
        self,
        key: str,
        found: RepositoryFound,
        roles: Sequence[ComposedRole],
        *,
        settings: Settings,
        reviewers: Mapping[Reviewer, int],
        actions: ActionsPermissions | None,
        safeguards: Safeguards,
        after: Sequence[Resource],
    ) -> None:
        entry = settings.repositories[key]
        super().__init__(
            "keyless:index:RepositoryAccess",
            key,
            opts=ResourceOptions(transformations=former_names(key, entry.renamed_from)),
        )
        self._key = key
        self._repository = found.full_name.rpartition("/")[2]
        self._settings = settings
        self._reviewer_ids = reviewers
        self._safeguards = safeguards
        rulesets = [
            protect_branch(
                f"{key}/protected_branches/{branch}",
                ruleset=ruleset_name(settings.stack, branch),
                repository=self._repository,
                branch=branch,
                approvals=rule.approvals,
                code_owners=rule.code_owners,
                hooks=safeguards.of_rulesets,
                parent=self,
            )
            for branch, rule in entry.protected_branches.items()
        ]
        if entry.sha_pinning and actions:
            require_pinned_actions(f"{key}/actions", self._repository, actions, parent=self)
        environments = self._create_environments(
            {name: environment for _, name, environment in entry.every_environment()}
        )
        for role in roles:
            self._give(role, environments.get(role.context), [*after, *rulesets])
        self.register_outputs({})

    def _create_environments(
        self, environments: Mapping[str, Environment]
    ) -> dict[Context, ProtectedEnvironment]:
        protected = {}
        for label, environment in environments.items():
            context = Context("environment", label)
            protected[context] = ProtectedEnvironment(
                resource_name(self._key, context),
                environment,
                label=label,
                repository=self._repository,
                region=environment.region or self._settings.region,
                reviewers=self._reviewers(environment),
                safeguards=self._safeguards,
                parent=self,
            )
        return protected

    def _reviewers(self, environment: Environment) -> ReviewerIds:
        ids = self._reviewer_ids
        return ReviewerIds(
            users=tuple(ids["user", login] for login in environment.reviewers.users),
            teams=tuple(ids["team", slug] for slug in environment.reviewers.teams),
        )

    def _give(
        self,
        composed: ComposedRole,
        environment: ProtectedEnvironment | None,
        after: Sequence[Resource],
    ) -> None:
        guarded = environment.protection if environment else ()
        verified = self._safeguards.verified
        role = DeployRole(
            composed,
            after=[*after, *guarded],
            exists=self._safeguards.roles,
            hooks=verified.before_trust,
            before_grant=verified.before_grant,
            parent=self,
        )
        if environment:
            environment.set_variable(
                composed.resource_name, composed.variable, composed.role_arn, role.granted
            )
            return
        github.ActionsVariable(
            composed.resource_name,
            repository=self._repository,
            variable_name=composed.variable,
            value=composed.role_arn,
            opts=child_of(self, after=role.granted, hooks=self._safeguards.variables.refused),
        )
