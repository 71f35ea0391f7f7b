"""Ask GitHub what an unknown name may have been meant to be: only where a name is not known."""

from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from components.lookups.github_answers import Answer, Member, Repository, Team
from components.lookups.github_threads import GithubRefusedError, GithubThreads
from keyless.text.spellings import MeantNames

Kind = Literal["repository", "team", "user"]
Near = dict[tuple[Kind, str], str]
_Body = TypeVar("_Body", bound=Answer)

_MOST_PAGES = 5
"""Pages of names that are read, of 100 each."""


def near_names(github: GithubThreads, owner: str, unknown: Iterable[tuple[Kind, str]]) -> Near:
    """Return the nearest name of the same kind at the owner, for each that has one.

    A list that this token may not see has no names.
    """
    asked = list(unknown)
    known = {kind: MeantNames(_names(github, owner, kind)) for kind in {kind for kind, _ in asked}}
    found = {(kind, name): known[kind].nearest(name) for kind, name in asked}
    return {which: near for which, near in found.items() if near}


def _names(github: GithubThreads, owner: str, kind: Kind) -> list[str]:
    def read(last: str, body: type[_Body], name_of: Callable[[_Body], str]) -> list[str]:
        names: list[str] = []
        for number in range(1, _MOST_PAGES + 1):
            items, pages = github.get_page(body, "orgs", owner, last, number=number) or ([], 0)
            names += map(name_of, items)
            if number >= pages:
                break
        return names

    try:
        if kind == "repository":
            return read("repos", Repository, lambda each: each.full_name.rpartition("/")[2])
        if kind == "team":
            return read("teams", Team, lambda each: each.slug)
        return read("members", Member, lambda each: each.login)
    except GithubRefusedError:
        return []
