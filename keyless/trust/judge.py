"""Judge a trust policy: who gets in, by which statement, and what it still lacks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from keyless.facts import GITHUB_COM
from keyless.trust.contexts import contexts_of, notes_of
from keyless.trust.document import Document, UnreadableError, read_document
from keyless.trust.evaluate import Token, admits_by, check
from keyless.trust.issuers import normalize_issuer, recognizer
from keyless.trust.statement import StatementJudge
from keyless.trust.verdict import (
    Context,
    Culprit,
    Note,
    StatementCheck,
    StatementJudgement,
    Verdict,
    Witness,
)


@dataclass(frozen=True)
class Judgement:
    """Say who gets in through a trust policy.

    `verdict` is the most urgent of all statements; `refused` is why AWS would refuse the document,
    and stands beside any verdict. `witness` and `culprit` belong to the first statement of that
    verdict. `contexts` are what the policy serves exactly, or as a whole repository or its pull
    requests; `subjects` are the values of the subject as written.
    """

    verdict: Verdict
    reason: str
    refused: str | None = None
    witness: Witness | None = None
    culprit: Culprit | None = None
    notes: frozenset[Note] = frozenset()
    statements: tuple[StatementJudgement, ...] = ()
    contexts: tuple[Context, ...] = ()
    issuers: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    _document: Document | None = field(default=None, repr=False, compare=False)

    def admits(self, claims: Mapping[str, str | Sequence[str]]) -> bool:
        """Tell whether a token with these claims gets in.

        The issuer is the claim `iss` where given, else the first GitHub issuer that is trusted.
        """
        if self._document is None:
            return False
        denials, token = self._document.with_effect("Deny"), self._token(claims)
        return any(admits_by(each, denials, token) for each in self._document.with_effect("Allow"))

    def explain(self, claims: Mapping[str, str | Sequence[str]]) -> tuple[StatementCheck, ...]:
        """Tell of each statement how its conditions met a token with these claims."""
        if self._document is None:
            return ()
        allowing, token = self._document.with_effect("Allow"), self._token(claims)
        return tuple(check(each, token, allowing) for each in self._document.statements)

    def _token(self, claims: Mapping[str, str | Sequence[str]]) -> Token:
        issuer = claims.get("iss")
        if not isinstance(issuer, str):
            issuer = self.issuers[0] if self.issuers else GITHUB_COM
        return Token(normalize_issuer(issuer), claims)


def judge(
    document: object,
    *,
    audience: str | Sequence[str] | None = None,
    issuers: Iterable[str] = (),
    other_issuers: Iterable[str] = (),
) -> Judgement:
    """Judge a trust policy, given as JSON text or as a parsed mapping. Never raises.

    `audience` is what a statement must pin `aud` to; by default the STS audience of the partition
    in the provider's ARN. `issuers` are GitHub's beside those of the documented forms;
    `other_issuers` have such a form and are other vendors'.
    """
    audiences = (audience,) if isinstance(audience, str) else tuple(audience or ())
    is_github = recognizer(issuers, other_issuers)
    try:
        return _judge(read_document(document, is_github), audiences)
    except UnreadableError as error:
        return Judgement(Verdict.UNKNOWN, str(error), refused=str(error))
    except Exception as error:  # whatever a document does to its reader, it must not pass
        why = str(error) or getattr(error, "message", "") or type(error).__name__
        return Judgement(Verdict.UNKNOWN, f"the document cannot be read: {why}")


def trusted_issuers(
    document: object, *, issuers: Iterable[str] = (), other_issuers: Iterable[str] = ()
) -> tuple[str, ...]:
    """List the GitHub issuers whose web identities a trust policy addresses, without the scheme.

    A document that cannot be read addresses none; `judge` says UNKNOWN of it.
    """
    try:
        return _issuers(read_document(document, recognizer(issuers, other_issuers)))
    except Exception:  # as in `judge`
        return ()


def _judge(document: Document, audiences: Sequence[str]) -> Judgement:
    one_by_one = StatementJudge(document, audiences)
    statements = tuple(one_by_one.judge(statement) for statement in document.statements)
    contexts, issuers = contexts_of(one_by_one.outcomes), _issuers(document)
    notes = notes_of(one_by_one.outcomes, contexts, immutable=True)
    if len(issuers) == 1 and Note.ONE_FORM not in notes:  # other statements serve the other form
        statements = tuple(replace(s, notes=s.notes - {Note.ONE_FORM}) for s in statements)
    deciding = min(statements, key=lambda s: s.verdict.urgency, default=None)
    refused = (*document.refused, *(s.refused for s in statements if s.refused))
    return Judgement(
        deciding.verdict if deciding else Verdict.NOT_GITHUB,
        f"statement {deciding.index}: {deciding.reason}" if deciding else "it has no statement",
        "; ".join(refused) or None,
        deciding.witness if deciding else None,
        deciding.culprit if deciding else None,
        frozenset(note for statement in statements for note in statement.notes),
        statements,
        contexts,
        issuers,
        _in_order(subject for statement in statements for subject in statement.subjects),
        document,
    )


def _issuers(document: Document) -> tuple[str, ...]:
    return _in_order(issuer for s in document.statements for issuer, _ in s.issuers)


def _in_order(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(values))
