"""Everything that the policy pack blocks about what a role that GitHub reaches is granted.

One question for those who judge a role as a whole; the pack asks each part by a policy of its own.
"""

from collections.abc import Collection, Iterator, Sequence

from keyless.facts import REF_PREFIX
from keyless.rules.environments import review_prefixes
from keyless.rules.escalation import escalations
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded
from keyless.rules.pack_settings import Settings
from keyless.rules.reading import beyond_reading
from keyless.rules.review import beyond_review
from keyless.rules.scope import TOO_BROAD, unscoped
from keyless.rules.state import on_state
from keyless.rules.writing import ungated_writes
from keyless.trust import Context, Verdict


def beyond(
    grants: Sequence[Grant],
    *,
    verdict: Verdict,
    contexts: Collection[Context],
    own: str,
    guarded: Sequence[Guarded],
    boundaries: Collection[str],
    settings: Settings,
) -> Iterator[str]:
    """Yield a sentence for everything that is more than a role for GitHub may have.

    `verdict` and `contexts` are those of its trust policy, `own` is its path and name, `guarded`
    are it and the other roles that GitHub reaches, `boundaries` the ARNs that bound them.
    """
    role_name = own.rpartition("/")[2]
    yield from unscoped(grants, settings.managed_policies_of(role_name), own)
    yield from escalations(grants, own, guarded, {*settings.boundaries, *boundaries})
    yield from on_state(grants, settings.state_buckets_closed_to(role_name))
    if verdict <= Verdict.PULL_REQUEST:
        yield from beyond_reading(grants)
    for prefix in review_prefixes(contexts, settings.review_environments):
        yield from beyond_review(grants, prefix)
    if settings.write_needs_environment:
        served = (each.context for each in contexts)
        refs = [each for each in served if each == "*" or each.startswith(REF_PREFIX)]
        yield from ungated_writes(refs, grants)


def is_unseen(grant: Grant) -> bool:
    """Say whether a managed policy is not shown, and is none that grants whole services."""
    hidden = grant.document is None and not grant.unknown
    return hidden and bool(grant.arn) and not TOO_BROAD.fullmatch(grant.arn)
