"""Read from the state which roles, environments and patterns the stack made or took over."""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import pulumi
from pulumi.runtime import invoke

from keyless.text.sentences import quoted

_READ = "pulumi:pulumi:readStackResourceOutputs"
_ROLE = "aws:iam/role:Role"
_ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment"
_PATTERN = (
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy"
)

Place = tuple[str, str]
"""A repository, and one of its environments in lower case."""


@dataclass(frozen=True)
class Recorded:
    """Hold the names of the resources of roles, by name and path, and of environments.

    Patterns are (`branch` or `tag`, pattern).
    """

    roles: Mapping[tuple[str, str], str]
    environments: Mapping[Place, str]
    patterns: Mapping[Place, frozenset[tuple[str, str]]]


_TRIES = 4
"""A backend of files can be read while the engine is writing (seen with CLI 3.259.0)."""


@cache
def read_recorded() -> Recorded:
    """Return what the state records as the run begins; hooks must not ask, it asks the engine.

    Raises pulumi.RunError where the engine does not say.
    """
    answer = _ask()
    roles: dict[tuple[str, str], str] = {}
    environments: dict[Place, str] = {}
    patterns: defaultdict[Place, set[tuple[str, str]]] = defaultdict(set)
    for urn, resource in answer["outputs"].items():
        outputs, name = resource["outputs"], urn.split("::", 3)[-1]
        if resource["type"] == _ROLE:
            roles[outputs["name"], outputs["path"]] = name
        elif resource["type"] == _ENVIRONMENT:
            environments[outputs["repository"], outputs["environment"].lower()] = name
        elif resource["type"] == _PATTERN:
            branch, tag = outputs.get("branchPattern"), outputs.get("tagPattern")
            pattern = ("branch", str(branch)) if branch else ("tag", str(tag))
            patterns[outputs["repository"], outputs["environment"].lower()].add(pattern)
    return Recorded(
        roles, environments, {place: frozenset(found) for place, found in patterns.items()}
    )


def _ask() -> Mapping[str, Any]:
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    reason = ""
    for _ in range(_TRIES):
        try:
            found: Mapping[str, Any] = invoke(_READ, {"stackName": stack}).value or {}
            return found
        except Exception as refused:  # the SDK raises Exception itself (pulumi 3.272)
            reason = str(refused).strip().splitlines()[-1]
            time.sleep(0.5)
    raise pulumi.RunError(
        f"state: the engine does not say what it records: {quoted(reason, 300)}. Without it nobody "
        "knows what of an environment is the stack's own. Run this again."
    )
