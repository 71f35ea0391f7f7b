"""Check a decoded output `access` and return its roles, or say in one sentence what is wrong."""

from collections.abc import Sequence

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from keyless.command_line.errors import CommandError
from keyless.stack.role import Role
from keyless.text.sentences import quoted

_LONGEST_QUOTE = 60
_EXPECTED = {
    "greater_than_equal": "a number of at least {ge}",
    "less_than_equal": "a number of at most {le}",
    "bool_type": "true or false",
    "int_type": "a whole number",
    "list_type": "a list",
    "tuple_type": "a list",
    "model_type": "a mapping",
    "string_type": "text",
    "string_too_short": "text that is not empty",
    "string_too_long": "a shorter text",
    "too_short": "at least one entry",
}


def read_roles(label: str, access: object) -> tuple[Role, ...]:
    """Return the roles of an output `access`, in its order.

    Raises CommandError, beginning with `label`, at the first role that is wrong.
    """
    if not isinstance(access, list):
        raise _unusable(
            label, f'the output "access" is {quoted(access, _LONGEST_QUOTE)}, a list is expected'
        )
    return tuple(_role(label, number, entry) for number, entry in enumerate(access, start=1))


def _role(label: str, number: int, entry: object) -> Role:
    try:
        return Role.model_validate(entry)
    except ValidationError as problem:
        first, *others = problem.errors(include_url=False)
        more = f" (and {len(others)} more)" if others else ""
        raise _unusable(label, f"role {number}{_found(first)}{more}") from None


def _unusable(label: str, found: str) -> CommandError:
    return CommandError(
        f"{label}: {found}. So it is not what this version of the project writes, and nothing in "
        "it can be relied on. Hand in what `pulumi stack output access --json` prints, unchanged."
    )


def _found(error: ErrorDetails) -> str:
    *outer, last = error["loc"] or ("",)
    match error["type"]:
        case "missing":
            return f"{_inside(outer)} lacks {quoted(last, _LONGEST_QUOTE)}"
        case "extra_forbidden":
            return f"{_inside(outer)} has {quoted(last, _LONGEST_QUOTE)}, which is unknown"
        case "too_many_names":
            return f"{_inside(error['loc'])} has {len(error['input'])} names, most of them unknown"
        case "value_error":
            expected = str(error["ctx"]["error"])
        case other:
            known = _EXPECTED.get(other, "").format_map(error.get("ctx", {}))
            expected = f"{known or error['msg'].removeprefix('Input should be ')} is expected"
    if isinstance(error["input"], dict):
        return f"{_inside(error['loc'])} does not agree with itself, {expected}"
    return f"{_inside(error['loc'])} is {quoted(error['input'], _LONGEST_QUOTE)}, {expected}"


def _inside(path: Sequence[int | str]) -> str:
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return f", {steps.removeprefix('.')}" if steps else ""
