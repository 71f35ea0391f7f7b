"""Findings that point into files, in the two forms that GitHub shows beside the lines.

SARIF 2.1.0 (OASIS) for code scanning, and the commands that a workflow prints for annotations
(GitHub docs, "Workflow commands for GitHub Actions"). What is found is for each command to say.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Level = Literal["error", "warning", "note"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_FINGERPRINT = "keyless/v1"
_COMMANDS: Mapping[Level, str] = {"error": "error", "warning": "warning", "note": "notice"}


@dataclass(frozen=True, kw_only=True)
class FileFinding:
    """One finding; `line` and `column` count from 1. `about` is what it is about, without a line.

    Findings of one rule about one thing are the same, wherever it moves to.
    """

    rule: str
    level: Level
    text: str
    file: str
    line: int
    about: str
    column: int = 1

    @property
    def fingerprint(self) -> str:
        """Return what identifies the finding from run to run."""
        text = "\0".join([self.rule, self.file, self.about])
        return hashlib.sha256(text.encode(errors="backslashreplace")).hexdigest()


def sarif_log(rules: Mapping[str, str], findings: Iterable[FileFinding]) -> dict[str, Any]:
    """Return the log of one run; `rules` maps each id to its one line."""
    described = [{"id": rule, "shortDescription": {"text": text}} for rule, text in rules.items()]
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": {"name": "keyless", "rules": described}},
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding) for finding in findings],
            }
        ],
    }


def annotations(findings: Iterable[FileFinding]) -> Iterator[str]:
    """Yield a workflow command for each finding, one a line."""
    for finding in findings:
        place = f"file={_property(finding.file)},line={finding.line},col={finding.column}"
        title = f"title={_property(f'keyless {finding.rule}')}"
        yield f"::{_COMMANDS[finding.level]} {place},{title}::{_data(finding.text)}"


def _result(finding: FileFinding) -> dict[str, Any]:
    return {
        "ruleId": finding.rule,
        "level": finding.level,
        "message": {"text": finding.text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": finding.file, "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": finding.line, "startColumn": finding.column},
                }
            }
        ],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
    }


def fingerprints(log: object) -> frozenset[str]:
    """Return the fingerprints of an earlier log. Raises ValueError for what is none."""
    try:
        return frozenset(
            result["partialFingerprints"][_FINGERPRINT]
            for run in log["runs"]  # type: ignore[index]
            for result in run["results"]
        )
    except (KeyError, TypeError):
        raise ValueError("no SARIF log that this command wrote") from None


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
