"""Compare what the config says with what AWS and GitHub answer, before anything is registered.

Every function yields one sentence for each thing that does not agree, none where all is well.
Nothing is asked here: the answers are handed in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from keyless.estate.composed_roles import RepositoryFound, Visibility
from keyless.estate.settings import Environment, Settings
from keyless.facts import plan_named
from keyless.text.sentences import listed, quoted

_DEFAULT_CLAIMS = ("repo", "context")
_ALTERNATIVES = {
    "reviewers": "reviewers: none",
    "wait_minutes": "wait_minutes: 0",
}

ReviewerKind = Literal["user", "team"]


@dataclass(frozen=True)
class ReviewerLookup:
    """The reviewers, as (kind, login or slug), that GitHub does not know or shuts out.

    `near` names for unknown ones whom GitHub knows by a name that is much the same.
    """

    unknown: frozenset[tuple[ReviewerKind, str]] = frozenset()
    near: Mapping[tuple[ReviewerKind, str], str] = field(default_factory=dict)
    without_access: frozenset[tuple[ReviewerKind, str]] = frozenset()


def account_guard(settings: Settings, account: str, partition: str) -> Iterator[str]:
    """Compare the account (12 digits) and the partition that the credentials open."""
    if account != settings.account:
        yield (
            f"aws:allowedAccountIds: the stack {settings.stack} is for account {settings.account}, "
            f"the credentials open {account}. Everything would land in the wrong account. Log in "
            f"to {settings.account}, or select the stack of {account}."
        )
    elif partition != settings.partition.name:
        yield (
            f"aws:region: {settings.region} lies in the partition {settings.partition.name}, "
            f"account {account} in {partition}. Every ARN would be wrong. Write a region of "
            f"{partition}."
        )


def audience_guard(settings: Settings, audiences: tuple[str, ...]) -> Iterator[str]:
    """Check the client ids of a referenced OIDC provider for the audience of STS."""
    wanted = settings.partition.audience
    if wanted not in audiences:
        found = listed(map(quoted, audiences)) if audiences else "no audience"
        yield (
            f"keyless:oidc_provider.arn: the provider accepts {found}. Tokens carry {wanted}, so "
            f"nobody would get in. Add it: `aws iam add-client-id-to-open-id-connect-provider "
            f"--open-id-connect-provider-arn {settings.oidc_provider_arn} --client-id {wanted}`."
        )


def provider_guard(settings: Settings, named: Mapping[str, str]) -> Iterator[str]:
    """Compare the owners that are named elsewhere, by where, with github:owner.

    The provider follows each of them before github:owner (seen with pulumi-github 6.15.0).
    """
    for where, owner in named.items():
        if owner.lower() != settings.owner.lower():
            yield (
                f"{where}: {quoted(owner)} is beside github:owner: {settings.owner}. The "
                "provider would follow it and write there, where nothing was checked. Take "
                f"{where} away, or select the stack of {owner}."
            )


def owner_guard(settings: Settings, login: str | None, owner_id: int | None) -> Iterator[str]:
    """Compare the owner with GitHub's answer; None for both where there is none."""
    if login is None:
        yield (
            f"github:owner: GitHub shows this token no owner {quoted(settings.owner)}. Nothing "
            "there can be trusted. Write the login of an organisation or user that the token can "
            "read."
        )
    elif owner_id != settings.owner_id:
        yield (
            f"keyless:owner_id: {settings.owner_id} is pinned, but the owner {quoted(login)} of "
            f"today has the id {owner_id}. The stack points at another owner, or the name changed "
            "hands. Correct github:owner; if you mean this owner, write keyless:owner_id: "
            f"{owner_id}."
        )
    elif login.lower() != settings.owner.lower():
        yield (
            f"github:owner: {quoted(settings.owner)} is called {quoted(login)} now. Tokens carry "
            f"the new name, so nobody would get in. Write github:owner: {login}."
        )


def guardrail_guard(kept: Mapping[str, int], found: Mapping[str, int]) -> Iterator[str]:
    """Compare the further owners that the guardrail keeps with GitHub's answers."""
    for login, number in kept.items():
        where = f"keyless:guardrail.owners.{login}"
        if login not in found:
            yield (
                f"{where}: GitHub knows no owner {quoted(login)}. The number may be anybody's. "
                "Write the login of an organisation or user."
            )
        elif found[login] != number:
            yield (
                f"{where}: {number} is pinned, but {quoted(login)} has {found[login]}. Its "
                "repositories would be kept out of every role, and another owner's let through. "
                f"Write {found[login]}."
            )


