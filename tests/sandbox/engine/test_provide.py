"""Which engine a machine gets, told with stand-ins for the programs that lie on its PATH."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from sandbox.engine import EngineUnavailableError, build, provide_engine
from sandbox.engine.build import BuildError
from sandbox.engine.part import GITHUB, PULUMI, user_cache
from tests.sandbox.processes import is_running

GO = """\
    case "$1" in
    env) echo go1.26.8 ;;
    list) echo {sdk} ;;
    build)
        echo "$PWD $GOFLAGS" >> {log}
        while [ "$1" != -o ]; do shift; done
        echo built > "$2" ;;
    esac
"""


class Machine:
    """A PATH of our own, and a per-user cache of our own."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "bin"
        self.log = folder / "log"
        self.cache = folder / "cache"
        self.sdk = folder / "sdk"
        self.bin.mkdir()
        (self.sdk / "python" / "cmd").mkdir(parents=True)
        (self.sdk / "python" / "cmd" / "pulumi-language-python-exec").write_text("script")

    def install(self, name: str, script: str = "true") -> None:
        program = self.bin / name
        filled = textwrap.dedent(script).format(log=self.log, sdk=self.sdk)
        program.write_text(f"#!/bin/sh\n{filled}\n")
        program.chmod(0o755)

    def install_pulumi(self, version: str, install: str = "exit 1") -> None:
        self.install("pulumi", f'case "$1" in version) echo {version} ;; plugin) {install} ;; esac')
        self.install("pulumi-language-python")
        self.install("pulumi-language-python-exec")

    @property
    def built(self) -> list[str]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        return [Path(line.split()[0]).name for line in lines]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    made = Machine(tmp_path)
    monkeypatch.setenv("PATH", os.pathsep.join([str(made.bin), "/usr/bin", "/bin"]))
    monkeypatch.setenv("XDG_CACHE_HOME", str(made.cache))
    monkeypatch.setattr(build, "GO_INSTALLS", ())
    return made


def test_neither_pulumi_nor_go_names_both_remedies(machine: Machine) -> None:
    with pytest.raises(EngineUnavailableError) as refused:
        provide_engine()
    assert str(refused.value) == (
        "engine: neither Pulumi 3.259.0 or later nor Go 1.26 or later was found on PATH. The "
        "sandbox runs the real engine. Install Pulumi (https://www.pulumi.com/docs/install/), or "
        "install Go (https://go.dev/doc/install) and the engine is built from its modules."
    )


def test_an_old_go_is_as_good_as_none(machine: Machine) -> None:
    machine.install("go", "echo go1.25.9")
    with pytest.raises(EngineUnavailableError, match="neither Pulumi"):
        provide_engine()


def test_go_builds_all_three_parts_once(machine: Machine) -> None:
    machine.install("go", GO)
    first = provide_engine()
    assert machine.built == ["github-provider", "language-host", "cli"]
    assert provide_engine() == first
    assert machine.built == ["github-provider", "language-host", "cli"]
    names = {file.name for file in first.pulumi.iterdir()}
    assert names == {"pulumi", "pulumi-language-python", "pulumi-language-python-exec"}
    assert (first.github_provider / "pulumi-resource-github").is_file()


def test_a_finished_build_leaves_no_modules(machine: Machine) -> None:
    machine.install("go", GO.replace("echo built", 'mkdir -p "$GOMODCACHE"; echo built'))
    provide_engine()
    assert {entry.name for entry in user_cache().iterdir()} == {"build.lock", "engine"}


