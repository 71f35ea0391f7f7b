"""Put what pydantic finds into this project's words: where, what was found, why, what to write.

The rules of `keyless.estate.settings` bring their own sentences; here are those about shape: a
missing, an unknown, an empty or a misplaced key, and a value of the wrong kind. Examples and
reasons come from the fields of the models.
"""

from collections.abc import Iterator, Mapping, Sequence
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from keyless.estate.presets import PRESETS
from keyless.estate.reading.yaml_text import DEEPEST, as_yaml
from keyless.text.sentences import kind, listed, nearest, quoted

Keys = tuple[str | int, ...]

_KEY_MARK = "[key]"
_EXPECTED = {
    "string_type": "text",
    "string_unicode": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "list_type": "a list",
    "dict_type": "a mapping",
    "mapping_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}


class Fault(NamedTuple):
    """What is wrong, and the keys that lead there; `text` begins with what was found."""

    keys: Keys
    text: str


class _Spot(NamedTuple):
    """A place in a model: the innermost named field, and the kind of value expected right there."""

    name: str
    field: FieldInfo | None
    annotation: object


def faults(error: ValidationError, raw: object, model: type[BaseModel]) -> Iterator[Fault]:
    """Translate everything that pydantic found in one model of the config.

    A missing key is left out where a misspelt one is in its place.
    """
    found = error.errors(include_url=False)
    misspelt = {
        (*keys[:-1], near)
        for item in found
        if item["type"] == "extra_forbidden"
        and (keys := _keys(item["loc"], raw))
        and (near := _nearest_field(keys, raw, model))
    }
    for item in found:
        keys = _keys(item["loc"], raw)
        is_empty = item["input"] is None and not _is_of_a_key(item)
        if is_empty or (item["type"] == "missing" and keys in misspelt):
            continue
        yield Fault(_shown(keys, raw), _text(item, keys, raw, model))


def _is_of_a_key(item: ErrorDetails) -> bool:
    """Tell whether it is the key itself that is wrong, which may be empty, too."""
    return item["type"] == "invalid_key" or (
        item["type"] != "value_error" and item["loc"][-1:] == (_KEY_MARK,)
    )


def _shown(keys: Keys, raw: object) -> Keys:
    """Write keys that are no text as text: only positions in lists are shown as numbers."""
    shown: list[str | int] = []
    value = raw
    for part in keys:
        key = part
        if isinstance(value, Mapping) and not isinstance(part, str):
            key = quoted(next((key for key in value if key == part), part))
        shown.append(key)
        value = _step(value, part)
    return tuple(shown)


def emptiness(raw: object, model: type[BaseModel]) -> Iterator[Fault]:
    """Find keys without a value, which no model takes, and nesting that no model has."""
    if not _is_filled(raw, 0):
        for keys, text in _empties(raw, raw, model, ()):
            yield Fault(_shown(keys, raw), text)


def _is_filled(value: object, depth: int) -> bool:
    """Tell whether nothing is empty or too deep: the usual case, decided without following keys."""
    if isinstance(value, str | int):
        return True
    if value is None or depth > DEEPEST:
        return False
    if isinstance(value, Mapping):
        return all(_is_filled(item, depth + 1) for item in value.values())
    return not isinstance(value, list) or all(_is_filled(item, depth + 1) for item in value)


def _empties(value: object, raw: object, model: type[BaseModel], keys: Keys) -> Iterator[Fault]:
    if value is None:
        yield Fault(keys, _empty_text(keys, raw, model))
    elif len(keys) > DEEPEST and isinstance(value, Mapping | list):
        yield Fault(
            keys, f"nested {DEEPEST} deep. Nothing reads that far down. Write what is meant there."
        )
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _empties(item, raw, model, (*keys, key))
    elif isinstance(value, list):
        for position, item in enumerate(value):
            yield from _empties(item, raw, model, (*keys, position))


def _keys(location: Keys, raw: object) -> Keys:
    """Return the keys of the config for pydantic's location, which also names presets and keys."""
    keys: Keys = ()
    value = raw
    for before, part in zip((None, *location), location, strict=False):
        is_preset = isinstance(value, Mapping) and value.get("preset") == part
        if part == _KEY_MARK or (is_preset and isinstance(before, int)):
            continue
        if isinstance(part, int) and isinstance(value, str):
            continue  # one name that stands for a list of it
        keys = (*keys, part)
        value = _step(value, part)
    return keys


def _step(value: object, part: str | int) -> object:
    if isinstance(value, Mapping):
        return value.get(part)
    if isinstance(value, Sequence) and isinstance(part, int) and part < len(value):
        return value[part]
    return None


def _text(item: ErrorDetails, keys: Keys, raw: object, model: type[BaseModel]) -> str:
    spot = _spot(keys, raw, model)
    match item["type"]:
        case "value_error":
            text = str(item["ctx"]["error"])
        case "missing":
            text = f"missing.{_reason(spot)} {_advice(spot)}."
        case "extra_forbidden":
            text = _unknown_text(keys, raw, model)
        case "union_tag_invalid" | "union_tag_not_found":
            text = _preset_text(item["input"])
        case "literal_error":
            text = _literal_text(item["input"], spot)
        case _ if _is_of_a_key(item):
            text = key_text(item["input"])
        case other:
            text = _kind_text(item["input"], _EXPECTED.get(other), spot)
    return text


def key_text(key: object) -> str:
    """Say what is wrong with a key that is no text."""
    return f"the key is {kind(key)}. Keys are text. {_in_quotes(key)}."


def _empty_text(keys: Keys, raw: object, model: type[BaseModel]) -> str:
    spot = _spot(keys, raw, model)
    if not keys:
        return f"empty. {model.__doc__} Write its keys below it, or leave it out."
    is_required = spot.field is not None and spot.field.is_required() and keys[-1] == spot.name
    either = "" if is_required else ", or leave it out"
    return f"empty.{_reason(spot)} {_advice(spot)}{either}."


def _unknown_text(keys: Keys, raw: object, model: type[BaseModel]) -> str:
    near = _nearest_field(keys, raw, model)
    names = _field_names(_model_at(keys[:-1], raw, model))
    advice = f"Write {near}" if near else f"The keys here are {listed(names)}"
    return f"unknown key. Nothing reads it, so it would change nothing. {advice}."


def _preset_text(value: object) -> str:
    preset = value.get("preset") if isinstance(value, Mapping) else None
    found = "names no preset" if preset is None else f"{quoted(preset)} is no preset"
    near = _near_presets(preset) if isinstance(preset, str) else []
    advice = f"The presets are {listed(PRESETS)}"
    if near:
        advice = f"Write preset: {listed(near, last='or')}"
    return f"{found}. A permission is written as a preset with its parameters. {advice}."


def _near_presets(word: str) -> list[str]:
    """Find the presets that a misspelt or shortened name may mean."""
    if near := nearest(word, PRESETS):
        return [near]
    return [name for name in PRESETS if len(word) > 1 and word.casefold() in name]


def _literal_text(value: object, spot: _Spot) -> str:
    words = get_args(_bare(spot.annotation))
    known = [word if isinstance(word, str) else quoted(word) for word in words]
    near = nearest(value, known) if isinstance(value, str) else None
    return (
        f"{quoted(value)} is not one of its values.{_reason(spot)} "
        f"Write {near or listed(known, last='or')}."
    )


def _kind_text(value: object, expected: str | None, spot: _Spot) -> str:
    takes = f"What belongs here is {expected}" if expected else "It cannot be read here"
    if expected == "text" and isinstance(value, bool | int | float):
        return f"{quoted(value)} is {kind(value)}. {takes}. {_in_quotes(value)}."
    if isinstance(value, Mapping | list):
        return f"found {kind(value)}. {takes}. {_advice(spot)}."
    return f"{quoted(value)} is {kind(value)}. {takes}. {_advice(spot)}."


def _in_quotes(value: object) -> str:
    """Advise on quotes; YAML has lost how a fraction was written (1.10 is 1.1 by now)."""
    quotes = "Write it in quotes"
    return quotes if isinstance(value, float) else f'{quotes}: "{quoted(value)}"'


def _reason(spot: _Spot) -> str:
    description = spot.field.description if spot.field else None
    return f" {description.partition('. ')[0].rstrip('.')}." if description else ""


def _advice(spot: _Spot) -> str:
    if spot.field is None:
        return "Write its keys below it"
    if spot.field.examples:
        return f"Write for example {spot.name}: {as_yaml(spot.field.examples[0])}"
    shapes = {tuple: "[VALUE]", Mapping: "{KEY: VALUE}", dict: "{KEY: VALUE}"}
    return f"Write {spot.name}: {shapes.get(get_origin(_bare(spot.field.annotation)), 'VALUE')}"


def _nearest_field(keys: Keys, raw: object, model: type[BaseModel]) -> str | None:
    """Find the known key most like a misspelt one; keys that are not used yet come first."""
    owner = _value_at(keys[:-1], raw)
    present = owner if isinstance(owner, Mapping) else {}
    names = _field_names(_model_at(keys[:-1], raw, model))
    absent = [name for name in names if name not in present]
    word = str(keys[-1])
    return nearest(word, absent, likeness=0.8) or nearest(word, names)


def _field_names(model: type[BaseModel] | None) -> list[str]:
    fields = model.model_fields if model else {}
    return [field.alias or name for name, field in fields.items()]


def _model_at(keys: Keys, raw: object, model: type[BaseModel]) -> type[BaseModel] | None:
    annotation = _bare(_spot(keys, raw, model).annotation) if keys else model
    return annotation if _is_noun(annotation) else None


def _spot(keys: Keys, raw: object, model: type[BaseModel]) -> _Spot:
    """Follow keys through the models to the field that they lead to, or lie within."""
    name, field, value = "", None, raw
    annotation: Any = model
    for part in keys:
        value = _step(value, part)
        annotation = _bare(annotation)
        if _is_noun(annotation):
            named = {f.alias or n: f for n, f in annotation.model_fields.items()}
            name, field = str(part), named.get(str(part))
            annotation = field.annotation if field else None
        else:
            annotation = _item_annotation(annotation, value)
    return _Spot(name, field, annotation)


def _item_annotation(annotation: object, value: object) -> object:
    """Return what a mapping's or a list's items are; a permission is recognised by its preset."""
    arguments = get_args(annotation)
    if get_origin(annotation) is tuple:
        preset = value.get("preset") if isinstance(value, Mapping) else None
        return PRESETS.get(preset, arguments[0]) if isinstance(preset, str) else arguments[0]
    return arguments[1] if len(arguments) == 2 else None


def _bare(annotation: Any) -> Any:
    """Strip what only annotates: metadata and the None of an optional key."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in {Union, UnionType}:
            some = [choice for choice in get_args(annotation) if choice is not type(None)]
            if len(some) > 1:
                return annotation
            annotation = some[0]
        else:
            return annotation


def _is_noun(annotation: object) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def _value_at(keys: Keys, raw: object) -> object:
    """Follow keys and list positions into plain data; None where they lead nowhere."""
    value = raw
    for part in keys:
        value = _step(value, part)
    return value
