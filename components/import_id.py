"""The ids by which the GitHub provider imports what is there already, and when to import it."""

from shlex import quote

from pulumi import ResourceHookArgs


def import_id(*parts: str) -> str:
    """Join the parts of an id; a colon within a name is two question marks.

    Source: pulumi-github 6.15.0, which reads ids of parts joined by colons.
    """
    return ":".join(part.replace(":", "??") for part in parts)


def ways_to_go_on(args: ResourceHookArgs, identity: str) -> str:
    """Say what to do about something that exists, which the state may know by a former name.

    What is imported beside the entry's former resources would be deleted with those.
    """
    return (
        "If the entry was renamed, write renamed_from: [FORMER NAME] in it. Otherwise remove what "
        f"exists, or take it over: pulumi import --generate-code=false {args.type} "
        f"{quote(args.name)} {quote(identity)}"
    )
