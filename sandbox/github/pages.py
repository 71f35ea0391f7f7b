"""Cut lists into pages, with the links that lead from one to the next."""

from collections.abc import Iterable
from typing import TypeVar
from urllib.parse import urlencode

from flask import after_this_request, request
from flask.wrappers import Response

_Item = TypeVar("_Item")


def page_of(items: Iterable[_Item], *, usual: int = 30, most: int = 100) -> list[_Item]:
    """Return the requested page and add its `Link` header to the answer.

    `usual` and `most` are the endpoint's own page sizes.
    """
    everything = list(items)
    size = min(_number("per_page", usual), most)
    page = _number("page", 1)
    last = max(-(-len(everything) // size), 1)
    _link(_neighbours(page, last))
    return everything[(page - 1) * size : page * size]


def _number(name: str, otherwise: int) -> int:
    given = request.args.get(name, "")
    return int(given) if given.isdigit() and int(given) > 0 else otherwise


def _neighbours(page: int, last: int) -> dict[str, int]:
    before = {"prev": min(page - 1, last)} if page > 1 else {}
    after = {"next": page + 1, "last": last} if page < last else {}
    return before | after | ({"first": 1} if before else {})


def _link(pages: dict[str, int]) -> None:
    if not pages:
        return
    asked = request.args.to_dict()
    links = (
        f'<{request.base_url}?{urlencode(asked | {"page": number})}>; rel="{name}"'
        for name, number in pages.items()
    )
    header = ", ".join(links)

    @after_this_request
    def add(response: Response) -> Response:
        response.headers["Link"] = header
        return response
