"""Hold the locked Python packages against PyPI's advisories, with pip-audit.

pip-audit passes over a package that it cannot find, and ends with status 0; here that is a failure.
Each lock is asked for by itself: two of them may pin different versions of one package.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.supply.tools import LOCKS, UncheckedError, pins, python_tool, run, unchecked

_FOUND_SOMETHING = 1
_NAMED = 3


def audit_packages() -> tuple[list[str], str]:
    """Return a line for each advisory, and a summary.

    Raises UncheckedError where one package or more cannot be checked.
    """
    advisories: list[str] = []
    checked = 0
    for lock in LOCKS:
        found, count = read_answer(_ask(lock), expected=pins(lock))
        advisories += [f"{lock.name}: {advisory}" for advisory in found]
        checked += count
    return advisories, f"{checked} pins checked, {len(advisories)} advisories"


def _ask(lock: Path) -> str:
    command = [
        python_tool("pip-audit"),
        *["--requirement", str(lock), "--require-hashes", "--disable-pip"],
        *["--progress-spinner", "off", "--format", "json"],
    ]
    failure = "the advisories of PyPI cannot be asked for"
    return run(command, failure, accepted=frozenset({0, _FOUND_SOMETHING}))


def read_answer(printed: str, *, expected: int) -> tuple[list[str], int]:
    """Read what pip-audit printed as JSON: a line for each advisory, and how many were checked.

    Raises UncheckedError where that are not all that were expected, or the answer is of another
    shape.
    """
    try:
        dependencies = _listed(json.loads(printed)["dependencies"])
        skipped = [str(each["name"]) for each in dependencies if "skip_reason" in each]
        advisories = [line for each in dependencies for line in _advisories(each)]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise UncheckedError(unchecked("pip-audit gave no answer", printed)) from None
    lacking = expected - len(dependencies) + len(skipped)
    if lacking:
        some = ", ".join(skipped[:_NAMED]) or "none was named"
        raise UncheckedError(
            f"{lacking} of {expected} packages cannot be checked (such as {some}), so nothing is "
            "known of them: run it again where PyPI can be reached"
        )
    return advisories, len(dependencies)


def _advisories(dependency: Mapping[str, Any]) -> list[str]:
    if "skip_reason" in dependency:
        return []
    package = f"{dependency['name']} {dependency['version']}"
    return [
        f"{package}: {advisory['id']}, mended in "
        f"{', '.join(advisory['fix_versions']) or 'no version yet'}"
        for advisory in _listed(dependency["vulns"])
    ]


def _listed(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError
    return value
