"""Give GitHub repositories keyless access to AWS: config in, both sides out."""

from pathlib import Path

import pulumi

from components.lookups.github_address import open_github
from components.lookups.inspection import (
    InspectionError,
    answer_missing_ids,
    inspect_stack,
)
from components.provision import provision
from components.refusal import end_with
from components.remarks import say_remarks
from keyless.estate.access_output import access_output
from keyless.estate.composed_roles import compose_roles
from keyless.estate.reading import SettingsError, read_settings
from keyless.github_api import GithubSetupError


def main() -> None:
    """Read the settings, compare them with both sides, and only then register resources."""
    config = pulumi.runtime.get_config_env()
    secret = pulumi.runtime.get_config_secret_keys_env()
    settings = read_settings(config, stack=pulumi.get_stack(), root=Path.cwd(), secret_keys=secret)
    say_remarks(settings)
    github = open_github(settings.issuer.url)
    inspection = inspect_stack(settings, github)
    settings = settings.without_rules(inspection.without_rules)
    roles = compose_roles(settings, inspection.repositories)
    provision(settings, inspection, roles, github)
    pulumi.export("access", access_output(settings, roles))


try:
    main()
except SettingsError as wrong:
    end_with(str(answer_missing_ids(wrong)))
except (GithubSetupError, InspectionError, pulumi.RunError) as wrong:
    end_with(str(wrong))
