"""The parts of a statement as a person writes them, each checked against IAM's catalogue."""

import re
from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, WithJsonSchema

from keyless.estate.presets.arn_shape import ArnShape
from keyless.estate.presets.catalogue import (
    Action,
    actions_matching,
    nearest_actions,
    nearest_condition_keys,
    nearest_services,
    service_exists,
)
from keyless.text.sentences import listed, quoted

_WHOLE = 2048
"""Characters up to which an ARN is quoted: its end is what tells it from others."""

# "IAM JSON policy elements: Condition operators" (IAM User Guide).
_COMPARISONS = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
]
_OPERATORS = {
    operator.lower(): operator
    for operator in [*_COMPARISONS, *(f"{name}IfExists" for name in _COMPARISONS), "Null"]
}
_QUALIFIERS = {"forallvalues": "ForAllValues:", "foranyvalue": "ForAnyValue:"}
_ARN = re.compile(r"arn:[a-z-]+:[^:\s]+:[^:\s]*:[^:\s]*:\S.*", re.DOTALL)


def _action(pattern: str) -> str:
    service, colon, name = pattern.partition(":")
    if pattern == "*":
        message = (
            '"*" is every action there is. The role could do whatever its boundary lets it. '
            "Name the actions that the job calls."
        )
        raise ValueError(message)
    if not (colon and name):
        message = (
            f"{quoted(pattern)} has no service before a colon. IAM reads actions as "
            'service:Action. Write it in full, as in "s3:GetObject".'
        )
        raise ValueError(message)
    if not service_exists(service):
        message = (
            f'{quoted(pattern)} is of the service "{service}", which IAM does not know. '
            f"It would grant nothing. {_write_one_of(nearest_services(service))}"
        )
        raise ValueError(message)
    if not actions_matching(pattern):
        what = "matches no action" if "*" in name or "?" in name else "is no action"
        message = (
            f"{quoted(pattern)} {what} that IAM knows. It would grant nothing. "
            f"{_write_one_of(nearest_actions(pattern))}"
        )
        raise ValueError(message)
    return pattern


_MOST_ANSWERED = 20
"""Unknown actions of a statement that are answered one by one; more are counted."""


def _counted(written: object) -> object:
    """Answer a list with many unknown actions once, before each of them is looked at."""
    if not isinstance(written, list | tuple):
        return written
    unknown = [each for each in written if isinstance(each, str) and not _is_known(each)]
    if len(unknown) > _MOST_ANSWERED:
        message = (
            f"{quoted(unknown[0])} and {len(unknown) - 1} more are no actions that IAM knows. They "
            "would grant nothing. Write them as AWS's Service Authorization Reference lists them."
        )
        raise ValueError(message)
    return written


def _is_known(pattern: str) -> bool:
    service, _, name = pattern.partition(":")
    return bool(name) and service_exists(service) and bool(actions_matching(pattern))


def _write_one_of(names: Sequence[str]) -> str:
    if not names:
        return "Look the name up in AWS's Service Authorization Reference."
    return f"Write one that exists, such as {_listed(names)}."


def _listed(names: Sequence[str]) -> str:
    return listed([f'"{name}"' for name in names], last="or")


def _resource(resource: str, info: ValidationInfo) -> str:
    actions = _listed_actions(info)
    if resource != "*" and not _ARN.fullmatch(resource):
        message = (
            f"{quoted(resource, _WHOLE)} is no ARN. IAM takes resources by their whole ARN. "
            f"{_write(actions)}"
        )
        raise ValueError(message)
    if actions and not _is_taken(resource, actions):
        message = (
            f"{quoted(resource, _WHOLE)} is no resource that a listed action takes. "
            f"Nothing would be granted on it. {_write(actions, resource.split(':', 2)[1])}"
        )
        raise ValueError(message)
    return resource


def _is_taken(resource: str, actions: Sequence[Action]) -> bool:
    """Tell whether an action takes it; the many of a wildcard share a few shapes."""
    return resource == "*" or any(shape.meets(resource) for shape in _shapes(actions))


