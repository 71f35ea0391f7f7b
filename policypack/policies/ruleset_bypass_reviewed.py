"""Remark on actors who may bypass a ruleset.

Attack: a bypass actor pushes to a branch that deploys, without the pull request that the ruleset
asks of everybody else.

Not judged: whether the actor needs it; rulesets that the stack does not manage.

Source: "Creating rulesets for a repository", GitHub Docs.
"""

from collections.abc import Iterator, Mapping

from pulumi_policy import EnforcementLevel, Severity

from keyless.rules.resources import Unknown
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.resource_types import REPOSITORY_RULESET

TYPES = frozenset({REPOSITORY_RULESET, "github:index/organizationRuleset:OrganizationRuleset"})
INSTEAD = "Leave bypassActors out, or let them bypass for pull requests alone."


def bypass_actors(ruleset: str, actors: list[object] | Unknown) -> Iterator[Finding]:
    """Remark on every actor who may push past the ruleset."""
    for actor in actors if isinstance(actors, list) else [actors]:
        if isinstance(actor, Mapping) and actor.get("bypassMode") == "pull_request":
            continue
        said = "not known at preview"
        if isinstance(actor, Mapping):
            said = f"{actor.get('actorType', 'an actor')} {actor.get('actorId', '')}".rstrip()
        yield Finding(
            f'ruleset "{ruleset}": bypassActors: {said}. It pushes to protected branches without a '
            f"pull request. {INSTEAD}"
        )


def validate(resource: Resource, report: Report) -> None:
    """Judge the bypass actors of a ruleset."""
    name = resource.properties.text("name")
    ruleset = name if isinstance(name, str) else resource.name
    for finding in bypass_actors(ruleset, resource.properties.items("bypassActors")):
        report(finding)


POLICY = resource_policy(
    "ruleset-bypass-reviewed",
    display_name="Nobody bypasses a ruleset",
    description="A ruleset has no actors who push past it.",
    enforcement_level=EnforcementLevel.ADVISORY,
    severity=Severity.MEDIUM,
    remediation_steps="Remove the bypass actors, or limit them to pull requests.",
    types=TYPES,
    validate=validate,
)
