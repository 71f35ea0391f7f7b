"""Evaluate a trust policy for one concrete token, as IAM would.

Used to check every witness before it is shown, and to explain to people why a role refuses their
token. Conditions about the request itself (addresses, times) count as met in an Allow and as not
met in a Deny, unless the claims carry their key.
"""

from collections.abc import Iterable, Mapping, Sequence

from keyless.facts import GENERIC_CLAIMS, GENERIC_CLAIMS_OF_OTHERS, GITHUB_CLAIMS
from keyless.trust.conditions import Condition, passes
from keyless.trust.demands import is_about_request, is_request_key
from keyless.trust.document import Document, Statement
from keyless.trust.verdict import ConditionCheck, StatementCheck

_FILLED = GENERIC_CLAIMS | GENERIC_CLAIMS_OF_OTHERS | GITHUB_CLAIMS


class Token:
    """Hold the claims of one token as the condition keys that AWS makes of them."""

    def __init__(self, issuer: str, claims: Mapping[str, str | Sequence[str]]) -> None:
        self._issuer = issuer
        self._values: dict[str, tuple[str, ...]] = {}
        for name, value in claims.items():
            values = (value,) if isinstance(value, str) else tuple(value)
            if name.lower() in _FILLED:
                self._values[f"{issuer}:{name.lower()}"] = values
            elif is_request_key(name):
                self._values[name.lower()] = values
        self.variables = {key: values[0] for key, values in self._values.items() if values}

    def get(self, key: str) -> tuple[str, ...] | None:
        """Give the values of a condition key, None when the request lacks it."""
        return self._values.get(key.lower())

    def is_addressed(self, statement: Statement) -> bool:
        """Tell whether principal and action of a statement fit."""
        principals = statement.principals
        everyone = principals.everyone or (principals.every_account and statement.effect == "Allow")
        return statement.admits_web_identity and (
            everyone or any(p.issuer == self._issuer for p in principals.providers)
        )


def check(statement: Statement, token: Token) -> StatementCheck:
    """Tell how one statement meets a token."""
    addressed = token.is_addressed(statement) and not statement.excludes_principals
    checks = tuple(_check(condition, statement, token) for condition in statement.conditions)
    applies = addressed and statement.unread is None and all(c.passed for c in checks)
    return StatementCheck(statement.number, statement.effect, addressed, applies, checks)


def _check(condition: Condition, statement: Statement, token: Token) -> ConditionCheck:
    got = token.get(condition.key)
    if got is None and is_about_request(condition):
        passed = statement.effect == "Allow"
    else:
        passed = passes(condition, got, token.variables)
    return ConditionCheck(condition.written, condition.key, passed, condition.values, got)


def admits(document: Document, token: Token) -> bool:
    """Tell whether a token gets in: an Allow applies and no Deny does."""
    allowed = False
    for statement in document.statements:
        if statement.effect and _applies(statement, token):
            if statement.effect == "Deny":
                return False
            allowed = True
    return allowed


def admits_by(allowing: Statement, denials: Iterable[Statement], token: Token) -> bool:
    """Tell whether a token gets in through one statement: that one applies, and no Deny does."""
    return _applies(allowing, token) and not any(_applies(denial, token) for denial in denials)


def _applies(statement: Statement, token: Token) -> bool:
    if statement.unread is not None or statement.excludes_principals:
        return False
    return token.is_addressed(statement) and all(
        _check(condition, statement, token).passed for condition in statement.conditions
    )
