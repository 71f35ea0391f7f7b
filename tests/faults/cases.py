"""Turn runs into cases of a test: all of them for `make test-faults`, a sample for `make test`."""

from typing import TYPE_CHECKING

import pytest

from tests.faults.runs import every_run

if TYPE_CHECKING:
    from _pytest.mark import ParameterSet

SAMPLE = {
    "up-aws-CreateRole-acme-storefront-production-deploy-lost",
    "up-github-PUT-storefront/environments/production-secondary_limit",
    "update-github-PUT-checkout-api/environments/production-dropped",
    "update-aws-UpdateAssumeRolePolicy-acme-checkout-api-production-deploy-throttled",
    "destroy-github-DELETE-storefront/environments/production/variables/AWS_ROLE_ARN-rate_limited",
    "destroy-aws-DeleteRole-acme-storefront-production-deploy-server_error",
    "destroy-aws-DeleteRole-acme-storefront-production-deploy-cli_killed",
    "up-github-GET-checkout-api-server_error",
    "up-github-POST-storefront/rulesets/keyless-prod-main-program_killed",
}
"""Each kind of failing call, both kills, each scenario, both sides, at calls trust hangs on, and a
question that fails before anything changes."""


def cases(scenario: str) -> "list[ParameterSet]":
    """Return the runs of a scenario; those outside of the sample are marked `faults`."""
    return [
        pytest.param(run, id=run.id, marks=() if run.id in SAMPLE else pytest.mark.faults)
        for run in every_run()
        if run.scenario == scenario
    ]
