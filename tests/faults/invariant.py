"""Replay the changes of a run and judge every moment of it.

Design: a role trusts an environment only while that environment exists; its reviewers, timer and
switches are those of the old or of the new config, and every pattern in force belongs to one of
them. A role of a repository is there only while the rulesets are that both configs give it, and it
trusts no context that neither config has. Trust that does not name its contexts exactly is a
violation in itself. Nothing here is shared with what writes trust or protection: changes come from
the journal, what is allowed from the plain config.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote

from sandbox.github.state import GitHubState
from sandbox.journal import Entry
from sandbox.world import STACKS, World
from tests.faults.trusted import InexactTrustError, Source, Trust, contexts

Place = tuple[int, str]
"""A repository's number and the name of one of its environments."""

_REPOSITORY = r"/(?:repos/(?P<full_name>[^/]+/[^/]+)|repositories/(?P<number>\d+))"
_ENVIRONMENT = re.compile(
    _REPOSITORY + r"/environments/(?P<name>[^/]+)"
    r"(?P<patterns>/deployment-branch-policies(?:/(?P<pattern>\d+))?)?"
)
_RULESET = re.compile(_REPOSITORY + r"/rulesets(?:/(?P<ruleset>\d+))?")


@dataclass(frozen=True)
class Settings:
    """Hold what one write of an environment sets."""

    reviewers: frozenset[tuple[str, int]] = frozenset()
    prevent_self_review: bool = False
    admins_bypass: bool = True
    wait_minutes: int = 0
    branches: str = "all"


