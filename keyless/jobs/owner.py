"""Read the workflows of an owner's repositories through GitHub's API, without a checkout.

One question for the repository, one for the list of its workflows, one for each file.
"""

import base64
import binascii
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from keyless.facts import WORKFLOWS
from keyless.github_api import CALLS_AT_ONCE, GithubApi, GithubError
from keyless.jobs.checkout import Checkout, Unreadable, make_checkout
from keyless.jobs.stack_roles import StackRepository
from keyless.jobs.workflow_text import LARGEST_BYTES

_UNSEEN = (
    "{found}. Nothing of the repository was looked at. Give the token read access to contents."
)


def read_repositories(github: GithubApi, entries: Sequence[StackRepository]) -> list[Checkout]:
    """Return the workflows of each entry's repository; what cannot be read is kept as such."""
    with ThreadPoolExecutor(CALLS_AT_ONCE) as pool:
        return list(pool.map(lambda entry: _read(github, entry), entries))


def _read(github: GithubApi, entry: StackRepository) -> Checkout:
    name = entry.identity.full_name
    try:
        answer = github.get("repos", *name.split("/"))
        if answer is None:
            return _unseen(name, f"GitHub shows no repository {name} to this token")
        return make_checkout(
            str(answer.get("full_name", name)),
            str(answer.get("default_branch", "main")),
            _files(github, name),
            lambda path: _content(github, name, path),
        )
    except GithubError as error:
        return _unseen(name, str(error))


def _unseen(name: str, found: str) -> Checkout:
    unreadable = [Unreadable(WORKFLOWS, 1, _UNSEEN.format(found=found))]
    return Checkout(
        repository=name,
        default_branch="main",
        workflows={},
        unreadable=unreadable,
        read=lambda _: None,
    )


def _files(github: GithubApi, name: str) -> Iterator[tuple[str, bytes | None]]:
    listed = github.get_page("repos", *name.split("/"), "contents", *WORKFLOWS.split("/"))
    for entry in listed.items if listed else ():
        path = str(entry.get("path"))
        if not path.endswith((".yml", ".yaml")):
            continue
        if entry.get("type") == "symlink":
            yield path, None
        elif entry.get("type") == "file":
            content = _content(github, name, path)
            if content is not None:
                yield path, content


def _content(github: GithubApi, name: str, path: str) -> bytes | None:
    """Return a file; GitHub sends none of more than a MiB, which stands for one too large."""
    answer = github.get("repos", *name.split("/"), "contents", *path.split("/"))
    if answer is None:
        return None
    if answer.get("encoding") != "base64":
        return bytes(LARGEST_BYTES + 1)
    try:
        return base64.b64decode(str(answer.get("content", "")))
    except binascii.Error:
        raise GithubError(f"GitHub answers with a {path} that is no Base64") from None
