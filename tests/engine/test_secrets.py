"""No secret leaves the place it is meant for: everything written anywhere is searched for it."""

import base64
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import yaml

from sandbox.children import run_child
from sandbox.engine import Engine
from sandbox.faults import Fault, Kind
from sandbox.sample import CHECKOUT
from sandbox.workbench import Workbench, open_workbench
from sandbox.world import STACKS, World
from tests.engine.estate import storefront
from tests.engine.stack import Stack

CANARIES = {
    "the token of GitHub": "canary-token-3c9e12",
    "the secret key of AWS": STACKS["prod"].secret_access_key,
    "the session token of AWS": "canary-session-5f0c7d",
    "the passphrase": "canary-passphrase-a91e04",
    "a secret of the stack": "canary-config-77b1c2",
    "a key that somebody left in a variable": "AKIACANARYKEY0000001",
    "the signature of a token": "canary-signature-0d6e3b",
}
LOUD = ("-v=9", "--logtostderr", "--logflow")
_LOGGED_CONFIG = "Terraform input"
"""From -v=5 on, pulumi-terraform-bridge 3.137 logs the config of a provider, its token included: so
those levels are for machines that nobody else reads. Nothing else may show there."""


@contextmanager
def seeded(engine: Engine, world: World) -> Iterator[Stack]:
    """Yield a stack whose every secret is a canary."""
    files = [CHECKOUT / "Pulumi.yaml"]
    with open_workbench(engine, world.environment("prod"), files) as opened:
        environment = {
            **opened.environment,
            "GITHUB_TOKEN": CANARIES["the token of GitHub"],
            "AWS_SESSION_TOKEN": CANARIES["the session token of AWS"],
            "PULUMI_CONFIG_PASSPHRASE": CANARIES["the passphrase"],
        }
        bench = replace(opened, environment=environment)
        (bench.project / "Pulumi.prod.yaml").write_text(yaml.safe_dump({"config": storefront()}))
        bench.create_stack("prod")
        stack = Stack("prod", bench, world)
        secret = CANARIES["a secret of the stack"]
        stack.succeed("config", "set", "--secret", "other:key", secret)
        yield stack


def seed(world: World) -> None:
    """Let GitHub know the token, and put a key of AWS into a variable of a repository."""
    with world.journal.turn:
        world.github.tokens.add(CANARIES["the token of GitHub"])
        variables = world.github.repository("acme/storefront").variables
        key = CANARIES["a key that somebody left in a variable"]
        world.github.set_variable(variables, "OLD_KEY", key)


def test_no_secret_is_written_anywhere(engine: Engine, world: World, tmp_path: Path) -> None:
    seed(world)
    with seeded(engine, world) as stack:
        printed = {"preview": stack.succeed("preview")}
        world.faults.add(Fault(kind=Kind.SERVER_ERROR, nth=40, times=9))
        printed["failed up"] = stack.run("up", "--yes", "--skip-preview").stdout
        world.faults.clear()
        printed["up"] = stack.up(*LOUD)
        printed["state"] = stack.succeed("stack", "export")
        printed["outputs"] = stack.succeed("stack", "output", "--json", "--show-secrets")
        printed |= reviewed(stack, tmp_path)
        printed["destroy"] = stack.succeed("destroy", "--yes", "--exclude-protected", *LOUD)
        found = {
            f"{name} in {where}"
            for where, text in {**printed, **written(stack.bench)}.items()
            for name, canary in CANARIES.items()
            if any(canary in line and not is_logged_config(line) for line in text.splitlines())
        }
    assert found == set()


def test_a_secret_among_the_settings_is_refused(engine: Engine, world: World) -> None:
    """Pulumi would hide it at preview, and `up` would write it in plain."""
    variable = "keyless:repositories.storefront.environments.production.variables.PASSWORD"
    canary = CANARIES["a secret of the stack"]
    with seeded(engine, world) as stack:
        stack.succeed("config", "set", "--secret", "--path", variable, canary)
        printed = stack.fail("preview")
        assert "keyless:repositories: a secret. Settings end in plain text: in the state" in printed
        assert not [text for text in [printed, *written(stack.bench).values()] if canary in text]


def is_logged_config(line: str) -> bool:
    return _LOGGED_CONFIG in line and " token = " in line


def reviewed(stack: Stack, folder: Path) -> dict[str, str]:
    """Run every review that writes something, and return all that was written."""
    state, token = folder / "state.json", folder / "token"
    state.write_text(stack.succeed("stack", "export"))
    token.write_text(web_token())
    commands = {
        "access": ["access", "--from", state, "--html", "page.html", "--markdown", "page.md"],
        "access as JSON": ["access", "--from", state, "--json"],
        "rehearse": ["rehearse", "--from", state, "--claims", token],
        "rehearse as JSON": ["rehearse", "--from", state, "--claims", token, "--json"],
        "audit": ["audit", state],
        "workflow": ["workflow", "--from", state, "storefront"],
        "trail": ["trail", "--from", state, "storefront"],
        "drift": ["drift", "--from", state],
    }
    printed = {}
    for name, arguments in commands.items():
        ended = run_child(
            [sys.executable, "-m", "keyless", *map(str, arguments)],
            cwd=folder,
            env={**stack.bench.environment, "PYTHONPATH": str(CHECKOUT)},
        )
        assert ended.returncode in {0, 1}, ended.stdout
        assert "Traceback" not in ended.stdout
        printed[name] = ended.stdout
    token.unlink()
    return printed | {file.name: file.read_text() for file in folder.iterdir()}


def web_token() -> str:
    """Return a token of the stack's own job, signed with a canary."""
    claims = {
        "iss": "https://token.actions.githubusercontent.com",
        "aud": "sts.amazonaws.com",
        "sub": "repo:acme/storefront:environment:production",
        "repository_id": "811223344",
        "repository_owner_id": "9919",
    }
    parts = [{"alg": "RS256"}, claims]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join([*(part.rstrip("=") for part in encoded), CANARIES["the signature of a token"]])


def written(bench: Workbench) -> dict[str, str]:
    """Return every file on the workbench: project, backend, home, plugins' folders, temporary."""
    root = bench.project.parent
    return {
        str(file.relative_to(root)): file.read_bytes().decode(errors="replace")
        for file in root.rglob("*")
        if file.is_file() and not file.is_symlink()
    }
