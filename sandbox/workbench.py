"""Lay out a temporary place where the engine runs a copy of the project, shut off from the caller.

The environment of every child is written from nothing: no AWS_*, GITHUB_*, PULUMI_* or proxy
setting of the caller reaches it, and its home folder is the temporary one.
"""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sandbox.aws.plugin import install_plugin
from sandbox.children import run_child
from sandbox.engine import Engine
from sandbox.engine.part import GITHUB_PROVIDER_VERSION
from sandbox.sample import CHECKOUT, KEPT, sample_files

POLICY_PACK = CHECKOUT / "policypack"
PASSPHRASE = "sandbox"  # noqa: S105 - protects nothing: the sandbox's state contains no secret
_GITHUB = "pulumi-resource-github"
_CODE = ("__main__.py", "components", "keyless", "policypack")


@dataclass(frozen=True)
class Workbench:
    """Hold a copy of the stack files beside links to the code, and what the engine needs to run.

    `project` is where commands run; `environment` is all they see.
    """

    project: Path
    environment: Mapping[str, str]

    def pulumi(
        self, *arguments: str, project: Path | None = None, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """Run one Pulumi command to its end and return what it printed and its exit status.

        `environment` adds to what the command sees; `project` is another folder to run in.
        """
        return run_child(
            [self._pulumi, *arguments, "--non-interactive"],
            cwd=project or self.project,
            env={**self.environment, **environment},
        )

    def add_project(self, folder: Path) -> Path:
        """Copy the project in `folder` onto the workbench and return where it lies."""
        project = self.project.parent / folder.name
        shutil.copytree(folder, project)
        (project / ".venv").symlink_to(CHECKOUT / ".venv")
        return project

    def with_own_code(self) -> "Workbench":
        """Put copies in the place of the links to the code, so that it can be edited."""
        for name in _CODE:
            _remove(self.project / name)
            copy = shutil.copytree if (CHECKOUT / name).is_dir() else shutil.copy
            copy(CHECKOUT / name, self.project / name)
        _put_settings_of_the_sample(self.project)
        enforced = {"PULUMI_OPTION_POLICY_PACK": str(self.project / POLICY_PACK.name)}
        return replace(self, environment={**self.environment, **enforced})

    def create_stack(self, stack: str) -> None:
        """Create `stack` in the temporary backend.

        Raises subprocess.CalledProcessError when the engine refuses.
        """
        self.pulumi("stack", "init", stack).check_returncode()

    @property
    def _pulumi(self) -> str:
        found = shutil.which("pulumi", path=self.environment["PATH"])
        assert found is not None, "the engine was provided"
        return found


@contextlib.contextmanager
def open_workbench(
    engine: Engine, addresses: Mapping[str, str], files: Sequence[Path] | None = None
) -> Iterator[Workbench]:
    """Yield a workbench whose engine talks to the stand-ins, and remove it at the end.

    `addresses` are the environment variables that lead the providers to them. `files` are copied
    into the project; by default the project's own stack files.
    """
    with tempfile.TemporaryDirectory(prefix="keyless-") as folder:
        root = Path(folder)
        project = root / "project"
        _lay_out_project(project, files)
        _lay_out_plugins(root / "pulumi" / "plugins", engine)
        (root / "backend").mkdir()
        (root / "home").mkdir()
        yield Workbench(project, {**_environment(root, engine), **addresses})


def _lay_out_project(project: Path, files: Sequence[Path] | None) -> None:
    project.mkdir()
    for name in (".venv", *_CODE):
        (project / name).symlink_to(CHECKOUT / name)
    if KEPT.is_dir():
        (project / POLICY_PACK.name).unlink()
        shutil.copytree(POLICY_PACK, project / POLICY_PACK.name)
        _put_settings_of_the_sample(project)
    for file in sample_files("Pulumi*.yaml") if files is None else files:
        shutil.copy(file, project / file.name)


def _put_settings_of_the_sample(project: Path) -> None:
    for file in sample_files("policypack/config/*.json"):
        shutil.copy(file, project / "policypack" / "config" / file.name)


def _remove(file: Path) -> None:
    if file.is_symlink() or file.is_file():
        file.unlink()
    else:
        shutil.rmtree(file)


def _lay_out_plugins(plugins: Path, engine: Engine) -> None:
    plugins.mkdir(parents=True)
    install_plugin(plugins)
    github = plugins / f"resource-github-v{GITHUB_PROVIDER_VERSION}"
    github.mkdir()  # the engine passes over a linked folder
    (github / _GITHUB).symlink_to(engine.github_provider / _GITHUB)


def _environment(root: Path, engine: Engine) -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([str(engine.pulumi), str(Path(sys.executable).parent), os.defpath]),
        "HOME": str(root / "home"),
        "TMPDIR": str(root),
        "LANG": "C.UTF-8",
        "TERM": os.environ.get("TERM", "dumb"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "PULUMI_HOME": str(root / "pulumi"),
        "PULUMI_BACKEND_URL": f"file://{root / 'backend'}",
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_OPTION_POLICY_PACK": str(
            root / "project" / POLICY_PACK.name if KEPT.is_dir() else POLICY_PACK
        ),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        # The language host that is built here waits for the pack's port, which the pack's SDK
        # (pulumi-policy 1.21.0) leaves in a buffer.
        "PYTHONUNBUFFERED": "1",
    }
