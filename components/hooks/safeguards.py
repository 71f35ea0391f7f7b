"""Hold what watches over GitHub's side while a stack is being written."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Resource, ResourceHook, ResourceHookBinding
from pulumi.runtime import is_dry_run

from components.hooks.existing_environments import ExistingEnvironments
from components.hooks.existing_patterns import ExistingPatterns
from components.hooks.existing_role import refuse_existing_role
from components.hooks.existing_variables import ExistingVariables
from components.hooks.named_branches import NamedBranches
from components.hooks.protection import Protection
from components.hooks.verified_protection import VerifiedProtection
from components.lookups.github_threads import GithubThreads
from components.lookups.inspection import Inspection
from components.lookups.recorded import read_recorded


@dataclass(frozen=True)
class Safeguards:
    """Refuse what somebody else has written, and trust in environments that are not protected."""

    environments: ExistingEnvironments
    patterns: ExistingPatterns
    variables: ExistingVariables
    verified: VerifiedProtection
    branches: NamedBranches
    roles: ResourceHook

    @property
    def of_patterns(self) -> ResourceHookBinding:
        """Return the hooks to bind to every branch and tag pattern."""
        return ResourceHookBinding(
            before_create=[self.patterns.before_creation, self.branches.remarked]
        )

    @property
    def of_rulesets(self) -> ResourceHookBinding:
        """Return the hooks to bind to every ruleset of a branch."""
        return ResourceHookBinding(before_create=[self.branches.remarked])

    @property
    def of_environments(self) -> ResourceHookBinding:
        """Return the hooks to bind to every environment."""
        return ResourceHookBinding(
            before_create=[self.environments.before_adoption, self.patterns.before_adoption]
        )

    def expect(self, name: str, repository: str, label: str, protection: Protection) -> None:
        """Say what the environment whose resource is called `name` has to be like."""
        self.environments.expect(name, repository, label, protection)
        self.patterns.expect(name, protection.patterns)
        self.verified.expect(name, repository, label, protection)

    def compare_after(self, name: str, resources: Sequence[Resource]) -> None:
        """Compare an environment with GitHub once `resources` are as they will be."""
        self.verified.compare_after(name, resources)

    @classmethod
    def of(cls, owner: str, inspection: Inspection, github: GithubThreads) -> "Safeguards":
        """Return the safeguards of one owner; their hooks are registered once a run."""
        existing = inspection.environments
        return cls(
            ExistingEnvironments(owner, existing),
            ExistingPatterns(owner, existing.keys(), github),
            ExistingVariables(owner, existing.keys(), github),
            VerifiedProtection(owner, {} if is_dry_run() else read_recorded().patterns, github),
            NamedBranches(owner, github),
            refuse_existing_role(inspection.roles, read_recorded().roles),
        )
