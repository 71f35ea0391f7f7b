"""Compare a stack's settings with what GitHub and AWS say, before anything is registered."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pulumi

from components.lookups.aws_account import (
    AwsLookupError,
    existing_roles,
    policy_document,
    provider_exists,
    read_account,
    read_audiences,
)
from components.lookups.github_address import open_github
from components.lookups.github_answers import ActionsPermissions, Environment
from components.lookups.github_directory import (
    GithubDirectory,
    read_actions_permissions,
    read_github,
    read_ids,
)
from components.lookups.github_threads import GithubRefusedError, GithubThreads
from components.lookups.guards import (
    ReviewerLookup,
    account_guard,
    audience_guard,
    guardrail_guard,
    lacks_rules,
    letter_case_remarks,
    owner_guard,
    plan_guard,
    plan_remarks,
    provider_guard,
    repository_guard,
    reviewer_guard,
    subject_guard,
)
from components.lookups.near_names import Kind, Near, near_names
from components.lookups.recorded import read_recorded
from components.lookups.reviewers import Questions, Reviewer
from keyless.estate.composed_roles import RepositoryFound, as_typed, compose_roles
from keyless.estate.issuer import GITHUB_COM
from keyless.estate.reading import SettingsError
from keyless.estate.settings import Reviewers, Settings
from keyless.estate.static_keys import static_keys, unlisted
from keyless.github_api import GithubSetupError

_MOST_SHOWN = 50
"""Many more than that have one cause: a token or an owner that is not meant."""


class InspectionError(Exception):
    """Hold a sentence for each thing that does not agree with GitHub or AWS."""

    def __init__(self, errors: tuple[str, ...]) -> None:
        shown = errors[:_MOST_SHOWN]
        if more := len(errors) - len(shown):
            shown += (f"{more} more of this kind. Mend these first, and run this again.",)
        super().__init__("\n".join(shown))


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """Hold what GitHub says of each repository of the config, and the ids of all reviewers.

    `environments` are those that exist already, by (repository, environment in lower case).
    `without_rules` are the repositories whose plan gives environments no protection but patterns.
    `oidc_provider_exists` tells whether the account has the provider that the stack creates.
    `roles` are the ARNs of roles that exist and that the state lacks, by their names.
    `looked_up_policies` are documents of managed policies for the policy pack to see, by ARN.
    """

    repositories: Mapping[str, RepositoryFound]
    actions: Mapping[str, ActionsPermissions]
    reviewers: Mapping[Reviewer, int]
    environments: Mapping[tuple[str, str], Environment]
    without_rules: frozenset[str]
    oidc_provider_exists: bool
    roles: Mapping[str, str]
    looked_up_policies: Mapping[str, str]


def inspect_stack(settings: Settings, github: GithubThreads) -> Inspection:
    """Ask both sides everything the settings name, and refuse to go on where they disagree.

    Raises InspectionError with every disagreement at once.
    """
    errors = [*_aws_errors(settings), *provider_guard(settings, _named_owners())]
    try:
        directory = read_github(github, settings.owner, _questions(settings))
        pinned = [key for key, each in settings.repositories.items() if each.sha_pinning]
        actions = read_actions_permissions(github, settings.owner, pinned)
        kept = read_ids(github, _kept_owners(settings))
    except GithubRefusedError as refused:
        raise InspectionError((*errors, str(refused))) from None
    near = _near(github, settings, directory)
    errors += _github_errors(settings, directory, near)
    errors += guardrail_guard(_kept_owners(settings), kept)
    errors += _report_static_keys(settings, directory)
    _report_plan(settings, directory)
    _report_letter_case(settings, directory)
    if errors:
        raise InspectionError(tuple(errors))
    return Inspection(
        repositories={key: found for key, found in directory.repositories.items() if found},
        actions=actions,
        reviewers={who: number for who, number in directory.reviewers.items() if number},
        environments=_environments(directory),
        without_rules=_without_rules(directory),
        oidc_provider_exists=settings.creates_oidc_provider
        and provider_exists(settings.oidc_provider_arn),
        roles=existing_roles(_unrecorded(settings)),
        looked_up_policies=_looked_up_policies(settings),
    )


def _unrecorded(settings: Settings) -> list[str]:
    """Return the names of roles that the state lacks, or has on another path or resource."""
    recorded = read_recorded().roles
    return [
        role.role_name
        for role in compose_roles(settings, as_typed(settings))
        if recorded.get((role.role_name, role.role_path)) != role.resource_name
    ]


def _looked_up_policies(settings: Settings) -> dict[str, str]:
    """Look up the managed policies that the policy pack is to see.

    Raises InspectionError where one cannot be read.
    """
    try:
        return {arn: policy_document(arn) for arn in settings.looked_up_policies}
    except AwsLookupError as refused:
        raise InspectionError((str(refused),)) from None


def _kept_owners(settings: Settings) -> Mapping[str, int]:
    """Return the owners that the guardrail keeps beside the stack's own."""
    return settings.config.guardrail.owners if settings.config.guardrail else {}


