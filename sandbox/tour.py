"""Run the main job from nothing to a blocked role, and say at each step what was seen."""

import subprocess
import sys
from pathlib import Path

from rich.console import Console

from keyless.command_line.paragraph import Paragraph
from sandbox.children import run_child
from sandbox.engine import Engine
from sandbox.inventory import inventory
from sandbox.sample import CHECKOUT
from sandbox.workbench import Workbench, open_workbench
from sandbox.world import World, open_world

LOOSE_ROLE = Path(__file__).parent / "loose_role"
ACCESS_MAP = CHECKOUT / "build" / "access-map.html"
_QUIETLY = ("--suppress-outputs", "--suppress-progress")
_REVIEWED = (0, 1)
"""Exit statuses of a review that was made: nothing found, something to look at."""


class TourError(Exception):
    """Say which step did not end as it must, with what the engine printed."""


def run_tour(engine: Engine, stack: str) -> None:
    """Preview, deploy, preview again and try a loose role; raise TourError where one fails."""
    console = Console(highlight=False)
    with open_world() as world, open_workbench(engine, world.environment(stack)) as bench:
        console.print(f"sandbox: AWS at {world.aws_url}, GitHub at {world.github_url}\n")
        bench.create_stack(stack)
        _Tour(console, bench, stack).run(world)


class _Tour:
    def __init__(self, console: Console, bench: Workbench, stack: str) -> None:
        self._console = console
        self._bench = bench
        self._stack = stack

    def run(self, world: World) -> None:
        self._step("preview", "the policy pack judges what would be created")
        self._pulumi("preview")
        self._step("up", "both sides are created")
        self._pulumi("up", "--yes", "--skip-preview")
        self._step("preview again", "nothing is left to change")
        self._pulumi("preview", "--expect-no-changes")
        self._step("what exists now", "read from both sides, not from the state")
        self._console.print(inventory(world, self._stack))
        self._step("a loose role", 'a plain aws.iam.Role that trusts "repo:acme/*" is blocked')
        self._block_loose_role()
        self._step("access map", "who can become what, as a page to open and search")
        self._console.print(self._draw_access_map().as_uri(), soft_wrap=True)

    def _block_loose_role(self) -> None:
        project = self._bench.add_project(LOOSE_ROLE)
        self._bench.pulumi("stack", "init", self._stack, project=project).check_returncode()
        preview = ("preview", *_QUIETLY, "--stack", self._stack)
        with self._console.status("pulumi preview"):
            ended = self._bench.pulumi(*preview, project=project)
        if ended.returncode != 1 or "trust-subject-pinned" not in ended.stdout:
            raise TourError(f"sandbox: the loose role was not blocked:\n{ended.stdout}")
        self._show(ended, "Policies:")

    def _draw_access_map(self) -> Path:
        access = self._bench.pulumi("stack", "output", "access", "--json", "--stack", self._stack)
        ACCESS_MAP.parent.mkdir(exist_ok=True)
        outputs = ACCESS_MAP.with_suffix(".json")
        outputs.write_text(access.stdout)
        read, page = (str(file.relative_to(CHECKOUT)) for file in (outputs, ACCESS_MAP))
        ended = run_child(
            [sys.executable, "-m", "keyless", "access", "--from", read, "--html", page],
            cwd=CHECKOUT,
            env=self._bench.environment,
        )
        if ended.returncode not in _REVIEWED:
            raise TourError(f"sandbox: the access map was not drawn:\n{ended.stdout}")
        return ACCESS_MAP

    def _pulumi(self, *arguments: str) -> None:
        with self._console.status(f"pulumi {arguments[0]}"):
            ended = self._bench.pulumi(*arguments, *_QUIETLY, "--stack", self._stack)
        if ended.returncode != 0:
            raise TourError(f"sandbox: `pulumi {arguments[0]}` failed:\n{ended.stdout}")
        self._show(ended, "Policies:", "Resources:")

    def _show(self, ended: "subprocess.CompletedProcess[str]", *headings: str) -> None:
        for heading in headings:
            _, _, rest = ended.stdout.partition(f"{heading}\n")
            section = rest.partition("\n\n")[0].partition("\nDiagnostics:")[0].rstrip()
            for line in (heading, *section.splitlines()):
                text = line.lstrip()
                self._console.print(Paragraph(text, line[: -len(text)]))

    def _step(self, name: str, what: str) -> None:
        self._console.print(f"\n[bold]{name}[/bold]: {what}")
