"""Find leftover static AWS keys among the names of secrets: what roles are there to replace.

Names alone are known; GitHub shows nobody a secret's value.
"""

import re
from collections.abc import Iterator, Mapping

_STATIC_KEY = re.compile(
    r"AWS.*(ACCESS_?KEY|SECRET|CREDENTIAL|SESSION_?TOKEN)|ACCESS_KEY_ID|SECRET_ACCESS_KEY"
)


def static_keys(secrets: Mapping[str, tuple[str, ...] | None]) -> Iterator[str]:
    """Yield a sentence for every secret whose name says that it holds an AWS key.

    `secrets` maps a place, such as `storefront/production`, to the names of the secrets there.
    """
    for place, names in secrets.items():
        for name in names or ():
            if _STATIC_KEY.search(name.upper()):
                yield (
                    f'{place}: the secret "{name}" looks like a static AWS key. It never expires '
                    "and works for whoever copies it. Let the workflow assume the role instead, "
                    "then deactivate the key in IAM and delete the secret."
                )


def unlisted(secrets: Mapping[str, tuple[str, ...] | None]) -> Iterator[str]:
    """Yield a sentence for every place whose secrets could not be listed."""
    for place, names in secrets.items():
        if names is None:
            yield (
                f"{place}: this token may not list the names of secrets. Static AWS keys that are "
                "left there go unnoticed. Give it read access to secrets, or look there yourself."
            )
