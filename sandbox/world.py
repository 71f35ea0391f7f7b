"""Hold both stand-ins, each on a loopback port, with one journal and one set of faults."""

import contextlib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sandbox.aws.accounts import ACCOUNTS, PROD, STAGING, Account
from sandbox.aws.bootstrap import bootstrap, organise
from sandbox.aws.moto_app import MotoApp
from sandbox.faults import Faults
from sandbox.github.app import create_app
from sandbox.github.calls import describe
from sandbox.github.seed import TOKEN, sample_estate
from sandbox.github.state import GitHubState
from sandbox.journal import Journal
from sandbox.seed import Seed, fill_github, seed_account, seeded_github
from sandbox.wire import Wire, serve

REGION = "eu-west-1"
STACKS: Mapping[str, Account] = {"staging": STAGING, "prod": PROD}
"""The stacks of the sample estate, each with its account."""
_PROFILES = {
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_DATA_PATH": None,
    "AWS_DEFAULT_PROFILE": None,
    "AWS_PROFILE": None,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}
"""What of the caller moto would read: it asks botocore for the names of services (5.2.5)."""


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
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.aws_url,
            "AWS_REGION": REGION,
            "GITHUB_BASE_URL": f"{self.github_url}/",
            "GITHUB_TOKEN": TOKEN,
        }

    def environment(self, stack: str) -> dict[str, str]:
        """Return the addresses with the credentials of a stack's account."""
        return {**self.addresses(), **STACKS[stack].environment}


@contextlib.contextmanager
def open_world(seed: Seed | None = None, *, spare: Seed | None = None) -> Iterator[World]:
    """Serve an AWS as it is after bootstrap, and a GitHub with the sample estate's owners.

    A `seed` takes the place of the sample estate, and fills the account that it names; `spare` is
    there besides. The caller's AWS profiles are out of this process's sight as long.
    """
    with _environment(_PROFILES), _served(seed, spare) as world:
        yield world


@contextlib.contextmanager
def _served(seed: Seed | None, spare: Seed | None) -> Iterator[World]:
    aws, github = MotoApp(), seeded_github(seed) if seed else sample_estate()
    for stack, account in STACKS.items():
        bootstrap(aws.iam(account), account.number, stack)
    organise(aws.organisation(PROD))
    if spare:
        fill_github(github, spare)
    for each in filter(None, (seed, spare)):
        account = next(one for one in ACCOUNTS if one.number == each.aws["account"])
        seed_account(each, aws.iam(account))
    journal, faults = Journal(), Faults()
    with (
        serve(Wire(aws, aws.describe, journal, faults)) as aws_url,
        serve(Wire(create_app(github), describe, journal, faults)) as github_url,
    ):
        yield World(aws, github, journal, faults, aws_url, github_url)


@contextlib.contextmanager
def _environment(settings: Mapping[str, str | None]) -> Iterator[None]:
    """Set variables of this process, or unset them, and put them back at the end."""
    before = {name: os.environ.get(name) for name in settings}
    _set(settings)
    try:
        yield
    finally:
        _set(before)


def _set(settings: Mapping[str, str | None]) -> None:
    for name, value in settings.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
