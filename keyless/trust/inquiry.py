"""Ask whether one case lets in a token of some kind: a subject, and a value for each claim.

Every claim is settled by itself, for the token is the asker's own; the claims that a subject shows
are compared once more while it is read.
"""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from keyless.trust.claims import (
    CLAIM_PIECES,
    DEFAULT_SUBJECTS,
    FORMS,
    REF_CLAIM_PIECES,
    REF_PIECES,
    REFS,
    REFS_OF_MODE,
    SOMETIMES_ABSENT,
    SUB,
    TEMPLATE_PIECES,
    Piece,
    ReadPiece,
)
from keyless.trust.demands import Case
from keyless.trust.pattern import OTHER
from keyless.trust.search import Question, Steps

DEFAULT: Final = "default subject"
OWN: Final = "own template"
ANY: Final = "any template"

_BEHIND_CONTEXT: Final = {
    "environment": frozenset(map(id, REF_PIECES.values())),
    "pull_request": frozenset({id(REF_PIECES["branch"])}),
}
"""Refs that an own template shows behind the context alone: one that comes first is the context."""

Claims = Mapping[str, ReadPiece | None]
"""The values of the claims that are compared, None for a claim that the token lacks."""


class Admission(NamedTuple):
    """Describe a token that gets in: what was asked for, its subject, and the claims compared."""

    mode: str
    template: str
    requirements: Mapping[str, str]
    subject: tuple[ReadPiece, ...]
    claims: Claims

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """List the fields of the subject and of the claims, those of the subject first."""
        pieces = (*self.subject, *filter(None, self.claims.values()))
        return tuple(field for _, fields in pieces for field in fields)

    def text(self, field: str) -> str | None:
        """Give the literal text of a field; None when it is open or not stated."""
        texts = (text for name, text in self.fields if name == field and OTHER not in text)
        return next(texts, None)

    def ref(self, text: Callable[[str], str]) -> str:
        """Write the ref of the job, given how to write the field in it."""
        stated = {name for name, _ in self.fields}
        usual = {"pull_request": "pull", "tag": "tag"}.get(self.mode, "branch")
        kind = next((kind for kind in ("pull", "tag", "branch") if kind in stated), usual)
        return "".join(segment.text or text(segment.field) for segment in REFS[kind])


class Inquiry:
    """Ask about the tokens of one case whose subjects have one form: with ids, or names only."""

    def __init__(self, case: Case, form: str, steps: Steps) -> None:
        self.case = case
        self.form = form
        self._steps = steps
        compared = ((atom.claim, atom.values.automaton, atom.wanted) for atom in case.atoms)
        self._automata = steps.automata(compared)
        self._settled: dict[tuple[object, ...], ReadPiece | None] = {}

    def within(self, claim: str, value: str) -> "Inquiry":
        """Ask about the tokens whose claim has this value."""
        return Inquiry(self.case.within(claim, value), self.form, self._steps)

    def without(self, claim: str, value: str) -> "Inquiry":
        """Ask about the tokens whose claim has another value."""
        return Inquiry(self.case.without(claim, value), self.form, self._steps)

    def find(
        self, mode: str, template: str, requirements: Mapping[str, str] | None = None
    ) -> Admission | None:
        """Find a token of one mode under the default subject, or under a subject template.

        Raises ExhaustedError.
        """
        required = requirements or {}
        demanded = sorted({atom.claim for atom in self.case.atoms})
        if template != DEFAULT and SUB not in demanded:
            return None
        claims: dict[str, ReadPiece | None] = {}
        for claim in demanded:
            if claim == SUB:
                continue
            claims[claim] = self._settle(claim, mode, required)
            if claims[claim] is None and not self._may_lack(claim, mode):
                return None
        question = Question(self._automata, required, [DEFAULT_SUBJECTS[self.form][mode]])
        if template != DEFAULT:
            pieces = (FORMS[self.form], *TEMPLATE_PIECES[mode])
            behind = _BEHIND_CONTEXT.get(mode, frozenset()) if template == OWN else frozenset()
            question = Question(self._automata, required, pieces, pieces, behind)
        found = question.find()
        return None if found is None else Admission(mode, template, required, found, claims)

    def _may_lack(self, claim: str, mode: str) -> bool:
        return (
            claim in SOMETIMES_ABSENT
            and (claim, mode) != ("environment", "environment")
            and all(atom.absent_passes for atom in self.case.atoms if atom.claim == claim)
        )

    def _settle(self, claim: str, mode: str, requirements: Mapping[str, str]) -> ReadPiece | None:
        """Find a value of a claim; None when there is none."""
        if claim == "environment" and mode != "environment":
            return None
        pieces = [CLAIM_PIECES[claim]] if claim != "ref" else _refs(mode)
        fields = {each.field for piece in pieces for each in piece.segments}
        required = {name: how for name, how in requirements.items() if name in fields}
        key = (claim, mode if claim == "ref" else "", *required.items())
        if key not in self._settled:
            found = Question(self._automata, required, pieces).find()
            self._settled[key] = found[0] if found else None
        return self._settled[key]


def _refs(mode: str) -> list[Piece]:
    return [REF_CLAIM_PIECES[kind] for kind in REFS_OF_MODE[mode]]
