"""Fill both stand-ins with what a file says an account and an organisation hold already.

A seed is YAML: `aws` with `account`, `oidc_providers` (`url`, `audiences`) and `details`, which is
what `aws iam get-account-authorization-details` prints; `github` with `owner`, `users`, `teams` and
`repositories`. Nothing in it is judged: it is what was there before anybody looked.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml
from moto.iam.models import AccessKeyLastUsed, IAMBackend

from keyless.facts import PLANS
from keyless.text.sentences import listed
from sandbox.aws.accounts import ACCOUNTS
from sandbox.github.access import VERBS
from sandbox.github.seed import TOKEN
from sandbox.github.state import (
    DeploymentBranchPolicy,
    Environment,
    GitHubState,
    Organisation,
    Repository,
    Reviewer,
    Ruleset,
    SubjectCustomisation,
    Team,
    User,
)

_LONG_AGO = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Seed:
    """Hold a seed as it was read."""

    aws: Mapping[str, Any]
    github: Mapping[str, Any]


def read_seed(file: Path) -> Seed:
    """Read a seed.

    Raises OSError, yaml.YAMLError, KeyError for a half that is missing, and ValueError for an
    account that the stand-in does not have.
    """
    content = yaml.load(file.read_text("utf-8"), Loader=yaml.CSafeLoader)
    account = content["aws"]["account"]
    if account not in (known := [each.number for each in ACCOUNTS]):
        raise ValueError(f"aws.account: {account!r}. The stand-in has {listed(known)}")
    return Seed(content["aws"], content["github"])


def seeded_github(seed: Seed) -> GitHubState:
    """Return the organisation of a seed; the stand-in's token opens it."""
    state = GitHubState(tokens={TOKEN})
    fill_github(state, seed)
    return state


def fill_github(state: GitHubState, seed: Seed) -> None:
    """Add to an organisation, which is created where it is not there yet, what a seed describes."""
    organisation = _organisation(state, seed.github["owner"])
    for user in seed.github.get("users", ()):
        state.users[user["id"]] = User(user["id"], user["login"], _LONG_AGO)
        organisation.members[user["id"]] = "member"
    for entry in seed.github.get("repositories", ()):
        _add_repository(state, organisation, entry)
    for team in seed.github.get("teams", ()):
        _add_team(state, organisation, team)
    for entry in seed.github.get("repositories", ()):
        repository = state.repositories[entry["id"]]
        for environment in entry.get("environments", ()):
            _add_environment(state, repository, environment)


def _organisation(state: GitHubState, owner: Mapping[str, Any]) -> Organisation:
    plan = next(plan for plan in PLANS if plan.name == owner["plan"])
    made = Organisation(owner["id"], owner["login"], plan, _LONG_AGO)
    return state.organisations.setdefault(made.id, made)


def seed_account(seed: Seed, iam: IAMBackend) -> None:
    """Create in an account the providers, policies, roles and users of a seed."""
    for provider in seed.aws.get("oidc_providers", ()):
        thumbprints = provider.get("thumbprints", ())
        iam.create_open_id_connect_provider(
            provider["url"], list(thumbprints), list(provider["audiences"]), []
        )
    details = seed.aws["details"]
    for policy in details.get("Policies", ()):
        _add_policy(iam, policy)
    for role in details.get("RoleDetailList", ()):
        _add_role(iam, role)
    for group in details.get("GroupDetailList", ()):
        _add_group(iam, group)
    for user in details.get("UserDetailList", ()):
        _add_user(iam, user)


def _add_repository(state: GitHubState, owner: Organisation, entry: Mapping[str, Any]) -> None:
    repository = Repository(
        entry["id"],
        owner,
        entry["name"],
        entry["visibility"],
        _LONG_AGO,
        default_branch=entry.get("default_branch", "main"),
        archived=entry.get("archived", False),
        files=dict(entry.get("files", {})),
    )
    for name in entry.get("branches", ()):
        state.add_branch(repository, name)
    for login, role in entry.get("collaborators", {}).items():
        repository.collaborators[state.user(login).id] = VERBS.get(role, role)
    _add_names(state, repository, entry)
    subject = entry.get("subject", {})
    repository.subject = SubjectCustomisation(
        subject.get("use_default", "include_claim_keys" not in subject),
        list(subject.get("include_claim_keys", ())),
        subject.get("immutable"),
    )
    for ruleset in entry.get("rulesets", ()):
        number = state.new_id()
        made = {"created_at": _LONG_AGO, "updated_at": _LONG_AGO}
        repository.rulesets[number] = Ruleset(**{"id": number, **made, **ruleset})
    for former in entry.get("former_names", ()):
        state.redirects[f"{owner.login}/{former}".casefold()] = repository.id
    state.repositories[repository.id] = repository


