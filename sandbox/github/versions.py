"""Choose the version of the API in which a request is answered.

Of what the stand-in answers, 2026-03-10 differs from 2022-11-28 in two places: repositories lost
`has_downloads`, and the rate limit overview lost `rate`.
"""

from flask import request

from sandbox.github.refusals import Refusal

HEADER = "X-GitHub-Api-Version"
SUPPORTED = ("2022-11-28", "2026-03-10")


def selected() -> str:
    """Return the version that the request asks for; the oldest when it asks for none.

    Raises Refusal when the version is not supported.
    """
    version = request.headers.get(HEADER, SUPPORTED[0])
    if version not in SUPPORTED:
        raise Refusal(400, f"Invalid API version. Supported versions: {', '.join(SUPPORTED)}.")
    return version


def before_2026_03_10() -> bool:
    """Tell whether the request is answered in the older version."""
    return selected() == SUPPORTED[0]
