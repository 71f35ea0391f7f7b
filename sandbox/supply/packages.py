"""Hold the locked Python packages against PyPI's advisories, with pip-audit.

pip-audit passes over a package that it cannot find, and ends with status 0; here that is a failure.
Each lock is asked for by itself: two of them may pin different versions of one package.
"""

import json
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

    Raises UncheckedError where that are not all that were expected.
    """
    try:
        dependencies: list[dict[str, Any]] = json.loads(printed)["dependencies"]
    except (ValueError, KeyError, TypeError):
        raise UncheckedError(unchecked("pip-audit gave no answer", printed)) from None
    skipped = [each["name"] for each in dependencies if "skip_reason" in each]
    lacking = expected - len(dependencies) + len(skipped)
    if lacking:
        some = ", ".join(skipped[:_NAMED]) or "none was named"
        raise UncheckedError(
            f"{lacking} of {expected} packages cannot be checked (such as {some}), so nothing is "
            "known of them: run it again where PyPI can be reached"
        )
    advisories = [
        f"{each['name']} {each['version']}: {advisory['id']}, mended in "
        f"{', '.join(advisory['fix_versions']) or 'no version yet'}"
        for each in dependencies
        for advisory in each["vulns"]
    ]
    return advisories, len(dependencies)
