"""Read what IAM contains in the account of a stack, with whatever credentials boto3 finds.

Two listings tell everything about roles, however many there are; of roles that neither belong to
the stack nor trust GitHub nothing is kept.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from time import sleep
from typing import Any, TypeVar

from botocore.config import Config
from botocore.exceptions import ClientError

from keyless.aws_api import REFUSALS, open_session, why_unanswered
from keyless.command_line.errors import CommandError
from keyless.drift.finding import UnreadableError
from keyless.trust import trusted_issuers

Answer = TypeVar("Answer")
_ABSENT = frozenset({"NoSuchEntity"})
_MOST_LOOKS, _BETWEEN_LOOKS = 60, 1.0
"""How often, and after how many seconds, a job of IAM is looked at."""
_CONFIG = Config(retries={"mode": "standard", "total_max_attempts": 3}, read_timeout=30)


@dataclass(frozen=True, kw_only=True)
class LiveRole:
    """One role as it is; documents are decoded, `attached` contains ARNs."""

    name: str
    arn: str
    trust: object = field(repr=False)
    boundary: str | None
    inline: dict[str, object] = field(repr=False)
    attached: frozenset[str]


@dataclass(frozen=True)
class RoleUse:
    """When a role was made, and when somebody became it last; None for never."""

    arn: str
    made: date
    last_used: date | None


@dataclass(frozen=True)
class ServiceUse:
    """Whether a role ever asked for a service, and for those actions that are tracked one by one.

    `actions` are by name in small letters.
    """

    was_used: bool
    actions: Mapping[str, bool]


class AccountReader:
    """Ask IAM; what is not there is None, what cannot be read raises UnreadableError."""

    def __init__(self, region: str | None) -> None:
        """Take the region of the stack, or else that of the environment."""
        self._session = open_session(region)

    def require_account(self, account: str) -> None:
        """Raise CommandError unless the credentials open `account`."""
        try:
            opened = _asked(self._caller)["Account"]
        except UnreadableError as problem:
            raise CommandError(
                f"AWS: {problem}. Without credentials the account cannot be compared. Log in to "
                f"{account}, for example with `aws sso login`."
            ) from None
        if opened != account:
            raise CommandError(
                f"AWS: the credentials open {opened}, the stack is in {account}. Everything would "
                f"seem to be gone. Log in to {account}."
            )

    def roles(self, own: Collection[str]) -> dict[str, LiveRole]:
        """Return by name the roles in `own`, and all that trust a GitHub issuer."""
        pages = self._pages("get_account_authorization_details", Filter=["Role"])
        entries = (entry for page in pages for entry in page["RoleDetailList"])
        roles = (_role(entry) for entry in entries)
        return {role.name: role for role in roles if role.name in own or _is_for_github(role)}

    def session_seconds(self, own: Collection[str]) -> dict[str, int]:
        """Return by name how long a session of each role may last."""
        entries = (entry for page in self._pages("list_roles") for entry in page["Roles"])
        return {e["RoleName"]: e["MaxSessionDuration"] for e in entries if e["RoleName"] in own}

    def audiences(self, provider: str) -> tuple[str, ...] | None:
        """Return the audiences of an OIDC provider, by its ARN."""
        found = _asked(
            lambda: self._iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider)
        )
        return None if found is None else tuple(found["ClientIDList"])

    def policy(self, arn: str) -> object:
        """Return the document of a managed policy that is in force."""
        found = _asked(lambda: self._iam.get_policy(PolicyArn=arn))
        if found is None:
            return None
        version = found["Policy"]["DefaultVersionId"]
        answer = _asked(lambda: self._iam.get_policy_version(PolicyArn=arn, VersionId=version))
        return None if answer is None else answer["PolicyVersion"]["Document"]

    def role_use(self, name: str) -> RoleUse | None:
        """Return when a role was used last."""
        found = _asked(lambda: self._iam.get_role(RoleName=name))
        if found is None:
            return None
        role = found["Role"]
        last = role.get("RoleLastUsed", {}).get("LastUsedDate")
        return RoleUse(role["Arn"], role["CreateDate"].date(), last.date() if last else None)

    def ask_service_uses(self, arn: str) -> str:
        """Ask IAM to find out what a role ever asked for; return the job's id."""
        started = _asked(
            lambda: self._iam.generate_service_last_accessed_details(
                Arn=arn, Granularity="ACTION_LEVEL"
            )
        )
        if started is None:
            raise UnreadableError(f"AWS knows no role {arn}")
        return str(started["JobId"])

    def service_uses(self, job: str) -> dict[str, ServiceUse]:
        """Return by its prefix each service that a role may use, as a job has found out."""
        services: list[Any] = []
        page = self._finished(job)
        while True:
            services += page["ServicesLastAccessed"]
            if not page.get("IsTruncated"):
                return {each["ServiceNamespace"].lower(): _service_use(each) for each in services}
            page = self._details(JobId=job, Marker=page["Marker"])

    def _finished(self, job: str) -> Any:
        for _ in range(_MOST_LOOKS):
            page = self._details(JobId=job)
            if page["JobStatus"] != "IN_PROGRESS":
                break
            sleep(_BETWEEN_LOOKS)
        if page["JobStatus"] != "COMPLETED":
            raise UnreadableError(f"AWS answers {page['JobStatus']} to what was used last")
        return page

    def _details(self, **arguments: str) -> Any:
        found = _asked(lambda: self._iam.get_service_last_accessed_details(**arguments))
        if found is None:
            raise UnreadableError("AWS has forgotten the question what was used last")
        return found

    def _caller(self) -> Any:
        return self._session.client("sts", config=_CONFIG).get_caller_identity()

    @cached_property
    def _iam(self) -> Any:
        return self._session.client("iam", config=_CONFIG)

    def _pages(self, listing: str, **arguments: Any) -> Iterator[Any]:
        pages = iter(self._iam.get_paginator(listing).paginate(**arguments))
        while (page := _asked(lambda: next(pages, None))) is not None:
            yield page


def _asked(ask: Callable[[], Answer]) -> Answer | Any:
    try:
        return ask()
    except REFUSALS as refusal:
        answer = refusal.response if isinstance(refusal, ClientError) else {}
        if answer.get("Error", {}).get("Code") in _ABSENT:
            return None
        raise UnreadableError(why_unanswered(refusal)) from None


def _role(entry: Any) -> LiveRole:
    boundary = entry.get("PermissionsBoundary") or {}
    return LiveRole(
        name=entry["RoleName"],
        arn=entry["Arn"],
        trust=entry.get("AssumeRolePolicyDocument"),
        boundary=boundary.get("PermissionsBoundaryArn"),
        inline={
            one["PolicyName"]: one["PolicyDocument"] for one in entry.get("RolePolicyList", ())
        },
        attached=frozenset(one["PolicyArn"] for one in entry.get("AttachedManagedPolicies", ())),
    )


def _service_use(entry: Any) -> ServiceUse:
    tracked = entry.get("TrackedActionsLastAccessed", ())
    return ServiceUse(
        "LastAuthenticated" in entry,
        {each["ActionName"].lower(): "LastAccessedTime" in each for each in tracked},
    )


def _is_for_github(role: LiveRole) -> bool:
    return bool(trusted_issuers(role.trust))
