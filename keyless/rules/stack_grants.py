"""What permissions the roles of a stack get, from whatever resource gives them.

A role's permissions are gathered from its own properties, from inline policies, from attachments
and from the managed policies that the stack shows. Roles and policies are found by name and path,
since an ARN is unknown until its resource is created, or by what a property depends on.
A boundary is no grant, nor is what another resource grants to a role (`resource-grants-judged`).

The AWS provider fills a role's own inline policies at each refresh (terraform-provider-aws,
`internal/service/iam/role.go`), and nothing tells them from those that the program writes. An entry
that says the same as the resource of its name is that resource's. One that differs is judged: a
hand wrote it, or the program writes the name twice.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from keyless.rules.grant import Grant
from keyless.rules.iam_types import (
    ATTACHMENTS_EXCLUSIVE,
    BUDGET_ACTIONS,
    GROUP_NATIVE,
    GROUP_POLICY,
    GROUP_POLICY_NATIVE,
    PEOPLE_ATTACHMENTS,
    PEOPLE_ATTACHMENTS_EXCLUSIVE,
    PERMISSION_SET_ATTACHMENT,
    PERMISSION_SET_NATIVE,
    PERMISSION_SET_POLICY,
    POLICIES_EXCLUSIVE,
    POLICY,
    POLICY_ATTACHMENT,
    POLICY_NATIVE,
    ROLE,
    ROLE_NATIVE,
    ROLE_POLICY,
    ROLE_POLICY_ATTACHMENT,
    ROLE_POLICY_NATIVE,
    ROLES,
    SHARED_POLICY_NATIVE,
    USER,
    USER_NATIVE,
    USER_POLICY,
    USER_POLICY_NATIVE,
)
from keyless.rules.policy_json import plain
from keyless.rules.resources import Resource, Resources, Unknown, listed, text_of, unknowns

Read = TypeVar("Read", bound=Resource)

ROLE_NAME = {ROLE: "name", ROLE_NATIVE: "roleName"}
"""The property that contains a role's name."""

NAME_PREFIX = "namePrefix"
"""What the name begins with that the AWS provider makes up when it creates a role."""

OWN_POLICIES = {
    ROLE: ("inlinePolicies", "name", "policy"),
    ROLE_NATIVE: ("policies", "policyName", "policyDocument"),
    USER_NATIVE: ("policies", "policyName", "policyDocument"),
    GROUP_NATIVE: ("policies", "policyName", "policyDocument"),
}
"""The property of a role, a user or a group with its inline policies, and their own properties."""

INLINE = {
    ROLE_POLICY: ("role", "name", "policy"),
    ROLE_POLICY_NATIVE: ("roleName", "policyName", "policyDocument"),
    SHARED_POLICY_NATIVE: ("roles", "policyName", "policyDocument"),
    POLICY_NATIVE: ("roles", "managedPolicyName", "policyDocument"),
}
"""Resources that carry a document: where they have the roles, its name and the document."""

OF_OTHERS = {
    USER_POLICY: ("name", "policy"),
    USER_POLICY_NATIVE: ("policyName", "policyDocument"),
    GROUP_POLICY: ("name", "policy"),
    GROUP_POLICY_NATIVE: ("policyName", "policyDocument"),
    SHARED_POLICY_NATIVE: ("policyName", "policyDocument"),
    PERMISSION_SET_POLICY: ("permissionSetArn", "inlinePolicy"),
    PERMISSION_SET_NATIVE: ("name", "inlinePolicy"),
}
"""Inline policies of users, groups and permission sets: where each has name and document."""

OF_BUDGET = "definition.iamActionDefinition"
"""What a budget that is spent attaches, and to whom."""

ATTACHMENTS = {
    ROLE_POLICY_ATTACHMENT: ("role", "policyArn"),
    POLICY_ATTACHMENT: ("roles", "policyArn"),
    ATTACHMENTS_EXCLUSIVE: ("roleName", "policyArns"),
    **dict.fromkeys(BUDGET_ACTIONS, (f"{OF_BUDGET}.roles", f"{OF_BUDGET}.policyArn")),
}
"""Resources that attach managed policies: where they have the roles and the ARNs."""

