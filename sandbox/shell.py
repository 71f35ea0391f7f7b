"""Open a shell against a running sandbox, in which Pulumi works as it would for real."""

import os
import signal
import subprocess
from pathlib import Path

from rich.console import Console

from sandbox.engine import Engine
from sandbox.seed import Seed
from sandbox.workbench import Workbench, open_workbench
from sandbox.world import STACKS, open_world

_WELCOME = """\
You are in a copy of the project. AWS and GitHub are stand-ins on this machine;
the engine and the policy pack are real, and every preview is judged. Both
stacks exist, nothing is deployed.

  pulumi preview          what would change
  pulumi up               make it so
  $EDITOR Pulumi.{stack}.yaml

Each stack has an account of its own. To change over:
  export AWS_PROFILE=staging; pulumi stack select staging

AWS answers at {aws}, GitHub at {github}.
Leave with `exit`: everything here is removed.
"""


def open_shell(engine: Engine, stack: str, seed: Seed | None = None) -> None:
    """Run the person's own shell until it ends; a `seed` is what both sides hold already."""
    with open_world(seed) as world, open_workbench(engine, world.addresses()) as linked:
        bench = linked.with_own_code()
        write_profiles(Path(bench.environment["HOME"]))
        for name in STACKS:
            bench.create_stack(name)
        bench.pulumi("stack", "select", stack).check_returncode()
        addresses = {"aws": world.aws_url, "github": world.github_url}
        Console().print(_WELCOME.format(stack=stack, **addresses), highlight=False)
        _run_shell(bench, stack)


def _run_shell(bench: Workbench, stack: str) -> None:
    caller = os.environ
    environment = {
        **bench.environment,
        **{name: caller[name] for name in ("EDITOR", "VISUAL") if name in caller},
        "AWS_PROFILE": stack,
        "PATH": os.pathsep.join([bench.environment["PATH"], caller.get("PATH", os.defpath)]),
        "PS1": "sandbox$ ",
    }
    listening = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C belongs to the shell
    try:
        shell = [os.environ.get("SHELL", "/bin/sh"), "-i"]
        subprocess.run(
            shell,
            cwd=bench.project,
            env=environment,
            check=False,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
    finally:
        signal.signal(signal.SIGINT, listening)


def write_profiles(home: Path) -> None:
    """Give each stack's account a profile, as a person who works with several accounts has."""
    folder = home / ".aws"
    folder.mkdir()
    lines = []
    for stack in STACKS:
        keys = STACKS[stack].environment
        lines += [f"[{stack}]", *(f"{name.lower()} = {value}" for name, value in keys.items())]
    (folder / "credentials").write_text("\n".join(lines) + "\n")
    (folder / "config").write_text("".join(f"[profile {stack}]\n" for stack in STACKS))
