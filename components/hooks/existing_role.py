"""Refuse to create a role whose name the account has already.

AWS answers 409 to a second role of a name, on whatever path, in the middle of an `up`. Whether
there is one is asked beforehand; a hook says so, and only for roles that the state lacks or would
replace. One that was imported under a name that no entry makes would be deleted: that is said, too.
"""

from collections.abc import Mapping
from typing import Any

from pulumi import ResourceHook, ResourceHookArgs, ResourceHookOptions

from components.import_command import import_command, imported_elsewhere
from keyless.text.sentences import quoted


class RoleExistsError(Exception):
    """Say which role is there already, and how to bring it into the stack."""


def refuse_existing_role(
    found: Mapping[str, str], recorded: Mapping[tuple[str, str], str]
) -> ResourceHook:
    """Return the hook to bind to every role; `found` are ARNs of roles that exist, by name.

    `recorded` are the names of resources that the state has for roles, by name and path.
    """

    def refuse(args: ResourceHookArgs) -> None:
        inputs: Mapping[str, Any] = args.new_inputs or {}
        name, path = str(inputs["name"]), str(inputs.get("path") or "/")
        arn = found.get(name)
        if arn is None:
            return
        exists = f"/{arn.partition(':role/')[2].removesuffix(name)}"
        if exists != path:
            raise RoleExistsError(
                f"{args.name}: the role {quoted(name)} exists on the path {exists}, and the entry "
                f"says {path}. A role cannot be moved: it would be deleted, and its jobs would be "
                f"locked out. Write role_path: {exists}"
            )
        if other := recorded.get((name, path)):
            raise RoleExistsError(imported_elsewhere(args, name, other))
        raise RoleExistsError(
            f"{args.name}: the account has {arn} already, and this stack did not create it under "
            "this name. A name is taken once. If the entry was renamed, write renamed_from: "
            f"[FORMER NAME] in it. Otherwise take it over: {import_command(args, name)}"
        )

    return ResourceHook("refuse-existing-role", refuse, ResourceHookOptions(on_dry_run=True))
