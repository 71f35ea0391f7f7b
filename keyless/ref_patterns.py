r"""Branch and tag patterns: which names one admits, and whether it names a family of them.

GitHub compares a name as Ruby's `File.fnmatch` does with pathnames: `*` stays between slashes,
`**/` crosses them, `?` is one letter, `[…]` one of some, `\` quotes, a leading `!` is a letter.
Source: "Managing environments for deployment", GitHub Docs.

What is wide is not searched for: a pattern is a literal name or a family that begins with literal
text, and everything else is any name. Here and not in `keyless.rules`, since settings ask it too,
which may not import what judges trust policies; no trust policy has such a pattern.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, NamedTuple

from keyless.facts import BRANCH_REF_PREFIX, PULL_REF_PREFIX, PULL_REF_SUFFIX, TAG_REF_PREFIX
from keyless.wildcards import fits

Kind = Literal["branch", "tag"]

PULL_REQUEST_PATTERN = f"{PULL_REF_PREFIX}*{PULL_REF_SUFFIX}"
"""The one pattern of an environment in which pull requests are reviewed."""

_WILD = frozenset("*?[]{}\\")
"""Braces are plain letters to fnmatch; whether GitHub expands them is not documented."""

_UNDOCUMENTED = re.compile(r"[{}\\]")
_CLASS = re.compile(r"\[[^\]/]+\]")
_NO_NAME = re.compile(r"[\x00-\x20\x7f~^:]|\.\.|//|@\{|(?:^|/)\.|^[-/]|\.lock(?:/|$)|[/.]$|^@$")
"""What git takes in no name (`git help check-ref-format`)."""

_PART = re.compile(
    r"(?P<stars>\*+)|(?P<any>\?)|\[(?P<negated>[!^]?)(?P<set>[^\]]+)\]|\\?(?P<letter>.)", re.DOTALL
)
_FILLINGS = ("1", "a", "x.1", "0")


class Looseness(NamedTuple):
    """What a pattern does that none should, why it matters, and what to write instead."""

    found: str
    why: str
    instead: str


def looseness(kind: Kind, pattern: str) -> Looseness | None:
    """Return what is loose about a pattern, None for a name or a family of names."""
    if pattern.startswith("!"):
        return Looseness(
            "begins with !, which excludes nothing",
            "GitHub takes it for a letter of the name",
            f"Write the {_PLURAL[kind]} that deploy",
        )
    if pattern.startswith((BRANCH_REF_PREFIX, TAG_REF_PREFIX)):
        return Looseness(
            "begins with refs/, which GitHub compares with the short name",
            f"Anybody who can push a {kind} may give it that very name",
            f"Write the short name, as in {_NAMES[kind]}",
        )
    if pattern.startswith("refs/"):
        return Looseness(
            "begins with refs/, as pull requests do",
            "Anybody who opens one deploys code that nobody merged",
            f"Write the {_PLURAL[kind]} that deploy, as in {_NAMES[kind]}",
        )
    if is_literal(pattern) or _is_family(kind, pattern):
        return _ill_formed(pattern)
    return Looseness(
        f"admits {_PLURAL[kind]} that nobody planned",
        f"Anybody who can push a {kind} deploys code that nobody merged",
        f"Write the {_PLURAL[kind]} that deploy, as in {_NAMES[kind]}, or a family that begins "
        f"with {_FAMILIES[kind]}",
    )


def _ill_formed(pattern: str) -> Looseness | None:
    """Return why nobody can say what a pattern admits, or why it admits nothing."""
    if strange := _UNDOCUMENTED.search(pattern):
        return Looseness(
            f'contains "{strange[0]}"',
            "GitHub does not document what that means in a pattern",
            "Write a pattern for each name, with *, ? and [] alone",
        )
    if not git_takes(pattern):
        return Looseness(
            "is no name that git takes",
            "No job can ever run there",
            "Write the name as `git branch` or `git tag` prints it",
        )
    return None


_PLURAL = {"branch": "branches", "tag": "tags"}
_NAMES = {"branch": '"main"', "tag": '"v1.0.0"'}
_FAMILIES = {
    "branch": 'a name up to a slash, as in "release/*"',
    "tag": 'a letter, as in "v*"',
}


def is_literal(pattern: str) -> bool:
    """Say whether a pattern means one ref only."""
    return bool(pattern) and not _WILD.intersection(pattern)


def git_takes(pattern: str) -> bool:
    """Say whether a pattern is a name that git takes, but for its wildcards."""
    return bool(pattern) and not _NO_NAME.search(_CLASS.sub("x", pattern))


def _is_family(kind: Kind, pattern: str) -> bool:
    if kind == "tag":
        return is_literal(pattern[:1])
    family, slash, _ = pattern.partition("/")
    return bool(slash) and is_literal(family)


@lru_cache(maxsize=4096)
def admits(pattern: str, name: str) -> bool:
    """Say whether a pattern admits a name of a branch or tag."""
    *folders, last = pattern.split("/")
    # Only before a slash do two stars cross others; at the end they are one.
    parts = [*folders, "*" if last == "**" else last]
    return fits(parts, name.split("/"), lambda part: part == "**", _admits_part)


def admits_any(patterns: Iterable[str], name: str) -> bool:
    """Say whether one of several patterns admits a name."""
    return any(admits(pattern, name) for pattern in patterns)


def sample(pattern: str) -> str:
    """Return a name that a pattern admits: the pattern itself where nothing in it is a wildcard."""
    for filling in _FILLINGS:
        name = re.sub(r"\[[^\]]*\]|\*+|\?", filling, pattern)
        if admits(pattern, name):
            return name
    return pattern


def _admits_part(pattern: str, name: str) -> bool:
    parts = list(_PART.finditer(pattern))
    return fits(parts, name, lambda part: bool(part["stars"]), _meets)


def _meets(part: re.Match[str], character: str) -> bool:
    if part["set"] is None:
        return bool(part["any"]) or part["letter"] == character
    members = re.sub(r"([\\\[^])", r"\\\1", part["set"])
    try:
        found = re.fullmatch(f"[{members}]", character) is not None
    except re.error:
        return False
    return found != bool(part["negated"])
