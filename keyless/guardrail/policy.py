"""Write the resource control policy that refuses the tokens of every other owner.

It denies `sts:AssumeRoleWithWebIdentity` to tokens of GitHub whose owner is none of the named, for
each role of each account below it, whoever made the role. Tokens of other issuers carry none of its
keys, and are left alone. It grants nothing: trust policies decide as before.

Sources: AWS Organizations user guide, "Resource control policies (RCPs)"; IAM user guide, "IAM and
AWS STS condition context keys".
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keyless import facts

LARGEST_POLICY = 5120
"""Characters of a resource control policy ("Quotas and service limits for AWS Organizations")."""

ACTION = "sts:AssumeRoleWithWebIdentity"


class GuardrailError(Exception):
    """A policy that cannot be written, in a sentence."""


@dataclass(frozen=True)
class Owner:
    """An owner whose repositories stay: its login, and the id that no rename changes."""

    login: str
    id: int


def guardrail(owners: Sequence[Owner], issuers: Sequence[str], partition: str) -> Mapping[str, Any]:
    """Return the policy for some owners and issuers; the latter are without the scheme.

    Raises GuardrailError where there is nobody to keep, or more than a policy takes.
    """
    if not owners or not issuers:
        raise GuardrailError(
            "guardrail: no owner or no issuer. It would keep everybody out, or nobody. Name one of "
            "each at least."
        )
    policy = {
        "Version": "2012-10-17",
        "Statement": [_statement(owners, issuer, partition) for issuer in issuers],
    }
    size = len(json.dumps(policy, separators=(",", ":")))
    if size > LARGEST_POLICY:
        raise GuardrailError(
            f"guardrail: {size} characters for {len(owners)} owners, AWS takes {LARGEST_POLICY}. "
            "Two such policies side by side would refuse each other's owners. Write one for each "
            "organizational unit, with its own owners."
        )
    return policy


def _statement(owners: Sequence[Owner], issuer: str, partition: str) -> Mapping[str, Any]:
    """Deny the tokens of one issuer; by its subject where AWS documents no key for the owner's id.

    `Null` limits it to requests with a token of this issuer, whose `sub` alone is under its name.
    """
    if facts.documents_github_claims(issuer, partition):
        ids = [str(owner.id) for owner in owners]
        foreign = {"StringNotEqualsIfExists": {f"{issuer}:repository_owner_id": ids}}
    else:
        own = [f"repo:{o.login}{form}/*" for o in owners for form in ("", f"@{o.id}")]
        foreign = {"StringNotLikeIfExists": {f"{issuer}:sub": own}}
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ACTION,
        "Resource": "*",
        "Condition": {"Null": {f"{issuer}:sub": "false"}, **foreign},
    }
