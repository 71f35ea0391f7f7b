"""Read from the state which environments and patterns the stack made itself."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pulumi
from pulumi.runtime import invoke

_READ = "pulumi:pulumi:readStackResourceOutputs"
_ENVIRONMENT = "github:index/repositoryEnvironment:RepositoryEnvironment"
_PATTERN = (
    "github:index/repositoryEnvironmentDeploymentPolicy:RepositoryEnvironmentDeploymentPolicy"
)

Place = tuple[str, str]
"""A repository, and one of its environments in lower case."""


@dataclass(frozen=True)
class Recorded:
    """Hold environments, and patterns of them as (`branch` or `tag`, pattern)."""

    environments: frozenset[Place]
    patterns: Mapping[Place, frozenset[tuple[str, str]]]


@cache
def read_recorded() -> Recorded:
    """Return what the state records as the run begins; hooks must not ask, it asks the engine."""
    stack = f"{pulumi.get_organization()}/{pulumi.get_project()}/{pulumi.get_stack()}"
    answer = invoke(_READ, {"stackName": stack}).value or {}
    environments: set[Place] = set()
    patterns: defaultdict[Place, set[tuple[str, str]]] = defaultdict(set)
    for resource in answer["outputs"].values():
        outputs = resource["outputs"]
        if resource["type"] == _ENVIRONMENT:
            environments.add((outputs["repository"], outputs["environment"].lower()))
        elif resource["type"] == _PATTERN:
            branch, tag = outputs.get("branchPattern"), outputs.get("tagPattern")
            pattern = ("branch", str(branch)) if branch else ("tag", str(tag))
            patterns[outputs["repository"], outputs["environment"].lower()].add(pattern)
    return Recorded(
        frozenset(environments), {place: frozenset(found) for place, found in patterns.items()}
    )
