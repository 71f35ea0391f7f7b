"""What has to be in force in an environment, and how that differs from what is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.lookups.github_answers import Environment, Pattern, ProtectionRule

Differences = Mapping[str, tuple[object, object]]
"""What differs, with the value that is wanted and the one that was found."""

GONE = Environment(name="")
"""What an environment keeps that is gone: no protection at all."""


@dataclass(frozen=True, kw_only=True)
class Protection:
    """What has to be in force in an environment; `patterns` are (`branch` or `tag`, pattern)."""

    reviewers: frozenset[tuple[str, int]]
    prevent_self_review: bool
    admins_bypass: bool
    wait_minutes: int
    patterns: frozenset[tuple[str, str]]


def differing_settings(wanted: Protection, found: Environment) -> Differences:
    """Return the settings that differ, patterns apart."""
    in_force = _in_force(found)
    return {
        what: (value, in_force[what])
        for what, value in _settings(wanted).items()
        if value != in_force[what]
    }


def differing_patterns(wanted: Protection, found: Iterable[Pattern]) -> Differences:
    """Return whether other branches or tags may deploy; one more is as bad as one less."""
    patterns = {(pattern.type, pattern.name) for pattern in found}
    if patterns == wanted.patterns:
        return {}
    return {"deploy_from": (sorted(wanted.patterns), sorted(patterns))}


def clause(differences: Differences) -> str:
    """Say what differs, in a clause without a full stop."""
    return "; ".join(
        f"{what} is {found!r}, not {wanted!r}" for what, (wanted, found) in differences.items()
    )


def _settings(wanted: Protection) -> dict[str, object]:
    return {
        "reviewers": sorted(wanted.reviewers),
        "prevent_self_review": wanted.prevent_self_review,
        "admins_bypass": wanted.admins_bypass,
        "wait_minutes": wanted.wait_minutes,
        "custom branch policies": True,
    }


def _in_force(environment: Environment) -> dict[str, object]:
    rules = {rule.type: rule for rule in environment.protection_rules}
    nothing = ProtectionRule(type="")
    branches = environment.deployment_branch_policy
    return {
        "reviewers": sorted(environment.reviewers),
        "prevent_self_review": rules.get("required_reviewers", nothing).prevent_self_review,
        "admins_bypass": environment.can_admins_bypass,
        "wait_minutes": rules.get("wait_timer", nothing).wait_timer,
        "custom branch policies": branches is not None and branches.custom_branch_policies,
    }
