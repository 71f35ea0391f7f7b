"""Find roles in templates of CloudFormation, SAM and the CDK.

Intrinsic functions are resolved where they come to a text that the template itself says: pseudo
parameters of the role's own account, an OIDC provider of the same template, texts joined of these.
Whatever depends on a parameter, a condition or another stack is not known, and said so.

Sources: AWS CloudFormation user guide, "Intrinsic function reference" and "Pseudo parameters
reference".
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from keyless import facts
from keyless.audit.template_rights import template_boundary, template_grants
from keyless.audit.template_text import plain, read_template
from keyless.rules.grant import Grant
from keyless.yaml_nodes import Table, UnreadableYamlError

ACCOUNT = "000000000000"
"""Stands for the account that the stack is created in, which no template says."""

_SECTIONS = frozenset(
    {
        *("AWSTemplateFormatVersion", "Conditions", "Description", "Globals", "Hooks", "Mappings"),
        *("Metadata", "Outputs", "Parameters", "Resources", "Rules", "Transform"),
    }
)
_ROLE = "AWS::IAM::Role"
_PROVIDER = "AWS::IAM::OIDCProvider"
_PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": facts.AWS.name,
    "AWS::URLSuffix": facts.AWS.dns_suffix,
}
_PART = re.compile(r"\$\{(!?)([^}]*)\}")


@dataclass(frozen=True, kw_only=True)
class TemplateRole:
    """One role of a template; `document` is None where it is not known, and `unknown` says why."""

    logical_id: str
    name: str | None
    line: int
    document: Mapping[str, Any] | None
    unknown: str = ""
    grants: tuple[Grant, ...] = ()
    boundary: str = ""


class _UnknownError(Exception):
    """Name what a value depends on."""


def template_roles(text: str) -> tuple[TemplateRole, ...] | None:
    """Return the roles of a template, None for a text that is none."""
    if "Resources" not in text:
        return None
    try:
        template = read_template(text)
    except UnreadableYamlError:
        return None
    written = template.get("Resources") if isinstance(template, Table) else None
    if not isinstance(written, Table):
        return None
    said = plain(template)
    resources = said["Resources"]
    if not said.keys() <= _SECTIONS or not all(map(_is_resource, resources.values())):
        return None
    return tuple(
        _role(resources, logical.text, logical.place.line)
        for logical, _ in written.entries
        if resources[logical.text]["Type"] == _ROLE
    )


def _is_resource(value: object) -> bool:
    return isinstance(value, dict) and isinstance(value.get("Type"), str)


def _role(resources: Mapping[str, Any], logical: str, line: int) -> TemplateRole:
    properties = resources[logical].get("Properties")
    properties = properties if isinstance(properties, dict) else {}
    try:
        name = str(_resolved(properties["RoleName"], resources))
    except (_UnknownError, KeyError):
        name = None

    def resolve(value: Any) -> Any:
        try:
            return _resolved(value, resources)
        except _UnknownError:
            return None

    granted: Any = {
        "grants": template_grants(resources, logical, resolve),
        "boundary": template_boundary(resources, logical, resolve),
    }
    try:
        _refuse_macros(resources[logical], properties)
        document = _resolved(properties.get("AssumeRolePolicyDocument"), resources)
    except _UnknownError as depends:
        return TemplateRole(
            logical_id=logical,
            name=name,
            line=line,
            document=None,
            unknown=f"it depends on {depends}",
            **granted,
        )
    if not isinstance(document, dict):
        wrong = "AssumeRolePolicyDocument is no object"
        return TemplateRole(
            logical_id=logical, name=name, line=line, document=None, unknown=wrong, **granted
        )
    return TemplateRole(logical_id=logical, name=name, line=line, document=document, **granted)


def _refuse_macros(*holders: Mapping[str, Any]) -> None:
    """Raise _UnknownError for a macro that may write further properties, or these anew."""
    for name in (str(each) for holder in holders for each in holder):
        if name.startswith("Fn::"):
            raise _UnknownError(f"{name} beside it")


def _resolved(value: Any, resources: Mapping[str, Any]) -> Any:
    """Put texts in the place of intrinsic functions. Raises _UnknownError."""
    if isinstance(value, list):
        return [_resolved(each, resources) for each in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((function, argument),) = value.items()
        if function == "Ref" or str(function).startswith("Fn::"):
            return _called(str(function), argument, resources)
    return {str(key): _resolved(each, resources) for key, each in value.items()}


def _called(function: str, argument: Any, resources: Mapping[str, Any]) -> Any:
    if function == "Ref" and isinstance(argument, str):
        return _reference(argument, resources)
    if function == "Fn::GetAtt":
        parts = argument.split(".", 1) if isinstance(argument, str) else argument
        if isinstance(parts, list) and len(parts) == 2 and parts[1] == "Arn":
            return _reference(str(parts[0]), resources)
    if function == "Fn::Join" and isinstance(argument, list) and len(argument) == 2:
        parts = _resolved(argument[1], resources)
        if isinstance(parts, list) and all(isinstance(each, str) for each in parts):
            return str(argument[0]).join(parts)
    if function == "Fn::Sub":
        return _substituted(argument, resources)
    if function == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
        first, second = (_resolved(each, resources) for each in argument[1:])
        if first == second:
            return first
    raise _UnknownError(f"{function} {json.dumps(argument, default=str)[:80]}")


def _substituted(argument: Any, resources: Mapping[str, Any]) -> str:
    text, own = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    if not isinstance(text, str) or not isinstance(own, dict):
        raise _UnknownError("Fn::Sub of something that is no text")

    def put(part: re.Match[str]) -> str:
        if part[1]:
            return f"${{{part[2]}}}"
        if part[2] in own:
            return str(_resolved(own[part[2]], resources))
        return str(_reference(part[2].removesuffix(".Arn"), resources))

    return _PART.sub(put, text)


def _reference(name: str, resources: Mapping[str, Any]) -> str:
    """Return what a name comes to: a pseudo parameter, or the ARN of an OIDC provider."""
    if name in _PSEUDO:
        return _PSEUDO[name]
    resource = resources.get(name)
    if resource and resource["Type"] == _PROVIDER:
        url = _resolved((resource.get("Properties") or {}).get("Url"), resources)
        if isinstance(url, str):
            return facts.provider_arn(facts.AWS.name, ACCOUNT, url.removeprefix("https://"))
    raise _UnknownError(name)


def why_no_template(text: str) -> str | None:
    """Return why what looks like a template is not read, None for what looks like none."""
    yaml = text.startswith("Resources:") or "\nResources:" in text
    if not yaml and '"AWS::IAM::Role"' not in text:
        return None
    try:
        read_template(text)
    except UnreadableYamlError as error:
        return error.sentences[0]
    return (
        "its sections or resources are not CloudFormation's. Nothing of it can be read. Hand in "
        "the template as it is deployed."
    )
