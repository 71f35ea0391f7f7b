"""What a role is for, as far as a rehearsal needs it: one repository, one context, its refs."""

from dataclasses import dataclass

from keyless.facts import (
    BRANCH_REF_PREFIX,
    ENCODED_COLON,
    ENVIRONMENT_PREFIX,
    REF_PREFIX,
    TAG_REF_PREFIX,
)
from keyless.ref_patterns import PULL_REQUEST_PATTERN, admits_any, sample
from keyless.rehearse.roles import RehearsedRole
from keyless.rehearse.token import Repository
from keyless.rehearse.trust_conditions import wanted_values
from keyless.stack.role import Role
from keyless.trust import Context

_INVENTED = Repository("some-owner", "7700001", "some-repository", "880000001")


@dataclass(frozen=True, kw_only=True)
class Expectation:
    """One context of one repository.

    `kind` is `environment`, `branch`, `tag`, `pull_requests` or `whole_repository`; `name` is the
    environment's, the branch's or the tag's. `branches` and `tags` are the patterns that may
    deploy, `refs_known` tells whether they are all.
    """

    repository: Repository
    kind: str
    name: str
    branches: tuple[str, ...]
    tags: tuple[str, ...]
    refs_known: bool
    workflows: tuple[str, ...]

    @property
    def refs(self) -> tuple[str, ...]:
        """One ref for each pattern that may deploy."""
        branches = tuple(
            sample(pattern)
            if pattern == PULL_REQUEST_PATTERN
            else BRANCH_REF_PREFIX + sample(pattern)
            for pattern in self.branches
        )
        return branches + tuple(TAG_REF_PREFIX + sample(pattern) for pattern in self.tags)

    def lets(self, ref: str) -> bool:
        """Tell whether GitHub lets a ref deploy, as far as the patterns are known."""
        if self.kind != "environment" or not self.refs_known:
            return True
        if ref.startswith(BRANCH_REF_PREFIX):
            return admits_any(self.branches, ref.removeprefix(BRANCH_REF_PREFIX))
        if ref.startswith(TAG_REF_PREFIX):
            return admits_any(self.tags, ref.removeprefix(TAG_REF_PREFIX))
        return admits_any(self.branches, ref)


def expectations_of(role: RehearsedRole) -> tuple[Expectation, ...]:
    """Tell what a role is for: by the output `access`, or else by its own trust policy.

    A policy that names no repository is rehearsed with one that is invented.
    """
    if role.described:
        return (_described(role.described),)
    pinned = wanted_values(role.judgement, "job_workflow_ref")
    return tuple(_judged(context, pinned) for context in role.judgement.contexts) or (
        Expectation(
            repository=_INVENTED,
            kind="environment",
            name="production",
            branches=("main",),
            tags=(),
            refs_known=False,
            workflows=pinned,
        ),
    )


def _described(role: Role) -> Expectation:
    repository = Repository(
        role.owner, str(role.owner_id), role.repository, str(role.repository_id)
    )
    branches, tags = role.branches, role.tags
    if role.context_kind == "branch":
        branches = (role.context_name or "",)
    return Expectation(
        repository=repository,
        kind=role.context_kind,
        name=role.context_name or "",
        branches=branches or (() if tags else ("main",)),
        tags=tags,
        refs_known=bool(role.branches or role.tags),
        workflows=role.workflows,
    )


def _judged(context: Context, workflows: tuple[str, ...]) -> Expectation:
    served = context.repository
    repository = Repository(
        served.owner or _INVENTED.owner,
        served.owner_id or _INVENTED.owner_id,
        served.name or _INVENTED.name,
        served.id or _INVENTED.id,
    )
    kind, name = _kind_and_name(context.context)
    branches = (name,) if kind == "branch" else ("main",)
    tags = (name,) if kind == "tag" else ()
    return Expectation(
        repository=repository,
        kind=kind,
        name=name,
        branches=branches,
        tags=tags,
        refs_known=False,
        workflows=workflows,
    )


def _kind_and_name(context: str) -> tuple[str, str]:
    if context == "*":
        return "whole_repository", ""
    if context.startswith(ENVIRONMENT_PREFIX):
        return "environment", context.removeprefix(ENVIRONMENT_PREFIX).replace(ENCODED_COLON, ":")
    for kind, prefix in (
        ("branch", REF_PREFIX + BRANCH_REF_PREFIX),
        ("tag", REF_PREFIX + TAG_REF_PREFIX),
    ):
        if context.startswith(prefix):
            return kind, context.removeprefix(prefix)
    return "pull_requests", ""
