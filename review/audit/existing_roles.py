"""Find roles and their trust policies in what the tools print, one at a time.

Told apart by shape: `aws iam get-account-authorization-details`, `list-roles` and `get-role`; an
exported Pulumi state or a preview; a Terraform state, `terraform show -json` of a state or of a
plan; bare trust policies. Only the text and the role in hand are in memory.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from review.errors import ReviewError
from review.json_walk import Path, Step, walk
from review.pulumi_printed import is_streamed
from review.stack_resources import is_going, known_arn, operation_of, resources_of

_PULUMI_ROLES = ("aws:iam/role:Role", "aws-native:iam:Role")
_TERRAFORM_ROLE = "aws_iam_role"
_LARGEST_POLICY = 256 * 1024
_LISTS = frozenset(
    {
        *(("RoleDetailList",), ("Roles",), ("steps",), ("resources",), ("resource_changes",)),
        *(("deployment", "resources"), ("checkpoint", "latest", "resources")),
    }
)
"""Where roles, or resources that may be roles, are listed."""

_WAYS = frozenset({("deployment",), ("checkpoint",), ("checkpoint", "latest"), ("values",)})
"""What such lists are in."""

_TRUNCATED = frozenset({("IsTruncated",), ("NextToken",)})
"""What says that a listing goes on: IAM itself, and the AWS command line with --max-items."""
_BARE_LIST = ""
_ROLES_ALONE = frozenset({"RoleDetailList", "Roles", "Role", _BARE_LIST})
"""Where every entry is a role or a trust policy, told by the last name of its path."""


class NotKnownYet:
    """Stands for a trust policy that a plan only knows once something else was made."""


NOT_KNOWN = NotKnownYet()


@dataclass(frozen=True)
class ExistingRole:
    """One role; `document` is its trust policy as text, decoded, or `NOT_KNOWN`.

    `place` is where in the file it is written, such as a Terraform address; None where the name
    says it all.
    """

    file: str
    name: str
    arn: str | None
    place: str | None
    document: object = field(repr=False)


def read_existing_roles(label: str, text: str) -> Iterator[ExistingRole]:
    """Yield every role in a file, whomever it trusts.

    Raises ReviewError, beginning with `label`, for text that is no JSON or holds nothing of this.
    """
    policy = _bare_policy(text)
    if policy is not None:
        yield ExistingRole(label, label, None, None, policy)
        return
    if is_streamed(text):
        for resource in resources_of(label, text.encode()).resources:
            state = {"urn": resource.urn, "type": resource.type, "values": resource.properties}
            yield from _pulumi(label, state, ("values",))
        return
    places = _Places()
    for path, value in walk(label, text, places.choose):
        if path in _TRUNCATED:
            _require_whole(label, value)
        else:
            yield from _roles_at(label, path, value)
    if not places.seen:
        raise _unusable(label, "no place for roles in it")


def _unusable(label: str, found: str) -> ReviewError:
    return ReviewError(
        f"{label}: {found}. It is neither an account's authorization details, nor a state, nor a "
        "plan, nor a trust policy. Hand in what `aws iam get-account-authorization-details "
        "--filter Role` prints."
    )


class _Places:
    """Choose the places where roles may be; `seen` tells whether the text had one."""

    def __init__(self) -> None:
        self.seen = False

    def choose(self, path: Path) -> Step:
        names = tuple(part for part in path if isinstance(part, str))
        is_member = bool(path) and isinstance(path[-1], int)
        if is_member:
            return self._member(names)
        if not path:
            return Step.ENTER
        if names in _WAYS or names in _LISTS or _is_module(names):
            self.seen = True
            return Step.ENTER
        if names in _TRUNCATED or names == ("Role",) or names[:-1] in _LISTS:
            self.seen = True
            return Step.TAKE
        return Step.PASS

    def _member(self, names: tuple[str, ...]) -> Step:
        self.seen = True
        if not names or names in _LISTS:
            return Step.TAKE
        if _is_module(names):
            return Step.ENTER if names[-1] == "child_modules" else Step.TAKE
        return Step.PASS


def _is_module(names: tuple[str, ...]) -> bool:
    """Tell whether a path leads to the resources of some module in `terraform show -json`."""
    if names[:2] != ("values", "root_module"):
        return False
    inside = names[2:]
    return all(n == "child_modules" for n in inside[:-1]) and (
        not inside or inside[-1] in {"child_modules", "resources"}
    )


def _roles_at(label: str, path: Path, value: object) -> Iterator[ExistingRole]:
    if not isinstance(value, dict):
        raise _unusable(label, f"{_entry(path)} is no object")
    if path[:-1] in _LISTS and not isinstance(path[-1], int):
        raise _unusable(label, f"{'.'.join(map(str, path[:-1]))} is no list")
    place = next((name for name in reversed(path) if isinstance(name, str)), _BARE_LIST)
    if place in _ROLES_ALONE:
        yield _answered(label, path, value)
    elif place == "steps":
        state = _mapping(value.get("newState"))
        yield from _pulumi(label, state, ("outputs", "inputs"), operation_of(value))
    elif place == "resource_changes":
        yield from _planned(label, value)
    elif "urn" in value:
        yield from _pulumi(label, value, ("inputs", "outputs"))
    elif "instances" in value:
        yield from _terraform_state(label, value)
    elif "values" in value:
        yield from _terraform(label, value, str(value.get("address")), _mapping(value["values"]))


def _require_whole(label: str, is_truncated: object) -> None:
    if is_truncated is not False:
        raise ReviewError(
            f"{label}: IAM lists more roles than are in it. An audit of some of them says nothing "
            "of the others. List all with `aws iam get-account-authorization-details --filter "
            "Role`, without --max-items and --no-paginate."
        )


def _answered(label: str, path: Path, value: Mapping[str, object]) -> ExistingRole:
    """Read a role as IAM answers it, or a trust policy by itself."""
    if "AssumeRolePolicyDocument" in value:
        arn = _text(value.get("Arn"))
        name = _text(value.get("RoleName")) or arn or label
        return ExistingRole(label, name, arn, None, _document(value["AssumeRolePolicyDocument"]))
    if "Statement" in value:
        return ExistingRole(label, _entry(path), None, None, value)
    raise _unusable(label, f"{_entry(path)} has no trust policy")


def _entry(path: Path) -> str:
    names = ".".join(part for part in path if isinstance(part, str))
    if not path or not isinstance(path[-1], int):
        return names or "the whole of it"
    number = path[-1] + 1
    return f"entry {number} of {names}" if names else f"entry {number}"


def _pulumi(
    label: str,
    state: Mapping[str, object],
    parts: tuple[str, ...],
    operation: str | None = None,
) -> Iterator[ExistingRole]:
    """Read a resource; of what several parts of it say, the last counts."""
    if state.get("type") not in _PULUMI_ROLES or is_going(state, operation):
        return
    found = {name: value for part in parts for name, value in _mapping(state.get(part)).items()}
    document = found.get("assumeRolePolicy", found.get("assumeRolePolicyDocument"))
    place = str(state.get("urn")).split("::", 3)[-1]
    name = _text(found.get("name")) or _text(found.get("roleName")) or place
    yield ExistingRole(label, name, known_arn(found), place, _document(document))


def _terraform_state(label: str, resource: Mapping[str, object]) -> Iterator[ExistingRole]:
    instances = resource["instances"]
    for instance in instances if isinstance(instances, list) else []:
        parts = (resource.get("module"), resource.get("type"), resource.get("name"))
        address = ".".join(str(part) for part in parts if part)
        key = _mapping(instance).get("index_key")
        address += f"[{json.dumps(key)}]" if key is not None else ""
        yield from _terraform(
            label, resource, address, _mapping(_mapping(instance).get("attributes"))
        )


def _terraform(
    label: str, resource: Mapping[str, object], address: str, values: Mapping[str, object]
) -> Iterator[ExistingRole]:
    if resource.get("type") != _TERRAFORM_ROLE or resource.get("mode", "managed") != "managed":
        return
    name = _text(values.get("name")) or address
    document = _document(values.get("assume_role_policy"))
    yield ExistingRole(label, name, _text(values.get("arn")), address, document)


def _planned(label: str, resource: Mapping[str, object]) -> Iterator[ExistingRole]:
    change = _mapping(resource.get("change"))
    after = change.get("after")
    if not isinstance(after, dict):
        return
    unknown = _mapping(change.get("after_unknown")).get("assume_role_policy")
    if unknown is True:
        after = {**after, "assume_role_policy": NOT_KNOWN}
    yield from _terraform(label, resource, str(resource.get("address")), after)


def _document(value: object) -> object:
    """Decode a document that is URL-encoded, as IAM's API answers it."""
    if isinstance(value, str) and re.match(r"\s*%7B", value, re.IGNORECASE):
        return unquote(value)
    return value


def _bare_policy(text: str) -> str | None:
    """Return the text of a trust policy where that is all there is, itself perhaps quoted.

    A name that stands twice in it is left to the judge, who reads the text as well.
    """
    if len(text) > _LARGEST_POLICY:
        return None
    plain = str(_document(text.strip()))
    try:
        decoded = json.loads(plain)
        if isinstance(decoded, str):
            plain = str(_document(decoded))
            decoded = json.loads(plain)
    except (ValueError, RecursionError):
        return None
    return plain if isinstance(decoded, dict) and "Statement" in decoded else None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
