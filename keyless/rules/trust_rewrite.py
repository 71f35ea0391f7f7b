"""Write the trust policies to put in the place of one that is not plain.

There is one for each context that the old policy names, since a role serves one. What the old
policy leaves open is a placeholder in angle brackets, with the command that says it if there is
one: nothing is made up. A policy is handed out only if it is plain once its placeholders are filled
in. Conditions that may stay are kept, and all else that the new ones lack is named.
"""

import json
import re
import shlex
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any, NamedTuple

from keyless import facts
from keyless.ref_patterns import looseness
from keyless.rules.policy_json import entries, members
from keyless.rules.policy_json import plain as decoded
from keyless.trust import Judgement, StatementJudgement, Verdict, judge
from keyless.trust.claims import TEMPLATE_KEYS
from keyless.trust.issuers import Provider, read_provider
from keyless.trust.plain import Odd, plain

MOST_CONTEXTS = 20
"""So many policies are written, at most."""

_OPEN, _CLOSE = "\ue000", "\ue001"
"""What a placeholder stands between until the end; an old policy with these is not rewritten."""
_PLACEHOLDER = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]+){_CLOSE}")
_ACCOUNT = re.compile(r"arn:[^:]+:iam:[^:]*:([0-9]{12}):")
_SUBJECT = re.compile(
    rf"repo:(?P<owner>{facts.OWNER_NAME})(?:@(?P<owner_id>[0-9]+|\*))?"
    rf"(?:/(?P<name>{facts.REPOSITORY_NAME})(?:@(?P<id>[0-9]+|\*))?:(?P<context>.*)|/.*)"
)
_EXACT = re.compile(r"(?:^|:)(pull_request|(?:environment:|ref:refs/(?:heads|tags)/)[^:%*?$]+)$")
_FAMILY = re.compile(r"(?:^|:)ref:refs/(heads|tags)/(.+)$")
_CONTEXTS = ("environment", "ref", facts.PULL_REQUEST_CONTEXT)
"""What a context begins with in a subject."""
_PULLS = re.compile(r"\S*\bref:refs/pull/\S*")
_ANEW = frozenset({"aud", "sub", "repository_id", "repository_owner_id"})
"""Claims whose conditions are written anew."""
_REQUEST = (("DateLessThan", "aws:currenttime"), ("IpAddress", "aws:sourceip"))
_COMMANDS = (
    (re.compile(r"id of the owner of repository ([0-9]+)"), "repositories/{} --jq .owner.id"),
    (re.compile(r"owner of repository ([0-9]+)"), "repositories/{} --jq .owner.login"),
    (re.compile(r"name of repository ([0-9]+)"), "repositories/{} --jq .name"),
    (re.compile(r"owner with id ([0-9]+)"), "user/{} --jq .login"),
    (re.compile(rf"id of ({facts.OWNER_NAME}/{facts.REPOSITORY_NAME})"), "repos/{} --jq .id"),
    (re.compile(rf"id of ({facts.OWNER_NAME})"), "users/{} --jq .id"),
)
"""What says what a placeholder stands for, by its text."""


class Placeholder(NamedTuple):
    """Something that the old policy does not say, and the command that does, if there is one."""

    text: str
    command: str | None


