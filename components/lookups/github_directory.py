"""Ask GitHub for everything a stack names: each person, team and repository once a run.

Answers become plain frozen values; what follows from them is decided elsewhere.
"""

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any, TypeVar

from pulumi.runtime.sync_await import _sync_await

from components.lookups.github_api import GithubApi, GithubForbiddenError
from components.lookups.guards import ReviewerKind
from keyless.estate.composed_roles import Visibility
from keyless.estate.static_keys import Secrets

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


Reviewer = tuple[ReviewerKind, str]
"""A user by login, or a team of the owner by slug."""


@dataclass(frozen=True)
class Question:
    """Name everything that has to be asked about one repository."""

    repository: str
    environments: tuple[str, ...]
    reviewers: frozenset[Reviewer]


@dataclass(frozen=True)
class OwnerAnswer:
    """What GitHub says of an owner, None for all that this token may not see."""

    login: str | None
    id: int | None
    plan: str | None


@dataclass(frozen=True)
class RepositoryAnswer:
    """What GitHub says of a repository, after following a redirect.

    `claim_keys` are those of a customised subject, None where the default is used. `environments`
    are in lower case, as GitHub does not tell letter cases of them apart.
    """

    full_name: str
    id: int
    visibility: Visibility
    claim_keys: tuple[str, ...] | None
    environments: frozenset[str]


@dataclass(frozen=True)
class ActionsPermissions:
    """Whether a repository runs actions, and which: `all`, `local_only` or `selected`."""

    enabled: bool
    allowed: str | None


@dataclass(frozen=True)
class GithubDirectory:
    """Hold GitHub's answers. A name that GitHub does not know maps to None.

    `without_access` holds, for each repository, the reviewers who cannot read it.
    """

    owner: OwnerAnswer | None
    repositories: Mapping[str, RepositoryAnswer | None]
    reviewers: Mapping[Reviewer, int | None]
    without_access: Mapping[str, frozenset[Reviewer]]
    secrets: tuple[Secrets, ...]


def read_github(api: GithubApi, owner: str, questions: Iterable[Question]) -> GithubDirectory:
    """Ask GitHub all questions at once and return its answers.

    Raises GithubRefusedError when GitHub refuses to answer or cannot be reached.
    """
    return _wait_for(_read(_Reader(owner, api), tuple(questions)))


def read_ids(api: GithubApi, subjects: Iterable[str]) -> dict[str, int]:
    """Return the ids of owners (`acme`) and repositories (`acme/storefront`) that GitHub knows.

    Raises GithubRefusedError when GitHub refuses to answer or cannot be reached.
    """

    async def ask(subject: str) -> dict[str, Any] | None:
        path = ("repos", *subject.split("/")) if "/" in subject else ("users", subject)
        return await api.get(*path)

    answers = _wait_for(_each(ask, subjects))
    return {subject: int(found["id"]) for subject, found in answers.items() if found}


def read_actions_permissions(
    api: GithubApi, owner: str, repositories: Iterable[str]
) -> dict[str, ActionsPermissions]:
    """Return which actions each repository lets run, for those that can be seen.

    Raises GithubRefusedError when GitHub refuses to answer or cannot be reached.
    """

    async def ask(repository: str) -> dict[str, Any] | None:
        return await api.get("repos", owner, repository, "actions", "permissions")

    return {
        repository: ActionsPermissions(found["enabled"], found.get("allowed_actions"))
        for repository, found in _wait_for(_each(ask, repositories)).items()
        if found
    }


def _wait_for(answer: Coroutine[Any, Any, _Answer]) -> _Answer:
    """Wait within the program's own event loop.

    A program is synchronous to Pulumi, and every typed look-up waits this way, one by one
    (pulumi 3.272, `runtime/invoke.py`); waiting for all of them together has no public name.
    """
    try:
        result: _Answer = _sync_await(answer)
    except ExceptionGroup as failed:
        raise _first(failed) from None
    return result


def _first(failed: Exception) -> Exception:
    """Unwrap what a task group raises; it waits for its other tasks, which outlive no loop then."""
    while isinstance(failed, ExceptionGroup):
        failed = failed.exceptions[0]
    return failed


async def _read(reader: "_Reader", questions: tuple[Question, ...]) -> GithubDirectory:
    everybody = frozenset().union(*(question.reviewers for question in questions))
    async with asyncio.TaskGroup() as group:
        owner = group.create_task(reader.owner())
        repositories = group.create_task(_each(reader.repository, questions))
        reviewers = group.create_task(_each(reader.reviewer, everybody))
        without_access = group.create_task(_each(reader.without_access, questions))
    known = [(question, found) for question, found in repositories.result().items() if found]
    secrets = await _each(reader.secrets, known)
    return GithubDirectory(
        owner=owner.result(),
        repositories={asked.repository: found for asked, found in repositories.result().items()},
        reviewers=reviewers.result(),
        without_access={asked.repository: who for asked, who in without_access.result().items()},
        secrets=tuple(chain.from_iterable(secrets.values())),
    )


