"""Refuse what AWS refuses and moto lets through, as AWS does: code, message, status.

Only this difference is kept here; where moto refuses by itself, it answers. Nothing checks whether
a provider or role named by a trust document exists: AWS does not either for identity providers.

Sources: IAM API reference (constraints of each parameter) and IAM User Guide, "IAM and AWS STS
quotas"; default quotas throughout.
"""

import re
import sys
from collections.abc import Callable, Iterator, Mapping

from moto.iam.models import IAMBackend

from sandbox.aws.answers import Refusal
from sandbox.aws.documents import permissions_fault, size, trust_fault
from sandbox.aws.holdings import is_used, role_named
from sandbox.aws.query import Query

_TRUST_SIZE = 2048
_INLINE_SIZE = 10240
_MANAGED_SIZE = 6144
_POLICIES_PER_ROLE = 10
_CLIENTS_PER_PROVIDER = 100

_LENGTHS: Mapping[str, tuple[int, int]] = {
    "RoleName": (1, 64),
    "PolicyName": (1, 128),
    "Path": (1, 512),
    "Description": (0, 1000),
    "PolicyArn": (20, 2048),
    "PermissionsBoundary": (20, 2048),
    "OpenIDConnectProviderArn": (20, 2048),
    "ClientID": (1, 255),
}
_SESSION_SECONDS = (3600, 43200)
_NAME = re.compile(r"[\w+=,.@-]+", re.ASCII)
_PATH = re.compile(r"/|/[\x21-\x7e]+/")
_POLICY_ARN = re.compile(r"arn:[\w-]+:iam::(\d{12}|aws):policy/[\x21-\x7e]+")

Check = Callable[[Query, IAMBackend], Refusal | None]


def refusal(query: Query, iam: IAMBackend) -> Refusal | None:
    """Return AWS's refusal of `query` in the account of `iam`, or None."""
    checks = (_constraints, *_CHECKS.get(query.action, ()))
    return next((found for check in checks if (found := check(query, iam))), None)


def _conflict(code: str, message: str) -> Refusal:
    return Refusal(code, message, 409)


def _malformed(fault: str | None) -> Refusal | None:
    return Refusal("MalformedPolicyDocument", fault) if fault else None


def _over_quota(quota: str, limit: int) -> Refusal:
    return _conflict("LimitExceeded", f"Cannot exceed quota for {quota}: {limit}")


def _constraints(query: Query, _: IAMBackend) -> Refusal | None:
    broken = list(_broken_constraints(query))
    if not broken:
        return None
    count = f"{len(broken)} validation error{'s' if len(broken) > 1 else ''} detected: "
    return Refusal("ValidationError", count + "; ".join(broken))


def _broken_constraints(query: Query) -> Iterator[str]:
    for name in query.parameters:
        shortest, longest = _LENGTHS.get(name, (0, sys.maxsize))
        length = len(query.text(name))
        if length > longest:
            yield _broken(query, name, f"have length less than or equal to {longest}")
        elif length < shortest:
            yield _broken(query, name, f"have length greater than or equal to {shortest}")
    if query.text("MaxSessionDuration").isdecimal():
        yield from _broken_session(query)


def _broken_session(query: Query) -> Iterator[str]:
    shortest, longest = _SESSION_SECONDS
    seconds = int(query.text("MaxSessionDuration"))
    if seconds < shortest:
        yield _broken(
            query, "MaxSessionDuration", f"have value greater than or equal to {shortest}"
        )
    elif seconds > longest:
        yield _broken(query, "MaxSessionDuration", f"have value less than or equal to {longest}")


def _broken(query: Query, name: str, constraint: str) -> str:
    where = name[0].lower() + name[1:]
    value = query.text(name)
    return f"Value '{value}' at '{where}' failed to satisfy constraint: Member must {constraint}"


def _name_characters(query: Query, _: IAMBackend) -> Refusal | None:
    for name in ("RoleName", "PolicyName"):
        if name in query.parameters and not _NAME.fullmatch(query.text(name)):
            where = name[0].lower() + name[1:]
            allowed = "It must contain only alphanumeric characters and/or the following: +=,.@_-"
            message = f"The specified value for {where} is invalid. {allowed}"
            return Refusal("ValidationError", message)
    return None


def _path_characters(query: Query, _: IAMBackend) -> Refusal | None:
    if "Path" not in query.parameters or _PATH.fullmatch(query.text("Path")):
        return None
    message = (
        "The specified value for path is invalid. It must begin and end with / and contain only "
        "alphanumeric characters and/or / characters."
    )
    return Refusal("ValidationError", message)


def _role_name_taken(query: Query, iam: IAMBackend) -> Refusal | None:
    """Compare without regard to case, which moto regards."""
    name = query.text("RoleName")
    if all(role.name.lower() != name.lower() for role in iam.get_roles()):
        return None
    return _conflict("EntityAlreadyExists", f"Role with name {name} already exists.")


