"""Roles that a session goes on to with the preset `assume`, and the trust policy each needs.

Such a role belongs to somebody else: nothing here makes it, so its trust policy is printed to be
copied. It names roles by their ARNs. AWS keeps the id behind an ARN: a role that is made anew is
let in only after the trust policy was written once more ("AWS JSON policy elements: Principal", IAM
User Guide).
"""

from collections.abc import Iterable
from typing import Any

from keyless.estate.presets.assume import trust_of_assumed
from keyless.stack.role import Role


def other_sides(roles: Iterable[Role]) -> dict[str, dict[str, Any]]:
    """Return the trust policy of every role that some role goes on to, by its ARN."""
    assuming: dict[str, list[str]] = {}
    for role in roles:
        for arn in role.assumes:
            assuming.setdefault(arn, []).append(role.role_arn)
    return {arn: trust_of_assumed(*dict.fromkeys(by)) for arn, by in assuming.items()}
