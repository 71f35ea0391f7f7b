"""The page in a real browser: filtered, read, and attacked."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from keyless.access_map.html import as_html
from keyless.stack.source import Source
from tests.keyless.access_map.made import MADE, both_stacks, hostile_source, source_of
from tests.keyless.data import large_estate

NAMES = ("chromium", "chromium-browser", "google-chrome")
IN_DOCS = Path(__file__).parents[3] / "docs" / "access-map.png"
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason=f"no {' or '.join(NAMES)} on PATH to open the page in"
)

Opened = Callable[[list[Source], str], str]


def run_browser(folder: Path, sources: list[Source], fragment: str, *words: str) -> str:
    """Open the page of some sources at a fragment, and return what the browser prints."""
    assert CHROMIUM is not None
    page = folder / "map.html"
    page.write_text(as_html(sources, MADE), "utf-8")
    ended = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            f"--user-data-dir={folder / 'profile'}",
            "--virtual-time-budget=2000",
            *words,
            f"{page.as_uri()}#{fragment}",
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return ended.stdout


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    """Return a function that opens a page at a fragment, and returns its elements afterwards."""
    return lambda sources, fragment: run_browser(tmp_path, sources, fragment, "--dump-dom")


def rows_left(page: str) -> list[str]:
    """Return the role names of the rows that are not hidden, from top to bottom."""
    rows = re.findall(r"<tr [^>]*data-words=.*?</tr>", page, re.DOTALL)
    visible = [row for row in rows if ' hidden=""' not in row.partition(">")[0]]
    return [found[1] for row in visible if (found := re.search(r"<code>([^<]+)</code>", row))]


def shown(page: str) -> str:
    found = re.search(r'<output id="shown"[^>]*>([^<]*)<', page)
    assert found is not None
    return found[1]


def test_all_roles_are_there_at_first(opened: Opened) -> None:
    page = opened(both_stacks(), "")
    assert len(rows_left(page)) == 11
    assert shown(page) == "11 of 11 roles"


def test_search_finds_one_of_300(opened: Opened) -> None:
    page = opened([source_of(large_estate(300), "prod.json")], "q=STOREFRONT-07%20migrate")
    assert rows_left(page) == ["acme-storefront-07-production-migrate"]
    assert shown(page) == '1 of 300 roles: "STOREFRONT-07 migrate"'


@pytest.mark.parametrize(
    ("fragment", "left"),
    [
        (
            "protection=pull_requests&access=read",
            [
                "acme-infrastructure-pull-requests-plan",
                "acme-storefront-pull-requests-plan",
            ],
        ),
        ("loose=admins-bypass", ["acme-checkout-api-preview-deploy"]),
        (
            "account=111111111111&q=storefront",
            ["acme-storefront-branch-develop-deploy", "acme-storefront-whole-repository-read"],
        ),
        pytest.param(
            "q=mona&loose=any", ["acme-checkout-api-preview-deploy"], marks=pytest.mark.long
        ),
        ("q=dynamodb:updateitem", ["acme-storefront-production-migrate"]),
        pytest.param(
            "q=:table/orders", ["acme-storefront-production-migrate"], marks=pytest.mark.long
        ),
        pytest.param(
            "q=833445566&account=111111111111",
            ["acme-infrastructure-pull-requests-apply"],
            marks=pytest.mark.long,
        ),
        ("q=infrastructure@833445566:environment", ["acme-infrastructure-production-deploy"]),
    ],
)
def test_filters_combine(opened: Opened, fragment: str, left: list[str]) -> None:
    assert rows_left(opened(both_stacks(), fragment)) == left


def test_nothing_found_says_so(opened: Opened) -> None:
    page = opened(both_stacks(), "q=nobody")
    assert rows_left(page) == []
    assert re.search(r'<p id="nothing" class="nothing">No role matches', page)


def test_unknown_value_filters_nothing(opened: Opened) -> None:
    assert len(rows_left(opened(both_stacks(), "protection=%3Cscript%3E&account=0"))) == 11


def test_lines_follow_what_is_left(opened: Opened) -> None:
    page = opened(both_stacks(), "q=storefront&account=222222222222")
    classes = re.findall(r'<tr [^>]*class="([^"]+)"[^>]*>', page)
    shown = [set(found.split()) for found in classes if found]
    assert shown == [
        {"new-repository", "new-context", "more-roles", "more-contexts"},
        {"more-contexts"},
        {"new-context"},
    ]


def test_hostile_names_do_nothing(opened: Opened) -> None:
    page = opened([hostile_source()], "q=%3Cscript%3E")
    assert "<title>Access map of acme: prod</title>" in page
    assert len(rows_left(page)) == 1


def test_the_picture_for_the_docs(tmp_path: Path) -> None:
    """REWRITE_GOLDEN=1 puts the picture where the docs show it; pixels differ between browsers."""
    picture = tmp_path / "access-map.png"
    run_browser(tmp_path, both_stacks(), "", f"--screenshot={picture}", "--window-size=1280,1000")
    found = picture.read_bytes()
    assert (found[:8], _size(found)) == (b"\x89PNG\r\n\x1a\n", (1280, 1000))
    assert len(found) > 20_000, "an empty page takes a few KiB"
    if os.environ.get("REWRITE_GOLDEN"):
        shutil.copyfile(picture, IN_DOCS)
    assert _size(IN_DOCS.read_bytes()) == (1280, 1000)


def _size(picture: bytes) -> tuple[int, int]:
    """Return width and height of a PNG in pixels."""
    return int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")
