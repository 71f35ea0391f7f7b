"""Work out what an expression comes to, as far as the files say it.

Where a part is open, the answer is every value that it may come to: `a && 'x' || 'y'` is one of
two. What a context contains is asked of a `Contexts`; choices of a person are made there.
"""

import json
import re
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from typing import Protocol

from keyless.jobs.expression import (
    Call,
    ExpressionError,
    Literal,
    Member,
    Name,
    Operation,
    Tree,
    parse,
    split_template,
)
from keyless.jobs.values import (
    Alternatives,
    Known,
    Open,
    Partial,
    RefText,
    Value,
    decoded,
    equal,
    is_open,
    joined,
    member,
    ordered,
    sources_of,
    text_of,
    truth,
    truth_of,
)

_MOST_ALTERNATIVES = 32
_WHOLE_EXPRESSION = re.compile(r"\$\{\{(.*)\}\}", re.DOTALL)
_UNREADABLE = Open(frozenset({"an expression that cannot be read"}))
_TOO_MANY = Open(frozenset({"too many alternatives"}))


class Contexts(Protocol):
    """What an expression may name."""

    def lookup(self, name: str, keys: tuple[Value, ...]) -> Alternatives:
        """Return what a context contains under some keys."""

    def compared(self, ref: RefText, other: str) -> None:
        """Take note that the ref of the run is compared with a text as a whole."""

    def searched(self, part: str) -> None:
        """Take note that the ref of the run is searched for a text."""


def evaluate_text(text: str, contexts: Contexts) -> Alternatives:
    """Return every value that a text with expressions may come to."""
    if "${{" not in text:
        return (text,)
    try:
        parts = split_template(text)
        if len(parts) == 1 and not isinstance(parts[0], str):
            return evaluate(parts[0], contexts)
        found = [(p,) if isinstance(p, str) else evaluate(p, contexts) for p in parts]
    except ExpressionError:
        return (_UNREADABLE,)
    return _each(found, lambda *values: joined(map(text_of, values)))


def evaluate_condition(text: str, contexts: Contexts) -> bool | None:
    """Tell whether an `if` lets something run; None where the files do not say.

    A text around `${{ … }}` makes the whole a text that is not empty, and so true.
    """
    try:
        if "${{" not in text:
            return truth_of(evaluate(parse(text), contexts)) if text.strip() else True
        if (whole := _WHOLE_EXPRESSION.fullmatch(text)) and len(split_template(text)) == 1:
            return truth_of(evaluate(parse(whole[1]), contexts))
        return True
    except ExpressionError:
        return None


def evaluate(tree: Tree, contexts: Contexts) -> Alternatives:
    """Return every value that an expression may come to."""
    match tree:
        case Literal(value):
            return (value,)
        case Name(name):
            return contexts.lookup(name, ())
        case Member():
            return _member(tree, contexts)
        case Call(function, arguments):
            return _call(function, arguments, contexts)
        case Operation("&&" | "||" as operator, operands):
            return _chain(operands, contexts, ends=operator == "||")
        case Operation(operator, operands):
            found = [evaluate(operand, contexts) for operand in operands]
            return _each(found, lambda *values: _operate(operator, values, contexts))
    raise ExpressionError("an unknown form")


def _chain(operands: Sequence[Tree], contexts: Contexts, *, ends: bool) -> Alternatives:
    """Join operands by `||` or `&&`: a value whose truth is `ends` is what the whole comes to."""
    found: list[Value] = []
    current = evaluate(operands[0], contexts)
    for operand in operands[1:]:
        found += (_settled(value, ends) for value in current if truth(value) is not (not ends))
        if all(truth(value) is ends for value in current):
            return _distinct(found)
        current = evaluate(operand, contexts)
    return _distinct([*found, *current])


def _settled(value: Value, ends: bool) -> Value:
    return Open(value.sources, ends) if isinstance(value, Open) else value


def _member(tree: Member, contexts: Contexts) -> Alternatives:
    keys: list[Value] = []
    owner: Tree = tree
    while isinstance(owner, Member):
        keys.append(_key(owner.key, contexts))
        owner = owner.owner
    keys.reverse()
    if isinstance(owner, Name):
        return contexts.lookup(owner.name, tuple(keys))
    return tuple(members(value, keys, contexts) for value in evaluate(owner, contexts))


def _key(key: Tree | None, contexts: Contexts) -> Value:
    if key is None:
        return None
    found = evaluate(key, contexts)
    return found[0] if len(found) == 1 else Open(sources_of(found) or frozenset({"an index"}))


def members(value: Value, keys: Iterable[Value], contexts: Contexts) -> Value:
    """Follow keys into a value; None stands for `.*`."""
    for position, key in enumerate(rest := list(keys)):
        if key is None and not is_open(value):
            each = list(value.values()) if isinstance(value, dict) else value
            each = each if isinstance(each, list) else []
            return [members(one, rest[position + 1 :], contexts) for one in each]
        if isinstance(key, RefText) and isinstance(value, dict):
            for name in value:
                contexts.compared(key, name)
        value = member(value, key)
    return value


def _operate(operator: str, values: Sequence[Value], contexts: Contexts) -> Value:
    if operator == "!":
        known = truth(values[0])
        return Open(sources_of(values)) if known is None else not known
    left, right = values
    if isinstance(left, Open | Partial) or isinstance(right, Open | Partial):
        return Open(sources_of(values))
    if operator in ("==", "!="):
        _note(left, right, contexts)
        return equal(left, right) is (operator == "==")
    return ordered(operator, left, right)  # type: ignore[arg-type]


