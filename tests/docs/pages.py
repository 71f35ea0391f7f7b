"""Read a page as the steps that its reader takes.

- A block of `console` holds commands after `$ ` and what they print. `...` stands for anything,
  on a line of its own for any lines. Lines are looked for in any order, since the engine works on
  many things at a time. A command that shows no output may print whatever it likes. A comment
  `# status 1` says how a command ends.
- A block of `diff` that begins with `--- FILE` is an edit of that file.
- A block after `<!-- file: FILE -->` is the whole file.
- `<!-- by hand: WHAT -->` is something that somebody does on GitHub or in AWS: a key of `HANDS`.
- `<!-- checkout -->` before a block of `console` says that its commands run in a checkout, outside
  of the sandbox.
- A block of `sh` holds commands that nobody tried here; the paragraph before it says "Untried".
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
_BLOCK = re.compile(
    r"(?:<!-- (?:file: (?P<file>\S+)|(?P<checkout>checkout)) -->\n\n?)?"
    r"^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$"
    r"|<!-- by hand: (?P<hand>[^>]+) -->",
    re.MULTILINE | re.DOTALL,
)
_STATUS = re.compile(r"# status (\d+)$")


@dataclass(frozen=True)
class Command:
    """A command with what it has to print (None: anything) and its exit status."""

    text: str
    prints: str | None
    status: int


@dataclass(frozen=True)
class Edit:
    """Lines of a file, and what stands there afterwards."""

    file: str
    before: str
    after: str


@dataclass(frozen=True)
class Write:
    """A file as a whole."""

    file: str
    text: str


@dataclass(frozen=True)
class ByHand:
    """Something that is done on GitHub or in AWS by hand."""

    what: str


Step = Command | Edit | Write | ByHand


def all_pages() -> list[Path]:
    """Return every page that a reader may open."""
    return sorted([*ROOT.glob("*.md"), *DOCS.glob("**/*.md")])


def pages_with_steps() -> list[Path]:
    """Return the pages that hold commands for the sandbox."""
    return [page for page in all_pages() if any(_is_command(step) for step in steps_of(page))]


def steps_of(page: Path) -> Iterator[Step]:
    """Yield the steps of a page in their order."""
    for found in _BLOCK.finditer(page.read_text("utf-8")):
        text = _unindented(found)
        if found["hand"]:
            yield ByHand(found["hand"])
        elif found["file"]:
            yield Write(found["file"], text)
        elif found["language"] == "console" and not found["checkout"]:
            yield from _commands(text)
        elif found["language"] == "diff" and text.startswith("--- "):
            yield _edit(text)


def commands_in_a_checkout(page: Path) -> Iterator[Command]:
    """Yield the commands that a reader gives outside of the sandbox."""
    for found in _BLOCK.finditer(page.read_text("utf-8")):
        if found["checkout"]:
            yield from _commands(_unindented(found))


def untried_without_a_word(page: Path) -> Iterator[str]:
    """Yield the blocks of commands that are not run although nothing before them says so."""
    text = page.read_text("utf-8")
    for found in _BLOCK.finditer(text):
        if found["language"] in ("sh", "bash", "shell"):
            paragraph = text[: found.start()].rstrip().rpartition("\n\n")[2]
            if "Untried" not in paragraph:
                yield found["text"]


def _is_command(step: Step) -> bool:
    return isinstance(step, Command)


def _unindented(found: re.Match[str]) -> str:
    """Return the text of a block, which may stand within a list."""
    indent = len(found["indent"] or "")
    return "".join(line[indent:] or "\n" for line in (found["text"] or "").splitlines(True))


def _commands(block: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        last = next(i for i, line in enumerate(lines) if not line.endswith("\\"))
        text, printed = "\n".join(lines[: last + 1]), "\n".join(lines[last + 1 :])
        status = _STATUS.search(text)
        yield Command(text, printed.strip("\n") or None, int(status[1]) if status else 0)


def _edit(diff: str) -> Edit:
    head, *lines = diff.splitlines()
    before = [line[1:] for line in lines if not line.startswith("+")]
    after = [line[1:] for line in lines if not line.startswith("-")]
    return Edit(head.removeprefix("--- "), "\n".join(before), "\n".join(after))
