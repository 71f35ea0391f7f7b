"""Find values for the claims that a policy compares beside the subject.

Every claim is settled by itself: the token is the asker's own, and what the subject says of a claim
is handed in as a fact. A claim whose values are written out is looked up; the search is asked only
about wildcards.
"""

from collections.abc import Mapping
from typing import Final

from keyless.trust.automata import Steps, SubjectAutomaton
from keyless.trust.claims import (
    CLAIM_PIECES,
    REF_CLAIM_PIECES,
    REFS_OF_MODE,
    SOMETIMES_ABSENT,
    Piece,
    Values,
    take_apart,
)
from keyless.trust.demands import Demands, Limits
from keyless.trust.search import Question, find

Claims = Mapping[str, Values | None]
"""For each claim the characters of its fields, None for a claim that the token lacks."""

_TENANT_CLAIMS: Final = {
    "repository_id": ("repo_id",),
    "repository_owner_id": ("owner_id",),
    "enterprise_id": ("enterprise_id",),
    "repository": ("owner", "repo"),
}


class UndecidedError(Exception):
    """Say why nobody can tell who gets in."""


class Settler:
    """Settle claims, remembering what has been settled for the same demands."""

    def __init__(self, steps: Steps) -> None:
        self._steps = steps

    def settle(
        self,
        demands: Demands,
        mode: str,
        requirements: Mapping[str, str],
        stated: Mapping[str, str],
    ) -> dict[str, Values | None] | None:
        """Find a value for every demanded claim, the subject aside; None when one has none."""
        claims: dict[str, Values | None] = {}
        for claim, limits in demands.limits.items():
            if claim == "sub":
                continue
            if claim in stated:
                if not limits.admits(stated[claim], self._steps):
                    return None
            elif claim == "environment" and mode != "environment":
                if not limits.absent_passes:
                    return None
                claims[claim] = None
            elif not self._settle_claim(demands, claims, claim, mode, requirements):
                return None
        if any(_TENANT_FIELDS.get(field) in stated for field in requirements):
            return None
        return claims

    def leaves_open(self, demands: Demands, requirements: Mapping[str, str]) -> bool:
        """Tell whether the claims that name a tenant leave room for the required characters."""
        return all(
            self._settle_claim(demands, {}, claim, "environment", requirements)
            for claim in _TENANT_CLAIMS
            if claim in demands.limits
        )

    def _settle_claim(
        self,
        demands: Demands,
        claims: dict[str, Values | None],
        claim: str,
        mode: str,
        requirements: Mapping[str, str],
    ) -> bool:
        limits = demands.limits[claim]
        if limits.present_passes:
            fields = _FIELDS.get(claim, ())
            required = tuple(requirements.get(field, "") for field in fields)
            key = (claim, mode if claim == "ref" else "", required)
            if key not in demands.settled:
                demands.settled[key] = self._value(demands, claim, limits, mode, requirements)
            claims[claim] = demands.settled[key]
            if claims[claim] is not None:
                return True
        claims[claim] = None
        may_be_absent = claim in SOMETIMES_ABSENT and claim != "environment"
        return may_be_absent and limits.absent_passes

    def _value(
        self,
        demands: Demands,
        claim: str,
        limits: Limits,
        mode: str,
        requirements: Mapping[str, str],
    ) -> Values | None:
        pieces = [CLAIM_PIECES[claim]] if claim != "ref" else _ref_pieces(mode)
        required = any(requirements.get(field) for field in _FIELDS.get(claim, ()))
        listed = limits.listed(self._steps)
        if listed is not None:
            if required and claim != "repository":
                return None
            if not required:
                return self._look_up(pieces, listed)
        anything = SubjectAutomaton((), self._steps)
        found = find(Question(anything, demands.claims(), requirements, self._steps), pieces)
        return None if found is None else found[0][1]

    def _look_up(self, pieces: list[Piece], listed: frozenset[str]) -> Values | None:
        self._steps.take(len(listed))
        for literal in sorted(listed):
            for piece in pieces:
                fields = take_apart(piece, literal)
                if fields is not None:
                    return fields
        return None


_FIELDS: Final = {
    **_TENANT_CLAIMS,
    "ref": ("branch", "tag"),
    "environment": ("environment",),
}
_TENANT_FIELDS: Final = {
    "owner": "repository",
    "repo": "repository",
    "owner_id": "repository_owner_id",
    "repo_id": "repository_id",
}


def _ref_pieces(mode: str) -> list[Piece]:
    return [REF_CLAIM_PIECES[kind] for kind in REFS_OF_MODE[mode]]
