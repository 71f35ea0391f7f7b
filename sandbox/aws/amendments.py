"""Carry out the actions that moto lacks or carries out differently from AWS.

Each amendment changes moto's own state, and answers; or it declines, and moto goes on.
"""

from collections.abc import Callable, Mapping

from moto.iam.models import IAMBackend
from werkzeug.wrappers import Response

from sandbox.aws.answers import Refusal, accepted
from sandbox.aws.holdings import role_named
from sandbox.aws.query import Query

Amendment = Callable[[Query, IAMBackend], Response | None]


def amended(query: Query, iam: IAMBackend) -> Response | None:
    """Carry out `query` where moto cannot be left to it, and answer; None otherwise."""
    amendment = _AMENDMENTS.get(query.action)
    return amendment(query, iam) if amendment else None


def _add_client(query: Query, iam: IAMBackend) -> Response | None:
    clients = _clients(query, iam)
    if clients is None:
        return _no_provider(query)
    if query.text("ClientID") not in clients:
        clients.append(query.text("ClientID"))
    return accepted(query.action)


def _remove_client(query: Query, iam: IAMBackend) -> Response | None:
    clients = _clients(query, iam)
    if clients is None:
        return _no_provider(query)
    if query.text("ClientID") in clients:
        clients.remove(query.text("ClientID"))
    return accepted(query.action)


def _clients(query: Query, iam: IAMBackend) -> list[str] | None:
    provider = iam.open_id_providers.get(query.text("OpenIDConnectProviderArn"))
    return provider.client_id_list if provider else None


def _no_provider(query: Query) -> Response:
    arn = query.text("OpenIDConnectProviderArn")
    message = f"OpenIDConnect Provider not found for arn {arn}"
    return Refusal("NoSuchEntity", message, 404).answer()


def _attach_once(query: Query, iam: IAMBackend) -> Response | None:
    """Attach a second time without effect; moto counts it, and never comes back to zero."""
    role = role_named(iam, query.text("RoleName"))
    if role is None or query.text("PolicyArn") not in role.managed_policies:
        return None
    return accepted(query.action)


def _update_role(query: Query, iam: IAMBackend) -> Response | None:
    """Leave alone what is not given; moto clears it."""
    role = role_named(iam, query.text("RoleName"))
    if role is None:
        return None
    if "Description" in query.parameters:
        role.description = query.text("Description")
    if "MaxSessionDuration" in query.parameters:
        role.max_session_duration = query.text("MaxSessionDuration")
    return accepted(query.action)


def _update_trust(query: Query, iam: IAMBackend) -> Response | None:
    """Take the same documents as CreateRole; moto's own check is stricter than AWS's."""
    role = role_named(iam, query.text("RoleName"))
    if role is None:
        return None
    role.assume_role_policy_document = query.text("PolicyDocument")
    return accepted(query.action)


_AMENDMENTS: Mapping[str, Amendment] = {
    "AddClientIDToOpenIDConnectProvider": _add_client,
    "RemoveClientIDFromOpenIDConnectProvider": _remove_client,
    "AttachRolePolicy": _attach_once,
    "UpdateRole": _update_role,
    "UpdateAssumeRolePolicy": _update_trust,
}
