"""Look at an environment on GitHub itself before a role may trust it.

What the engine records is what was asked for. GitHub and its client can keep less without an
error: reviewers without access are left out, a plan without protections drops them, and the new
client repeats a write after a secondary rate limit with an empty body (seen with pulumi-github
6.15.0). Neither a second preview nor a refresh shows missing reviewers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from shlex import quote

from pulumi import ResourceHookArgs, ResourceHookBinding

from components.hooks.watch import watch
from components.lookups.github_answers import Environment, Pattern, ProtectionRule
from components.lookups.github_threads import GithubThreads

_REPAIR = (
    "Trust would not be protected as reviewed. See why GitHub keeps it so (its plan, the "
    "reviewers' access), then write it again: pulumi up --refresh --replace "
)


@dataclass(frozen=True)
class Protection:
    """What has to be in force in an environment; `patterns` are (`branch` or `tag`, pattern)."""

    reviewers: frozenset[tuple[str, int]]
    prevent_self_review: bool
    admins_bypass: bool
    wait_minutes: int
    patterns: frozenset[tuple[str, str]]


_NOTHING = Environment(name="")
"""What an environment that is gone keeps: no protection at all."""


class UnprotectedError(Exception):
    """Say which protection GitHub does not have in force, and how to repair it."""


class VerifiedProtection:
    """Compare environments with what the config says, as part of the `up` that writes them.

    `as_written` goes on an environment, `before_trust` on each role that trusts it.
    """

    def __init__(self, owner: str, github: GithubThreads) -> None:
        self._owner = owner
        self._github = github
        self._expected: dict[str, tuple[tuple[str, ...], Protection]] = {}
        self.as_written = watch(
            "compare-environment-as-written", self._after_write, github, at_preview=False
        )
        trusted = watch(
            "compare-environment-before-trust", self._before_trust, github, at_preview=False
        )
        self.before_trust = ResourceHookBinding(before_create=[trusted], before_update=[trusted])

    def expect(self, name: str, repository: str, label: str, protection: Protection) -> None:
        """Say what has to be in force in the environment whose resource is called `name`."""
        path = ("repos", self._owner, repository, "environments", label)
        self._expected[name] = (path, protection)

    def _after_write(self, args: ResourceHookArgs) -> None:
        path, protection = self._expected[args.name]
        _refuse(args.name, self._settings_missing(path, protection))

    def _before_trust(self, args: ResourceHookArgs) -> None:
        name = args.name.rpartition("/")[0]
        if name not in self._expected:
            return
        path, protection = self._expected[name]
        missing = self._settings_missing(path, protection)
        missing |= self._patterns_missing(path, protection)
        _refuse(name, missing)

    def _settings_missing(
        self, path: tuple[str, ...], wanted: Protection
    ) -> dict[str, tuple[object, object]]:
        found = _in_force(self._github.get(Environment, *path) or _NOTHING)
        return {
            what: (value, found[what])
            for what, value in _settings(wanted).items()
            if value != found[what]
        }

    def _patterns_missing(
        self, path: tuple[str, ...], wanted: Protection
    ) -> dict[str, tuple[object, object]]:
        listed = self._github.get_all(
            Pattern, *path, "deployment-branch-policies", field="branch_policies"
        )
        found = {(policy.type, policy.name) for policy in listed or ()}
        missing = wanted.patterns - found
        return {"deploy_from": (sorted(missing), sorted(found))} if missing else {}


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


def _refuse(name: str, missing: Mapping[str, tuple[object, object]]) -> None:
    """Raise with a command that holds for an environment that is gone, too: a URN would not."""
    if missing:
        differences = "; ".join(
            f"{what} is {found!r}, not {wanted!r}" for what, (wanted, found) in missing.items()
        )
        resource = quote(f"**RepositoryEnvironment::{name}")
        raise UnprotectedError(f"{name}: on GitHub {differences}. {_REPAIR}{resource}")
