"""Block long-lived AWS keys: credentials of users, and what in GitHub carries one.

Attack: a key copied once out of a workflow, a log or a laptop works from anywhere until somebody
rotates it.

Not judged: a secret whose value arrives encrypted for GitHub, except by its name; a key that is
encoded, or split over several values; a secret access key by itself, which looks like any random
text and opens nothing without its key id; a variable whose value is not known at preview, since
role ARNs are often passed on that way.

Source: "Security best practices in IAM", AWS IAM User Guide.
"""

import re
from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.iam_types import folded
from keyless.rules.resources import Unknown, texts
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.resource_types import ACCESS_KEY, REPOSITORY_FILE, SECRETS, VARIABLES

KEY_ID = re.compile(r"(?<![A-Z0-9])(?:AKIA|ASIA)[A-Z2-7]{16}(?![A-Z0-9])")
"""An access key id, long-lived or temporary ("IAM identifiers", AWS IAM User Guide)."""

STAGE = r"(?:PROD(?:UCTION)?|STAG(?:E|ING)|DEV(?:ELOPMENT)?|TEST|QA|UAT|LIVE|CI|[0-9]+)?"
KEY_NAME = re.compile(
    r"ACCESSKEYID|SECRETACCESSKEY|AWSKEYID"
    rf"|AWS{STAGE}(?:ID|ACCESS|TOKEN|AUTH|CREDS?|KEYS?|SECRETS?){STAGE}$"
    r"|AWS.*(?:ACCESSKEY|ACCESSID|SECRETKEY|KEYSECRET|SECRETID|SESSIONTOKEN"
    r"|CREDENTIALS?(?:FILE)?$)"
    r"|AWS(?!.*(?:KMS|SSM)).*KEYS?$|S3(?:ACCESSKEY|SECRETKEY|SECRET$)"
)
"""Names that AWS tools read keys from, and their usual variants, without separators."""

WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[^A-Za-z0-9]+")
"""Where a word of a name ends."""

WITHIN = re.compile(r"(?<=[A-Z])AWS")
"""The letters of AWS within another word."""

KEY_FIELD = re.compile(
    r"""(?:aws_secret_access_key|SecretAccessKey)["']?\s{0,9}[:=>](?!\s*["']?(?:\$|<|$))""",
    re.IGNORECASE,
)
"""What comes before a key in a credentials file and in the answers of IAM and STS, and before no
reference to one (`${{ secrets.KEY }}`, `$KEY`, `<your key>`)."""

CREDENTIALS = {
    ACCESS_KEY: ("access key", "user"),
    "aws:iam/serviceSpecificCredential:ServiceSpecificCredential": (
        "service-specific credential",
        "userName",
    ),
    "aws:iam/signingCertificate:SigningCertificate": ("signing certificate", "userName"),
    "aws:iam/sshKey:SshKey": ("SSH key", "username"),
    "aws:iam/userLoginProfile:UserLoginProfile": ("password", "user"),
    "aws:lightsail/bucketAccessKey:BucketAccessKey": ("access key of a bucket", "bucketName"),
    "aws-native:iam:AccessKey": ("access key", "userName"),
}
USER_NATIVE = "aws-native:iam:User"
"""A user of Cloud Control, which may carry a password of its own."""

"""Credentials that live until somebody removes them: what each is, and where it says whose."""

NAMES = {
    **dict.fromkeys(SECRETS, "secretName"),
    **dict.fromkeys(VARIABLES, "variableName"),
    REPOSITORY_FILE: "file",
}
"""Where each resource of GitHub's has the name that people see."""

VALUES = ("plaintextValue", "value", "content")

SETS = re.compile(r"\bgh\s+(?:secret|variable)\s+set\s+[\"']?(\w+)")
"""A command that stores a secret or a variable of that name in GitHub."""

OTHERS = re.compile(r"github:.*|command:.*")
"""Folded types of all else that GitHub keeps, or that may hand a key to it."""
INSTEAD = "Write a role that trusts the workflow's token, and remove the key."


