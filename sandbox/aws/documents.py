"""Find what AWS refuses in a policy document and moto lets through.

A trust document is read here in full, since moto reads it on updates alone and then more strictly
than AWS. In a permissions document moto finds most faults by itself. What a trust document grants
is judged elsewhere: AWS accepts a good deal that nobody should write.

Sources: IAM User Guide, "Grammar of the IAM JSON policy language" and "Identity-provider controls
for shared OIDC providers"; the messages are those that AWS answers.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from keyless.facts import GITHUB_COM

_VERSIONS = ("2008-10-17", "2012-10-17")
_ELEMENTS = {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Condition"}
_RESOURCES = ("Resource", "NotResource")
_OPERATOR = re.compile(
    r"(ForAllValues:|ForAnyValue:)?"
    r"(String(Not)?(Equals|EqualsIgnoreCase|Like)"
    r"|(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)"
    r"|Arn(Not)?(Equals|Like)|(Not)?IpAddress|Bool|BinaryEquals|Null)"
    r"(IfExists)?"
)
_CONTROL = re.compile(r"(ForAllValues:|ForAnyValue:)?String(Equals|Like|EqualsIgnoreCase)")
_GITHUB = re.compile(rf":oidc-provider/(?P<issuer>{re.escape(GITHUB_COM)}(/.*)?)$")

_INVALID_JSON = "This policy contains invalid Json"
_SYNTAX = "Syntax errors in policy."


def size(document: str) -> int:
    """Count the characters of `document` that count against AWS's limits: all but white space."""
    return len(re.sub(r"\s", "", document))


def trust_fault(document: str) -> str | None:
    """Return AWS's message about the first fault of a trust document, or None."""
    policy = _parse(document)
    return _INVALID_JSON if policy is None else next(_trust_faults(policy), None)


def permissions_fault(document: str) -> str | None:
    """Return AWS's message about a fault that moto overlooks in a permissions document."""
    policy = _parse(document)
    if policy is None:
        return _INVALID_JSON
    if any({"Principal", "NotPrincipal"} & set(each) for each in _statements(policy)):
        return "Policy document should not specify a principal."
    return None


def _parse(document: str) -> dict[str, Any] | None:
    try:
        policy = json.loads(document)
    except (ValueError, RecursionError):
        return None
    return policy if isinstance(policy, dict) else None


def _statements(policy: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [each for each in _listed(policy.get("Statement")) if isinstance(each, dict)]


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _trust_faults(policy: Mapping[str, Any]) -> Iterator[str]:
    statements = _statements(policy)
    if (
        policy.keys() - {"Version", "Id", "Statement"}
        or policy.get("Version", _VERSIONS[0]) not in _VERSIONS
        or not statements
        or len(statements) != len(_listed(policy["Statement"]))
    ):
        yield _SYNTAX
    for statement in statements:
        yield from _statement_faults(statement)
    for statement in statements:
        yield from _control_faults(statement)


def _statement_faults(statement: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"Has prohibited field {each}" for each in _RESOURCES if each in statement)
    if statement.keys() - _ELEMENTS or statement.get("Effect") not in ("Allow", "Deny"):
        yield _SYNTAX
    if not {"Principal", "NotPrincipal"} & statement.keys():
        yield "Missing required field Principal"
    yield from _action_faults(statement)
    yield from _condition_faults(statement.get("Condition", {}))


def _action_faults(statement: Mapping[str, Any]) -> Iterator[str]:
    actions = _listed(statement.get("Action", statement.get("NotAction")))
    if not actions:
        yield "Missing required field Action"
    elif not all(isinstance(action, str) for action in actions):
        yield _SYNTAX
    elif not all(action.lower().startswith("sts:") for action in actions):
        yield "AssumeRole policy may only specify STS AssumeRole actions."


def _condition_faults(condition: Any) -> Iterator[str]:
    if not isinstance(condition, dict):
        yield _SYNTAX
        return
    for operator, tests in condition.items():
        if not _OPERATOR.fullmatch(operator):
            yield f"Invalid Condition type : {operator}"
        elif not isinstance(tests, dict):
            yield _SYNTAX
        elif any(":" not in key for key in tests):
            yield "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
        elif not all(_is_value(value) for value in tests.values()):
            yield _SYNTAX


def _is_value(value: Any) -> bool:
    return all(isinstance(each, str | int | float) for each in _listed(value))


def _control_faults(statement: Mapping[str, Any]) -> Iterator[str]:
    """Ask of a statement for GitHub's shared issuer that it looks at the subject at all."""
    principal = statement.get("Principal")
    if statement["Effect"] != "Allow" or not isinstance(principal, dict):
        return
    for arn in _listed(principal.get("Federated")):
        shared = _GITHUB.search(str(arn))
        if not shared:
            continue
        keys = [f"{shared['issuer']}:sub", f"{shared['issuer']}:job_workflow_ref"]
        if not any(_controls(statement.get("Condition", {}), key) for key in keys):
            yield (
                f"Trust policy with trusted principal {arn} must evaluate, using StringEquals, "
                f"StringLike or StringEqualsIgnoreCase, {' or '.join(keys)} "
                "which is not scoped to all."
            )


def _controls(condition: Mapping[str, Mapping[str, Any]], key: str) -> bool:
    """Tell whether a value of `key` is scoped; as observed, AWS reads the first one alone."""
    values = [
        _listed(value)
        for operator, tests in condition.items()
        if _CONTROL.fullmatch(operator)
        for name, value in tests.items()
        if name.lower() == key.lower()
    ]
    return any(each and str(each[0]).strip("*") for each in values)
