"""Names on the command line find roles, or say what there is instead."""

from argparse import ArgumentParser

import pytest

from keyless.command_line.errors import CommandError
from keyless.stack.selection import add_selection_arguments, select_roles
from tests.keyless.data import PROD, STAGING, roles


def select(*words: str) -> list[str]:
    parser = ArgumentParser()
    add_selection_arguments(parser, function=True)
    chosen = select_roles(roles(PROD, STAGING), parser.parse_args(words))
    return [f"{role.stack} {role.context} {role.function}" for role in chosen]


def refusal(*words: str) -> str:
    with pytest.raises(CommandError) as refused:
        select(*words)
    return str(refused.value)


@pytest.mark.parametrize("name", ["infrastructure", "acme/infrastructure", "Acme/Infrastructure"])
def test_repository(name: str) -> None:
    assert select(name) == [
        "prod environment/production deploy",
        "prod pull_requests plan",
        "staging pull_requests apply",
    ]


def test_context_and_function() -> None:
    assert select("storefront", "environment/production") == [
        "prod environment/production deploy",
        "prod environment/production migrate",
    ]
    assert select("storefront", "environment/production", "migrate") == [
        "prod environment/production migrate"
    ]


def test_unknown_repository() -> None:
    assert refusal("storefrnt") == (
        'repository: "storefrnt" has no role here. There is nothing to show. '
        "Write one of: acme/storefront."
    )


def test_part_of_a_name_is_no_name() -> None:
    assert refusal("store").startswith('repository: "store" has no role here.')


def test_unknown_context() -> None:
    assert refusal("storefront", "production") == (
        'context: "production" has no role here. There is nothing to show. '
        "Write one of: environment/production."
    )


def test_unknown_function() -> None:
    assert refusal("storefront", "environment/production", "x\x1b") == (
        'function: "x\\u001b" has no role here. There is nothing to show. '
        "Write one of: deploy, migrate."
    )


def test_empty_stack() -> None:
    parser = ArgumentParser()
    add_selection_arguments(parser, function=False)
    with pytest.raises(CommandError) as refused:
        select_roles([], parser.parse_args(["app"]))
    assert str(refused.value) == (
        'repository: "app" has no role here. There is nothing to show. Onboard it first.'
    )
