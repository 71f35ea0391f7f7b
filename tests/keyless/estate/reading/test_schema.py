"""Tests of the schemas for editors: current, complete, and of one mind with the reader."""

from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
import yaml
from pydantic import BaseModel, TypeAdapter

from keyless.estate.reading.schema import (
    CATALOGUE_SCHEMA,
    STACK_SCHEMA,
    catalogue_schema,
    rendered,
    stack_schema,
)
from keyless.estate.settings import Repository, StackConfig
from keyless.estate.settings.environment import DeployFrom, Environment, Reviewers
from keyless.estate.settings.repository import ProtectedBranch, RolesOnly
from keyless.estate.settings.role import ReferencedBoundary, Role
from keyless.estate.settings.stack import Defaults, OidcProvider, PermissionsBoundary
from tests.keyless.estate.reading.sample import errors, pages, role, spoiled, stack_config

PROJECT = Path(__file__).parents[4]
MODELS: list[type[BaseModel]] = [
    StackConfig,
    OidcProvider,
    PermissionsBoundary,
    Defaults,
    Repository,
    Environment,
    DeployFrom,
    Reviewers,
    RolesOnly,
    ProtectedBranch,
    Role,
    ReferencedBoundary,
]
STACK = jsonschema.Draft7Validator(stack_schema())
CATALOGUE = jsonschema.Draft7Validator(catalogue_schema())


def test_committed_schemas_are_current() -> None:
    advice = "run python -m keyless.estate.reading.schema"
    assert STACK_SCHEMA.read_text(encoding="utf-8") == rendered(stack_schema()), advice
    assert CATALOGUE_SCHEMA.read_text(encoding="utf-8") == rendered(catalogue_schema()), advice


def test_schemas_are_schemas() -> None:
    jsonschema.Draft7Validator.check_schema(stack_schema())
    jsonschema.Draft7Validator.check_schema(catalogue_schema())


@pytest.mark.parametrize("model", MODELS)
def test_every_key_is_described_and_its_examples_are_valid(model: type[BaseModel]) -> None:
    for name, field in model.model_fields.items():
        assert field.description, name
        assert field.description.endswith("."), name
        assert field.examples, name
        adapter = TypeAdapter[Any](field.rebuild_annotation())
        for example in field.examples:
            adapter.validate_python(example)


def test_no_key_may_be_empty() -> None:
    assert '"null"' not in rendered(stack_schema())


@pytest.mark.parametrize("stack", ["prod", "staging"])
def test_stack_files_are_valid_and_name_their_schema(stack: str) -> None:
    text = (PROJECT / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    schema = STACK_SCHEMA.relative_to(PROJECT)
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={schema}"
    assert [error.message for error in STACK.iter_errors(yaml.safe_load(text))] == []


def test_a_whole_config_is_valid() -> None:
    raw = stack_config()
    assert list(STACK.iter_errors({"config": raw, "encryptionsalt": "v1:x"})) == []
    repositories = raw["keyless:repositories"]
    assert list(CATALOGUE.iter_errors({"repositories": repositories})) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("keyless:typo", 1),
        ("keyless:owner_id", None),
        ("keyless:oidc_provider", {}),
        ("keyless:oidc_provider", {"create": False}),
        ("keyless:static_keys", "refuze"),
        ("keyless:catalogue", ["a.yaml"]),
        ("aws:region", "europe"),
        ("aws:allowedAccountIds", []),
        ("keyless:repositories/a b", {"id": 1}),
        ("keyless:repositories/new", {}),
        ("enviroments", {}),
        ("environments/production/reviewers", "nobody"),
        ("environments/production/reviewers", {}),
        ("environments/production/deploy_from", {}),
        ("environments/production/wait_minutes", 43201),
        ("environments/production/variables", {"GITHUB_X": "1"}),
        ("environments/production/roles", {"Deploy": role()}),
        ("environments/production/roles/deploy/permissions", []),
        ("environments/production/roles/deploy/permissions", [{"preset": "lambda"}]),
        ("environments/production/roles/deploy/session_minutes", 5),
        ("branches", {"feature/*": {"roles": {"deploy": role()}}}),
        ("pull_requests", {"roles": {}}),
        ("renamed_from", []),
    ],
)
def test_editors_mark_what_the_reader_refuses(path: str, value: object) -> None:
    raw = spoiled(path, value)
    assert list(STACK.iter_errors({"config": raw}))
    assert errors(raw)


def test_config_of_other_programs_is_left_alone() -> None:
    raw = stack_config() | {"github:legacyClient": "false", "aws:defaultTags": {"tags": {}}}
    assert list(STACK.iter_errors({"config": raw})) == []


def test_catalogues_hold_nothing_but_repositories() -> None:
    assert list(CATALOGUE.iter_errors({"repositories": {"pages": pages()}, "owner": "acme"}))
    assert list(CATALOGUE.iter_errors({}))
