"""Ask GitHub for everything a stack names: each person, team and repository once a run.

Answers become plain frozen values; what follows from them is decided elsewhere.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from pulumi.runtime.sync_await import _sync_await

from components.github_api import GithubApi, GithubForbiddenError

_Answer = TypeVar("_Answer")


@dataclass(frozen=True)
class Question:
    """Name everything that has to be asked about one repository."""

    repository: str
    environments: tuple[str, ...]
    users: tuple[str, ...]
    teams: tuple[str, ...]


@dataclass(frozen=True)
class OwnerAnswer:
    """What GitHub says of an owner; `plan` is None where it may not be seen."""

    login: str
    id: int
    plan: str | None


@dataclass(frozen=True)
class RepositoryAnswer:
    """What GitHub says of a repository, after following a redirect.

    `claim_keys` are those of a customised subject, empty where the default is used.
    """

    full_name: str
    id: int
    visibility: str
    claim_keys: tuple[str, ...]


@dataclass(frozen=True)
class GithubDirectory:
    """Hold GitHub's answers. A name that GitHub does not know maps to None.

    `without_access` holds the reviewers, as (repository, kind, name), who cannot read a
    repository. `secrets` maps a place (`storefront`, `storefront/production`) to the names of the
    secrets there, or to None where this token may not list them.
    """

    owner: OwnerAnswer | None
    repositories: Mapping[str, RepositoryAnswer | None]
    users: Mapping[str, int | None]
    teams: Mapping[str, int | None]
    without_access: frozenset[tuple[str, str, str]]
    secrets: Mapping[str, tuple[str, ...] | None]


def read_github(owner: str, questions: Iterable[Question]) -> GithubDirectory:
    """Ask GitHub all questions at once and return its answers.

    Raises GithubRefusedError when GitHub refuses to answer or cannot be reached.
    """
    return _wait_for(_read(_Reader(owner, GithubApi()), tuple(questions)))


def _wait_for(answer: Awaitable[GithubDirectory]) -> GithubDirectory:
    """Wait within the program's own event loop.

    A program is synchronous to Pulumi, and every typed look-up waits this way, one by one
    (pulumi 3.272, `runtime/invoke.py`); waiting for all of them together has no public name.
    """
    result: GithubDirectory = _sync_await(answer)
    return result


async def _read(reader: "_Reader", questions: tuple[Question, ...]) -> GithubDirectory:
    owner, repositories, users, teams, access, secrets = await asyncio.gather(
        reader.owner(),
        _each(reader.repository, (question.repository for question in questions)),
        _each(reader.user, (user for question in questions for user in question.users)),
        _each(reader.team, (team for question in questions for team in question.teams)),
        asyncio.gather(*(reader.without_access(question) for question in questions)),
        asyncio.gather(*(reader.secrets(question) for question in questions)),
    )
    return GithubDirectory(
        owner=owner,
        repositories=repositories,
        users=users,
        teams=teams,
        without_access=frozenset().union(*access),
        secrets={place: names for found in secrets for place, names in found.items()},
    )


async def _each(
    ask: Callable[[str], Awaitable[_Answer]], names: Iterable[str]
) -> dict[str, _Answer]:
    once = sorted(set(names))
    answers = await asyncio.gather(*(ask(name) for name in once))
    return dict(zip(once, answers, strict=True))


class _Reader:
    """Put one kind of question each."""

    def __init__(self, owner: str, api: GithubApi) -> None:
        self._owner = owner
        self._api = api

    async def owner(self) -> OwnerAnswer | None:
        found = await self._api.get("orgs", self._owner) or await self._api.get(
            "users", self._owner
        )
        if found is None:
            return None
        return OwnerAnswer(found["login"], found["id"], found.get("plan", {}).get("name"))

    async def repository(self, name: str) -> RepositoryAnswer | None:
        path = ("repos", self._owner, name)
        found, subject = await asyncio.gather(
            self._api.get(*path), self._api.get(*path, "actions", "oidc", "customization", "sub")
        )
        if found is None:
            return None
        return RepositoryAnswer(
            full_name=found["full_name"],
            id=found["id"],
            visibility=found["visibility"],
            claim_keys=_customised(subject or {"use_default": True}),
        )

    async def user(self, login: str) -> int | None:
        found = await self._api.get("users", login)
        return None if found is None else int(found["id"])

    async def team(self, slug: str) -> int | None:
        found = await self._api.get("orgs", self._owner, "teams", slug)
        return None if found is None else int(found["id"])

    async def without_access(self, question: Question) -> set[tuple[str, str, str]]:
        repository = ("repos", self._owner, question.repository)
        team_of = ("orgs", self._owner, "teams")
        asked = {
            **{("user", user): (*repository, "collaborators", user) for user in question.users},
            **{("team", team): (*team_of, team, *repository) for team in question.teams},
        }
        answers = await asyncio.gather(*(self._api.get(*path) for path in asked.values()))
        return {
            (question.repository, *who)
            for who, answer in zip(asked, answers, strict=True)
            if answer is None
        }

    async def secrets(self, question: Question) -> dict[str, tuple[str, ...] | None]:
        repository = ("repos", self._owner, question.repository)
        places = {
            question.repository: (*repository, "actions", "secrets"),
            f"{self._owner} (organisation)": (*repository, "actions", "organization-secrets"),
            **{
                f"{question.repository}/{name}": (*repository, "environments", name, "secrets")
                for name in question.environments
            },
        }
        names = await asyncio.gather(*(self._secret_names(path) for path in places.values()))
        return dict(zip(places, names, strict=True))

    async def _secret_names(self, path: tuple[str, ...]) -> tuple[str, ...] | None:
        try:
            found = await self._api.get_all(*path, field="secrets")
        except GithubForbiddenError:
            return None
        return tuple(secret["name"] for secret in found)


def _customised(subject: Mapping[str, Any]) -> tuple[str, ...]:
    return () if subject["use_default"] else tuple(subject["include_claim_keys"])
