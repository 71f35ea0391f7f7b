"""Block a grant of another resource to a role that GitHub reaches, wider than its own may be.

Attack: the role's own policies look harmless, and the policy of a bucket, a key, a queue or a
secret names the role, or an access entry makes it an administrator of a cluster.

Not judged: policies that name everybody or a whole account; resources outside of the stack.

Source: "Identity-based policies and resource-based policies", AWS IAM User Guide.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from pulumi_policy import Severity

from keyless.rules.arns import ROLE_ARNS, names_role
from keyless.rules.grant import Grant
from keyless.rules.policy_json import plain
from keyless.rules.reading import beyond_reading
from keyless.rules.resource_policies import granted_to
from keyless.rules.resources import unknowns
from keyless.rules.scope import unscoped
from keyless.rules.stack_reach import ReachedRole
from keyless.rules.writing import ungated_writes
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.reading import Resource
from policypack.roles import reach
from policypack.settings import settings_of
from policypack.stack import Stack

GRANTING = re.compile(
    r"(?!aws(-native)?:iam:|aws(-native)?:ssm:parameter|aws:s3:bucketobject|aws:cloudwatch:(?:event"
    r"rule|logmetricfilter|dashboard)|aws-native:events:rule)(?:aws|awscc|eks|kubernetes)[^:]*:.*"
)
"""Folded types of packages that may grant something to a role, save those that only mention it."""

LABELS = frozenset({"arn", "description", "id", "tags", "tagsAll", "urn"})
"""Properties that say what a resource is, and give nobody anything."""

DOCUMENTS = re.compile(r"policy|principal", re.IGNORECASE)
"""Names of properties whose value may name a role, so that it has to be known at preview."""

OTHERWISE = (
    "Grant it in the role's own policies, or list its type and name under accepted_types in the "
    "pack's settings, with a reason."
)


def given(resource: Resource, roles: Iterable[ReachedRole[Resource]]) -> Iterator[Finding]:
    """Refuse what a resource gives to roles, by the rules for their own policies."""
    documents, mentions = _read(resource)
    unknown = list(_unknown(resource))
    if not documents and not mentions and not unknown:
        return
    for each in roles:
        where = f'it names the role "{each.name.rpartition("/")[2]}" that GitHub reaches: '
        for label, document in documents:
            granted = granted_to(each.name, document)
            for sentence in _beyond(each, Grant(label, granted)) if granted else ():
                yield Finding(f"{where}{sentence}")
        for path, arn in mentions:
            if names_role(arn, each.name):
                yield Finding(
                    f"{where}{path} is no policy that can be judged. What it gives the role may be "
                    f"more than it has. {OTHERWISE}"
                )
        for path, urns in unknown:
            if each.role.urn in urns:
                yield Finding(
                    f"{where}{path} is not known at preview. What it gives the role may be more "
                    "than it has. Write the role's ARN composed as text."
                )


def hidden(resource: Resource) -> Iterator[Finding]:
    """Refuse a policy that is not known at preview, since it may name a role."""
    for path, _ in _unknown(resource):
        if DOCUMENTS.search(path):
            yield Finding(
                f"{path}: not known at preview. It may name a role that GitHub reaches. Write the "
                "document as text with ARNs composed as text."
            )


def _unknown(resource: Resource) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what is not known at preview since it comes from another resource, with its URNs."""
    for key, urns in resource.property_dependencies.items():
        if unknown := next(unknowns(resource.properties.value(key)), None):
            yield unknown.path, urns


def _beyond(role: ReachedRole[Resource], grant: Grant) -> Iterator[str]:
    yield from unscoped([grant], ())
    if role.is_of_pull_requests:
        yield from beyond_reading([grant])
    if settings_of(role.role.stack).write_needs_environment:
        yield from ungated_writes(role.refs, [grant])


def _read(
    resource: Resource,
) -> tuple[list[tuple[str, Mapping[str, object]]], list[tuple[str, str]]]:
    """Return the policy documents of a resource, and the ARNs of roles outside of them."""
    documents: list[tuple[str, Mapping[str, object]]] = []
    mentions: list[tuple[str, str]] = []
    waiting = [
        (key, value) for key, value in resource.properties.everything().items() if key not in LABELS
    ]
    while waiting:
        path, value = waiting.pop()
        read = plain(value) if isinstance(value, str) and value.lstrip()[:1] in "{[" else value
        if isinstance(read, Mapping) and any(key.lower() == "statement" for key in read):
            documents.append((path, read))
        elif isinstance(read, Mapping):
            waiting += [(f"{path}.{key}", inner) for key, inner in read.items()]
            waiting += [(path, str(key)) for key in read]
        elif isinstance(read, list):
            waiting += [(f"{path}.{index}", inner) for index, inner in enumerate(read)]
        else:
            text = value if isinstance(value, str) else ""
            mentions += [(path, arn) for arn in ROLE_ARNS.findall(text)]
    return documents[::-1], mentions[::-1]


def validate(stack: Stack, judging: Judging) -> None:
    """Judge every resource that may grant something to a role that GitHub reaches."""
    roles = reach(stack).roles
    if not roles:
        return
    for resource in stack.where(lambda kind: GRANTING.fullmatch(kind) is not None):
        with judging(resource) as report:
            if settings_of(resource.stack).accepts(resource.type, resource.name):
                continue
            for finding in (*given(resource, roles), *hidden(resource)):
                report(finding)


POLICY = stack_policy(
    "resource-grants-judged",
    display_name="Other resources give a role nothing more",
    description="What a resource grants to a role that GitHub reaches, the role itself may have.",
    severity=Severity.HIGH,
    remediation_steps="Grant named actions on named resources in the role's own policies.",
    validate=validate,
)
