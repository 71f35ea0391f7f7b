"""Tests of the alias under which an imported resource is found."""

import pulumi_github as github
from pulumi import ComponentResource, ResourceOptions
from pulumi.runtime import register_stack_transformation

from components.import_alias import as_imported
from tests.components.registered import register


def test_a_resource_has_the_urn_of_an_import_and_a_component_has_none() -> None:
    def program() -> None:
        register_stack_transformation(as_imported)
        above = ComponentResource("keyless:index:Above", "above")
        github.ActionsVariable(
            "shop/read",
            repository="shop",
            variable_name="V",
            value="v",
            opts=ResourceOptions(parent=above),
        )

    found = register(program)
    assert found["ActionsVariable::shop/read"].aliases == [
        "urn:pulumi:prod::keyless::github:index/actionsVariable:ActionsVariable::shop/read"
    ]
    assert found["Above::above"].aliases == []
