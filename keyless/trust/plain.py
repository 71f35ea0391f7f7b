"""Decide whether a trust policy is plain: of the one shape that is known to be safe.

An allow list, on which the policy pack relies: whatever is not on it is odd, dangerous or not. Who
gets in through an odd document is for `judge` to say, none of whose logic is used here.

Why this is enough: each statement allows tokens of one issuer and nothing else, so nobody gets in
beside them, and no Deny has to take anything away. Each subject is literal and begins with
`repo:OWNER/REPOSITORY:`. GitHub puts the job's own repository after `repo:`, whatever template a
stranger chooses, so no other repository has that subject. Every further condition is positive: it
must be true as well, so it can only narrow, wildcards or not.

What remains: a branch's subject may be that of `pull_request_target` (open), and is that of a job
in an environment where the repository's own template is `repo, ref`. Anybody who gets a name after
a deletion or a rename has its subject without ids.

Sources: "OpenID Connect reference", GitHub Docs; "IAM JSON policy elements reference" and "IAM and
AWS STS condition context keys", AWS IAM User Guide.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from keyless import facts
from keyless.trust.verdict import Context, Repository

ASSUME, TAG, NEW = "sts:assumerolewithwebidentity", "sts:tagsession", "2012-10-17"
AUDIENCES = {partition.name: partition.audience for partition in facts.PARTITIONS}
ID, IDS = facts.NUMERIC_ID, ("repository_owner_id", "repository_id")
SUBJECT = re.compile(  # GitHub's four default forms, with both ids or none
    f"repo:(?P<owner>{facts.OWNER_NAME})(?P<at>@(?P<{IDS[0]}>{ID}))?"
    f"/(?P<name>{facts.REPOSITORY_NAME})(?(at)@(?P<{IDS[1]}>{ID})):"
    "(?P<context>pull_request|(?:environment:|ref:refs/heads/|ref:refs/tags/)[^:%*?$]+)"
)
REQUEST = {("DateLessThan", "aws:currenttime"), ("IpAddress", "aws:sourceip")}  # always filled


@dataclass(frozen=True)
class Odd:
    """The first thing that is not plain; `several` if it is the number of contexts alone."""

    sentence: str
    several: bool = False


class OddError(Exception):
    """Its message is the sentence."""


def plain(document: object, issuers: Collection[str], account: str | None) -> Context | Odd:
    """Return the one context that a plain trust policy serves, or what is odd. Never raises.

    `issuers` are the company's, without the scheme; `account` is the role's, None if not known.
    """
    try:
        text = document if isinstance(document, str) else json.dumps(document)
        return _one(list(_served(json.loads(text, object_pairs_hook=_unique), issuers, account)))
    except OddError as odd:
        return Odd(str(odd))
    except (TypeError, ValueError, RecursionError):
        return Odd("the document: it is no JSON. Nobody knows what it allows. Write JSON.")


def _one(served: list[tuple[Any, ...]]) -> Context | Odd:
    contexts = {subject[:4] for subject in served}
    if len(contexts) > 1:
        return Odd("the document: it serves several contexts. Write a role for each.", several=True)
    owner_ids, ids = ({subject[at] for subject in served} - {None} for at in (4, 5))
    agree = max(len(owner_ids), len(ids)) < 2
    _expect(agree, "the document: ids", [*owner_ids, *ids], "They disagree. Write those of one")
    ((_, owner, name, context),) = contexts
    return Context(Repository(owner, name, *(owner_ids or [None]), *(ids or [None])), context)


def _served(policy: Any, issuers: Collection[str], account: str | None) -> Iterator[Any]:
    """Yield for each subject its provider, owner, name and context, and an id of each or None."""
    _members("the document", policy, "Version", "Id", "Statement")
    version, written = policy.get("Version", NEW), policy.get("Statement")
    _expect(version in (NEW, "2008-10-17"), "the document: Version", version, f'Write "{NEW}"')
    statements = written if isinstance(written, list) else [written]
    _expect(statements, "the document: Statement", [], "Nobody gets in. Write one")
    listed = "|".join(map(re.escape, issuers)) or "(?!)"
    owned = f"arn:({'|'.join(AUDIENCES)}):iam::{account or '[0-9]{12}'}:oidc-provider/({listed})"
    for number, statement in enumerate(statements, start=1):
        where = f"statement {number}"
        _members(where, statement, "Sid", "Effect", "Principal", "Action", "Condition")
        effect, action = statement.get("Effect"), statement.get("Action")
        _expect(effect == "Allow", f"{where}: Effect", effect, "Only Allow fits. Leave others out")
        actions = {each.lower() for each in _texts(f"{where}: Action", action)}
        why = "Tokens need sts:AssumeRoleWithWebIdentity, with sts:TagSession at most. Write that"
        _expect({ASSUME} <= actions <= {ASSUME, TAG}, f"{where}: Action", action, why)
        what = f"{where}: Principal"
        named = _members(what, statement.get("Principal"), "Federated")["Federated"]
        arn: Any = re.fullmatch(owned, " ".join(_texts(what, named)))
        why = f"Others may get in. Write the provider of {' or '.join(issuers)} in this account"
        _expect(arn, what, named, f"{why}, {account}" if account else why)
        claims = _claims(where, statement.get("Condition"), arn[2], arn[1])
        for sub in claims.get("sub", [""]):
            why = 'It is not one context, free of *?%$. Write "repo:OWNER/NAME:environment:NAME"'
            place = _expect(sub.isprintable() and SUBJECT.fullmatch(sub), f"{where}: sub", sub, why)
            for ids in product(*({place[claim], *claims.get(claim, ())} for claim in IDS)):
                yield arn[0], place["owner"], place["name"], place["context"], *ids


def _claims(where: str, conditions: Any, issuer: str, partition: str) -> dict[str, list[str]]:
    """Return the values of the claims that say who gets in; all others can only narrow."""
    github = facts.documents_github_claims(issuer, partition)
    filled = facts.GENERIC_CLAIMS | (facts.GITHUB_CLAIMS if github else frozenset())
    found = dict[str, list[str]]()
    for operator, keys in _members(f"{where}: Condition", conditions).items():
        for key, value in _members(f"{where}: {operator}", keys).items():
            what, (prefix, _, claim) = f"{where}: {operator} {key}", key.lower().rpartition(":")
            if (texts := _texts(what, value)) and (operator, key.lower()) in REQUEST:
                continue
            narrow = operator in ("StringEquals", "StringLike")
            _expect(narrow, what, value, "It may not narrow. Write StringEquals or StringLike")
            ours = key.isascii() and prefix == issuer.lower() and claim in filled
            _expect(ours, what, value, "AWS is not documented to fill this key. Leave it out")
            literal = not any("${" in text for text in texts)
            _expect(literal, what, value, "A variable is anything. Write it out")
            if claim in ("aud", "sub", *IDS):
                one = claim not in IDS or re.fullmatch(ID, " ".join(texts))
                _expect(one and claim not in found, what, value, "Write it once, an id as a number")
                found[claim] = texts if claim != "aud" or operator == "StringEquals" else []
    why = f'A token for another service gets in. Write StringEquals "{AUDIENCES[partition]}"'
    _expect(found.get("aud") == [AUDIENCES[partition]], f"{where}: aud", found.get("aud"), why)
    return found


def _members(where: str, value: Any, *allowed: str) -> Any:
    _expect(isinstance(value, dict) and value, where, value, "Write an object with members")
    for name, each in value.items():
        why = f"It may allow more. Write {', '.join(allowed)} alone"
        _expect(name in allowed or not allowed, f"{where}: member", name, why)
        _expect(isinstance(each, str) or name not in ("Sid", "Id"), where, each, "Write text")
    return value


def _texts(where: str, value: Any) -> list[str]:
    texts: list[str] = value if isinstance(value, list) else [value]
    _expect(texts and all(isinstance(each, str) for each in texts), where, value, "Write text")
    return texts


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name.casefold() for name, _ in pairs]
    twice = [*Counter(names) - Counter({*names})]
    _expect(not twice, "the document: duplicate members", twice, "One of two counts. Write one")
    return dict(pairs)


def _expect(right: Any, where: str, found: Any, why: str) -> Any:
    if not right:
        said = "missing" if found in (None, "") else json.dumps(found)
        raise OddError(f"{where}: {said if len(said) <= 100 else said[:99] + '…'}. {why}.")
    return right
