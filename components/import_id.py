"""The ids by which the GitHub provider imports what is there already."""


def import_id(*parts: str) -> str:
    """Join the parts of an id; a colon within a name is two question marks.

    Source: pulumi-github 6.15.0, which reads ids of parts joined by colons.
    """
    return ":".join(part.replace(":", "??") for part in parts)
