"""Expressions come to what GitHub makes of them; what the files do not say stays open."""

from dataclasses import dataclass, field

import pytest

from keyless.jobs.evaluation import evaluate_condition, evaluate_text
from keyless.jobs.filters import lets_through, matches
from keyless.jobs.values import Alternatives, Open, RefText, Value

OPEN = Open(frozenset({"vars.OPEN"}))


@dataclass
class Contexts:
    """A context with a known and an open variable, and a ref."""

    names: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)

    def lookup(self, name: str, keys: tuple[Value, ...]) -> Alternatives:
        assert name in {"vars", "github"}
        known: dict[str, Value] = {
            "ref": RefText("refs/heads/main", is_full=True),
            "KNOWN": "Yes",
            "EMPTY": "",
            "LIST": ["a", {"name": "b"}],
        }
        return (known.get(str(keys[0]), OPEN) if keys else OPEN,)

    def compared(self, ref: RefText, other: str) -> None:
        assert ref == "refs/heads/main"
        self.names.append(other)

    def searched(self, part: str) -> None:
        self.parts.append(part)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("plain", ("plain",)),
        ("${{ vars.KNOWN }}", ("Yes",)),
        ("a-${{ vars.KNOWN }}-b", ("a-Yes-b",)),
        ("${{ vars.KNOWN == 'yes' && 'x' || 'y' }}", ("x",)),
        ("${{ vars.EMPTY && 'x' || 'y' }}", ("y",)),
        ("${{ vars.KNOWN && '' || 'y' }}", ("y",)),
        ("${{ vars.OPEN && 'x' || 'y' }}", ("x", "y")),
        ("${{ vars.OPEN == 'a' && 'x' || vars.OPEN == 'b' && 'y' || 'z' }}", ("x", "y", "z")),
        ("${{ !vars.KNOWN }}", (False,)),
        ("${{ 'it''s' }}", ("it's",)),
        ("${{ '}}' }}", ("}}",)),
        ("${{ format('{0}/{1}{{}}', 'a', 1) }}", ("a/1{}",)),
        ("${{ fromJSON('{\"a\": [1, 2]}').a[1] }}", (2.0,)),
        ("${{ join(fromJSON('[\"a\", \"b\"]'), '-') }}", ("a-b",)),
        ("${{ contains(fromJSON('[\"A\"]'), 'a') }}", (True,)),
        ("${{ case(false, 'x', true, 'y', 'z') }}", ("y",)),
        ("${{ 0x10 == 16 && null == 0 && true == '1' }}", (True,)),
        ("${{ 'b' > 'A' && 2 >= 1.5 }}", (True,)),
        ("${{ github['ref'] }}", ("refs/heads/main",)),
        ("${{ (vars.KNOWN || 'x') == 'Yes' }}", (True,)),
    ],
)
def test_a_text_comes_to_its_values(text: str, values: tuple[Value, ...]) -> None:
    assert evaluate_text(text, Contexts()) == values


@pytest.mark.parametrize(
    "text",
    ["${{ vars.OPEN }}", "${{ vars.OPEN", "${{ }}", "${{ a b }}", "${{ f(, }}", "${{ 'a }}"],
)
def test_what_is_not_said_or_cannot_be_read_is_open(text: str) -> None:
    (value,) = evaluate_text(text, Contexts())
    assert isinstance(value, Open)


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("github.ref == 'refs/heads/main'", True),
        ("${{ github.ref != 'refs/heads/MAIN' }}", False),
        ("${{ github.ref == 'refs/heads/x' }} && true", True),
        ("${{ github.ref == 'refs/heads/x' }}\n", True),
        ("always() && vars.EMPTY", False),
        ("vars.OPEN && false", False),
        ("vars.OPEN || true", True),
        ("vars.OPEN == 'x'", None),
        ("!cancelled()", None),
        ("startsWith(github.ref, 'refs/tags/')", False),
        ("a ||", None),
        ("", True),
    ],
)
def test_a_condition_holds_or_is_not_said(condition: str, holds: bool | None) -> None:
    assert evaluate_condition(condition, Contexts()) is holds


def test_what_the_ref_is_compared_with_is_noticed() -> None:
    contexts = Contexts()
    evaluate_condition("github.ref == 'refs/heads/x' || contains(github.ref, 'y')", contexts)
    assert (contexts.names, contexts.parts) == (["refs/heads/x"], ["y"])


@pytest.mark.parametrize(
    ("pattern", "fits", "not_so"),
    [
        ("feature/*", ["feature/a", "feature/"], ["feature/a/b", "feature"]),
        ("feature/**", ["feature/a/b"], ["a/feature/b"]),
        ("**", ["a", "a/b"], []),
        ("*", ["main"], ["a/b"]),
        ("v[12].[0-9]+.[0-9]+", ["v1.10.1", "v2.0.0"], ["v3.0.0", "v1..1"]),
        ("*.jsx?", ["page.js", "page.jsx"], ["page.jsxx"]),
        ("releases?/x", ["release/x", "releases/x"], ["releas/x"]),
        ("mona+", ["mona", "monaaa"], ["mon"]),
        (r"a\*", ["a*"], ["ab"]),
        ("a" + "**a" * 30 + "b", [], ["a" * 60]),
    ],
)
def test_a_filter_lets_names_through(pattern: str, fits: list[str], not_so: list[str]) -> None:
    assert [name for name in (*fits, *not_so) if matches(pattern, name)] == fits


def test_of_several_filters_the_last_that_matches_decides() -> None:
    filters = ("release/**", "!release/old/**", "release/old/keep")
    assert lets_through(filters, "release/1")
    assert not lets_through(filters, "release/old/1")
    assert lets_through(filters, "release/old/keep")
    assert not lets_through(filters, "main")
