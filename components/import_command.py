"""How what is there already is imported: the command, and when."""

from shlex import join

from pulumi import ResourceHookArgs, get_project, get_stack

from keyless.text.sentences import quoted


def import_command(args: ResourceHookArgs, identity: str) -> str:
    """Return the command that brings what exists into the stack, in the place of a resource."""
    words = ("--generate-code=false", args.type, args.name, identity)
    return f"pulumi import {join(words)}"


def ways_to_go_on(args: ResourceHookArgs, identity: str) -> str:
    """Say what to do about something that exists, which the state may know by a former name.

    What is imported beside the entry's former resources would be deleted with those.
    """
    return (
        "If the entry was renamed, write renamed_from: [FORMER NAME] in it. Otherwise remove what "
        f"exists, or take it over: {import_command(args, identity)}"
    )


def imported_elsewhere(args: ResourceHookArgs, identity: str, other: str) -> str:
    """Say that the state has the thing under a name that is not the program's: it would go.

    `other` is the name of the resource in the state.
    """
    urn = f"urn:pulumi:{get_stack()}::{get_project()}::{args.type}::{other}"
    return (
        f"{args.name}: the state has {quoted(identity)} as {quoted(other)}, a name that no entry "
        "makes, so it would be deleted. If the entry was renamed, write renamed_from: [FORMER "
        "NAME] in it. Otherwise forget that import, which changes nothing at the other side: "
        f"pulumi state delete --force --yes {join([urn])} Then take it over under its own name: "
        f"{import_command(args, identity)}"
    )
