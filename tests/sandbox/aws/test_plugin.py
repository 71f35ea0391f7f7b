"""The provider as a plugin: installed where the engine looks, a port on start, gone with it."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from google.protobuf.empty_pb2 import Empty

from sandbox.aws.plugin import install_plugin
from tests.sandbox.aws.driver import Driver

_PARENT = """
import subprocess, sys
subprocess.Popen([sys.argv[1]])
sys.stdin.read()
"""


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    plugins = tmp_path / "a home" / "plugins"
    install_plugin(plugins)
    return plugins / "resource-aws-v7.51.1" / "pulumi-resource-aws"


@contextmanager
def _running(*command: str | Path, cwd: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=cwd
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def test_the_plugin_is_an_executable_in_the_folder_of_its_version(plugin: Path) -> None:
    assert os.access(plugin, os.X_OK)
    install_plugin(plugin.parents[1])
    assert [each.name for each in plugin.parent.iterdir()] == ["pulumi-resource-aws"]


def test_the_first_line_is_the_port_and_cancelling_ends_it(plugin: Path, tmp_path: Path) -> None:
    """Start in a folder whose modules must not be taken for the provider's."""
    (tmp_path / "sandbox.py").write_text("raise SystemExit(3)\n")
    with _running(plugin, "127.0.0.1:1", cwd=tmp_path) as process:
        driver = Driver(_port(process))
        assert driver.rpc("GetPluginInfo", Empty()).version == "7.51.1"
        driver.rpc("Cancel", Empty())
        driver.channel.close()
        assert process.wait(timeout=20) == 0


def test_it_ends_when_its_parent_is_gone(plugin: Path) -> None:
    """The plugin holds the parent's standard output open for as long as it lives."""
    with _running(sys.executable, "-c", _PARENT, plugin) as parent:
        driver = Driver(_port(parent))
        assert driver.rpc("GetPluginInfo", Empty()).version == "7.51.1"
        driver.channel.close()
        parent.kill()
        assert parent.communicate(timeout=20)[0] == ""
