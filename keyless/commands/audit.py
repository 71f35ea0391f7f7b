"""`audit`: the roles that exist already, no matter who made them."""

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterable, Iterator, Sequence

from keyless.audit.assessment import Audit, audit_roles
from keyless.audit.existing import Existing, ExistingRole
from keyless.audit.files import read_existing
from keyless.audit.listing import audit_listing
from keyless.audit.sarif import RULES, audit_findings
from keyless.audit.text import show_audit
from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.days import read_day
from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import STANDARD_INPUT, file_label, read_bytes, read_text
from keyless.command_line.json_text import decode_json
from keyless.command_line.sarif import annotations, fingerprints, sarif_log
from keyless.command_line.terminal import Terminal
from keyless.rules.pack_settings import Settings, SettingsError, read_settings_file

LIVE = "live"
"""Written in place of a file, it stands for the account itself."""

LARGEST_BYTES = 256 * 2**20
"""An account's 10,000 roles, with all that they may do and all that they are labelled with."""

MOST_ROLES = 100_000
"""Those of ten such accounts; some 300 MiB, and minutes."""


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "files",
        metavar="FILE",
        nargs="+",
        help="what `aws iam get-account-authorization-details` printed, an exported Pulumi state "
        "or a preview, a Terraform state, `terraform show -json` of a state or a plan, a template "
        "of CloudFormation or the CDK, or a bare trust policy; - for standard input, live for the "
        "account that the AWS command line would ask",
    )
    parser.add_argument(
        "--owner",
        metavar="LOGIN",
        help="ask GitHub for the ids of this owner and of its repositories, with GITHUB_TOKEN",
    )
    parser.add_argument(
        "--all",
        action="store_true",
        help="show each of many roles, with the trust policy to write instead",
    )
    parser.add_argument(
        "--as-of", metavar="DAY", help="the day from which the last use is counted: today"
    )
    parser.add_argument(
        "--issuer",
        dest="issuers",
        metavar="ISSUER",
        action="append",
        default=[],
        help="a further issuer of the company, as of an Enterprise Server; github.com's is one",
    )
    parser.add_argument(
        "--settings",
        metavar="FILE",
        help="the policy pack's settings of the stack, policypack/config/STACK.json: the audit "
        "then asks what the pack asks there; exceptions are not applied",
    )
    parser.add_argument(
        "--baseline",
        metavar="SARIF",
        help="a log that --sarif wrote: what is in it is left out of --sarif and of the status",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="write JSON to standard output")
    form.add_argument("--sarif", action="store_true", help="write SARIF 2.1.0 to standard output")
    form.add_argument(
        "--annotations", action="store_true", help="write workflow commands, for GitHub Actions"
    )
    form.add_argument(
        "--fix",
        action="store_true",
        help="write the trust policy anew, into a bare policy or a template, where nothing has to "
        "be looked up; then show what is left",
    )


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    as_of = read_day("--as-of", arguments.as_of)
    if arguments.fix:
        _fix(arguments, terminal)
    audit = _audited(arguments, terminal)
    known = _baseline(arguments.baseline)
    new = [each for each in audit_findings(audit) if each.fingerprint not in known]
    if arguments.json:
        terminal.write_json(audit_listing(audit, as_of))
    elif arguments.sarif:
        terminal.write_json(sarif_log(RULES, new))
    elif arguments.annotations:
        terminal.write_lines(annotations(new))
    else:
        show_audit(audit, terminal, as_of, whole=arguments.all)
    is_clean = all(each.level != "error" for each in new)
    return ExitStatus.CLEAN if is_clean else ExitStatus.FINDINGS


def _fix(arguments: Namespace, terminal: Terminal) -> None:
    from keyless.audit.fix import fix_files

    if not_files := [file for file in arguments.files if file in (STANDARD_INPUT, LIVE)]:
        raise CommandError(
            f"--fix: {file_label(not_files[0])} is no file. There is nothing to write into. Name "
            "the file with the policy."
        )
    paths = {file_label(file): file for file in arguments.files}
    for each in fix_files(_audited(arguments, terminal), paths):
        terminal.write(each.sentence)


def _audited(arguments: Namespace, terminal: Terminal) -> Audit:
    with terminal.waiting("judging roles"):
        issuers = tuple(issuer.removeprefix("https://") for issuer in arguments.issuers)
        settings = _settings(arguments.settings)
        found = _found(arguments.files, settings.other_issuers if settings else ())
        audit = audit_roles(found, issuers, settings)
    if arguments.owner:
        return _with_ids(audit, arguments.owner)
    return audit


def _baseline(file: str | None) -> frozenset[str]:
    if file is None:
        return frozenset()
    label = file_label(file)
    try:
        return fingerprints(decode_json(label, read_text(file)))
    except ValueError as problem:
        raise CommandError(
            f"{label}: {problem}. What is known already cannot be known from it. Write one with "
            "`keyless audit --sarif`."
        ) from None


def _settings(file: str | None) -> Settings | None:
    if file is None:
        return None
    label = file_label(file)
    try:
        return read_settings_file(read_bytes(file)).settings
    except SettingsError as error:
        raise CommandError("\n".join(f"{label}: {each}" for each in error.errors)) from None


def _with_ids(audit: Audit, owner: str) -> Audit:
    from keyless.audit.owner_ids import with_ids
    from keyless.command_line.github import github_of_environment

    return with_ids(audit, owner, github_of_environment())


def _found(files: Iterable[str], other_issuers: Sequence[str]) -> Iterator[Existing]:
    for file in files:
        label = file_label(file)
        roles = 0
        for each in read_existing(label, _text(file), other_issuers):
            roles += isinstance(each, ExistingRole)
            if roles > MOST_ROLES:
                raise CommandError(
                    f"{label}: more than {MOST_ROLES} roles. An account has far fewer, and each "
                    "is judged. Hand in one account at a time."
                )
            yield each


def _text(file: str) -> str:
    if file != LIVE:
        return read_text(file, largest=LARGEST_BYTES)
    from keyless.adopt.account_reader import read_details

    return json.dumps(read_details("audit"), default=str)


COMMAND = Command(
    description="Judge every role that trusts a GitHub issuer: who gets in, a token that proves "
    "it, and the trust\npolicy to write instead. Roles of other issuers are only counted. Many "
    "roles are shown on one screen,\nwhat to look at first in front: by who gets in, what that "
    "opens, and the last use. What the policy\npack would block ends with status 1.",
    add_arguments=_add_arguments,
    run=_run,
)
