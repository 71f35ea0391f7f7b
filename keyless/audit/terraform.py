"""Read a resource of Terraform: a role, or what a role is granted apart from it.

A grant whose role or document the plan does not know yet is no grant that is judged: it is named as
one that the file does not show.
"""

from collections.abc import Iterable, Iterator, Mapping

from keyless.audit.existing import Existing, ExistingRole, GivenGrant, ManagedPolicy, NotKnownYet
from keyless.audit.iam_listing import managed
from keyless.audit.rights import Rights
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded

_ROLES = {"aws_iam_role": "assume_role_policy", "awscc_iam_role": "assume_role_policy_document"}
"""The property that contains the trust policy, of each of the two providers for AWS."""
_POLICY = "aws_iam_policy"
_INLINE = "aws_iam_role_policy"
_ATTACHMENTS = frozenset({"aws_iam_role_policy_attachment", "aws_iam_policy_attachment"})
NOT_KNOWN = NotKnownYet("the plan does not know the trust policy yet")


def terraform_resource(
    label: str,
    resource: Mapping[str, object],
    address: str,
    values: Mapping[str, object],
    unknown: Mapping[str, object],
) -> Iterator[Existing]:
    """Yield what a resource says; `unknown` marks values that are only known after an apply."""
    kind = resource.get("type")
    if resource.get("mode", "managed") != "managed":
        return
    if kind in _ROLES:
        yield _role(label, address, values, unknown, _ROLES[str(kind)])
    elif kind == _POLICY and isinstance(values.get("arn"), str):
        yield ManagedPolicy(str(values["arn"]), values.get("policy") or {})
    elif kind == _INLINE:
        grant = _inline(values.get("name") or address, values.get("policy"))
        yield GivenGrant(label, _text(values.get("role")), grant)
    elif kind in _ATTACHMENTS:
        grant = managed(_text(values.get("policy_arn")) or f"?{address}")
        for role in _roles(values):
            yield GivenGrant(label, role, grant)


def _role(
    label: str,
    address: str,
    values: Mapping[str, object],
    unknown: Mapping[str, object],
    trust: str,
) -> ExistingRole:
    name = _text(values.get("name")) or _text(values.get("role_name")) or address
    document = NOT_KNOWN if unknown.get(trust) is True else values.get(trust) or {}
    arn = _text(values.get("arn"))
    return ExistingRole(
        file=label,
        name=name,
        arn=arn,
        place=address,
        document=document,
        rights=_rights(name, values),
    )


def _rights(name: str, values: Mapping[str, object]) -> Rights:
    grants = [_inline(*each) for each in _inlines(values)]
    arns = values.get("managed_policy_arns")
    grants += [managed(str(each)) for each in arns] if isinstance(arns, list) else []
    own = f"{_text(values.get('path')) or '/'}{name}"
    boundary = _text(values.get("permissions_boundary")) or ""
    return Rights(
        name=own, grants=tuple(grants), boundary=boundary, guarded=(Guarded(own, "", frozenset()),)
    )


def _inlines(values: Mapping[str, object]) -> Iterator[tuple[object, object]]:
    """Yield name and document of each inline policy, as either provider has them."""
    for listed, name, policy in (
        ("inline_policy", "name", "policy"),
        ("policies", "policy_name", "policy_document"),
    ):
        found = values.get(listed)
        for each in found if isinstance(found, list) else ():
            if isinstance(each, Mapping) and each.get(policy):
                yield each.get(name), each[policy]


def _inline(name: object, document: object) -> Grant:
    if document is None:
        return managed(f"?{name}")
    return Grant(f'inline policy "{name}"', document or {})


def _roles(values: Mapping[str, object]) -> Iterable[str | None]:
    listed = values.get("roles")
    return (
        [_text(each) for each in listed]
        if isinstance(listed, list)
        else [_text(values.get("role"))]
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
