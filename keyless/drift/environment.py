"""Compare environments: who is asked, for how long a job waits, and which refs may deploy."""

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import quote

from keyless.drift.estate import Estate
from keyless.drift.finding import Finding, UnreadableError, pulumi_import, pulumi_up
from keyless.estate.naming import import_id
from keyless.github_api import GithubApi
from keyless.ref_patterns import looseness
from keyless.stack.resource import StackResource, text_of
from keyless.stack.role import Approval

ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment"
BRANCH_POLICY = (
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy"
)
Refs = Literal["any branch or tag", "protected branches", "what its own patterns match"]
_ADOPTED = "The next `up` takes the environment over and writes what the stack says"
_PATTERN_KINDS = ("branch", "tag")


@dataclass(frozen=True, kw_only=True)
class _Protection:
    """What an environment asks for; `reviewers` are kinds and ids, `names` who they are."""

    reviewers: frozenset[tuple[str, int]]
    names: str
    prevent_self_review: bool
    admins_bypass: bool
    wait_minutes: int
    refs: Refs


@dataclass(frozen=True)
class _Place:
    """One environment of the stack, where it is at GitHub, and the resource that makes it."""

    estate: Estate
    resource: StackResource
    repository: str
    name: str

    @property
    def path(self) -> tuple[str, ...]:
        return ("repos", self.estate.owner, self.repository, "environments", self.name)

    @property
    def where(self) -> str:
        return self.resource.name

    def gh(self, *rest: str) -> str:
        """Return the address of the environment, or of something in it, for `gh api`."""
        return shlex.quote("/".join(quote(part, safe="") for part in (*self.path, *rest)))


def compare_environment(
    estate: Estate, resource: StackResource, github: GithubApi
) -> Iterator[Finding]:
    """Yield how an environment differs. Raises UnreadableError."""
    repository = text_of(resource.inputs, "repository") or ""
    name = text_of(resource.inputs, "environment") or ""
    place = _Place(estate, resource, repository, name)
    answer = github.get(*place.path)
    if answer is None:
        if not resource.is_new:
            yield _gone(place)
        return
    live, wanted = _live(answer), _wanted(place)
    yield from _protection(place, wanted, live)
    if live.refs == wanted.refs == "what its own patterns match":
        yield from _patterns(place, github)


def _gone(place: _Place) -> Finding:
    return Finding(
        kind="environment-gone",
        where=place.where,
        found="GitHub shows this token no such environment",
        why="It was deleted, and a job that names it makes it anew without any protection; or the "
        "token cannot read it",
        repair=pulumi_up(place.estate.stack),
    )


def _protection(place: _Place, wanted: _Protection, live: _Protection) -> Iterator[Finding]:
    for kind, found, why in _differences(wanted, live):
        is_new = place.resource.is_new
        yield Finding(
            kind=kind,
            where=place.where,
            found=found,
            why=_ADOPTED if is_new else why,
            repair=f"gh api {place.gh()}" if is_new else pulumi_up(place.estate.stack),
            replaced=None if is_new else place.resource.urn,
        )


def _differences(wanted: _Protection, live: _Protection) -> Iterator[tuple[str, str, str]]:
    if wanted.reviewers != live.reviewers:
        yield (
            "reviewers",
            f"reviewers on GitHub: {live.names}; in the stack: {wanted.names}",
            "A deployment goes on without somebody who was to look at it"
            if wanted.reviewers - live.reviewers
            else "Somebody can approve who was not named in review",
        )
    if wanted.reviewers and wanted.prevent_self_review != live.prevent_self_review:
        yield (
            "self-review",
            f"prevent_self_review is {_yes(live.prevent_self_review)}, not "
            f"{_yes(wanted.prevent_self_review)}",
            "Anybody who starts a deployment can approve it alone"
            if wanted.prevent_self_review
            else "A deployment may wait for somebody else than the stack says",
        )
    if wanted.admins_bypass != live.admins_bypass:
        yield (
            "admins-bypass",
            f"admins_bypass is {_yes(live.admins_bypass)}, not {_yes(wanted.admins_bypass)}",
            "Administrators of the repository can skip reviewers and timer"
            if live.admins_bypass
            else "It is stricter than the stack says",
        )
    if wanted.wait_minutes != live.wait_minutes:
        yield (
            "wait-timer",
            f"a deployment waits {live.wait_minutes} minutes, not {wanted.wait_minutes}",
            "There is less time to stop it"
            if live.wait_minutes < wanted.wait_minutes
            else "It is slower than the stack says",
        )
    if wanted.refs != live.refs:
        yield (
            "deployment-branches",
            f"{live.refs} may deploy, not {wanted.refs}",
            "Code from a branch that nobody named may reach the role",
        )


