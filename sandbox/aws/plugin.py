"""Put the AWS provider where the engine looks for plugins."""

import shlex
import sys
from pathlib import Path

from sandbox.aws.provider import VERSION

_EXECUTABLE = 0o755


def install_plugin(plugins_dir: Path) -> None:
    """Write the provider's plugin folder into `plugins_dir` (`$PULUMI_HOME/plugins`).

    The plugin is a launcher for this checkout and the interpreter that runs now. An existing one
    is overwritten.
    """
    folder = plugins_dir / f"resource-aws-v{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    launcher = folder / "pulumi-resource-aws"
    checkout = Path(__file__).resolve().parents[2]
    command = shlex.join([sys.executable, "-P", "-m", "sandbox.aws.provider"])
    path = shlex.quote(str(checkout))
    launcher.write_text(
        f'#!/bin/sh\nPYTHONPATH={path}${{PYTHONPATH:+":$PYTHONPATH"}} exec {command} "$@"\n'
    )
    launcher.chmod(_EXECUTABLE)