def repository_guard(
    settings: Settings,
    key: str,
    found: RepositoryFound | None,
    others: Mapping[int, str] = MappingProxyType({}),
    near: str | None = None,
) -> Iterator[str]:
    """Compare a repository with GitHub's answer, None where there is none; it follows renames.

    Letter case is not compared: trust takes it from GitHub. `others` are the full names of today of
    the stack's repositories by id, `near` is a name that an unknown one may have been meant to be.
    """
    typed = f"{settings.owner}/{key}"
    pinned = settings.repositories[key].id
    place = settings.place(key)
    if found is None:
        yield (
            f"{place}: GitHub shows this token no repository {quoted(typed)}. It was deleted, or "
            f"the token cannot read it. {_or_near(near)}Correct the name, remove the entry, or "
            "widen the token."
        )
    elif found.repository_id != pinned and pinned in others:
        yield (
            f"{place}.id: {pinned} is the id of {quoted(others[pinned])}, which has an entry of "
            f"its own. Trust would follow that one. Write id: {found.repository_id}, which is that "
            f"of {quoted(found.full_name)}, and see whether the two entries were mixed up."
        )
    elif found.repository_id != pinned:
        yield (
            f"{place}.id: {pinned} is pinned, but {quoted(found.full_name)} of today has the id "
            f"{found.repository_id}. The repository {pinned} was deleted or renamed, and trust "
            f"would follow another one. See where it is with `gh api repositories/{pinned}`; if "
            f"you mean {quoted(found.full_name)} of today, write id: {found.repository_id}, and "
            "run `pulumi up --refresh` once: nothing that the stack wrote is in it."
        )
    elif found.full_name.lower() != typed.lower():
        yield _moved(settings, key, typed, found.full_name)


def subject_guard(
    settings: Settings, key: str, found: RepositoryFound, claim_keys: tuple[str, ...] | None
) -> Iterator[str]:
    """Refuse a customised subject; `claim_keys` is its template, None where the default is used."""
    if claim_keys is None or claim_keys == _DEFAULT_CLAIMS:
        return
    template = listed(claim_keys) if claim_keys else "the organisation's template"
    yield (
        f"{settings.place(key)}: the subject of {quoted(found.full_name)} is customised "
        f"({template}). Its tokens never carry the subjects that the roles trust. Go back to "
        f"the default: `gh api -X PUT repos/{found.full_name}/actions/oidc/customization/sub "
        "-F use_default=true`."
    )


def reviewer_guard(settings: Settings, key: str, lookup: ReviewerLookup) -> Iterator[str]:
    """Check that everybody who is to approve for a repository exists and can read it."""
    for keys, _, environment in settings.repositories[key].every_environment():
        for kind, named in _by_kind(environment):
            where = settings.place(key, *keys, "reviewers", f"{kind}s")
            for reviewer in named:
                if (kind, reviewer) in lookup.unknown:
                    near = lookup.near.get((kind, reviewer))
                    yield _unknown_reviewer(settings, where, kind, reviewer, near)
                elif (kind, reviewer) in lookup.without_access:
                    yield (
                        f"{where}: the {kind} {quoted(reviewer)} cannot read "
                        f"{settings.owner}/{key}. GitHub would leave the reviewer out without a "
                        "word. Give read access, or name another reviewer."
                    )


