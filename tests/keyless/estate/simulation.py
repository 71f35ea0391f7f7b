"""Ask an IAM simulator that is not the project's own: npm `@cloud-copilot/iam-simulate`."""

import json
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import pytest

from tests.keyless.estate.simulator_install import provide_simulator

ACCOUNT = "222222222222"
EVERYTHING: Mapping[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}],
}
DENIED = {"ImplicitlyDenied", "ExplicitlyDenied"}


@dataclass(frozen=True, kw_only=True)
class Request:
    """A request to the account, with the policies that it meets; None where there is none.

    The principal's identity policy allows everything unless it is given. AWS fills
    `aws:PrincipalArn` for principals with an ARN, the simulator what `context` says.
    """

    principal: str
    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)
    identity: Mapping[str, Any] | None = field(default_factory=lambda: EVERYTHING)
    boundary: Mapping[str, Any] | None = None
    bucket: Mapping[str, Any] | None = None
    account: str = ACCOUNT


def simulate(requests: Sequence[Request]) -> list[str]:
    """Return `Allowed`, `ImplicitlyDenied` or `ExplicitlyDenied` for each request."""
    answers: list[str] = run_simulator("requests.js", [asdict(each) for each in requests])
    odd = [answer for answer in answers if answer not in {"Allowed", *DENIED}]
    assert odd == []
    return answers


def run_simulator(program: str, asked: object) -> Any:
    """Return what one of the programs answers; the test is skipped where nothing can run it."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if not npm or not node:
        pytest.skip("no Node.js with npm, which the simulator runs on")
    ended = subprocess.run(
        [node, provide_simulator(npm) / program],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(ended.stdout)
