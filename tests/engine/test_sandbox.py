"""`make sandbox` and `make sandbox-shell` as a person runs them."""

import os
import re
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from sandbox.engine import Engine
from sandbox.sample import CHECKOUT
from sandbox.welcome import ADOPT, CREATE, ENTRY, ONBOARD

HOSTILE = {
    "AWS_ACCESS_KEY_ID": "AKIAOFTHECALLER00000",
    "AWS_SECRET_ACCESS_KEY": "canary",
    "AWS_PROFILE": "of-the-caller",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "GITHUB_TOKEN": "canary",
    "GITHUB_OWNER": "somebody-else",
    "GITHUB_BASE_URL": "http://127.0.0.1:9/",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "PULUMI_ACCESS_TOKEN": "canary",
    "PULUMI_CONFIG_PASSPHRASE_FILE": "/nowhere",
    "PULUMI_HOME": "/nowhere",
    "PULUMI_OPTION_POLICY_PACK_CONFIG": "/nowhere",
}


def environment(temporary: Path) -> dict[str, str]:
    temporary.mkdir()
    return {**os.environ, **HOSTILE, "TMPDIR": str(temporary), "COLUMNS": "100"}


def processes_under(folder: Path) -> list[str]:
    """Return the commands that still run from anything in `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            text = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except (OSError, NotADirectoryError):
            continue
        if str(folder).encode() in text and entry.name != str(os.getpid()):
            found.append((entry / "cmdline").read_text())
    return found


def test_the_main_job_ends_with_a_blocked_role(engine: Engine, tmp_path: Path) -> None:
    temporary = tmp_path / "t"
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox"],
        env=environment(temporary),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    printed = " ".join(ended.stdout.split())
    assert "created" in printed
    assert "unchanged" in printed
    assert (
        "acme-storefront-production-deploy AWS_ROLE_ARN in acme/storefront, environment "
        "production: approved by mona or team storefront-leads; from branch main or tag v*"
    ) in printed
    assert "\n          OWNER-WIDE: statement 1: StringLike" in ended.stdout
    page = Path(unquote(urlsplit(ended.stdout.splitlines()[-1]).path)).read_text()
    assert "acme-storefront-production-deploy" in page
    taken_again = re.search(r"sha256sum build/access-map\.json", page)
    assert taken_again is not None
    digest = subprocess.run(taken_again[0].split(), cwd=CHECKOUT, capture_output=True, check=True)
    assert digest.stdout.split()[0].decode() in page
    assert list(temporary.iterdir()) == []
    assert processes_under(temporary) == []


def test_ctrl_c_leaves_nothing_behind(engine: Engine, tmp_path: Path) -> None:
    temporary = tmp_path / "t"
    running = subprocess.Popen(
        [sys.executable, "-m", "sandbox"],
        env=environment(temporary),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    until_providers_run(running, temporary)
    running.send_signal(signal.SIGINT)
    printed, _ = running.communicate(timeout=60)
    assert printed.endswith(
        "sandbox: stopping: the engine ends first, which takes some seconds\n"
        "sandbox: interrupted; nothing was left behind\n"
    )
    assert running.returncode == 1
    assert list(temporary.iterdir()) == []
    assert processes_under(temporary) == []


def until_providers_run(running: "subprocess.Popen[str]", temporary: Path) -> None:
    while not any("pulumi-resource-github" in command for command in processes_under(temporary)):
        with suppress(subprocess.TimeoutExpired):
            running.wait(timeout=0.1)
        assert running.returncode is None, "it ended before the engine started its providers"


def test_the_welcome_can_be_followed_in_a_shell_with_the_pack(
    engine: Engine, tmp_path: Path
) -> None:
    """Its commands are taken as they are; `pulumi up` alone is answered with yes."""
    temporary = tmp_path / "t"
    edit = f"sed -i '/^  keyless:repositories:$/r /dev/stdin' Pulumi.prod.yaml <<'END'\n{ENTRY}END"
    commands = [edit, *ONBOARD, *ADOPT, *CREATE]
    answered = [re.sub(r"^pulumi up$", "pulumi up --yes", command) for command in commands]
    of_prod = "export AWS_PROFILE=prod; pulumi stack select prod"
    wrong = [of_prod, "sed -i s/9919/9920/ Pulumi.prod.yaml", "pulumi preview"]
    asked = ["echo THE-SHELL", "ls -l | grep -- '->'", "echo $EDITOR; echo $PATH", "exit 0\n"]
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox", "shell"],
        env={
            **environment(temporary),
            "SHELL": "/bin/sh",
            "EDITOR": "ed",
            "PATH": f"{os.environ['PATH']}:/of/the/caller",
        },
        input="\n".join([*answered, *wrong, *asked]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr + ended.stdout
    assert_welcome_was_right(ended.stdout)
    assert "keyless@v0.2.0" in ended.stdout
    assert (
        'keyless:owner_id: 9920 is pinned, but the owner "acme" of today has the id 9919.'
    ) in ended.stdout
    shell = ended.stdout.partition("\nTHE-SHELL\n")[2].splitlines()
    assert len(shell) == 2, "a link leads into the checkout"
    editor, path = shell
    assert editor == "ed"
    assert path.endswith(":/of/the/caller")
    assert list(temporary.iterdir()) == []


def assert_welcome_was_right(printed: str) -> None:
    for command in (*ONBOARD, *ADOPT, *CREATE):
        assert f"\n  {command}\n" in printed
    assert f":\n{ENTRY}Then:\n" in printed
    assert "handbook/environment/production/deploy created" in printed
    assert "3 roles for GitHub: 1 taken over, 1 replaced, 1 refused." in printed
    assert "aws:iam:Role returns/environment/production/deploy updated" in printed
    assert re.search(r'^\{"id":2\d{7},"$', printed, re.MULTILINE)


@pytest.mark.parametrize("script", ["exit 3", "kill -HUP $PPID; exec sleep 60"])
def test_a_shell_that_fails_or_loses_its_terminal_still_cleans_up(
    engine: Engine, tmp_path: Path, script: str
) -> None:
    temporary = tmp_path / "t"
    subprocess.run(
        [sys.executable, "-m", "sandbox", "shell"],
        env={**environment(temporary), "SHELL": "/bin/sh"},
        input=f"{script}\n",
        capture_output=True,
        text=True,
        check=False,
    )
    assert list(temporary.iterdir()) == []
