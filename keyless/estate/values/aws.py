"""Values that AWS gives the form of: accounts, regions, ARNs, paths, names, dates, tags."""

import re
from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, WithJsonSchema

from keyless.estate.issuer import Issuer
from keyless.estate.values.checked import Checked, between, matching, named
from keyless.facts import is_region
from keyless.text.sentences import quoted

SessionMinutes = Annotated[
    int, between(15, 720, "AWS issues sessions from 15 minutes to 12 hours long")
]
AccountId = Annotated[
    str,
    matching(
        r"[0-9]{12}", "is no AWS account. Account ids have 12 digits. Write them all, in quotes."
    ),
]


def _region(text: str) -> str:
    if not is_region(text):
        raise ValueError(
            f"{quoted(text)} is no AWS region. ARNs, audience and partition follow from it. "
            "Write a region such as eu-west-1."
        )
    return text


Region = Annotated[str, Checked(_region, {"pattern": "^[a-z]{2,4}(-[a-z]+)+-[1-9]$"})]


def _issuer(url: str) -> str:
    try:
        return Issuer.parse(url).url
    except ValueError as problem:
        raise ValueError(f"{quoted(url)} {problem}") from None


IssuerUrl = Annotated[str, Checked(_issuer, {"pattern": "^https://[^/]+(/[A-Za-z0-9_/-]+)?$"})]
ProviderArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/[A-Za-z0-9./_-]+",
        "is no ARN of an OIDC provider. Every role would trust it. "
        "Write arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com.",
    ),
]
PolicyArn = Annotated[
    str,
    matching(
        r"arn:aws[a-z-]*:iam::[0-9]{12}:policy/([A-Za-z0-9+=,.@_-]+/)*[A-Za-z0-9+=,.@_-]{1,128}",
        "is no ARN of a policy that an account manages. A boundary is one: AWS's own policies "
        "limit too little, and AWS changes them. Write arn:aws:iam::ACCOUNT:policy/PATH/NAME.",
    ),
]
PolicyTarget = Annotated[
    str,
    matching(
        r"r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}|[0-9]{12}",
        "is no target of a policy. An organisation attaches it to its root, to an organizational "
        "unit or to an account. Write an id such as r-ab12, as `aws organizations list-roots` "
        "prints it.",
    ),
]
_PATH_CHARACTERS = r"[A-Za-z0-9+=,.@_-]+"


def _stack_path(path: str) -> str:
    if not re.match(rf"/(?:{_PATH_CHARACTERS}/)+\Z", path) or len(path) > 512:
        raise ValueError(
            f"{quoted(path)} is no path for these roles. The boundary and the policies recognise "
            "them by a path that no other role has. Write a path between slashes, such as "
            "/keyless/."
        )
    return _unreserved(path)


def _role_path(path: str) -> str:
    if not re.match(rf"/(?:{_PATH_CHARACTERS}/)*\Z", path) or len(path) > 512:
        raise ValueError(
            f"{quoted(path)} is no path of a role. AWS takes / alone, or a slash at both ends of "
            "letters, digits and +=,.@_- between slashes. Write it as AWS shows it, such as /ci/."
        )
    return _unreserved(path)


def _unreserved(path: str) -> str:
    if path.startswith(("/aws-service-role/", "/aws-reserved/")):
        raise ValueError(
            f"{quoted(path)} is reserved by AWS. No role can be created there. "
            "Write a path such as /keyless/."
        )
    return path


StackPath = Annotated[
    str, Checked(_stack_path, {"pattern": rf"^/(?:{_PATH_CHARACTERS}/)+$", "maxLength": 512})
]
RolePath = Annotated[
    str, Checked(_role_path, {"pattern": rf"^/(?:{_PATH_CHARACTERS}/)*$", "maxLength": 512})
]
_PATH_AND_NAME = rf"(?:{_PATH_CHARACTERS}/)*[A-Za-z0-9+=,.@_-]{{1,64}}"

RoleName = Annotated[
    str,
    matching(
        r"[A-Za-z0-9+=,.@_-]{1,64}",
        "is no role name. AWS takes 1 to 64 letters, digits and +=,.@_- in it. "
        "Write a shorter or plainer name.",
    ),
]
RoleNameWithPath = Annotated[
    str,
    named(
        "role name",
        _PATH_AND_NAME,
        "IAM takes letters, digits and +=,.@_-, with the path before the name if there is one",
    ),
]
RoleArn = Annotated[
    str,
    matching(
        rf"arn:[a-z-]+:iam::[0-9]{{12}}:role/{_PATH_AND_NAME}",
        "is no ARN of one role. Any role that fits a wildcard could be assumed, also one that "
        'is created later. Write it whole, as in "arn:aws:iam::111111111111:role/deploy".',
    ),
]
InlinePolicyName = Annotated[
    str,
    matching(
        r"[A-Za-z0-9+=,.@_-]{1,128}",
        "is no name of an inline policy. AWS takes 1 to 128 letters, digits and +=,.@_- in it. "
        "Write a shorter or plainer name.",
    ),
]
NamePrefix = Annotated[
    str,
    matching(
        r"[a-z0-9][a-z0-9.-]{1,40}-",
        "is no prefix of names. Buckets, folders and image repositories begin with it, and one "
        "that ends within a word begins others, too. Write 3 to 42 of a-z, 0-9, . and -, with - at "
        "the end, such as shop-pr-.",
    ),
]
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?: 00:00:00 \+0000 UTC)?\Z")


def _date(value: object) -> date:
    """Read a date; one without quotes in a stack file arrives as its midnight (CLI 3.259.0)."""
    found = _DATE.match(value) if isinstance(value, str) else None
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        raise ValueError(
            f"{quoted(value)} is no date. The trust policy ends with it. Write year, month and "
            "day, as in 2027-03-31."
        ) from None


Date = Annotated[
    date,
    BeforeValidator(_date),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}),
]


GUARD_TAG = "keyless:deployment-role"
"""Key of the tag by which the recommended boundary guards roles outside of the stack's path."""


def _tag_key(key: str) -> str:
    if not re.match(r"[A-Za-z0-9 _.:/=+@-]{1,128}\Z", key):
        raise ValueError(
            f"{quoted(key)} is no tag key. AWS takes 1 to 128 letters, digits, spaces and "
            "_.:/=+-@ in it. Write a plainer key."
        )
    if key.lower().startswith("aws:"):
        raise ValueError(
            f'{quoted(key)} begins with "aws:". Such tags belong to AWS. Write another key.'
        )
    if key.lower() == GUARD_TAG:
        raise ValueError(
            f"{quoted(key)} is the tag that guards roles outside of the stack's path. It would say "
            "something else here. Write another key."
        )
    return key


TagKey = Annotated[
    str, Checked(_tag_key, {"pattern": "^(?![aA][wW][sS]:)[A-Za-z0-9 _.:/=+@-]{1,128}$"})
]
TagValue = Annotated[
    str,
    matching(
        r"[A-Za-z0-9 _.:/=+@-]{0,256}",
        "is no tag value. AWS takes up to 256 letters, digits, spaces and _.:/=+-@ in it. "
        "Write a plainer value.",
    ),
]
