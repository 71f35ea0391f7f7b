"""A state that names a plugin by its address: who can write the state could run code that way."""

import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from tests.engine.stack import Stack


@dataclass
class Listener:
    """A socket that closes each connection at once, and how many there were."""

    opened: socket.socket
    seen: list[object] = field(default_factory=list)

    def serve(self) -> None:
        while True:
            connection, address = self.opened.accept()
            self.seen.append(address)
            connection.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    with socket.create_server(("127.0.0.1", 0)) as opened:
        made = Listener(opened)
        threading.Thread(target=made.serve, daemon=True).start()
        yield made


def test_a_plugin_that_the_state_names_is_not_downloaded(
    deployed: Stack, listener: Listener
) -> None:
    """The last lines show that the first ones can fail: without the switch a preview asks."""
    name_a_plugin(deployed, f"http://127.0.0.1:{listener.opened.getsockname()[1]}")
    preview(deployed, switch="true")
    assert listener.seen == []
    preview(deployed, switch="false")
    assert listener.seen


def preview(stack: Stack, *, switch: str) -> None:
    stack.bench.pulumi(
        "preview",
        "--stack",
        stack.name,
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=switch,
    )


def name_a_plugin(stack: Stack, address: str) -> None:
    """Have the state hold a provider of another version, found at the address."""
    exported = json.loads(stack.succeed("stack", "export"))
    resources = exported["deployment"]["resources"]
    own = next(each for each in resources if each["type"] == "pulumi:providers:aws")
    named = {"version": "7.99.0", "__internal": {"pluginDownloadURL": address}}
    inputs = {**own["inputs"], **named}
    urn = own["urn"].rpartition("::")[0] + "::default_7_99_0"
    resources.insert(1, {**own, "urn": urn, "inputs": inputs, "outputs": inputs})
    file = stack.bench.project / "state.json"
    file.write_text(json.dumps(exported))
    stack.succeed("stack", "import", "--file", str(file))
