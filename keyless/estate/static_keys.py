"""Find leftover static AWS keys among the names of secrets: what roles are there to replace.

Names alone are known; GitHub shows nobody a secret's value.
"""

import re
from collections.abc import Iterable, Iterator

from keyless.text.sentences import listed

_STATIC_KEY = re.compile(
    r"AWS.*(ACCESS_?KEY|SECRET|CREDENTIAL|SESSION_?TOKEN)|ACCESS_KEY_ID|SECRET_ACCESS_KEY"
    r"|AWS_?KEY(?!_?PAIR)"
)
_PLACES_SHOWN = 3

Secrets = tuple[str, tuple[str, ...] | None]
"""A place, such as `storefront/production`, with the names of the secrets there.

None where the token may not list them. A place can be reported more than once: each repository is
shown others of its organisation's secrets.
"""


def names_static_key(name: str) -> bool:
    """Tell whether the name of a secret or a setting says that it contains an AWS key."""
    return _STATIC_KEY.search(name.upper().replace("-", "_")) is not None


def static_keys(secrets: Iterable[Secrets]) -> Iterator[str]:
    """Yield a sentence for every secret whose name says that it contains an AWS key."""
    found = ((place, name) for place, names in secrets for name in names or ())
    for place, name in dict.fromkeys(found):
        if names_static_key(name):
            yield (
                f'{place}: the secret "{name}" looks like a static AWS key. It never expires '
                "and works for anybody who copies it. Let the workflow assume the role instead, "
                "then deactivate the key in IAM and delete the secret."
            )


def unlisted(secrets: Iterable[Secrets]) -> Iterator[str]:
    """Yield one sentence about all places whose secrets could not be listed, if there are any."""
    places = list(dict.fromkeys(place for place, names in secrets if names is None))
    shown = places[:_PLACES_SHOWN]
    if more := len(places) - len(shown):
        shown.append(f"{more} more")
    if places:
        yield (
            f"{listed(shown)}: this token may not list the names of secrets. Static AWS keys that "
            "are left there go unnoticed. Give it read access to secrets, or look there yourself."
        )
