"""Block a grant of another resource to a role that GitHub reaches, wider than its own may be.

Attack: the role's own policies look harmless, and the policy of a bucket, a key, a queue or a
secret names the role, or an access entry makes it an administrator of a cluster.

Not judged: policies that name everybody or a whole account, except that of a bucket of state; a
role that a service acts with, or that a program is given; resources outside of the stack.

Source: "Identity-based policies and resource-based policies", AWS IAM User Guide.
"""

import re
from collections.abc import Collection, Iterable, Iterator

from pulumi_policy import Severity

from keyless.rules.arns import names_role
from keyless.rules.environments import review_prefixes
from keyless.rules.grant import Grant
from keyless.rules.iam_types import ROLES, folded
from keyless.rules.reading import beyond_reading
from keyless.rules.resource_policies import (
    UNREAD,
    Named,
    gives,
    granted_to,
    itself,
    may_grant,
    named_in,
)
from keyless.rules.resources import unknowns
from keyless.rules.review import beyond_review
from keyless.rules.scope import unscoped
from keyless.rules.stack_reach import ReachedRole, id_of, tags_of
from keyless.rules.state import on_state
from keyless.rules.writing import ungated_writes
from policypack.enforcement import Judging, stack_policy
from policypack.finding import Finding
from policypack.reading import Resource
from policypack.roles import reach
from policypack.settings import settings_of
from policypack.stack import Stack

DOCUMENTS = re.compile(
    r"(?:.*\.)?(?:\w*(?:polic(?:y|ies)|document)|statement|details)(?:\.\d+)?", re.IGNORECASE
)
PRINCIPALS = re.compile(
    r"(?:.*\.)?\w*(?:principals?|grantees?(?:identifier)?|admins?)(?:arns?)?(?:\.\d+)?",
    re.IGNORECASE,
)
"""Paths of properties whose value may name a role, so that it has to be known at preview."""

GRANTS = re.compile(r".*(?:policy|permissions?|grant|accessentry|principalassociation)")
"""Folded types that are nothing but a grant: AWS fills in none of what they say."""

OTHERWISE = (
    "Grant it in the role's own policies, or list its type and name under accepted_types in the "
    "pack's settings, with a reason."
)


def given(
    resource: Resource, roles: Iterable[ReachedRole[Resource]], *, accepted: bool
) -> Iterator[Finding]:
    """Refuse what a resource gives to roles, by the rules for their own policies.

    What is `accepted` is what cannot be read; a document that can be read is judged all the same.
    """
    properties = resource.properties.everything()
    documents, mentions = named_in(resource.type, properties)
    unknown = [each for each in _unknown(resource) if gives(resource.type, properties, each[0])]
    if accepted:
        mentions, unknown = [], []
    if not documents and not mentions and not unknown:
        return
    for each in roles:
        where = f'it names the role "{each.name.rpartition("/")[2]}" that GitHub reaches: '
        for label, document in documents:
            granted = granted_to(_named(each, itself(resource)), document, itself(resource))
            for sentence in _beyond(each, Grant(label, granted)) if granted else ():
                yield Finding(f"{where}{sentence}")
        for path, arn in mentions:
            if names_role(arn, each.name) or names_role(arn, each.name_alone):
                yield Finding(f"{where}{path} {UNREAD} {OTHERWISE}")
        for path, urns in unknown:
            if each.role.urn in urns:
                yield Finding(
                    f"{where}{path} is not known at preview. What it gives the role may be more "
                    "than it has. Write the role's ARN composed as text."
                )


def hidden(resource: Resource, roles: Collection[str]) -> Iterator[Finding]:
    """Refuse a policy or a principal that is not known at preview, since it may name a role.

    `roles` are the URNs of the stack's roles: a principal that comes from them alone is one of
    them, and `given` judges those that GitHub reaches.
    """
    unknown = dict(_unknown(resource))
    if GRANTS.fullmatch(folded(resource.type)):
        found = (next(unknowns(value), None) for value in resource.properties.everything().values())
        unknown = {each.path: frozenset[str]() for each in found if each} | unknown
    for path, urns in unknown.items():
        is_of_roles = bool(urns) and urns.issubset(roles)
        if DOCUMENTS.fullmatch(path) or (PRINCIPALS.fullmatch(path) and not is_of_roles):
            yield Finding(
                f"{path}: not known at preview. It may name a role that GitHub reaches. Write the "
                "document as text with ARNs composed as text."
            )


def _unknown(resource: Resource) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield what is not known at preview since it comes from another resource, with its URNs."""
    for key, urns in resource.property_dependencies.items():
        if unknown := next(unknowns(resource.properties.value(key)), None):
            yield unknown.path, urns


def _named(role: ReachedRole[Resource], arn: str) -> Named:
    """Return how a policy names a role; that of a bucket of state names it as everybody, too."""
    closed = settings_of(role.role.stack).state_buckets_closed_to(role.role_name)
    is_closed = arn.rpartition(":")[2] in closed
    return Named(role.name, tags_of(role.role), is_closed, id_of(role.role))


def _beyond(role: ReachedRole[Resource], grant: Grant) -> Iterator[str]:
    settings = settings_of(role.role.stack)
    yield from unscoped([grant], (), role.name)
    yield from on_state([grant], settings.state_buckets_closed_to(role.role_name))
    if role.is_of_pull_requests:
        yield from beyond_reading([grant])
    for prefix in review_prefixes(role.contexts, settings.review_environments):
        yield from beyond_review([grant], prefix)
    if settings.write_needs_environment:
        yield from ungated_writes(role.refs, [grant])


def validate(stack: Stack, judging: Judging) -> None:
    """Judge every resource that may grant something to a role that GitHub reaches."""
    roles = reach(stack).roles
    if not roles:
        return
    known = frozenset(each.urn for each in stack.of(*ROLES))
    for resource in stack.where(may_grant):
        with judging(resource) as report:
            accepted = settings_of(resource.stack).accepts(resource.type, resource.name)
            for finding in given(resource, roles, accepted=accepted):
                report(finding)
            for finding in () if accepted else hidden(resource, known):
                report(finding)


POLICY = stack_policy(
    "resource-grants-judged",
    display_name="Other resources give a role nothing more",
    description="What a resource grants to a role that GitHub reaches, the role itself may have.",
    severity=Severity.HIGH,
    remediation_steps="Grant named actions on named resources in the role's own policies.",
    validate=validate,
)