def credential(what: str, user: object) -> Iterator[Finding]:
    """Refuse a credential of a user, no matter who it is for."""
    whose = f' for user "{user}"' if isinstance(user, str) else ""
    yield Finding(
        f"{what}{whose}: a key that lives until it is rotated. "
        f"Anybody who copies it once can use it from anywhere. {INSTEAD}"
    )


def is_name_of_key(name: str) -> bool:
    """Say whether a secret or a variable is called what AWS tools read keys from."""
    words = (WITHIN.sub("", word.upper()) for word in WORDS.split(name))
    return KEY_NAME.search("".join(words)) is not None


def carried_keys(name: str, values: dict[str, str | Unknown]) -> Iterator[Finding]:
    """Refuse a secret or variable that is named like a key or has one; values are not quoted."""
    if is_name_of_key(name):
        yield Finding(
            f'"{name}": the name of an AWS key. '
            f"A key that GitHub keeps works from anywhere until it is rotated. {INSTEAD}"
        )
    for property_name, value in values.items():
        if isinstance(value, Unknown):
            yield Finding(
                f'"{name}": {property_name} is not known at preview. '
                "It may carry an AWS key. Write a value that is known at preview."
            )
        elif held := _key_in(value):
            yield Finding(
                f'"{name}": {property_name} contains {held}. '
                f"Every workflow that reads it can pass the key on. {INSTEAD}"
            )


def _key_in(text: str) -> str | None:
    if found := KEY_ID.search(text):
        return f'the AWS access key id "{found.group()[:8]}…"'
    return "an AWS secret access key" if KEY_FIELD.search(text) else None


def keys_anywhere(resource: Resource) -> Iterator[Finding]:
    """Refuse an access key id in any text of a resource, and a command that stores a key."""
    for path, text in texts(resource.properties.everything()):
        if found := KEY_ID.search(text):
            yield Finding(
                f'"{resource.name}": {path} contains the AWS access key id '
                f'"{found.group()[:8]}…". Everybody who reads it can use the key. {INSTEAD}'
            )
        elif name := next(filter(is_name_of_key, SETS.findall(text)), None):
            yield Finding(
                f'"{resource.name}": {path} sets "{name}", the name of an AWS key. '
                f"A key that GitHub keeps works from anywhere until it is rotated. {INSTEAD}"
            )


def judged(kind: str) -> str | bool:
    """Return the type that a folded one is judged as, whether it is judged for any other."""
    return _KINDS.get(kind) or OTHERS.fullmatch(kind) is not None


def validate(resource: Resource, report: Report) -> None:
    """Judge a credential, a secret, a variable, a file, or anything else that GitHub keeps."""
    if resource.type == USER_NATIVE:
        has_one = resource.properties.value("loginProfile") is not None
        user = resource.properties.value("userName")
        findings = credential("password", user) if has_one else iter(())
    elif resource.type in CREDENTIALS:
        what, user = CREDENTIALS[resource.type]
        findings = credential(what, resource.properties.value(user))
    elif resource.type in NAMES:
        findings = carried_keys(_name(resource), _values(resource))
    else:
        findings = keys_anywhere(resource)
    for finding in findings:
        report(finding)


def _name(resource: Resource) -> str:
    name = resource.properties.text(NAMES[resource.type])
    return resource.name if name is None or isinstance(name, Unknown) else name


def _values(resource: Resource) -> dict[str, str | Unknown]:
    values = {key: resource.properties.text(key) for key in VALUES}
    return {
        key: value
        for key, value in values.items()
        if isinstance(value, str) or (value is not None and resource.type not in VARIABLES)
    }


_KINDS = {folded(kind): kind for kind in (*CREDENTIALS, *NAMES, USER_NATIVE)}

POLICY = resource_policy(
    "static-keys-refused",
    display_name="No long-lived AWS keys",
    description="Credentials of IAM users are neither created nor stored in GitHub.",
    severity=Severity.CRITICAL,
    remediation_steps="Onboard the repository, take the role from its variable, delete the key.",
    types=judged,
    validate=validate,
)
