"""Values that AWS gives the form of: accounts, regions, ARNs, paths, role names, tags."""

import re
from typing import Annotated

from keyless.estate.issuer import Issuer
from keyless.estate.partition import is_region
from keyless.estate.sentences import quoted
from keyless.estate.settings.checked import Checked, between, matching

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
        "is no ARN of a policy that an account manages. A boundary is one: AWS's own bound too "
        "little, and AWS changes them. "
        "Write arn:aws:iam::ACCOUNT:policy/PATH/NAME.",
    ),
]
_PATH_CHARACTERS = r"[A-Za-z0-9+=,.@_-]+"


def _role_path(path: str) -> str:
    if not re.match(rf"/(?:{_PATH_CHARACTERS}/)+\Z", path) or len(path) > 512:
        raise ValueError(
            f"{quoted(path)} is no path for these roles. The boundary and the policies tell them "
            "from other roles by a path of their own. Write one such as /keyless/."
        )
    if path.startswith(("/aws-service-role/", "/aws-reserved/")):
        raise ValueError(
            f"{quoted(path)} is reserved by AWS. No role can be created there. "
            "Write a path such as /keyless/."
        )
    return path


RolePath = Annotated[
    str, Checked(_role_path, {"pattern": rf"^/(?:{_PATH_CHARACTERS}/)+$", "maxLength": 512})
]


def _role_name(name: str) -> str:
    if not re.match(r"[A-Za-z0-9+=,.@_-]{1,64}\Z", name):
        raise ValueError(
            f"{quoted(name)} is no role name. AWS takes 1 to 64 letters, digits and +=,.@_- in it. "
            "Write a shorter or plainer name."
        )
    if "github" in name.lower():
        raise ValueError(
            f'{quoted(name)} contains "GitHub". Such roles were reported to refuse GitHub\'s '
            "tokens. Leave the word out."
        )
    return name


RoleName = Annotated[str, Checked(_role_name, {"pattern": "^[A-Za-z0-9+=,.@_-]{1,64}$"})]


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
