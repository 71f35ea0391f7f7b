"""Read policy documents as IAM does: JSON without a duplicate key, members in any letter case."""

from collections.abc import Mapping

from keyless.text.json_text import DuplicateKeyError, read_json


class DocumentError(Exception):
    """A policy document cannot be read as IAM would read it."""


def decoded(document: object) -> object:
    """Return a document as plain data, from JSON text or as it is.

    Raises DocumentError for text that is no JSON, and for a duplicate key.
    """
    if not isinstance(document, str):
        return document
    try:
        return read_json(document)
    except DuplicateKeyError as error:
        raise DocumentError(f"it has a {error}") from error
    except (ValueError, RecursionError) as error:
        raise DocumentError("it is no JSON") from error


def plain(document: object) -> object:
    """Return a document as plain data, None where it cannot be read."""
    try:
        return decoded(document)
    except DocumentError:
        return None


def members(holder: Mapping[str, object], name: str) -> list[object]:
    """Return the values of a member in any letter case, a list as its entries."""
    found = [value for key, value in holder.items() if key.lower() == name.lower()]
    return [each for value in found for each in (value if isinstance(value, list) else [value])]
