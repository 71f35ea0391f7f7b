"""Hold the Go modules in the engine against Go's advisories, with govulncheck.

What was built is checked, by the list of modules that every Go program carries: whether a program
calls what an advisory is about cannot be told from there.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sandbox.engine import provide_engine
from sandbox.engine.build import find_go
from sandbox.supply.tools import UncheckedError, run

_GOVULNCHECK = Path(__file__).parent / "govulncheck"
_COMMAND = "golang.org/x/vuln/cmd/govulncheck"


def audit_engine() -> tuple[list[str], str]:
    """Return a line for each advisory, and a summary.

    Raises UncheckedError where a program cannot be checked.
    """
    engine = provide_engine()
    programs = [engine.pulumi / "pulumi", engine.pulumi / "pulumi-language-python"]
    programs.append(engine.github_provider / "pulumi-resource-github")
    with tempfile.TemporaryDirectory(prefix="keyless-supply-") as folder:
        tool = _built(Path(folder))
        failure = "the advisories of Go cannot be asked for"
        advisories = [
            f"{program.name}: {advisory}"
            for program in programs
            for advisory in read_answer(
                run([str(tool), "-mode=binary", "-format=json", str(program)], failure)
            )
        ]
    return advisories, f"{len(programs)} programs checked, {len(advisories)} advisories"


def read_answer(printed: str) -> list[str]:
    """Read the stream of objects that govulncheck printed, one line for each advisory.

    Raises UncheckedError where it ends before the advisories were compared.
    """
    found: dict[str, str] = {}
    was_compared = False
    for each in _objects(printed):
        was_compared |= "SBOM" in each or "osv" in each or "finding" in each
        if finding := each.get("finding"):
            module = finding["trace"][0]
            mended = finding.get("fixed_version") or "no version yet"
            found[finding["osv"]] = (
                f"{module['module']} {module.get('version', '')}: {finding['osv']}, mended in "
                f"{mended}"
            )
    if not was_compared:
        raise UncheckedError(
            "govulncheck gave no answer, so nothing is known of the engine: run it again online"
        )
    return list(found.values())


def _objects(printed: str) -> Iterator[dict[str, Any]]:
    decoder = json.JSONDecoder()
    text = printed.strip()
    while text:
        try:
            value, end = decoder.raw_decode(text)
        except ValueError:
            return
        yield value
        text = text[end:].lstrip()


def _built(folder: Path) -> Path:
    go = find_go()
    if go is None:
        raise UncheckedError("there is no Go to build govulncheck with: install Go 1.26 or later")
    tool = folder / "govulncheck"
    environment = {**os.environ, "GOTOOLCHAIN": "local", "GOFLAGS": "-mod=readonly"}
    command = [go, "build", "-trimpath", "-o", str(tool), _COMMAND]
    run(command, "govulncheck cannot be built", cwd=_GOVULNCHECK, environment=environment)
    return tool
