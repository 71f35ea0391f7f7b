"""Measure what the pack adds to a preview, for `make bench`.

Two packs answer the same requests over gRPC as the engine makes them: one of a trivial policy of
each kind, and the project's own. What counts is the work of their processes, which other work on
the machine does not change much. Ends with status 1 beyond a bound.
"""

from dataclasses import replace
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from tempfile import TemporaryDirectory

from tests.policypack import estate
from tests.policypack.analyzer import Declared, running_pack

TRIVIAL = """
from pulumi_policy import PolicyPack, ResourceValidationPolicy, StackValidationPolicy
PolicyPack("trivial", [
    ResourceValidationPolicy(name="r", description="r", validate=lambda args, report: None),
    StackValidationPolicy(name="s", description="s", validate=lambda args, report: None),
])
"""


def fleet(size: int) -> list[Declared]:
    """Declare environments with all that belongs to them, six resources each."""
    region = replace(
        estate.variable(variableName="AWS_REGION"), name=f"{estate.ENVIRONMENT}/region"
    )
    of_one = [
        estate.environment(),
        estate.deployment_policy("branch", "main"),
        replace(estate.role(), depends_on=(estate.ENVIRONMENT, estate.BRANCH_POLICY)),
        estate.role_policy(*estate.DEPLOYS),
        estate.variable(),
        region.but(value="eu-west-1"),
    ]
    declared = (each.of_repository(f"shop-{n}") for n in range(size // 6) for each in of_one)
    return [Declared("pulumi:pulumi:Stack", "keyless", {}), *declared]


def busy(main: str | None, resources: list[Declared]) -> float:
    """Return the seconds of work of a pack from its start to its end, with one preview between."""
    before = getrusage(RUSAGE_CHILDREN)
    with TemporaryDirectory() as folder, running_pack(Path(folder), main) as pack:
        pack.answer(pack.requests(resources))
    after = getrusage(RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def added(size: int) -> float:
    """Return the milliseconds of work that the project's pack adds to each of some resources."""
    resources = fleet(size)
    own = busy(None, resources) - busy(None, [])
    trivial = busy(TRIVIAL, resources) - busy(TRIVIAL, [])
    return (own - trivial) / len(resources) * 1000
