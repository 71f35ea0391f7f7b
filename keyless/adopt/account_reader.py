"""Read an account: its export from a file, and the rest from IAM with what boto3 finds.

Nothing is written. The sessions and the last use of roles are in no listing of IAM's, so each role
that trusts GitHub is asked for; so are users with keys.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from botocore.config import Config

from keyless.adopt.account import (
    Account,
    FoundKey,
    FoundProvider,
    FoundRole,
    decoded,
    moment,
    read_policies,
    read_roles,
    read_users,
)
from keyless.adopt.export import fault_of
from keyless.aws_api import REFUSALS, open_session, why_unanswered
from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import file_label, read_text
from keyless.command_line.json_text import decode_json
from keyless.text.printable import printable
from keyless.text.sentences import quoted
from keyless.trust import is_github_issuer

LARGEST_BYTES = 256 * 2**20
_AT_ONCE = 8
_TRUST = "AssumeRolePolicyDocument"
_OF_A_ROLE = (
    "Arn",
    _TRUST,
    "MaxSessionDuration",
    "RoleLastUsed",
    "PermissionsBoundary",
    "Tags",
)
_OLD_EXPORT = "What is decided from an old export is wrong today. Make the export anew."
_LISTS = ("RoleDetailList", "Policies", "UserDetailList", "GroupDetailList")
_CONFIG = Config(
    retries={"mode": "standard", "total_max_attempts": 5}, max_pool_connections=_AT_ONCE
)


def read_account(export: str | None) -> Account:
    """Read the account that the credentials open, its details from a file where one is named.

    Raises CommandError for what cannot be read, and for an export of another account.
    """
    with _refusals("adopt", "Roles are taken over as they are, so all of them have to be read"):
        return _read(open_session(), _exported(export) if export else None)


def read_details(command: str) -> Mapping[str, Any]:
    """Return what `get-account-authorization-details` answers, with the access keys of users.

    Raises CommandError for what cannot be read, in the name of a command.
    """
    with _refusals(command, "A role that is not read is not judged"):
        iam = open_session().client("iam", config=_CONFIG)
        details = _details(iam)
        names = [user["UserName"] for user in details["UserDetailList"]]
        keys = dict(_keys_of(iam, names))
    users = [{**u, "AccessKeys": _listed(keys[u["UserName"]])} for u in details["UserDetailList"]]
    return {**details, "UserDetailList": users}


@contextmanager
def _refusals(command: str, why: str) -> Iterator[None]:
    """Say in the name of a command why AWS did not answer."""
    try:
        yield
    except REFUSALS as refusal:
        raise CommandError(
            f"{command}: {why_unanswered(refusal)}. {why}. Log in with a role that has "
            "SecurityAudit, for example with `aws sso login`."
        ) from None


def _listed(keys: Iterable[FoundKey]) -> list[Mapping[str, Any]]:
    """Return access keys as an export of `adopt` has them."""
    return [
        {"AccessKeyId": key.id, "Status": key.status, "LastUsed": key.last_used} for key in keys
    ]


def _keys_of(iam: Any, users: Sequence[str]) -> Iterator[tuple[str, tuple[FoundKey, ...]]]:
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        found = threads.map(lambda name: tuple(_keys(iam, name)), users)
        yield from zip(users, found, strict=True)


def _read(session: Any, export: Mapping[str, Any] | None) -> Account:
    iam = session.client("iam", config=_CONFIG)
    number = session.client("sts", config=_CONFIG).get_caller_identity()["Account"]
    details = export or _details(iam)
    found = list(read_roles(details["RoleDetailList"]))
    _expect_account(found, number)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        names = [role.name for role in found]
        asked = dict(
            zip(names, threads.map(lambda name: _asked_role(iam, name), names), strict=True)
        )
    entries = [
        {**asked[entry["RoleName"]], **entry}
        for entry in details["RoleDetailList"]
        if entry["RoleName"] in asked
    ]
    _expect_today(entries, asked)
    users = details.get("UserDetailList", [])
    without = [user["UserName"] for user in users if "AccessKeys" not in user]
    keys = dict(_keys_of(iam, without))
    return Account(
        number=number,
        roles=tuple(read_roles(entries)),
        users=tuple(read_users(users, details.get("GroupDetailList", ()), keys)),
        policies=read_policies(details.get("Policies", ())),
        providers=tuple(_providers(iam)),
    )


def _exported(name: str) -> Mapping[str, Any]:
    label = file_label(name)
    found = decode_json(label, read_text(name, largest=LARGEST_BYTES))
    fault = fault_of(found) if isinstance(found, dict) else "no object"
    if fault:
        raise CommandError(
            f"{label}: {printable(fault)}. Roles that are missing in it would be missed. Hand in "
            "the whole of what `aws iam get-account-authorization-details` prints."
        )
    return dict(found)


def _details(iam: Any) -> Mapping[str, Any]:
    found: dict[str, list[Any]] = {name: [] for name in _LISTS}
    pages = iam.get_paginator("get_account_authorization_details").paginate(
        Filter=["Role", "User", "Group", "LocalManagedPolicy"]
    )
    for page in pages:
        for name in _LISTS:
            found[name] += page.get(name, [])
    return found


def _asked_role(iam: Any, name: str) -> Mapping[str, Any]:
    try:
        role = iam.get_role(RoleName=name)["Role"]
    except iam.exceptions.NoSuchEntityException:
        raise CommandError(
            f"adopt: the account has no role {quoted(name)} any more. {_OLD_EXPORT}"
        ) from None
    return {key: role[key] for key in _OF_A_ROLE if role.get(key)}


def _expect_account(roles: Iterable[FoundRole], number: str) -> None:
    for role in roles:
        if role.arn.split(":")[4] != number:
            raise CommandError(
                f"adopt: {quoted(role.arn)} is of another account than {number}, which the "
                "credentials open. What is written would be for the wrong one. Log in to the "
                "account of the export."
            )


def _expect_today(entries: Iterable[Mapping[str, Any]], asked: Mapping[str, Any]) -> None:
    """Expect that roles are what they were when the export was made."""
    for entry in entries:
        name = entry["RoleName"]
        for key in ("Arn", _TRUST):
            if decoded(entry[key]) != decoded(asked[name][key]):
                raise CommandError(
                    f"adopt: the role {quoted(name)} has another {key} today. {_OLD_EXPORT}"
                )


def _keys(iam: Any, user: str) -> Iterator[FoundKey]:
    for page in iam.get_paginator("list_access_keys").paginate(UserName=user):
        for key in page["AccessKeyMetadata"]:
            used = iam.get_access_key_last_used(AccessKeyId=key["AccessKeyId"])
            last = used.get("AccessKeyLastUsed", {}).get("LastUsedDate")
            yield FoundKey(key["AccessKeyId"], key["Status"], moment(last))


def _providers(iam: Any) -> Iterator[FoundProvider]:
    for listed in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        arn = listed["Arn"]
        issuer = arn.partition(":oidc-provider/")[2]
        if is_github_issuer(issuer):
            answer = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
            yield FoundProvider(issuer, arn, tuple(answer["ClientIDList"]))
