"""Read what the engine hands a policy: plain values in place of the SDK's proxies.

The SDK wraps properties in proxies that raise when a value is unknown at preview, and an
exception that leaves a policy turns into an advisory remark. Here an unknown value becomes an
`Unknown`, which a policy has to deal with. Secrets arrive as plain text and numbers as floats.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Protocol, TypedDict

from pulumi_policy.proxy import UnknownValueError

from keyless.rules.iam_types import ROLES, folded
from keyless.rules.resources import Unknown
from keyless.text.json_text import read_json
from policypack.resource_types import OIDC_PROVIDER, OIDC_PROVIDER_NATIVE


class PropertyError(Exception):
    """A property has a shape that its resource type does not have.

    The message quotes no value: it may be a secret.
    """


class Properties:
    """The properties of one resource; reading never raises for an unknown value."""

    __slots__ = ("_proxy",)

    def __init__(self, proxy: Mapping[str, object]) -> None:
        self._proxy = proxy

    def value(self, key: str) -> object:
        """Return the whole value of `key` as plain data, None when it is absent."""
        return _entry(self._proxy, key, key) if key in iter(self._proxy) else None

    def __iter__(self) -> Iterator[str]:
        """Yield the names of the properties."""
        return iter(self._proxy)

    def everything(self) -> dict[str, object]:
        """Return all properties as plain data."""
        return {key: self.value(key) for key in iter(self._proxy)}

    def text(self, key: str) -> str | Unknown | None:
        """Return a text.

        Raises PropertyError when the value is something else.
        """
        value = self.value(key)
        if value is None or isinstance(value, str | Unknown):
            return value
        raise PropertyError(f"{key} is a {type(value).__name__} instead of a text")

    def number(self, key: str) -> float | Unknown | None:
        """Return a number; digits in a text count.

        Raises PropertyError when the value is something else.
        """
        value = self.value(key)
        if value is None or isinstance(value, Unknown):
            return value
        if isinstance(value, int | float | str) and not isinstance(value, bool):
            try:
                return float(value)
            except ValueError:
                pass
        raise PropertyError(f"{key} is a {type(value).__name__} instead of a number")

    def flag(self, key: str) -> bool | Unknown | None:
        """Return a truth value; the texts "true" and "false" count.

        Raises PropertyError when the value is something else.
        """
        value = self.value(key)
        if value is None or isinstance(value, bool | Unknown):
            return value
        if value in ("true", "false"):
            return value == "true"
        raise PropertyError(f"{key} is a {type(value).__name__} instead of true or false")

    def items(self, key: str) -> list[object] | Unknown:
        """Return a list, empty when `key` is absent; its elements may be `Unknown`.

        Raises PropertyError when the value is something else.
        """
        value = self.value(key)
        if value is None:
            return []
        if isinstance(value, list | Unknown):
            return value
        raise PropertyError(f"{key} is a {type(value).__name__} instead of a list")


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource as a policy sees it.

    `account` is the one account that its AWS provider is allowed, `owner` the owner that its GitHub
    provider is set to, and `address` where that reaches GitHub, each empty where it is not known.
    What its properties depend on, as URNs, only stack policies know.
    """

    type: str
    name: str
    urn: str
    properties: Properties
    property_dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    owner: str = ""
    account: str = ""
    address: str = ""

    @property
    def stack(self) -> str:
        """Return the stack's name, from the URN: a pack's process does not always get it."""
        return stack_of(self.urn)


class Provider(Protocol):
    """A provider as the SDK hands it over."""

    props: Mapping[str, object]


class Judged(Protocol):
    """What the SDK's arguments of a resource policy and its stack resources have in common."""

    resource_type: str
    name: str
    urn: str
    props: Mapping[str, object]

    @property
    def provider(self) -> Provider | None:
        """Return the provider of the resource."""


NEVER_WITHOUT_PROPERTIES = frozenset(
    folded(kind) for kind in (*ROLES, OIDC_PROVIDER, OIDC_PROVIDER_NATIVE)
)
"""Types of which AWS makes none without a trust policy, or without an issuer."""


def is_left_out(judged: Judged) -> bool:
    """Tell whether a run with `--target` leaves out a role or provider that is not there yet.

    The engine hands over such a resource without any property.
    """
    return folded(judged.resource_type) in NEVER_WITHOUT_PROPERTIES and not [*judged.props]


def resource(judged: Judged, kind: str) -> Resource:
    """Read a resource that a resource policy judges, as one of a type."""
    return Resource(
        kind,
        judged.name,
        judged.urn,
        Properties(judged.props),
        **reach_of(judged.provider),
    )


class Reached(TypedDict, total=False):
    """Whose GitHub and whose account a provider reaches, as far as it says.

    An owner that is not known at preview is `?`, which no owner is called. The provider for GitHub
    prefers `organization`, which is deprecated, to `owner`. An address without TLS is that of a
    stand-in, which stands for whatever GitHub a stack is for.
    """

    owner: str
    account: str
    address: str


def reach_of(provider: Provider | None) -> Reached:
    """Return the owner and address of a GitHub provider, and the one account an AWS one allows."""
    if provider is None:
        return {}
    properties = Properties(provider.props)
    owner = properties.value("organization") or properties.value("owner")
    allowed = properties.value("allowedAccountIds")
    address = str(properties.value("baseUrl"))
    if isinstance(allowed, str):
        allowed = _accounts(allowed)
    accounts = allowed if isinstance(allowed, list) else []
    return {
        "owner": owner if isinstance(owner, str) else "?" if isinstance(owner, Unknown) else "",
        "account": accounts[0] if len(accounts) == 1 and _is_account(accounts[0]) else "",
        "address": address.rstrip("/").lower() if _is_with_tls(address) else "",
    }


@lru_cache(maxsize=64)
def _accounts(text: str) -> object:
    """Read a list of accounts, which all resources of a provider repeat; None for no JSON."""
    try:
        return read_json(text)
    except (ValueError, RecursionError):
        return None


def _is_with_tls(address: str) -> bool:
    return address.lower().startswith("https://")


def _is_account(text: object) -> bool:
    return isinstance(text, str) and len(text) == 12 and text.isascii() and text.isdigit()


def stack_of(urn: str) -> str:
    """Return the stack in `urn:pulumi:STACK::PROJECT::TYPE::NAME`, empty when there is none."""
    head = urn.partition("::")[0]
    return head.removeprefix("urn:pulumi:") if head.startswith("urn:pulumi:") else ""


def _entry(proxy: Mapping[str, object] | Sequence[object], key: object, path: str) -> object:
    try:
        value = proxy[key]  # type: ignore[index, call-overload]  # a mapping or a sequence
    except UnknownValueError:
        return Unknown(path)
    return _plain(value, path)


def _plain(value: object, path: str) -> object:
    if isinstance(value, Mapping):
        return {str(key): _entry(value, key, f"{path}.{key}") for key in value}
    if isinstance(value, Sequence) and not isinstance(value, str | bytes):
        return [_entry(value, index, f"{path}.{index}") for index in range(len(value))]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
