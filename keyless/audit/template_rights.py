"""What a template of CloudFormation grants its roles, as far as the template says it.

A resource of the same template is one thing, whatever AWS will call it: a made-up ARN stands for
it. What depends on a parameter or another stack is named as a policy that the file does not show.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from keyless.rules.grant import Grant

_POLICY = "AWS::IAM::Policy"
_MANAGED = "AWS::IAM::ManagedPolicy"
_PART = re.compile(r"\$\{([A-Za-z0-9]+)(?:\.[A-Za-z0-9.]+)?\}")

Resolve = Callable[[Any], Any]
"""Put texts in the place of intrinsic functions; None for what is not known."""


def template_grants(
    resources: Mapping[str, Any], logical: str, resolve: Resolve
) -> tuple[Grant, ...]:
    """Return what the role of a logical id is granted, in it and by policies of the template."""
    return tuple(_grants(resources, logical, resolve))


def template_boundary(resources: Mapping[str, Any], logical: str, resolve: Resolve) -> str:
    """Return the boundary of a role, empty for none."""
    value = _properties(resources, logical).get("PermissionsBoundary")
    return str(_known(value, resources, resolve) or "?") if value is not None else ""


def _grants(resources: Mapping[str, Any], logical: str, resolve: Resolve) -> Iterator[Grant]:
    own = _properties(resources, logical)
    for policy in _list(own.get("Policies")):
        if isinstance(policy, Mapping):
            yield _inline(policy, resources, resolve)
    for arn in _list(own.get("ManagedPolicyArns")):
        yield _attached(arn, resources, resolve)
    for each, resource in resources.items():
        properties = _properties(resources, each)
        if resource["Type"] not in (_POLICY, _MANAGED):
            continue
        if any(_names(role, logical, own) for role in _list(properties.get("Roles"))):
            yield _inline(properties, resources, resolve)


def _names(role: Any, logical: str, own: Mapping[str, Any]) -> bool:
    is_reference = isinstance(role, Mapping) and role.get("Ref") == logical
    return is_reference or (isinstance(role, str) and role == own.get("RoleName"))


def _inline(policy: Mapping[str, Any], resources: Mapping[str, Any], resolve: Resolve) -> Grant:
    name = policy.get("PolicyName", policy.get("ManagedPolicyName", "?"))
    label = f'policy "{name}"' if isinstance(name, str) else "policy"
    document = _known(policy.get("PolicyDocument"), resources, resolve)
    return Grant(label, document) if document else Grant(label, None, "?")


def _attached(arn: Any, resources: Mapping[str, Any], resolve: Resolve) -> Grant:
    own = arn.get("Ref") if isinstance(arn, Mapping) else None
    if isinstance(own, str) and resources.get(own, {}).get("Type") == _MANAGED:
        return _inline(_properties(resources, own), resources, resolve)
    known = str(_known(arn, resources, resolve) or "?")
    return Grant(f'managed policy "{known}"', None, known)


def _known(value: Any, resources: Mapping[str, Any], resolve: Resolve) -> Any:
    return resolve(_with_own(value, resources))


def _with_own(value: Any, resources: Mapping[str, Any]) -> Any:
    """Put a made-up ARN in the place of what refers to a resource of the template."""
    if isinstance(value, list):
        return [_with_own(each, resources) for each in value]
    if not isinstance(value, Mapping):
        return value
    if len(value) == 1:
        ((function, argument),) = value.items()
        parts = argument.split(".") if isinstance(argument, str) else argument
        name = parts[0] if isinstance(parts, list) and parts else None
        if function in ("Ref", "Fn::GetAtt") and isinstance(name, str) and name in resources:
            return _made_up(name)
        if function == "Fn::Sub" and isinstance(argument, str):
            return {function: _PART.sub(lambda part: _in_text(part, resources), argument)}
    return {key: _with_own(each, resources) for key, each in value.items()}


def _in_text(part: re.Match[str], resources: Mapping[str, Any]) -> str:
    return _made_up(part[1]) if part[1] in resources else part[0]


def _made_up(logical: str) -> str:
    return f"arn:aws:resource:::{logical}"


def _properties(resources: Mapping[str, Any], logical: str) -> Mapping[str, Any]:
    properties = resources[logical].get("Properties")
    return properties if isinstance(properties, Mapping) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
