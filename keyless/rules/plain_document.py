"""Write the plain trust policy to put in the place of an odd one that names everything.

It names one context that the odd one names, and is handed out only if `plain` finds that context in
it. Conditions that may stay are kept, and those that may not are named. What the odd document does
not name is not made up: then it is said what has to be looked up.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from keyless import facts
from keyless.text.json_text import read_json
from keyless.trust.plain import Odd, plain

_PROVIDER = re.compile(r"arn:([a-z-]+):iam::([0-9]{12}):oidc-provider/([!-~]+)")
_ID = r"(?:@([0-9]+|\*))?"
_SUBJECT = re.compile(
    f"repo:({facts.OWNER_NAME}){_ID}/({facts.REPOSITORY_NAME}){_ID}:"
    r"(\*|pull_request|(?:environment:|ref:refs/heads/|ref:refs/tags/)[^:%*?$]+|"
    r"environment:\*|ref:\*|ref:refs/heads/\*|ref:refs/tags/\*)"
)
_CONTEXT = re.compile(r"pull_request|(?:environment:|ref:refs/heads/|ref:refs/tags/)[^:%*?$]+")
_REQUEST = (("DateLessThan", "aws:currenttime"), ("IpAddress", "aws:sourceip"))
_PIECES = facts.GITHUB_CLAIMS | {"repo", facts.PULL_REQUEST_CONTEXT}
"""The keys of a customised subject that can become conditions."""
_NARROWING = ("StringEquals", "StringLike", "StringEqualsIgnoreCase")
_WRITTEN_ANEW = frozenset({"aud", "sub", "repository_id", "repository_owner_id"})


@dataclass(frozen=True)
class Rewrite:
    """The plain document, or what has to be looked up before it can be written."""

    document: Mapping[str, Any] | None = None
    look_up: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    """What the odd document has besides, and the plain one cannot have."""
    template_of: str = ""
    """The repository whose subject template has to be reset before, as OWNER/NAME."""


@dataclass
class _Place:
    """A repository and a context, as far as a statement names them."""

    owner: str = ""
    name: str = ""
    owner_id: str = ""
    id: str = ""
    contexts: set[str] = field(default_factory=set)
    has_ids: bool = False
    """Whether a subject of the form with ids gets in."""
    pieces: dict[str, str] = field(default_factory=dict)
    """What a customised subject says besides, by claim."""
    is_customised: bool = False


def plain_document(document: object, issuers: Collection[str], account: str | None) -> Rewrite:
    """Return the plain document to write instead of an odd one, or what has to be looked up.

    The parameters are those of `plain`. Nothing at all is returned where it cannot be told what
    the odd document means.
    """
    try:
        policy = read_json(document) if isinstance(document, str) else document
    except (ValueError, RecursionError):
        return Rewrite()
    statements = policy.get("Statement") if isinstance(policy, Mapping) else None
    listed = statements if isinstance(statements, list) else [statements]
    written: list[Mapping[str, Any]] = []
    look_up: list[str] = []
    left_out: list[str] = []
    template_of = ""
    for number, statement in enumerate(listed, start=1):
        is_allow = isinstance(statement, Mapping) and statement.get("Effect") == "Allow"
        rewritten = _statement(statement, issuers) if is_allow else Rewrite()
        look_up += rewritten.look_up
        if rewritten.document is None:
            left_out.append(f"statement {number}")
        elif rewritten.document not in written:
            written.append(rewritten.document)
            template_of = rewritten.template_of or template_of
            left_out += (f"{each} of statement {number}" for each in rewritten.left_out)
    if look_up or not written:
        return Rewrite(look_up=tuple(dict.fromkeys(look_up)))
    whole = {"Version": "2012-10-17", "Statement": written}
    is_plain = not isinstance(plain(whole, issuers, account), Odd)
    return Rewrite(whole, (), tuple(left_out), template_of) if is_plain else Rewrite()


def _statement(statement: Mapping[str, Any], issuers: Collection[str]) -> Rewrite:
    """Rewrite a statement, which takes the place of a whole document here."""
    principal = statement.get("Principal")
    named = principal.get("Federated") if isinstance(principal, Mapping) else None
    arns = [one for one in _list(named) if isinstance(one, str)]
    provider = next((arn for one in arns if (arn := _PROVIDER.fullmatch(one))), None)
    if provider is None or provider[3] not in issuers:
        return Rewrite()
    issuer, github = provider[3], facts.documents_github_claims(provider[3], provider[1])
    conditions = list(_conditions(statement.get("Condition")))
    claims = {
        key.rpartition(":")[2]: values
        for _, key, values in conditions
        if key.rpartition(":")[0] == issuer.lower()
    }
    place = _place(claims)
    if place is None or (place.pieces and not github):
        return Rewrite()
    if look_up := list(_missing(place)):
        return Rewrite(look_up=tuple(look_up) if github or place.name else ())
    partition = facts.partition_named(provider[1]) or facts.AWS
    (context,) = place.contexts
    subjects = [f"repo:{place.owner}/{place.name}:{context}"]
    if place.owner_id and place.id and facts.form_of(issuer) is not facts.SERVER_FORM:
        whole = f"{place.owner}@{place.owner_id}/{place.name}@{place.id}"
        subjects.append(f"repo:{whole}:{context}")
    equals: dict[str, Any] = {f"{issuer}:aud": partition.audience, f"{issuer}:sub": subjects}
    if github:
        equals |= {f"{issuer}:repository_id": place.id} if place.id else {}
        equals |= {f"{issuer}:repository_owner_id": place.owner_id} if place.owner_id else {}
    equals |= {f"{issuer}:{claim}": value for claim, value in place.pieces.items()}
    condition: dict[str, dict[str, Any]] = {"StringEquals": equals}
    left_out: list[str] = []
    for operator, key, value in _further(statement.get("Condition"), issuer):
        if _may_stay(operator, key, github=github):
            condition.setdefault(operator, {})[key] = value
        else:
            left_out.append(f"{operator} {key}")
    actions = [one.lower() for one in _list(statement.get("Action")) if isinstance(one, str)]
    tagging = ["sts:TagSession"] if "sts:tagsession" in actions else []
    return Rewrite(
        {
            "Effect": "Allow",
            "Principal": {"Federated": provider[0]},
            "Action": ["sts:AssumeRoleWithWebIdentity", *tagging]
            if tagging
            else "sts:AssumeRoleWithWebIdentity",
            "Condition": condition,
        },
        left_out=tuple(left_out),
        template_of=f"{place.owner}/{place.name}" if place.is_customised else "",
    )


def _place(claims: Mapping[str, list[str]]) -> _Place | None:
    """Put together what subjects and claims name; None where they name several or nothing."""
    place = _Place()
    subjects = [_default_form(subject, place) for subject in claims.get("sub", [])]
    places = [_SUBJECT.fullmatch(subject) for subject in subjects]
    for found in places:
        if found is None:
            continue
        owner, owner_id, name, number, context = found.groups()
        if (place.owner or owner, place.name or name) != (owner, name):
            return None
        place.owner, place.name = owner, name
        place.has_ids = place.has_ids or bool(owner_id or number)
        place.owner_id = place.owner_id or (owner_id or "").strip("*")
        place.id = place.id or (number or "").strip("*")
        if _CONTEXT.fullmatch(context):
            place.contexts.add(context)
    if any(found is None for found in places) or not places:
        place.has_ids = True
        owner, _, name = _only(claims.get("repository")).partition("/")
        place.owner, place.name = place.owner or owner, place.name or name
    place.owner_id = place.owner_id or _only(claims.get("repository_owner_id"))
    place.id = place.id or _only(claims.get("repository_id"))
    if not place.contexts and (environment := _only(claims.get("environment"))):
        place.contexts.add(f"environment:{environment}")
    elif not place.contexts and (ref := _only(claims.get("ref"))):
        place.contexts.add(f"ref:{ref}")
    is_one = len(place.contexts) == 1 and _CONTEXT.fullmatch(next(iter(place.contexts)))
    return place if is_one else None


def _default_form(subject: str, place: _Place) -> str:
    """Return a customised subject as GitHub's default would be, its further pieces put aside."""
    if _SUBJECT.fullmatch(subject) or set(subject) & set("*?$"):
        return subject
    pieces, said = subject.split(":"), dict[str, str]()
    while pieces:
        key = pieces.pop(0)
        said[key] = "" if key == facts.PULL_REQUEST_CONTEXT or not pieces else pieces.pop(0)
    if "repo" not in said or not said.keys() <= _PIECES:
        return subject
    context = next((key for key in ("environment", "ref", "pull_request") if key in said), "")
    place.is_customised = True
    place.pieces |= {key: said[key] for key in said if key not in ("repo", context)}
    return f"repo:{said['repo']}:{context}{':' if said.get(context) else ''}{said.get(context, '')}"


