"""Read the entries of `aws iam get-account-authorization-details` and its like."""

from collections.abc import Mapping
from datetime import date

from keyless.audit.existing import (
    ExistingGroup,
    ExistingUser,
    LastUse,
    ManagedPolicy,
    StoredKey,
)
from keyless.audit.rights import Rights
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded
from keyless.rules.policy_json import unescaped


def rights_in_details(role: Mapping[str, object]) -> Rights | None:
    """Read what `get-account-authorization-details` lists beside a role; None where it does not."""
    lists = (role.get("RolePolicyList"), role.get("AttachedManagedPolicies"))
    if not any(isinstance(each, list) for each in lists):
        return None
    name = f"{role.get('Path') or '/'}{role.get('RoleName') or '?'}"
    boundary = _mapping(role.get("PermissionsBoundary")).get("PermissionsBoundaryArn")
    return Rights(
        name=name,
        grants=listed_grants(role, "RolePolicyList"),
        boundary=str(boundary or ""),
        guarded=(Guarded(name, "", frozenset()),),
    )


def listed_grants(entry: Mapping[str, object], inline: str) -> tuple[Grant, ...]:
    """Read the policies of an entry of IAM's listing; `inline` names the list of its own."""
    own, attached = entry.get(inline), entry.get("AttachedManagedPolicies")
    found = [_inline(each) for each in own] if isinstance(own, list) else []
    found += [_attached(each) for each in attached] if isinstance(attached, list) else []
    return tuple(found)


def managed(arn: str) -> Grant:
    """Return the grant of a managed policy that is only named."""
    return Grant(f'managed policy "{arn}"', None, arn)


def read_group(file: str, entry: Mapping[str, object]) -> ExistingGroup:
    """Read an entry of GroupDetailList."""
    return ExistingGroup(file, str(entry.get("GroupName")), listed_grants(entry, "GroupPolicyList"))


def read_user(file: str, entry: Mapping[str, object]) -> ExistingUser:
    """Read an entry of UserDetailList; IAM itself lists no keys there, `live` and seeds do."""
    keys, groups = entry.get("AccessKeys"), entry.get("GroupList")
    arn = entry.get("Arn")
    return ExistingUser(
        file=file,
        name=str(entry.get("UserName") or arn or "?"),
        arn=str(arn) if arn else None,
        keys=tuple(map(_key, keys)) if isinstance(keys, list) else None,
        grants=listed_grants(entry, "UserPolicyList"),
        groups=tuple(map(str, groups)) if isinstance(groups, list) else (),
        boundary=str(
            _mapping(entry.get("PermissionsBoundary")).get("PermissionsBoundaryArn") or ""
        ),
    )


def read_policy(_: str, entry: Mapping[str, object]) -> ManagedPolicy | None:
    """Read an entry of Policies; None where no version in force is shown."""
    versions = entry.get("PolicyVersionList")
    for version in versions if isinstance(versions, list) else ():
        if _mapping(version).get("IsDefaultVersion") is True:
            return ManagedPolicy(str(entry.get("Arn")), as_document(version.get("Document")))
    return None


def last_use(written: object) -> LastUse:
    """Read a day as IAM writes it, None for something that was never used."""
    try:
        return LastUse(date.fromisoformat(str(written)[:10]) if written else None)
    except ValueError:
        return LastUse(None)


def as_document(value: object) -> object:
    """Return a policy document that IAM lists, an empty one where it lists none."""
    return unescaped(value) or {}


def _key(entry: object) -> StoredKey:
    key = _mapping(entry)
    is_shown = "LastUsed" in key
    return StoredKey(
        str(key.get("AccessKeyId")),
        key.get("Status", "Active") == "Active",
        last_use(key.get("LastUsed")) if is_shown else None,
    )


def _inline(entry: object) -> Grant:
    policy = _mapping(entry)
    label = f'inline policy "{policy.get("PolicyName")}"'
    return Grant(label, as_document(policy.get("PolicyDocument")))


def _attached(entry: object) -> Grant:
    return managed(str(_mapping(entry).get("PolicyArn") or "?"))


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
