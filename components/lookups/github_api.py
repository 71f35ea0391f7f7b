"""Read GitHub's REST API through the GitHub provider, with the rights the provider has.

The provider's `getRestApi` is used because it answers a missing thing with its status where the
typed look-ups fail, and takes one call where they take up to three (seen with pulumi-github
6.15.0). Nothing here writes.
"""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from google.protobuf.json_format import MessageToDict
from google.protobuf.struct_pb2 import Struct
from grpc import RpcError
from pulumi.runtime.proto.resource_pb2 import ResourceInvokeRequest
from pulumi.runtime.settings import get_monitor

CALLS_AT_ONCE = 20
"""GitHub asks for at most 100 concurrent requests ("Rate limits for the REST API")."""
PAGE = 100
_LAST_PAGE = 100
_REST_API = "github:index/getRestApi:getRestApi"
_MOST_REFUSALS = 70
"""The client of the provider (6.15.0) never gives back the place of a call that is answered with an
error, and has 100 places: after so many it waits for ever."""
_UNANSWERED = "nil pointer dereference"
"""What becomes of the provider (6.15.0) when a connection gives no answer."""


class GithubRefusedError(Exception):
    """Say which request GitHub refused, and with what."""


class GithubForbiddenError(GithubRefusedError):
    """Say which request the token has no right to."""


class GithubApi:
    """Ask several things at once, but never too many.

    Calls run on threads of their own. The SDK makes its invokes on the threads on which
    registrations wait, four for each parallel operation; once those all wait for hooks, a hook
    that asks something would wait for ever (seen with pulumi 3.272 and 25 repositories).
    """

    def __init__(self) -> None:
        self._turn = asyncio.Semaphore(CALLS_AT_ONCE)
        self._threads = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="github")
        self._monitor: Any = get_monitor()
        self._refusals = 0
        self._lists: dict[tuple[str, ...], asyncio.Task[list[dict[str, Any]]]] = {}

    async def get(self, *path: str, query: str = "") -> dict[str, Any] | None:
        """Return the body of an answer, `{}` where it has none, None where nothing is there.

        `path` holds the unescaped segments; redirects are followed. Raises GithubRefusedError.
        """
        endpoint = "/".join(quote(part, safe="") for part in path) + query
        async with self._turn:
            return await self._get(endpoint)

    async def _get(self, endpoint: str) -> dict[str, Any] | None:
        if self._refusals >= _MOST_REFUSALS:
            raise GithubRefusedError(
                f'github: "GET /{endpoint}" was not asked, after {_MOST_REFUSALS} answers that '
                "something is not there or not for this token. So many look like a token or an "
                "owner that is not meant. See which repositories this token can read, and run this "
                "again"
            )
        try:
            answer = await asyncio.get_running_loop().run_in_executor(
                self._threads, self._ask, endpoint
            )
        except GithubRefusedError:
            self._refusals += 1
            raise
        if int(answer["code"]) == 404:
            self._refusals += 1
            return None
        body: dict[str, Any] = json.loads(answer["body"] or "{}")
        return body

    def _ask(self, endpoint: str) -> dict[str, Any]:
        arguments = Struct()
        arguments.update({"endpoint": endpoint})
        request = ResourceInvokeRequest(
            tok=_REST_API, args=arguments, version=version("pulumi-github")
        )
        try:
            answer = self._monitor.Invoke(request)
        except RpcError as refused:
            raise _refusal(endpoint, str(refused.details())) from None
        for failure in answer.failures:
            raise _refusal(endpoint, failure.reason)
        found: dict[str, Any] = MessageToDict(getattr(answer, "return"))
        return found

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

    async def get_all_once(self, *path: str, field: str) -> list[dict[str, Any]]:
        """Return what `get_all` returned when this list was first asked for."""
        if path not in self._lists:
            self._lists[path] = asyncio.ensure_future(self.get_all(*path, field=field))
        return await self._lists[path]


def _refusal(endpoint: str, text: str) -> GithubRefusedError:
    if _UNANSWERED in text:
        return GithubRefusedError(
            f'github: "GET /{endpoint}" was not answered. Without the answer nothing can be '
            "checked against GitHub. See whether this machine reaches GitHub, and run this again"
        )
    last = text.strip().splitlines()[-1].strip("* \t")
    kind = GithubForbiddenError if ": 403 " in last else GithubRefusedError
    return kind(
        f'github: "GET /{endpoint}" was refused with "{last}". Without the answer nothing can be '
        "checked against GitHub. Give the token the rights that the documentation lists, or wait "
        "and run this again"
    )
