"""`adopt`: take over what exists, decided thing by thing."""

import json
import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.days import read_day
from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import file_label, read_text
from keyless.command_line.terminal import Terminal
from keyless.command_line.written_file import write_whole
from keyless.text.printable import printable
from keyless.text.sentences import quoted

if TYPE_CHECKING:
    from keyless.adopt.account import Account
    from keyless.adopt.decided import Decided
    from keyless.adopt.entries import Written
    from keyless.adopt.organisation import Organisation
    from keyless.github_api import GithubApi
    from keyless.trail.used import Used

_TRIES = 3
_DAYS = 90
"""How far back the query looks."""


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--write", metavar="FOLDER", required=True, help="an empty folder, or one to be made"
    )
    parser.add_argument(
        "--roles",
        metavar="EXPORT",
        help="what `aws iam get-account-authorization-details` printed; by default, or with the "
        "word live, AWS is asked",
    )
    parser.add_argument(
        "--owner", metavar="LOGIN", help="the organisation; by default the one that roles trust"
    )
    parser.add_argument(
        "--repository",
        metavar="NAME",
        dest="repositories",
        action="append",
        nargs="+",
        default=[],
        help="read these repositories alone",
    )
    parser.add_argument("--stack", metavar="NAME", default="prod", help="by default prod")
    parser.add_argument(
        "--region", metavar="REGION", help="by default the one that most permissions name"
    )
    parser.add_argument(
        "--role-path", metavar="PATH", default="/keyless/", help="of new roles: /keyless/"
    )
    parser.add_argument(
        "--as-of", metavar="DAY", help="the day from which a year without use is counted: today"
    )
    parser.add_argument(
        "--trail",
        metavar="FILE",
        help="what Athena answered to trail.sql, which an earlier run wrote: the report then says "
        "what of a role is idle, and what a stored key needs comes from what it did",
    )
    parser.add_argument("--json", action="store_true", help="write JSON to standard output")


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    from keyless.adopt.entries import write_entries
    from keyless.adopt.kept_answers import forget_answers
    from keyless.adopt.listing import adopt_listing
    from keyless.adopt.page import report_html
    from keyless.adopt.report import report_markdown, summary

    folder = _empty(Path(arguments.write))
    _expect_names(arguments)
    as_of = read_day("--as-of", arguments.as_of)
    used = _used(arguments.trail)
    written = write_entries(_decided(arguments, folder, as_of, terminal), arguments.stack)
    files = _files(written)
    files["trail.sql"] = _query(written, as_of)
    names = [*files, "report.html", "report.json", "report.md"]
    listing = adopt_listing(written.decided, names, as_of=as_of, stack=arguments.stack, used=used)
    files["report.html"] = report_html(listing, arguments.stack)
    files["report.json"] = json.dumps(listing, indent=2) + "\n"
    files["report.md"] = report_markdown(listing, arguments.stack)
    for name, text in files.items():
        write_whole(folder / name, text)
    forget_answers(folder)
    if arguments.json:
        terminal.write_json(listing)
    else:
        terminal.write(files["report.md"])
    terminal.tell(
        f"{summary(listing)} Written to {printable(str(folder))}; read report.html or report.md "
        "first."
    )
    is_whole = all(one["decision"] == "adopt" for one in listing["roles"])
    return ExitStatus.CLEAN if is_whole and not listing["static_keys"] else ExitStatus.FINDINGS


def _empty(folder: Path) -> Path:
    """Return a folder that nothing is in but what an earlier run keeps for this one.

    Raises CommandError for another.
    """
    from keyless.adopt.kept_answers import NAME

    is_folder = folder.is_dir() and not [each for each in folder.iterdir() if each.name != NAME]
    if folder.exists() and not is_folder:
        raise CommandError(
            f"{printable(str(folder))}: it exists already and is not empty. Nothing is "
            "overwritten. Name an empty folder, or one that does not exist yet."
        )
    return folder


def _expect_names(arguments: Namespace) -> None:
    """Expect names that files and roles can carry. Raises CommandError for others."""
    from pydantic import TypeAdapter, ValidationError

    from keyless.estate.values.aws import StackPath

    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}", arguments.stack):
        raise CommandError(
            f"--stack: {quoted(arguments.stack)} is no name of a stack. Files are named after it. "
            "Write letters, digits, hyphens, dots and underscores, as in --stack prod."
        )
    try:
        TypeAdapter(StackPath).validate_python(arguments.role_path)
    except ValidationError as problem:
        said = problem.errors()[0]["msg"].removeprefix("Value error, ")
        raise CommandError(f"--role-path: {said}") from None


def _expect_partition(region: str, account: "Account") -> None:
    """Expect a region in which the roles of an account are. Raises CommandError for another."""
    from keyless.facts import partition_of

    partition = partition_of(region).name
    arns = [*(one.arn for one in account.roles), *(one.arn for one in account.providers)]
    for arn in arns:
        if arn.split(":")[1] != partition:
            raise CommandError(
                f"--region: {region} is in the partition {partition}, and {quoted(arn)} is "
                "not. ARNs follow from it. Write a region in which the account works."
            )


