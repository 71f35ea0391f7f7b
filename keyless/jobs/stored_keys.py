"""Tell stored AWS keys from other values: by the secret's name, the setting's name, or their form.

Whose key it is, is asked of `providers`. Where keys are looked for is said in `steps`.
"""

import re

from keyless.estate.static_keys import names_static_key
from keyless.jobs.evaluation import evaluate_text
from keyless.jobs.scope import Scope
from keyless.jobs.values import Alternatives, Value, sources_of

KEY_NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
_OF_NO_KEY = ("ARN", "NAME", "PATH", "ROLE", "REGION")
"""How the names of secrets end that are about a key or a secret, and are none."""

_KEY_TEXT = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b")
_KEY_IN_SCRIPT = re.compile(
    r"aws_(?:access_key_id|secret_access_key)[\"']?\s*[= ]\s*[\"']?(\$\{\{.*?\}\})", re.IGNORECASE
)


def hands_over_key(name: str, value: Value) -> bool:
    """Tell whether a stored key is handed over under a name."""
    values = (value,)
    if "role" in name.lower():
        return False
    return names_stored_key(values) or (names_static_key(name) and is_stored(values))


def is_stored(values: Alternatives) -> bool:
    """Tell whether a value may be a key that somebody stored."""
    stored = ("secrets.", "vars.", "inputs.")
    if any(source.startswith(stored) for source in sources_of(values)):
        return True
    return any(isinstance(value, str) and _KEY_TEXT.search(value) for value in values)


def names_stored_key(values: Alternatives) -> bool:
    """Tell whether a value comes from a secret that is named like a key."""
    sources = (source.upper() for source in sources_of(values))
    names = (s.removeprefix("SECRETS.") for s in sources if s.startswith("SECRETS."))
    return any(names_static_key(name) and not name.endswith(_OF_NO_KEY) for name in names)


def names_key_in(text: str, scope: Scope) -> bool:
    """Tell whether a text sets one of a key's two variables to something stored."""
    found = (evaluate_text(match[1], scope) for match in _KEY_IN_SCRIPT.finditer(text))
    return any(map(is_stored, found))
