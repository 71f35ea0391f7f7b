"""Hold the locked Python packages against PyPI's advisories, with pip-audit.

pip-audit passes over a package that it cannot find, and ends with status 0; here that is a failure.
"""

import json
from typing import Any

from sandbox.supply.tools import UncheckedError, python_tool, run, unchecked

_FOUND_SOMETHING = 1
_NAMED = 3


def audit_packages() -> tuple[list[str], str]:
    """Return a line for each advisory, and a summary.

    Raises UncheckedError where one package or more cannot be checked.
    """
    command = [
        python_tool("pip-audit"),
        *["--requirement", "requirements.txt", "--require-hashes", "--disable-pip"],
        *["--progress-spinner", "off", "--format", "json"],
    ]
    failure = "the advisories of PyPI cannot be asked for"
    return read_answer(run(command, failure, accepted=frozenset({0, _FOUND_SOMETHING})))


def read_answer(printed: str) -> tuple[list[str], str]:
    """Read what pip-audit printed as JSON."""
    try:
        dependencies: list[dict[str, Any]] = json.loads(printed)["dependencies"]
    except (ValueError, KeyError, TypeError):
        raise UncheckedError(unchecked("pip-audit gave no answer", printed)) from None
    skipped = [each["name"] for each in dependencies if "skip_reason" in each]
    if skipped or not dependencies:
        some = ", ".join(skipped[:_NAMED]) or "none was named"
        raise UncheckedError(
            f"{len(skipped)} of {len(dependencies)} packages cannot be checked (such as {some}), "
            "so nothing is known of them: run it again where PyPI can be reached"
        )
    advisories = [
        f"{each['name']} {each['version']}: {advisory['id']}, mended in "
        f"{', '.join(advisory['fix_versions']) or 'no version yet'}"
        for each in dependencies
        for advisory in each["vulns"]
    ]
    return advisories, f"{len(dependencies)} packages checked, {len(advisories)} advisories"
