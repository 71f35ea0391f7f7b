"""Tests of the options that every child of a component has."""

from typing import Any

from pulumi import ComponentResource

from components.child import child_of
from tests.components.registered import Registered, register


def child(**options: Any) -> Registered:
    def program() -> None:
        above = ComponentResource("keyless:index:Above", "above")
        ComponentResource("keyless:index:Child", "child", opts=child_of(above, **options))

    return register(program)["Child::child"]


def test_a_child_has_its_parent_and_nothing_else() -> None:
    assert child() == Registered(
        "keyless:index:Child", {}, "Above::above", frozenset(), {}, [], False, False
    )


def test_what_is_protected_and_what_is_kept() -> None:
    assert child(protect=True).protect
    assert child(retain_on_delete=True).retain_on_delete
