"""Stand in for IAM, STS and Organizations: moto's application, AWS's own refusals in front of it.

moto keeps its state in the process, so one process has one AWS; `reset` empties it. Tokens and
trust are not evaluated: roles arrive here, nobody assumes them.
"""

import json
from collections.abc import Iterable
from copy import copy
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

from moto.core.base_backend import BackendDict
from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend, iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from moto.organizations.models import OrganizationsBackend, organizations_backends
from moto.utilities.utils import get_partition
from werkzeug.wrappers import Request, Response

from sandbox.aws.accounts import Account
from sandbox.aws.amendments import amended
from sandbox.aws.answers import Refusal
from sandbox.aws.query import Query, read_query
from sandbox.aws.refusals import refusal
from sandbox.journal import Call

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_SERVICES = ("iam", "organizations", "sts")


class MotoApp:
    """Answer as a WSGI application, each access key in its own account."""

    def __init__(self) -> None:
        self._moto = DomainDispatcherApplication(create_backend_app)
        self.reset()

    def reset(self) -> None:
        """Forget everything in every account."""
        BackendDict.reset()

    def iam(self, account: Account, partition: str = "aws") -> IAMBackend:
        """Return what IAM contains in `account`, to look at or to edit by hand."""
        iam = iam_backends[account.number][partition]
        if not iam.aws_managed_policies:
            iam.aws_managed_policies = [copy(policy) for policy in _aws_policies(partition)]
            iam.managed_policies |= {policy.arn: policy for policy in iam.aws_managed_policies}
        return iam

    def organisation(self, account: Account, partition: str = "aws") -> OrganizationsBackend:
        """Return what Organizations contains for `account`, which manages it."""
        return organizations_backends[account.number][partition]

    def describe(self, request: Request) -> Call:
        """Describe `request` for the journal and the faults."""
        return read_query(request).call()

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Answer one request: refuse it, carry it out in moto's stead, or hand it to moto."""
        request = Request(environ)
        body = request.get_data(parse_form_data=False)
        query = read_query(Request(environ | {"wsgi.input": BytesIO(body)}))
        response = self._answer(query, environ | {"wsgi.input": BytesIO(body)})
        return response(environ, start_response)

    def _answer(self, query: Query, environ: "WSGIEnvironment") -> Response:
        stranger = _stranger(query)
        if stranger or query.account is None:
            return (stranger or _UNKNOWN_KEY).answer()
        if query.service == "iam":
            iam = self.iam(query.account, get_partition(query.region))
            refused = refusal(query, iam)
            in_front = refused.answer() if refused else amended(query, iam)
            if in_front:
                return in_front
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = query.account.number
        try:
            return Response.from_app(self._moto, environ, buffered=True)
        except NotImplementedError:
            return Refusal("NotImplemented", f"{query.action} is not implemented.", 501).answer()


_UNKNOWN_KEY = Refusal(
    "InvalidClientTokenId", "The security token included in the request is invalid.", 403
)


def _stranger(query: Query) -> Refusal | None:
    """Refuse a request that nobody signed, or that is for another service."""
    if query.service is None:
        message = "Request is missing Authentication Token"
        return Refusal("MissingAuthenticationToken", message, 403)
    if query.service not in _SERVICES:
        return Refusal("InvalidAction", f"Could not find operation {query.action}.")
    return None


@cache
def _aws_policies(partition: str) -> list[AWSManagedPolicy]:
    """Return the policies that AWS manages, as moto knows them."""
    policies = json.loads(aws_managed_policies_data)
    region = {"aws": "us-east-1", "aws-cn": "cn-north-1"}.get(partition, "us-gov-west-1")
    return [
        AWSManagedPolicy.from_data(name, "aws", region, policy) for name, policy in policies.items()
    ]