def _shapes(actions: Sequence[Action]) -> set[ArnShape]:
    return {shape for action in actions for shape in action.takes}


def _listed_actions(info: ValidationInfo) -> list[Action]:
    patterns = info.data.get("actions", ())  # absent where the actions are wrong themselves
    return [action for pattern in patterns for action in actions_matching(pattern)]


def _write(actions: Sequence[Action], partition: str = "aws") -> str:
    if not actions:
        return 'Write it as in "arn:aws:s3:::storefront-prod/*".'
    if not any(action.takes for action in actions):
        return 'Write "*": these actions take no ARN.'
    return f"Write one of the form {_forms(actions, partition)}."


def _forms(actions: Sequence[Action], partition: str) -> str:
    """List the shortest forms of the ARNs that these actions take, at most three."""
    forms = {shape.example(partition) for shape in _shapes(actions)}
    return _listed(sorted(forms, key=lambda form: (len(form), form))[:3])


def unused_actions(patterns: Sequence[str], resources: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for every action that is granted on nothing by these resources."""
    for pattern in patterns:
        actions = actions_matching(pattern)
        if any(_is_taken(resource, actions) for resource in resources):
            continue
        if any(action.takes for action in actions):
            forms = _forms(actions, resources[0].split(":", 2)[1])
            remedy = f"Add a resource of the form {forms}, or leave it out."
        else:
            remedy = (
                'Move it into a statement of its own with resources ["*"]: it takes nothing else.'
            )
        yield (
            f"{quoted(pattern)} takes none of the listed resources. It would grant nothing. "
            f"{remedy}"
        )


def _operator(written: str) -> str:
    qualifier, colon, name = written.rpartition(":")
    known = _QUALIFIERS.get(qualifier.lower()) if colon else ""
    operator = _OPERATORS.get(name.lower())
    if known is None or operator is None or (known and operator == "Null"):
        near = [_OPERATORS[n] for n in get_close_matches(name.lower(), _OPERATORS, n=1)]
        remedy = f'Write "{near[0]}".' if near else 'Write one of IAM\'s, as "StringEquals".'
        message = (
            f"{quoted(written)} is no condition operator of IAM. AWS would refuse the policy. "
            f"{remedy}"
        )
        raise ValueError(message)
    return known + operator


def _condition_key(key: str, info: ValidationInfo) -> str:
    actions = _listed_actions(info)
    near = nearest_condition_keys(key, actions) if actions else None
    if near is not None:
        message = (
            f"{quoted(key)} is neither a condition key of a listed action nor a global one. The "
            f"condition would look at nothing. {_write_one_of(near)}"
        )
        raise ValueError(message)
    return key


def _values(written: object) -> object:
    """Return a list of texts for the value or values of a condition, as IAM reads them."""
    values = written if isinstance(written, list | tuple) else [written]
    if not values:
        message = (
            "the list of values is empty. A condition without values matches nothing or everything."
            " Write at least one value."
        )
        raise ValueError(message)
    return tuple(_as_text(value) for value in values)


def _as_text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int) else value


def _limits_something(conditions: dict[str, object]) -> dict[str, object]:
    if not conditions:
        message = (
            "no condition is in it. It would limit nothing. Write operator, key and value, or "
            "leave it out."
        )
        raise ValueError(message)
    return conditions


LIMITING = (AfterValidator(_limits_something), Field(json_schema_extra={"minProperties": 1}))
ActionPattern = Annotated[str, AfterValidator(_action)]
FEW_UNKNOWN = BeforeValidator(_counted)
ResourcePattern = Annotated[str, AfterValidator(_resource)]
ConditionOperator = Annotated[str, AfterValidator(_operator)]
ConditionKey = Annotated[str, AfterValidator(_condition_key)]
_SCALAR = {"type": ["string", "integer", "boolean"]}
ConditionValues = Annotated[
    tuple[str, ...],
    BeforeValidator(_values),
    WithJsonSchema({"anyOf": [_SCALAR, {"type": "array", "items": _SCALAR, "minItems": 1}]}),
]
