r"""Match branch and tag names as GitHub's deployment branch policies do: Ruby's `File.fnmatch`.

`*` stays between slashes, `**/` crosses them, `?` is one letter, `[…]` one of some, `\` quotes.
Source: "Managing environments for deployment", GitHub Docs.
"""

import re
from functools import lru_cache

_PART = re.compile(
    r"(?P<folders>(?:(?<=/)|^)(?:\*\*/)+)|(?P<stars>\*+)|(?P<any>\?)"
    r"|\[(?P<negated>[!^]?)(?P<set>[^\]]+)\]|\\?(?P<letter>.)",
    re.DOTALL,
)


@lru_cache(maxsize=4096)
def admits(pattern: str, name: str) -> bool:
    """Say whether a pattern admits a name; one that cannot be read admits every name."""
    try:
        return re.fullmatch("".join(map(_expression, _PART.finditer(pattern))), name) is not None
    except re.error:
        return True


def _expression(part: re.Match[str]) -> str:
    if part["folders"]:
        return "(?:[^/]+/)*"
    if part["stars"]:
        return "[^/]*"
    if part["any"]:
        return "[^/]"
    if part["set"]:
        members = re.sub(r"([\\\[^])", r"\\\1", part["set"])
        return f"(?!/)[{'^' if part['negated'] else ''}{members}]"
    return re.escape(part["letter"])
