"""`trail`: the queries over CloudTrail for a repository's roles, and what their answer says."""

from argparse import ArgumentParser, ArgumentTypeError, Namespace
from dataclasses import asdict
from datetime import UTC, datetime

from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import file_label, read_text
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
    output.add_argument(
        "--used",
        metavar="CSV",
        help="what Athena answered to the last query: say which rights were used, and write the "
        "entries without the others; needs --config",
    )
    output.add_argument(
        "--config",
        metavar="FILE",
        help="the stack file, Pulumi.STACK.yaml, whose entries --used writes",
    )


def _days(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= LONGEST_DAYS:
        raise ArgumentTypeError(f"write a whole number from 1 to {LONGEST_DAYS}")
    return int(text)


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    if arguments.used or arguments.config:
        return _show_used(arguments, terminal)
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


def _show_used(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    """Compare the entries of a stack file with what was used; the stack is not asked."""
    from keyless.estate.access_output import access_output
    from keyless.estate.composed_roles import as_typed, compose_roles
    from keyless.jobs.stack_file import settings_of
    from keyless.stack.role_list import read_roles
    from keyless.trail.unused import used_roles
    from keyless.trail.unused_text import show_used, used_listing
    from keyless.trail.used import read_used

    if not (arguments.used and arguments.config):
        raise CommandError(
            "--used, --config: one without the other. What was used is compared with what a stack "
            "file grants. Write --used CSV --config Pulumi.STACK.yaml."
        )
    settings = settings_of(arguments.config, None)
    access = access_output(settings, compose_roles(settings, as_typed(settings)))
    chosen = select_roles(read_roles(file_label(arguments.config), access), arguments)
    used = read_used(file_label(arguments.used), read_text(arguments.used))
    found = tuple(used_roles(settings, {role.role_arn for role in chosen}, used))
    if arguments.json:
        terminal.write_json(used_listing(found))
    else:
        show_used(found, file_label(arguments.used), terminal)
    return ExitStatus.FINDINGS if any(one.is_narrower for one in found) else ExitStatus.CLEAN


COMMAND = Command(
    description="Write four queries over CloudTrail: the sessions of the roles that are named, "
    "what those\nsessions did, who was refused, with the subject that was presented, and what was "
    "used. For\nAthena, or for CloudTrail Lake. Nothing is run.\n\n"
    "--used reads what the last query answered, says which rights no session used, and writes the "
    "entry\nof each role without them; it ends with status 1 where there are any. iam:PassRole and "
    "what only\ndata events show stay, unless the answer has data events.",
    add_arguments=_add_arguments,
    run=_run,
)
