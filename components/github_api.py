"""Read GitHub's REST API through the GitHub provider, with the rights the provider has.

The provider's `getRestApi` is used because it answers a missing thing with its status where the
typed look-ups fail, and takes one call where they take up to three (seen with pulumi-github
6.15.0). Nothing here writes.
"""

import asyncio
import json
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from pulumi import InvokeOptions
from pulumi.runtime import invoke_async

CALLS_AT_ONCE = 20
"""GitHub asks for at most 100 concurrent requests ("Rate limits for the REST API")."""
PAGE = 100
_LAST_PAGE = 100
_REST_API = "github:index/getRestApi:getRestApi"


class GithubRefusedError(Exception):
    """Say which request GitHub refused, and with what."""


class GithubForbiddenError(GithubRefusedError):
    """Say which request the token has no right to."""


class GithubApi:
    """Ask several things at once, but never too many."""

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(CALLS_AT_ONCE)
        self._options = InvokeOptions(version=version("pulumi-github"))

    async def get(self, *path: str, query: str = "") -> dict[str, Any] | None:
        """Return the body of an answer, `{}` where it has none, None where nothing is there.

        `path` holds the unescaped segments; redirects are followed. Raises GithubRefusedError.
        """
        endpoint = "/".join(quote(part, safe="") for part in path) + query
        async with self._turn:
            try:
                answer = await invoke_async(_REST_API, {"endpoint": endpoint}, self._options)
            except Exception as refused:  # the SDK raises Exception itself (pulumi 3.272)
                raise _refusal(endpoint, str(refused)) from None
        if int(answer["code"]) == 404:
            return None
        body: dict[str, Any] = json.loads(answer["body"] or "{}")
        return body

    async def get_all(self, *path: str, field: str) -> list[dict[str, Any]]:
        """Return what all pages of a list hold under `field`; nothing where nothing is there."""
        found: list[dict[str, Any]] = []
        for page in range(1, _LAST_PAGE + 1):
            answer = await self.get(*path, query=f"?per_page={PAGE}&page={page}")
            found += answer[field] if answer else ()
            if not answer or len(found) >= answer["total_count"]:
                return found
        raise GithubRefusedError(
            f"github: `GET /{'/'.join(path)}` goes on after {len(found)} entries. So many cannot "
            "be meant. Ask GitHub what is wrong there"
        )


def _refusal(endpoint: str, text: str) -> GithubRefusedError:
    last = text.strip().splitlines()[-1].strip("* \t")
    kind = GithubForbiddenError if ": 403 " in last else GithubRefusedError
    return kind(
        f'github: "GET /{endpoint}" was refused with "{last}". Without the answer nothing can be '
        "checked against GitHub. Give the token the rights that the documentation lists, or wait "
        "and run this again"
    )