@dataclass(frozen=True)
class Rewrite:
    """The trust policies to write instead, each for a role of its own; none if `why` or unknown."""

    documents: tuple[Mapping[str, Any], ...] = ()
    fill_in: tuple[Placeholder, ...] = ()
    left_out: tuple[str, ...] = ()
    """What the old policy has besides, and a plain one cannot have."""
    template_of: str = ""
    """The repository whose subject template has to be reset before, as OWNER/NAME or by its id."""
    why: str = ""
    """Why no policy is written although the old one can be read, a clause."""

    def filled(self, known: Mapping[str, str]) -> "Rewrite":
        """Return it with what is known in place of placeholders, by their texts."""
        text = _text(self.documents)
        for placeholder, value in known.items():
            text = text.replace(_text(f"<{placeholder}>")[1:-1], _text(value)[1:-1])
        left = tuple(each for each in self.fill_in if each.text not in known)
        return replace(self, documents=tuple(json.loads(text)), fill_in=left)

    @property
    def document(self) -> Mapping[str, Any] | None:
        """The one policy to write, if the old one names one context and everything of it."""
        return self.documents[0] if len(self.documents) == 1 and not self.fill_in else None

    @property
    def look_up(self) -> tuple[str, ...]:
        """What to look up for the one policy, where commands say all that is missing in it."""
        asks = [f"the {each.text}: {each.command}" for each in self.fill_in if each.command]
        is_all = len(self.documents) == 1 and len(asks) == len(self.fill_in)
        return tuple(asks) if is_all else ()

    @property
    def says_what_is_meant(self) -> bool:
        """Whether the old policy names one context, and all of it or what to look up."""
        return bool(self.document or self.look_up)


class UnwrittenError(Exception):
    """Say in a clause why no policy is written, and what to do instead."""


@dataclass(frozen=True, kw_only=True)
class _Place:
    """One context of one repository, as far as the old policy names it; empty is what is open."""

    subject: str
    owner: str = ""
    owner_id: str = ""
    name: str = ""
    id: str = ""
    context: str = ""
    has_ids: bool = False
    """Whether a subject of the form with ids gets in."""
    pieces: tuple[tuple[str, str], ...] = ()
    """What a customised subject says besides, by claim key."""
    is_customised: bool = False

    @property
    def is_named(self) -> bool:
        """Whether the old policy says anything of the repository."""
        return any((self.owner, self.owner_id, self.name, self.id))

    @property
    def key(self) -> tuple[str, str, str]:
        """What both forms of its subject have in common."""
        return self.owner, self.name, self.context


class _New(NamedTuple):
    """A statement to write for a place, None if none is plain, and what is lacking then."""

    place: _Place
    statement: Mapping[str, Any] | None
    lacks: list[str]


def rewrite_trust(
    document: object,
    judgement: Judgement,
    issuers: Collection[str],
    account: str | None,
    *,
    pin_ids: bool = False,
) -> Rewrite:
    """Return what to write instead of a trust policy, JSON text or parsed.

    `judgement` is that of `judge`; `issuers` and `account` are those of `plain`. With `pin_ids` a
    repository that goes by its name gets its ids as well. Nothing is returned where it cannot be
    told what the old policy means.
    """
    policy = decoded(document)
    if not isinstance(policy, Mapping) or {_OPEN, _CLOSE} & set(_text(policy)):
        return Rewrite()
    judged = {each.index: each for each in judgement.statements}
    try:
        by_statement = {
            number: list(_rewritten(statement, judged.get(number), issuers, account, pin_ids))
            for number, statement in enumerate(members(policy, "statement"), start=1)
        }
    except UnwrittenError as error:
        return Rewrite(why=str(error))
    found = [new for all_new in by_statement.values() for new in all_new]
    says_something = any(new.place.is_named for new in found)
    written: dict[tuple[str, ...], list[Mapping[str, Any]]] = {}
    left_out, template_of = list[str](), ""
    for number, all_new in by_statement.items():
        named = [new for new in all_new if new.place.is_named or not says_something]
        left_out += [] if named else [f"statement {number}"]
        for place, statement, lacks in named:
            left_out += lacks
            if statement is not None:
                key = (*place.key, statement["Principal"]["Federated"])
                of_place = written.setdefault(key, [])
                of_place += [] if statement in of_place else [statement]
                template_of = _known_name(place) if place.is_customised else template_of
    policies = sorted(
        (policy for each in written.values() for policy in _policies(each, issuers, account)),
        key=_has_holes,
    )
    shown = _text(policies)
    holes = dict.fromkeys(_PLACEHOLDER.findall(shown))
    return Rewrite(
        tuple(json.loads(_PLACEHOLDER.sub(_in_brackets, shown))),
        tuple(Placeholder(each, _command(each)) for each in holes),
        tuple(dict.fromkeys(left_out)) if written else (),
        template_of,
    )


