"""Reading documents: shapes, spellings, sizes, and whatever else may come."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyless.trust import Judgement, Verdict, judge
from keyless.trust.document import LARGEST_DOCUMENT
from tests.keyless.trust.building import ASSUME, GITHUB, allow, equals, like, provider

PROD = "repo:acme/app:environment:prod"
SUB = f"{GITHUB}:sub"


class Shown(Mapping[str, Any]):
    """A mapping that is no dict, as the engine's proxies are."""

    def __init__(self, members: Mapping[str, Any]) -> None:
        self._members = members

    def __getitem__(self, name: str) -> Any:
        return shown(self._members[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)


class Row(Sequence[Any]):
    """A sequence that is no list."""

    def __init__(self, members: Sequence[Any]) -> None:
        self._members = members

    def __getitem__(self, index: Any) -> Any:
        return shown(self._members[index])

    def __len__(self) -> int:
        return len(self._members)


def shown(value: Any) -> Any:
    if isinstance(value, dict):
        return Shown(value)
    return Row(value) if isinstance(value, list) else value


class Unknown(Mapping[str, Any]):
    """A mapping whose values cannot be known, and say so when they are read."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getitem__(self, name: str) -> Any:
        raise self._error

    def __iter__(self) -> Iterator[str]:
        return iter(("Statement",))

    def __len__(self) -> int:
        return 1


class SpeakingError(Exception):
    """An error whose text is in an attribute, as the policy SDK's is."""

    message = "value at .Statement can't be known during preview"

    def __str__(self) -> str:
        return ""


class TestShapes:
    @pytest.mark.parametrize(
        "document",
        [
            json.dumps(equals(PROD)),
            json.dumps(equals(PROD)).encode(),
            bytearray(json.dumps(equals(PROD)).encode()),
            "\ufeff" + json.dumps(equals(PROD)),
            json.dumps(equals(PROD), indent=8),
            equals(PROD),
            shown(equals([PROD])),
            {**equals(PROD), "Statement": equals(PROD)["Statement"][0]},
            {**equals(PROD), "Id": "trust"},
            {name.lower(): value for name, value in equals(PROD).items()},
            allow({"StringEquals": {"sub": PROD}}, Sid="GitHub"),
            allow({"StringEquals": {"sub": PROD}}, Principal={"federated": provider()}),
            allow({"StringEquals": {"sub": PROD}}, Principal={"Federated": [provider()]}),
            allow({"StringEquals": {"sub": PROD}}, Action=[ASSUME]),
        ],
    )
    def test_are_read_alike(self, document: object) -> None:
        judgement = judge(document)
        assert judgement.verdict is Verdict.EXACT
        assert judgement.refused is None

    @pytest.mark.parametrize(
        ("number", "text"),
        [(811, "811"), (811.0, "811"), (True, "true"), (False, "false"), (1.5, "1.5")],
    )
    def test_numbers_and_booleans_are_their_text(self, number: object, text: str) -> None:
        document = equals(PROD, repository_id=number, actor_id=text)
        condition = judge(document).explain({"sub": PROD})[0].conditions
        assert [c.wanted for c in condition if "_id" in c.key] == [(text,), (text,)]

    @pytest.mark.parametrize("written", ["811.0", "8.11e2", "1" * 5000])
    def test_numbers_in_text_stay_as_written(self, written: str) -> None:
        text = json.dumps(equals(PROD, repository_id="NUMBER")).replace('"NUMBER"', written)
        (check,) = (
            (c for c in judge(text).explain({"sub": PROD})[0].conditions if "_id" in c.key)
            if len(written) < 2048
            else (None,)
        )
        if check is None:
            assert judge(text).verdict is Verdict.UNKNOWN
        else:
            assert check.wanted == (written,)


class TestUnreadable:
    @pytest.mark.parametrize(
        ("document", "reason"),
        [
            (None, "a policy is a JSON object, not null"),
            (5, 'a policy is a JSON object, not "5"'),
            ([], "a policy is a JSON object, not a list"),
            ("[]", "a policy is a JSON object, not a list"),
            ('"x"', 'a policy is a JSON object, not "x"'),
            ("", "not JSON: Expecting value at character 1"),
            ("{", "not JSON: Expecting property name enclosed in double quotes at character 2"),
            ("{}x", "not JSON: Extra data at character 3"),
            ("\0", "not JSON: Expecting value at character 1"),
            (b"\xff", "the document is not UTF-8"),
            ("{}", "the policy has no Statement"),
            ({}, "the policy has no Statement"),
            ({"Statements": []}, "the policy has no Statement"),
            ('{"Statement": NaN}', "NaN is no JSON value"),
            ('{"Statement": -Infinity}', "-Infinity is no JSON value"),
            ('{"Id": 1, "Statement": 1, "Statement": 2}', 'duplicate key "Statement"'),
            ('{"Statement": [], "statement": []}', 'the policy has two members "statement"'),
            (
                {"Statement": {"Effect": "Allow", "effect": "Deny"}},
                'statement 1 has two members "effect"',
            ),
            (
                {"Statement": {"Principal": {"AWS": "1", "aws": "2"}}},
                'the Principal of statement 1 has two members "aws"',
            ),
            ("[" * 10_000, "the document is nested too deeply"),
            ('{"a":' * 2_000, "the document is nested too deeply"),
            (equals(float("nan")), "NaN is no JSON value"),
            ("x" * (LARGEST_DOCUMENT + 1), "the document has more than 10,240 characters"),
            (
                {"Statement": "x" * (LARGEST_DOCUMENT + 1)},
                "the document has more than 10,240 characters",
            ),
            ({"Statement": [1] * 10_240}, "the document has more than 10,240 characters"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_says_what_is_wrong(self, document: object, reason: str) -> None:
        judgement = judge(document)
        assert judgement == Judgement(Verdict.UNKNOWN, reason, refused=reason)
        assert judgement.explain({"sub": PROD}) == ()
        assert not judgement.admits({"sub": PROD})

    @pytest.mark.parametrize(
        ("error", "why"),
        [
            (ValueError("no value yet"), "no value yet"),
            (ValueError(), "ValueError"),
            (SpeakingError(), "value at .Statement can't be known during preview"),
        ],
    )
    def test_value_that_cannot_be_known(self, error: Exception, why: str) -> None:
        reason = f"the document cannot be read: {why}"
        assert judge(Unknown(error)) == Judgement(Verdict.UNKNOWN, reason)

    @pytest.mark.parametrize(
        ("document", "reason"),
        [
            (like("x" * 2049), f'a value of "{SUB}" has more than 2,048 characters'),
            (equals({"a": 1}), f'"{SUB}" has an object for a value'),
            (equals([PROD, None]), f'"{SUB}" has a list for a value'),
            (
                allow({"StringEquals": {f"{GITHUB}:\u017fub": PROD}}),
                f'no key has the letters of "{GITHUB}:\u017fub"',
            ),
            (
                allow({"StringLi\u212ae": {"sub": PROD}}),
                '"StringLi\u212ae" is no condition operator with keys',
            ),
            (allow({"Null": {"sub": "maybe"}}), f'Null has "maybe" for "{SUB}"'),
            (allow(Condition="x"), 'its Condition is "x"'),
            (
                allow(Condition={"StringEquals": "x"}),
                '"StringEquals" is no condition operator with keys',
            ),
            (
                allow(Condition={"StringEquals": {SUB: PROD, SUB.upper(): PROD}}),
                f'StringEquals has the duplicate key "{SUB.upper()}"',
            ),
            (
                allow(Condition={"StringEquals": {}, "stringEquals": {}}),
                'it has two operators "stringEquals"',
            ),
            (allow(Extra=1), 'its element "extra" is unknown'),
            (allow(Principal=None), "it has no Principal"),
            (allow(Principal={}), "its Principal is empty"),
            ({"Statement": "x"}, 'it is "x" instead of an object'),
            ({"Statement": [allow()["Statement"]]}, "it is a list instead of an object"),
        ],
    )
    def test_part_of_a_statement(self, document: object, reason: str) -> None:
        judgement = judge(document)
        assert judgement.verdict is Verdict.UNKNOWN
        assert judgement.reason == f"statement 1: {reason}"

    def test_part_of_somebody_elses_statement_is_left_alone(self) -> None:
        document = allow({"StringIs": {"x": 1}}, Principal={"Service": "ec2.amazonaws.com"})
        assert judge(document).verdict is Verdict.NOT_GITHUB


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                (
                    *("Version", "Statement", "Effect", "Principal", "Action", "Condition", "AWS"),
                    *("Federated", "StringLike", "StringEquals", "Null", SUB, "NotPrincipal", "x"),
                )
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=30,
)
PIECES = st.sampled_from(
    (
        *("Allow", "Deny", "*", ASSUME, provider(), PROD, "repo:*", "2012-10-17", "${", "%3A"),
        *("\0", "\ud800", "repo:acme/*", "?" * 50, "*a" * 50, "\u212a", "\u017f"),
    )
)
SPOILED = st.recursive(
    PIECES | st.text(max_size=5) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.fixed_dictionaries(
            {},
            optional={
                "Statement": inner,
                "Effect": st.just("Allow") | inner,
                "Principal": st.just({"Federated": provider()}) | inner,
                "Action": st.just(ASSUME) | inner,
                "Condition": st.dictionaries(
                    st.sampled_from(("StringLike", "StringEquals", "ArnLike", "Null", "Bool", "x")),
                    st.dictionaries(st.sampled_from((SUB, f"{GITHUB}:ref", "aws:x", "")), inner),
                    max_size=2,
                )
                | inner,
            },
        )
    ),
    max_leaves=12,
)


STEADY = settings(
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)


@settings(STEADY, max_examples=300)
@given(JSON)
def test_nothing_is_raised_for_any_json(document: object) -> None:
    assert isinstance(judge(document), Judgement)


@settings(STEADY, max_examples=300)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_nothing_is_raised_for_any_text(document: object) -> None:
    assert judge(document).verdict is Verdict.UNKNOWN


@settings(STEADY, max_examples=500)
@given(SPOILED)
def test_nothing_is_raised_for_spoiled_policies(document: object) -> None:
    judgement = judge({"Statement": document})
    assert isinstance(judgement, Judgement)
    if judgement.witness is not None:
        assert judgement.admits(judgement.witness.claims)


def test_a_letter_that_no_key_has_is_named() -> None:
    key = f"{GITHUB}:sub".replace("o", "\u043e", 1)
    document = allow({"StringEquals": {key: "repo:acme/app:environment:prod"}})
    judgement = judge(document)
    assert judgement.verdict is Verdict.UNKNOWN
    assert judgement.refused is not None
    assert f'statement 1 has the key "{key}" with a letter that no key has' in judgement.refused
