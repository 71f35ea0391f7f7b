"""Write the page of commands: the targets of make, and what each command says of itself."""

import contextlib
import io
import os
import re
from pathlib import Path
from unittest import mock

from docs.generate.markdown import block, code, joined, table
from keyless.commands import COMMANDS
from keyless.main import main

MAKEFILE = Path(__file__).parents[2] / "Makefile"
_TARGET = re.compile(r"^([a-z-]+):.*?## (.*)$", re.MULTILINE)
_COLUMNS = "100"

INTRODUCTION = """\
# Commands

Generated from `Makefile` and `keyless/commands/` by `python -m docs.generate`."""

TARGETS = """\
`STACK` picks the stack, `PYTHON` the interpreter that `.venv` is made with:
`make preview STACK=prod`, `make install PYTHON=python3.13`."""

KEYLESS = """\
`keyless` changes nothing on GitHub or in AWS. `init` and `adopt` write files, and so do `migrate`
and `workflow` with `--write`. In a checkout it is `.venv/bin/keyless`, or plain `keyless` in the
shell of `make sandbox-shell`."""


def page() -> str:
    """Return the whole page."""
    return joined(
        [
            INTRODUCTION,
            "## make",
            TARGETS,
            table(("target", "what it does"), [(code(t), what) for t, what in targets()]),
            "## keyless",
            KEYLESS,
            block(help_of(), "text"),
            *(joined([f"### keyless {name}", block(help_of(name), "text")]) for name in COMMANDS),
        ]
    )


def targets() -> list[tuple[str, str]]:
    """Return each documented target of the Makefile with what it does."""
    return [(match[1], match[2]) for match in _TARGET.finditer(MAKEFILE.read_text("utf-8"))]


def help_of(*command: str) -> str:
    """Return what `keyless COMMAND --help` prints on a terminal of 100 columns."""
    printed = io.StringIO()
    with (
        mock.patch.dict(os.environ, {"COLUMNS": _COLUMNS, "NO_COLOR": "1"}),
        contextlib.redirect_stdout(printed),
        contextlib.suppress(SystemExit),
    ):
        main([*command, "--help"])
    return printed.getvalue()
