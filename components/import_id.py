"""How what is there already is imported: its id for the GitHub provider, the command, and when."""

from shlex import join

from pulumi import ResourceHookArgs


def import_id(*parts: str) -> str:
    """Join the parts of an id; a colon within a name is two question marks.

    Source: pulumi-github 6.15.0, which reads ids of parts joined by colons.
    """
    return ":".join(part.replace(":", "??") for part in parts)


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
