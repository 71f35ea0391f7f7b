"""Hold the Go modules in the engine against Go's advisories, with govulncheck.

What was built is checked, by the list of modules that every Go program carries: whether a program
calls what an advisory is about cannot be told from there.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sandbox.engine import provide_engine
from sandbox.supply.tools import UncheckedError, go_tool, run


def audit_engine() -> tuple[list[str], str]:
    """Return a line for each advisory, and a summary.

    Raises UncheckedError where a program cannot be checked.
    """
    programs = engine_programs()
    with go_tool("govulncheck", "golang.org/x/vuln/cmd/govulncheck") as tool:
        failure = "the advisories of Go cannot be asked for"
        advisories = [
            f"{program.name}: {advisory}"
            for program in programs
            for advisory in read_answer(
                run([tool, "-mode=binary", "-format=json", str(program)], failure)
            )
        ]
    return advisories, f"{len(programs)} programs checked, {len(advisories)} advisories"


def engine_programs() -> list[Path]:
    """Return the programs of the engine; it is built first if need be."""
    engine = provide_engine()
    programs = [engine.pulumi / "pulumi", engine.pulumi / "pulumi-language-python"]
    return [*programs, engine.github_provider / "pulumi-resource-github"]


def read_modules(printed: str) -> list[str]:
    """Return the modules in a program, as `go version -m` prints them."""
    rows = (line.split("\t") for line in printed.splitlines())
    return [row[2] for row in rows if row[1:2] == ["dep"]]


def read_answer(printed: str) -> list[str]:
    """Read the stream of objects that govulncheck printed, one line for each advisory.

    Raises UncheckedError where it is cut short, of another shape, or ends before the advisories
    were compared.
    """
    found: dict[str, str] = {}
    was_compared = False
    try:
        for each in _objects(printed):
            was_compared |= not each.keys().isdisjoint({"SBOM", "osv", "finding"})
            if "finding" in each:
                finding = each["finding"]
                found[finding["osv"]] = _advisory(finding)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
        was_compared = False
    if not was_compared:
        raise UncheckedError(
            "govulncheck gave no answer, so nothing is known of the engine: run it again online"
        )
    return list(found.values())


def _advisory(finding: Mapping[str, Any]) -> str:
    module = finding["trace"][0]
    mended = finding.get("fixed_version") or "no version yet"
    return f"{module['module']} {module.get('version', '')}: {finding['osv']}, mended in {mended}"


def _objects(printed: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    text = printed.strip()
    while text:
        value, end = decoder.raw_decode(text)
        yield value
        text = text[end:].lstrip()
