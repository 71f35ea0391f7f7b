"""Write the resource control policy that refuses the tokens of every other owner.

It denies `sts:AssumeRoleWithWebIdentity` to tokens of GitHub whose owner is none of the named, for
each role of each account below it, no matter who made the role. Tokens of other issuers carry none
of its keys, and are left alone. It grants nothing: trust policies decide as before. No such policy
holds for the roles of the management account.

Sources: AWS Organizations user guide, "Resource control policies (RCPs)"; IAM user guide, "IAM and
AWS STS condition context keys".
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from keyless import facts
from keyless.estate.settings import Guardrail, Settings
from keyless.estate.trust_policy import document_size

LARGEST_POLICY = 5120
"""Characters of a resource control policy ("Quotas and service limits for AWS Organizations")."""

ACTION = "sts:AssumeRoleWithWebIdentity"


class GuardrailError(ValueError):
    """A policy that cannot be written, in a sentence without its place."""


@dataclass(frozen=True)
class Owner:
    """An owner whose repositories stay: its login, and the id that no rename changes."""

    login: str
    id: int


def guardrail_of(settings: Settings, guardrail: Guardrail) -> Mapping[str, Any]:
    """Return the policy that a stack creates.

    Owners are the stack's own and those that `keyless:guardrail` names besides. An enterprise's own
    issuer is github.com's with a path, with the same owners: roles that trust either are guarded.
    Raises GuardrailError where it is longer than AWS takes (`read_settings` finds that).
    """
    named = {settings.owner: settings.owner_id, **guardrail.owners}
    issuer = settings.issuer.key_prefix
    issuers = [issuer, *([facts.GITHUB_COM] if issuer.startswith(f"{facts.GITHUB_COM}/") else [])]
    owners = [Owner(login, number) for login, number in named.items()]
    return guardrail_document(owners, issuers, settings.partition.name)


def guardrail_document(
    owners: Sequence[Owner], issuers: Sequence[str], partition: str
) -> Mapping[str, Any]:
    """Return the policy for some owners and issuers; the latter are without the scheme.

    Raises GuardrailError where there is nobody to keep, or more than a policy takes.
    """
    if not owners or not issuers:
        raise GuardrailError(
            "no owner or no issuer. The policy would keep everybody out, or nobody. Name one of "
            "each at least."
        )
    policy: dict[str, Any] = {
        "Version": "2012-10-17",
        "Statement": [_statement(owners, issuer, partition) for issuer in issuers],
    }
    size = document_size(policy)
    if size > LARGEST_POLICY:
        raise GuardrailError(
            f"a policy of {size} characters for {len(owners)} owners, AWS takes {LARGEST_POLICY}. "
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
        own = [
            f"{facts.REPOSITORY_PREFIX}{o.login}{form}/*"
            for o in owners
            for form in ("", f"@{o.id}")
        ]
        foreign = {"StringNotLikeIfExists": {f"{issuer}:sub": own}}
    return {
        "Effect": "Deny",
        "Principal": "*",
        "Action": ACTION,
        "Resource": "*",
        "Condition": {"Null": {f"{issuer}:sub": "false"}, **foreign},
    }
