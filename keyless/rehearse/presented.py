"""Present one token to every role, and say why it gets in or what refuses it."""

from collections.abc import Sequence
from dataclasses import dataclass

from keyless.rehearse.claims_file import ClaimValues
from keyless.rehearse.diagnosis import diagnose
from keyless.rehearse.refusal import Ruling, rule
from keyless.rehearse.roles import RehearsedRole

LATER = "Write a later day as `until` of the role in the stack file, or leave it out."
"""What to write where a role's time has ended."""


@dataclass(frozen=True)
class Presented:
    """What one token came to at one role; `advice` says what to change where that is clear.

    `is_own` tells whether the role is for the repository of the token.
    """

    role: RehearsedRole
    ruling: Ruling
    advice: tuple[str, ...]
    is_own: bool


def present(roles: Sequence[RehearsedRole], claims: ClaimValues) -> tuple[Presented, ...]:
    """Return what the token comes to at each role, the nearest role first."""
    presented = [_present(role, claims) for role in roles]
    return tuple(sorted(presented, key=_distance))


def _present(role: RehearsedRole, claims: ClaimValues) -> Presented:
    ruling = rule(role.judgement, claims, role.ended)
    own = {name.casefold() for name in role.repositories}
    repository = claims.get("repository")
    is_own = isinstance(repository, str) and repository.casefold() in own
    is_late = not ruling.admitted and rule(role.judgement, claims).admitted
    advice = (LATER,) if is_late else diagnose(ruling, claims, role.described)
    return Presented(role, ruling, advice, is_own)


def _distance(presented: Presented) -> tuple[bool, bool, int]:
    ruling = presented.ruling
    return not ruling.admitted, not presented.is_own, len(ruling.refusing) or 99
