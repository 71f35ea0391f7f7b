"""`init`: a fresh copy of this project made into a company's own."""

import re
import subprocess
import tempfile
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from pathlib import Path

from keyless.check.mistakes import check_stack
from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.terminal import Terminal
from keyless.command_line.written_file import write_whole
from keyless.fork.sample import PIPELINE, STACKS, Company, NotTheSampleError, files, written
from keyless.text.sentences import quoted

_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,52}")
"""With `-staging` behind it, still a name of a bucket."""

_SANDBOX = "sandbox"
_KEPT = f"{_SANDBOX}/sample"
"""Where the sandbox, the pages and the tests of a fork find the made company's files."""

_OWNER = re.compile(r"[A-Za-z0-9-]{1,39}")
_TEAM = re.compile(r"[a-z0-9][a-z0-9_-]*")


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--owner", required=True, help="the organisation's login on GitHub")
    parser.add_argument(
        "--owner-id", type=int, metavar="ID", help="its id; looked up where GITHUB_TOKEN is set"
    )
    parser.add_argument(
        "--repository-id",
        type=int,
        metavar="ID",
        help=f"the id of its repository {PIPELINE}, which contains this project; looked up as well",
    )
    for stack in STACKS:
        parser.add_argument(
            f"--{stack}-account", required=True, metavar="ID", help=f"the AWS account of {stack}"
        )
    parser.add_argument("--region", required=True, help="the AWS region, such as eu-west-1")
    parser.add_argument(
        "--team", required=True, metavar="SLUG", help="the team that approves and owns the code"
    )
    parser.add_argument(
        "--bucket",
        metavar="PREFIX",
        help="the state is in s3://PREFIX-STACK; by default the owner's login and -keyless",
    )
    parser.add_argument(
        "--folder", type=Path, default=Path(), help="the checkout; by default this folder"
    )


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    folder: Path = arguments.folder
    _refuse_unsaved(folder)
    company = _company(arguments)
    texts = _texts(folder, company)
    _refuse_mistakes(texts)
    if (folder / _SANDBOX).is_dir():
        for name in texts:
            write_whole(folder / _KEPT / name, (folder / name).read_text("utf-8"))
    for name, text in texts.items():
        write_whole(folder / name, text)
        terminal.write(f"written: {name}")
    bucket = f"{company.bucket}-staging"
    terminal.write(
        "\nRead `git diff`, then follow docs/guides/first-stack.md. The first three commands are:\n"
        "make check STACK=staging\n"
        f"make rights STACK=staging BUCKET={bucket}\n"
        f"aws s3api create-bucket --bucket {bucket} --region {company.region}"
        f"{_place(company.region)}"
    )
    return ExitStatus.CLEAN


def _place(region: str) -> str:
    """Return what S3 wants to know of every region but its first ("CreateBucket")."""
    if region == "us-east-1":
        return ""
    return f" --create-bucket-configuration LocationConstraint={region}"


def _company(arguments: Namespace) -> Company:
    if not _OWNER.fullmatch(arguments.owner):
        raise CommandError(
            f"--owner: {quoted(arguments.owner)} is no GitHub owner. Subjects begin with it. Write "
            "the organisation's login."
        )
    bucket = arguments.bucket or f"{arguments.owner.lower()}-keyless"
    if not _BUCKET.fullmatch(bucket):
        raise CommandError(
            f"--bucket: {quoted(bucket)} begins no name of a bucket. The state is found by it. "
            "Write at most 53 small letters, digits and hyphens."
        )
    if not _TEAM.fullmatch(arguments.team):
        raise CommandError(
            f"--team: {quoted(arguments.team)} is no slug of a team. Reviews are asked of it. "
            "Write the slug, as in the team's address."
        )
    if arguments.staging_account == arguments.prod_account:
        raise CommandError(
            f"--prod-account: {quoted(arguments.prod_account)} is the account of staging as well. "
            "Both stacks would create the provider and roles of one name. Write another account."
        )
    owner_id, repository_id = arguments.owner_id, arguments.repository_id
    if owner_id is None:
        owner_id = _looked_up("--owner-id", "users", arguments.owner)
    if repository_id is None:
        repository_id = _looked_up("--repository-id", "repos", arguments.owner, PIPELINE)
    return Company(
        owner=arguments.owner,
        owner_id=owner_id,
        repository_id=repository_id,
        accounts={stack: getattr(arguments, f"{stack}_account") for stack in STACKS},
        region=arguments.region,
        team=arguments.team,
        bucket=bucket,
    )


def _looked_up(option: str, *path: str) -> int:
    from keyless.github_api import GithubApi, GithubError, GithubSetupError

    instead = f"Write {option}, as `gh api {'/'.join(path)} --jq .id` prints it."
    try:
        found = GithubApi.from_environment().get(*path)
    except GithubSetupError:
        raise CommandError(
            f"{option}: missing, and GITHUB_TOKEN is not set. Trust follows ids. {instead}"
        ) from None
    except GithubError as problem:
        raise CommandError(f"{option}: {problem}. Trust follows ids. {instead}") from None
    if not found or not isinstance(found.get("id"), int):
        raise CommandError(
            f"{option}: GitHub shows no {'/'.join(path[1:])} to this token. Trust follows ids. "
            f"{instead}"
        )
    number: int = found["id"]
    return number


def _refuse_unsaved(folder: Path) -> None:
    command = ["git", "-C", str(folder), "status", "--porcelain"]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        raise CommandError(
            f"{folder}: no checkout of git. What is written over could not be had back. Run it in "
            "a clone of this project."
        ) from None
    if changed := ended.stdout.splitlines():
        raise CommandError(
            f"{folder}: {quoted(changed[0][3:])} is changed and not committed. It could be written "
            "over. Commit it or take it back."
        )


def _texts(folder: Path, company: Company) -> Mapping[str, str]:
    """Return every file to write; nothing is written where one of them is not the sample's."""
    names = [name for stack in STACKS for name in files(stack)]
    names += [".github/CODEOWNERS", ".github/workflows/look.yml", ".github/workflows/up.yml"]
    texts, wrong = {}, []
    for name in names:
        try:
            texts[name] = written(name, (folder / name).read_text("utf-8"), company)
        except NotTheSampleError as problem:
            wrong.append(str(problem))
        except FileNotFoundError:
            wrong.append(f"{name}: missing. It belongs to the sample. Run it in a fresh clone.")
    if wrong:
        raise CommandError("\n".join(wrong))
    return texts


def _refuse_mistakes(texts: Mapping[str, str]) -> None:
    """Read the stack files as they would be; what is said of them is about the options."""
    with tempfile.TemporaryDirectory() as name:
        for stack in STACKS:
            file, _ = files(stack)
            (Path(name) / file).write_text(texts[file], "utf-8")
        wrong = [m.sentence for stack in STACKS for m in check_stack(Path(name), stack).mistakes]
    if wrong:
        raise CommandError("\n".join(dict.fromkeys(wrong)))


COMMAND = Command(
    description="Write what names the sample's company anew: stack files, settings of the pack, "
    "workflows and\nCODEOWNERS. Of the stack files the pipeline's own entry is kept; the sample's "
    "files move to\nsandbox/sample, where sandbox, pages and tests find them. Nothing is written "
    "into a checkout with\nchanges, over a file that is somebody's own, or where a stack file "
    "would have a mistake.",
    add_arguments=_add_arguments,
    run=_run,
)