def _note(left: Known, right: Known, contexts: Contexts) -> None:
    for ref, other in ((left, right), (right, left)):
        if isinstance(ref, RefText) and isinstance(other, str) and not isinstance(other, RefText):
            contexts.compared(ref, other)


def _each(
    found: Sequence[Alternatives], compute: Callable[..., Value | tuple[Value, ...]]
) -> Alternatives:
    """Compute with every combination of alternatives."""
    count = 1
    for values in found:
        count *= len(values)
    if count > _MOST_ALTERNATIVES:
        return (_TOO_MANY,)
    return _distinct(compute(*values) for values in product(*found))  # type: ignore[misc]


def _distinct(values: Iterable[Value]) -> Alternatives:
    kept: list[Value] = []
    for value in values:
        if not any(type(value) is type(one) and value == one for one in kept):
            kept.append(value)
    return tuple(kept) if len(kept) <= _MOST_ALTERNATIVES else (_TOO_MANY,)


def _call(function: str, arguments: Sequence[Tree], contexts: Contexts) -> Alternatives:
    if function == "always":
        return (True,)
    if function == "case":
        return _case(arguments, contexts)
    compute = _FUNCTIONS.get(function)
    if compute is None:
        return (Open(frozenset({f"{function}()"})),)
    found = [evaluate(argument, contexts) for argument in arguments]
    return _each(found, lambda *values: _computed(compute, values, contexts))


def _case(arguments: Sequence[Tree], contexts: Contexts) -> Alternatives:
    """Return the value behind the first condition that is true, else the last argument."""
    found: list[Value] = []
    for position in range(0, len(arguments) - 1, 2):
        truth = truth_of(evaluate(arguments[position], contexts))
        if truth is not False:
            found += evaluate(arguments[position + 1], contexts)
        if truth is True:
            return _distinct(found)
    if len(arguments) % 2:
        found += evaluate(arguments[-1], contexts)
    return _distinct(found) or (None,)


_Function = Callable[[Sequence[Value], Contexts], Value]


def _computed(compute: _Function, values: Sequence[Value], contexts: Contexts) -> Value:
    try:
        return compute(values, contexts)
    except (ValueError, IndexError, RecursionError):
        return _UNREADABLE


def _contains(values: Sequence[Value], contexts: Contexts) -> Value:
    searched, wanted = values[0], values[1]
    if isinstance(wanted, Open | Partial) or isinstance(searched, Open | Partial):
        return Open(sources_of(values))
    if isinstance(searched, list):
        for one in searched:
            if not isinstance(one, Open | Partial):
                _note(wanted, one, contexts)
        if any(not isinstance(o, Open | Partial) and equal(o, wanted) for o in searched):
            return True
        return Open(sources_of(searched)) if any(is_open(o) for o in searched) else False
    return _search(values, contexts, lambda text, part: part in text)


def _search(values: Sequence[Value], contexts: Contexts, test: Callable[[str, str], bool]) -> Value:
    text, part = text_of(values[0]), text_of(values[1])
    if not isinstance(text, str) or not isinstance(part, str):
        return Open(sources_of(values))
    if isinstance(text, RefText):
        contexts.searched(part)
    return test(text.casefold(), part.casefold())


def _starts(values: Sequence[Value], contexts: Contexts) -> Value:
    text, part = values[0], values[1]
    if isinstance(text, Partial) and isinstance(text.parts[0], str) and isinstance(part, str):
        known, wanted = text.parts[0].casefold(), part.casefold()
        if known.startswith(wanted):
            return True
        if not wanted.startswith(known):
            return False
    return _search(values, contexts, str.startswith)


def _ends(values: Sequence[Value], contexts: Contexts) -> Value:
    return _search(values, contexts, str.endswith)


def _format(values: Sequence[Value], _: Contexts) -> Value:
    pattern = text_of(values[0])
    if not isinstance(pattern, str):
        return Open(sources_of(values))
    parts: list[str | Open | Partial] = []
    for piece in re.findall(r"\{\{|\}\}|\{\d+\}|[^{}]+|[{}]", pattern):
        if re.fullmatch(r"\{\d+\}", piece):
            parts.append(text_of(values[1 + int(piece[1:-1])]))
        else:
            parts.append(piece[:1] if piece in ("{{", "}}") else piece)
    return joined(parts)


def _join(values: Sequence[Value], _: Contexts) -> Value:
    between = text_of(values[1]) if len(values) > 1 else ","
    if isinstance(values[0], list):
        parts: list[str | Open | Partial] = []
        for one in values[0]:
            parts += [between, text_of(one)] if parts else [text_of(one)]
        return joined(parts)
    return text_of(values[0])


def _from_json(values: Sequence[Value], _: Contexts) -> Value:
    text = text_of(values[0])
    return decoded(text) if isinstance(text, str) else Open(sources_of(values))


def _to_json(values: Sequence[Value], _: Contexts) -> Value:
    try:
        return json.dumps(values[0])
    except TypeError:
        return Open(frozenset({"toJSON()"}))


_FUNCTIONS: dict[str, _Function] = {
    "contains": _contains,
    "startswith": _starts,
    "endswith": _ends,
    "format": _format,
    "join": _join,
    "fromjson": _from_json,
    "tojson": _to_json,
}
