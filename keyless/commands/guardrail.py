"""`guardrail`: the policy of an organisation that refuses foreign tenants of GitHub."""

import re
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from keyless import facts
from keyless.command_line.command import Command, ExitStatus
from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import file_label, read_text
from keyless.command_line.json_text import decode_json
from keyless.command_line.terminal import Terminal
from keyless.estate.guardrail_document import GuardrailError, Owner, guardrail_document
from keyless.guardrail.judgement import Probe, UnreadablePolicyError, probe

_VERSION = 1
_OWNER = re.compile(rf"({facts.OWNER_NAME})=([1-9][0-9]{{0,15}})")


def _owner(text: str) -> Owner:
    found = _OWNER.fullmatch(text)
    if not found:
        raise ArgumentTypeError(
            f'"{text[:60]}" is no LOGIN=ID. The id is what no rename changes. Write acme=9919, as '
            "`gh api users/acme --jq .id` prints it."
        )
    return Owner(found[1], int(found[2]))


def _add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument(
        "owners",
        metavar="LOGIN=ID",
        nargs="+",
        type=_owner,
        help="an owner to keep, as acme=9919",
    )
    parser.add_argument(
        "--issuer",
        dest="issuers",
        metavar="HOST",
        action="append",
        default=[],
        help="an issuer without https://, as often as there are; by default that of github.com",
    )
    parser.add_argument(
        "--partition",
        default=facts.AWS.name,
        choices=[partition.name for partition in facts.PARTITIONS],
        help="the partition of the organisation; by default aws",
    )
    parser.add_argument(
        "--judge", metavar="FILE", help="say of a given policy whom it keeps out; - for stdin"
    )
    parser.add_argument("--json", action="store_true", help="write a judgement as JSON")


def _run(arguments: Namespace, terminal: Terminal) -> ExitStatus:
    issuers: Sequence[str] = arguments.issuers or [facts.GITHUB_COM]
    for issuer in issuers:
        if facts.form_of(issuer) is None:
            raise CommandError(
                f"--issuer: {issuer[:100]!a} is no issuer of GitHub's. The policy would refuse "
                "nobody. Write one of the documented forms, such as "
                f"{facts.GITHUB_COM}."
            )
    if arguments.judge:
        return _judge(arguments, issuers, terminal)
    try:
        terminal.write_json(guardrail_document(arguments.owners, issuers, arguments.partition))
    except GuardrailError as error:
        raise CommandError(f"guardrail: {error}") from None
    return ExitStatus.CLEAN


def _judge(arguments: Namespace, issuers: Sequence[str], terminal: Terminal) -> ExitStatus:
    label = file_label(arguments.judge)
    document = _policy(label, decode_json(label, read_text(arguments.judge)))
    if not isinstance(document, dict):
        raise CommandError(f"{label}: no policy. It is no object. Hand in the policy's JSON.")
    try:
        found = [
            each
            for issuer in issuers
            for each in probe(document, arguments.owners, issuer, arguments.partition)
        ]
    except UnreadablePolicyError as error:
        raise CommandError(f"{label}: {error}") from None
    if arguments.json:
        listed = [{**asdict(each), "right": each.is_right} for each in found]
        terminal.write_json({"version": _VERSION, "probes": listed})
    else:
        _show(found, terminal)
    return ExitStatus.CLEAN if all(each.is_right for each in found) else ExitStatus.FINDINGS


def _policy(label: str, answer: Any) -> Any:
    """Return the policy within what `aws organizations describe-policy` prints, or the text itself.

    Source: AWS Organizations API reference, "Policy": its content is JSON in a text.
    """
    described = answer.get("Policy") if isinstance(answer, dict) else None
    content = described.get("Content") if isinstance(described, dict) else None
    return decode_json(label, content) if isinstance(content, str) else answer


def _show(found: Sequence[Probe], terminal: Terminal) -> None:
    for each in found:
        if each.is_right:
            continue
        what = "kept out, and should get in" if each.wanted == "in" else "let in"
        terminal.write(f"{each.who}: {what}. Its subject is {each.subject}")
    wrong = sum(not each.is_right for each in found)
    said = "the policy works" if not wrong else "the policy does not work: write it anew"
    terminal.write(f"{len(found)} tokens tried, {wrong} wrong; {said}")


COMMAND = Command(
    description="Write the resource control policy that refuses tokens of every other GitHub owner,"
    "\nfor all roles of all accounts below it. --judge says of a policy that exists whose jobs it "
    "locks\nout, today's and those of repositories made after 2026-07-15, and which strangers it "
    "lets in;\nroles that it excepts by a tag are not looked at.",
    add_arguments=_add_arguments,
    run=_run,
)
