"""What the pack makes of a role's trust policy: its faults, as far as they are to be said.

One document gets one clear violation: that of its most damaging fault. Where an exception covers
that one, the next is said, also one that it hid, so that an exception hides nothing but what its
policy finds.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from keyless.rules.exceptions import identity
from keyless.rules.resources import Unknown
from keyless.rules.trust_behind import faults_behind, odd_behind
from keyless.rules.trust_faults import Fault, TrustFaults, trust_faults
from keyless.rules.trust_rewrite import rewrite_trust
from keyless.trust import Verdict
from keyless.trust.plain import Odd
from policypack.reading import Resource
from policypack.roles import judged, trust_text
from policypack.settings import settings_of

POLICY_OF: Mapping[Fault, str] = {
    Fault.UNREAD: "trust-readable",
    Fault.LOOSE: "trust-subject-pinned",
    Fault.INEFFECTIVE: "trust-effective",
    Fault.STRANGER: "trust-plain",
    Fault.SEVERAL: "trust-serves-one-context",
    Fault.ODD: "trust-plain",
}
"""The policy that reports each fault."""

GITHUB_ALONE = "Name the provider of your GitHub as its only principal, or leave the statement out."
"""What to write in place of a principal that is anybody."""

ANEW = (
    "Write one statement that allows the provider of your GitHub in this account, with one context "
    "as sub and the STS audience as aud."
)
"""What to write in place of a document that says too little of what is meant."""

UNAUDITABLE = frozenset({Verdict.OPEN, Verdict.LOOKALIKE_OWNER})
"""Verdicts that no exception covers: nobody can audit what strangers name their repositories."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTrust:
    """A role's trust policy, the account that the role is in, and the faults to report.

    `faults` are all of them, the most damaging first, those behind others last.
    """

    document: object
    account: str | None
    issuers: tuple[str, ...]
    found: TrustFaults
    odd_behind: Odd | None
    faults: tuple[Fault, ...]
    reported: tuple[Fault, ...]

    @property
    def identity(self) -> Mapping[str, str]:
        """Return what an exception calls the document."""
        return identity(self.document)

    @property
    def oddity(self) -> str:
        """Say what is not plain, apart from other faults; empty where nothing is."""
        return self.odd_behind.sentence if self.odd_behind else self.found.oddity

    @property
    def instead(self) -> str:
        """Say what to write instead, or what has to be looked up first; empty for neither."""
        rewrite = rewrite_trust(self.document, self.found.judgement, self.issuers, self.account)
        if not rewrite.says_what_is_meant:
            return ""
        reset = (
            f"Reset the subject template of {rewrite.template_of} to GitHub's default, and "
            if rewrite.template_of
            else ""
        )
        without = f" It is without {', '.join(rewrite.left_out)}." if rewrite.left_out else ""
        said = (
            f"look up {', '.join(rewrite.look_up)}."
            if rewrite.document is None
            else f"write instead: {json.dumps(rewrite.document)}.{without}"
        )
        return reset + said if reset else said[0].upper() + said[1:]

    def reports(self, fault: Fault) -> bool:
        """Say whether a fault is to be reported."""
        return fault in self.reported


def judged_trust(role: Resource) -> JudgedTrust | None:
    """Judge a role's trust policy; None where it has nothing to do with GitHub, or is not known."""
    text = trust_text(role)
    if isinstance(text, Unknown):
        return None
    settings = settings_of(role.stack)
    account = role.account or None
    longest = settings.trust_policy_characters
    found = _faults(text, settings.issuers, settings.other_issuers, account, longest)
    if found is None:
        return None
    odd = odd_behind(text, found, settings.issuers, account)
    faults = (*found.faults, *faults_behind(found, odd))
    return JudgedTrust(
        document=text,
        account=account,
        issuers=settings.issuers,
        found=found,
        odd_behind=odd,
        faults=faults,
        reported=tuple(_reported(role, text, found, faults)),
    )


@lru_cache(maxsize=16384)
def _faults(
    document: str,
    issuers: tuple[str, ...],
    other_issuers: tuple[str, ...],
    account: str | None,
    longest: int,
) -> TrustFaults | None:
    return trust_faults(
        document,
        judged(document, other_issuers),
        issuers=issuers,
        other_issuers=other_issuers,
        account=account,
        longest=longest,
    )


def _reported(
    role: Resource, document: str, found: TrustFaults, faults: tuple[Fault, ...]
) -> Iterator[Fault]:
    """Yield the faults up to the first that no exception covers, and all of that one's policy.

    An exception for that policy would cover these as well, so people see them before they write it.
    """
    policy = ""
    for fault in faults:
        if not policy or POLICY_OF[fault] == policy:
            yield fault
        is_covered = can_be_excepted(fault, found, role.account or None) and _is_excepted(
            role, document, fault
        )
        policy = policy or ("" if is_covered else POLICY_OF[fault])


def can_be_excepted(fault: Fault, found: TrustFaults, account: str | None) -> bool:
    """Say whether a fault as a whole is something that somebody can audit."""
    if found.judgement.verdict is Verdict.UNKNOWN or fault is Fault.UNREAD:
        return False
    if fault is Fault.LOOSE:
        return not UNAUDITABLE & {each.verdict for each in found.loose_statements}
    if fault is Fault.INEFFECTIVE:
        return found.judgement.refused is None and not found.is_too_long
    if fault is Fault.STRANGER:
        return all(each.is_of(account) for each in found.strangers)
    return True


def _is_excepted(role: Resource, document: str, fault: Fault) -> bool:
    today, named = datetime.now(UTC).date(), identity(document)
    return any(
        exception.objection(named, today) is None
        for exception in settings_of(role.stack).exceptions
        if exception.names(POLICY_OF[fault], role.type, role.name)
    )
