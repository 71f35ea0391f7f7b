"""Take the steps of a page in a sandbox, as its reader would in the shell of the sandbox."""

import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sandbox.children import run_child
from sandbox.engine import Engine
from sandbox.sample import CHECKOUT
from sandbox.seed import read_seed
from sandbox.shell import SPARE, prepare_shell
from sandbox.workbench import open_workbench
from sandbox.world import World, open_world
from tests.docs.hands import HANDS
from tests.docs.pages import ByHand, Command, Edit, Step, Write

SHOWN_DAY = "2027-02-28"
"""The last day of exceptions on pages, which would be past some day."""


@dataclass(frozen=True)
class Session:
    """A copy of the project in which `prod` is selected, and the stand-ins behind it."""

    project: Path
    environment: Mapping[str, str]
    world: World

    def take(self, step: Step) -> None:
        """Take one step, and compare what it prints with what the page shows."""
        match step:
            case Command():
                self._run(step)
            case Edit():
                file = self.project / step.file
                text, before = file.read_text("utf-8"), of_today(step.before)
                assert text.count(before) == 1, f"{step.file} does not contain:\n{before}"
                file.write_text(text.replace(before, of_today(step.after)), encoding="utf-8")
            case Write():
                file = self.project / step.file
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(step.text, encoding="utf-8")
            case ByHand():
                with self.world.journal.turn:
                    HANDS[step.what](self.world)

    def _run(self, command: Command) -> None:
        ended = run_child(["/bin/bash", "-c", command.text], cwd=self.project, env=self.environment)
        said = f"$ {command.text}\n{ended.stdout}"
        assert ended.returncode == command.status, said
        if command.prints is not None:
            wrong = list(differences(of_today(command.prints), ended.stdout))
            assert wrong == [], said


def of_today(text: str) -> str:
    """Put the day that an exception proposes now in the place of the one that pages show."""
    return text.replace(SHOWN_DAY, str(datetime.now(UTC).date() + timedelta(days=90)))


def differences(shown: str, printed: str) -> Iterator[str]:
    """Yield the lines that a page shows and nobody printed, and those that it leaves out."""
    left = [line.rstrip() for line in printed.splitlines() if line.strip()]
    lines = [line.rstrip() for line in shown.splitlines() if line.strip()]
    for line in lines:
        if line.strip() == "...":
            continue
        pattern = re.compile(".*".join(map(re.escape, line.split("..."))))
        found = next((each for each in left if pattern.fullmatch(each)), None)
        if found is None:
            yield f"not printed: {line}"
        else:
            left.remove(found)
    if not any(line.strip() == "..." for line in lines):
        yield from (f"not shown: {line}" for line in left)


@contextmanager
def open_session(engine: Engine) -> Iterator[Session]:
    """Yield what the shell of the sandbox has before anything is deployed.

    Its code is a copy, since pages change the settings of the policy pack.
    """
    with (
        open_world(spare=read_seed(SPARE)) as world,
        open_workbench(engine, world.addresses()) as linked,
    ):
        bench = prepare_shell(linked, "prod")
        shutil.copytree(CHECKOUT / "docs" / "bootstrap", bench.project / "docs" / "bootstrap")
        environment = {**bench.environment, "AWS_PROFILE": "prod", "COLUMNS": "100"}
        yield Session(bench.project, environment, world)
