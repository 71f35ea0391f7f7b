"""Whether an ARN, or a pattern of ARNs, names a role or a managed policy of IAM.

A role is given by its path and name, as in `/keyless/deploy`, a policy by `/keyless/boundary`:
accounts are not compared, since a stack does not always know its own. Letter case does not count. A
policy variable is any text. Of a role whose name comes later, the part before `?` is known, as in
`/keyless/deploy-?`: what fits some name that begins so names it. Where no letter of the name is
known, only patterns do, since nobody can write that name out yet.
"""

import re

from keyless.facts import ADMINISTRATOR_ROLES
from keyless.wildcards import matches, may_begin, without_variables

ROLE_ARNS = re.compile(r"arn:[^:\s\"']*:(?:iam|sts):[^\s\"',;]*?(?:assumed-)?role/[^\s\"',;\\]+")
"""What may be the ARN of a role or of its session, anywhere in a text."""

_ROLE_ID = "aroa"
"""What the id of a role begins with, in lower case; that of its session goes on with its name."""


def names_role(arn: str, role: str) -> bool:
    """Say whether an ARN, a pattern of ARNs, or that of a session names a role."""
    resource, named = _resource(arn), f"role{role.casefold()}"
    if resource.startswith("assumed-role/"):
        resource, named = resource.split("/")[1], named.rpartition("/")[2]
    known, comes_later, _ = named.partition("?")
    if not comes_later:
        return matches(resource, named)
    has_letters = bool(known.rpartition("/")[2])
    return (has_letters or _is_wild(resource)) and may_begin(resource, known)


def names_id(text: str, role_id: str) -> bool:
    """Say whether an id, a pattern of ids, or that of a session is the one that AWS gave a role.

    Where the role's own is empty, since it is not known, any role's may be it.
    """
    pattern = without_variables(text.casefold()).partition(":")[0]
    if role_id:
        return matches(pattern, role_id.casefold())
    return pattern.startswith((_ROLE_ID, "*", "?"))


def names_policy(arn: str, policy: str) -> bool:
    """Say whether an ARN, or a pattern of ARNs, names a managed policy."""
    return matches(_resource(arn), f"policy{policy.casefold()}")


def names_administrator(arn: str) -> bool:
    """Say whether an ARN names a role that is an administrator unless somebody changed it."""
    resource = arn.casefold()
    return any(matches(f"arn:*:role/{name.casefold()}", resource) for name in ADMINISTRATOR_ROLES)


def names_provider(arn: str, issuer: str) -> bool:
    """Say whether an ARN, or a pattern of ARNs, names the OIDC provider of an issuer."""
    return matches(_resource(arn), f"oidc-provider/{issuer.casefold()}")


def _resource(arn: str) -> str:
    """Return what an ARN of IAM names in its account: anything if it is a pattern of ARNs."""
    text = without_variables(arn.casefold())
    parts = text.split(":", 5)
    if len(parts) < 6:
        return "*" if _is_wild(text) else ""
    return parts[5] if _is_wild(parts[2]) or parts[2] in ("iam", "sts") else ""


def _is_wild(text: str) -> bool:
    return "*" in text or "?" in text
