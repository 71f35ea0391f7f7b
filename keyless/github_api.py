"""Read GitHub's REST API, with the token and the address that the GitHub provider takes.

Nothing here writes, nothing is kept, and no sentence quotes the token. What is asked, and what
follows from the answers, is decided elsewhere.

    GithubSetupError           nothing can be asked: there is no token, or no address
    GithubError                what became of a question, as a clause without a full stop
    └── GithubForbiddenError   the token has no right to ask it
"""

import json
import os
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from urllib.parse import quote, urlencode, urljoin, urlsplit
from urllib.request import getproxies, proxy_bypass

from urllib3 import BaseHTTPResponse, PoolManager, ProxyManager, Timeout
from urllib3.exceptions import HTTPError

CALLS_AT_ONCE = 20
"""GitHub asks for at most 100 concurrent requests ("Rate limits for the REST API")."""

PAGE = 100
"""The most entries of a page; of variables GitHub lists 30 at most, whatever is asked for."""

_GITHUB_COM = "https://api.github.com/"
_SECONDS = 30
"""How long an answer may take."""
_MOST_PAGES = 100
_MOST_REDIRECTS = 3
_MOST_PAUSES = 2
_LONGEST_PAUSE = 120
"""In seconds; GitHub asks for a minute after a secondary limit, for up to an hour after the other
one, and that is no pause."""
_LONGEST_MESSAGE = 300
_LAST = re.compile(r'[?&]page=(\d+)[^>]*>; rel="last"')


class GithubError(Exception):
    """Say what became of a question, in a clause without a full stop."""


class GithubForbiddenError(GithubError):
    """Say which right the token lacks, as far as GitHub says it."""


class GithubSetupError(Exception):
    """Say in whole sentences why GitHub cannot be asked at all."""


@dataclass(frozen=True)
class Page:
    """One page of a list, and how many there are."""

    items: list[dict[str, Any]]
    pages: int


class GithubApi:
    """Ask GitHub, from as many threads as `CALLS_AT_ONCE`.

    What is not there is None. Everything but a proper answer of GitHub's raises GithubError.
    `tries` says how often a question is put that ends in an error of GitHub's own. Where GitHub
    asks for a pause, the question is put again after it.
    """

    def __init__(self, token: str, address: str, *, tries: int = 1) -> None:
        self._address = address
        self._tries = tries
        self._headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "User-Agent": "keyless",
        }
        self._pool = _pool(address)

    @classmethod
    def from_environment(cls, base_url: str | None = None, *, tries: int = 1) -> Self:
        """Take GITHUB_TOKEN and, unless `base_url` is given, GITHUB_BASE_URL.

        Raises GithubSetupError.
        """
        token = os.environ.get("GITHUB_TOKEN", "").strip()
        if not token or not token.isascii() or not token.isprintable():
            raise GithubSetupError(
                "GITHUB_TOKEN: no token in it. GitHub shows environments and rulesets to nobody "
                "without one. Set it, for example: export GITHUB_TOKEN=$(gh auth token)."
            )
        named = base_url or os.environ.get("GITHUB_BASE_URL", "")
        return cls(token, api_address(named), tries=tries)

    def get(self, *path: str) -> dict[str, Any] | None:
        """Return the object of an answer, `{}` for a bare yes; `path` is unescaped."""
        answer = self._ask(path, {})
        if answer is None:
            return None
        found = {} if answer.status == 204 else _decoded(answer)
        if not isinstance(found, dict):
            raise GithubError("GitHub answers something else than an object")
        return found

    def get_page(self, *path: str, number: int = 1, field: str | None = None) -> Page | None:
        """Return one page of a list, which some answers hold under `field`."""
        answer = self._ask(path, {"per_page": PAGE, "page": number})
        if answer is None:
            return None
        found = _decoded(answer)
        items = found.get(field) if field and isinstance(found, dict) else found
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise GithubError(f"GitHub answers something else than a list of {field or path[-1]}")
        last = _LAST.search(answer.headers.get("Link", ""))
        return Page(items, int(last[1]) if last else number)

    def get_all(self, *path: str, field: str | None = None) -> list[dict[str, Any]] | None:
        """Return what all pages of a list hold."""
        found: list[dict[str, Any]] = []
        for number in range(1, _MOST_PAGES + 1):
            page = self.get_page(*path, number=number, field=field)
            if page is None:
                return None
            found += page.items
            if page.pages <= number:
                return found
        raise GithubError("GitHub's list does not end")

    def _ask(self, path: tuple[str, ...], query: Mapping[str, int]) -> BaseHTTPResponse | None:
        """Return an answer with status 200 or 204, None for 404."""
        relative = "/".join(quote(part, safe="") for part in path)
        address = urljoin(self._address, relative) + (f"?{urlencode(query)}" if query else "")
        tries, pauses = self._tries, _MOST_PAUSES
        while True:
            answer = self._follow(address)
            tries -= 1
            if answer.status in {200, 204}:
                return answer
            if answer.status == 404 and _message(answer) is not None:
                return None
            if pauses and (pause := _pause(answer)):
                pauses -= 1
                tries += 1
                time.sleep(pause)
            elif answer.status >= 500 and tries:
                time.sleep(1)
            else:
                raise _refusal(answer)

    def _follow(self, address: str) -> BaseHTTPResponse:
        """Follow redirects within the host: GitHub sends them where a repository was renamed."""
        for _ in range(_MOST_REDIRECTS + 1):
            answer = self._send(address)
            target = answer.get_redirect_location()
            if not target:
                return answer
            if _origin(urljoin(address, target)) != _origin(address):
                raise GithubError("GitHub's address leads to another host")
            address = urljoin(address, target)
        raise GithubError("GitHub's redirects do not end")

    def _send(self, address: str) -> BaseHTTPResponse:
        try:
            return self._pool.request(
                "GET", address, headers=self._headers, redirect=False, retries=False
            )
        except HTTPError as failed:
            reason = json.dumps(str(failed))[1:-1] or type(failed).__name__
            raise GithubError(f"GitHub cannot be reached ({reason})") from None


