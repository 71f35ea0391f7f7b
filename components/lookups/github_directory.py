"""Ask GitHub for everything a stack names: each person, team and repository once a run.

Answers become plain frozen values; what follows from them is decided elsewhere.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.lookups.github_answers import (
    ActionsPermissions,
    Environment,
    Owner,
    Repository,
    SubjectTemplate,
    User,
)
from components.lookups.github_threads import GithubThreads
from components.lookups.named_things import ask_by_name
from components.lookups.reviewers import Questions, Reviewer, ask_for_ids, ask_who_is_shut_out
from components.lookups.secret_names import ask_for_secrets
from keyless.estate.composed_roles import RepositoryFound
from keyless.estate.static_keys import Secrets


@dataclass(frozen=True)
class GithubDirectory:
    """Hold GitHub's answers. A name that GitHub does not know maps to None.

    `claim_keys` are those of customised subjects, None where the default is used. `environments`
    are by repository and by name in lower case, as GitHub does not tell letter cases of them apart.
    `without_access` contains, for each repository, the reviewers who cannot read it.
    """

    owner: Owner | None
    repositories: Mapping[str, RepositoryFound | None]
    claim_keys: Mapping[str, tuple[str, ...] | None]
    environments: Mapping[str, Mapping[str, Environment]]
    reviewers: Mapping[Reviewer, int | None]
    without_access: Mapping[str, frozenset[Reviewer]]
    secrets: tuple[Secrets, ...]


def read_github(github: GithubThreads, owner: str, questions: Questions) -> GithubDirectory:
    """Ask GitHub all questions, each kind of them at once, and return its answers.

    Raises GithubRefusedError when GitHub refuses to answer or cannot be reached.
    """
    organisation = github.get(Owner, "orgs", owner)
    repositories = _repositories(github, owner, questions)
    known = [name for name, found in repositories.items() if found]
    reviewers = ask_for_ids(github, owner, _everybody(questions))
    environments = github.each(
        lambda name: _environments(github, owner, name),
        [name for name in known if questions[name]],
    )
    there = {
        name: [each for each in questions[name] if each.lower() in environments.get(name, {})]
        for name in known
    }
    visibilities = {
        found.repository_id: found.visibility for found in repositories.values() if found
    }
    return GithubDirectory(
        owner=organisation or github.get(Owner, "users", owner),
        repositories=repositories,
        claim_keys=github.each(lambda name: _claim_keys(github, owner, name), known),
        environments=environments,
        reviewers=reviewers,
        without_access=ask_who_is_shut_out(github, owner, questions, reviewers, environments),
        secrets=ask_for_secrets(github, owner, there, visibilities if organisation else None),
    )


def read_ids(github: GithubThreads, subjects: Iterable[str]) -> dict[str, int]:
    """Return the ids of owners (`acme`) and repositories (`acme/storefront`) that GitHub knows.

    Raises GithubRefusedError when GitHub refuses to answer or cannot be reached.
    """

    def ask(subject: str) -> User | None:
        path = ("repos", *subject.split("/")) if "/" in subject else ("users", subject)
        return github.get(User, *path)

    found = github.each(ask, subjects)
    return {subject: answer.id for subject, answer in found.items() if answer}


def read_actions_permissions(
    github: GithubThreads, owner: str, repositories: Iterable[str]
) -> dict[str, ActionsPermissions]:
    """Return which actions each repository lets run, for those that can be seen.

    Raises GithubRefusedError when GitHub refuses to answer or cannot be reached.
    """

    def ask(repository: str) -> ActionsPermissions | None:
        return github.get(ActionsPermissions, "repos", owner, repository, "actions", "permissions")

    answers = github.each(ask, repositories)
    return {repository: found for repository, found in answers.items() if found}


def _repositories(
    github: GithubThreads, owner: str, names: Iterable[str]
) -> dict[str, RepositoryFound | None]:
    def ask(name: str) -> RepositoryFound | None:
        found = github.get(Repository, "repos", owner, name)
        return _found(found) if found else None

    return ask_by_name(
        github,
        list(names),
        ask,
        body=Repository,
        path=("orgs", owner, "repos"),
        name_of=lambda repository: repository.full_name.rpartition("/")[2],
        answer_of=_found,
    )


def _found(repository: Repository) -> RepositoryFound:
    return RepositoryFound(repository.full_name, repository.id, repository.visibility)


def _everybody(questions: Questions) -> set[Reviewer]:
    return {
        reviewer
        for environments in questions.values()
        for reviewers in environments.values()
        for reviewer in reviewers
    }


def _environments(github: GithubThreads, owner: str, repository: str) -> dict[str, Environment]:
    path = ("repos", owner, repository, "environments")
    listed = github.get_all(Environment, *path, field="environments")
    return {environment.name.lower(): environment for environment in listed or ()}


def _claim_keys(github: GithubThreads, owner: str, repository: str) -> tuple[str, ...] | None:
    path = ("repos", owner, repository, "actions", "oidc", "customization", "sub")
    found = github.get(SubjectTemplate, *path)
    return None if found is None or found.use_default else tuple(found.include_claim_keys or ())
