"""Values that GitHub gives the form of: ids, owners, repositories, people, variables."""

import re
from typing import Annotated

from keyless.estate.values.checked import Checked, between, matching
from keyless.facts import OWNER_NAME, REPOSITORY_NAME
from keyless.text.sentences import quoted

Id = Annotated[
    int, between(1, 2**53 - 1, "GitHub's ids are positive numbers, and trust follows this one")
]
WaitMinutes = Annotated[int, between(0, 43200, "GitHub waits 30 days at most")]
Approvals = Annotated[int, between(0, 10, "GitHub asks for at most 10 approvals")]
Owner = Annotated[
    str,
    matching(
        r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})",
        "is no GitHub owner. Subjects begin with it. Write the organisation's login, such as acme.",
    ),
]


def repository_name(name: str) -> str:
    """Return a repository's name, without its owner.

    Raises ValueError with a sentence for anything else.
    """
    if "/" in name:
        raise ValueError(
            f"{quoted(name)} names an owner. A stack has one owner, in github:owner. "
            f"Write {quoted(name.rpartition('/')[2])}."
        )
    if not re.match(r"[A-Za-z0-9._-]{1,100}\Z", name) or name in {".", ".."}:
        raise ValueError(
            f"{quoted(name)} is no repository name. GitHub's have 1 to 100 letters, digits, "
            '".", "_" and "-". Write the name as it is in the repository\'s address.'
        )
    return name


RepositoryName = Annotated[str, Checked(repository_name, {"pattern": f"^{REPOSITORY_NAME}$"})]
UserLogin = Annotated[
    str,
    matching(
        OWNER_NAME,
        "is no GitHub login. Reviewers are looked up by it. "
        "Write the login alone, such as mona, without @ and without an address.",
    ),
]
TeamSlug = Annotated[
    str,
    matching(
        r"[a-z0-9_][a-z0-9._-]{0,99}",
        "is no team slug. Teams are looked up by it. Write the last part of the team's address, "
        "such as storefront-leads, without the owner.",
    ),
]


def _environment_name(name: str) -> str:
    if not name or len(name) > 255 or name in {".", ".."} or not name.isprintable():
        raise ValueError(
            f"{quoted(name)} is no environment name. GitHub's have 1 to 255 printable characters. "
            "Write the name as the repository's settings show it."
        )
    return name


EnvironmentName = Annotated[str, Checked(_environment_name, {"minLength": 1, "maxLength": 255})]
FunctionName = Annotated[
    str,
    matching(
        r"[a-z][a-z0-9_-]{0,31}",
        "is no name for a role's function. Role, resource and variable are named after it. "
        'Use up to 32 of a-z, 0-9, "_" and "-", beginning with a letter, such as deploy.',
    ),
]
_STATIC_KEY_NAMES = {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}


_SECRETS = {
    "a GitHub token": re.compile(
        r"\b(gh[pousr]_[A-Za-z0-9]{36,}|ghs_\d+_[\w.-]{20,}|github_pat_\w{22,})"
    ),
    "a private key": re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY"),
}
"""What is a secret by its form ("Managing your personal access tokens", RFC 7468).

Tokens of an App's installation are `ghs_APPID_JWT` since 27 April 2026."""


def _variable_name(name: str) -> str:
    if not re.match(r"[A-Za-z_][A-Za-z0-9_]*\Z", name):
        raise ValueError(
            f"{quoted(name)} is no variable name. GitHub takes letters, digits and _ in it, not "
            "beginning with a digit. Write a name such as S3_BUCKET."
        )
    if name.upper().startswith("GITHUB_"):
        raise ValueError(
            f"{quoted(name)} begins with GITHUB_. GitHub keeps those names for itself. "
            "Write another name."
        )
    if name.upper() in _STATIC_KEY_NAMES:
        raise ValueError(
            f"{quoted(name)} carries a static AWS key. Keys that last are what roles replace, and "
            "variables are no secrets. Leave it out and assume the role."
        )
    return name


def _variable_value(value: str) -> str:
    if re.search(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b", value):
        raise ValueError(
            "the value contains an AWS access key id. Keys that last are what roles replace, and "
            "variables are no secrets. Leave it out and assume the role."
        )
    if secret := next((what for what, form in _SECRETS.items() if form.search(value)), None):
        raise ValueError(
            f"the value contains {secret}. Anybody who reads the repository's workflows can read "
            "its variables. Store it as a secret."
        )
    if "\0" in value:
        raise ValueError(
            "the value contains a NUL character. No environment variable can. Leave it out."
        )
    if not value or len(value.encode(errors="replace")) > 48 * 1024:
        raise ValueError(
            f"the value has {len(value.encode(errors='replace'))} bytes. GitHub takes 1 to 49152. "
            "Write a value of that size."
        )
    return value


VariableName = Annotated[
    str,
    Checked(_variable_name, {"pattern": "^(?![gG][iI][tT][hH][uU][bB]_)[A-Za-z_][A-Za-z0-9_]*$"}),
]
VariableValue = Annotated[str, Checked(_variable_value, {"minLength": 1})]