def _add_names(
    state: GitHubState, place: Repository | Environment, entry: Mapping[str, Any]
) -> None:
    for name, value in entry.get("variables", {}).items():
        state.set_variable(place.variables, name, value)
    for name in entry.get("secrets", ()):
        state.add_secret(place.secrets, name)


def _add_team(state: GitHubState, owner: Organisation, entry: Mapping[str, Any]) -> None:
    name = entry["slug"].replace("-", " ").capitalize()
    members = {state.user(login).id for login in entry.get("members", ())}
    state.teams[entry["id"]] = Team(
        entry["id"], owner, entry["slug"], name, _LONG_AGO, members=members
    )
    for repository, role in entry.get("repositories", {}).items():
        found = state.repository(f"{owner.login}/{repository}")
        found.teams[entry["id"]] = VERBS.get(role, role)


def _add_environment(state: GitHubState, repository: Repository, entry: Mapping[str, Any]) -> None:
    environment = state.create_environment(repository, entry["name"])
    environment.prevent_self_review = entry.get("prevent_self_review", False)
    environment.can_admins_bypass = entry.get("admins_bypass", True)
    environment.wait_timer = entry.get("wait_minutes", 0)
    reviewers = entry.get("reviewers") or {}
    owner = repository.owner.login
    environment.reviewers = [
        *(Reviewer("User", state.user(login).id) for login in reviewers.get("users", ())),
        *(Reviewer("Team", state.team(owner, slug).id) for slug in reviewers.get("teams", ())),
    ]
    deploy_from = entry.get("deploy_from")
    if deploy_from == "protected":
        environment.deployment_branches = "protected"
    elif deploy_from is not None:
        environment.deployment_branches = "custom"
        for name in deploy_from.get("branches", ()):
            number = state.new_id()
            environment.policies[number] = DeploymentBranchPolicy(number, name, "branch")
        for name in deploy_from.get("tags", ()):
            number = state.new_id()
            environment.policies[number] = DeploymentBranchPolicy(number, name, "tag")
    _add_names(state, environment, entry)


def _add_policy(iam: IAMBackend, policy: Mapping[str, Any]) -> None:
    default = next(v for v in policy["PolicyVersionList"] if v["IsDefaultVersion"])
    document = json.dumps(default["Document"])
    iam.create_policy("", policy["Path"], document, policy["PolicyName"], [])


def _add_role(iam: IAMBackend, role: Mapping[str, Any]) -> None:
    boundary = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
    made = iam.create_role(
        role["RoleName"],
        json.dumps(role["AssumeRolePolicyDocument"]),
        role["Path"],
        boundary,
        role.get("Description", ""),
        list(role.get("Tags", ())),
        str(role.get("MaxSessionDuration", 3600)),
    )
    for policy in role.get("RolePolicyList", ()):
        iam.put_role_policy(
            role["RoleName"], policy["PolicyName"], json.dumps(policy["PolicyDocument"])
        )
    for attached in role.get("AttachedManagedPolicies", ()):
        iam.attach_role_policy(attached["PolicyArn"], role["RoleName"])
    used = role.get("RoleLastUsed", {})
    made.last_used, made.last_used_region = _last_used(used), used.get("Region")
    made.create_date = datetime.fromisoformat(str(role["CreateDate"]))


def _last_used(used: Mapping[str, Any]) -> datetime | None:
    """Read the day of AWS's own export, or the `DaysAgo` of a seed that is true at any time."""
    if "DaysAgo" in used:
        return datetime.now(UTC) - timedelta(days=used["DaysAgo"])
    day = used.get("LastUsedDate")
    return datetime.fromisoformat(str(day)) if day else None


def _add_group(iam: IAMBackend, group: Mapping[str, Any]) -> None:
    name = group["GroupName"]
    iam.create_group(name, group.get("Path", "/"))
    for policy in group.get("GroupPolicyList", ()):
        iam.put_group_policy(name, policy["PolicyName"], json.dumps(policy["PolicyDocument"]))
    for attached in group.get("AttachedManagedPolicies", ()):
        iam.attach_group_policy(attached["PolicyArn"], name)


def _add_user(iam: IAMBackend, user: Mapping[str, Any]) -> None:
    name = user["UserName"]
    iam.create_user("us-east-1", name, user.get("Path", "/"), list(user.get("Tags", ())))
    for policy in user.get("UserPolicyList", ()):
        iam.put_user_policy(name, policy["PolicyName"], json.dumps(policy["PolicyDocument"]))
    for attached in user.get("AttachedManagedPolicies", ()):
        iam.attach_user_policy(attached["PolicyArn"], name)
    for group in user.get("GroupList", ()):
        iam.add_user_to_group(group, name)
    for key in user.get("AccessKeys", ()):
        made = iam.create_access_key(name, status=key.get("Status", "Active"))
        made.access_key_id = key["AccessKeyId"]
        if key.get("LastUsed"):
            made.last_used = AccessKeyLastUsed(
                datetime.fromisoformat(str(key["LastUsed"])), "s3", "eu-west-1"
            )
