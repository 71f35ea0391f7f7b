"""Everything that the policy pack blocks about what a role that GitHub reaches is granted.

One question for those who judge a role as a whole; the pack asks each part by a policy of its own.
Without the pack's settings: what they may allow, a managed policy that nobody shows, is for the
caller to report.
"""

from collections.abc import Collection, Iterator, Sequence

from keyless.rules.escalation import Guarded, escalations
from keyless.rules.grant import Grant
from keyless.rules.reading import beyond_reading
from keyless.rules.scope import TOO_BROAD, unscoped
from keyless.rules.writing import ungated_writes
from keyless.trust import Verdict


def beyond(
    grants: Sequence[Grant],
    *,
    verdict: Verdict,
    refs: Collection[str],
    own: str,
    guarded: Sequence[Guarded],
    boundaries: Collection[str],
) -> Iterator[str]:
    """Yield a sentence for everything that is more than a role for GitHub may have.

    `verdict` and `refs` are those of its trust policy, `own` is its path and name, `guarded` are
    it and the other roles that GitHub reaches, `boundaries` the ARNs that bound them.
    """
    yield from unscoped([each for each in grants if not is_unseen(each)], (), own)
    yield from escalations(grants, own, guarded, boundaries)
    if verdict <= Verdict.PULL_REQUEST:
        yield from beyond_reading(grants)
    yield from ungated_writes(refs, [each for each in grants if not is_unseen(each)])


def is_unseen(grant: Grant) -> bool:
    """Say whether a managed policy is not shown, and is none that grants whole services."""
    hidden = grant.document is None and not grant.unknown
    return hidden and bool(grant.arn) and not TOO_BROAD.fullmatch(grant.arn)
