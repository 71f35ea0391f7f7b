"""`jobs`: which job of a workflow gets into which role, and why not."""

from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.sarif import annotations, sarif_log
from keyless.command_line.terminal import Terminal
from keyless.stack.source import add_source_arguments, all_roles, read_sources

if TYPE_CHECKING:
    from keyless.jobs.checkout import Checkout
    from keyless.jobs.stack_roles import StackRepository

_TRIES = 3
"""Hundreds of files are read; one error of GitHub's own is not to hide the rest."""


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "paths", metavar="PATH", nargs="*", help="a checkout, or a folder of checkouts"
    )
    parser.add_argument(
        "--owner",
        metavar="ORG",
        help="read the workflows of every repository that the stack has of this owner, through "
        "GitHub's API, in place of checkouts",
    )
    add_entries_arguments(parser)
    output = parser.add_argument_group("what comes out", "Text, unless something else is asked.")
    form = output.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="write JSON to standard output")
    form.add_argument("--sarif", action="store_true", help="write SARIF 2.1.0 to standard output")
    form.add_argument(
        "--annotations", action="store_true", help="write workflow commands, for GitHub Actions"
    )


def add_entries_arguments(parser: ArgumentParser) -> None:
    """Declare whose checkout it is, and where the entries of its stack come from."""
    parser.add_argument(
        "--repository",
        metavar="OWNER/NAME",
        help="whose checkout it is; by default what git names as its origin",
    )
    parser.add_argument(
        "--default-branch",
        metavar="NAME",
        help="the repository's default branch; by default what git knows of it, else main",
    )
    add_source_arguments(parser)
    parser.add_argument(
        "--config",
        metavar="FILE",
        help="a stack file in place of a stack's outputs: no engine, no network; --stack then "
        "names its stack, which the name Pulumi.NAME.yaml says by itself",
    )


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    from keyless.jobs.listing import jobs_listing
    from keyless.jobs.sarif import RULES, job_findings
    from keyless.jobs.survey import survey
    from keyless.jobs.text import jobs_text

    if bool(arguments.paths) == bool(arguments.owner):
        raise CommandError(
            "jobs: either PATH or --owner is needed. Workflows are read from checkouts or through "
            "GitHub's API. Write one of them."
        )
    entries = entries_of(arguments, terminal)
    with terminal.waiting("reading workflows"):
        surveys = survey(_checkouts(arguments, entries), entries)
    if arguments.json:
        terminal.write_json(jobs_listing(surveys))
    elif arguments.sarif:
        terminal.write_json(sarif_log(RULES, job_findings(surveys)))
    elif arguments.annotations:
        terminal.write_lines(annotations(job_findings(surveys)))
    else:
        terminal.show(jobs_text(surveys))
    needs_a_look = any(one.needs_a_look for one in surveys)
    return ExitStatus.FINDINGS if needs_a_look else ExitStatus.CLEAN


def entries_of(arguments: Namespace, terminal: Terminal) -> "Sequence[StackRepository]":
    """Return what the stack has, from a stack file or from its outputs."""
    from keyless.jobs.stack_file import settings_of
    from keyless.jobs.stack_roles import from_access, from_settings

    if arguments.config is None:
        return from_access(all_roles(read_sources(arguments, terminal)))
    if arguments.files or arguments.preview or len(arguments.stacks) > 1:
        raise CommandError(
            "--config: --from, --preview or several --stack are given too. A stack file is read by "
            "itself. Leave one of them out."
        )
    stack = arguments.stacks[0] if arguments.stacks else None
    return from_settings(settings_of(arguments.config, stack))


def _checkouts(arguments: Namespace, entries: "Sequence[StackRepository]") -> "Sequence[Checkout]":
    from keyless.jobs.checkout import read_checkouts

    if arguments.owner is None:
        owner = entries[0].identity.owner if entries else None
        return read_checkouts(
            arguments.paths, arguments.repository, arguments.default_branch, owner
        )
    wanted = arguments.owner.casefold()
    own = [entry for entry in entries if entry.identity.owner.casefold() == wanted]
    if not own:
        raise CommandError(
            f"--owner: the stack has no repository of {arguments.owner!r}. There is nothing to "
            "read. Write the owner of its entries."
        )
    from keyless.command_line.github import github_of_environment
    from keyless.jobs.owner import read_repositories

    return read_repositories(github_of_environment(tries=_TRIES), own)


COMMAND = Command(
    description="Join workflow files with the roles of a stack: for each job that asks for AWS "
    "credentials, each\nevent that starts it and each kind of ref that decides, which role it gets "
    "into, or every cause\nthat keeps it out, with the line and what to write. What is refused, "
    "unknown, done with a\nstored key or worth a remark ends with status 1.",
    add_arguments=_add_arguments,
    run=_run,
)