def _patterns(place: _Place, github: GithubApi) -> Iterator[Finding]:
    listed = github.get_all(*place.path, "deployment-branch-policies", field="branch_policies")
    if listed is None:
        raise UnreadableError("GitHub shows this token no branch policies")
    live = {(str(p.get("type", "branch")), str(p.get("name"))): p.get("id") for p in listed}
    wanted = dict(_wanted_patterns(place))
    for pattern, resource in wanted.items():
        kind, name = pattern
        if pattern in live and resource.is_new and not place.resource.is_new:
            yield _pattern_exists(place, resource, kind, name, live[pattern])
        if pattern not in live and not resource.is_new:
            yield Finding(
                kind="pattern-missing",
                where=resource.name,
                found=f"no {kind} policy {json.dumps(name)} at GitHub",
                why="What the stack lets deploy from there cannot deploy",
                repair=pulumi_up(place.estate.stack),
            )
    for (kind, name), number in live.items():
        if (kind, name) not in wanted:
            yield Finding(
                kind="pattern-added",
                where=place.where,
                found=f"a {kind} policy {json.dumps(name)} that the stack does not have",
                why=danger(kind, name),
                repair=f"gh api -X DELETE {place.gh('deployment-branch-policies', str(number))}",
            )


def danger(kind: str, pattern: str) -> str:
    """Say what a pattern that somebody added lets deploy."""
    loose = looseness("tag" if kind == "tag" else "branch", pattern)
    return f"It {loose.found}. {loose.why}" if loose else "Whatever matches it may deploy"


def _pattern_exists(
    place: _Place, resource: StackResource, kind: str, name: str, number: object
) -> Finding:
    identifier = import_id(place.repository, place.name, str(number))
    return Finding(
        kind="exists-already",
        where=resource.name,
        found=f"a {kind} policy {json.dumps(name)} is there, and the stack does not manage it",
        why="The next `up` cannot create it",
        repair=pulumi_import(place.estate.stack, resource, identifier),
    )


def _wanted_patterns(place: _Place) -> Iterator[tuple[tuple[str, str], StackResource]]:
    for resource in place.estate.stack.of_type(BRANCH_POLICY):
        is_here = (
            text_of(resource.inputs, "repository") == place.repository
            and text_of(resource.inputs, "environment") == place.name
        )
        for kind in _PATTERN_KINDS if is_here else ():
            pattern = text_of(resource.inputs, f"{kind}Pattern")
            if pattern:
                yield (kind, pattern), resource


def _wanted(place: _Place) -> _Protection:
    inputs = place.resource.inputs
    reviewers: set[tuple[str, int]] = set()
    for asked in _list(inputs.get("reviewers")):
        for field, kind in (("users", "User"), ("teams", "Team")):
            reviewers |= {(kind, int(number)) for number in _list(_object(asked).get(field))}
    policy = _object(inputs.get("deploymentBranchPolicy"))
    approval = place.estate.approval(place.repository, place.name)
    return _Protection(
        reviewers=frozenset(reviewers),
        names=_described(approval) if approval and reviewers else _numbers(reviewers),
        prevent_self_review=bool(inputs.get("preventSelfReview", False)),
        admins_bypass=bool(inputs.get("canAdminsBypass", True)),
        wait_minutes=int(inputs.get("waitTimer") or 0),  # type: ignore[call-overload]  # a number in any state
        refs=_refs(policy.get("protectedBranches"), policy.get("customBranchPolicies")),
    )


def _live(answer: Mapping[str, Any]) -> _Protection:
    rules = {rule.get("type"): rule for rule in _list(answer.get("protection_rules"))}
    asking = _object(rules.get("required_reviewers"))
    reviewers = [
        (str(one.get("type")), _object(one.get("reviewer")))
        for one in _list(asking.get("reviewers"))
    ]
    policy = _object(answer.get("deployment_branch_policy"))
    bypass = answer.get("can_admins_bypass")
    if not isinstance(bypass, bool):
        raise UnreadableError("GitHub does not say whether administrators may bypass it")
    return _Protection(
        reviewers=frozenset((kind, int(one.get("id", 0))) for kind, one in reviewers),
        names=_names(reviewers),
        prevent_self_review=asking.get("prevent_self_review") is True,
        admins_bypass=bypass,
        wait_minutes=int(_object(rules.get("wait_timer")).get("wait_timer", 0)),
        refs=_refs(policy.get("protected_branches"), policy.get("custom_branch_policies")),
    )


def _refs(protected: object, custom: object) -> Refs:
    if custom is True:
        return "what its own patterns match"
    return "protected branches" if protected is True else "any branch or tag"


def _names(reviewers: list[tuple[str, Mapping[str, Any]]]) -> str:
    users = [str(one.get("login")) for kind, one in reviewers if kind == "User"]
    teams = [f"team {one.get('slug')}" for kind, one in reviewers if kind == "Team"]
    return " and ".join([*sorted(users), *sorted(teams)]) or "nobody"


def _described(approval: Approval) -> str:
    teams = [f"team {team}" for team in approval.teams]
    return " and ".join([*sorted(approval.users), *sorted(teams)])


def _numbers(reviewers: set[tuple[str, int]]) -> str:
    spelled = (f"{kind.lower()} {number}" for kind, number in sorted(reviewers, reverse=True))
    return " and ".join(spelled) or "nobody"


def _yes(value: bool) -> str:
    return str(value).lower()


def _object(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
