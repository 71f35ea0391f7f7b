"""`trail`: the queries over CloudTrail for a repository's roles."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import asdict
from datetime import UTC, datetime

from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.terminal import Terminal
from keyless.stack.selection import add_selection_arguments, select_roles
from keyless.stack.source import add_source_arguments, all_roles, read_sources
from keyless.trail.queries import DEFAULT_TABLE, LONGEST_DAYS, Log, trail_queries


def _add_arguments(parser: ArgumentParser) -> None:
    add_selection_arguments(parser, function=False)
    add_source_arguments(parser)
    group = parser.add_argument_group("what is searched")
    where = group.add_mutually_exclusive_group()
    where.add_argument(
        "--table",
        default=DEFAULT_TABLE,
        help="Athena's table over the logs of the trail (default: %(default)s)",
    )
    where.add_argument(
        "--lake",
        metavar="STORE",
        help="an event data store of CloudTrail Lake, by id or ARN, instead of Athena",
    )
    group.add_argument(
        "--day-partition",
        metavar="COLUMN",
        help="the table's partition column of days as yyyy/MM/dd, so that no others are read; "
        "timestamp in Athena's documented table",
    )
    group.add_argument(
        "--days",
        type=_days,
        default=7,
        help="how far back (default: %(default)s)",
    )
    output = parser.add_argument_group("what comes out", "SQL, unless something else is asked.")
    output.add_argument("--json", action="store_true", help="write JSON to standard output")


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= LONGEST_DAYS:
        raise ArgumentTypeError(f"write a whole number from 1 to {LONGEST_DAYS}")
    return int(text)


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    if arguments.lake and arguments.day_partition:
        raise CommandError(
            "--day-partition: --lake is given too. An event data store has no partitions to choose "
            "from. Leave it out."
        )
    log = (
        Log.lake(arguments.lake)
        if arguments.lake
        else Log.athena(arguments.table, arguments.day_partition)
    )
    roles = select_roles(all_roles(read_sources(arguments, terminal)), arguments)
    queries = trail_queries(roles, log, arguments.days, datetime.now(UTC))
    if arguments.json:
        terminal.write_json([asdict(query) for query in queries])
    else:
        terminal.write("\n".join(query.sql for query in queries))
    return ExitStatus.CLEAN


COMMAND = Command(
    description="Write three queries over CloudTrail: the sessions of the roles that are named, "
    "what those\nsessions did, and who was refused, with the subject that was presented. For "
    "Athena, or\nfor CloudTrail Lake. Nothing is run.",
    add_arguments=_add_arguments,
    run=_run,
)
