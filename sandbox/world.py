"""Hold both stand-ins, each on a loopback port, with one journal and one set of faults."""

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox.aws.accounts import PROD, STAGING, Account
from sandbox.aws.bootstrap import bootstrap
from sandbox.aws.moto_app import MotoApp
from sandbox.faults import Faults
from sandbox.github.app import create_app
from sandbox.github.calls import describe
from sandbox.github.seed import TOKEN, sample_estate
from sandbox.github.state import GitHubState
from sandbox.journal import Journal
from sandbox.wire import Wire, serve

REGION = "eu-west-1"
STACKS: Mapping[str, Account] = {"staging": STAGING, "prod": PROD}
"""The stacks of the sample estate, each with its account."""


@dataclass(frozen=True)
class World:
    """What the stand-ins hold, and where they answer; change it by hand under `journal.turn`."""

    aws: MotoApp
    github: GitHubState
    journal: Journal
    faults: Faults
    aws_url: str
    github_url: str

    def addresses(self) -> dict[str, str]:
        """Return the environment variables that lead clients and providers here."""
        return {
            "AWS_ENDPOINT_URL": self.aws_url,
            "AWS_REGION": REGION,
            "GITHUB_BASE_URL": f"{self.github_url}/",
            "GITHUB_TOKEN": TOKEN,
        }

    def environment(self, stack: str) -> dict[str, str]:
        """Return the addresses with the credentials of a stack's account."""
        return {**self.addresses(), **STACKS[stack].environment}


@contextlib.contextmanager
def open_world() -> Iterator[World]:
    """Serve an AWS as it is after bootstrap, and a GitHub with the sample estate's owners."""
    aws, github = MotoApp(), sample_estate()
    for stack, account in STACKS.items():
        bootstrap(aws.iam(account), account.number, stack)
    journal, faults = Journal(), Faults()
    with (
        serve(Wire(aws, aws.describe, journal, faults)) as aws_url,
        serve(Wire(create_app(github), describe, journal, faults)) as github_url,
    ):
        yield World(aws, github, journal, faults, aws_url, github_url)
