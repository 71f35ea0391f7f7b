"""The world is shut off from the caller, inside the process that holds it too."""

import os
import subprocess
import sys
from pathlib import Path

ASK_FOR_A_MISSING_ROLE = """
import os
import boto3
from sandbox.world import STACKS, open_world

keys = {name.lower(): key for name, key in STACKS["prod"].environment.items()}
with open_world() as world:
    iam = boto3.client("iam", endpoint_url=world.aws_url, region_name="eu-west-1", **keys)
    try:
        iam.get_role(RoleName="missing")
    except iam.exceptions.NoSuchEntityException as refused:
        print(refused)
print(os.environ["AWS_PROFILE"], os.environ["AWS_CONFIG_FILE"], "AWS_DEFAULT_PROFILE" in os.environ)
"""


def test_a_profile_of_the_caller_is_not_looked_for(tmp_path: Path) -> None:
    broken = tmp_path / "config"
    broken.write_text("no section")
    ended = subprocess.run(
        [sys.executable, "-c", ASK_FOR_A_MISSING_ROLE],
        env={**os.environ, "AWS_PROFILE": "nope", "AWS_CONFIG_FILE": str(broken)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.stdout, ended.stderr) == (
        "An error occurred (NoSuchEntity) when calling the GetRole operation: "
        f"Role missing not found\nnope {broken} False\n",
        "",
    )