@dataclass(frozen=True)
class Protected:
    """Hold an environment: its settings, and its patterns by number."""

    settings: Settings = Settings()
    patterns: Mapping[int, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Reviewed:
    """Hold the branches of a ruleset in force, and how many approve; None: nobody has to."""

    branches: frozenset[str]
    approvals: int | None


@dataclass(frozen=True)
class Picture:
    """Hold what trust and its protection are at one moment; rulesets by repository and number."""

    environments: Mapping[Place, Protected]
    roles: Mapping[str, Trust]
    rulesets: Mapping[tuple[int, int], Reviewed] = field(default_factory=dict)


@dataclass(frozen=True)
class Allowed:
    """Hold the settings and the patterns that the old and the new config give an environment."""

    settings: frozenset[Settings]
    patterns: frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Meant:
    """Hold what the old and the new config allow roles and environments, and demand of branches.

    `others` are, by repository, the contexts beside environments that have roles. `branches` are
    those that each config with the repository protects, with the numbers of approvals they give.
    """

    source: Source
    environments: Mapping[Place, Allowed]
    others: Mapping[int, frozenset[str]] = field(default_factory=dict)
    branches: Mapping[int, Mapping[str, frozenset[int]]] = field(default_factory=dict)


def see(world: World, stack: str) -> Picture:
    """Return the present moment, read from the stand-ins themselves."""
    environments = {
        (repository.id, each.name.casefold()): Protected(
            Settings(
                frozenset((reviewer.kind, reviewer.id) for reviewer in each.reviewers),
                each.prevent_self_review,
                each.can_admins_bypass,
                each.wait_timer,
                each.deployment_branches,
            ),
            {policy.id: (policy.kind, policy.name) for policy in each.policies.values()},
        )
        for repository in world.github.repositories.values()
        for each in repository.environments.values()
    }
    roles = world.aws.iam(STACKS[stack]).get_roles()
    rulesets = {
        (repository.id, each.id): _reviewed(vars(each))
        for repository in world.github.repositories.values()
        for each in repository.rulesets.values()
        if each.enforcement == "active"
    }
    return Picture(environments, {each.name: _document(each) for each in roles}, rulesets)


def allow(github: GitHubState, *configs: Mapping[str, Any]) -> Meant:
    """Return what `configs` together allow and demand."""
    (account,) = {config["aws:allowedAccountIds"][0] for config in configs}
    (owner_id,) = {config["keyless:owner_id"] for config in configs}
    return Meant(
        Source(account, owner_id),
        _environments(github, *configs),
        _others(*configs),
        _branches(*configs),
    )


def _others(*configs: Mapping[str, Any]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for config in configs:
        for entry in config["keyless:repositories"].values():
            named = {f"ref:refs/heads/{branch}" for branch in entry.get("branches", {})}
            named |= {"pull_request"} if "pull_requests" in entry else set()
            found[entry["id"]] = found.get(entry["id"], frozenset()) | named
    return found


def _branches(*configs: Mapping[str, Any]) -> dict[int, dict[str, frozenset[int]]]:
    found: dict[int, list[Mapping[str, int]]] = {}
    for config in configs:
        for entry in config["keyless:repositories"].values():
            rules = entry.get("protected_branches", {})
            approvals = {branch: rule.get("approvals", 1) for branch, rule in rules.items()}
            found.setdefault(entry["id"], []).append(approvals)
    return {
        number: {
            branch: frozenset(rules[branch] for rules in each)
            for branch in set(each[0]).intersection(*each[1:])
        }
        for number, each in found.items()
    }


def _environments(github: GitHubState, *configs: Mapping[str, Any]) -> dict[Place, Allowed]:
    found: dict[Place, list[tuple[Settings, frozenset[tuple[str, str]]]]] = {}
    for config in configs:
        for entry in config["keyless:repositories"].values():
            for name, environment in entry.get("environments", {}).items():
                meant = (_settings(github, environment), _patterns(environment))
                found.setdefault((entry["id"], name), []).append(meant)
    return {
        place: Allowed(
            frozenset(settings for settings, _ in each),
            frozenset[tuple[str, str]]().union(*(patterns for _, patterns in each)),
        )
        for place, each in found.items()
    }


def violations(
    start: Picture,
    changes: Iterable[Entry],
    meant: Meant,
    numbers: Mapping[str, int],
) -> list[str]:
    """Return a sentence for each moment and role at which the invariant does not hold.

    `numbers` maps full names of repositories to their numbers.
    """
    found = list(_judge("at the start", start, meant))
    for entry, moment in replay(start, changes, numbers):
        found += _judge(f"after {entry.order} {entry.action} {entry.target}", moment, meant)
    return found


def replay(
    start: Picture, changes: Iterable[Entry], numbers: Mapping[str, int]
) -> Iterator[tuple[Entry, Picture]]:
    """Yield each change with the moment after it."""
    moment = start
    for entry in changes:
        if entry.side == "aws":
            moment = replace(moment, roles=_roles_after(moment.roles, entry))
        else:
            moment = replace(
                moment,
                environments=_environments_after(moment.environments, entry, numbers),
                rulesets=_rulesets_after(moment.rulesets, entry, numbers),
            )
        yield entry, moment


def _roles_after(roles: Mapping[str, Trust], entry: Entry) -> Mapping[str, Trust]:
    name = str(entry.detail.get("RoleName"))
    match entry.action:
        case "CreateRole":
            return {**roles, name: entry.detail["AssumeRolePolicyDocument"]}
        case "UpdateAssumeRolePolicy":
            return {**roles, name: entry.detail["PolicyDocument"]}
        case "DeleteRole":
            return {each: trust for each, trust in roles.items() if each != name}
        case _:
            return roles


def _rulesets_after(
    rulesets: Mapping[tuple[int, int], Reviewed], entry: Entry, numbers: Mapping[str, int]
) -> Mapping[tuple[int, int], Reviewed]:
    path = _RULESET.fullmatch(entry.target)
    if path is None:
        return rulesets
    answer = entry.detail.get("answer") or {}
    number = _repository(path, numbers)
    place = (number, int(path["ruleset"] or answer["id"]))
    kept = {each: reviewed for each, reviewed in rulesets.items() if each != place}
    if entry.action == "DELETE" or answer["enforcement"] != "active":
        return kept
    return {**kept, place: _reviewed(answer)}


def _repository(path: re.Match[str], numbers: Mapping[str, int]) -> int:
    return int(path["number"]) if path["number"] else numbers[path["full_name"].casefold()]


def _reviewed(ruleset: Mapping[str, Any]) -> Reviewed:
    """Read what GitHub keeps of a ruleset; one that somebody may bypass demands nothing."""
    rules = {rule["type"]: rule.get("parameters", {}) for rule in ruleset["rules"]}
    asked = rules.get("pull_request", {}).get("required_approving_review_count")
    whole = {"deletion", "non_fast_forward"} <= set(rules) and not ruleset["bypass_actors"]
    named = ruleset["conditions"]["ref_name"]
    covers = ruleset["target"] == "branch" and not named["exclude"]
    branches = frozenset(named["include"]) if covers else frozenset()
    return Reviewed(branches, asked if whole else None)


def _environments_after(
    environments: Mapping[Place, Protected], entry: Entry, numbers: Mapping[str, int]
) -> Mapping[Place, Protected]:
    path = _ENVIRONMENT.fullmatch(entry.target)
    if path is None:
        return environments
    number = _repository(path, numbers)
    place = (number, unquote(path["name"]).casefold())
    if not path["patterns"] and entry.action == "DELETE":
        return {each: kept for each, kept in environments.items() if each != place}
    before = environments.get(place, Protected())
    if path["patterns"]:
        after = _patterns_after(before, entry, path["pattern"])
    else:
        after = _written(before, entry.detail["body"] or {})
    return {**environments, place: after}


def _patterns_after(before: Protected, entry: Entry, number: str | None) -> Protected:
    if number is None:
        if entry.status == 303:
            return before
        answer = entry.detail["answer"]
        return _with_pattern(before, answer["id"], (answer["type"], answer["name"]))
    if entry.action == "DELETE":
        kept = {each: what for each, what in before.patterns.items() if each != int(number)}
        return replace(before, patterns=kept)
    kind, _ = before.patterns[int(number)]
    return _with_pattern(before, int(number), (kind, entry.detail["body"]["name"]))


def _with_pattern(before: Protected, number: int, what: tuple[str, str]) -> Protected:
    return replace(before, patterns={**before.patterns, number: what})


def _written(before: Protected, body: Mapping[str, Any]) -> Protected:
    was = before.settings
    reviewers = was.reviewers
    if "reviewers" in body:
        reviewers = frozenset((each["type"], each["id"]) for each in body["reviewers"] or ())
    branches = was.branches
    if "deployment_branch_policy" in body:
        policy = body["deployment_branch_policy"]
        branches = "all" if policy is None else "protected"
        branches = "custom" if policy and policy["custom_branch_policies"] else branches
    alone = body.get("prevent_self_review", was.prevent_self_review and bool(reviewers))
    settings = Settings(
        reviewers,
        alone,
        body.get("can_admins_bypass", was.admins_bypass),
        body.get("wait_timer", was.wait_minutes),
        branches,
    )
    return Protected(settings, before.patterns if branches == "custom" else {})


def _judge(when: str, moment: Picture, meant: Meant) -> Iterator[str]:
    for role, trust in moment.roles.items():
        try:
            admitted = set(contexts(trust, meant.source))
        except InexactTrustError as error:
            yield f"{when}: {role} trusts {error}"
            continue
        for number in {number for number, _ in admitted}:
            where = f"{when}: {role} trusts {number}"
            yield from _judge_branches(where, number, moment, meant.branches.get(number, {}))
        for number, context in sorted(admitted):
            yield from _judge_context(f"{when}: {role} trusts", number, context, moment, meant)


def _judge_context(
    where: str, number: int, context: str, moment: Picture, meant: Meant
) -> Iterator[str]:
    _, named, name = context.partition("environment:")
    if not named:
        if context not in meant.others.get(number, ()):
            yield f"{where} {context} of {number}, which no config has"
        return
    place = (number, name)
    environment = moment.environments.get(place)
    if environment is None:
        yield f"{where} {place}, which does not exist"
    elif place not in meant.environments:
        yield f"{where} {place}, which no config has"
    else:
        yield from _judge_protection(f"{where} {place}", environment, meant.environments[place])


def _judge_branches(
    where: str, number: int, moment: Picture, meant: Mapping[str, frozenset[int]]
) -> Iterator[str]:
    for branch, approvals in meant.items():
        found = [
            reviewed.approvals
            for (repository, _), reviewed in moment.rulesets.items()
            if repository == number and f"refs/heads/{branch}" in reviewed.branches
        ]
        if not approvals.intersection(found):
            yield f"{where}, whose branch {branch} is not protected as any config says: {found}"


def _judge_protection(where: str, found: Protected, allowed: Allowed) -> Iterator[str]:
    if found.settings not in allowed.settings:
        yield f"{where}, whose settings no config has: {found.settings}"
    if strange := set(found.patterns.values()) - allowed.patterns:
        yield f"{where}, which patterns of no config may deploy to: {sorted(strange)}"


def _document(role: Any) -> Trust:
    document: Trust = json.loads(role.assume_role_policy_document)
    return document


def _settings(github: GitHubState, environment: Mapping[str, Any]) -> Settings:
    named = environment["reviewers"]
    users = {("User", github.user(login).id) for login in named.get("users", ())}
    teams = {("Team", github.team("acme", slug).id) for slug in named.get("teams", ())}
    return Settings(
        reviewers=frozenset(users | teams),
        prevent_self_review=True,
        admins_bypass=False,
        wait_minutes=environment["wait_minutes"],
        branches="custom",
    )


def _patterns(environment: Mapping[str, Any]) -> frozenset[tuple[str, str]]:
    allowed = environment["deploy_from"]
    branches = {("branch", pattern) for pattern in allowed.get("branches", ())}
    return frozenset(branches | {("tag", pattern) for pattern in allowed.get("tags", ())})