def answer_missing_ids(wrong: SettingsError) -> SettingsError:
    """Complete what is said of missing ids with GitHub's answers, where it gives any."""
    subjects = [missing.subject for missing in wrong.missing_ids]
    issuer = pulumi.Config("keyless").get("issuer") or GITHUB_COM
    try:
        return wrong.answered(read_ids(open_github(issuer), subjects)) if subjects else wrong
    except (GithubRefusedError, GithubSetupError):
        return wrong


def _aws_errors(settings: Settings) -> Iterator[str]:
    try:
        account = read_account()
        yield from account_guard(settings, account.number, account.partition)
        if account.number == settings.account and settings.config.oidc_provider.arn:
            yield from audience_guard(settings, read_audiences(settings.oidc_provider_arn))
    except AwsLookupError as refused:
        yield str(refused)


def _named_owners() -> dict[str, str]:
    """Return the owners that the provider takes from anywhere but github:owner."""
    named = {name: os.environ.get(name) for name in ("GITHUB_OWNER", "GITHUB_ORGANIZATION")}
    return {where: owner for where, owner in named.items() if owner}


def _questions(settings: Settings) -> Questions:
    return {
        key: {name: _named(each.reviewers) for _, name, each in repository.every_environment()}
        for key, repository in settings.repositories.items()
    }


def _named(reviewers: Reviewers) -> frozenset[Reviewer]:
    users: set[Reviewer] = {("user", login) for login in reviewers.users}
    return frozenset(users | {("team", slug) for slug in reviewers.teams})


def _environments(directory: GithubDirectory) -> dict[tuple[str, str], Environment]:
    return {
        (found.full_name.rpartition("/")[2], name): environment
        for key, found in directory.repositories.items()
        if found
        for name, environment in directory.environments.get(key, {}).items()
    }


def _without_rules(directory: GithubDirectory) -> frozenset[str]:
    plan = _plan(directory)
    answers = directory.repositories.items()
    return frozenset(key for key, found in answers if found and lacks_rules(plan, found.visibility))


def _plan(directory: GithubDirectory) -> str | None:
    owner = directory.owner
    return owner.plan.name if owner and owner.plan else None


def _near(github: GithubThreads, settings: Settings, directory: GithubDirectory) -> Near:
    """Ask what names that GitHub does not know may have been meant to be, if there are any."""
    repositories = [key for key, found in directory.repositories.items() if found is None]
    reviewers = [who for who, number in directory.reviewers.items() if number is None]
    unknown: list[tuple[Kind, str]] = [("repository", key) for key in repositories]
    return near_names(github, settings.owner, [*unknown, *reviewers])


def _github_errors(settings: Settings, directory: GithubDirectory, near: Near) -> Iterator[str]:
    owner = directory.owner
    yield from owner_guard(settings, *((owner.login, owner.id) if owner else (None, None)))
    plan = _plan(directory)
    unknown = frozenset(who for who, number in directory.reviewers.items() if number is None)
    others = {
        found.repository_id: found.full_name
        for key, found in directory.repositories.items()
        if found and found.full_name.lower() == f"{settings.owner}/{key}".lower()
    }
    near_reviewers = {
        (kind, name): each for (kind, name), each in near.items() if kind != "repository"
    }
    for key, found in directory.repositories.items():
        elsewhere = tuple(
            repository_guard(settings, key, found, others, near.get(("repository", key)))
        )
        yield from elsewhere
        if found:
            yield from subject_guard(settings, key, found, directory.claim_keys[key])
            yield from plan_guard(settings, key, plan, found.visibility)
        # Who can read a repository under a name that is not its own says nothing.
        without_access = frozenset() if elsewhere else directory.without_access[key]
        lookup = ReviewerLookup(unknown, without_access=without_access, near=near_reviewers)
        yield from reviewer_guard(settings, key, lookup)


def _report_plan(settings: Settings, directory: GithubDirectory) -> None:
    found = directory.repositories.items()
    visibilities = {key: each.visibility for key, each in found if each}
    for remark in plan_remarks(settings, _plan(directory), visibilities):
        pulumi.log.info(remark)


def _report_letter_case(settings: Settings, directory: GithubDirectory) -> None:
    for key, environments in directory.environments.items():
        found = {lower: environment.name for lower, environment in environments.items()}
        for remark in letter_case_remarks(settings, key, found):
            pulumi.log.warn(remark)


def _report_static_keys(settings: Settings, directory: GithubDirectory) -> list[str]:
    found = static_keys(directory.secrets)
    for note in unlisted(directory.secrets):
        pulumi.log.info(note)
    if settings.refuses_static_keys:
        return [f"{sentence} (keyless:static_keys: refuse)" for sentence in found]
    for sentence in found:
        pulumi.log.warn(sentence)
    return []
