"""Find roles and their trust policies in what the tools print, one at a time.

Distinguished by shape: `aws iam get-account-authorization-details`, `list-roles` and `get-role`; an
exported Pulumi state or a preview; a Terraform state, `terraform show -json` of a state or of a
plan; bare trust policies. Only the text and the role in hand are in memory.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from keyless.audit.cloudformation import TemplateRole, template_roles, why_no_template
from keyless.audit.existing import Existing, ExistingResource, ExistingRole, NotKnownYet
from keyless.audit.iam_listing import (
    last_use,
    read_group,
    read_policy,
    read_user,
    rights_in_details,
)
from keyless.audit.json_walk import Path, walk
from keyless.audit.places import DEPLOYMENTS, DIAGNOSTICS, ERRORED, TRUNCATED, Places, is_list
from keyless.audit.rights import Rights, StackRights
from keyless.audit.terraform import terraform_resource
from keyless.command_line.errors import CommandError
from keyless.rules.guarded import Guarded
from keyless.rules.iam_types import ROLES, folded
from keyless.rules.policy_json import unescaped
from keyless.stack.printed import (
    deployed,
    is_streamed,
    not_whole,
    planned,
    read_printed,
    refuse_errors,
)
from keyless.stack.resource import SECRET_MARK, StackResource, known_arn, shown

_ROLES = frozenset(map(folded, ROLES))
_LARGEST_POLICY = 256 * 1024
_BARE_LIST = ""
_ROLES_ALONE = frozenset({"RoleDetailList", "Roles", "Role", _BARE_LIST})
"""Where every entry is a role or a trust policy, known by the last name of its path."""


_BESIDE_ROLES: Mapping[str, Callable[[str, Mapping[str, object]], Existing | None]] = {
    "GroupDetailList": read_group,
    "Policies": read_policy,
    "UserDetailList": read_user,
}
"""What else IAM lists of an account."""


def read_existing(label: str, text: str, other_issuers: Sequence[str] = ()) -> Iterator[Existing]:
    """Yield every role in a file, whomever it trusts, and what the file says beside them.

    `other_issuers` are other vendors' issuers of GitHub's form.

    Raises CommandError, beginning with `label`, for text that is no JSON or has none of this, and
    for a run that failed.
    """
    whole = _whole(label, text, other_issuers)
    if whole is not None:
        yield from whole
        return
    places = Places()
    resources: list[StackResource] = []
    for path, value in walk(label, text, places.choose):
        if path in TRUNCATED:
            _require_whole(label, value)
        elif path == ERRORED:
            _require_success(label, value)
        elif path in DEPLOYMENTS:
            resources += deployed(label, ".".join(map(str, path)), value)
        elif path[:-1] == ("steps",) and isinstance(value, dict):
            resources += planned(label, _entry(path), value)
        else:
            yield from _roles_at(label, path, value)
    yield from _pulumi(label, resources, other_issuers)
    if not places.are_there:
        if why := why_no_template(text):
            raise CommandError(f"{label}: {why}")
        raise _unusable(label, "no place for roles in it")


def _whole(label: str, text: str, other_issuers: Sequence[str]) -> Iterable[Existing] | None:
    """Return the roles of a text that is not walked through, None for any other."""
    policy = _bare_policy(text)
    if policy is not None:
        return [ExistingRole(file=label, name=label, arn=None, place=None, document=policy)]
    templated = template_roles(text)
    if templated is not None:
        return [_templated(label, one) for one in templated]
    if not text.lstrip().startswith(("{", "[")) and (why := why_no_template(text)):
        raise CommandError(f"{label}: {why}")
    if is_streamed(text):
        resources = read_printed(label, text.encode()).resources or ()
        return _pulumi(label, resources, other_issuers)
    return None


def _templated(label: str, one: TemplateRole) -> ExistingRole:
    document = NotKnownYet(one.unknown) if one.document is None else one.document
    name = one.name or one.logical_id
    own = f"/{name}"
    rights = Rights(
        name=own, grants=one.grants, boundary=one.boundary, guarded=(Guarded(own, "", frozenset()),)
    )
    return ExistingRole(
        file=label,
        name=name,
        arn=None,
        place=one.logical_id,
        document=document,
        rights=rights,
        line=one.line,
    )


def _unusable(label: str, found: str) -> CommandError:
    return CommandError(
        f"{label}: {found}. It is neither an account's authorization details, nor a state, nor a "
        "plan, nor a trust policy. Hand in what `aws iam get-account-authorization-details "
        "--filter Role` prints."
    )


def _roles_at(label: str, path: Path, value: object) -> Iterator[Existing]:
    if is_list(path):
        raise _unusable(label, f"{_entry(path)} is no list")
    if not isinstance(value, dict):
        raise _unusable(label, f"{_entry(path)} is no object")
    place = next((name for name in reversed(path) if isinstance(name, str)), _BARE_LIST)
    if path[:-1] == DIAGNOSTICS:
        refuse_errors(label, [value])
    elif place in _ROLES_ALONE:
        yield _answered(label, path, value)
    elif place in _BESIDE_ROLES:
        yield from filter(None, [_BESIDE_ROLES[place](label, value)])
    elif place == "resource_changes":
        yield from _planned(label, path, value)
    elif "instances" in value:
        yield from _terraform_state(label, path, value)
    elif "values" in value:
        values = _mapping(value["values"])
        yield from terraform_resource(label, value, str(value.get("address")), values, {})


def _require_whole(label: str, is_truncated: object) -> None:
    if is_truncated is not False:
        raise CommandError(
            f"{label}: IAM lists more roles than are in it. An audit of some of them says nothing "
            "of the others. List all with `aws iam get-account-authorization-details --filter "
            "Role`, without --max-items and --no-paginate."
        )


def _require_success(label: str, is_errored: object) -> None:
    if is_errored is not False:
        raise not_whole(label, "plan", "terraform plan")


def _part(label: str, path: Path, whole: Mapping[str, object], name: str) -> Mapping[str, object]:
    """Return an object within an entry, an empty one where there is none."""
    part = whole.get(name)
    if part is not None and not isinstance(part, dict):
        raise _unusable(label, f"{name} of {_entry(path)} is no object")
    return part or {}


def _answered(label: str, path: Path, value: Mapping[str, object]) -> ExistingRole:
    """Read a role as IAM answers it, or a trust policy by itself."""
    if "AssumeRolePolicyDocument" in value:
        arn = _text(value.get("Arn"))
        name = _text(value.get("RoleName")) or arn or label
        document = unescaped(value["AssumeRolePolicyDocument"])
        used = value.get("RoleLastUsed")
        use = last_use(used.get("LastUsedDate")) if isinstance(used, dict) else None
        return ExistingRole(
            file=label,
            name=name,
            arn=arn,
            place=None,
            document=document,
            rights=rights_in_details(value),
            use=use,
        )
    if "Statement" in value:
        return ExistingRole(file=label, name=_entry(path), arn=None, place=None, document=value)
    raise _unusable(label, f"{_entry(path)} has no trust policy")


def _entry(path: Path) -> str:
    names = ".".join(part for part in path if isinstance(part, str))
    if not path or not isinstance(path[-1], int):
        return names or "the whole of it"
    number = path[-1] + 1
    return f"entry {number} of {names}" if names else f"entry {number}"


def _pulumi(
    label: str, resources: Sequence[StackResource], other_issuers: Sequence[str]
) -> Iterator[Existing]:
    stack = StackRights(resources, other_issuers)
    rights = stack.of_roles()
    for resource in resources:
        if folded(resource.type) in _ROLES:
            found = resource.properties
            document = found.get("assumeRolePolicy", found.get("assumeRolePolicyDocument"))
            name = _text(found.get("name")) or _text(found.get("roleName")) or resource.name
            yield ExistingRole(
                file=label,
                name=name,
                arn=known_arn(found),
                place=resource.name,
                document=_trust(document),
                rights=rights.get(resource.urn),
            )
    yield from (ExistingResource(label, found) for found in stack.of_others())


def _trust(value: object) -> object:
    """Return a trust policy of a stack, or that it is a secret which nobody can read."""
    document = shown(value)
    is_hidden = isinstance(document, Mapping) and SECRET_MARK in document
    return NotKnownYet("it is a secret of the stack, and not shown") if is_hidden else document


def _terraform_state(label: str, path: Path, resource: Mapping[str, object]) -> Iterator[Existing]:
    instances = resource["instances"]
    if not isinstance(instances, list):
        raise _unusable(label, f"instances of {_entry(path)} is no list")
    for instance in instances:
        parts = (resource.get("module"), resource.get("type"), resource.get("name"))
        address = ".".join(str(part) for part in parts if part)
        key = _mapping(instance).get("index_key")
        address += f"[{json.dumps(key)}]" if key is not None else ""
        values = _mapping(_mapping(instance).get("attributes"))
        yield from terraform_resource(label, resource, address, values, {})


def _planned(label: str, path: Path, resource: Mapping[str, object]) -> Iterator[Existing]:
    change = _part(label, path, resource, "change")
    if change.get("after") is None:
        return
    after = _part(label, path, change, "after")
    unknown = _mapping(change.get("after_unknown"))
    yield from terraform_resource(label, resource, str(resource.get("address")), after, unknown)


def _bare_policy(text: str) -> str | None:
    """Return the text of a trust policy where that is all there is, itself perhaps quoted.

    A duplicate key in it is left to the judge, who reads the text as well.
    """
    if len(text) > _LARGEST_POLICY:
        return None
    plain = str(unescaped(text.strip()))
    try:
        decoded = json.loads(plain)
        if isinstance(decoded, str):
            plain = str(unescaped(decoded))
            decoded = json.loads(plain)
    except (ValueError, RecursionError):
        return None
    return plain if isinstance(decoded, dict) and "Statement" in decoded else None


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
