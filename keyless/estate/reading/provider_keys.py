"""Take only listed keys of the providers and of the engine, in a stack file and in Pulumi.yaml.

Another key can lead the providers, and the tokens they send, to another address, account or
identity than what was checked. Values are not quoted: they can hold secrets. The allow list is of
pulumi-aws 7.51.1 and pulumi-github 6.15.0; a key that a later version adds is refused until it is
listed here.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from keyless.estate.issuer import GITHUB_COM
from keyless.facts import ENTERPRISE_SERVER_PATH, is_region
from keyless.text.json_text import read_json

NAMESPACES: Final = ("aws:", "github:", "pulumi:")
TAKEN: Final = frozenset(
    {
        "aws:allowedAccountIds",
        "aws:assumeRoles",
        "aws:defaultTags",
        "aws:forbiddenAccountIds",
        "aws:ignoreTags",
        "aws:maxRetries",
        "aws:region",
        "aws:retryMode",
        "aws:stsRegion",
        "aws:tagPolicyCompliance",
        "aws:useDualstackEndpoint",
        "aws:useFipsEndpoint",
        "github:baseUrl",
        "github:legacyClient",
        "github:maxPerPage",
        "github:maxRetries",
        "github:owner",
        "pulumi:tags",
    }
)
_FIXED: Final = {"github:legacyClient": "false", "github:maxRetries": "0"}
INSTEAD: Final = {
    "aws:accessKey": "Set AWS_ACCESS_KEY_ID in the environment",
    "aws:assumeRole": "Write aws:assumeRoles",
    "aws:customCaBundle": "Set AWS_CA_BUNDLE in the environment",
    "aws:endpoints": "Write aws:useFipsEndpoint: true for the FIPS endpoints",
    "aws:httpProxy": "Set HTTP_PROXY in the environment",
    "aws:httpsProxy": "Set HTTPS_PROXY in the environment",
    "aws:noProxy": "Set NO_PROXY in the environment",
    "aws:profile": "Set AWS_PROFILE in the environment",
    "aws:secretKey": "Set AWS_SECRET_ACCESS_KEY in the environment",
    "aws:sharedConfigFiles": "Set AWS_CONFIG_FILE in the environment",
    "aws:sharedCredentialsFiles": "Set AWS_SHARED_CREDENTIALS_FILE in the environment",
    "aws:token": "Set AWS_SESSION_TOKEN in the environment",
    "github:appAuth": "Set GITHUB_TOKEN in the environment to a token of the App",
    "github:organization": "Write github:owner",
    "github:token": "Set GITHUB_TOKEN in the environment",
}
_ROLE = re.compile(r"arn:[a-z-]+:iam::(\d{12}):role/[\w+=,.@/-]+", re.ASCII)


def refused_keys(raw: Mapping[str, object]) -> Iterator[str]:
    """Yield a sentence for each key of a provider or the engine that a stack may not set so."""
    for key, value in sorted(raw.items()):
        if not key.startswith(NAMESPACES):
            continue
        if key not in TAKEN:
            yield (
                f"{key}: not taken from a stack file or Pulumi.yaml. It can change where the "
                "providers send their tokens, or as whom they act, behind everything that is "
                f"checked here. {INSTEAD.get(key, 'Remove the key')}."
            )
        elif key in _FIXED and str(value).lower() != _FIXED[key]:
            yield (
                f'{key}: not "{_FIXED[key]}". The provider could send a write again without its '
                f'body, and leave an environment bare. Write "{_FIXED[key]}", or remove the key.'
            )
        elif key == "aws:assumeRoles":
            yield from _foreign_roles(value, raw.get("aws:allowedAccountIds"))
        elif key == "aws:stsRegion" and not is_region(str(value)):
            yield (
                f"{key}: no region. Credentials are requested from an address with this name. "
                'Write one as "eu-west-1".'
            )
        elif key == "github:baseUrl":
            yield from _foreign_address(value, raw.get("keyless:issuer"))


def address_of(issuer: object) -> str:
    """Return the base URL of the GitHub that issues tokens as `issuer`, with a final slash.

    Source: "Configuring OpenID Connect in cloud providers", and the provider's own baseUrl.
    """
    address = str(issuer or GITHUB_COM).removeprefix("https://")
    host = address.partition("/")[0]
    if address == f"{host}{ENTERPRISE_SERVER_PATH}":
        return f"https://{host}/"
    if host.endswith(".ghe.com"):
        return f"https://api.{host.removeprefix('token.actions.')}/"
    return "https://api.github.com/"


def _foreign_address(value: object, issuer: object) -> Iterator[str]:
    wanted = address_of(issuer)
    if f"{str(value).rstrip('/')}/" != wanted:
        yield (
            "github:baseUrl: not the GitHub of keyless:issuer. The provider would "
            f"send its token there, and take its answers for GitHub's. Write {wanted}, or take "
            "the key away."
        )


def allowed_accounts(value: object) -> frozenset[str]:
    """Return the accounts that aws:allowedAccountIds lists, none where it is no list."""
    found = _decoded(value)
    return frozenset(map(str, found)) if isinstance(found, list) else frozenset()


def _foreign_roles(value: object, accounts: object) -> Iterator[str]:
    allowed, roles = allowed_accounts(accounts), _decoded(value)
    named = roles if isinstance(roles, list) else [roles]
    for position, role in enumerate(named):
        arn = role.get("roleArn") if isinstance(role, dict) else None
        found = _ROLE.fullmatch(arn) if isinstance(arn, str) else None
        if not found or found[1] not in allowed:
            yield (
                f"aws:assumeRoles[{position}].roleArn: no literal ARN of a role in the account of "
                "aws:allowedAccountIds. The provider would act as somebody that nobody reviewed. "
                "Write arn:aws:iam::ACCOUNT:role/NAME of that account."
            )


def _decoded(value: object) -> object:
    try:
        return read_json(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return None