def _rewritten(
    statement: object,
    judged: StatementJudgement | None,
    issuers: Collection[str],
    account: str | None,
    pin_ids: bool,
) -> Iterator[_New]:
    """Yield a statement for each place that a statement lets in, and what that lacks of it."""
    if not isinstance(statement, Mapping) or not _is_allow(statement) or judged is None:
        return
    providers, lacks = _principals(statement, issuers, account)
    for provider in providers:
        conditions = list(_conditions(statement))
        places = _places(conditions, provider.issuer, _served(judged))
        if len(places) > MOST_CONTEXTS:
            raise UnwrittenError(
                f"statement {judged.index} serves {len(places)} contexts, and at most "
                f"{MOST_CONTEXTS} are written out. Give each a role of its own"
            )
        alive = [place for place in places if place.context in _served(judged)]
        for place in places:
            new, left = None, [f'sub "{place.subject}"']
            if alive and place not in alive:
                yield _New(place, new, [f"{left[0]} of statement {judged.index}"])
                continue
            for keeping in (True, False):
                kept, dropped = _kept(conditions, provider, keeping=keeping)
                found = _plain_statement(statement, provider, place, kept, pin_ids)
                if _is_plain(_policy(found), issuers, account) and _is_exact(_policy(found)):
                    new, left = found, [*lacks, *dropped, *_unsaid(place, found)]
                    break
            yield _New(place, new, [f"{each} of statement {judged.index}" for each in left])


def _is_allow(statement: Mapping[str, object]) -> bool:
    """Tell whether a statement is meant to let somebody in: AWS takes the word as written alone."""
    effects = members(statement, "effect")
    return [str(each).strip().lower() for each in effects] == ["allow"]


def _principals(
    statement: Mapping[str, Any], issuers: Collection[str], account: str | None
) -> tuple[list[Provider], list[str]]:
    """Return the providers of GitHub's that a statement lets in, and everybody else."""
    providers: dict[str, Provider] = {}
    others: list[str] = []
    for principal in members(statement, "principal"):
        named = principal if isinstance(principal, Mapping) else {"AWS": principal}
        for kind in named:
            for value in entries(named[kind]):
                if found := _provider(str(value), issuers, account):
                    providers[found.arn] = found
                else:
                    others.append(f'{kind} "{value}"')
    return list(providers.values()), others


def _provider(value: str, issuers: Collection[str], account: str | None) -> Provider | None:
    """Return the listed provider that a principal means, by the ARN that it has in the account."""
    read = read_provider(value.strip())
    if read is None or facts.partition_named(read.partition) is None:
        return None
    issuer = next((each for each in issuers if each.lower() == read.issuer), None)
    written = _ACCOUNT.match(read.arn)
    number = account or (written[1] if written else None)
    if issuer is None or number is None:
        return None
    arn = facts.provider_arn(read.partition, number, issuer)
    return Provider(arn, read.partition, issuer, is_github=True)


def _policies(
    statements: Sequence[Mapping[str, Any]], issuers: Collection[str], account: str | None
) -> list[Mapping[str, Any]]:
    """Return one policy of several statements, or one for each where their ids disagree."""
    whole = _policy(*statements)
    return [whole] if _is_plain(whole, issuers, account) else [_policy(each) for each in statements]


