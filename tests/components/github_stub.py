"""Answers of GitHub that a test writes down, and what a hook says to them; no server is there."""

import asyncio
from collections.abc import Mapping
from typing import Any

from pulumi import ResourceHook, ResourceHookArgs, ResourceHookBinding

from components.lookups.github_threads import GithubThreads
from keyless.github_api import GithubApi, Page

Answers = Mapping[str, Any]
"""What GitHub answers, by path: an object, or the entries of a list."""


class _Stub(GithubApi):
    def __init__(self, answers: Answers, asked: list[str]) -> None:
        super().__init__("token", "http://127.0.0.1:9/")
        self._answers = answers
        self._asked = asked

    def get(self, *path: str) -> Any:
        return self._answer(path)

    def get_page(self, *path: str, number: int = 1, **_: Any) -> Page | None:
        items = self._answer(path)
        return None if items is None else Page(items, number)

    def get_all(self, *path: str, **_: Any) -> Any:
        return self._answer(path)

    def _answer(self, path: tuple[str, ...]) -> Any:
        self._asked.append("/".join(path))
        return self._answers.get("/".join(path))


def github(answers: Answers | None = None, asked: list[str] | None = None) -> GithubThreads:
    """Return a GitHub that gives these answers, None to all else; `asked` is filled."""
    return GithubThreads(_Stub(answers or {}, [] if asked is None else asked))


def run_hook(hook: ResourceHook, name: str, inputs: Mapping[str, Any], type_: str = "t") -> str:
    """Call a hook as before the creation of a resource, and return what it raises, or ''.

    It is called on the loop of `mocked`, on which it was registered.
    """
    args = ResourceHookArgs(f"urn:pulumi:prod::keyless::{type_}::{name}", "", name, type_, inputs)

    async def call() -> None:
        if (waiting := hook.callback(args)) is not None:
            await waiting

    try:
        asyncio.get_event_loop().run_until_complete(call())
    except Exception as refused:
        return str(refused)
    return ""


def hook_of(binding: ResourceHookBinding) -> ResourceHook:
    """Return the one hook that a binding has before a creation."""
    hooks = list(binding.before_create or [])
    assert len(hooks) == 1
    assert isinstance(hooks[0], ResourceHook)
    return hooks[0]
