"""Let a hook ask GitHub while everything that it would otherwise wait for waits for it."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from pulumi import ResourceHook, ResourceHookArgs, ResourceHookOptions

from components.lookups.github_threads import GithubThreads

_Asked = TypeVar("_Asked")
_Found = TypeVar("_Found")


async def on_thread(
    github: GithubThreads, ask: Callable[[_Asked], _Found], about: _Asked
) -> _Found:
    """Call `ask` on one of GitHub's threads, and wait without holding up the event loop."""
    return await asyncio.wrap_future(github.submit(ask, about))


def watch(
    name: str,
    refuse: Callable[[ResourceHookArgs], None],
    github: GithubThreads,
    *,
    at_preview: bool,
) -> ResourceHook:
    """Return a hook that calls `refuse` on one of GitHub's threads, and fails where that raises.

    The SDK calls hooks in its event loop, which registrations and other hooks go on in.
    """

    async def refuse_on_thread(args: ResourceHookArgs) -> None:
        await on_thread(github, refuse, args)

    return ResourceHook(name, refuse_on_thread, ResourceHookOptions(on_dry_run=at_preview))
