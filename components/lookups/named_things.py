"""Ask for things by the pages of their list or one by one, whichever is fewer calls."""

from collections.abc import Callable, Collection
from typing import TypeVar

from components.lookups.github_answers import Answer
from components.lookups.github_threads import GithubThreads

_Body = TypeVar("_Body", bound=Answer)
_Found = TypeVar("_Found")


def ask_by_name(
    github: GithubThreads,
    names: Collection[str],
    ask: Callable[[str], _Found | None],
    *,
    body: type[_Body],
    path: tuple[str, ...],
    name_of: Callable[[_Body], str],
    answer_of: Callable[[_Body], _Found],
) -> dict[str, _Found | None]:
    """Return what GitHub answers about each name, None where it knows none.

    `path` leads to a list of bodies, `ask` asks about a single name. Whatever the list lacks is
    asked about by itself: it may have another name now. Letter case is GitHub's own matter.
    """
    found: dict[str, _Found] = {}

    def missing() -> list[str]:
        return [name for name in names if name.lower() not in found]

    def keep(bodies: list[_Body]) -> None:
        found.update({name_of(each).lower(): answer_of(each) for each in bodies})

    first = github.get_page(body, *path) if len(names) > 1 else None
    if first:
        items, pages = first
        keep(items)
        if pages - 1 < len(missing()):
            further = github.each(
                lambda number: github.get_page(body, *path, number=number), range(2, pages + 1)
            )
            for page in further.values():
                keep(page[0] if page else [])
    single = github.each(ask, missing())
    return {name: found.get(name.lower(), single.get(name)) for name in names}
