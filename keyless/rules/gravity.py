"""What to look at first: how wide the trust is, times what it opens, times how lately it was used.

The numbers order a list and mean nothing else. What is not known counts as the worst of its kind
that is ordinary: a policy that cannot be read like one of the whole owner, a use that nobody shows
like one of today.
"""

from datetime import date, timedelta

from keyless.rules.power import Power
from keyless.trust import Verdict

_TRUST = {
    Verdict.OPEN: 100,
    Verdict.LOOKALIKE_OWNER: 100,
    Verdict.OWNER_WIDE: 60,
    Verdict.UNKNOWN: 60,
    Verdict.SIBLING_REPOSITORY: 50,
    Verdict.REPOSITORY_WIDE: 40,
    Verdict.PULL_REQUEST: 40,
    Verdict.ANY_BRANCH: 30,
    Verdict.ANY_TAG: 20,
    Verdict.ANY_ENVIRONMENT: 20,
    Verdict.EXACT: 10,
    Verdict.DEAD: 1,
    Verdict.NOT_GITHUB: 1,
}
_POWER = {
    Power.ADMINISTRATOR: 10,
    Power.ESCALATES: 9,
    Power.WHOLE_SERVICES: 6,
    Power.UNSEEN: 5,
    Power.WRITES: 4,
    Power.READS: 2,
    Power.NOTHING: 1,
}
_RECENT = timedelta(days=90)
_A_YEAR = timedelta(days=365)


def gravity(
    verdict: Verdict, power: Power, last_used: date | None, as_of: date, *, is_use_known: bool
) -> int:
    """Return a number that is larger for what has to be looked at earlier.

    `last_used` is None for what was never used; it counts where `is_use_known`.
    """
    age = as_of - last_used if last_used else timedelta.max
    use = 3 if age <= _RECENT or not is_use_known else 2 if age <= _A_YEAR else 1
    return _TRUST[verdict] * _POWER[power] * use