BOUNDED = (*ROLES, USER, USER_NATIVE)
"""Whom a boundary bounds."""

ATTACHED_TO_PEOPLE = {
    POLICY_ATTACHMENT: "policyArn",
    **dict.fromkeys(PEOPLE_ATTACHMENTS, "policyArn"),
    **dict.fromkeys(PEOPLE_ATTACHMENTS_EXCLUSIVE, "policyArns"),
    **dict.fromkeys((USER_NATIVE, GROUP_NATIVE), "managedPolicyArns"),
    PERMISSION_SET_ATTACHMENT: "customerManagedPolicyReference",
    PERMISSION_SET_NATIVE: "customerManagedPolicyReferences",
}
"""Resources that attach a managed policy to users, groups and permission sets, and where."""

MANAGED = {
    POLICY: ("path", "name", "policy"),
    POLICY_NATIVE: ("path", "managedPolicyName", "policyDocument"),
}
"""Managed policies: where they have path, name and document."""

_OF_AN_ACCOUNT = re.compile(r"arn:[^:]*:iam::([0-9]*):policy(/.*)")


@dataclass(frozen=True, slots=True)
class Unattached(Generic[Read]):
    """A resource that grants something to a role which is not known at preview."""

    resource: Read
    unknown: Unknown


@dataclass(frozen=True, slots=True)
class Elsewhere(Generic[Read]):
    """A resource that grants something to a role which the stack does not show."""

    resource: Read
    role: str
    grants: Sequence[Grant]


class Grants(Generic[Read]):
    """The grants of every role in a stack, by the role's URN.

    Roles of two accounts may share a name; what is granted to the name counts for each of them.
    """

    def __init__(self, stack: Resources[Read]) -> None:
        self.unattached: list[Unattached[Read]] = []
        self.elsewhere: list[Elsewhere[Read]] = []
        self._by_urn: dict[str, list[Grant]] = {}
        self._own: dict[str, list[Grant]] = {}
        self._urns_by_name: dict[str, list[str]] = {}
        self._urns_by_prefix: dict[str, list[str]] = {}
        self._managed = _ManagedPolicies(stack)
        for role in stack.of(*ROLES):
            self._add_role(role)
        for resource in stack.of(*INLINE):
            roles, name, document = INLINE[resource.type]
            self._give(resource, roles, [_inline(resource, name, document)])
        for resource in stack.of(*ATTACHMENTS):
            roles, arns = ATTACHMENTS[resource.type]
            self._give(resource, roles, list(self._managed.grants(resource, arns)))
        for resource in stack.of(POLICIES_EXCLUSIVE):
            self._add_unseen(resource)

    def of(self, role: Resource) -> list[Grant]:
        """Return what a role gets, each policy once."""
        given, unique = self._by_urn[role.urn], list[Grant]()
        for grant in (*_beside(self._own[role.urn], given), *given):
            if grant not in unique:
                unique.append(grant)
        return unique

    def _add_role(self, role: Resource) -> None:
        name = text_of(role, ROLE_NAME[role.type])
        if isinstance(name, str):
            self._urns_by_name.setdefault(name.casefold(), []).append(role.urn)
        elif prefix := _name_prefix(role):
            self._urns_by_prefix.setdefault(prefix.casefold(), []).append(role.urn)
        self._by_urn[role.urn], self._own[role.urn] = [], []
        if not _is_computed(role, OWN_POLICIES[role.type][0]):
            self._own[role.urn] += _own(role)
        if not _is_computed(role, "managedPolicyArns"):
            self._by_urn[role.urn] += self._managed.grants(role, "managedPolicyArns")

    def _give(self, resource: Read, key: str, grants: list[Grant]) -> None:
        for name in listed(resource, key):
            if isinstance(name, Unknown):
                self._give_by_dependency(resource, key, name, grants)
            else:
                friendly = str(name).rpartition("/")[2]
                urns = self._urns_by_name.get(friendly.casefold())
                for urn in urns or self._urns_that_may_be(friendly):
                    self._by_urn[urn].extend(grants)
                if not urns:
                    self.elsewhere.append(Elsewhere(resource, friendly, grants))

    def _urns_that_may_be(self, name: str) -> Iterator[str]:
        """Yield the roles that may get a name when they are created."""
        for prefix, urns in self._urns_by_prefix.items():
            if name.casefold().startswith(prefix):
                yield from urns

    def _give_by_dependency(
        self, resource: Read, key: str, unknown: Unknown, grants: list[Grant]
    ) -> None:
        urns = _dependencies(resource, key) & self._by_urn.keys()
        for urn in urns:
            self._by_urn[urn].extend(grants)
        if not urns:
            self.unattached.append(Unattached(resource, unknown))

    def _add_unseen(self, resource: Read) -> None:
        """Give the inline policies that an exclusive list names and no resource shows."""
        for role in listed(resource, "roleName"):
            urns = self._urns_by_name.get(str(role).casefold(), ())
            known = {each.label for urn in urns for each in (*self._own[urn], *self._by_urn[urn])}
            labels = [_inline_label(name) for name in listed(resource, "policyNames")]
            unseen = [Grant(label) for label in labels if label not in known]
            self._give(resource, "roleName", unseen)