async def _each(
    ask: Callable[[_Asked], Coroutine[Any, Any, _Answer]], about: Iterable[_Asked]
) -> dict[_Asked, _Answer]:
    async with asyncio.TaskGroup() as group:
        asked = {each: group.create_task(ask(each)) for each in about}
    return {each: task.result() for each, task in asked.items()}


class _Reader:
    """Put one kind of question each."""

    def __init__(self, owner: str, api: GithubApi) -> None:
        self._owner = owner
        self._api = api
        self._of_repositories = _SecretNames(api)
        self._of_organisations = _SecretNames(api)
        self._of_environments = _SecretNames(api)

    async def owner(self) -> OwnerAnswer | None:
        found = await self._api.get("orgs", self._owner) or await self._api.get(
            "users", self._owner
        )
        if found is None:
            return None
        return OwnerAnswer(found["login"], found["id"], found.get("plan", {}).get("name"))

    async def repository(self, question: Question) -> RepositoryAnswer | None:
        path = ("repos", self._owner, question.repository)
        found = await self._api.get(*path)
        if found is None:
            return None
        customisation = self._api.get(*path, "actions", "oidc", "customization", "sub")
        listed = self._environments(path) if question.environments else _nothing()
        async with asyncio.TaskGroup() as group:
            subject, environments = group.create_task(customisation), group.create_task(listed)
        return RepositoryAnswer(
            full_name=found["full_name"],
            id=found["id"],
            visibility=found["visibility"],
            claim_keys=_customised(found) if (found := subject.result()) else None,
            environments=environments.result(),
        )

    async def _environments(self, repository: tuple[str, ...]) -> frozenset[str]:
        listed = await self._api.get_all(*repository, "environments", field="environments")
        return frozenset(environment["name"].lower() for environment in listed)

    async def reviewer(self, reviewer: Reviewer) -> int | None:
        kind, name = reviewer
        users, teams = ("users", name), ("orgs", self._owner, "teams", name)
        found = await self._api.get(*(users if kind == "user" else teams))
        return None if found is None else int(found["id"])

    async def without_access(self, question: Question) -> frozenset[Reviewer]:
        repository = ("repos", self._owner, question.repository)

        async def may_read(reviewer: Reviewer) -> bool:
            kind, name = reviewer
            person = (*repository, "collaborators", name)
            team = ("orgs", self._owner, "teams", name, *repository)
            return await self._api.get(*(person if kind == "user" else team)) is not None

        answers = await _each(may_read, question.reviewers)
        return frozenset(reviewer for reviewer, may in answers.items() if not may)

    async def secrets(self, known: tuple[Question, RepositoryAnswer]) -> list[Secrets]:
        question, found = known
        repository = ("repos", self._owner, question.repository)
        there = [name for name in question.environments if name.lower() in found.environments]
        async with asyncio.TaskGroup() as group:
            own = group.create_task(self._of_repositories.at(*repository, "actions", "secrets"))
            shared = group.create_task(
                self._of_organisations.at(*repository, "actions", "organization-secrets")
            )
            within = [
                group.create_task(
                    self._of_environments.at(*repository, "environments", name, "secrets")
                )
                for name in there
            ]
        places = [f"{question.repository}/{name}" for name in there]
        return [
            (question.repository, own.result()),
            (f"{self._owner} (organisation)", shared.result()),
            *zip(places, (task.result() for task in within), strict=True),
        ]


class _SecretNames:
    """List the names of secrets in one kind of place, until it is clear that the token may not.

    A token that may not is refused in each of thousands of places, and the provider bears few
    refusals (see `GithubApi`).
    """

    _AT_ONCE = 5
    _ENOUGH = 5

    def __init__(self, api: GithubApi) -> None:
        self._api = api
        self._turn = asyncio.Semaphore(self._AT_ONCE)
        self._refusals = 0

    async def at(self, *path: str) -> tuple[str, ...] | None:
        """Return the names in one place, None where they may not be listed."""
        async with self._turn:
            if self._refusals >= self._ENOUGH:
                return None
            try:
                found = await self._api.get_all(*path, field="secrets")
            except GithubForbiddenError:
                self._refusals += 1
                return None
        return tuple(secret["name"] for secret in found)


async def _nothing() -> frozenset[str]:
    return frozenset()


def _customised(subject: Mapping[str, Any]) -> tuple[str, ...] | None:
    return None if subject["use_default"] else tuple(subject.get("include_claim_keys") or ())
