"""A GitHub environment: who approves, from where a job may deploy, and the roles it reaches."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, ValidatorFunctionWrapHandler, WrapValidator, model_validator

from keyless.estate.settings.model import Listed, Model
from keyless.estate.settings.refs import BranchName, BranchPattern, TagPattern
from keyless.estate.settings.role import ROLES_EXAMPLE, Roles
from keyless.estate.values.aws import NamePrefix, Region
from keyless.estate.values.checked import (
    NOT_EMPTY_MAPPING,
    REPEAT_FREE,
    REPEAT_FREE_IN_ANY_CASE,
)
from keyless.estate.values.github import (
    TeamSlug,
    UserLogin,
    VariableName,
    VariableValue,
    WaitMinutes,
)
from keyless.facts import BRANCH_REF_PREFIX, MERGE_QUEUE_PREFIX
from keyless.ref_patterns import PULL_REQUEST_PATTERN, is_literal
from keyless.text.sentences import quoted

MOST_REVIEWERS = 6
"""Users and teams together ("Deployments and environments")."""


class DeployFrom(Model):
    """The branches and tags whose jobs may run in the environment."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    branches: Annotated[Listed[BranchPattern], REPEAT_FREE] = Field(
        default=(),
        description="Branches, or families such as release/*; * does not cross a slash.",
        examples=[["main"]],
    )
    tags: Annotated[Listed[TagPattern], REPEAT_FREE] = Field(
        default=(),
        description="Tags, or families such as v*; * does not cross a slash.",
        examples=[["v*"]],
    )

    merge_queue: Annotated[Listed[BranchName], REPEAT_FREE] = Field(
        default=(),
        description="Branches whose merge queue deploys what it is about to merge. Anybody who can "
        "push can make a branch of that form, too, so name reviewers.",
        examples=[["main"]],
    )

    @model_validator(mode="after")
    def _names_a_ref(self) -> Self:
        if not self.branches and not self.tags and not self.merge_queue:
            raise ValueError(
                "names no branch and no tag. Nothing could deploy. "
                "Write deploy_from: {branches: [main]}."
            )
        return self

    @property
    def branch_patterns(self) -> tuple[str, ...]:
        """The patterns of branches as GitHub takes them: a queue makes a branch for each entry."""
        queues = (f"{MERGE_QUEUE_PREFIX}{branch}/*" for branch in self.merge_queue)
        return tuple(dict.fromkeys((*self.branches, *queues)))

    @property
    def literal_refs(self) -> tuple[str, ...]:
        """The full refs, where literal branches alone are named; otherwise empty."""
        if self.tags or not all(is_literal(branch) for branch in self.branch_patterns):
            return ()
        return tuple(f"{BRANCH_REF_PREFIX}{branch}" for branch in self.branches)


