"""`rehearse`: who gets in and who stays out, tried before anybody tries it for real."""

from argparse import ArgumentParser, Namespace
from datetime import UTC, datetime

from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.terminal import Terminal
from keyless.rehearse.claims_file import ended_at, read_claims
from keyless.rehearse.listing import presented_listing, rehearsals_listing
from keyless.rehearse.presented import present
from keyless.rehearse.rehearsal import rehearse
from keyless.rehearse.roles import read_rehearsed_roles, select_rehearsed
from keyless.rehearse.text import presented_text, rehearsals_text
from keyless.stack.resources import add_resources_arguments, read_resources


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "repository",
        metavar="REPOSITORY",
        nargs="?",
        help="storefront or acme/storefront; all if left out",
    )
    parser.add_argument(
        "context",
        metavar="CONTEXT",
        nargs="?",
        help="environment/NAME, branch/NAME, pull_requests or whole_repository; all if left out",
    )
    add_resources_arguments(parser)
    parser.add_argument(
        "--stack",
        dest="stacks",
        metavar="NAME",
        action="append",
        default=[],
        help="ask pulumi for this stack; by default the one that is selected in this folder",
    )
    parser.add_argument(
        "--claims",
        metavar="FILE",
        help="present one token to every role: its claims as JSON, or the token itself, which is "
        "decoded, not verified, and never printed; - for standard input",
    )
    parser.add_argument("--json", action="store_true", help="write JSON to standard output")


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    claims = read_claims(arguments.claims) if arguments.claims else None
    stacks = read_resources(arguments, arguments.stacks, terminal)
    roles = select_rehearsed(read_rehearsed_roles(stacks), arguments.repository, arguments.context)
    if claims is not None:
        presented = present(roles, claims)
        if (ended := ended_at(claims, datetime.now(UTC))) is not None:
            terminal.tell(
                f"--claims: the token ended at {ended:%Y-%m-%d %H:%M:%S} UTC. AWS refuses it now, "
                "whatever a role says. What follows is as it was before."
            )
        if arguments.json:
            terminal.write_json(presented_listing(presented))
        else:
            terminal.show(presented_text(presented))
        is_let_in = any(one.ruling.admitted for one in presented)
        return ExitStatus.CLEAN if is_let_in else ExitStatus.FINDINGS
    with terminal.waiting(f"rehearsing {len(roles)} roles"):
        rehearsals = tuple(rehearse(role) for role in roles)
    if arguments.json:
        terminal.write_json(rehearsals_listing(rehearsals))
    else:
        terminal.show(rehearsals_text(rehearsals))
    surprised = any(rehearsal.surprises for rehearsal in rehearsals)
    return ExitStatus.FINDINGS if surprised else ExitStatus.CLEAN


COMMAND = Command(
    description="Try what happens at GitHub (pushes, pull requests, forks, look-alikes, "
    "strangers) against each role:\nin or out, and what decides. Whatever differs from what the "
    "role is for ends with status 1.\n\nWith --claims, explain to one token why each role lets it "
    'in or refuses it: the answer to\n"Not authorized to perform '
    'sts:AssumeRoleWithWebIdentity". Status 1 where no role lets it in.',
    add_arguments=_add_arguments,
    run=_run,
)
