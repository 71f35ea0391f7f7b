"""The rooms import what they may: the contracts of import-linter in pyproject.toml."""

import re
import subprocess
import sys
from pathlib import Path

from keyless.commands import COMMANDS

ROOT = Path(__file__).parents[1]
ROOMS = {"components", "docs", "keyless", "policypack", "sandbox"}


def test_every_contract_is_kept() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    ended = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout


def test_every_room_is_known_to_the_contracts() -> None:
    packages = {file.parent.name for file in ROOT.glob("*/__init__.py")} - {"review", "tests"}
    assert packages == ROOMS


def test_every_folder_of_the_installable_part_is_a_commands_or_in_the_table_of_rooms() -> None:
    folders = {file.parent.name for file in ROOT.glob("keyless/*/__init__.py")}
    contributing = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    rooms = contributing.partition("## Rooms")[2].partition("\n## ")[0]
    assert folders <= {*COMMANDS, *re.findall(r"`(?:keyless/)?(\w+)/`", rooms)}
