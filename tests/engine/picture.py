"""Write down what both stand-ins hold, so that two moments or two worlds can be compared.

Numbers that are given out anew (ids, versions) and times are left out.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from moto.iam.models import IAMBackend, ManagedPolicy, Role

from sandbox.github.state import Environment, Repository, Ruleset, Variable
from sandbox.world import STACKS, World

Picture = dict[str, Any]


def picture(world: World, *stacks: str) -> Picture:
    """Return GitHub's repositories and the accounts of `stacks` as plain values."""
    return {
        "github": github_picture(world),
        **{stack: _account(world.aws.iam(STACKS[stack])) for stack in stacks},
    }


def github_picture(world: World) -> Picture:
    """Return every repository with something in it, by full name."""
    pictures = {each.full_name: _repository(each) for each in world.github.repositories.values()}
    return {name: found for name, found in pictures.items() if any(found.values())}


def _account(iam: IAMBackend) -> Picture:
    own = (policy for policy in iam.managed_policies.values() if ":aws:policy/" not in policy.arn)
    return {
        "providers": {
            provider.arn: (provider.client_id_list, _tags(provider.tag_list_type))
            for provider in iam.open_id_providers.values()
        },
        "policies": {policy.arn: _policy(policy) for policy in own},
        "roles": {role.arn: _role(role) for role in iam.roles.values()},
    }


def _policy(policy: ManagedPolicy) -> Picture:
    (document,) = [each.document for each in policy.versions if each.is_default]
    return {"document": json.loads(document), "tags": _tags(policy.tags.values())}


def _role(role: Role) -> Picture:
    return {
        "trust": json.loads(role.assume_role_policy_document),
        "boundary": role.permissions_boundary_arn,
        "description": role.description,
        "seconds": str(role.max_session_duration),
        "inline": {name: json.loads(document) for name, document in role.policies.items()},
        "attached": sorted(role.managed_policies),
        "tags": _tags(role.tags),
    }


def _tags(tags: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}


def _repository(repository: Repository) -> Picture:
    return {
        "variables": _variables(repository.variables),
        "environments": {
            each.name: _environment(each) for each in repository.environments.values()
        },
        "rulesets": {each.name: _ruleset(each) for each in repository.rulesets.values()},
    }


def _environment(environment: Environment) -> Picture:
    return {
        "reviewers": sorted((each.kind, each.id) for each in environment.reviewers),
        "prevent_self_review": environment.prevent_self_review,
        "admins_bypass": environment.can_admins_bypass,
        "wait_minutes": environment.wait_timer,
        "branches": environment.deployment_branches,
        "patterns": sorted((each.kind, each.name) for each in environment.policies.values()),
        "variables": _variables(environment.variables),
    }


def _variables(variables: Mapping[str, Variable]) -> dict[str, str]:
    return {name: variable.value for name, variable in variables.items()}


def _ruleset(ruleset: Ruleset) -> Picture:
    return {
        "target": ruleset.target,
        "enforcement": ruleset.enforcement,
        "bypass": ruleset.bypass_actors,
        "conditions": ruleset.conditions,
        "rules": ruleset.rules,
    }
