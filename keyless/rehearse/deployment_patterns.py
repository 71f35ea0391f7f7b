"""Tell which branches and tags an environment lets deploy, as GitHub compares them.

Source: GitHub docs, "Managing environments for deployment": names are compared as Ruby's
`File.fnmatch` does with pathnames, so `*` does not cross a `/`.
"""

import re
from collections.abc import Sequence

_SAMPLES = ("1", "a", "x.1", "0")


def matches(pattern: str, name: str) -> bool:
    """Tell whether a name of a branch or tag fits a pattern."""
    try:
        return re.fullmatch(_expression(pattern), name) is not None
    except re.error:
        return pattern == name


def matches_any(patterns: Sequence[str], name: str) -> bool:
    """Tell whether a name of a branch or tag fits one of several patterns."""
    return any(matches(pattern, name) for pattern in patterns)


def sample(pattern: str) -> str:
    """Return a name that fits a pattern: the pattern itself where nothing in it is a wildcard."""
    for filling in _SAMPLES:
        name = re.sub(r"\[[^\]]*\]|\*+|\?", filling, pattern)
        if matches(pattern, name):
            return name
    return pattern


def _expression(pattern: str) -> str:
    written = ""
    for part in re.findall(r"\*\*/|\*+|\?|\[[^\]]+\]|\\.|.", pattern, re.DOTALL):
        if part == "**/":
            written += r"(?:[^/]+/)*"
        elif part.startswith("*"):
            written += "[^/]*"
        elif part == "?":
            written += "[^/]"
        elif part.startswith("[") and len(part) > 1:
            inside = part[1:-1].replace("\\", "\\\\")
            written += f"[^{inside[1:]}]" if inside[0] in "!^" else f"[{inside}]"
        else:
            written += re.escape(part[-1])
    return written
