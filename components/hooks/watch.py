"""Let a hook ask GitHub while everything that it would otherwise wait for waits for it."""

import asyncio
from collections.abc import Callable

from pulumi import ResourceHook, ResourceHookArgs, ResourceHookOptions

from components.lookups.github_threads import GithubThreads


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
        await asyncio.wrap_future(github.submit(refuse, args))

    return ResourceHook(name, refuse_on_thread, ResourceHookOptions(on_dry_run=at_preview))