def _policy_name_taken(query: Query, iam: IAMBackend) -> Refusal | None:
    """Compare without regard to path or case, both of which moto regards."""
    name = query.text("PolicyName")
    own = (each for each in iam.managed_policies.values() if each.arn.split(":")[4] != "aws")
    if all(policy.name.lower() != name.lower() for policy in own):
        return None
    message = f"A policy called {name} already exists. Duplicate names are not allowed."
    return _conflict("EntityAlreadyExists", message)


def _trust(query: Query, _: IAMBackend) -> Refusal | None:
    document = query.text("AssumeRolePolicyDocument") or query.text("PolicyDocument")
    if size(document) > _TRUST_SIZE:
        return _over_quota("ACLSizePerRole", _TRUST_SIZE)
    return _malformed(trust_fault(document))


def _permissions(query: Query, _: IAMBackend) -> Refusal | None:
    return _malformed(permissions_fault(query.text("PolicyDocument")))


def _managed_size(query: Query, _: IAMBackend) -> Refusal | None:
    if size(query.text("PolicyDocument")) <= _MANAGED_SIZE:
        return None
    return _over_quota("PolicySize", _MANAGED_SIZE)


def _inline_size(query: Query, iam: IAMBackend) -> Refusal | None:
    role = role_named(iam, query.text("RoleName"))
    policies = dict(role.policies) if role else {}
    policies[query.text("PolicyName")] = query.text("PolicyDocument")
    if sum(size(document) for document in policies.values()) <= _INLINE_SIZE:
        return None
    limit = f"Maximum policy size of {_INLINE_SIZE} bytes exceeded"
    return _conflict("LimitExceeded", f"{limit} for role {query.text('RoleName')}")


def _boundary(query: Query, iam: IAMBackend) -> Refusal | None:
    arn = query.text("PermissionsBoundary")
    if not arn or arn in iam.managed_policies:
        return None
    if not _POLICY_ARN.fullmatch(arn):
        return Refusal("InvalidInput", f"ARN {arn} is not valid.")
    message = f"Scope ARN: {arn} does not exist or is not attachable."
    return Refusal("NoSuchEntity", message, 404)


def _attachable(query: Query, iam: IAMBackend) -> Refusal | None:
    arn, role = query.text("PolicyArn"), role_named(iam, query.text("RoleName"))
    if not _POLICY_ARN.fullmatch(arn):
        return Refusal("InvalidInput", f"ARN {arn} is not valid.")
    if (
        role
        and arn not in role.managed_policies
        and len(role.managed_policies) >= (_POLICIES_PER_ROLE)
    ):
        return _over_quota("PoliciesPerRole", _POLICIES_PER_ROLE)
    return None


def _deletable(query: Query, iam: IAMBackend) -> Refusal | None:
    policy = iam.managed_policies.get(query.text("PolicyArn"))
    if policy is None:
        return None
    if is_used(iam, policy):
        return _conflict("DeleteConflict", "Cannot delete a policy attached to entities.")
    if len(policy.versions) > 1:
        message = (
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy."
        )
        return _conflict("DeleteConflict", message)
    return None


def _issuer(query: Query, iam: IAMBackend) -> Refusal | None:
    url = query.text("Url")
    if url.startswith("http://"):
        message = "Invalid Open ID Connect Provider URL. The URL must begin with https://."
        return Refusal("InvalidInput", message)
    issuer = url.removeprefix("https://")
    if any(provider.url == issuer for provider in iam.open_id_providers.values()):
        return _conflict("EntityAlreadyExists", f"Provider with url {url} already exists.")
    return None


def _clients(query: Query, iam: IAMBackend) -> Refusal | None:
    provider = iam.open_id_providers.get(query.text("OpenIDConnectProviderArn"))
    if provider is None or query.text("ClientID") in provider.client_id_list:
        return None
    if len(provider.client_id_list) < _CLIENTS_PER_PROVIDER:
        return None
    return _over_quota("ClientIdsPerOpenIdConnectProvider", _CLIENTS_PER_PROVIDER)


_CHECKS: Mapping[str, tuple[Check, ...]] = {
    "CreateRole": (_name_characters, _path_characters, _trust, _boundary, _role_name_taken),
    "UpdateAssumeRolePolicy": (_trust,),
    "PutRolePermissionsBoundary": (_boundary,),
    "PutRolePolicy": (_name_characters, _permissions, _inline_size),
    "CreatePolicy": (
        _name_characters,
        _path_characters,
        _permissions,
        _managed_size,
        _policy_name_taken,
    ),
    "CreatePolicyVersion": (_permissions, _managed_size),
    "AttachRolePolicy": (_attachable,),
    "DeletePolicy": (_deletable,),
    "CreateOpenIDConnectProvider": (_issuer,),
    "AddClientIDToOpenIDConnectProvider": (_clients,),
}
