"""Valid configs, spoiled at random: read, or refused in whole sentences, and in bounded time."""

import copy
import json
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from keyless.estate.composed_roles import ComposedRole, as_typed, compose_roles
from keyless.estate.reading import SettingsError, read_settings
from keyless.estate.reading.yaml_text import read_yaml
from keyless.estate.settings import Repository, Settings
from tests.hostile.sample import ESTATE, handed_over
from tests.keyless.estate.reading.sample import stack_config

Raw = dict[str, Any]
Keys = tuple[Any, ...]

SECONDS = 1.0
"""CPU time that one small config may take, whatever stands in it."""

WHOLE: Raw = stack_config()
WHOLE["keyless:repositories"] |= {
    f"other-{name}": entry | {"id": entry["id"] + 1, "renamed_from": [f"former-{name}"]}
    for name, entry in read_yaml(ESTATE)["repositories"].items()  # type: ignore[index]  # plain data
}
del WHOLE["keyless:repositories"]["other-storefront"]["environments"]["production"]["roles"][
    "migrate"
]["role_name"]

HOSTILE = st.sampled_from(
    [
        *["", " ", "*", "?", "**", "${aws:username}", "${{ github.token }}", "$(id)", "`id`", "~"],
        *["a\nb", "a\r\nb", "a\tb", "a\0b", "\x1b[31m", "\u202e", "\ufeff", "\ud800", "%00", "\\"],
        *['"', "'", "</script><script>", "<!--", "{{", "}}", "{%", "#", "&a", "*a", "!!x", "---"],
        *["../..", "/etc/passwd", "a/../b", "C:\\x", "-rf", "--help", "; rm -rf /", "| id"],
        *[
            "\u0430cme",
            "\uff41cme",
            "storefront\u200b",
            "\u017ftorefront",
            "\u212a",
            "\u0130",
            "ß" * 50,
            "a" * 5000,
        ],
        *["refs/heads/main", "repo:acme/storefront:*", "arn:aws:iam::222222222222:role/x"],
        *["none", "null", "true", "1e9", "0x10", "NaN", "-0", "9" * 400],
    ]
)
JUNK: st.SearchStrategy[Any] = (
    HOSTILE
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.just({})
    | st.just([])
    | st.lists(HOSTILE, max_size=3)
    | st.dictionaries(HOSTILE | st.integers() | st.none(), HOSTILE, max_size=3)
)


def _places(value: Any, path: Keys = ()) -> Iterator[Keys]:
    """List every place below the top of plain data."""
    if path:
        yield path
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(item, (*path, key))


PLACES = sorted(_places(WHOLE), key=repr)


def _replace(owner: Any, key: Any, junk: Any) -> None:
    owner[key] = junk


def _remove(owner: Any, key: Any, junk: Any) -> None:
    del owner[key]


def _rename(owner: Any, key: Any, junk: Any) -> None:
    if isinstance(owner, dict) and not isinstance(junk, dict | list):
        owner[junk] = owner.pop(key)


def _add(owner: Any, key: Any, junk: Any) -> None:
    if isinstance(owner, list):
        owner.append(junk)
    elif not isinstance(junk, dict | list):
        owner[junk] = copy.deepcopy(owner[key])


def _wrap(owner: Any, key: Any, junk: Any) -> None:
    owner[key] = [owner[key]] if junk else {"x": owner[key]}


def _append(owner: Any, key: Any, junk: Any) -> None:
    if isinstance(owner[key], str) and isinstance(junk, str):
        owner[key] += junk


Spoiler = Callable[[Any, Any, Any], None]
SPOILERS: list[Spoiler] = [_replace, _remove, _rename, _add, _wrap, _append]


def spoiled(changes: list[tuple[Keys, Spoiler, Any]]) -> Raw:
    """Return the config with some places spoiled; what an earlier change took away is left."""
    raw = copy.deepcopy(WHOLE)
    for path, spoil, junk in changes:
        owner: Any = raw
        try:
            for key in path[:-1]:
                owner = owner[key]
            owner[path[-1]]
        except (KeyError, IndexError, TypeError):
            continue
        if isinstance(owner, dict | list):
            spoil(owner, path[-1], copy.deepcopy(junk))
    return {key: value for key, value in raw.items() if isinstance(key, str)}


CONFIGS = st.lists(
    st.tuples(st.sampled_from(PLACES), st.sampled_from(SPOILERS), JUNK), min_size=1, max_size=4
).map(spoiled)


def check(raw: Raw) -> None:
    """Read a config; what is refused is said in sentences, what is read is inert."""
    started = time.process_time()
    said: tuple[str, ...] = ()
    try:
        check_read(raw, read_settings(raw, stack="prod", root=Path("/nowhere")))
    except SettingsError as error:
        said = error.errors or ("nothing",)
    for sentence in said:
        check_sentence(sentence)
    assert time.process_time() - started < SECONDS


def check_sentence(sentence: str) -> None:
    where, _, rest = sentence.partition(": ")
    assert where
    assert rest.endswith("."), sentence
    assert sentence.isprintable(), sentence
    assert len(sentence) <= 4003
    assert "pydantic" not in sentence
    assert "Traceback" not in sentence


def check_read(raw: Raw, read: Settings) -> None:
    """See that nothing was passed over, and that no name can mean more than itself."""
    entries = raw["keyless:repositories"]
    entries = json.loads(entries) if isinstance(entries, str) else entries
    for entry in entries.values():
        Repository.model_validate(entry)
    for access in compose_roles(read, as_typed(read)):
        check_access(access)


def check_access(access: ComposedRole) -> None:
    assert re.fullmatch(r"[A-Za-z0-9+=,.@_-]{1,64}", access.role_name)
    assert re.fullmatch(r"arn:[a-z-]+:iam::\d{12}:role/[A-Za-z0-9+=,.@_/-]+", access.role_arn)
    assert re.fullmatch(r"[A-Z_][A-Z0-9_]*", access.variable)
    assert re.fullmatch(r"[A-Za-z0-9_./*?\[\]!:-]+", access.resource_name)
    assert access.description.isprintable()
    (statement,) = access.trust_policy["Statement"]
    for keys in statement["Condition"].values():
        for key, found in keys.items():
            for value in [found] if isinstance(found, str) else found:
                is_meant = key.endswith(":sub") and access.context.kind == "whole_repository"
                assert re.fullmatch(r"[A-Za-z0-9_./:@-]+", value.removesuffix("*" * is_meant))


def test_the_unspoiled_config_is_read() -> None:
    check(copy.deepcopy(WHOLE))
    assert read_settings(WHOLE, stack="prod", root=Path("/nowhere"))


@settings(max_examples=120, deadline=None)
@given(CONFIGS)
def test_decoded_configs(raw: Raw) -> None:
    check(raw)


@settings(max_examples=80, deadline=None)
@given(CONFIGS)
def test_configs_as_pulumi_hands_them_over(raw: Raw) -> None:
    check(dict(handed_over({"config": raw})))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(WHOLE)), HOSTILE | st.text(), min_size=1))
def test_any_text_in_place_of_json(texts: dict[str, str]) -> None:
    check({**WHOLE, **texts})
