"""Explain in a line's own terms why it is no YAML: what parsers say badly.

Only advice beside the parser's own sentence: nothing is decided here.
"""

import re

_STAR = re.compile(r"(?:^|[\s\[,{:-])(\*[^\s,\]}\"']*)")
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
    return next(filter(None, (_off_by_some(lines, number) for number in reversed(near))), "")


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
