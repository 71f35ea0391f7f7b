"""Find roles in templates of CloudFormation, SAM and the CDK, written in JSON or YAML.

Intrinsic functions are resolved where they come to a text that the template itself says: pseudo
parameters of the role's own account, an OIDC provider of the same template, texts joined of these.
Whatever depends on a parameter, a condition or another stack is not known, and said so.

Sources: AWS CloudFormation user guide, "Intrinsic function reference" and "Pseudo parameters
reference".
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from keyless import facts
from keyless.audit.template_rights import template_boundary, template_grants
from keyless.command_line.positions import positions
from keyless.rules.grant import Grant

ACCOUNT = "000000000000"
"""Stands for the account that the stack is created in, which no template says."""

LARGEST_BYTES = 1_000_000
"""Bytes of a template ("CloudFormation quotas")."""

_DEEPEST = 100
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
_LOOKS = re.compile(r"^Resources:|\"AWS::IAM::Role\"", re.MULTILINE)
_YAML = "tag:yaml.org,2002:"
_PART = re.compile(r"\$\{(!?)([^}]*)\}")


@dataclass(frozen=True)
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
    if "Resources" not in text or len(text) > LARGEST_BYTES:
        return None
    try:
        _refuse_depth(text)
        template = yaml.load(text, Loader=_TemplateLoader)  # noqa: S506 - a safe loader with tags
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    resources = template.get("Resources") if isinstance(template, dict) else None
    if not isinstance(resources, dict) or not template.keys() <= _SECTIONS:
        return None
    if not all(map(_is_resource, resources.values())):
        return None
    lines = positions(text)
    return tuple(
        _role(resources, logical, lines[("Resources", logical)].line)
        for logical, resource in resources.items()
        if resource["Type"] == _ROLE
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
        document = _resolved(properties.get("AssumeRolePolicyDocument"), resources)
    except _UnknownError as depends:
        return TemplateRole(logical, name, line, None, f"it depends on {depends}", **granted)
    if not isinstance(document, dict):
        wrong = "AssumeRolePolicyDocument is no object"
        return TemplateRole(logical, name, line, None, wrong, **granted)
    return TemplateRole(logical, name, line, document, **granted)


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
    if not _LOOKS.search(text):
        return None
    if len(text) > LARGEST_BYTES:
        return (
            f"a template of more than {LARGEST_BYTES} bytes. CloudFormation takes no such "
            "template. Hand in the smaller ones that are deployed."
        )
    try:
        _refuse_depth(text)
        yaml.load(text, Loader=_TemplateLoader)  # noqa: S506 - a safe loader with tags
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f"line {mark.line + 1}: " if mark else ""
        return f"{where}no YAML ({error.problem}). Nothing of the template can be read. Mend it."
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        reason = str(error).partition("\n")[0]
        return f"{reason}. Nothing of the template can be read. Write it out plainly."
    return (
        "its sections or resources are not CloudFormation's. Nothing of it can be read. Hand in "
        "the template as it is deployed."
    )


def _refuse_depth(text: str) -> None:
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        if isinstance(event, yaml.AliasEvent):
            raise ValueError("an alias, which may multiply what is written")
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            depth += 1
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            depth -= 1
        if depth > _DEEPEST:
            raise ValueError("nested too deep")


class _TemplateLoader(yaml.CSafeLoader):
    """Read the short forms of intrinsic functions as the long ones, and a day as text.

    A duplicate key is refused, and what JSON has no value for.
    """

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        if not all(isinstance(key, yaml.ScalarNode) for key, _ in node.value):
            raise yaml.constructor.ConstructorError(None, None, "no text as a key", node.start_mark)
        names = [key.value for key, _ in node.value]
        if len(set(names)) < len(names):
            raise yaml.constructor.ConstructorError(None, None, "duplicate key", node.start_mark)
        return super().construct_mapping(node, deep=deep)


def _tagged(loader: _TemplateLoader, suffix: str, node: yaml.Node) -> Iterator[dict[str, Any]]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    called: dict[str, Any] = {}
    yield called
    if isinstance(node, yaml.ScalarNode):
        called[name] = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        called[name] = loader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        called[name] = loader.construct_mapping(node, deep=True)


def _text(loader: _TemplateLoader, node: yaml.ScalarNode) -> str:
    return str(loader.construct_scalar(node))


def _refuse(_: _TemplateLoader, node: yaml.Node) -> None:
    raise yaml.constructor.ConstructorError(None, None, f"the tag {node.tag}", node.start_mark)


_TemplateLoader.add_multi_constructor("!", _tagged)
_TemplateLoader.add_constructor(f"{_YAML}timestamp", _text)
for _kind in ("binary", "omap", "pairs", "set"):
    _TemplateLoader.add_constructor(f"{_YAML}{_kind}", _refuse)