class Reviewers(Model):
    """Who approves a deployment; one approval is enough, so anyone named here can give it."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    users: Annotated[Listed[UserLogin], REPEAT_FREE_IN_ANY_CASE] = Field(
        default=(), description="Logins of users.", examples=[["mona"]]
    )
    teams: Annotated[Listed[TeamSlug], REPEAT_FREE_IN_ANY_CASE] = Field(
        default=(), description="Slugs of teams of the owner.", examples=[["storefront-leads"]]
    )

    def __bool__(self) -> bool:
        """Tell whether anybody has to approve."""
        return bool(self.users or self.teams)

    @model_validator(mode="after")
    def _fits_github(self) -> Self:
        count = len(self.users) + len(self.teams)
        if count > MOST_REVIEWERS:
            raise ValueError(
                f"{count} reviewers, GitHub allows {MOST_REVIEWERS} users and teams together. "
                "The others would be left out. Put some of them into a team."
            )
        if count == 0:
            raise ValueError(
                "names nobody. Jobs would reach AWS without an approval. Write reviewers: "
                "{users: [LOGIN], teams: [SLUG]}, or reviewers: none if that is what you mean."
            )
        return self


NOBODY = Reviewers.model_construct(users=(), teams=())


def _said_aloud(value: object, read: ValidatorFunctionWrapHandler) -> Reviewers:
    if value == "none":
        return NOBODY
    if isinstance(value, str):
        raise ValueError(
            f"{quoted(value)} is neither a list of reviewers nor the word none. Logins and slugs "
            "are different things. Write reviewers: {users: [LOGIN], teams: [SLUG]}, or none."
        )
    reviewers: Reviewers = read(value)
    return reviewers


class Environment(Model):
    """An environment of a repository with its protections, variables and roles."""

    deploy_from: DeployFrom = Field(
        description="The branches and tags whose jobs may run here.",
        examples=[{"branches": ["main"]}],
    )
    reviewers: Annotated[
        Reviewers, WrapValidator(_said_aloud, json_schema_input_type=Reviewers | Literal["none"])
    ] = Field(
        description="Who approves a deployment: users and teams, at most 6 in total, or none.",
        examples=[{"users": ["mona"], "teams": ["storefront-leads"]}],
    )
    wait_minutes: WaitMinutes = Field(
        default=0, description="Minutes that a job waits before it starts.", examples=[10]
    )
    prevent_self_review: bool | None = Field(
        default=None,
        description="Whether the person who started a deployment may not approve it. "
        "Where there are reviewers: true unless said otherwise.",
        examples=[True],
    )
    admins_bypass: bool = Field(
        default=False,
        description="Whether administrators may skip reviewers and timer.",
        examples=[False],
    )
    variables: Mapping[VariableName, VariableValue] = Field(
        default_factory=dict,
        description="Further variables of the environment, visible to its jobs.",
        examples=[{"S3_BUCKET": "storefront-prod"}],
    )
    region: Region | None = Field(
        default=None,
        description="A region for this environment instead of the stack's.",
        examples=["eu-central-1"],
    )
    roles: Roles = Field(
        default_factory=dict,
        description="Roles of the environment's jobs, by function.",
        examples=[ROLES_EXAMPLE],
    )

    @property
    def self_review_prevented(self) -> bool:
        """Whether self review is prevented: only where there are reviewers, and then by default."""
        return bool(self.reviewers) and self.prevent_self_review is not False


_REVIEW_ROLES = {"deploy": {"permissions": [{"preset": "s3-website", "bucket": "shop-pr-site"}]}}


class ReviewEnvironment(Model):
    """An environment for pull requests of the repository itself: each run waits for an approval."""

    reviewers: Reviewers = Field(
        description="Who approves each run: users and teams, at most 6 in total. Nobody approves "
        "what they started.",
        examples=[{"teams": ["storefront-leads"]}],
    )
    name_prefix: NamePrefix = Field(
        description="What the names of all that its roles write begin with.",
        examples=["shop-pr-"],
    )
    wait_minutes: WaitMinutes = Field(
        default=0, description="Minutes that a job waits before it starts.", examples=[10]
    )
    variables: Mapping[VariableName, VariableValue] = Field(
        default_factory=dict,
        description="Further variables of the environment, visible to its jobs.",
        examples=[{"S3_BUCKET": "shop-pr-site"}],
    )
    region: Region | None = Field(
        default=None,
        description="A region for this environment instead of the stack's.",
        examples=["eu-central-1"],
    )
    roles: Annotated[Roles, NOT_EMPTY_MAPPING] = Field(
        description="Roles of the environment's jobs, by function. They have s3-website, "
        "s3-objects and container-image alone.",
        examples=[_REVIEW_ROLES],
    )

    def as_environment(self) -> Environment:
        """Return the environment that GitHub is to have: pull requests alone may deploy to it."""
        pull_requests = DeployFrom.model_construct(
            branches=(PULL_REQUEST_PATTERN,), tags=(), merge_queue=()
        )
        return Environment(
            deploy_from=pull_requests,
            reviewers=self.reviewers,
            wait_minutes=self.wait_minutes,
            variables=self.variables,
            region=self.region,
            roles=self.roles,
        )
