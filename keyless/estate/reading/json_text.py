"""Read the JSON text in which Pulumi hands over what is no text: a list, a table, a number."""

import json

from keyless.estate.sentences import quoted


class UnreadableJsonError(Exception):
    """Say what keeps a JSON text from meaning one thing."""


def read_json(text: str) -> object:
    """Return what a text says, or the text itself where it is no JSON.

    Raises UnreadableJsonError for a key that stands twice, which JSON readers let win in silence,
    and for half a character (a lone surrogate), which no API can be sent.
    """
    try:
        value: object = json.loads(text, object_pairs_hook=_each_once)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise UnreadableJsonError(
            "holds half a character, such as \\ud800. It cannot be written anywhere. Write whole "
            "characters."
        ) from None
    except (ValueError, RecursionError):
        return text
    return value


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise UnreadableJsonError(
                f"{quoted(key)} stands twice in one object. The second would win in silence. Keep "
                "one."
            )
        found[key] = value
    return found
