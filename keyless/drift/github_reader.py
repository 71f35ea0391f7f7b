"""Read GitHub's REST API, with the token and the address that the provider takes.

Nothing here writes, and no sentence quotes the token. The address comes from the environment alone,
never from a file that was handed in: whoever writes such a file would be sent the token.
"""

import os
from datetime import timedelta
from typing import Any, Self
from urllib.parse import quote, urlsplit

from githubkit import GitHub, TokenAuthStrategy
from githubkit.exception import GitHubException, RateLimitExceeded, RequestError, RequestFailed
from githubkit.typing import RetryOption

from keyless.command_line.errors import CommandError
from keyless.drift.finding import UnreadableError
from keyless.text.printable import printable
from keyless.text.sentences import quoted

PAGE = 30
"""The most variables that GitHub lists at once; other lists take it, too."""

_MOST_PAGES = 100
_TIMEOUT = 30.0
"""In seconds, for one answer."""

_GITHUB_COM = "https://api.github.com/"
_TRIES = 3


class GithubReader:
    """Ask GitHub; what is not there is None, what cannot be read raises UnreadableError."""

    def __init__(self, token: str, address: str) -> None:
        self._github = GitHub(
            TokenAuthStrategy(token),
            base_url=address,
            http_cache=False,
            timeout=_TIMEOUT,
            auto_retry=_again,
        )

    @classmethod
    def from_environment(cls) -> Self:
        """Take GITHUB_TOKEN and GITHUB_BASE_URL. Raises CommandError where there is no token."""
        token = os.environ.get("GITHUB_TOKEN", "").strip()
        if not token or not token.isascii() or not token.isprintable():
            raise CommandError(
                "GITHUB_TOKEN: no token in it. GitHub shows environments and rulesets to nobody "
                "without one. Set it, for one: export GITHUB_TOKEN=$(gh auth token)."
            )
        return cls(token, _api_address(os.environ.get("GITHUB_BASE_URL", "")))

    def get(self, *path: str) -> dict[str, Any] | None:
        """Return the object of an answer, None where nothing is there; `path` is unescaped."""
        answer = self._ask(*path)
        if answer is not None and not isinstance(answer, dict):
            raise UnreadableError("GitHub answers something else than an object")
        return answer

    def _ask(self, *path: str, **query: int) -> Any:
        address = "/" + "/".join(quote(part, safe="") for part in path)
        try:
            return self._github.request("GET", address, params=query).json()
        except RequestFailed as refused:
            if refused.response.status_code == 404:
                return None
            raise _unreadable(refused) from None
        except RequestError as failed:
            problem = printable(str(failed.exc)) or type(failed.exc).__name__
            raise UnreadableError(f"GitHub cannot be reached ({problem})") from None
        except (GitHubException, ValueError):
            raise UnreadableError("GitHub answers something that is no JSON") from None

    def get_all(self, field: str, *path: str) -> list[dict[str, Any]] | None:
        """Return what all pages of a list hold under `field`, None where nothing is there."""
        found: list[dict[str, Any]] = []
        for page in range(1, _MOST_PAGES + 1):
            answer = self._ask(*path, per_page=PAGE, page=page)
            if answer is None:
                return None
            listed = answer.get(field) if isinstance(answer, dict) else None
            if not isinstance(listed, list):
                raise UnreadableError(f"GitHub answers something else than a list of {field}")
            found += [one for one in listed if isinstance(one, dict)]
            if len(listed) < PAGE:
                return found
        raise UnreadableError("GitHub's list does not end")


def _api_address(base: str) -> str:
    """Return the address of the REST API; the provider reads GITHUB_BASE_URL the same way."""
    if not base:
        return _GITHUB_COM
    parts = urlsplit(base)
    host = parts.hostname or ""
    if parts.scheme not in {"https", "http"} or not host:
        raise CommandError(
            f"GITHUB_BASE_URL: {quoted(base, 300)} is no web address. GitHub cannot be "
            "asked there. Write one such as https://github.example.com/."
        )
    if host == "api.github.com" or host.endswith(".ghe.com"):
        return base
    return f"{base.rstrip('/').removesuffix('/api/v3')}/api/v3/"


def _again(problem: GitHubException, tries: int) -> RetryOption:
    """Ask again after an error of GitHub's own; a limit is not waited for."""
    is_theirs = isinstance(problem, RequestFailed) and problem.response.status_code >= 500
    return RetryOption(is_theirs and tries + 1 < _TRIES, timedelta(seconds=tries + 1))


def _unreadable(refused: RequestFailed) -> UnreadableError:
    status = refused.response.status_code
    if isinstance(refused, RateLimitExceeded):
        seconds = round(refused.retry_after.total_seconds())
        return UnreadableError(f"GitHub's rate limit is reached, for {seconds} seconds more")
    try:
        message = refused.response.json().get("message")
    except (ValueError, AttributeError):
        message = None
    said = f" {quoted(message, 300)}" if isinstance(message, str) else ""
    return UnreadableError(f"GitHub answers {status}{said}")
