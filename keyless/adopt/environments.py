"""Decide for each environment whether a stack can take it over as it is."""

from dataclasses import dataclass
from typing import Literal

from keyless.adopt.organisation import FoundEnvironment, FoundRepository
from keyless.ref_patterns import looseness

Decision = Literal["as-is", "tighten", "refuse"]


@dataclass(frozen=True, kw_only=True)
class EnvironmentDecision:
    """What becomes of an environment; `changes` are the switches that are tightened."""

    repository: FoundRepository
    environment: FoundEnvironment
    decision: Decision
    why: str | None
    says: str
    changes: tuple[str, ...] = ()

    @property
    def needs_listing(self) -> bool:
        """Whether the pack has to list it as one without reviewers."""
        return self.decision != "refuse" and not self.environment.is_reviewed


def decide_environment(
    repository: FoundRepository, environment: FoundEnvironment
) -> EnvironmentDecision:
    """Decide for one environment."""
    if refused := _refused(environment):
        why, says = refused
        return EnvironmentDecision(
            repository=repository, environment=environment, decision="refuse", why=why, says=says
        )
    changes = []
    if environment.admins_bypass:
        changes.append("admins_bypass")
    if environment.is_reviewed and not environment.prevent_self_review:
        changes.append("prevent_self_review")
    later = _not_yet(repository)
    if not changes:
        says = f"It is taken over as it is.{later}"
        return EnvironmentDecision(
            repository=repository, environment=environment, decision="as-is", why=None, says=says
        )
    says = f"It is taken over, and {' and '.join(map(_SAID.__getitem__, changes))}.{later}"
    return EnvironmentDecision(
        repository=repository,
        environment=environment,
        decision="tighten",
        why=None,
        says=says,
        changes=tuple(changes),
    )


def _not_yet(repository: FoundRepository) -> str:
    """Say what keeps a repository out of a stack for now."""
    if repository.archived:
        return " Not while the repository is archived: nothing in it can be written."
    if repository.is_customised:
        return " Not while the subject of the repository is customised."
    return ""


_SAID = {
    "admins_bypass": "administrators can no longer skip its rules",
    "prevent_self_review": "nobody approves what they started themselves",
}


def _refused(environment: FoundEnvironment) -> tuple[str, str] | None:
    name = environment.name
    if environment.deploy_from == "protected":
        return "protected-branches-only", (
            f'"{name}" takes protected branches. While none is protected, any branch deploys. '
            "Choose selected branches and tags in its settings, and name those that deploy."
        )
    if environment.deploy_from == "any":
        return "unprotected-environment", (
            f'"{name}" takes any branch. Anybody who can push one reaches its roles. Choose '
            "selected branches and tags in its settings, and name those that deploy."
        )
    if not environment.patterns:
        return "unprotected-environment", (
            f'"{name}" takes selected branches and names none, so nothing deploys. Name those '
            "that deploy, or delete it."
        )
    loose = next(
        ((p, found) for p in environment.patterns if (found := looseness(p.kind, p.name))), None
    )
    if loose:
        pattern, found = loose
        return "unprotected-environment", (
            f'"{name}": {pattern.kind} pattern "{pattern.name}" {found.found}. {found.why}. '
            f"{found.instead}."
        )
    return None
