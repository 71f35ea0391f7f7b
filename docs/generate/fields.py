"""Describe the keys of a mapping of stack config, as its JSON Schema has them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from docs.generate.markdown import code, table
from keyless.estate.reading.yaml_text import as_yaml

Schema = Mapping[str, Any]
_FEW = 3


def fields_table(model: Schema, models: Mapping[str, Schema], *, without: str = "") -> str:
    """Return a table with a row for each key, except for one.

    A key that says nothing of its own is described by the model that it contains, out of `models`.
    """
    rows = [
        (code(key), *_row(key, field, model, models))
        for key, field in model["properties"].items()
        if key != without
    ]
    return table(("key", "what", "form", "without it"), rows)


def _row(
    key: str, field: Schema, model: Schema, models: Mapping[str, Schema]
) -> tuple[str, str, str]:
    what = field.get("description") or models[_model(field)]["description"]
    if "examples" in field:
        what += f" Example: {code(as_yaml(field['examples'][0]))}"
    if key in model.get("required", ()):
        return what, form(field), "an error"
    return what, form(field), _default(field)


def _model(field: Schema) -> str:
    name: str = field["$ref"].rpartition("/")[2]
    return name


def _default(field: Schema) -> str:
    return code(as_yaml(field["default"])) if "default" in field else ""


def form(field: Schema) -> str:
    """Say in words what a value has to look like."""
    for alternatives in ("anyOf", "oneOf"):
        if alternatives in field:
            return " or ".join(dict.fromkeys(form(each) for each in field[alternatives]))
    if "$ref" in field:
        return _link(_model(field))
    if "const" in field:
        return code(as_yaml(field["const"]))
    if "enum" in field:
        return _one_of(field["enum"])
    kind = field.get("type")
    if isinstance(kind, list):
        return " or ".join(form({"type": each}) for each in kind)
    return _FORMS[str(kind)](field)


def _one_of(words: Sequence[str]) -> str:
    if len(words) <= _FEW:
        return " or ".join(map(code, words))
    return f"one of {', '.join(map(code, words))}"


def _number(field: Schema) -> str:
    if "maximum" not in field or field["maximum"] > 10**9:
        return "whole number"
    return f"{field['minimum']} to {field['maximum']}"


def _list(field: Schema) -> str:
    return "one in a list" if field.get("maxItems") == 1 else f"list of {form(field['items'])}"


def _mapping(field: Schema) -> str:
    inner = form(_values(field)[0])
    return "mapping of mappings" if inner.startswith("mapping") else f"mapping of names to {inner}"


def _values(field: Schema) -> list[Schema]:
    """Return the schema of a mapping's values, nothing for what is no mapping."""
    any_name = field.get("additionalProperties")
    return [*field.get("patternProperties", {}).values(), *([any_name] if any_name else [])]


_FORMS: Mapping[str, Callable[[Schema], str]] = {
    "string": lambda _: "text",
    "boolean": lambda _: "`true` or `false`",
    "integer": _number,
    "array": _list,
    "object": _mapping,
}
_PRESETS_PAGE = "[a preset](presets.md)"


def _link(model: str) -> str:
    return f"[{model}](#{model.lower()})" if model in SECTIONS else _PRESETS_PAGE


SECTIONS = (
    "OidcProvider",
    "PermissionsBoundary",
    "Guardrail",
    "Defaults",
    "Repository",
    "Environment",
    "ReviewEnvironment",
    "DeployFrom",
    "Reviewers",
    "RolesOnly",
    "ProtectedBranch",
    "Role",
    "ReferencedBoundary",
)
"""The models with a section on the page of settings, in its order; all others are presets."""


def models_within(model: Schema) -> Iterator[tuple[str, str]]:
    """Yield each model that stands directly in another one, with the keys that lead to it."""
    for key, field in model["properties"].items():
        for path, found in _references(key, field):
            if found in SECTIONS:
                yield path, found


def _references(path: str, field: Schema) -> Iterator[tuple[str, str]]:
    if "$ref" in field:
        yield path, _model(field)
    for alternatives in ("anyOf", "oneOf"):
        for each in field.get(alternatives, ()):
            yield from _references(path, each)
    for inner in _values(field):
        yield from _references(f"{path}.{_NAMES.get(path, 'NAME')}", inner)


_NAMES = {
    "keyless:repositories": "REPOSITORY",
    "environments": "ENVIRONMENT",
    "branches": "BRANCH",
    "protected_branches": "BRANCH",
    "roles": "FUNCTION",
}
