"""Take a passphrase or a key of AWS KMS as the secrets provider of a stack file, and no other.

Pulumi asks the provider for the stack's key before it runs the program, with the credentials of the
run. A parameter of the address can send that request to any host, or sign it as somebody else; and
anybody who may use the key reads what the stack encrypts. Sources: gocloud.dev, packages `awskms`
and `aws` (`V2ConfigFromURLParams`); Pulumi 3.259, `secrets/cloud`.

Not judged: `encryptedkey`. AWS KMS finds the key in the text itself, so what the role may use
decides which keys it takes.
"""

import re
from typing import Final

from keyless.facts import REGION, is_region

TAKEN: Final = ("passphrase", "awskms://")
_OF_THE_BACKEND = ("", "default", "passphrase")
"""A passphrase where the state is in files, Pulumi's own service where it is there."""

_SCHEME = "awskms://"
_NAMED = r"(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32})"
_ALIAS = r"alias/[\w/-]{1,250}"
_KEY = re.compile(
    rf"/?(?:{_NAMED}|{_ALIAS}|(?<=/)arn:aws[a-z-]*:kms:{REGION}:(\d{{12}}):(?:key/{_NAMED}|{_ALIAS}))",
    re.ASCII,
)
_PARAMETERS: Final = {
    "awssdk": re.compile("v[12]"),
    "dualstack": re.compile("true|false"),
    "fips": re.compile("true|false"),
    "region": re.compile(REGION),
}
_CONTEXT = re.compile(r"context_[\w.:/-]+", re.ASCII)
_CONTEXT_VALUE = re.compile(r"[\w.:/@+=%-]*", re.ASCII)
_WRITE = "Write passphrase, or awskms:///arn:aws:kms:REGION:ACCOUNT:key/ID?region=REGION"


def refused_provider(value: object, accounts: frozenset[str]) -> str | None:
    """Return what is wrong with `secretsprovider`, in words to put behind it; None if nothing is.

    `accounts` are those of aws:allowedAccountIds.
    """
    if value is None or value in _OF_THE_BACKEND:
        return None
    if not isinstance(value, str) or not value.startswith(_SCHEME):
        return (
            "neither a passphrase nor a key of AWS KMS. Pulumi would send its credentials to "
            f"another service, before anything is checked here. {_WRITE}."
        )
    key, _, parameters = value.removeprefix(_SCHEME).partition("?")
    for pair in filter(None, parameters.split("&")):
        name, _, setting = pair.partition("=")
        if not _is_taken(name, setting):
            known = ", ".join(_PARAMETERS)
            return (
                "an unknown parameter of the address, or a value that the parameter cannot have. "
                "It can send Pulumi's requests to another host, or sign them as somebody else. "
                f"Write only {known} and context_NAME."
            )
    found = _KEY.fullmatch(key)
    if not found:
        return (
            "no ID, alias or ARN of a key. Nobody here can see which key Pulumi would use. "
            f"{_WRITE}."
        )
    if found[1] and found[1] not in accounts:
        return (
            f"a key of the account {found[1]}, which aws:allowedAccountIds does not list. Anybody "
            "who may use the key reads what the stack encrypts. Write a key of the stack's account."
        )
    return None


def _is_taken(name: str, setting: str) -> bool:
    if name == "region":
        return is_region(setting)
    if form := _PARAMETERS.get(name):
        return bool(form.fullmatch(setting))
    return bool(_CONTEXT.fullmatch(name) and _CONTEXT_VALUE.fullmatch(setting))
