"""What is wrong with a role's trust policy, in the order of the damage that it does.

`plain` decides what passes; `judge` says who gets in through the rest, and here both become one
answer. Policy pack and commands ask it, so that they say the same of the same document. What is
said to people about a fault belongs to them.
"""

import json
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from keyless.rules.issuers import is_listed, looks_like_github
from keyless.rules.policy_json import entries, members
from keyless.rules.policy_json import plain as decoded
from keyless.rules.trust_rewrite import rewrite_trust
from keyless.text.json_text import read_json
from keyless.trust import Context, Judgement, StatementJudgement, Verdict
from keyless.trust.issuers import read_provider
from keyless.trust.plain import Odd, plain

_KINDS = ("aws", "service", "federated", "canonicaluser")
LOOSE = frozenset(verdict for verdict in Verdict if verdict < Verdict.EXACT)
"""Verdicts of what lets in more than exact contexts."""


class Fault(Enum):
    """What is wrong with a trust policy, the most damaging first."""

    UNREAD = "unread"
    """It is not known who gets in, nor which one context is meant."""
    LOOSE = "loose"
    INEFFECTIVE = "ineffective"
    STRANGER = "stranger"
    SEVERAL = "several"
    ODD = "odd"


class Stranger(NamedTuple):
    """A principal that gets in beside the company's GitHub.

    `statement` counts from 1. `issuer` is that of a provider, without scheme and final slash in
    lower case, empty for any other principal.
    """

    statement: int
    kind: str
    value: str
    issuer: str = ""

    @property
    def is_anybody(self) -> bool:
        """Tell whether a wildcard stands for its name, so that GitHub's tokens may be meant."""
        return bool({*self.value} & {"*", "?"})

    def is_of(self, account: str | None) -> bool:
        """Tell whether it is the account itself, or a named user or role of it."""
        arn = re.fullmatch(r"arn:[a-z-]+:(?:iam|sts)::([0-9]{12}):[^*?]+", self.value)
        named = arn[1] if arn else self.value
        return self.kind.lower() == "aws" and bool(account) and named == account


@dataclass(frozen=True, kw_only=True)
class TrustFaults:
    """A trust policy for GitHub with all that is wrong with it; `faults` in the order of damage."""

    judgement: Judgement
    served: Context | Odd
    strangers: tuple[Stranger, ...]
    unknown_kind: str
    """A kind of principal that IAM does not know, empty where there is none."""
    faults: tuple[Fault, ...]
    size: int
    """Characters without white space."""
    longest: int
    """How many of them the account takes."""

    @property
    def is_too_long(self) -> bool:
        """Tell whether AWS refuses the document for its length."""
        return self.size > self.longest

    @property
    def oddity(self) -> str:
        """Say what is not plain, empty where the document is."""
        if not isinstance(self.served, Odd):
            return ""
        if self.served.several and Fault.SEVERAL not in self.faults:
            return (
                "the document: it names several contexts or providers, and one context alone gets "
                "in. Nobody sees which one is meant. Write one of each."
            )
        return self.served.sentence

    @property
    def loose_statements(self) -> list[StatementJudgement]:
        """Return the statements that let in more than exact contexts."""
        return [each for each in self.judgement.statements if each.verdict in LOOSE]


def trust_faults(
    document: object,
    judgement: Judgement,
    *,
    issuers: Collection[str],
    other_issuers: Collection[str] = (),
    account: str | None = None,
    longest: int = 2048,
) -> TrustFaults | None:
    """Judge a trust policy, JSON text or parsed; None where it has nothing to do with GitHub.

    `judgement` is that of `judge`. `issuers` are the company's own and `other_issuers` those of
    other vendors, without the scheme; `account` is the role's, None where it is not known;
    `longest` is the account's quota, by default AWS's ("IAM and AWS STS quotas").
    """
    found = list(_principals(document))
    providers = [each.issuer for each in found if each.issuer]
    unknown_kind = next((one.kind for one in found if one.kind.lower() not in _KINDS), "")
    alike = [
        one for one in providers if looks_like_github(one) and not is_listed(one, other_issuers)
    ]
    may_be_ours = alike or judgement.verdict is Verdict.UNKNOWN or any(o.is_anybody for o in found)
    is_other = bool(providers) and not may_be_ours
    if not (alike or unknown_kind) and (judgement.verdict is Verdict.NOT_GITHUB or is_other):
        return None
    strangers = tuple(
        one for one in found if one.kind != unknown_kind and not is_listed(one.issuer, issuers)
    )
    served = plain(document, issuers, account)
    is_unknown = judgement.verdict is Verdict.UNKNOWN
    # What is asked of the role itself goes by the contexts that the judge finds.
    is_unseen = is_unknown and isinstance(served, Context)
    is_unread = (
        bool(unknown_kind)
        or is_unseen
        or (
            is_unknown
            and not rewrite_trust(document, judgement, issuers, account).says_what_is_meant
        )
    )
    size = document_size(document)
    is_refused = judgement.refused is not None or size > longest
    faults = _faults(judgement, served, strangers, is_unread=is_unread, is_refused=is_refused)
    return TrustFaults(
        judgement=judgement,
        served=served,
        strangers=strangers,
        unknown_kind=unknown_kind,
        faults=tuple(faults),
        size=size,
        longest=longest,
    )


def document_size(document: object) -> int:
    """Count the characters of a document as AWS does: without white space."""
    try:
        policy = read_json(document) if isinstance(document, str) else document
    except (ValueError, RecursionError):
        return len(str(document))
    return len(json.dumps(policy, separators=(",", ":"), ensure_ascii=False, default=str))


def _faults(
    judgement: Judgement,
    served: Context | Odd,
    strangers: tuple[Stranger, ...],
    *,
    is_unread: bool,
    is_refused: bool,
) -> list[Fault]:
    verdicts = {each.verdict for each in judgement.statements}
    is_several = isinstance(served, Odd) and served.several and len(judgement.contexts) > 1
    found = {
        Fault.UNREAD: is_unread,
        Fault.LOOSE: bool(verdicts & LOOSE) and not _is_one_pull_request_context(judgement),
        Fault.INEFFECTIVE: Verdict.DEAD in verdicts or is_refused,
        Fault.STRANGER: bool(strangers),
        Fault.SEVERAL: is_several,
    }
    faults = [fault for fault, is_there in found.items() if is_there]
    return faults or ([Fault.ODD] if isinstance(served, Odd) else [])


def _is_one_pull_request_context(judgement: Judgement) -> bool:
    """Tell whether pull requests of one repository get in and nothing else, subjects literal."""
    admitting = {each.verdict for each in judgement.statements} & {*LOOSE, Verdict.EXACT}
    return (
        admitting == {Verdict.PULL_REQUEST}
        and [context.context for context in judgement.contexts] == ["pull_request"]
        and all(
            subject.endswith(":pull_request") and "*" not in subject and "?" not in subject
            for subject in judgement.subjects
        )
    )


def _principals(document: object) -> Iterator[Stranger]:
    """Yield every principal of a document that may be let in, the company's GitHub included."""
    policy = decoded(document)
    statements = members(policy, "statement") if isinstance(policy, Mapping) else []
    for number, statement in enumerate(statements, start=1):
        if not isinstance(statement, Mapping) or members(statement, "effect") == ["Deny"]:
            continue
        for principal in members(statement, "principal"):
            named = principal if isinstance(principal, Mapping) else {"AWS": principal}
            for kind, values in named.items():
                for value in entries(values):
                    provider = read_provider(str(value))
                    issuer = provider.issuer if provider else ""
                    yield Stranger(number, str(kind), str(value), issuer)
