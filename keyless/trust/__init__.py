"""Read the trust policy of an IAM role and tell which tokens of GitHub Actions get in.

`judge` gives the verdict, a witness and the statement at fault. The package is pure and stands by
itself: it needs the standard library only, and shares nothing with the code that writes trust
policies, so that one mistake cannot hide in both.
"""

from keyless.trust.issuers import is_github_issuer
from keyless.trust.judge import Judgement, judge, trusted_issuers
from keyless.trust.verdict import (
    ConditionCheck,
    Context,
    Culprit,
    Note,
    ProvenVerdict,
    Repository,
    StatementCheck,
    StatementJudgement,
    Verdict,
)

__all__ = [
    "ConditionCheck",
    "Context",
    "Culprit",
    "Judgement",
    "Note",
    "ProvenVerdict",
    "Repository",
    "StatementCheck",
    "StatementJudgement",
    "Verdict",
    "is_github_issuer",
    "judge",
    "trusted_issuers",
]
