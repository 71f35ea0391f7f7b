"""Compare a stack's settings with what GitHub and AWS say, before anything is registered."""

from components.access import RepositoryFound
from components.aws_account import read_account
from components.estate import Settings
from components.github_directory import GithubDirectory, Question, read_github


def inspect_stack(settings: Settings) -> tuple[GithubDirectory, dict[str, RepositoryFound]]:
    """Return GitHub's answers, and what it says of each repository of the config."""
    read_account()
    directory = read_github(settings.owner, _questions(settings))
    found = {
        key: RepositoryFound(answer.full_name, answer.id)
        for key, answer in directory.repositories.items()
        if answer
    }
    return directory, found


def _questions(settings: Settings) -> list[Question]:
    return [
        Question(
            repository=key,
            environments=tuple(repository.environments),
            users=_each_once(
                user for env in repository.environments.values() for user in env.reviewers.users
            ),
            teams=_each_once(
                team for env in repository.environments.values() for team in env.reviewers.teams
            ),
        )
        for key, repository in settings.repositories.items()
    ]


def _each_once(names: "object") -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))  # type: ignore[call-overload]
