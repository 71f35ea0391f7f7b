"""Evaluate a trust policy for one concrete token, as IAM would.

Used to check every witness before it is shown, and to explain to people why a role refuses their
token. Conditions about the request itself (addresses, times) count as met in an Allow and as not
met in a Deny.
"""

from collections.abc import Iterable, Mapping, Sequence

from keyless.facts import GENERIC_CLAIMS, GENERIC_CLAIMS_OF_OTHERS, GITHUB_CLAIMS
from keyless.trust.conditions import Condition, passes
from keyless.trust.demands import is_request_key
from keyless.trust.document import Statement, denies
from keyless.trust.verdict import ConditionCheck, StatementCheck

_FILLED = GENERIC_CLAIMS | GENERIC_CLAIMS_OF_OTHERS | GITHUB_CLAIMS


class Token:
    """Hold the claims of one token as the condition keys that AWS makes of them."""

    def __init__(self, issuer: str, claims: Mapping[str, str | Sequence[str]]) -> None:
        self.issuer = issuer
        self._values: dict[str, tuple[str, ...]] = {}
        for name, value in claims.items():
            values = (value,) if isinstance(value, str) else tuple(value)
            if name.lower() in _FILLED:
                self._values[f"{issuer}:{name.lower()}"] = values
        self.variables = {key: values[0] for key, values in self._values.items() if values}

    def get(self, key: str) -> tuple[str, ...] | None:
        """Give the values of a condition key, None when the request lacks it."""
        return self._values.get(key.lower())

    def is_addressed(self, statement: Statement, allowing: Iterable[Statement]) -> bool:
        """Tell whether principal and action of a statement fit; a Deny bites on an Allow alone."""
        if statement.effect == "Deny":
            return any(
                denies(statement, allow, self.issuer) for allow in allowing if self._may_use(allow)
            )
        return self._may_use(statement)

    def _may_use(self, statement: Statement) -> bool:
        return (
            statement.admits_web_identity
            and not statement.excludes_principals
            and (
                statement.principals.everyone
                or any(p.issuer == self.issuer for p in statement.principals.providers)
            )
        )


def check(statement: Statement, token: Token, allowing: Iterable[Statement]) -> StatementCheck:
    """Tell how one statement meets a token; a Deny bites on the Allow statements given."""
    addressed = token.is_addressed(statement, allowing)
    checks = tuple(_check(condition, statement, token) for condition in statement.conditions)
    applies = addressed and statement.unread is None and all(c.passed for c in checks)
    return StatementCheck(statement.number, statement.effect, addressed, applies, checks)


def _check(condition: Condition, statement: Statement, token: Token) -> ConditionCheck:
    got = token.get(condition.key)
    if is_request_key(condition.key):
        passed = statement.effect == "Allow"
    else:
        passed = passes(condition, got, token.variables)
    return ConditionCheck(condition.written, condition.key, passed, condition.values, got)


def admits_by(allowing: Statement, denials: Iterable[Statement], token: Token) -> bool:
    """Tell whether a token gets in through one statement: that one applies, and no Deny does."""
    return check(allowing, token, [allowing]).applies and not any(
        check(denial, token, [allowing]).applies for denial in denials
    )
