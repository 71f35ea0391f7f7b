"""A stack file or Pulumi.yaml that leads the providers elsewhere: nobody there sees a byte."""

import socket
from collections.abc import Iterator

import pytest
import yaml

from tests.engine.estate import Config, protected_storefront
from tests.engine.stack import Stack, sentences


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Yield a socket that takes connections; each waits there until somebody asks for it."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        opened.setblocking(False)
        yield opened


def test_nothing_is_sent_to_another_address(deployed: Stack, listener: socket.socket) -> None:
    """The stack is in place: the engine knows its providers before the program says a word."""
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    keys: Config = {
        "aws:endpoints": [{"iam": address, "sts": address}],
        "github:baseUrl": address,
        "github:token": "ghp_other",
    }
    refused = ["aws:endpoints", "github:baseUrl", "github:token"]
    deployed.configure({**protected_storefront(), **keys})
    assert_refused(deployed, refused)
    deployed.configure(protected_storefront())
    project = deployed.bench.project / "Pulumi.yaml"
    kept = yaml.safe_load(project.read_text())
    own = {key: {"value": value} for key, value in keys.items() if key != "github:token"}
    project.write_text(yaml.safe_dump({**kept, "config": {**kept["config"], **own}}))
    assert_refused(deployed, refused[:2])
    project.write_text(yaml.safe_dump(kept))
    stack = yaml.safe_load(deployed.file.read_text())
    deployed.file.write_text(yaml.safe_dump({**stack, "environment": ["acme/prod"]}))
    deployed.world.journal.clear()
    deployed.fail("preview")  # by the engine itself where the backend is no Pulumi Cloud
    assert deployed.world.journal.count() == 0
    with pytest.raises(BlockingIOError):
        listener.accept()


def assert_refused(stack: Stack, keys: list[str]) -> None:
    """Assert that both commands end with a sentence about each key, and ask nobody anything."""
    for command in ("preview", "up --yes --skip-preview"):
        stack.world.journal.clear()
        printed = stack.fail(*command.split())
        assert [line.split(": ")[0] for line in sentences(printed)] == keys
        assert "ghp_other" not in printed
        assert stack.world.journal.count() == 0
