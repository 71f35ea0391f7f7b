"""The files of a repository that say which jobs there are, and what git knows of the repository."""

import re
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from keyless.command_line.errors import CommandError
from keyless.facts import WORKFLOWS
from keyless.jobs.flaws import find_flaws
from keyless.jobs.workflow import CompositeAction, Workflow, read_action, read_workflow
from keyless.jobs.workflow_text import LARGEST_BYTES, UnreadableFileError, read_file
from keyless.text.printable import printable

_ACTION_FILES = ("action.yml", "action.yaml")
_REMOTE = re.compile(
    r"(?:^|[/:@])(?P<owner>[A-Za-z0-9_-]{1,39})/(?P<name>[A-Za-z0-9._-]{1,100}?)(?:\.git)?/?\s*\Z"
)
_HEAD = "refs/remotes/origin/"
_LINK = "a link. GitHub follows none, and runs no workflow by it. Put there what it leads to."
"""GitHub takes the link's text for the workflow (github.com/actions/runner, issue 1420)."""


@dataclass(frozen=True)
class Unreadable:
    """A file that GitHub does not run, with the line and the sentence that says why."""

    path: str
    line: int
    says: str


@dataclass(kw_only=True)
class Checkout:
    """One repository: its workflows by path, and its composite actions as they are asked for.

    `read` returns the bytes of a file of the repository, None where there is none.
    """

    repository: str
    default_branch: str
    workflows: Mapping[str, Workflow]
    unreadable: list[Unreadable]
    read: Callable[[str], bytes | None]
    _actions: dict[str, CompositeAction | None] = field(default_factory=dict)

    def action(self, folder: str) -> CompositeAction | None:
        """Return the composite action in a folder of the repository; None where there is none."""
        if folder not in self._actions:
            self._actions[folder] = self._read_action(folder)
        return self._actions[folder]

    def _read_action(self, folder: str) -> CompositeAction | None:
        for path in action_files(folder):
            content = self.read(path)
            if content is None:
                continue
            try:
                return read_action(path, read_file(content))
            except UnreadableFileError as error:
                self.unreadable.append(Unreadable(path, error.line, error.sentence))
                return None
        return None


def action_files(folder: str) -> tuple[str, ...]:
    """Return where the file of an action in a folder of the repository may be."""
    return tuple(f"{folder}/{name}".removeprefix("/") for name in _ACTION_FILES)


def make_checkout(
    repository: str,
    default_branch: str,
    files: Iterator[tuple[str, bytes | None]],
    read: Callable[[str], bytes | None],
) -> Checkout:
    """Read the workflow files of a repository; what GitHub does not run is kept as such.

    A file without content is a link.
    """
    workflows: dict[str, Workflow] = {}
    unreadable: list[Unreadable] = []
    for path, content in files:
        if content is None:
            unreadable.append(Unreadable(path, 1, _LINK))
            continue
        try:
            workflow = read_workflow(path, read_file(content))
            workflows[path] = replace(workflow, flaws=tuple(find_flaws(workflow)))
        except UnreadableFileError as error:
            unreadable.append(Unreadable(path, error.line, error.sentence))
    return Checkout(
        repository=repository,
        default_branch=default_branch,
        workflows=workflows,
        unreadable=unreadable,
        read=read,
    )


def read_checkouts(
    folders: list[str], repository: str | None, default_branch: str | None, owner: str | None
) -> list[Checkout]:
    """Read checkouts, and those that lie in a folder of checkouts.

    Raises CommandError where there is none, or where nobody says which repository one is.
    """
    roots = [root for folder in folders for root in _roots(folder)]
    if repository is not None and len(roots) > 1:
        raise CommandError(
            f"--repository: {len(roots)} checkouts are read. One name cannot be that of all. "
            "Leave it out, or name one checkout."
        )
    return [_checkout(root, repository, default_branch, owner) for root in roots]


def _roots(folder: str) -> list[Path]:
    root = Path(folder)
    if not root.is_dir():
        raise CommandError(
            f"{printable(folder)}: no folder. Workflows are read from a checkout. Name one."
        )
    if (root / WORKFLOWS).is_dir():
        return [root]
    found = sorted(inner for inner in root.iterdir() if (inner / WORKFLOWS).is_dir())
    if not found:
        raise CommandError(
            f"{printable(folder)}: no {WORKFLOWS} in it, nor in a folder of it. There is no job to "
            "look at. Name a checkout, or a folder of checkouts."
        )
    return found


def _checkout(
    root: Path, repository: str | None, default_branch: str | None, owner: str | None
) -> Checkout:
    name = repository or _remote(root) or (f"{owner}/{root.resolve().name}" if owner else None)
    if name is None:
        raise CommandError(
            f"{printable(str(root))}: git names no GitHub repository as its origin. Roles are "
            "found by it. Write --repository OWNER/NAME."
        )
    branch = default_branch or _default_branch(root) or "main"
    return make_checkout(name, branch, _files(root), lambda path: _content(root, path))


def _files(root: Path) -> Iterator[tuple[str, bytes | None]]:
    folder = root / WORKFLOWS
    if folder.is_symlink() or folder.parent.is_symlink():
        yield WORKFLOWS, None
        return
    for file in sorted(folder.iterdir()):
        path = f"{WORKFLOWS}/{file.name}"
        if file.suffix not in (".yml", ".yaml"):
            continue
        if file.is_symlink():
            yield path, None
        elif file.is_file():
            content = _content(root, path)
            if content is not None:
                yield path, content


def _content(root: Path, path: str) -> bytes | None:
    """Return a file of the checkout, a byte beyond the limit at most; none from outside of it."""
    file = root / path
    try:
        if not file.is_file() or not file.resolve().is_relative_to(root.resolve()):
            return None
        with file.open("rb") as opened:
            return opened.read(LARGEST_BYTES + 1)
    except (OSError, RuntimeError, ValueError):
        return None


def _remote(root: Path) -> str | None:
    match = _REMOTE.search(_git(root, "remote", "get-url", "origin"))
    return f"{match['owner']}/{match['name']}" if match else None


def _default_branch(root: Path) -> str | None:
    said = _git(root, "symbolic-ref", f"{_HEAD}HEAD").strip()
    return said.removeprefix(_HEAD) if said.startswith(_HEAD) else None


def _git(root: Path, *words: str) -> str:
    """Ask git about the checkout itself, never about a folder that it happens to lie in."""
    if not (root / ".git").exists():
        return ""
    try:
        ended = subprocess.run(
            ["git", "-C", str(root), *words],  # noqa: S607 - the git of the person who runs this
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    return ended.stdout if ended.returncode == 0 else ""
