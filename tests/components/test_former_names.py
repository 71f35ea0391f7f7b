"""Tests of the aliases of a renamed entry."""

from pulumi import ComponentResource, ResourceOptions

from components.former_names import former_names
from tests.components.registered import register


def aliases(renamed_from: list[str]) -> dict[str, list[str]]:
    def program() -> None:
        options = ResourceOptions(transformations=former_names("shop", renamed_from))
        above = ComponentResource("keyless:index:Above", "shop", opts=options)
        ComponentResource("keyless:index:Child", "shop/main", opts=ResourceOptions(parent=above))

    return {key: found.aliases for key, found in register(program).items()}


def test_a_child_states_each_former_name_itself() -> None:
    found = aliases(["store", "market"])["Child::shop/main"]
    assert {"store/main", "market/main"} <= {alias.rpartition("::")[2] for alias in found}


def test_without_former_names_there_are_no_aliases() -> None:
    assert aliases([]) == {"Above::shop": [], "Child::shop/main": []}