def _used(file: str | None) -> "Mapping[str, Used] | None":
    from keyless.trail.used import read_used

    return read_used(file_label(file), read_text(file)) if file else None


def _decided(arguments: Namespace, folder: Path, as_of: date, terminal: Terminal) -> "Decided":
    from keyless.adopt.account_reader import read_account
    from keyless.adopt.decisions import decide, named_repositories, region_of
    from keyless.command_line.github import github_of_environment
    from keyless.facts import is_region

    if arguments.region is not None and not is_region(arguments.region):
        raise CommandError(
            f"--region: {printable(arguments.region)} is no AWS region. ARNs follow from it. Write "
            "one such as eu-west-1."
        )
    github = github_of_environment(tries=_TRIES)
    with terminal.waiting("reading the account"):
        account = read_account(None if arguments.roles == "live" else arguments.roles)
    region = arguments.region or region_of(account)
    if region is None:
        raise CommandError(
            "--region: no permission of a role names one. ARNs that are composed have to. Write "
            "--region, as in --region eu-west-1."
        )
    _expect_partition(region, account)
    trusted = named_repositories(account.roles)
    owner = arguments.owner or _owner(trusted)
    names = [name for listed in arguments.repositories for name in listed]
    with terminal.waiting(f"reading {printable(owner)}") as progress:
        organisation = _organisation(github, owner, folder, names, trusted, progress)
    with terminal.waiting("deciding"):
        return decide(
            account, organisation, region=region, role_path=arguments.role_path, as_of=as_of
        )


def _organisation(
    github: "GithubApi",
    owner: str,
    folder: Path,
    names: Iterable[str],
    trusted: Iterable[str],
    progress: Callable[[str], None],
) -> "Organisation":
    """Read the organisation; what is answered is kept where that ends before its time."""
    from keyless.adopt.kept_answers import KeptAnswers, keep_answers, read_answers
    from keyless.adopt.organisation_reader import OrganisationReader, UnansweredError

    answers = read_answers(folder)
    try:
        return OrganisationReader(KeptAnswers(github, answers), owner, progress).read(
            names, trusted
        )
    except (KeyboardInterrupt, UnansweredError):
        keep_answers(folder, answers)
        raise


def _owner(trusted: frozenset[str]) -> str:
    owners = sorted(name.partition("/")[0] for name in trusted)
    if not owners:
        raise CommandError(
            "--owner: no role names a repository. Nobody says which organisation is meant. Write "
            "--owner, as in --owner acme."
        )
    return max(owners, key=owners.count)


def _query(written: "Written", as_of: date) -> str:
    """Return the query for what the roles and users did, whose CSV is for --trail."""
    from keyless.trail.queries import DEFAULT_TABLE, Log, usage_query

    account = written.decided.account
    arns = [*(role.arn for role in account.roles), *(user.arn for user in account.users)]
    until = datetime.combine(as_of, time(), UTC) + timedelta(days=1)
    return usage_query(arns or ["none"], Log.athena(DEFAULT_TABLE), _DAYS, until)


def _files(written: "Written") -> dict[str, str]:
    """Return what is written, by its path in the folder; the first file is the stack's."""
    from keyless.adopt.imports import import_file
    from keyless.adopt.stack_files import catalogue_name, catalogue_text, pack_text, stack_text
    from keyless.estate.bootstrap_rights import adopted_rights
    from keyless.estate.composed_roles import as_typed, compose_roles
    from keyless.rules.pack_settings import settings_path

    files = {f"Pulumi.{written.stack}.yaml": stack_text(written)}
    for one in written.repositories:
        files[catalogue_name(one.found)] = catalogue_text(one)
    files["import.json"] = json.dumps(import_file(written), indent=2) + "\n"
    files[settings_path(written.stack)] = pack_text(written)
    settings = written.settings
    adopted = [
        role
        for role in compose_roles(settings, as_typed(settings))
        if role.resource_name in written.adopted
    ]
    for number, document in enumerate(
        adopted_rights(adopted, settings.defaults.role_path), start=1
    ):
        files[f"rights/adopted-roles-{number}.json"] = json.dumps(document, indent=2) + "\n"
    return files


COMMAND = Command(
    description="Read an account and an organisation as they are, and write what takes them over "
    "into a stack: entries\nwith ids, environments and roles, one import.json for `pulumi import "
    "--file`, and a report. For each role\nit is decided whether it is taken over as it is, "
    "replaced by exact roles beside it, or refused, and why.\nWhat is not simply taken over ends "
    "with status 1.\n\nNothing is changed on either side, and nothing is overwritten. GitHub is "
    "asked with GITHUB_TOKEN, at\nGITHUB_BASE_URL where that is set, and AWS with the credentials "
    "that the AWS command line would find.",
    add_arguments=_add_arguments,
    run=_run,
)
