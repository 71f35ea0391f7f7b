"""Explain in a line's own terms why it is no YAML: what parsers say badly.

Only advice beside the parser's own sentence: nothing is decided here.
"""

import re

_STAR = re.compile(r"(?:^|[\s\[,{:-])(\*[^\s,\]}\"']*)")
_RESERVED = re.compile(r"(?:^\s*|[\[,{]\s*|[:-]\s+)((?:[@`%]|[&!](?=[\s,\]}]|$))[^\s,\]}]*)")
_NO_BLANK = re.compile(r"\s*(?:- )?([A-Za-z_][\w-]*):([^\s/:].*)")
_TWO_COLONS = re.compile(r"\s*(?:- )?[A-Za-z_][\w:./-]*:\s+([^\s\"'\[{#][^#]*:\s.*)")
_VALUE = re.compile(r"(\s*)([A-Za-z_][\w:./-]*):\s+[^\s#|>&].*")
_KEY = re.compile(r"(\s*)(?:- )?([A-Za-z_][\w:./-]*):(?:\s|$)")


def advice(text: str, line: int) -> str:
    """Return a sentence about the lines around a syntax error; "" where nothing is usual.

    `line` counts from 1 and is where the parser stopped, which may be a line too late.
    """
    lines = text.splitlines()
    near = range(max(0, line - 2), min(len(lines), line))
    for number in reversed(near):
        written = lines[number]
        if "\t" in written[: len(written) - len(written.lstrip())]:
            return f"Line {number + 1} is indented by a tab. Write blanks instead."
        if star := _STAR.search(_without_quotes(written)):
            return f'"{star[1]}" begins an alias of YAML. Write it in quotes: "{star[1]}".'
        if said := _within(written) or _below_value(lines, number):
            return said
    found = (_off_by_some(lines, number) for number in reversed(near))
    return next(filter(None, found), "") or _unclosed(lines[:line])


def _within(written: str) -> str:
    """Say what is unusual in a line by itself."""
    if reserved := _RESERVED.search(_without_quotes(written)):
        word = reserved[1]
        return f'YAML reserves the sign that {word} begins with. Write it in quotes: "{word}".'
    if not _KEY.match(written) and (joined := _NO_BLANK.match(written)):
        return f'No blank follows the colon of "{joined[1]}". Write "{joined[1]}: {joined[2]}".'
    if value := _TWO_COLONS.match(written):
        return f"The value {value[1]} contains a colon and a blank. Write it in quotes."
    return ""


def _below_value(lines: list[str], number: int) -> str:
    """Name a key that is indented below one that has a value already."""
    found = _KEY.match(lines[number])
    above = _VALUE.fullmatch(lines[number - 1]) if number else None
    if not found or not above or len(found[1]) <= len(above[1]):
        return ""
    return (
        f'The key "{found[2]}" is indented below "{above[2]}", which has a value. Indent it by '
        f"{len(above[1])} blanks."
    )


def _unclosed(lines: list[str]) -> str:
    """Name the line of the last quote or bracket that nothing closes."""
    quote, brackets = 0, list[int]()
    for number, line in enumerate(lines, start=1):
        plain = _without_quotes(line)
        if '"' in plain:
            quote = 0 if quote else number
        for sign in plain:
            if sign in "[{":
                brackets.append(number)
            elif sign in "]}" and brackets:
                brackets.pop()
    if quote:
        return f"A quote in line {quote} is not closed. Write another one behind the text."
    return f"A bracket in line {brackets[-1]} is not closed. Close it." if brackets else ""


def _without_quotes(line: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'|#.*", "", line)


def _off_by_some(lines: list[str], number: int) -> str:
    """Name a key whose indentation none of the keys above it has."""
    found = _KEY.match(lines[number])
    if not found:
        return ""
    indent = len(found[1])
    above = [len(key[1]) for key in map(_KEY.match, lines[:number]) if key]
    if not above or indent in above or indent > above[-1]:
        return ""
    near = sorted({each for each in above if abs(each - indent) <= 3})
    if not near:
        return ""
    meant = " or ".join(map(str, near))
    return f'The key "{found[2]}" is indented by {indent} blanks; keys above it by {meant}.'
