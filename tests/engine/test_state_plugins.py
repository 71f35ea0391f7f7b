"""A state that names a plugin by its address: who can write the state could run code that way."""

import json
from collections.abc import Iterator

import pytest

from tests.engine.listener import Listener, open_listener
from tests.engine.stack import Stack


@pytest.fixture
def listener() -> Iterator[Listener]:
    with open_listener() as opened:
        yield opened


def test_a_plugin_that_the_state_names_is_not_downloaded(
    deployed: Stack, listener: Listener
) -> None:
    """The last lines show that the first ones can fail: without the switch a preview asks."""
    name_a_plugin(deployed, listener.address.rstrip("/"))
    preview(deployed, switch="true")
    assert listener.seen == []
    preview(deployed, switch="false")
    assert listener.seen


def preview(stack: Stack, *, switch: str) -> None:
    stack.unjudged.bench.pulumi(
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
