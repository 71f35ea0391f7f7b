"""`drift`: what is there on both sides, compared with what the stack says."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime
from pathlib import Path
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
    from collections.abc import Mapping

    from keyless.narrowing.entry import RoleEntry

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
    parser.add_argument(
        "--last-used",
        action="store_true",
        help="ask IAM, too, which roles nobody became for 90 days, and which rights a role never "
        "used; write the entries without them",
    )
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="the stack file whose entries --last-used writes; by default Pulumi.STACK.yaml here",
    )
    parser.add_argument("--json", action="store_true", help="write JSON to standard output")


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    from keyless.command_line.github import github_of_environment
    from keyless.drift.account_reader import AccountReader
    from keyless.drift.comparison import compare_stack
    from keyless.drift.estate import read_estate
    from keyless.drift.last_used import find_unused
    from keyless.drift.listing import drift_listing
    from keyless.drift.text import show_drift

    estate = read_estate(_stack(arguments, terminal))
    github, account = github_of_environment(tries=_TRIES), AccountReader(estate.region)
    entries = _entries(arguments, estate.stack) if arguments.last_used else {}
    with terminal.waiting("comparing both sides with the stack"):
        drift = compare_stack(
            estate,
            github,
            account,
            bypass_unseen=arguments.bypass_unseen,
        )
        unused = (
            tuple(find_unused(estate, account, entries, datetime.now(UTC).date()))
            if arguments.last_used
            else None
        )
    if arguments.json:
        terminal.write_json(drift_listing(drift, unused))
    else:
        show_drift(drift, unused, terminal)
    return ExitStatus.FINDINGS if drift.findings or unused else ExitStatus.CLEAN


def _entries(arguments: Namespace, stack: StackResources) -> "Mapping[str, RoleEntry]":
    """Return the entries of the stack's file by the ARN of their role."""
    from keyless.jobs.stack_file import settings_of
    from keyless.narrowing.entry import role_entries

    file = Path(arguments.config or f"Pulumi.{stack.stack}.yaml")
    if not arguments.config and not file.is_file():
        raise CommandError(
            f"--last-used: no {file} in this folder. Entries are written anew from the stack file. "
            "Run it in the project's folder, or name the file with --config."
        )
    return {entry.arn: entry for entry in role_entries(settings_of(str(file), stack.stack))}


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
    "still found; changed\npermissions and what is on GitHub are not. --preview finds them, too: "
    "it asks the program.\n\n"
    "--last-used needs the rights iam:GenerateServiceLastAccessedDetails and "
    "iam:GetServiceLastAccessedDetails.\nIAM knows the last 400 days, hours late; it never knows "
    "iam:PassRole.\n\n"
    "Nothing is changed. GitHub is asked with GITHUB_TOKEN, at GITHUB_BASE_URL where that is set, "
    "and AWS\nwith the credentials that the AWS command line would find.",
    add_arguments=_add_arguments,
    run=_run,
)
