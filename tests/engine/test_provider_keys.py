"""A stack file or Pulumi.yaml that leads the providers elsewhere: nobody there sees a byte."""

import json
from collections.abc import Iterator

import pytest
import yaml

from tests.engine.estate import Config, protected_storefront
from tests.engine.listener import Listener, open_listener
from tests.engine.stack import REFUSED_BY, Stack, sentences
from tests.keyless.command_run import run


@pytest.fixture
def listener() -> Iterator[Listener]:
    with open_listener() as opened:
        yield opened


@REFUSED_BY
def test_nothing_is_sent_to_another_address(
    deployed: Stack, listener: Listener, command: str
) -> None:
    """The stack is in place: the engine knows its providers before the program says a word."""
    address = listener.address
    keys: Config = {
        "aws:endpoints": [{"iam": address, "sts": address}],
        "github:baseUrl": address,
        "github:token": "ghp_other",
    }
    refused = ["aws:endpoints", "github:baseUrl", "github:token"]
    deployed.configure({**protected_storefront(), **keys})
    assert_refused(deployed, command, refused)
    deployed.configure(protected_storefront())
    project = deployed.bench.project / "Pulumi.yaml"
    kept = yaml.safe_load(project.read_text())
    own = {key: {"value": value} for key, value in keys.items() if key != "github:token"}
    project.write_text(yaml.safe_dump({**kept, "config": {**kept["config"], **own}}))
    assert_refused(deployed, command, refused[:2])
    project.write_text(yaml.safe_dump(kept))
    stack = yaml.safe_load(deployed.file.read_text())
    deployed.file.write_text(yaml.safe_dump({**stack, "environment": ["acme/prod"]}))
    deployed.world.journal.clear()
    deployed.refuse("preview")  # by the engine itself where the backend is no Pulumi Cloud
    assert deployed.world.journal.count() == 0
    assert listener.seen == []


@REFUSED_BY
def test_a_second_project_file_that_pulumi_prefers_is_refused(
    deployed: Stack, listener: Listener, command: str
) -> None:
    """Pulumi 3.259 reads Pulumi.json before Pulumi.yaml, and then Pulumi.STACK.json."""
    address = listener.address
    project = yaml.safe_load((deployed.bench.project / "Pulumi.yaml").read_text())
    stack = yaml.safe_load(deployed.file.read_text())
    stack["config"]["github:baseUrl"] = address
    other = deployed.bench.project / "Pulumi.json"
    other.write_text(json.dumps(project))
    other.with_name(f"Pulumi.{deployed.name}.json").write_text(json.dumps(stack))
    try:
        assert_refused(deployed, command, ["github:baseUrl", "Pulumi.json"])
    finally:
        other.unlink()
    assert listener.seen == []


def test_the_command_refuses_what_pulumi_asks_before_the_program_runs(
    deployed: Stack, listener: Listener
) -> None:
    """The last line shows why the workflows run it first: Pulumi itself asks the address."""
    kept = deployed.file.read_text()
    address = listener.address
    deployed.file.write_text(
        f"secretsprovider: awskms://alias/keyless?region=eu-west-1&endpoint={address}\n"
        f"encryptedkey: AAAA\n{kept}"
    )
    ended = run("check", deployed.name, "--folder", str(deployed.bench.project))
    assert (ended.status, ended.out.count("an unknown parameter of the address")) == (1, 1)
    assert listener.seen == []
    deployed.run("preview")
    assert listener.seen


def assert_refused(stack: Stack, command: str, keys: list[str]) -> None:
    """Assert that a command ends with a sentence about each key, and asks nobody anything."""
    stack.world.journal.clear()
    printed = stack.refuse(*command.split())
    assert [line.split(": ")[0] for line in sentences(printed)] == keys
    assert "ghp_other" not in printed
    assert stack.world.journal.count() == 0
