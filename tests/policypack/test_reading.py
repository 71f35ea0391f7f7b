"""What the SDK hands over becomes plain values."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pulumi_policy.proxy import unknown_checking_proxy

from keyless.rules.resources import Unknown
from policypack.reading import (
    Judged,
    Properties,
    PropertyError,
    Provider,
    is_left_out,
    reach_of,
    resource,
    stack_of,
)
from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN

ALLOWED = "222222222222"


def properties(**values: object) -> Properties:
    return Properties(unknown_checking_proxy(dict(values)))


def provider(**values: object) -> Provider:
    return cast(Provider, SimpleNamespace(props=unknown_checking_proxy(dict(values))))


def judged(kind: str, provider: Provider | None = None, **values: object) -> Judged:
    urn = f"urn:pulumi:prod::keyless::{kind}::x"
    props = unknown_checking_proxy(dict(values))
    return cast(
        Judged,
        SimpleNamespace(resource_type=kind, name="x", urn=urn, props=props, provider=provider),
    )


def test_each_unknown_inside_of_a_value_has_its_path() -> None:
    read = properties(a={"b": [1.0, UNKNOWN, {"c": UNKNOWN, 3: "d"}]}, e=UNKNOWN)
    assert read.everything() == {
        "a": {"b": [1, Unknown("a.b.1"), {"c": Unknown("a.b.2.c"), "3": "d"}]},
        "e": Unknown("e"),
    }
    assert [*read] == ["a", "e"]
    assert read.value("f") is None


def test_whole_floats_are_numbers_as_they_were_written() -> None:
    read = properties(a=[1.0, 1.5]).value("a")
    assert repr(read) == "[1, 1.5]"


READERS: dict[str, tuple[dict[object, object], str]] = {
    "text": ({"x": "x", None: None}, "a text"),
    "number": ({1: 1, 1.5: 1.5, "60": 60.0, None: None}, "a number"),
    "flag": ({True: True, False: False, "true": True, "false": False, None: None}, "true or false"),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_value_is_read_or_refused_without_a_word_of_it(reader: str) -> None:
    read, what = READERS[reader]
    for written, said in read.items():
        assert getattr(properties(a=written), reader)("a") == said
    assert getattr(properties(a=UNKNOWN), reader)("a") == Unknown("a")
    with pytest.raises(PropertyError, match=f"^a is a list instead of {what}$"):
        getattr(properties(a=["secret"]), reader)("a")


@pytest.mark.parametrize(
    ("reader", "value", "kind"),
    [
        ("text", True, "bool"),
        ("number", True, "bool"),
        ("number", "an hour", "str"),
        ("flag", "yes", "str"),
        ("flag", 1, "int"),
        ("items", "x", "str"),
    ],
)
def test_what_only_looks_like_a_value_of_the_type_is_refused(
    reader: str, value: object, kind: str
) -> None:
    with pytest.raises(PropertyError, match=f"^a is a {kind} instead of "):
        getattr(properties(a=value), reader)("a")


def test_a_list_is_read_or_refused() -> None:
    assert properties(a=["x", UNKNOWN]).items("a") == ["x", Unknown("a.1")]
    assert properties(a=UNKNOWN).items("a") == Unknown("a")
    assert properties(a=None).items("a") == properties().items("a") == []
    with pytest.raises(PropertyError, match=r"^a is a str instead of a list$"):
        properties(a="x").items("a")


@pytest.mark.parametrize(
    ("urn", "stack"),
    [
        ("urn:pulumi:prod::keyless::aws:iam/role:Role::x", "prod"),
        ("urn:pulumi:prod", "prod"),
        ("prod::keyless::aws:iam/role:Role::x", ""),
        ("", ""),
    ],
)
def test_the_stack_is_that_of_the_urn(urn: str, stack: str) -> None:
    assert stack_of(urn) == stack


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"owner": "acme"}, {"owner": "acme"}),
        ({"owner": "acme", "organization": "acme-labs"}, {"owner": "acme-labs"}),
        ({"owner": UNKNOWN}, {"owner": "?"}),
        ({"owner": ["acme"]}, {}),
        ({"allowedAccountIds": f'["{ALLOWED}"]'}, {"account": ALLOWED}),
        ({"allowedAccountIds": [ALLOWED]}, {"account": ALLOWED}),
        ({"allowedAccountIds": f'["{ALLOWED}", "333333333333"]'}, {}),
        ({"allowedAccountIds": "[]"}, {}),
        ({"allowedAccountIds": f'"{ALLOWED}"'}, {}),
        ({"allowedAccountIds": "["}, {}),
        ({"allowedAccountIds": "[" * 100_000}, {}),
        ({"allowedAccountIds": ["2222222222222"]}, {}),
        ({"allowedAccountIds": [222222222222]}, {}),
        ({"allowedAccountIds": ["22222222222x"]}, {}),
        ({"allowedAccountIds": ["22222222222\u0662"]}, {}),
        ({"allowedAccountIds": UNKNOWN}, {}),
        ({"baseUrl": "https://GHE.acme.example/X/"}, {"address": "https://ghe.acme.example/x"}),
        ({"baseUrl": "HTTPS://ghe.acme.example"}, {"address": "https://ghe.acme.example"}),
        ({"baseUrl": "http://127.0.0.1:8000/"}, {}),
        ({"baseUrl": UNKNOWN}, {}),
        ({}, {}),
    ],
)
def test_a_provider_says_whose_github_and_which_account_it_reaches(
    values: Mapping[str, object], said: Mapping[str, str]
) -> None:
    assert reach_of(provider(**values)) == {"owner": "", "account": "", "address": "", **said}


def test_without_a_provider_nothing_is_said() -> None:
    assert reach_of(None) == {}


def test_a_resource_is_read_as_one_of_the_type_that_is_asked_for() -> None:
    one: Any = judged("aws:iam/Role:role", provider(owner="acme"), name="deploy")
    read = resource(one, estate.ROLE)
    assert (read.type, read.name, read.urn) == (estate.ROLE, "x", one.urn)
    assert (read.owner, read.account, read.stack) == ("acme", "", "prod")
    assert read.properties.everything() == {"name": "deploy"}


@pytest.mark.parametrize("kind", [estate.ROLE, estate.ROLE_NATIVE, estate.provider().type])
def test_what_aws_makes_with_properties_alone_is_left_out_without_any(kind: str) -> None:
    assert is_left_out(judged(kind))
    assert is_left_out(judged(kind.upper()))
    assert not is_left_out(judged(kind, name="x"))


def test_other_resources_without_properties_are_judged() -> None:
    assert not is_left_out(judged(estate.ROLE_POLICY))
