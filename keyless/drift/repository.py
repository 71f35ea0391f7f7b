"""Compare repositories: which one answers to the name, its subjects, and its rulesets."""

import json
import shlex
from collections.abc import Iterator, Mapping
from typing import Any

from keyless.drift.estate import Estate
from keyless.drift.finding import Finding, UnreadableError, pulumi_up
from keyless.github_api import GithubApi
from keyless.stack.resource import StackResource, text_of

RULESET = "github:index/repositoryRuleset:RepositoryRuleset"
_DEFAULT_TEMPLATE = ["repo", "context"]
_SWITCHES = {
    "creation": "creation",
    "update": "update",
    "deletion": "deletion",
    "nonFastForward": "non_fast_forward",
    "requiredLinearHistory": "required_linear_history",
    "requiredSignatures": "required_signatures",
}
_REVIEW = {
    "dismissStaleReviewsOnPush": "dismiss_stale_reviews_on_push",
    "requireCodeOwnerReview": "require_code_owner_review",
    "requireLastPushApproval": "require_last_push_approval",
    "requiredApprovingReviewCount": "required_approving_review_count",
    "requiredReviewThreadResolution": "required_review_thread_resolution",
}


def compare_identity(estate: Estate, repository: str, github: GithubApi) -> Iterator[Finding]:
    """Yield whether another repository answers to the name, or this one to another name."""
    full_name = f"{estate.owner}/{repository}"
    answer = github.get("repos", estate.owner, repository)
    if answer is None:
        yield Finding(
            kind="repository-gone",
            where=full_name,
            found="GitHub shows this token no such repository",
            why="It was deleted, or the token cannot read it",
            repair=f"gh api {shlex.quote(f'repos/{full_name}')}",
        )
        return
    pinned, number = estate.repository_id(repository), answer.get("id")
    if pinned is not None and number != pinned:
        yield Finding(
            kind="repository-id",
            where=full_name,
            found=f"its id is {number}, not {pinned}",
            why="Another repository took the name: the roles do not trust it, and its environments "
            "are not those of the stack",
            repair=f"gh api repositories/{pinned}",
        )
    today = str(answer.get("full_name"))
    if today.casefold() != full_name.casefold():
        yield Finding(
            kind="repository-name",
            where=full_name,
            found=f"it is {json.dumps(today)} now",
            why="Its tokens carry the new name, which no role trusts",
            repair=f"gh api repositories/{number} --jq .full_name",
        )


def compare_subject(estate: Estate, repository: str, github: GithubApi) -> Iterator[Finding]:
    """Yield whether the tokens of a repository spell another subject than its roles wait for."""
    path = ("repos", estate.owner, repository, "actions", "oidc", "customization", "sub")
    answer = github.get(*path)
    if answer is None:
        raise UnreadableError("GitHub shows this token no subject template")
    keys = answer.get("include_claim_keys", [])
    if answer.get("use_default") is not True and keys != _DEFAULT_TEMPLATE:
        template = ", ".join(map(str, keys)) if keys else "the organisation's template"
        yield Finding(
            kind="subject-customised",
            where=f"{estate.owner}/{repository}",
            found=f"its subject is customised ({template})",
            why="Its tokens do not carry the subjects that the roles trust",
            repair=f"gh api -X PUT {shlex.quote('/'.join(path))} -F use_default=true",
        )
    prefix, subjects = answer.get("sub_claim_prefix"), estate.subjects.get(repository)
    if isinstance(prefix, str) and subjects and not _starts(subjects, prefix):
        yield Finding(
            kind="subject-prefix",
            where=f"{estate.owner}/{repository}",
            found=f"its subjects start with {json.dumps(prefix)} today",
            why="No role trusts that: every job is refused",
            repair=pulumi_up(estate.stack),
        )


def _starts(subjects: frozenset[str], prefix: str) -> bool:
    return any(subject.startswith(f"{prefix}:") for subject in subjects)


def compare_ruleset(
    estate: Estate, resource: StackResource, github: GithubApi, *, bypass_unseen: bool = False
) -> Iterator[Finding]:
    """Yield how a ruleset differs; `bypass_unseen` passes over who may bypass it, where hidden.

    Raises UnreadableError.
    """
    repository = text_of(resource.inputs, "repository") or ""
    if resource.id is None:
        return
    answer = github.get("repos", estate.owner, repository, "rulesets", resource.id)
    name = json.dumps(text_of(resource.inputs, "name"))
    repair = pulumi_up(estate.stack)
    if answer is None:
        found = f"GitHub shows this token no ruleset {name}"
        why = "It was deleted, and nothing keeps the branch; or the token cannot read it"
        yield Finding(kind="ruleset-gone", where=resource.name, found=found, why=why, repair=repair)
        return
    for found in _ruleset_differences(resource.inputs, answer, bypass_unseen):
        why = "What is pushed to the branch reaches AWS with less review than the stack says"
        yield Finding(
            kind="ruleset",
            where=resource.name,
            found=f"ruleset {name}: {found}",
            why=why,
            repair=repair,
        )


def _ruleset_differences(
    wanted: Mapping[str, object], live: Mapping[str, Any], bypass_unseen: bool
) -> Iterator[str]:
    enforcement = live.get("enforcement")
    if enforcement != wanted.get("enforcement"):
        yield f"enforcement is {json.dumps(enforcement)}, not {json.dumps(wanted['enforcement'])}"
    actors = live.get("bypass_actors")
    if actors is None and not bypass_unseen:
        raise UnreadableError("GitHub does not show this token who may bypass the ruleset")
    if actors and not wanted.get("bypassActors"):
        yield f"{len(actors)} bypass {'actor' if len(actors) == 1 else 'actors'}, not none"
    names = _object(_object(wanted.get("conditions")).get("refName"))
    refs = _object(_object(live.get("conditions")).get("ref_name"))
    for field, own in (("include", "includes"), ("exclude", "excludes")):
        if sorted(refs.get(field) or []) != sorted(names.get(own) or []):
            yield f"{field} is {json.dumps(refs.get(field))}, not {json.dumps(names.get(own))}"
    rules = {rule.get("type"): _object(rule.get("parameters")) for rule in live.get("rules") or []}
    asked = _object(wanted.get("rules"))
    for switch, rule in _SWITCHES.items():
        if asked.get(switch) is True and rule not in rules:
            yield f"no rule {rule}"
    yield from _review_differences(asked, rules)


def _review_differences(
    asked: Mapping[str, Any], rules: Mapping[Any, Mapping[str, Any]]
) -> Iterator[str]:
    review = _object(asked.get("pullRequest"))
    if not review:
        return
    if "pull_request" not in rules:
        yield "no rule pull_request"
        return
    parameters = rules["pull_request"]
    for field, rule in _REVIEW.items():
        if field in review and parameters.get(rule) != review[field]:
            yield f"{rule} is {json.dumps(parameters.get(rule))}, not {json.dumps(review[field])}"


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
