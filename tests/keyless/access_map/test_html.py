"""The page as text: it forbids itself the network, and names are names."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest

from keyless.access_map.html import as_html
from tests.keyless.access_map.made import HOSTILE, MADE, both_stacks, hostile_source, source_of
from tests.keyless.data import entries, large_estate


class Page(HTMLParser):
    """Every tag with its attributes, and every text with the tag around it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.texts.append((self.tags[-1][0] if self.tags else "", data))

    def texts_of(self, tag: str) -> list[str]:
        return [text for around, text in self.texts if around == tag]


SAMPLE = as_html(both_stacks(), MADE)


def test_policy_allows_this_style_and_this_script_alone() -> None:
    page = Page(SAMPLE)
    policy = next(a["content"] for _, a in page.tags if "http-equiv" in a)
    style, script = page.texts_of("style")[0], page.texts_of("script")[0]

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest(style)}'; "
        f"script-src 'sha256-{digest(script)}'; base-uri 'none'; form-action 'none'"
    )


@pytest.mark.parametrize("page", [SAMPLE, as_html([hostile_source()], MADE)])
def test_nothing_is_loaded_and_nothing_runs_beside_the_script(page: str) -> None:
    tags = Page(page).tags
    links = [a[name] for _, a in tags for name in ("href", "src", "action") if name in a]
    assert all(link.startswith("#") for link in links)
    assert not [name for _, a in tags for name in a if name.startswith("on") or name == "style"]
    assert [tag for tag, _ in tags].count("script") == 1
    assert not {tag for tag, _ in tags} & {"img", "link", "iframe", "object", "embed", "base"}


def test_hostile_names_stay_names() -> None:
    page = Page(as_html([hostile_source()], MADE))
    texts = "".join(text for _, text in page.texts)
    assert all(text in texts for text in HOSTILE)
    roles = [a["data-words"] for tag, a in page.tags if "data-words" in a]
    assert all(any(text.casefold() in words for words in roles) for text in HOSTILE)


def test_one_row_a_role() -> None:
    rows = [a for tag, a in Page(SAMPLE).tags if tag == "tr" and "data-words" in a]
    assert len(rows) == 11
    assert {row["data-repository"] for row in rows} == {
        "acme/checkout-api",
        "acme/infrastructure",
        "acme/storefront",
    }
    assert sum("any" in row["data-loose"].split() for row in rows) == 5


def test_what_a_role_is_allowed_is_in_its_details() -> None:
    codes = Page(SAMPLE).texts_of("code")
    assert {"dynamodb:UpdateItem", "arn:aws:dynamodb:eu-west-1:222222222222:table/orders"} <= set(
        codes
    )


def test_roles_of_one_context_share_a_group() -> None:
    rows = [a for tag, a in Page(SAMPLE).tags if tag == "tr" and "data-words" in a]
    groups = [row["data-group"] for row in rows if row["data-repository"] == "acme/storefront"]
    assert [groups.count(group) for group in dict.fromkeys(groups)] == [2, 1, 1, 1]


def test_source_and_digest_are_reported() -> None:
    texts = " ".join(text for _, text in Page(SAMPLE).texts)
    assert "sha256sum prod.json" in texts
    assert "exported state of the last update" in texts
    assert "of 2026-11-20T17:05:00Z" in texts
    assert "made 2026-11-21 09:30 UTC" in texts


def test_preview_says_so() -> None:
    said = "this is what the next"
    assert said in as_html([source_of(entries(), "prod.json", "preview")], MADE)
    assert said not in SAMPLE


def test_empty_stack() -> None:
    page = as_html([source_of([], "prod.json")], MADE)
    assert "No role is provisioned." in page
    assert '<figure class="flow">' not in page


def test_300_roles_are_one_light_page() -> None:
    page = as_html([source_of(large_estate(300), "prod.json")], MADE)
    assert page.count("data-words=") == 300
    assert len(page) < 1_500_000


def test_ids_are_unique() -> None:
    ids = re.findall(r'\sid="([^"]+)"', SAMPLE)
    assert len(ids) == len(set(ids))
