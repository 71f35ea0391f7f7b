"""Open a shell against a running sandbox, in which Pulumi works as it would for real."""

import os
import signal
import subprocess
from collections.abc import Mapping
from pathlib import Path

from sandbox.aws.accounts import LEGACY, Account
from sandbox.engine import Engine
from sandbox.seed import Seed, read_seed
from sandbox.welcome import welcome
from sandbox.workbench import Workbench, open_workbench
from sandbox.world import STACKS, open_world

SPARE = Path(__file__).parent / "spare.yaml"
PROFILES: Mapping[str, Account] = {**STACKS, "legacy": LEGACY}
"""The accounts of the shell; each profile has the name of the stack that is its account's."""


def open_shell(engine: Engine, stack: str, seed: Seed | None = None) -> None:
    """Run the person's own shell until it ends; a `seed` is what both sides hold already."""
    spare = None if seed else read_seed(SPARE)
    with open_world(seed, spare=spare) as world, open_workbench(engine, world.addresses()) as bench:
        prepared = prepare_shell(bench, stack)
        print(welcome(stack, world, is_spare=spare is not None), flush=True)  # noqa: T201
        _run_shell(prepared, stack)


def prepare_shell(linked: Workbench, stack: str) -> Workbench:
    """Return a workbench with code of its own, a profile for each account and every stack."""
    bench = linked.with_own_code()
    write_profiles(Path(bench.environment["HOME"]))
    for name in PROFILES:
        bench.create_stack(name)
    bench.pulumi("stack", "select", stack).check_returncode()
    return bench


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
    """Give each account a profile, as a person who works with several accounts has."""
    folder = home / ".aws"
    folder.mkdir()
    lines = []
    for name, account in PROFILES.items():
        keys = account.environment
        lines += [f"[{name}]", *(f"{key.lower()} = {value}" for key, value in keys.items())]
    (folder / "credentials").write_text("\n".join(lines) + "\n")
    (folder / "config").write_text("".join(f"[profile {name}]\n" for name in PROFILES))
