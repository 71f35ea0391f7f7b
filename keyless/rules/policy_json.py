"""Read policy documents as IAM does: JSON without a duplicate key, members in any letter case."""

from collections.abc import Mapping
from urllib.parse import unquote

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


def unescaped(value: object) -> object:
    """Return what IAM's API answers with escapes: nothing else begins so, JSON least of all."""
    return unquote(value) if isinstance(value, str) and value.lstrip()[:1] == "%" else value


def plain(document: object) -> object:
    """Return a document as plain data, None where it cannot be read."""
    try:
        return decoded(document)
    except DocumentError:
        return None


def members(holder: Mapping[str, object], name: str) -> list[object]:
    """Return the values of a member in any letter case, a list as its entries.

    `name` is in lower case.
    """
    return [each for key, value in holder.items() if key.lower() == name for each in entries(value)]


def entries(value: object) -> list[object]:
    """Return the entries of a list, what is no list as the only one."""
    return value if isinstance(value, list) else [value]