def _policy(*statements: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _plain_statement(
    statement: Mapping[str, Any],
    provider: Provider,
    place: _Place,
    kept: Mapping[str, Mapping[str, Any]],
    pin_ids: bool,
) -> Mapping[str, Any]:
    arn, issuer = provider.arn, provider.issuer
    partition = facts.partition_named(provider.partition) or facts.AWS
    github = facts.documents_github_claims(issuer, partition.name)
    owner_id, number = place.owner_id, place.id
    if (place.has_ids or pin_ids) and (github or facts.mints_immutable(issuer)):
        owner_id, number = owner_id or _hole(_owner_id(place)), number or _hole(_id(place))
    owner, name = place.owner or _hole(_owner(place)), place.name or _hole(_name(place))
    subjects = [f"{facts.REPOSITORY_PREFIX}{owner}/{name}:{place.context}"]
    if owner_id and number and facts.mints_immutable(issuer):
        whole = f"{owner}@{owner_id}/{name}@{number}"
        subjects.append(f"{facts.REPOSITORY_PREFIX}{whole}:{place.context}")
    claims: dict[str, Any] = {"aud": partition.audience, "sub": subjects}
    if github:
        claims |= {"repository_id": number} if number else {}
        claims |= {"repository_owner_id": owner_id} if owner_id else {}
    equals = {f"{issuer}:{claim}": value for claim, value in claims.items()}
    condition = {"StringEquals": equals}
    pieces = {"StringEquals": dict[str, str](), "StringLike": dict[str, str]()}
    for claim, value in place.pieces if github else ():
        if claim in facts.GITHUB_CLAIMS:
            pieces["StringLike" if _is_open(value) else "StringEquals"][f"{issuer}:{claim}"] = value
    for operator, keys in (*kept.items(), *((o, p) for o, p in pieces.items() if p)):
        condition[operator] = {**condition.get(operator, {}), **keys}
    actions = {str(each).lower() for each in members(statement, "action")}
    action = "sts:AssumeRoleWithWebIdentity"
    tags = "sts:tagsession" in actions
    return {
        "Effect": "Allow",
        "Principal": {"Federated": arn},
        "Action": [action, "sts:TagSession"] if tags else action,
        "Condition": condition,
    }


def _unsaid(place: _Place, new: Mapping[str, Any]) -> list[str]:
    """Return the pieces of a customised subject that are no conditions now."""
    said = {key.rpartition(":")[2] for keys in new["Condition"].values() for key in keys}
    return [f'"{claim}:{value}" in sub' for claim, value in place.pieces if claim not in said]


# What the old policy names


def _conditions(statement: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Yield each condition; none where one of two members of a name counts."""
    block = next(iter(members(statement, "condition")), None)
    operators = block.items() if isinstance(block, Mapping) else ()
    if len({str(operator).lower() for operator, _ in operators}) < len(operators):
        return
    for operator, keys in operators:
        for key, value in keys.items() if isinstance(keys, Mapping) else ():
            yield str(operator), str(key), value


def _named(conditions: Sequence[tuple[str, str, Any]], issuer: str, claim: str) -> list[str]:
    """Return the values that conditions name for a claim: of several the most literal ones."""
    found = [
        [str(each) for each in (value if isinstance(value, list) else [value])]
        for operator, key, value in conditions
        if key.lower() == f"{issuer.lower()}:{claim}" and _names(operator)
    ]
    return min(found, key=lambda values: len([*filter(_is_open, values)]), default=[])


def _names(operator: str) -> bool:
    base = operator.lower().rpartition(":")[2].removesuffix("ifexists")
    return base in ("stringequals", "stringlike", "stringequalsignorecase")


def _is_open(value: str) -> bool:
    return bool(set(value) & set("*?$"))


def _served(judged: StatementJudgement) -> list[str]:
    """Return the contexts that a statement serves exactly, if they are of one repository."""
    is_exact = judged.verdict in (Verdict.EXACT, Verdict.PULL_REQUEST)
    is_one = len({each.repository for each in judged.contexts}) == 1
    return [each.context for each in judged.contexts if is_exact and is_one]


def _places(
    conditions: Sequence[tuple[str, str, Any]], issuer: str, served: Sequence[str]
) -> list[_Place]:
    """Return the places that conditions name, both forms of a subject put together.

    `served` are the contexts that stand for one which is open.
    """

    def only(claim: str) -> str:
        values = _named(conditions, issuer, claim)
        return values[0] if len(values) == 1 and not _is_open(values[0]) else ""

    subjects = _named(conditions, issuer, "sub") or [""]
    refs = [f"{facts.REF_PREFIX}{each}" for each in _named(conditions, issuer, "ref")]
    environments = _named(conditions, issuer, "environment")
    claimed = [f"{facts.ENVIRONMENT_PREFIX}{each}" for each in environments if not _is_open(each)]
    claimed = claimed or [_context(each) or each for each in refs] or [*served]
    owner, _, name = only("repository").partition("/")
    joined: dict[tuple[str, ...], _Place] = {}
    for subject, claim in product(subjects, claimed or [""]):
        place = _of_subject(subject)
        context = _one_of(place.context, claim)
        if of_pulls := _PULLS.search(subject) or _PULLS.search(context):
            raise UnwrittenError(
                f"{json.dumps(of_pulls[0])} is the ref of pull requests, and pull_request would "
                "let in all of them. Name the branch or the environment that is meant"
            )
        place = replace(
            place,
            owner=place.owner or owner,
            name=place.name or name,
            owner_id=place.owner_id or _digits(only("repository_owner_id")),
            id=place.id or _digits(only("repository_id")),
            context=context or f"{facts.ENVIRONMENT_PREFIX}{_hole('environment')}",
        )
        if known := joined.get(place.key):
            place = replace(
                place,
                owner_id=known.owner_id or place.owner_id,
                id=known.id or place.id,
                has_ids=known.has_ids or place.has_ids,
            )
        joined[place.key] = place
    return list(joined.values())


def _one_of(context: str, claimed: str) -> str:
    """Return the context of a subject, or the claimed one where the subject leaves that open."""
    if _OPEN in context and claimed.startswith(context.partition(_OPEN)[0]):
        return claimed
    return context or claimed


def _of_subject(subject: str) -> _Place:
    usual, pieces = _default_form(subject)
    match = _SUBJECT.fullmatch(usual)
    if match is None and pieces is not None:
        number, owner_id = (
            pieces.pop(each, "") for each in ("repository_id", "repository_owner_id")
        )
        return _Place(
            subject=subject,
            owner_id=_digits(owner_id),
            id=_digits(number),
            context=usual,
            has_ids=True,
            pieces=tuple(pieces.items()),
            is_customised=True,
        )
    if match is None:
        return _Place(subject=subject, context=_context(usual), has_ids=True)
    ids = [match[each] for each in ("owner_id", "id")]
    return _Place(
        subject=subject,
        owner=match["owner"],
        owner_id=_digits(ids[0]),
        name=match["name"] or "",
        id=_digits(ids[1]),
        context=_context(match["context"] or usual),
        has_ids=match["name"] is None or any(ids),
        pieces=tuple((pieces or {}).items()),
        is_customised=pieces is not None,
    )


def _default_form(subject: str) -> tuple[str, dict[str, str] | None]:
    """Return a customised subject as GitHub's default would be, and what else it says.

    Of one that goes by the id of the repository alone the context is returned.
    """
    match = _SUBJECT.fullmatch(subject)
    if match and _EXACT.fullmatch(match["context"] or ""):
        return subject, None
    parts, said = subject.removesuffix(":*").split(":"), dict[str, str]()
    while parts:
        key = parts.pop(0)
        said[key] = "" if key == facts.PULL_REQUEST_CONTEXT or not parts else parts.pop(0)
    context = next((key for key in _CONTEXTS if key in said), "")
    shown = f"{context}:{said.get(context)}".removesuffix(":")
    named = "repo" if "repo" in said else "repository_id"
    is_known = named in said and said.keys() <= TEMPLATE_KEYS | {*_CONTEXTS}
    if not is_known or _is_open(said[named]) or not _EXACT.fullmatch(shown):
        return subject, None
    further = {key: value for key, value in said.items() if key not in ("repo", context)}
    prefix = f"{facts.REPOSITORY_PREFIX}{said['repo']}:" if named == "repo" else ""
    return f"{prefix}{shown}", further


def _context(written: str) -> str:
    """Return the context that a subject ends with, empty where it is open."""
    if exact := _EXACT.search(written):
        return exact[1]
    family = _FAMILY.search(written)
    if family is None:
        return facts.PULL_REQUEST_CONTEXT if written.endswith(":pull_request*") else ""
    kind, pattern = family.groups()
    if not looseness("branch" if kind == "heads" else "tag", pattern):
        what = "branches" if kind == "heads" else "tags"
        hole = _hole(f"environment that lists {pattern} among its {what}")
        return f"{facts.ENVIRONMENT_PREFIX}{hole}"
    if pattern.strip("*"):
        return f"{facts.ENVIRONMENT_PREFIX}{_hole('environment')}"
    return f"ref:refs/{kind}/{_hole('branch' if kind == 'heads' else 'tag')}"


def _digits(value: str | None) -> str:
    return value if value and value.isascii() and value.isdigit() else ""


# What may stay


def _kept(
    conditions: Sequence[tuple[str, str, Any]], provider: Provider, *, keeping: bool
) -> tuple[dict[str, dict[str, Any]], list[str]]:
    """Return the conditions that may stay, and those that may not; of both not those anew."""
    github = facts.documents_github_claims(provider.issuer, provider.partition)
    kept, dropped = dict[str, dict[str, Any]](), list[str]()
    for operator, key, value in conditions:
        prefix, _, claim = key.lower().rpartition(":")
        if prefix == provider.issuer.lower() and claim in _ANEW and _names(operator):
            continue
        narrows = github and claim in facts.GITHUB_CLAIMS and operator in _NARROWING
        if keeping and (narrows or (operator, key.lower()) in _REQUEST):
            kept.setdefault(operator, {})[key] = value
        else:
            dropped.append(f"{operator} {key}")
    return kept, dropped


_NARROWING = ("StringEquals", "StringLike")


def _is_plain(document: object, issuers: Collection[str], account: str | None) -> bool:
    """Judge a policy as it will be once its placeholders are filled in."""
    return not isinstance(plain(_filled(document), issuers, account), Odd)


def _is_exact(policy: Mapping[str, Any]) -> bool:
    """Tell whether the conditions of a plain policy let somebody in."""
    judgement = judge(_filled(policy))
    is_exact = judgement.verdict in (Verdict.EXACT, Verdict.PULL_REQUEST)
    return is_exact and judgement.refused is None


def _filled(document: object) -> str:
    numbers = iter(range(1_000_001, 2_000_000))
    filled: dict[str, str] = {}

    def fill(match: re.Match[str]) -> str:
        is_id = match[1].startswith("id of ")
        return filled.setdefault(match[1], f"{next(numbers)}" if is_id else "anything")

    return _PLACEHOLDER.sub(fill, _text(document))


# Placeholders


def _hole(what: str) -> str:
    return f"{_OPEN}{what}{_CLOSE}"


def _has_holes(policy: Mapping[str, Any]) -> bool:
    return _OPEN in _text(policy)


def _in_brackets(match: re.Match[str]) -> str:
    return f"<{match[1]}>"


def _full_name(place: _Place) -> str:
    return f"{place.owner}/{place.name}"


def _known_name(place: _Place) -> str:
    return _full_name(place) if place.name else f"repository {place.id}"


def _owner(place: _Place) -> str:
    if place.id:
        return f"owner of repository {place.id}"
    return f"owner with id {place.owner_id}" if place.owner_id else "owner"


def _name(place: _Place) -> str:
    return f"name of repository {place.id}" if place.id else "repository"


def _owner_id(place: _Place) -> str:
    if place.owner:
        return f"id of {place.owner}"
    return f"id of the owner of repository {place.id}" if place.id else "id of the owner"


def _id(place: _Place) -> str:
    return f"id of {_full_name(place)}" if place.owner and place.name else "id of the repository"


def _command(what: str) -> str | None:
    for pattern, path in _COMMANDS:
        if found := pattern.fullmatch(what):
            return f"gh api {path.format(shlex.quote(found[1]))}"
    return None


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)
