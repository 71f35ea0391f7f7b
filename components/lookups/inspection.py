"""Compare a stack's settings with what GitHub and AWS say, before anything is registered."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi

from components.lookups.aws_account import AwsLookupError, read_account, read_audiences
from components.lookups.github_api import GithubApi, GithubRefusedError
from components.lookups.github_directory import (
    ActionsPermissions,
    GithubDirectory,
    OwnerAnswer,
    Question,
    Reviewer,
    read_actions_permissions,
    read_github,
    read_ids,
)
from components.lookups.guards import (
    ReviewerLookup,
    account_guard,
    audience_guard,
    lacks_rules,
    owner_guard,
    plan_guard,
    provider_guard,
    repository_guard,
    reviewer_guard,
    subject_guard,
)
from keyless.estate.composed_roles import RepositoryFound
from keyless.estate.reading import SettingsError
from keyless.estate.settings import Reviewers, Settings
from keyless.estate.static_keys import static_keys, unlisted


class InspectionError(Exception):
    """Hold a sentence for each thing that does not agree with GitHub or AWS."""

    def __init__(self, errors: tuple[str, ...]) -> None:
        super().__init__("\n".join(errors))


@dataclass(frozen=True)
class Inspection:
    """Hold what GitHub says of each repository of the config, and the ids of all reviewers.

    `environments` are those that exist already, as (repository, environment in lower case).
    `without_rules` are the repositories whose plan gives environments no protection but patterns.
    """

    repositories: Mapping[str, RepositoryFound]
    actions: Mapping[str, ActionsPermissions]
    reviewers: Mapping[Reviewer, int]
    environments: frozenset[tuple[str, str]]
    without_rules: frozenset[str]


def inspect_stack(settings: Settings, api: GithubApi) -> Inspection:
    """Ask both sides everything the settings name, and refuse to go on where they disagree.

    Raises InspectionError with every disagreement at once.
    """
    errors = [*_aws_errors(settings), *provider_guard(settings, _named_owners())]
    try:
        directory = read_github(api, settings.owner, _questions(settings))
        pinned = [key for key, each in settings.repositories.items() if each.sha_pinning]
        actions = read_actions_permissions(api, settings.owner, pinned)
    except GithubRefusedError as refused:
        raise InspectionError((*errors, str(refused))) from None
    found = {
        key: RepositoryFound(answer.full_name, answer.id, answer.visibility)
        for key, answer in directory.repositories.items()
        if answer
    }
    errors += _github_errors(settings, directory, found)
    errors += _report_static_keys(settings, directory)
    if errors:
        raise InspectionError(tuple(errors))
    return Inspection(
        repositories=found,
        actions=actions,
        reviewers={who: number for who, number in directory.reviewers.items() if number},
        environments=_environments(directory),
        without_rules=_without_rules(directory),
    )


def answer_missing_ids(wrong: SettingsError, api: GithubApi) -> SettingsError:
    """Complete what is said of missing ids with GitHub's answers, where it gives any."""
    subjects = [missing.subject for missing in wrong.missing_ids]
    try:
        return wrong.answered(read_ids(api, subjects)) if subjects else wrong
    except GithubRefusedError:
        return wrong


def _aws_errors(settings: Settings) -> Iterator[str]:
    try:
        account = read_account()
        yield from account_guard(settings, account.number, account.partition)
        if account.number == settings.account and not settings.creates_oidc_provider:
            yield from audience_guard(settings, read_audiences(settings.oidc_provider_arn))
    except AwsLookupError as refused:
        yield str(refused)


def _named_owners() -> dict[str, str]:
    """Return the owners that the provider takes from anywhere but github:owner."""
    named = {name: os.environ.get(name) for name in ("GITHUB_OWNER", "GITHUB_ORGANIZATION")}
    named["github:organization"] = pulumi.Config("github").get("organization")
    return {where: owner for where, owner in named.items() if owner}


def _questions(settings: Settings) -> list[Question]:
    return [
        Question(
            repository=key,
            environments=tuple(repository.environments),
            reviewers=_all_reviewers([each.reviewers for each in repository.environments.values()]),
        )
        for key, repository in settings.repositories.items()
    ]


def _environments(directory: GithubDirectory) -> frozenset[tuple[str, str]]:
    return frozenset(
        (answer.full_name.rpartition("/")[2], name)
        for answer in directory.repositories.values()
        if answer
        for name in answer.environments
    )


def _without_rules(directory: GithubDirectory) -> frozenset[str]:
    plan = directory.owner.plan if directory.owner else None
    answers = directory.repositories.items()
    return frozenset(key for key, found in answers if found and lacks_rules(plan, found.visibility))


def _all_reviewers(reviewers: list[Reviewers]) -> frozenset[Reviewer]:
    users: set[Reviewer] = {("user", login) for each in reviewers for login in each.users}
    return frozenset(users | {("team", slug) for each in reviewers for slug in each.teams})


def _github_errors(
    settings: Settings, directory: GithubDirectory, found: dict[str, RepositoryFound]
) -> Iterator[str]:
    owner = directory.owner or OwnerAnswer(login=None, id=None, plan=None)
    yield from owner_guard(settings, owner.login, owner.id)
    unknown = frozenset(who for who, number in directory.reviewers.items() if number is None)
    for key in settings.repositories:
        answer = directory.repositories[key]
        elsewhere = tuple(repository_guard(settings, key, found.get(key)))
        yield from elsewhere
        if answer:
            yield from subject_guard(settings, key, found[key], answer.claim_keys)
            yield from plan_guard(settings, key, owner.plan, answer.visibility)
        # Who can read a repository under a name that is not its own says nothing.
        without_access = frozenset() if elsewhere else directory.without_access[key]
        yield from reviewer_guard(settings, key, ReviewerLookup(unknown, without_access))


def _report_static_keys(settings: Settings, directory: GithubDirectory) -> list[str]:
    found = static_keys(directory.secrets)
    for note in unlisted(directory.secrets):
        pulumi.log.info(note)
    if settings.refuses_static_keys:
        return [f"{sentence} (keyless:static_keys: refuse)" for sentence in found]
    for sentence in found:
        pulumi.log.warn(sentence)
    return []
