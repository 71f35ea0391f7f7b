"""What the sample files say of the made company, and the same files as a company's own.

Of a stack file the pipeline's own entry is kept: the other entries are examples of the sample. Not
here: pages, tests and the sandbox, whose made company stays what it is.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keyless.command_line.positions import positions
from keyless.estate.naming import role_name
from keyless.estate.subject import Context
from keyless.facts import AWS, Partition, partition_of
from keyless.rules.pack_settings import settings_path
from keyless.text.json_text import read_json

STACKS: Mapping[str, str] = {"staging": "staging", "prod": "production"}
"""Each stack of the sample with the environment that brings it up."""

PIPELINE = "keyless"
"""The entry of the project's own repository, and the name of that repository."""

_LOOKING = (
    ("branch-main-read", Context("branch", "main"), "read"),
    ("pull-requests-preview", Context("pull_requests"), "preview"),
)
"""The roles of the pipeline that read the state, as the pack's settings name them."""

_REPOSITORIES = "keyless:repositories"
_EXAMPLES = frozenset({"storefront", "checkout-api", "infrastructure", PIPELINE})
_OWNER, _TEAM, _REGION = "acme", "platform", "eu-west-1"
_ACCOUNTS = {"staging": "111111111111", "prod": "222222222222"}
_OWNER_ID, _REPOSITORY_ID = "9919", "844556677"


@dataclass(frozen=True, kw_only=True)
class Company:
    """What takes the sample's place; the state of a stack is in the bucket `BUCKET-STACK`."""

    owner: str
    owner_id: int
    repository_id: int
    accounts: Mapping[str, str]
    region: str
    team: str
    bucket: str

    @property
    def partition(self) -> Partition:
        """The partition of AWS that the region lies in."""
        return partition_of(self.region)


class NotTheSampleError(Exception):
    """Say in one sentence why a file is not the sample's."""


def files(stack: str) -> tuple[str, str]:
    """Return the stack file of a stack and the pack's settings for it."""
    return f"Pulumi.{stack}.yaml", settings_path(stack)


def written(file: str, text: str, company: Company) -> str:
    """Return a file of the sample as the company's own.

    Raises NotTheSampleError for a file that says something else than the sample.
    """
    if file.startswith("Pulumi."):
        made = _replaced(_pipeline_alone(file, text), company)
    elif file.endswith(".json"):
        made = _settings(text, company)
    else:
        made = _for_audience(_replaced(text, company), company.partition.audience)
    if made == text or (file.startswith("Pulumi.") and not _is_word(_OWNER, text)):
        raise NotTheSampleError(
            f"{file}: it names nothing of the sample's company. The file is somebody's own "
            "already, and nothing is written over it. Edit it by hand."
        )
    return made


def _pipeline_alone(file: str, text: str) -> str:
    """Leave out the entries that are examples, with the comments above them."""
    places = positions(text)
    entries = {keys[2]: at.line - 1 for keys, at in places.items() if _is_entry(keys)}
    if own := sorted(str(name) for name in entries if name not in _EXAMPLES):
        raise NotTheSampleError(
            f'{file}: the entry "{own[0]}" is none of the sample\'s. Writing the file anew would '
            "remove it. Edit the file by hand."
        )
    lines = text.splitlines(keepends=True)
    starts = {name: _with_comments(lines, line) for name, line in entries.items()}
    first, begin = min(starts.values()), starts[PIPELINE]
    end = min((start for start in starts.values() if start > begin), default=len(lines))
    return "".join([*lines[:first], *lines[begin:end]])


def _is_entry(keys: tuple[str | int, ...]) -> bool:
    return len(keys) == 3 and keys[:2] == ("config", _REPOSITORIES)


def _with_comments(lines: list[str], line: int) -> int:
    while lines[line - 1].lstrip().startswith("#"):
        line -= 1
    return line


def _for_audience(text: str, audience: str) -> str:
    """Let the steps of a workflow ask for the audience of a partition, where it is not the usual.

    The action asks for that of the partition `aws` by itself.
    """
    if audience == AWS.audience:
        return text
    return re.sub(r"(?m)^( +)role-to-assume: .*$", rf"\g<0>\n\g<1>audience: {audience}", text)


def _settings(text: str, company: Company) -> str:
    """Name the pipeline's role as the stack does; no environment is left that is unreviewed."""
    content: dict[str, Any] = read_json(text)
    content["settings"]["unreviewed_environments"] = []
    content["settings"]["write_needs_environment"] = True
    return _replaced(json.dumps(content, indent=2) + "\n", company)


def _replaced(text: str, company: Company) -> str:
    """Put the company's words in place of the sample's, all at once: one may look like another."""
    words = _words(company)
    pattern = "|".join(map(_word, words))
    return re.sub(pattern, lambda found: words[found[0]], text)


def _word(word: str) -> str:
    return rf"(?<!\w){re.escape(word)}(?!\w)"


def _is_word(word: str, text: str) -> bool:
    return re.search(_word(word), text) is not None


def _words(company: Company) -> dict[str, str]:
    """Return each word of the sample with what takes its place; longer words come first."""
    roles = {
        f"{_OWNER}-{PIPELINE}-{name}-deploy": role_name(
            company.owner, PIPELINE, Context("environment", name), "deploy"
        )
        for name in STACKS.values()
    }
    looking = {
        f"{_OWNER}-{PIPELINE}-{written}": role_name(company.owner, PIPELINE, context, function)
        for written, context, function in _LOOKING
    }
    accounts = {account: company.accounts[stack] for stack, account in _ACCOUNTS.items()}
    return {
        **roles,
        **looking,
        f"{_OWNER}-{PIPELINE}": company.bucket,
        f"arn:{AWS.name}": f"arn:{company.partition.name}",
        _OWNER: company.owner,
        _TEAM: company.team,
        _REGION: company.region,
        _OWNER_ID: str(company.owner_id),
        _REPOSITORY_ID: str(company.repository_id),
        **accounts,
    }
