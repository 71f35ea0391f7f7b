"""`drift`: what is there on both sides, compared with what the stack says."""

from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING

from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.terminal import Terminal
from keyless.stack.resources import (
    StackResources,
    add_resources_arguments,
    ask_preview,
    read_resources,
)

if TYPE_CHECKING:
    from keyless.github_api import GithubApi

_TRIES = 3
"""A comparison asks hundreds of times; one error of GitHub's own is not to hide the rest."""


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "stack",
        metavar="STACK",
        nargs="?",
        help="ask pulumi for this stack; by default the one that is selected in this folder",
    )
    add_resources_arguments(parser)
    parser.add_argument(
        "--bypass-unseen",
        action="store_true",
        help="pass over who may bypass a ruleset where GitHub does not show it, as to an App that "
        "only reads",
    )
    parser.add_argument("--json", action="store_true", help="write JSON to standard output")


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    from keyless.drift.account_reader import AccountReader
    from keyless.drift.comparison import compare_stack
    from keyless.drift.estate import read_estate
    from keyless.drift.listing import drift_listing
    from keyless.drift.text import show_drift

    estate = read_estate(_stack(arguments, terminal))
    github = _github()
    with terminal.waiting("comparing both sides with the stack"):
        drift = compare_stack(
            estate,
            github,
            AccountReader(estate.region),
            bypass_unseen=arguments.bypass_unseen,
        )
    if arguments.json:
        terminal.write_json(drift_listing(drift))
    else:
        show_drift(drift, terminal)
    return ExitStatus.FINDINGS if drift.findings else ExitStatus.CLEAN


def _github() -> "GithubApi":
    from keyless.github_api import GithubApi, GithubSetupError

    try:
        return GithubApi.from_environment(tries=_TRIES)
    except GithubSetupError as missing:
        raise CommandError(str(missing)) from None


def _stack(arguments: Namespace, terminal: Terminal) -> StackResources:
    """Return the one stack; where nothing was made yet, what the first `up` would make."""
    stacks = read_resources(arguments, [arguments.stack] if arguments.stack else [], terminal)
    if len(stacks) != 1:
        raise CommandError(
            f"drift: {len(stacks)} stacks. Each has an account and credentials of its own. "
            "Compare one at a time."
        )
    (stack,) = stacks
    if stack.resources or arguments.files or arguments.preview:
        return stack
    with terminal.waiting("nothing was made yet: asking pulumi for a preview"):
        return ask_preview(arguments.stack)


COMMAND = Command(
    description="Read both sides and compare them with the stack, in particular where `pulumi "
    "refresh` does not\nlook: reviewers, policies and subjects changed by hand, further roles that "
    "trust GitHub. Each finding\ncomes with the command that mends it, and ends with status 1; so "
    "does what cannot be read. Before a\nfirst `up`, what it would take over is shown.\n\n"
    "After a `pulumi refresh` the state says what is there, not what was reviewed. Roles without a "
    "boundary,\nand those whose trust policy or session is not what the output `access` says, are "
    "still found; changed\npermissions and what GitHub holds are not. --preview finds them, too: "
    "it asks the program.\n\n"
    "Nothing is changed. GitHub is asked with GITHUB_TOKEN, at GITHUB_BASE_URL where that is set, "
    "and AWS\nwith the credentials that the AWS command line would find.",
    add_arguments=_add_arguments,
    run=_run,
)
