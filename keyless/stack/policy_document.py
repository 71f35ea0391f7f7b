"""Tell whether two policy documents say the same, however they are written."""

import json
from collections.abc import Mapping

from keyless.text.json_text import DECODER

_LABELS = frozenset({"Sid", "Id"})


def same_policy(one: object, other: object) -> bool:
    """Compare documents, as text or decoded, without regard to order, lists of one and labels.

    Text with a duplicate key says the same as nothing else does.
    """
    first, second = _decoded(one), _decoded(other)
    return first is not None and _normal(first) == _normal(second)


def _decoded(document: object) -> object:
    try:
        return DECODER.decode(document) if isinstance(document, str) else document
    except (ValueError, RecursionError):
        return None


def _normal(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _normal(inner) for key, inner in value.items() if key not in _LABELS}
    if isinstance(value, list):
        parts = sorted(json.dumps(_normal(inner), sort_keys=True) for inner in value)
        return json.loads(parts[0]) if len(parts) == 1 else parts
    return value
