"""Where pages lead exists, every page can be found, and none names the machine of its writer."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.docs.pages import DOCS, ROOT, all_pages

_FENCE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\[[^\]]*\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#+ (?P<text>.+)$", re.MULTILINE)
_MACHINE = re.compile(
    r"(?<![\w.:/])/(?:home|root|Users|work|tmp|opt|mnt|srv)/|[A-Z]:\\|127\.0\.0\.1:\d|localhost:\d"
)


def name(page: Path) -> str:
    return str(page.relative_to(ROOT))


def prose(page: Path) -> str:
    return _FENCE.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub and the site give to a page's headings."""
    headings = (found["text"] for found in _HEADING.finditer(prose(page)))
    texts = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings)
    return {text.strip().replace(" ", "-") for text in texts}


def dead_links(page: Path) -> Iterator[str]:
    """Yield the links to files and headings that do not exist."""
    for found in _LINK.finditer(_CODE.sub("", prose(page))):
        target = found["target"]
        if target.startswith(("https://", "mailto:")):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.is_file() or (anchor and anchor not in anchors(file)):
            yield target


def in_navigation(node: Any) -> Iterator[str]:
    """Yield the pages of the site's navigation."""
    if isinstance(node, str):
        yield node
    else:
        for inner in node.values() if isinstance(node, dict) else node:
            yield from in_navigation(inner)


@pytest.mark.parametrize("page", all_pages(), ids=name)
def test_every_link_leads_somewhere(page: Path) -> None:
    assert list(dead_links(page)) == []


@pytest.mark.parametrize("page", all_pages(), ids=name)
def test_no_page_names_a_machine(page: Path) -> None:
    assert [found[0] for found in _MACHINE.finditer(page.read_text("utf-8"))] == []


def test_every_page_is_in_the_navigation_once() -> None:
    nav = yaml.safe_load((ROOT / "mkdocs.yml").read_text("utf-8"))["nav"]
    pages = [str(page.relative_to(DOCS)) for page in DOCS.glob("**/*.md")]
    assert sorted(in_navigation(nav)) == sorted(pages)


def test_dead_links_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One: two\n[a](#one-two) [b](#three) [c](gone.md) `[d](no.md)`\n")
    assert list(dead_links(page)) == ["#three", "gone.md"]
