"""Read a signed request of AWS: who calls, which action, which parameters.

IAM and STS speak the query protocol, Organizations JSON with the action in a header.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request

from sandbox.aws.accounts import Account, account_of
from sandbox.journal import Call

_SCOPE = re.compile(r"Credential=(?P<key>[^/,\s]+)/\d{8}/(?P<region>[^/]+)/(?P<service>[^/]+)/")
_READS = ("Get", "List", "Describe", "Simulate", "Generate", "Decode", "Assume")
_TARGETS = (
    *("RoleName", "PolicyArn", "OpenIDConnectProviderArn", "Url", "PolicyName"),
    *("TargetId", "PolicyId", "ResourceId", "Name"),
)
_DOCUMENTS = ("AssumeRolePolicyDocument", "PolicyDocument", "Content")


@dataclass(frozen=True)
class Query:
    """Hold one request. `service` and `account` are None where no known key signed it.

    `parameters` are nested as the API writes them: texts, lists and mappings of texts.
    """

    service: str | None
    region: str
    account: Account | None
    action: str
    parameters: Mapping[str, Any]

    def text(self, name: str) -> str:
        """Return the parameter `name`, or an empty text where it is absent."""
        return str(self.parameters.get(name, ""))

    def call(self) -> Call:
        """Describe the request for the journal: account, parameters, documents as JSON."""
        detail: dict[str, Any] = {"account": self.account.number if self.account else None}
        for name, value in self.parameters.items():
            detail[name] = _document(value) if name in _DOCUMENTS else value
        target = next((self.text(name) for name in _TARGETS if name in self.parameters), "")
        change = not self.action.startswith(_READS)
        return Call(side="aws", action=self.action, target=target, change=change, detail=detail)


def read_query(request: Request) -> Query:
    """Read `request`; whatever it is, so that it can be journalled and refused."""
    scope = _SCOPE.search(request.headers.get("Authorization", ""))
    action, parameters = _of_json(request) or _of_form(request)
    return Query(
        service=scope["service"] if scope else None,
        region=scope["region"] if scope else "us-east-1",
        account=account_of(scope["key"]) if scope else None,
        action=action,
        parameters=parameters,
    )


def _of_json(request: Request) -> tuple[str, dict[str, Any]] | None:
    action = request.headers.get("X-Amz-Target", "").partition(".")[2]
    body = request.get_json(force=True, silent=True) if action else None
    return (action, body) if isinstance(body, dict) else None


def _of_form(request: Request) -> tuple[str, dict[str, Any]]:
    parameters = _nested(dict(request.form.items()))
    action = str(parameters.pop("Action", "")) or request.method
    parameters.pop("Version", None)
    return action, parameters


def _document(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _nested(form: Mapping[str, str]) -> dict[str, Any]:
    """Turn `Tags.member.1.Key=team` into `{"Tags": [{"Key": "team"}]}`."""
    tree: dict[str, Any] = {}
    for name, value in form.items():
        *parents, leaf = name.split(".")
        node = tree
        for part in parents:
            child = node.setdefault(part, {})
            node = child if isinstance(child, dict) else {}
        node[leaf] = value
    return {name: _listed(value) for name, value in tree.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    members = node.get("member")
    if isinstance(members, dict):
        return [_listed(members[index]) for index in sorted(members, key=_position)]
    return {name: _listed(value) for name, value in node.items()}


def _position(index: str) -> int:
    return int(index) if index.isdecimal() else 0
