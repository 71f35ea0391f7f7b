"""Give GitHub repositories keyless access to AWS: config in, both sides out."""

from pathlib import Path

import pulumi

from components.access import role_access
from components.access_output import access_output
from components.inspection import inspect_stack
from components.provision import provision
from components.settings import read_settings


def main() -> None:
    """Read the settings, compare them with both sides, and only then register resources."""
    settings = read_settings(
        pulumi.runtime.get_config_env(), stack=pulumi.get_stack(), root=Path.cwd()
    )
    directory, found = inspect_stack(settings)
    accesses = role_access(settings, found)
    provision(settings, directory, found, accesses)
    pulumi.export("access", access_output(settings, accesses))


main()