def of_others(
    stack: Resources[Read], boundaries: Collection[str]
) -> Iterator[tuple[Read, list[Grant]]]:
    """Yield what users, groups and anybody who gets a managed policy are granted, by its resource.

    `boundaries` are ARNs of managed policies that grant nothing. Policies of AWS's own are not
    judged, as nobody writes them into a stack.
    """
    bounding = {arn.partition(":policy")[2] for arn in boundaries}
    alone = _bounding_alone(stack)
    for resource in stack.of(*OF_OTHERS):
        yield resource, [_inline(resource, *OF_OTHERS[resource.type])]
    for resource in stack.of(USER_NATIVE, GROUP_NATIVE):
        yield resource, list(_own(resource))
    for resource in stack.of(*MANAGED):
        if resource.account == "aws" or resource.urn in alone:
            continue
        path, name, document = MANAGED[resource.type]
        own_name = resource.properties.value(name)
        if f"{resource.properties.value(path) or '/'}{own_name}" not in bounding:
            label = f'managed policy "{own_name}"'
            yield resource, [_grant(label, resource.properties.value(document))]


def _bounding_alone(stack: Resources[Read]) -> frozenset[str]:
    """Return the URNs of managed policies that bound somebody, and that nothing attaches.

    What is attached to a role is judged as the role's.
    """
    bounds = {each for r in stack.of(*BOUNDED) for each in _policies_in(r, "permissionsBoundary")}
    attached = {
        each
        for kind, key in ATTACHED_TO_PEOPLE.items()
        for resource in stack.of(kind)
        for each in _policies_in(resource, key)
    }
    alone = set()
    for policy in stack.of(*MANAGED):
        path, name, _ = MANAGED[policy.type]
        known = f"{policy.properties.value(path) or '/'}{policy.properties.value(name)}"
        own = {policy.urn, known}
        if own & bounds and not own & attached:
            alone.add(policy.urn)
    return frozenset(alone)


def _policies_in(resource: Resource, key: str) -> Iterator[str]:
    """Yield the managed policies that a property names, each by path and name, or by its URN."""
    for value in listed(resource, key):
        if isinstance(value, Unknown):
            yield from _dependencies(resource, key)
        elif isinstance(value, Mapping):
            yield f"{value.get('path') or '/'}{value.get('name')}"
        else:
            yield str(value).partition(":policy")[2]


def path_and_name(role: Resource) -> str:
    """Return a role's path with its name, as in `/keyless/deploy`; `?` stands for an unknown.

    Of a name that comes later the prefix is known, as in `/keyless/deploy-?`.
    """
    path = text_of(role, "path") or "/"
    name = text_of(role, ROLE_NAME[role.type])
    known = name if isinstance(name, str) else f"{_name_prefix(role)}?"
    return f"{path if isinstance(path, str) else '?'}{known}"


def _name_prefix(role: Resource) -> str:
    prefix = text_of(role, NAME_PREFIX)
    return prefix if isinstance(prefix, str) else ""


