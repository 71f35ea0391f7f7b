"""Read the JSON text in which Pulumi hands over what is no text: a list, a table, a number."""

import json

from keyless.text.json_text import AMBIGUOUS, DuplicateKeyError, read_json


class UnreadableValueError(Exception):
    """Say what keeps a value from meaning one thing."""


def read_value(text: str) -> object:
    """Return what a text says, or the text itself where it is no JSON.

    Raises UnreadableValueError for a duplicate key, and for half a character (a lone surrogate),
    which no API can be sent.
    """
    try:
        value: object = read_json(text)
        json.dumps(value, ensure_ascii=False).encode()
    except DuplicateKeyError as error:
        raise UnreadableValueError(f"{error}. {AMBIGUOUS}. Keep one.") from None
    except UnicodeEncodeError:
        raise UnreadableValueError(
            "half a character, such as \\ud800. It cannot be written anywhere. Write whole "
            "characters."
        ) from None
    except (ValueError, RecursionError):
        return text
    return value
