"""IAM roles as policies see them: who a role's trust policy lets in.

A trust policy is judged once for each text; what is not known at preview is not judged at all.
"""

import json
import re
from functools import lru_cache

from keyless.rules.iam_types import ROLES
from keyless.rules.resources import Unknown
from keyless.rules.stack_reach import Reach, trust_document
from keyless.trust import Judgement, Verdict, judge
from policypack.reading import Resource
from policypack.settings import settings_of
from policypack.stack import Stack


def trust_text(role: Resource) -> str | Unknown:
    """Return a role's trust policy as text.

    Returns the first value that is not known at preview, if there is one: then nothing in the
    document is safe to rely on. A value of Pulumi's that is no JSON, as an asset, becomes a text.
    """
    document = trust_document(role)
    if isinstance(document, str | Unknown):
        return document
    return json.dumps(document, default=str)


def trust_of(role: Resource) -> Judgement | Unknown:
    """Judge the trust policy of a role, or return its first value not known at preview."""
    text = trust_text(role)
    if isinstance(text, Unknown):
        return text
    return judged(text, settings_of(role.stack).other_issuers)


def github_trust_of(role: Resource) -> Judgement | None:
    """Judge the trust policy of a role; None when it is another issuer's or cannot be judged.

    Whatever cannot be judged is blocked by `trust-readable`.
    """
    trust = trust_of(role)
    if isinstance(trust, Unknown) or trust.verdict in (Verdict.NOT_GITHUB, Verdict.UNKNOWN):
        return None
    return trust


def github_roles(stack: Stack) -> list[tuple[Resource, Judgement]]:
    """Return each role of a stack that trusts GitHub, with its judgement."""
    judged = ((role, github_trust_of(role)) for role in stack.of(*ROLES))
    return [(role, trust) for role, trust in judged if trust]


def reach(stack: Stack) -> Reach[Resource]:
    """Return which roles of a stack GitHub reaches."""
    return Reach(stack, {role.urn: trust for role, trust in github_roles(stack)})


def partition_of(role: Resource) -> str:
    """Return the partition of the first ARN in a role's trust policy, `aws` without one."""
    found = re.search(r"arn:(aws[a-z-]*):", str(trust_text(role)))
    return found[1] if found else "aws"


@lru_cache(maxsize=16384)
def judged(document: str, other_issuers: tuple[str, ...]) -> Judgement:
    """Judge a trust policy, given as text, once; `other_issuers` are other vendors'."""
    return judge(document, other_issuers=other_issuers)