def test_the_callers_go_settings_change_nothing(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOFLAGS", "-mod=mod")
    machine.install("go", GO)
    provide_engine()
    assert set(machine.log.read_text().split()[1::3]) == {"-mod=readonly"}


def test_a_changed_module_is_another_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = GITHUB.place(tmp_path)
    changed = tmp_path / "github-provider"
    changed.mkdir()
    for file in GITHUB.parts[0].module.iterdir():
        (changed / file.name).write_bytes(file.read_bytes())
    with (changed / "main.go").open("a") as main:
        main.write("// changed\n")
    monkeypatch.setattr("sandbox.engine.part.MODULES", tmp_path)
    assert GITHUB.place(tmp_path) != before


def test_a_failed_build_says_what_go_said_and_leaves_nothing(machine: Machine) -> None:
    machine.install("go", GO.replace('echo built > "$2"', "echo missing go.sum entry; exit 1"))
    with pytest.raises(BuildError) as failed:
        provide_engine()
    assert str(failed.value) == (
        "github-provider: `go build` ended with status 1. The engine is needed for everything "
        "else. Mend what Go says and run this again:\nmissing go.sum entry"
    )
    assert list((user_cache() / "engine").iterdir()) == []


def test_an_interrupted_build_leaves_nothing_half_made(machine: Machine) -> None:
    interrupted = 'echo half > "$2"; echo $$ > {log}.pid; kill -INT $PPID; exec sleep 60'
    machine.install("go", GO.replace("echo built", interrupted))
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox.engine"], capture_output=True, text=True, check=False
    )
    assert ended.stderr == "engine: interrupted; the next run goes on with what is finished\n"
    assert list((user_cache() / "engine").iterdir()) == []
    assert not is_running(int(Path(f"{machine.log}.pid").read_text()))
    machine.install("go", GO)
    assert provide_engine().github_provider == GITHUB.place(user_cache())


def test_a_killed_build_is_begun_anew(machine: Machine) -> None:
    unfinished = PULUMI.place(user_cache()).with_suffix(".unfinished")
    unfinished.mkdir(parents=True)
    (unfinished / "pulumi").write_text("half")
    machine.install("go", GO)
    engine = provide_engine()
    assert (engine.pulumi / "pulumi").read_text() == "built\n"
    assert not unfinished.exists()


@pytest.mark.parametrize("version", ["v3.259.0", "v3.300.1", "v4.0.0"])
def test_a_fitting_pulumi_is_used_as_it_is(machine: Machine, version: str) -> None:
    place = "$PULUMI_HOME/plugins/resource-github-v6.15.0"
    machine.install_pulumi(version, f"mkdir -p {place}; echo > {place}/pulumi-resource-github")
    engine = provide_engine()
    assert engine.pulumi == machine.bin
    assert engine.github_provider == (
        user_cache() / "pulumi" / "plugins" / "resource-github-v6.15.0"
    )
    assert machine.built == []


@pytest.mark.parametrize("version", ["v3.258.9", "v2.999.0", "nonsense"])
def test_a_pulumi_that_does_not_fit_is_passed_over(machine: Machine, version: str) -> None:
    machine.install_pulumi(version)
    machine.install("go", GO)
    assert provide_engine().pulumi != machine.bin
    assert machine.built == ["github-provider", "language-host", "cli"]


def test_a_pulumi_without_its_python_host_is_passed_over(machine: Machine) -> None:
    machine.install_pulumi("v3.259.0")
    (machine.bin / "pulumi-language-python").unlink()
    machine.install("go", GO)
    assert provide_engine().pulumi == PULUMI.place(user_cache())


def test_go_stands_in_where_the_provider_cannot_be_downloaded(machine: Machine) -> None:
    machine.install_pulumi("v3.259.0")
    machine.install("go", GO)
    engine = provide_engine()
    assert engine.pulumi == machine.bin
    assert engine.github_provider == GITHUB.place(user_cache())
    assert machine.built == ["github-provider"]


def test_no_provider_and_no_go_names_both_remedies(machine: Machine) -> None:
    machine.install_pulumi("v3.259.0")
    with pytest.raises(EngineUnavailableError) as refused:
        provide_engine()
    assert str(refused.value) == (
        "engine: the installed Pulumi could not download the GitHub provider. The sandbox runs "
        "the real provider. Connect this machine to Pulumi's downloads, or install Go 1.26 or "
        "later (https://go.dev/doc/install) and the provider is built from its modules."
    )


def test_the_callers_pulumi_settings_are_not_used(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_HOME", "/nowhere")
    monkeypatch.setenv("PULUMI_ACCESS_TOKEN", "canary")
    machine.install_pulumi("v3.259.0", 'env > "$PULUMI_HOME.env"; exit 1')
    (user_cache()).mkdir(parents=True)
    machine.install("go", GO)
    provide_engine()
    seen = (user_cache() / "pulumi.env").read_text()
    assert "canary" not in seen
    assert "/nowhere" not in seen
