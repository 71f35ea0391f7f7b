"""Decide which engine this machine gets."""

from dataclasses import dataclass
from pathlib import Path

from sandbox.engine.build import build, find_go, only_builder
from sandbox.engine.installed import fetch_github_provider, find_pulumi
from sandbox.engine.part import CLI_VERSION, GITHUB, PULUMI, Bundle, user_cache

NEITHER = (
    f"engine: neither Pulumi {CLI_VERSION} or later nor Go 1.26 or later was found on PATH. The "
    "sandbox runs the real engine. Install Pulumi (https://www.pulumi.com/docs/install/), or "
    "install Go (https://go.dev/doc/install) and the engine is built from its modules."
)
NO_GITHUB_PROVIDER = (
    "engine: the installed Pulumi could not download the GitHub provider. The sandbox runs the "
    "real provider. Connect this machine to Pulumi's downloads, or install Go 1.26 or later "
    "(https://go.dev/doc/install) and the provider is built from its modules."
)


class EngineUnavailableError(Exception):
    """Say what is missing on this machine, and what to install."""


@dataclass(frozen=True)
class Engine:
    """Hold the folders of the executables: Pulumi with its Python host, and the provider."""

    pulumi: Path
    github_provider: Path


def provide_engine() -> Engine:
    """Return an engine that is installed or built already, or build it now.

    Raises EngineUnavailableError when this machine has neither Pulumi nor Go, and
    sandbox.engine.build.BuildError when a build fails.
    """
    cache = user_cache()
    installed = find_pulumi()
    if installed is not None:
        return Engine(installed, _provider_for(installed, cache))
    _built(NEITHER, cache, GITHUB, PULUMI)
    return Engine(PULUMI.place(cache), GITHUB.place(cache))


def _provider_for(installed: Path, cache: Path) -> Path:
    if not GITHUB.place(cache).is_dir():
        fetched = fetch_github_provider(installed, cache)
        if fetched is not None:
            return fetched
    _built(NO_GITHUB_PROVIDER, cache, GITHUB)
    return GITHUB.place(cache)


def _built(without_go: str, cache: Path, *bundles: Bundle) -> None:
    if all(bundle.place(cache).is_dir() for bundle in bundles):
        return
    go = find_go()
    if go is None:
        raise EngineUnavailableError(without_go)
    with only_builder(cache):
        for bundle in bundles:
            build(bundle, go, cache)
