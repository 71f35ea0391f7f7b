"""Refuse to overwrite the protection that somebody else has given an environment.

GitHub creates and changes an environment with the same request, so creating one that exists
replaces its reviewers. A hook refuses at preview, and again in an `up` without one; it runs only
for environments that the state lacks. One that is as the entry says is taken over.
"""

from collections.abc import Mapping

from pulumi import ResourceHook, ResourceHookArgs, ResourceHookOptions

from components.hooks.protection import Protection, clause, differing_settings
from components.import_command import import_command, imported_elsewhere
from components.lookups.github_answers import Environment
from components.lookups.recorded import read_recorded
from keyless.estate.naming import import_id


class EnvironmentExistsError(Exception):
    """Say how an environment differs that exists already, and the two ways to go on."""


class ExistingEnvironments:
    """Know the environments that exist as the run begins, by (repository, name in lower case).

    `before_adoption` goes on every environment.
    """

    def __init__(self, owner: str, environments: Mapping[tuple[str, str], Environment]) -> None:
        self._owner = owner
        self._environments = environments
        self._differing: dict[str, tuple[str, str, str]] = {}
        self._elsewhere: dict[str, tuple[str, str]] = {}
        self.before_adoption = ResourceHook(
            "refuse-existing-environment", self._refuse, ResourceHookOptions(on_dry_run=True)
        )

    def expect(self, name: str, repository: str, label: str, protection: Protection) -> None:
        """Say what the environment whose resource is called `name` has to be like.

        The stack's own may differ: it is being changed, or written anew after somebody changed it.
        """
        place = (repository, label.lower())
        found = self._environments.get(place)
        differences = differing_settings(protection, found) if found else {}
        other = read_recorded().environments.get(place) if found else None
        if differences and other is None:
            self._differing[name] = (repository, label, clause(differences))
        elif other not in (None, name):
            self._elsewhere[name] = (import_id(repository, label), str(other))

    def _refuse(self, args: ResourceHookArgs) -> None:
        if args.name in self._elsewhere:
            raise EnvironmentExistsError(imported_elsewhere(args, *self._elsewhere[args.name]))
        if args.name not in self._differing:
            return
        repository, label, differences = self._differing[args.name]
        raise EnvironmentExistsError(
            f"{args.name}: the environment {label} exists in {self._owner}/{repository}, and this "
            f"stack did not create it: {differences}. What somebody else has set would be "
            "overwritten. If another stack has it, leave it there. If the entry was renamed, write "
            "renamed_from: [FORMER NAME] in it. Otherwise take it over, and the next preview shows "
            f"what changes: {import_command(args, import_id(repository, label))}"
        )
