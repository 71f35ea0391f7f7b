"""A repository: every context in which its jobs reach AWS."""

from collections.abc import Mapping
from typing import Annotated, Literal, NamedTuple, Self

from pydantic import Field, model_validator

from keyless.estate.settings.environment import Environment, ReviewEnvironment
from keyless.estate.settings.model import Listed, Model
from keyless.estate.settings.refs import BranchName, ProtectedPattern
from keyless.estate.settings.role import ROLES_EXAMPLE, Roles
from keyless.estate.subject import Context
from keyless.estate.values.checked import NOT_EMPTY, NOT_EMPTY_MAPPING, REPEAT_FREE_IN_ANY_CASE
from keyless.estate.values.github import Approvals, EnvironmentName, Id, RepositoryName


class RolesAt(NamedTuple):
    """The roles of one context by function, and the keys that lead to the context in an entry.

    `environment` is there where the context is one.
    """

    context: Context
    keys: tuple[str, ...]
    roles: Roles
    environment: Environment | None = None


class NamedEnvironment(NamedTuple):
    """An environment, its name, and the keys that lead to it in an entry."""

    keys: tuple[str, str]
    name: str
    environment: Environment


class RolesOnly(Model):
    """A context that GitHub gives no protections of its own: only its roles can be said."""

    roles: Annotated[Roles, NOT_EMPTY_MAPPING] = Field(
        description="Roles of the context's jobs, by function.",
        examples=[ROLES_EXAMPLE],
    )


class ProtectedBranch(Model):
    """A branch that changes by reviewed pull requests only: a ruleset of the repository."""

    approvals: Approvals = Field(
        default=1, description="Approvals that a pull request needs.", examples=[1]
    )
    code_owners: bool = Field(
        default=False,
        description="Whether code owners of what changes have to approve, too.",
        examples=[True],
    )

    @model_validator(mode="after")
    def _owners_approve(self) -> Self:
        if self.code_owners and not self.approvals:
            message = (
                "code_owners with approvals: 0. A pull request without approvals is merged before "
                "an owner has seen it. Write approvals: 1."
            )
            raise ValueError(message)
        return self


class Repository(Model):
    """One entry: a repository's id and the contexts in which it reaches AWS."""

    id: Id = Field(
        description="The repository's number. Trust follows it, never the name alone.",
        examples=[811223344],
    )
    environments: Mapping[EnvironmentName, Environment] = Field(
        default_factory=dict,
        description="Environments by name.",
        examples=[{"production": {"deploy_from": {"branches": ["main"]}, "reviewers": "none"}}],
    )
    review_environments: Mapping[EnvironmentName, ReviewEnvironment] = Field(
        default_factory=dict,
        description="Environments for pull requests of the repository itself, by name. The policy "
        "pack's settings list them.",
        examples=[
            {
                "preview": {
                    "reviewers": {"teams": ["storefront-leads"]},
                    "name_prefix": "shop-pr-",
                    "roles": {
                        "deploy": {
                            "permissions": [{"preset": "s3-website", "bucket": "shop-pr-site"}]
                        }
                    },
                }
            }
        ],
    )
    branches: Mapping[BranchName, RolesOnly] = Field(
        default_factory=dict,
        description="Branches, by exact name, whose jobs reach AWS without an environment.",
        examples=[{"develop": {"roles": ROLES_EXAMPLE}}],
    )
    pull_requests: RolesOnly | None = Field(
        default=None,
        description="Roles of pull requests: unreviewed code, so read access at most.",
        examples=[{"roles": ROLES_EXAMPLE}],
    )
    whole_repository: RolesOnly | None = Field(
        default=None,
        description="Roles of every job of the repository: the one wildcard that can be written. "
        "The policy pack blocks it without an audited exception.",
        examples=[{"roles": ROLES_EXAMPLE}],
    )
    protected_branches: Mapping[ProtectedPattern, ProtectedBranch] = Field(
        default_factory=dict,
        description="Branches that change by reviewed pull requests only.",
        examples=[{"main": {"approvals": 1}}],
    )
    sha_pinning: Literal[True] | None = Field(
        default=None,
        description="Whether GitHub refuses actions that are not pinned to a commit. Once written, "
        "it stays in force until somebody switches it off on GitHub.",
        examples=[True],
    )
    renamed_from: Annotated[Listed[RepositoryName], NOT_EMPTY, REPEAT_FREE_IN_ANY_CASE] = Field(
        default=(),
        description="Names that this entry had before; its resources are kept.",
        examples=[["shop"]],
    )

    def without_rules(self) -> "Repository":
        """Return the entry as GitHub keeps it where environments have no rules but patterns."""
        kept = {
            name: environment.model_copy(update={"admins_bypass": True})
            for name, environment in self.environments.items()
        }
        return self.model_copy(update={"environments": kept})

    def every_environment(self) -> tuple[NamedEnvironment, ...]:
        """List all environments, those for pull requests last."""
        plain = (
            NamedEnvironment(("environments", name), name, environment)
            for name, environment in self.environments.items()
        )
        reviewed = (
            NamedEnvironment(("review_environments", name), name, each.as_environment())
            for name, each in self.review_environments.items()
        )
        return (*plain, *reviewed)

    def contexts(self) -> tuple[RolesAt, ...]:
        """List every context of the entry, in the order: environments, branches, the others."""
        found = [
            RolesAt(Context("environment", name), keys, environment.roles, environment)
            for keys, name, environment in self.every_environment()
        ]
        found += [
            RolesAt(Context("branch", name), ("branches", name), branch.roles)
            for name, branch in self.branches.items()
        ]
        if self.pull_requests:
            roles = self.pull_requests.roles
            found.append(RolesAt(Context("pull_requests"), ("pull_requests",), roles))
        if self.whole_repository:
            roles = self.whole_repository.roles
            found.append(RolesAt(Context("whole_repository"), ("whole_repository",), roles))
        return tuple(found)
