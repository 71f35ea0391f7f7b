"""Make a checkout of acme/shop in a folder, and ask `keyless jobs` about it."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.keyless.command_run import Ended, run

STACK = (Path(__file__).parent / "habits.stack.yaml").read_text()
CONFIGURE = "aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c"
WORKFLOWS = ".github/workflows"


def write(folder: Path, files: Mapping[str, str | bytes], stack: str = STACK) -> None:
    """Write the files of a checkout, workflows by their bare name, and a stack file beside it."""
    for name, text in files.items():
        path = folder / "checkout" / (name if "/" in name else f"{WORKFLOWS}/{name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    (folder / "Pulumi.prod.yaml").write_text(stack)


def ask(folder: Path, *words: str) -> Ended:
    """Run `keyless jobs` over what `write` wrote."""
    return run(
        "jobs", str(folder / "checkout"), "--config", str(folder / "Pulumi.prod.yaml"),
        "--repository", "acme/shop", "--default-branch", "main", *words,
    )  # fmt: skip


def answer(folder: Path, files: Mapping[str, str | bytes], stack: str = STACK) -> dict[str, Any]:
    """Return what `keyless jobs --json` prints about some files."""
    write(folder, files, stack)
    ended = ask(folder, "--json")
    assert ended.err == ""
    printed: dict[str, Any] = json.loads(ended.out)
    return printed


def workflow(
    *,
    on: str = "{push: {branches: [main]}}",
    job: str = "environment: production",
    permissions: str = "{contents: read, id-token: write}",
    inputs: str = "role-to-assume: '${{ vars.AWS_ROLE_ARN }}'",
) -> str:
    """Return a workflow of one job `deploy`, a step of which becomes a role."""
    return (
        f"on: {on}\nconcurrency: deploy\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n"
        f"    permissions: {permissions}\n    {job}\n    steps:\n      - uses: {CONFIGURE}\n"
        f"        with:\n          aws-region: eu-west-1\n          {inputs}\n"
    )
