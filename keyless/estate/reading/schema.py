"""Write the JSON Schemas with which editors complete and check stack files and catalogues.

Run `python -m keyless.estate.reading.schema` after a model changes; a test compares the files.
"""

import json
from pathlib import Path

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from keyless.estate.settings import StackConfig

FOLDER = Path(__file__).parent
STACK_SCHEMA = FOLDER / "stack.schema.json"
CATALOGUE_SCHEMA = FOLDER / "catalogue.schema.json"

_DIALECT = "http://json-schema.org/draft-07/schema#"
_REPOSITORIES = "keyless:repositories"
_CATALOGUE = "keyless:catalogue"


class _EditorSchema(GenerateJsonSchema):
    """Say what editors can use: closed mappings, no null, no titles made up from names."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Leave null out: no key of the config may be empty."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out the default of a key that is simply absent, or that models tell themselves."""
        written = super().default_schema(schema)
        if not isinstance(written.get("default"), str | int):
            written.pop("default", None)
        return written

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Close a mapping whose names follow a pattern."""
        written = super().dict_schema(schema)
        if "patternProperties" in written:
            written["additionalProperties"] = False
        return written

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - none is
        """Leave titles out: they would only repeat the key."""
        return False


def stack_schema() -> JsonSchemaValue:
    """Return the schema of a stack file: what is below `config:`, and Pulumi's own keys."""
    config = StackConfig.model_json_schema(by_alias=True, schema_generator=_EditorSchema)
    definitions = config.pop("$defs")
    del config["title"], config["description"]
    config["required"] = [key for key in config["required"] if key != _REPOSITORIES]
    config["oneOf"] = [{"required": [_REPOSITORIES]}, {"required": [_CATALOGUE]}]
    config["patternProperties"] = {"^(?!keyless:)": {}}
    return {
        "$schema": _DIALECT,
        "title": "Stack file",
        "type": "object",
        "properties": {"config": config},
        "required": ["config"],
        "$defs": definitions,
    }


def catalogue_schema() -> JsonSchemaValue:
    """Return the schema of a catalogue file: the same repositories, and nothing else."""
    stack = stack_schema()
    repositories = stack["properties"]["config"]["properties"][_REPOSITORIES]
    return {
        "$schema": _DIALECT,
        "title": "Catalogue",
        "type": "object",
        "properties": {"repositories": repositories},
        "required": ["repositories"],
        "additionalProperties": False,
        "$defs": stack["$defs"],
    }


def rendered(schema: JsonSchemaValue) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_schemas() -> None:
    """Write both schemas beside this module."""
    STACK_SCHEMA.write_text(rendered(stack_schema()), encoding="utf-8")
    CATALOGUE_SCHEMA.write_text(rendered(catalogue_schema()), encoding="utf-8")


if __name__ == "__main__":
    write_schemas()
