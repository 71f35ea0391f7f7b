"""Write plain trust policies: for one place a statement, of the statements of one place a policy.

A statement is written only if it is plain and lets somebody in once its placeholders are filled in.
Conditions of the old statement that may stay are kept, and all else that the new one lacks of the
old one is named.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from keyless import facts
from keyless.rules.placeholders import hole, tried
from keyless.rules.policy_json import entries, members
from keyless.rules.trust_places import Condition, Place, full_name, is_open, names_values
from keyless.trust import Context, Verdict, judge
from keyless.trust.issuers import Provider, is_github_issuer, read_provider
from keyless.trust.plain import REQUEST, Odd, plain

_ACCOUNT = re.compile(r"arn:[^:]+:iam:[^:]*:([0-9]{12}):")
_ASSUME = "sts:AssumeRoleWithWebIdentity"
_ANEW = frozenset({"aud", "sub", "repository_id", "repository_owner_id"})
"""Claims whose conditions are written anew."""
_USUAL = re.compile(r"pull_request|(environment:|ref:refs/(heads|tags)/)[A-Za-z0-9._/-]+")
"""Contexts that GitHub can mint: their names have no character that a ref cannot have."""
NARROWING = ("StringEquals", "StringLike")
"""Operators under which a claim of a plain statement is compared."""


class Terms(NamedTuple):
    """What a policy has to be plain for; `issuers` and `account` are those of `plain`."""

    issuers: Collection[str]
    account: str | None
    pin_ids: bool
    """Whether a repository that goes by its name gets its ids as well."""


def providers(statement: Mapping[str, Any], terms: Terms) -> tuple[list[Provider], list[str]]:
    """Return the providers of GitHub's that a statement lets in, and everybody else."""
    found: dict[str, Provider] = {}
    others: list[str] = []
    for principal in members(statement, "principal"):
        named = principal if isinstance(principal, Mapping) else {"AWS": principal}
        for kind in named:
            for value in entries(named[kind]):
                if provider := _provider(str(value), terms):
                    found[provider.arn] = provider
                else:
                    others.append(f'{kind} "{value}"')
    return list(found.values()), others


def statement_for(
    place: Place,
    provider: Provider,
    old: Mapping[str, Any],
    conditions: Sequence[Condition],
    terms: Terms,
) -> tuple[Mapping[str, Any] | None, list[str]]:
    """Return the plain statement for a place and what it lacks of the old one.

    It keeps what may stay of `conditions`, or nothing where nobody would get in with those. None is
    returned where none is plain.
    """
    for keeping in (True, False):
        kept, dropped = _kept(conditions, provider, keeping=keeping)
        new = _statement(place, provider, old, kept, terms)
        served = _served(_policy(new), terms)
        if isinstance(served, Context) and (_is_usual(new, served, provider) or _is_exact(new)):
            return new, [*dropped, *_unsaid(place, provider, new)]
    return None, []


def policies(statements: Sequence[Mapping[str, Any]], terms: Terms) -> list[Mapping[str, Any]]:
    """Return one policy of several statements, or one for each where their ids disagree."""
    whole = _policy(*statements)
    is_plain = isinstance(_served(whole, terms), Context)
    return [whole] if is_plain else [_policy(each) for each in statements]


def _provider(value: str, terms: Terms) -> Provider | None:
    """Return the listed provider that a principal means, by the ARN that it has in the account."""
    read = read_provider(value.strip())
    if read is None or facts.partition_named(read.partition) is None:
        return None
    issuer = next((each for each in terms.issuers if each.lower() == read.issuer), None)
    written = _ACCOUNT.match(read.arn)
    number = terms.account or (written[1] if written else None)
    if issuer is None or number is None:
        return None
    arn = facts.provider_arn(read.partition, number, issuer)
    return read._replace(arn=arn, issuer=issuer)


