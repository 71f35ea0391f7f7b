"""Describe the parts of the engine that Go can build, and where they lie once they are built."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

MODULES = Path(__file__).parent
CLI_VERSION = "3.259.0"
GITHUB_PROVIDER_VERSION = "6.15.0"
"""The pulumi-github release that the built provider stands for; also in its main.go."""


@dataclass(frozen=True)
class Part:
    """One executable built from one Go module."""

    folder: str
    executable: str
    package: str
    flags: tuple[str, ...] = ()
    minutes: int = 1

    @property
    def module(self) -> Path:
        """Return the folder of the Go module."""
        return MODULES / self.folder

    @property
    def checksum(self) -> bytes:
        """Return a digest of all that decides what gets built."""
        digest = hashlib.sha256(repr((self.package, self.flags)).encode())
        for file in sorted(self.module.iterdir()):
            digest.update(file.name.encode() + b"\0" + file.read_bytes())
        return digest.digest()


@dataclass(frozen=True)
class Bundle:
    """Parts that have to lie in one folder: Pulumi looks for its language hosts beside itself."""

    name: str
    parts: tuple[Part, ...]

    def place(self, cache: Path) -> Path:
        """Return the folder that contains the finished executables; another for other modules."""
        checksum = hashlib.sha256(b"".join(part.checksum for part in self.parts))
        return cache / "engine" / f"{self.name}-{checksum.hexdigest()[:16]}"


CLI = Part(
    folder="cli",
    executable="pulumi",
    package="github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    flags=(
        "-tags=osusergo,grpcnotrace",
        "-ldflags=-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version="
        f"v{CLI_VERSION}",
    ),
    minutes=4,
)
LANGUAGE_HOST = Part(
    folder="language-host",
    executable="pulumi-language-python",
    package="github.com/pulumi/pulumi/sdk/python/cmd/pulumi-language-python/v3",
    flags=("-ldflags=-s -w",),
)
GITHUB_PROVIDER = Part(
    folder="github-provider",
    executable="pulumi-resource-github",
    package=".",
    flags=("-ldflags=-s -w",),
)

PULUMI = Bundle("pulumi", (LANGUAGE_HOST, CLI))
GITHUB = Bundle("github-provider", (GITHUB_PROVIDER,))


def user_cache() -> Path:
    """Return the per-user cache folder of this project."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    return Path(base) / "keyless"
