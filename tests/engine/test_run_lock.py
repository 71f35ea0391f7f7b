"""What `make install-run` installs in the job that changes things: enough for it, and little."""

import re
import sysconfig
import venv
from collections.abc import Mapping
from importlib.metadata import distribution
from pathlib import Path

from sandbox.sample import CHECKOUT
from tests.engine.estate import protected_storefront
from tests.engine.stack import Deploy

RUN = CHECKOUT / "requirements-run.txt"
ALL = CHECKOUT / "requirements.txt"
NOT_TO_RUN = {"boto3", "githubkit", "moto", "pytest", "flask", "mypy", "cryptography", "requests"}


def pinned(lock: Path) -> Mapping[str, str]:
    """Return the version of each package in a lock file."""
    return dict(re.findall(r"^([a-z0-9-]+)(?:\[[a-z,]+\])?==(\S+)", lock.read_text(), re.MULTILINE))


def test_it_is_a_small_part_of_all_that_is_locked() -> None:
    run = pinned(RUN)
    assert run.items() <= pinned(ALL).items()
    assert NOT_TO_RUN.isdisjoint(run)
    assert pinned(ALL).keys() >= NOT_TO_RUN


def test_a_stack_goes_up_with_it_under_the_pack(deploy: Deploy, tmp_path: Path) -> None:
    stack = deploy(protected_storefront())
    enforced = stack.bench.with_own_code()
    venv.create(tmp_path / "venv", with_pip=True)  # the engine asks pip what there is
    (packages,) = (tmp_path / "venv").glob("lib/python*/site-packages")
    for name in pinned(RUN):
        tops = {file.parts[0] for file in distribution(name).files or ()} - {"..", "__pycache__"}
        for top in tops:
            if not (packages / top).exists():  # opentelemetry and google are shared
                (packages / top).symlink_to(Path(sysconfig.get_path("purelib")) / top)
    (enforced.project / ".venv").unlink()
    (enforced.project / ".venv").symlink_to(tmp_path / "venv")
    ended = enforced.pulumi("up", "--yes", "--skip-preview", "--stack", stack.name)
    assert ended.returncode == 0, ended.stdout
    assert "✅ keyless@" in ended.stdout