class _ManagedPolicies:
    """The managed policies that a stack shows."""

    def __init__(self, stack: Resources[Resource]) -> None:
        self._by_urn: dict[str, Resource] = {}
        self._by_name: dict[str, list[Resource]] = {}
        for policy in stack.of(*MANAGED):
            path, name, _ = MANAGED[policy.type]
            parts = (text_of(policy, path) or "/", text_of(policy, name))
            self._by_urn[policy.urn] = policy
            if all(isinstance(part, str) for part in parts):
                self._by_name.setdefault("{}{}".format(*parts), []).append(policy)

    def grants(self, resource: Resource, key: str) -> Iterator[Grant]:
        """Yield the policies whose ARNs a property of a resource lists."""
        for arn in listed(resource, key):
            if not isinstance(arn, Unknown):
                yield from self._by_arn(str(arn))
                continue
            urns = _dependencies(resource, key) & self._by_urn.keys()
            for urn in sorted(urns):
                yield self._shown(self._by_urn[urn], urn.rpartition("::")[2])
            if not urns:
                yield Grant("managed policy", unknown=arn.path)

    def _by_arn(self, arn: str) -> Iterator[Grant]:
        """Yield the policy of an ARN; more where accounts that are not known share its name."""
        unseen = Grant(f'managed policy "{arn}"', None, arn)
        found = _OF_AN_ACCOUNT.fullmatch(arn)
        if found is None:
            yield unseen
            return
        account, name = found.groups()
        alike = [each for each in self._by_name.get(name, ()) if each.account in ("", account)]
        yield from [self._shown(policy, name.rpartition("/")[2]) for policy in alike] or [unseen]

    def _shown(self, policy: Resource, name: str) -> Grant:
        path, own_name, document = MANAGED[policy.type]
        parts = (text_of(policy, path) or "/", text_of(policy, own_name))
        known = "".join(part if isinstance(part, str) else "?" for part in parts)
        label = f'managed policy "{name}"'
        return _grant(label, policy.properties.value(document), f"policy{known}")


def _inline(resource: Resource, name_key: str, document_key: str) -> Grant:
    document = resource.properties.value(document_key)
    name = resource.properties.value(name_key)
    return _grant(_inline_label(name), document)


def _grant(label: str, document: object, arn: str = "") -> Grant:
    """Return a grant of a document that the stack shows; what is empty allows nothing."""
    if unknown := next(unknowns(document), None):
        return Grant(label, arn=arn, unknown=unknown.path)
    return Grant(label, document or {}, arn)


def _own(role: Resource) -> Iterator[Grant]:
    """Yield the inline policies of a role, user or group; an entry without content is none."""
    key, name_key, document_key = OWN_POLICIES[role.type]
    for policy in listed(role, key):
        if isinstance(policy, Unknown):
            yield Grant("inline policy", unknown=policy.path)
        elif isinstance(policy, Mapping) and any(policy.values()):
            document = policy.get(document_key)
            name = policy.get(name_key)
            yield _grant(_inline_label(name), document)


def _beside(own: list[Grant], given: list[Grant]) -> Iterator[Grant]:
    """Yield a role's own inline policies that no resource of the same name says as well."""
    for grant in own:
        named = [each for each in given if each.label == grant.label]
        if not named:
            yield grant
        elif not any(_says_the_same(grant, each) for each in named):
            yield replace(grant, label=f"{grant.label} as the role itself has it")


def _says_the_same(one: Grant, other: Grant) -> bool:
    """Compare two documents, text or data; what cannot be read equals nothing."""
    documents = [plain(each.document) for each in (one, other)]
    first, second = (json.dumps(each, sort_keys=True) if each else "" for each in documents)
    return bool(first) and first == second


def _is_computed(role: Resource, key: str) -> bool:
    """Tell whether a property is unknown because the program left it to AWS.

    The provider then fills it from what is attached to the role, which other resources show. What
    the program itself leaves unknown depends on another resource.
    """
    unknown = isinstance(role.properties.value(key), Unknown)
    return unknown and not role.property_dependencies.get(key)


def _dependencies(resource: Resource, key: str) -> frozenset[str]:
    return resource.property_dependencies.get(key.partition(".")[0], frozenset())


def _inline_label(name: object) -> str:
    return f'inline policy "{name}"' if isinstance(name, str) else "inline policy"
