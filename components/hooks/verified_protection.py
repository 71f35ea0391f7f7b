"""Look at an environment on GitHub itself, once an `up`, before anything of a role that trusts it.

What the engine records is what was asked for. GitHub and its client can keep less without an
error, and somebody can take protection away by hand: neither a second preview nor a refresh shows
missing reviewers. Environments that nothing is written of are looked at, too.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from shlex import quote
from threading import Lock
from urllib.parse import quote as in_a_path

from pulumi import Output, Resource, ResourceHookArgs, ResourceHookBinding, RunError
from pulumi.runtime import is_dry_run

from components.hooks.protection import (
    GONE,
    Differences,
    Protection,
    clause,
    differing_patterns,
    differing_settings,
)
from components.hooks.watch import on_thread, watch
from components.lookups.github_answers import Environment, Pattern
from components.lookups.github_threads import GithubRefusedError, GithubThreads
from components.lookups.recorded import Place

_ROLE = "aws:iam/role:Role"
_REPAIR = (
    "Trust would not be protected as reviewed. See why GitHub keeps it so (its plan, the "
    "reviewers' access), then {}write it again: pulumi up --refresh --replace {}"
)


class UnprotectedError(Exception):
    """Say how the protection that GitHub has in force differs, and how to repair it."""


class VerifiedProtection:
    """Compare environments with what the config says, each once an `up`.

    `before_trust` goes on each role that trusts one, `before_grant` on what it is granted.
    `recorded` are the patterns of the state.
    """

    def __init__(
        self,
        owner: str,
        recorded: Mapping[Place, frozenset[tuple[str, str]]],
        github: GithubThreads,
    ) -> None:
        self._owner = owner
        self._recorded = recorded
        self._github = github
        self._expected: dict[str, tuple[str, str, Protection]] = {}
        self._compared: dict[str, Future[str]] = {}
        self._made: set[str] = set()
        self._turn = Lock()
        hook = watch("compare-environment-before-trust", self._refuse, github, at_preview=False)
        self.before_trust = ResourceHookBinding(before_create=[hook], before_update=[hook])
        again = watch(
            "compare-environment-before-grant", self._refuse_now, github, at_preview=False
        )
        self.before_grant = ResourceHookBinding(before_create=[hook, again], before_update=[hook])

    def expect(self, name: str, repository: str, label: str, protection: Protection) -> None:
        """Say what has to be in force in the environment whose resource is called `name`."""
        self._expected[name] = (repository, label, protection)

    def compare_after(self, name: str, resources: Sequence[Resource]) -> None:
        """Compare an environment once its resources are as they will be, and end the `up` then."""

        async def compare(_: list[str]) -> bool:
            try:
                difference = await on_thread(self._github, self._once, name)
            except GithubRefusedError as refused:
                raise RunError(f"{name}: {refused}") from None
            if difference:
                raise RunError(difference)
            return True

        if not is_dry_run():
            settled: Output[list[str]] = Output.all(*(each.urn for each in resources))
            _: Output[bool] = settled.apply(compare)

    def _refuse(self, args: ResourceHookArgs) -> None:
        """Raise where an environment above a resource differs."""
        for name in self._above(args.name):
            if difference := self._once(name):
                raise UnprotectedError(difference)
        if args.type == _ROLE and args.old_inputs is None:
            self._made.add(args.name)

    def _refuse_now(self, args: ResourceHookArgs) -> None:
        """Raise where an environment was deleted or bared since its role was compared with it.

        Anybody who edits a workflow makes a deleted environment anew, without protection. A role
        without permissions is of no use to them, but their session would get what it is granted
        later, unless the role is removed: the engine takes back nothing that a run has made, so
        the command is printed.
        """
        for name in self._above(args.name):
            wanted = self._expected[name][-1]
            found = self._github.get(Environment, *self._path(name)) or GONE
            if differences := differing_settings(wanted, found):
                removals = "".join(map(_removal, self._new_roles_above(args.name)))
                raise UnprotectedError(self._sentence(name, differences, removals))

    def _new_roles_above(self, grant: str) -> list[str]:
        """Return the role of a grant, by the names of both, where this run has made it."""
        return [role for role in sorted(self._made) if f"{grant}/".startswith(f"{role}/")]

    def _above(self, resource: str) -> Iterator[str]:
        """Yield the environments above a resource, by its name: `ENVIRONMENT/FUNCTION…`."""
        parts = resource.split("/")
        above = ("/".join(parts[:number]) for number in range(1, len(parts)))
        return (name for name in above if name in self._expected)

    def _once(self, name: str) -> str:
        """Return how an environment differs, as it was when that was first asked for."""
        with self._turn:
            is_first = name not in self._compared
            answer = self._compared.setdefault(name, Future())
        if is_first:
            try:
                answer.set_result(self._difference(name))
            except BaseException as failed:
                answer.set_exception(failed)
        return answer.result()

    def _difference(self, name: str) -> str:
        wanted, path = self._expected[name][-1], self._path(name)
        found = self._github.get(Environment, *path) or GONE
        listed = self._github.get_all(
            Pattern, *path, "deployment-branch-policies", field="branch_policies"
        )
        patterns = [each for each in listed or () if not self._leaves(name, each)]
        differences = {**differing_settings(wanted, found), **differing_patterns(wanted, patterns)}
        removals = _removals(path, wanted, patterns)
        return self._sentence(name, differences, removals) if differences else ""

    def _path(self, name: str) -> tuple[str, ...]:
        repository, label, _ = self._expected[name]
        return ("repos", self._owner, repository, "environments", label)

    def _sentence(self, name: str, differences: Differences, removals: str) -> str:
        # A command that works for an environment that is gone, too: a URN would not.
        resource = quote(f"**RepositoryEnvironment::{name}")
        return f"{name}: on GitHub {clause(differences)}. {_REPAIR.format(removals, resource)}"

    def _leaves(self, name: str, pattern: Pattern) -> bool:
        """Tell whether a pattern is the stack's own and goes at the end of this `up`."""
        repository, label, wanted = self._expected[name]
        found = (pattern.type, pattern.name)
        recorded = self._recorded.get((repository, label.lower()), frozenset())
        return found not in wanted.patterns and found in recorded


def _removals(path: Sequence[str], wanted: Protection, patterns: Iterable[Pattern]) -> str:
    """Return how to remove patterns that the stack does not have: an `up` leaves them."""
    place = "/".join(in_a_path(part, safe="") for part in path)
    return "".join(
        f"run gh api --method DELETE {place}/deployment-branch-policies/{each.id}, "
        for each in patterns
        if (each.type, each.name) not in wanted.patterns
    )


def _removal(role: str) -> str:
    """Return how to remove a role with all that it was granted, so that its sessions end."""
    resource = quote(f"**{_ROLE}::{role}")
    return f"remove the role: pulumi destroy --target-dependents --target {resource}, and then "
