"""Ask GitHub many things at once, and say in one form what came of a question.

GitHub is asked with a client of its own, never through the engine: hooks run while the SDK's
threads wait for registrations, and a hook that asks the engine then waits for ever (seen with
pulumi 3.272 and 25 repositories). Nothing here writes.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import Any, ParamSpec, TypeVar

from pydantic import ValidationError

from components.lookups.github_answers import Answer
from keyless.github_api import CALLS_AT_ONCE, GithubApi, GithubError, GithubForbiddenError

_Asked = TypeVar("_Asked")
_Found = TypeVar("_Found")
_Body = TypeVar("_Body", bound=Answer)
_What = ParamSpec("_What")


class GithubRefusedError(Exception):
    """Say in whole sentences which question GitHub did not answer, and with what.

    `lacks_right` tells whether the token may not ask it.
    """

    def __init__(self, sentence: str, *, lacks_right: bool = False) -> None:
        super().__init__(sentence)
        self.lacks_right = lacks_right


class GithubThreads:
    """Put questions on threads of their own, never more than `CALLS_AT_ONCE`.

    What is not there is None. Every question raises GithubRefusedError. None may be put from one
    of these threads to another one: all of them could wait then.
    """

    def __init__(self, api: GithubApi) -> None:
        self._api = api
        self._threads = ThreadPoolExecutor(CALLS_AT_ONCE, thread_name_prefix="github")
        self._lists: dict[tuple[str, ...], Future[Any]] = {}
        self._turn = Lock()

    def submit(
        self, ask: Callable[_What, _Found], *what: _What.args, **how: _What.kwargs
    ) -> "Future[_Found]":
        """Call `ask` on a thread."""
        return self._threads.submit(ask, *what, **how)

    def each(
        self, ask: Callable[[_Asked], _Found], about: Iterable[_Asked]
    ) -> dict[_Asked, _Found]:
        """Call `ask` about each thing, all at once, and return the answers."""
        asked = list(dict.fromkeys(about))
        return dict(zip(asked, self._threads.map(ask, asked), strict=True))

    def is_there(self, *path: str) -> bool:
        """Tell whether GitHub knows the thing at an address; `path` is unescaped."""
        return _asked(path, self._api.get, *path) is not None

    def get(self, body: type[_Body], *path: str) -> _Body | None:
        """Return one thing; redirects are followed."""
        found = _asked(path, self._api.get, *path)
        return None if found is None else _read(body, found, path)

    def get_page(
        self, body: type[_Body], *path: str, number: int = 1
    ) -> tuple[list[_Body], int] | None:
        """Return one page of a plain list, and how many there are."""
        page = _asked(path, self._api.get_page, *path, number=number)
        if page is None:
            return None
        return [_read(body, item, path) for item in page.items], page.pages

    def get_all(self, body: type[_Body], *path: str, field: str) -> list[_Body] | None:
        """Return what all pages of a list hold under `field`."""
        found = _asked(path, self._api.get_all, *path, field=field)
        return None if found is None else [_read(body, item, path) for item in found]

    def get_all_once(self, body: type[_Body], *path: str, field: str) -> list[_Body]:
        """Return what `get_all` returned when the list was first asked for, `[]` for None.

        Anybody who asks first does so on the thread that it has, so nobody waits for a free one.
        """
        with self._turn:
            is_first = path not in self._lists
            answer: Future[list[_Body]] = self._lists.setdefault(path, Future())
        if is_first:
            try:
                answer.set_result(self.get_all(body, *path, field=field) or [])
            except BaseException as failed:
                answer.set_exception(failed)
        return answer.result()


def _asked(
    path: tuple[str, ...], ask: Callable[_What, _Found], *what: _What.args, **how: _What.kwargs
) -> _Found:
    try:
        return ask(*what, **how)
    except GithubForbiddenError as forbidden:
        remedy = "Give the token the rights that docs/look-ups.md lists, and run this again."
        raise _refusal(path, str(forbidden), remedy, lacks_right=True) from None
    except GithubError as failed:
        raise _refusal(path, str(failed)) from None


def _read(body: type[_Body], found: object, path: tuple[str, ...]) -> _Body:
    try:
        return body.model_validate(found)
    except ValidationError as wrong:
        field = ".".join(map(str, wrong.errors()[0]["loc"]))
        what = f"the answer is none of GitHub's (its {field} is missing or of another type)"
        raise _refusal(path, what) from None


def _refusal(
    path: tuple[str, ...],
    what: str,
    remedy: str = "See whether this machine reaches GitHub with this token, and run this again.",
    *,
    lacks_right: bool = False,
) -> GithubRefusedError:
    return GithubRefusedError(
        f'github: "GET /{"/".join(path)}": {what}. Without the answer nothing can be checked '
        f"against GitHub. {remedy}",
        lacks_right=lacks_right,
    )