def api_address(base: str) -> str:
    """Return the address of the REST API, with a final slash, as the GitHub provider composes it.

    Raises GithubSetupError where `base` is no web address.
    """
    if not base:
        return _GITHUB_COM
    scheme, host, _ = _origin(base)
    if scheme not in {"https", "http"} or not host:
        raise GithubSetupError(
            f"GITHUB_BASE_URL: {json.dumps(base)} is no web address. GitHub cannot be asked there. "
            "Write one such as https://github.example.com/."
        )
    if host == "api.github.com" or host.endswith(".ghe.com"):
        return f"{base.rstrip('/')}/"
    return f"{base.rstrip('/').removesuffix('/api/v3')}/api/v3/"


def _pool(address: str) -> PoolManager:
    """Return the connections, through the proxy that the environment names for the address."""
    scheme, host, _ = _origin(address)
    proxies = getproxies()
    proxy = proxies.get(scheme) or proxies.get("all")
    several: dict[str, Any] = {
        "maxsize": CALLS_AT_ONCE,
        "block": True,
        "timeout": Timeout(_SECONDS),
    }
    if proxy and not proxy_bypass(host):
        return ProxyManager(proxy, **several)
    return PoolManager(**several)


def _origin(address: str) -> tuple[str, str, int | None]:
    """Return scheme, host and port; all empty where they cannot be read."""
    try:
        parts = urlsplit(address)
        return parts.scheme, parts.hostname or "", parts.port
    except ValueError:
        return "", "", None


def _decoded(answer: BaseHTTPResponse) -> Any:
    if not answer.data:
        raise GithubError(f"GitHub answers {answer.status} and nothing else")
    try:
        return answer.json()
    except ValueError:
        raise GithubError("GitHub answers something that is no JSON") from None


def _message(answer: BaseHTTPResponse) -> str | None:
    """Return what GitHub says of a refusal; None where the answer is none of GitHub's."""
    try:
        found = answer.json()
    except ValueError:
        return None
    message = found.get("message") if isinstance(found, dict) else None
    return message if isinstance(message, str) else None


def _pause(answer: BaseHTTPResponse) -> int | None:
    """Return for how many seconds GitHub asks, None where it does not, or for too many."""
    seconds = answer.headers.get("Retry-After", "")
    is_spent = answer.headers.get("X-RateLimit-Remaining") == "0"
    if answer.status not in {403, 429} or is_spent or not seconds.isdecimal():
        return None
    return int(seconds) if 0 < int(seconds) <= _LONGEST_PAUSE else None


def _refusal(answer: BaseHTTPResponse) -> GithubError:
    message = _message(answer)
    is_limit = answer.status == 429 or answer.headers.get("X-RateLimit-Remaining") == "0"
    if message is not None and (is_limit or "Retry-After" in answer.headers):
        return GithubError(f"GitHub's rate limit is reached{_until(answer)}")
    if message is None:
        return GithubError(f"GitHub answers {answer.status} without a word of its own")
    said = f"GitHub answers {answer.status} {json.dumps(message[:_LONGEST_MESSAGE])}"
    return GithubForbiddenError(said) if answer.status == 403 else GithubError(said)


def _until(answer: BaseHTTPResponse) -> str:
    seconds = answer.headers.get("Retry-After", "")
    return f", for {seconds} seconds more" if seconds.isdecimal() else ""