def _missing(place: _Place) -> Iterator[str]:
    """Say what has to be looked up before the place can be written out."""
    if not place.name:
        if place.id:
            yield f"the repository's name: gh api repositories/{place.id} --jq .full_name"
        return
    if place.has_ids and not place.owner_id:
        yield f"the owner's id: gh api users/{place.owner} --jq .id"
    if place.has_ids and not place.id:
        yield f"the repository's id: gh api repos/{place.owner}/{place.name} --jq .id"


def _conditions(conditions: object) -> Iterator[tuple[str, str, list[str]]]:
    """Yield each condition that is sure to narrow: its operator, its key in lower case, texts."""
    for operator, keys in conditions.items() if isinstance(conditions, Mapping) else ():
        narrows = str(operator).removeprefix("ForAnyValue:") in _NARROWING
        for key, value in keys.items() if narrows and isinstance(keys, Mapping) else ():
            yield str(operator), str(key).lower(), [str(each) for each in _list(value)]


def _further(conditions: object, issuer: str) -> Iterator[tuple[str, str, Any]]:
    """Yield the conditions of the odd document that are not written anew."""
    for operator, keys in conditions.items() if isinstance(conditions, Mapping) else ():
        for key, value in keys.items() if isinstance(keys, Mapping) else ():
            prefix, _, claim = str(key).lower().rpartition(":")
            if prefix != issuer.lower() or claim not in _WRITTEN_ANEW:
                yield str(operator), str(key), value


def _may_stay(operator: str, key: str, *, github: bool) -> bool:
    if (operator, key.lower()) in _REQUEST:
        return True
    is_claim = key.lower().rpartition(":")[2] in facts.GITHUB_CLAIMS
    return github and is_claim and operator in ("StringEquals", "StringLike")


def _only(values: list[str] | None) -> str:
    """Return the only value if it is literal, an empty text otherwise."""
    one = values[0] if values and len(values) == 1 else ""
    return "" if set(one) & set("*?$") else one


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else [value]