def _policy(*statements: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _statement(
    place: Place,
    provider: Provider,
    old: Mapping[str, Any],
    kept: Mapping[str, Mapping[str, Any]],
    terms: Terms,
) -> Mapping[str, Any]:
    condition: dict[str, Mapping[str, Any]] = {"StringEquals": _claims(place, provider, terms)}
    for operator, keys in (*kept.items(), *_pieces(place, provider)):
        condition[operator] = {**condition.get(operator, {}), **keys}
    actions = {str(each).lower() for each in members(old, "action")}
    return {
        "Effect": "Allow",
        "Principal": {"Federated": provider.arn},
        "Action": [_ASSUME, "sts:TagSession"] if "sts:tagsession" in actions else _ASSUME,
        "Condition": condition,
    }


def _claims(place: Place, provider: Provider, terms: Terms) -> dict[str, Any]:
    """Return the condition keys that say audience, repository and context."""
    issuer = provider.issuer
    partition = facts.partition_named(provider.partition) or facts.AWS
    github = facts.documents_github_claims(issuer, partition.name)
    owner_id, number = place.owner_id, place.id
    if (place.has_ids or terms.pin_ids) and (github or facts.mints_immutable(issuer)):
        owner_id, number = owner_id or hole(_owner_id(place)), number or hole(_id(place))
    owner, name = place.owner or hole(_owner(place)), place.name or hole(_name(place))
    subjects = [f"{facts.REPOSITORY_PREFIX}{owner}/{name}:{place.context}"]
    if owner_id and number and facts.mints_immutable(issuer):
        whole = f"{owner}@{owner_id}/{name}@{number}"
        subjects.append(f"{facts.REPOSITORY_PREFIX}{whole}:{place.context}")
    claims: dict[str, Any] = {"aud": partition.audience, "sub": subjects}
    if github:
        claims |= {"repository_id": number} if number else {}
        claims |= {"repository_owner_id": owner_id} if owner_id else {}
    return {f"{issuer}:{claim}": value for claim, value in claims.items()}


def _pieces(place: Place, provider: Provider) -> list[tuple[str, dict[str, str]]]:
    """Return what a customised subject says besides, as conditions where AWS knows the claim."""
    if not facts.documents_github_claims(provider.issuer, provider.partition):
        return []
    return [
        ("StringLike" if is_open(value) else "StringEquals", {f"{provider.issuer}:{claim}": value})
        for claim, value in place.pieces
        if claim in facts.GITHUB_CLAIMS
    ]


def _unsaid(place: Place, provider: Provider, new: Mapping[str, Any]) -> list[str]:
    """Return the pieces of a customised subject that are no conditions now."""
    keys = (key for of_operator in new["Condition"].values() for key in of_operator)
    said = {_claim(key, provider) for key in keys}
    return [f'"{claim}:{value}" in sub' for claim, value in place.pieces if claim not in said]


def _kept(
    conditions: Sequence[Condition], provider: Provider, *, keeping: bool
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the conditions that may stay, and those that may not; of both not those anew."""
    github = facts.documents_github_claims(provider.issuer, provider.partition)
    kept, dropped = dict[str, dict[str, Any]](), list[str]()
    for operator, key, value in conditions:
        claim = _claim(key, provider)
        if claim in _ANEW and names_values(operator):
            continue
        narrows = github and claim in facts.GITHUB_CLAIMS and operator in NARROWING
        if keeping and (narrows or (operator, key.lower()) in REQUEST):
            kept.setdefault(operator, {})[key] = value
        else:
            dropped.append(f"{operator} {key}")
    return kept, dropped


def _claim(key: str, provider: Provider) -> str | None:
    """Return the claim of a provider that a condition key is for, None if it is for none."""
    prefix = f"{provider.issuer}:".lower()
    return key.lower().removeprefix(prefix) if key.lower().startswith(prefix) else None


def _served(policy: Mapping[str, Any], terms: Terms) -> Context | Odd:
    """Judge a policy as it will be once its placeholders are filled in."""
    return plain(tried(policy), terms.issuers, terms.account)


def _is_usual(new: Mapping[str, Any], served: Context, provider: Provider) -> bool:
    """Tell at a look that a plain statement lets somebody in: with a usual name and no more."""
    claims = {key.rpartition(":")[2] for keys in new["Condition"].values() for key in keys}
    is_usual = claims <= _ANEW and _USUAL.fullmatch(served.context) is not None
    return is_usual and is_github_issuer(provider.issuer)


def _is_exact(new: Mapping[str, Any]) -> bool:
    """Tell whether the conditions of a plain statement let somebody in."""
    judgement = judge(tried(_policy(new)))
    is_exact = judgement.verdict in (Verdict.EXACT, Verdict.PULL_REQUEST)
    return is_exact and judgement.refused is None


# What a placeholder says that a place lacks


def _owner(place: Place) -> str:
    if place.id:
        return f"owner of repository {place.id}"
    return f"owner with id {place.owner_id}" if place.owner_id else "owner"


def _name(place: Place) -> str:
    return f"name of repository {place.id}" if place.id else "repository"


def _owner_id(place: Place) -> str:
    if place.owner:
        return f"id of {place.owner}"
    return f"id of the owner of repository {place.id}" if place.id else "id of the owner"


def _id(place: Place) -> str:
    return f"id of {full_name(place)}" if place.owner and place.name else "id of the repository"
