"""Answers of GitHub's that outlast a run which a rate limit ended, so that the next one goes on.

They lie in the folder that is to be written, and are gone once it is. Values of variables are among
them; secrets have none.
"""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from keyless.command_line.written_file import write_whole
from keyless.github_api import GithubApi, Page
from keyless.text.json_text import read_json

NAME = "answers-of-github.json"
_LONGEST = timedelta(days=1)
"""What is older is asked again: environments and roles change."""


class KeptAnswers(GithubApi):
    """Ask GitHub as `GithubApi` does, and each question once, whichever run asked it."""

    def __init__(self, github: GithubApi, answers: dict[str, Any]) -> None:
        self._github = github
        self._answers = answers

    def get(self, *path: str) -> dict[str, Any] | None:
        """Return the object of an answer as `GithubApi` does."""
        found: dict[str, Any] | None = self._kept(["get", *path], lambda: self._github.get(*path))
        return found

    def get_page(self, *path: str, number: int = 1, field: str | None = None) -> Page | None:
        """Return one page of a list as `GithubApi` does."""
        found = self._kept(
            ["page", str(number), *path],
            lambda: _plain(self._github.get_page(*path, number=number, field=field)),
        )
        return Page(*found) if found else None

    def _kept(self, question: list[str], ask: Callable[[], Any]) -> Any:
        key = "/".join(question)
        if key not in self._answers:
            self._answers[key] = ask()
        return self._answers[key]


def read_answers(folder: Path) -> dict[str, Any]:
    """Return what an earlier run has kept in a folder, nothing of another day."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        content = read_json((folder / NAME).read_text("utf-8"))
        asked = datetime.fromisoformat(content["asked"])
        if datetime.now(UTC) - asked < _LONGEST:
            return dict(content["answers"])
    return {}


def keep_answers(folder: Path, answers: dict[str, Any]) -> None:
    """Keep answers in a folder for the next run."""
    asked = datetime.now(UTC).isoformat()
    write_whole(folder / NAME, json.dumps({"asked": asked, "answers": answers}) + "\n")


def forget_answers(folder: Path) -> None:
    """Take away what an earlier run has kept."""
    (folder / NAME).unlink(missing_ok=True)


def _plain(page: Page | None) -> list[Any] | None:
    return [page.items, page.pages] if page else None
