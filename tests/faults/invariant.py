"""Replay the changes of a run and judge every moment of it.

Design: a role trusts an environment only while that environment exists; its reviewers, timer and
switches are those of the old or of the new config, and every pattern in force belongs to one of
them. Nothing here is shared with what writes trust or protection: changes come from the journal,
what is allowed from the plain config.
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

Place = tuple[int, str]
"""A repository's number and the name of one of its environments."""

Trust = Mapping[str, Any]

_ENVIRONMENT = re.compile(
    r"/(?:repos/(?P<full_name>[^/]+/[^/]+)|repositories/(?P<number>\d+))"
    r"/environments/(?P<name>[^/]+)"
    r"(?P<patterns>/deployment-branch-policies(?:/(?P<pattern>\d+))?)?"
)


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
class Picture:
    """Hold what trust and its protection are at one moment."""

    environments: Mapping[Place, Protected]
    roles: Mapping[str, Trust]


@dataclass(frozen=True)
class Allowed:
    """Hold the settings and the patterns that the old and the new config give an environment."""

    settings: frozenset[Settings]
    patterns: frozenset[tuple[str, str]]


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
    return Picture(environments, {each.name: _document(each) for each in roles})


def allow(github: GitHubState, *configs: Mapping[str, Any]) -> dict[Place, Allowed]:
    """Return what `configs` together allow, by environment."""
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
    allowed: Mapping[Place, Allowed],
    numbers: Mapping[str, int],
) -> list[str]:
    """Return a sentence for each moment and role at which the invariant does not hold.

    `numbers` maps full names of repositories to their numbers.
    """
    found = list(_judge("at the start", start, allowed))
    for entry, moment in replay(start, changes, numbers):
        found += _judge(f"after {entry.order} {entry.action} {entry.target}", moment, allowed)
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
                moment, environments=_environments_after(moment.environments, entry, numbers)
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


def _environments_after(
    environments: Mapping[Place, Protected], entry: Entry, numbers: Mapping[str, int]
) -> Mapping[Place, Protected]:
    path = _ENVIRONMENT.fullmatch(entry.target)
    if path is None:
        return environments
    number = int(path["number"]) if path["number"] else numbers[path["full_name"].casefold()]
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


def _judge(when: str, moment: Picture, allowed: Mapping[Place, Allowed]) -> Iterator[str]:
    for role, trust in moment.roles.items():
        for place in trusted(trust):
            where = f"{when}: {role} trusts {place}"
            environment = moment.environments.get(place)
            if environment is None:
                yield f"{where}, which does not exist"
            elif place not in allowed:
                yield f"{where}, which no config has"
            else:
                yield from _judge_protection(where, environment, allowed[place])


def _judge_protection(where: str, found: Protected, allowed: Allowed) -> Iterator[str]:
    if found.settings not in allowed.settings:
        yield f"{where}, whose settings no config has: {found.settings}"
    if strange := set(found.patterns.values()) - allowed.patterns:
        yield f"{where}, which patterns of no config may deploy to: {sorted(strange)}"


def trusted(trust: Trust) -> set[Place]:
    """Return the environments that a trust policy admits; other contexts are none."""
    found: set[Place] = set()
    for statement in trust["Statement"]:
        (claims,) = statement["Condition"].values()
        named = {key.rpartition(":")[2]: _listed(value) for key, value in claims.items()}
        (number,) = named["repository_id"]
        for subject in named["sub"]:
            _, separator, name = subject.partition(":environment:")
            if separator:
                found.add((int(number), name.casefold()))
    return found


def _listed(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


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