def plan_guard(
    settings: Settings, key: str, plan: str | None, visibility: Visibility
) -> Iterator[str]:
    """Name the protections that the owner's plan does not give a repository of that visibility.

    `plan` is GitHub's word for it (`free`, `pro`, `team`, `enterprise`), None where the token may
    not see it: then GitHub's own refusal has to do.
    """
    known = plan_named(plan)
    if visibility == "public" or known is None:
        return
    repository = settings.repositories[key]
    reason = f"{settings.owner}/{key} is {visibility} and on the plan {quoted(plan)}"
    for keys, _, environment in repository.every_environment():
        where = settings.place(key, *keys)
        if not known.environments:
            yield (
                f"{where}: {reason}, which has no environments. Roles would trust what cannot "
                "exist. Make the repository public, or change the plan."
            )
        elif not known.protection_rules and (lacking := _protection_rules(environment)):
            instead = f"write {listed(map(_ALTERNATIVES.__getitem__, lacking))}"
            if keys[0] == "review_environments":
                instead = "take the environment out, since it is nothing without reviewers"
            yield (
                f"{where}: {listed(lacking)} cannot be had: {reason}. GitHub would leave the "
                "protection out. Make the repository public, change to GitHub Enterprise, or "
                f"{instead}."
            )
    if not known.rulesets:
        for branch in repository.protected_branches:
            yield (
                f"{settings.place(key, 'protected_branches', branch)}: {reason}, which has no "
                "rulesets. The branch would stay open. Make the repository public, or change the "
                "plan."
            )


def plan_remarks(
    settings: Settings, plan: str | None, visibilities: Mapping[str, Visibility]
) -> Iterator[str]:
    """Remark that the plan is not shown, where a repository's protection depends on it.

    `visibilities` are those of the repositories that were found, by their entries.
    """
    depends = any(
        visibilities.get(key, "public") != "public"
        and (repository.protected_branches or [*repository.every_environment()])
        for key, repository in settings.repositories.items()
    )
    if plan is None and depends:
        yield (
            f"github:owner: this token does not see the plan of {settings.owner}. What the plan "
            "does not give to private repositories, such as reviewers, is refused by GitHub "
            "within an `up` instead of here. Give the App the organisation's right \"Organization "
            'plan": read.'
        )


def letter_case_remarks(settings: Settings, key: str, found: Mapping[str, str]) -> Iterator[str]:
    """Remark on environments with roles that GitHub writes in other letters.

    `found` are the names of those that exist, by themselves in lower case.
    """
    for keys, name, environment in settings.repositories[key].every_environment():
        there = found.get(name.lower(), name)
        if environment.roles and there != name:
            yield (
                f"{settings.place(key, *keys)}: GitHub has this environment as {quoted(there)}. A "
                "token may carry those letters, and trust compares them. Write the name as GitHub "
                "has it."
            )


def lacks_rules(plan: str | None, visibility: Visibility) -> bool:
    """Tell whether environments of such a repository can have branch patterns alone.

    Where the plan is not known, they are taken to have everything.
    """
    known = plan_named(plan)
    return visibility != "public" and known is not None and not known.protection_rules


def _moved(settings: Settings, key: str, typed: str, full_name: str) -> str:
    owner, _, name = full_name.partition("/")
    if owner.lower() != settings.owner.lower():
        return (
            f"{settings.place(key)}: {quoted(typed)} was transferred and is {quoted(full_name)} "
            f"now. This stack trusts {settings.owner} alone. Remove the entry, and onboard it in "
            f"the stack of {owner}."
        )
    return (
        f"{settings.place(key)}: {quoted(typed)} was renamed and is {quoted(full_name)} now. "
        "Tokens carry the new name, so nobody would get in. Rename the entry to "
        f"{name}, and write renamed_from: [{key}] in it."
    )


def _by_kind(environment: Environment) -> tuple[tuple[ReviewerKind, tuple[str, ...]], ...]:
    return ("user", environment.reviewers.users), ("team", environment.reviewers.teams)


def _or_near(near: str | None) -> str:
    return f"If {quoted(near)} is meant, write that. " if near else ""


def _unknown_reviewer(
    settings: Settings, where: str, kind: ReviewerKind, reviewer: str, near: str | None
) -> str:
    if kind == "user":
        return (
            f"{where}: GitHub knows no user {quoted(reviewer)}. Nobody could approve in that name. "
            f"{_or_near(near)}Write a login as it is in the person's address."
        )
    return (
        f"{where}: {settings.owner} shows this token no team {quoted(reviewer)}. Nobody could "
        f"approve in that name. {_or_near(near)}Write a slug as it is in the team's address, "
        "or let the token read teams."
    )


def _protection_rules(environment: Environment) -> list[str]:
    asked = {
        "reviewers": bool(environment.reviewers),
        "wait_minutes": environment.wait_minutes > 0,
    }
    return [protection for protection, is_asked in asked.items() if is_asked]
