"""An AWS account as it is before a stack comes: its roles for GitHub, policies, users, providers.

Read from what `aws iam get-account-authorization-details` answers; who asks is elsewhere.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from keyless.rules.policy_json import plain, unescaped
from keyless.trust import Judgement, Verdict, judge

_AN_HOUR = 3600
_OF_AWS = ":aws:policy/"


@dataclass(frozen=True)
class FoundRole:
    """One role that trusts GitHub; documents are decoded, `attached` and `boundary` are ARNs."""

    name: str
    path: str
    arn: str
    created: datetime | None
    last_used: datetime | None
    trust: object = field(repr=False)
    judgement: Judgement = field(repr=False)
    inline: Mapping[str, object] = field(repr=False)
    attached: tuple[str, ...]
    boundary: str | None
    tags: Mapping[str, str]
    max_session_seconds: int
    last_region: str | None = None


@dataclass(frozen=True)
class FoundKey:
    """One access key of a user."""

    id: str
    status: str
    last_used: datetime | None


@dataclass(frozen=True, kw_only=True)
class FoundUser:
    """One user with its access keys, and what it is granted, by its groups too.

    `inline` are documents by name, that of a group before it; `attached` contains ARNs.
    """

    name: str
    arn: str
    keys: tuple[FoundKey, ...]
    inline: Mapping[str, object] = field(repr=False, default_factory=dict)
    attached: tuple[str, ...] = ()


@dataclass(frozen=True)
class FoundProvider:
    """One OIDC provider; `issuer` is without its scheme."""

    issuer: str
    arn: str
    audiences: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Account:
    """What an account contains; `policies` are documents of its own managed policies by ARN."""

    number: str
    roles: tuple[FoundRole, ...]
    users: tuple[FoundUser, ...]
    policies: Mapping[str, object] = field(repr=False)
    providers: tuple[FoundProvider, ...] = ()

    def role(self, arn: str) -> FoundRole | None:
        """Return the role of an ARN, None for none of these."""
        return next((role for role in self.roles if role.arn == arn), None)


def read_roles(details: Iterable[Mapping[str, Any]]) -> Iterator[FoundRole]:
    """Yield the roles that trust GitHub, of entries such as RoleDetailList has them."""
    for entry in details:
        trust = decoded(entry.get("AssumeRolePolicyDocument"))
        judgement = judge(trust)
        is_unread = judgement.verdict is Verdict.UNKNOWN and "githubusercontent" in str(trust)
        if judgement.issuers or is_unread:
            yield _role(entry, trust, judgement)


def read_policies(details: Iterable[Mapping[str, Any]]) -> Mapping[str, object]:
    """Return the documents in force of the account's own managed policies, by ARN."""
    return {
        entry["Arn"]: decoded(version.get("Document"))
        for entry in details
        if _OF_AWS not in entry["Arn"]
        for version in entry.get("PolicyVersionList", ())
        if version.get("IsDefaultVersion")
    }


def read_users(
    details: Iterable[Mapping[str, Any]],
    groups: Iterable[Mapping[str, Any]],
    keys: Mapping[str, tuple[FoundKey, ...]],
) -> Iterator[FoundUser]:
    """Yield the users that have access keys; `keys` are by the user's name."""
    named = {group["GroupName"]: group for group in groups}
    for entry in details:
        name = entry["UserName"]
        given = tuple(map(read_key, entry.get("AccessKeys", ()))) or keys.get(name, ())
        own = [named[group] for group in entry.get("GroupList", ()) if group in named]
        inline = {
            f"{group['GroupName']}/{policy}": document
            for group in own
            for policy, document in _inline(group, "GroupPolicyList").items()
        }
        attached = (arn for each in (entry, *own) for arn in _attached(each))
        if given:
            yield FoundUser(
                name=name,
                arn=entry["Arn"],
                keys=given,
                inline={**_inline(entry, "UserPolicyList"), **inline},
                attached=tuple(dict.fromkeys(attached)),
            )


def read_key(entry: Mapping[str, Any]) -> FoundKey:
    """Read one access key of an export."""
    return FoundKey(
        str(entry["AccessKeyId"]), str(entry.get("Status", "Active")), moment(entry.get("LastUsed"))
    )


def moment(value: object) -> datetime | None:
    """Return a moment, from a text of ISO 8601 or as it is."""
    if value is None or isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        return None


def decoded(document: object) -> object:
    """Return a document as data; IAM's own interface answers it as text with escapes."""
    written = unescaped(document)
    found = plain(written)
    return written if found is None else found


def _role(entry: Mapping[str, Any], trust: object, judgement: Judgement) -> FoundRole:
    boundary = entry.get("PermissionsBoundary") or {}
    used = entry.get("RoleLastUsed") or {}
    tags = {str(tag["Key"]): str(tag["Value"]) for tag in entry.get("Tags", ())}
    return FoundRole(
        name=entry["RoleName"],
        path=entry.get("Path", "/"),
        arn=entry["Arn"],
        created=moment(entry.get("CreateDate")),
        last_used=moment(used.get("LastUsedDate")),
        trust=trust,
        judgement=judgement,
        inline=_inline(entry, "RolePolicyList"),
        attached=_attached(entry),
        boundary=boundary.get("PermissionsBoundaryArn"),
        tags=tags,
        max_session_seconds=int(entry.get("MaxSessionDuration", _AN_HOUR)),
        last_region=used.get("Region"),
    )


def _inline(entry: Mapping[str, Any], key: str) -> Mapping[str, object]:
    return {one["PolicyName"]: decoded(one["PolicyDocument"]) for one in entry.get(key, ())}


def _attached(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(one["PolicyArn"] for one in entry.get("AttachedManagedPolicies", ()))
