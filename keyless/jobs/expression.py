"""Parse GitHub's expressions: what is written between `${{` and `}}`, and the whole of an `if`.

Source: "Evaluate expressions in workflows and actions", GitHub Docs; the limits are those of the
runner (`ExpressionConstants`). What a tree comes to is said in `evaluation`.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from keyless.yaml_nodes import number

LONGEST = 21_000
DEEPEST = 50
_MOST_OPERANDS = 2_000


class ExpressionError(Exception):
    """Say why GitHub does not take an expression."""


class TooLargeError(ExpressionError):
    """An expression beyond what is looked at here, which GitHub may take."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant."""

    value: str | float | bool | None


@dataclass(frozen=True, slots=True)
class Name:
    """A context, such as `github`, in small letters."""

    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member of something: `key` is None for `.*`."""

    owner: "Tree"
    key: "Tree | None"


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments; its name is in small letters."""

    function: str
    arguments: "tuple[Tree, ...]"


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator and its operands: `!` has one, `&&` and `||` two or more, all others two."""

    operator: str
    operands: "tuple[Tree, ...]"


Tree = Literal | Name | Member | Call | Operation

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>[-+]?(?:0x[0-9a-fA-F]+|0o[0-7]+|"
    r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)(?![A-Za-z0-9_.]))"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_-]*)|(?P<sign>&&|\|\||[=!<>]=|[!<>().,*\[\]]))"
)
_WORDS = {"true": True, "false": False, "null": None}
_LEVELS = (("||",), ("&&",), ("==", "!="), ("<", "<=", ">", ">="))
_END = ""


@lru_cache(maxsize=8192)
def parse(text: str) -> Tree:
    """Return the tree of an expression. Raises ExpressionError."""
    if len(text) > LONGEST:
        raise TooLargeError(f"an expression of more than {LONGEST} characters")
    return _Parser(_tokens(text)).whole()


@lru_cache(maxsize=8192)
def split_template(text: str) -> tuple[str | Tree, ...]:
    """Return the parts of a text: what is written out, and the tree of each `${{ … }}`.

    Raises ExpressionError.
    """
    parts: list[str | Tree] = []
    position = 0
    while (start := text.find("${{", position)) >= 0:
        if start > position:
            parts.append(text[position:start])
        end = _closing(text, start + 3)
        parts.append(parse(text[start + 3 : end]))
        position = end + 2
    if position < len(text):
        parts.append(text[position:])
    return tuple(parts)


def _closing(text: str, position: int) -> int:
    """Find the `}}` of an expression: not one within a text."""
    in_text = False
    while position < len(text):
        if text[position] == "'":
            in_text = not in_text
        elif not in_text and text.startswith("}}", position):
            return position
        position += 1
    raise ExpressionError("an expression that does not end")


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise ExpressionError(f"{text[position:].strip()[:1]!r} in an expression")
        tokens.append((match.lastgroup, match[match.lastgroup]))
        position = match.end()
    if not tokens:
        raise ExpressionError("an empty expression")
    return tokens


class _Parser:
    """Recursive descent, at most DEEPEST levels."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Tree:
        tree = self._level(0)
        if self._at < len(self._tokens):
            raise ExpressionError(f"{self._peek()!r} where an expression ends")
        return tree

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else _END

    def _take(self, sign: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == ("sign", sign):
            self._at += 1
            return True
        return False

    def _need(self, sign: str) -> None:
        if not self._take(sign):
            raise ExpressionError(f"{self._peek() or 'the end'!r} where {sign!r} belongs")

    def _level(self, level: int) -> Tree:
        if level == len(_LEVELS):
            return self._unary()
        operands = [self._level(level + 1)]
        links = 0
        while (sign := self._operator(level)) is not None:
            operands.append(self._level(level + 1))
            links += 1
            if links > (_MOST_OPERANDS if level < 2 else DEEPEST):
                raise TooLargeError(f"more than {links - 1} times {sign!r} in a row")
            if level > 1:
                operands = [Operation(sign, tuple(operands))]
        return operands[0] if len(operands) == 1 else Operation(_LEVELS[level][0], tuple(operands))

    def _operator(self, level: int) -> str | None:
        return next((sign for sign in _LEVELS[level] if self._take(sign)), None)

    def _unary(self) -> Tree:
        self._depth += 1
        if self._depth > DEEPEST:
            raise TooLargeError(f"an expression nested more than {DEEPEST} deep")
        tree = Operation("!", (self._unary(),)) if self._take("!") else self._members()
        self._depth -= 1
        return tree

    def _members(self) -> Tree:
        tree = self._primary()
        links = 0
        while True:
            if self._take("."):
                tree = Member(tree, None if self._take("*") else Literal(self._name()))
            elif self._take("["):
                tree = Member(tree, None if self._take("*") else self._level(0))
                self._need("]")
            else:
                return tree
            links += 1
            if links > DEEPEST:
                raise TooLargeError(f"more than {DEEPEST} members in a row")

    def _name(self) -> str:
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("end", _END)
        if kind != "name":
            raise ExpressionError(f"{text or 'the end'!r} where a name belongs")
        self._at += 1
        return text

    def _primary(self) -> Tree:
        if self._take("("):
            tree = self._level(0)
            self._need(")")
            return tree
        kind, text = self._tokens[self._at] if self._at < len(self._tokens) else ("end", _END)
        if kind in ("sign", "end"):
            raise ExpressionError(f"{text or 'the end'!r} where a value belongs")
        self._at += 1
        if kind == "text":
            return Literal(text[1:-1].replace("''", "'"))
        if kind == "number":
            return Literal(number(text))
        if self._take("("):
            return Call(text.lower(), self._arguments())
        return Literal(_WORDS[text]) if text in _WORDS else Name(text.lower())

    def _arguments(self) -> tuple[Tree, ...]:
        arguments: list[Tree] = []
        while not self._take(")"):
            if arguments:
                self._need(",")
            arguments.append(self._level(0))
        return tuple(arguments)
