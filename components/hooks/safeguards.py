"""Hold what watches over GitHub's side while a stack is being written."""

from dataclasses import dataclass

from pulumi import ResourceHookBinding

from components.hooks.existing_patterns import ExistingPatterns
from components.hooks.existing_variables import ExistingVariables
from components.hooks.named_branches import NamedBranches
from components.hooks.verified_protection import Protection, VerifiedProtection
from components.lookups.github_threads import GithubThreads
from components.lookups.inspection import Inspection


@dataclass(frozen=True)
class Safeguards:
    """Refuse what somebody else has written, and trust in environments that are not protected."""

    existing: ExistingVariables
    patterns: ExistingPatterns
    verified: VerifiedProtection
    branches: NamedBranches

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
            before_create=[self.patterns.before_adoption],
            after_create=[self.verified.as_written],
            after_update=[self.verified.as_written],
        )

    def expect(self, name: str, repository: str, label: str, protection: Protection) -> None:
        """Say what the environment whose resource is called `name` has to be like."""
        self.verified.expect(name, repository, label, protection)
        self.patterns.expect(name, protection.patterns)

    @classmethod
    def of(cls, owner: str, inspection: Inspection, github: GithubThreads) -> "Safeguards":
        """Return the safeguards of one owner; their hooks are registered once a run."""
        existing = ExistingVariables(owner, inspection.environments, github)
        patterns = ExistingPatterns(owner, inspection.environments, github)
        verified = VerifiedProtection(owner, github)
        return cls(existing, patterns, verified, NamedBranches(owner, github))
