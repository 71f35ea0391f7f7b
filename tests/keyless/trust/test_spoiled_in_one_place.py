"""What the components write, spoiled in one place: anybody who gets in then, the judge says so.

Brute force tells which tokens a changed policy lets in beside those that were meant. Each of them
has to be in the judge's own admitted set, and a token of another repository, another context,
other ids or another audience has to change verdict, side notes or contexts.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from itertools import islice, product
from typing import Any, Final, NamedTuple

import pytest

from keyless.estate.issuer import GITHUB_COM, Issuer
from keyless.estate.subject import Context, RepositoryIdentity
from keyless.estate.trust_policy import Trust, trust_policy
from keyless.facts import AWS
from keyless.trust import Judgement, Note, Verdict, judge
from tests.keyless.trust.brute import (
    APP,
    CONTEXTS,
    ISSUER,
    UNIVERSE,
    Tenant,
    Token,
    admitted,
    by_own_template,
    gets_in,
    mint,
    shown,
    tokens,
)

FLOW: Final = "acme/pipelines/.github/workflows/deploy.yml@refs/heads/main"
REPOSITORY: Final = RepositoryIdentity(APP.owner, int(APP.owner_id), APP.name, int(APP.id))
RECYCLED: Final = Tenant(APP.owner, "4040", APP.name, "4041")
"""Somebody who registered the names after they had become free."""


class Written(NamedTuple):
    """Name a policy that the components write, its verdict and the context that is meant."""

    name: str
    verdict: Verdict
    context: str
    trust: Trust

    @property
    def policy(self) -> dict[str, Any]:
        issuer = Issuer(GITHUB_COM)
        return trust_policy(self.trust, issuer=issuer, partition=AWS, account="111111111111")


PRODUCTION: Final = Context("environment", "prod")
WRITTEN: Final = (
    Written(
        "environment",
        Verdict.EXACT,
        "environment:prod",
        Trust(repository=REPOSITORY, context=PRODUCTION),
    ),
    Written(
        "environment and branch",
        Verdict.EXACT,
        "environment:prod",
        Trust(repository=REPOSITORY, context=PRODUCTION, refs=("refs/heads/main",)),
    ),
    Written(
        "environment and workflow",
        Verdict.EXACT,
        "environment:prod",
        Trust(repository=REPOSITORY, context=PRODUCTION, workflows=(FLOW,)),
    ),
    Written(
        "branch",
        Verdict.EXACT,
        "ref:refs/heads/main",
        Trust(repository=REPOSITORY, context=Context("branch", "main")),
    ),
    Written(
        "pull requests",
        Verdict.PULL_REQUEST,
        "pull_request",
        Trust(repository=REPOSITORY, context=Context("pull_requests")),
    ),
    Written(
        "whole repository",
        Verdict.REPOSITORY_WIDE,
        "*",
        Trust(repository=REPOSITORY, context=Context("whole_repository")),
    ),
)


def minted() -> Iterator[Token | None]:
    """Mint tokens that the universe lacks: recycled names, and audiences that others ask for."""
    for context, immutable in product(CONTEXTS, (False, True)):
        yield mint(RECYCLED, context, (), immutable=immutable)
        for tenant in (APP, Tenant("zz", "1002", "app", "902")):
            yield mint(tenant, context, (), immutable=immutable, audience="https://github.com/acme")


FURTHER: Final = tuple(token for token in minted() if token is not None)

Place = tuple[str | int, ...]


def leaves(value: object, place: Place = ()) -> Iterator[tuple[Place, str]]:
    """Give every text of a document and where it stands."""
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for name, member in value.items():
            yield from leaves(member, (*place, name))
    elif isinstance(value, list):
        for at, member in enumerate(value):
            yield from leaves(member, (*place, at))


def put(document: dict[str, Any], place: Place, value: object) -> dict[str, Any]:
    """Copy a document with one value replaced; None takes it out."""
    changed = deepcopy(document)
    owner: Any = changed
    for step in place[:-1]:
        owner = owner[step]
    if value is None:
        del owner[place[-1]]
    else:
        owner[place[-1]] = value
    return changed


BLOCK: Final[Place] = ("Statement", 0, "Condition")
OPERATORS: Final = tuple(
    f"{quantifier}{base}{suffix}"
    for quantifier in ("", "ForAnyValue:", "ForAllValues:")
    for base in (
        *("StringEquals", "StringLike", "StringEqualsIgnoreCase"),
        *("StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase"),
    )
    for suffix in ("", "IfExists")
)
ELSEWHERE: Final = (
    *(
        "repo:zz/app:environment:prod",
        "repo:acme/lab:environment:prod",
        "repo:acme/app:pull_request",
    ),
    *("repo:acme/app:ref:refs/heads/main-2", "repo:acme@9919/app-two@812:environment:prod"),
    *("repository_owner:acme:environment:prod", "repo:*", "*", "repo:acme/*", "repo:acme@9919/*"),
    *("812", "905", "1002", "8*", "9919", "refs/heads/x", "zz/x/.github/workflows/y.yml@z"),
    "https://github.com/acme",
)


def with_wildcards(text: str, step: int) -> Iterator[str]:
    """Put a star at each place of a text, for a letter or up to its end, and a question mark."""
    for at in range(0, len(text) + 1, step):
        yield f"{text[:at]}*{text[at + 1 :]}"
        yield f"{text[:at]}*"
        yield f"*{text[at:]}"
        yield f"{text[:at]}?{text[at + 1 :]}"


def spoiled(document: dict[str, Any], step: int) -> Iterator[dict[str, Any]]:
    """Change a policy in one place, in every way that there is; wildcards at each `step` only."""
    block: dict[str, dict[str, Any]] = document["Statement"][0]["Condition"]
    yield put(document, BLOCK, None)
    for operator, keys in block.items():
        yield put(document, (*BLOCK, operator), None)
        for other in OPERATORS:
            if other not in block:
                moved = {other if name == operator else name: m for name, m in block.items()}
                yield put(document, BLOCK, moved)
        for key, value in keys.items():
            yield from with_another_key(document, (*BLOCK, operator), key)
            values = value if isinstance(value, list) else [value]
            yield put(document, (*BLOCK, operator, key), [])
            for further in ELSEWHERE:
                yield put(document, (*BLOCK, operator, key), [*values, further])
    for place, text in leaves(block, BLOCK):
        for value in (*with_wildcards(text, step), *ELSEWHERE, text.upper()):
            yield put(document, place, value)
    yield from with_wildcards_allowed(document, step)
    yield put(document, ("Version",), "2008-10-17")


def with_another_key(document: dict[str, Any], place: Place, key: str) -> Iterator[dict[str, Any]]:
    """Take a condition out, move it under another operator, or let it ask for another claim."""
    operator = place[-1]
    yield put(document, (*place, key), None)
    keys: dict[str, Any] = document["Statement"][0]["Condition"][operator]
    rest = put(document, (*place, key), None)
    for other in OPERATORS:
        if other not in document["Statement"][0]["Condition"]:
            yield put(rest, (*BLOCK, other), {key: keys[key]})
    for claim in ("actor", "event_name", "repository_owner", "repository", "ref", "sub"):
        yield put(rest, (*place, f"{ISSUER}:{claim}"), keys[key])
    yield put(rest, (*place, f"{ISSUER}/acme:{key.rpartition(':')[2]}"), keys[key])


def with_wildcards_allowed(document: dict[str, Any], step: int) -> Iterator[dict[str, Any]]:
    """Move one condition to StringLike and put wildcards into its values, which is one thought."""
    block: dict[str, dict[str, Any]] = document["Statement"][0]["Condition"]
    for key, value in block["StringEquals"].items():
        rest = put(document, (*BLOCK, "StringEquals", key), None)
        like = dict(block.get("StringLike", {}))
        for at, text in enumerate(value if isinstance(value, list) else [value]):
            for tamed in with_wildcards(text, step):
                values = list(value) if isinstance(value, list) else [value]
                values[at] = tamed
                yield put(rest, (*BLOCK, "StringLike"), {**like, key: values})


def is_meant(token: Token, written: Written) -> bool:
    """Tell whether a token is of the repository and the context that the policy is written for."""
    own = token.owner == APP.owner and token.claims["repository_id"] == APP.id
    usual = token.claims["aud"] == "sts.amazonaws.com"
    return (
        own
        and usual
        and written.context
        in {
            "*",
            shown(token.context),
            *by_own_template(token),
        }
    )


def says(judgement: Judgement) -> tuple[object, ...]:
    return judgement.verdict, judgement.notes, judgement.contexts


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written.name)
def test_what_is_written_is_what_is_meant(written: Written) -> None:
    judgement = judge(written.policy)
    assert judgement.verdict is written.verdict
    assert judgement.notes == frozenset()
    assert [context.context for context in judgement.contexts] == [written.context]
    inside = [*tokens(admitted(written.policy))]
    inside += [token for token in FURTHER if gets_in(written.policy, token)]
    assert inside
    assert all(is_meant(token, written) for token in inside)


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written.name)
def test_anybody_else_who_gets_in_is_reported(written: Written) -> None:
    """Take every fifth change: each kind of change comes at several places."""
    assert looser_policies(written, step=29, every=5) > 12


@pytest.mark.long
@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written.name)
def test_anybody_else_who_gets_in_is_reported_at_every_letter(written: Written) -> None:
    """Try all changes; the policy for a whole repository has the fewest places to spoil."""
    assert looser_policies(written, step=1, every=1) > 150


def looser_policies(written: Written, step: int, every: int) -> int:
    """Spoil a policy, count what lets further tokens in, and check what the judge says of them."""
    meant = judge(written.policy)
    before = admitted(written.policy)
    looser = 0
    for changed in islice(spoiled(written.policy, step), None, None, every):
        judgement = judge(changed)
        inside = admitted(changed) & ~before
        further = [token for token in FURTHER if gets_in(changed, token)]
        if not inside and not further:
            continue
        looser += 1
        for token in (*further, *tokens(inside & -inside)):
            assert judgement.admits(token.claims), (changed, token)
        strangers = [t for t in (*tokens(inside), *further) if not is_meant(t, written)]
        assert not strangers or says(judgement) != says(meant), (changed, strangers[0])
        assert judgement.verdict not in {Verdict.DEAD, Verdict.NOT_GITHUB}, changed
        if any(token.claims["aud"] != "sts.amazonaws.com" for token in strangers):
            assert Note.NO_AUDIENCE in judgement.notes or judgement.verdict is Verdict.UNKNOWN
    return looser


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written.name)
@pytest.mark.parametrize(
    ("place", "value", "verdict"),
    [
        (("Statement", 0, "Principal"), "*", None),
        (("Statement", 0, "Principal"), {"AWS": "*"}, None),
        (("Statement", 0, "Principal", "Federated"), "*", None),
        (("Statement", 0, "Action"), "*", None),
        (("Statement", 0, "NotPrincipal"), {"AWS": "111111111111"}, Verdict.UNKNOWN),
        (("Statement", 0, "Effect"), "Deny", Verdict.NOT_GITHUB),
        (("Statement", 0, "Effect"), "allow", Verdict.DEAD),
        (("Statement", 0, "Action"), "sts:AssumeRole", Verdict.DEAD),
        (("Statement", 0, "Condition"), None, Verdict.OPEN),
        (("Statement", 0, "Condition"), {}, Verdict.OPEN),
        (("Statement", 0, "Condition"), "", Verdict.UNKNOWN),
    ],
)
def test_other_elements(
    written: Written, place: Place, value: object, verdict: Verdict | None
) -> None:
    judgement = judge(put(written.policy, place, value))
    assert judgement.verdict is (verdict or written.verdict)


@pytest.mark.parametrize("written", WRITTEN, ids=lambda written: written.name)
def test_further_statement_is_reported(written: Written) -> None:
    policy = written.policy
    (statement,) = policy["Statement"]
    bare = {name: value for name, value in statement.items() if name != "Condition"}
    assert judge({**policy, "Statement": [statement, bare]}).verdict is Verdict.OPEN
    other = deepcopy(statement)
    for keys in other["Condition"].values():
        for key in keys:
            keys[key] = [value.replace("811", "812") for value in _listed(keys[key])]
    judgement = judge({**policy, "Statement": [statement, other]})
    assert says(judgement) != says(judge(policy))
    assert len(judgement.contexts) == 2


def _listed(value: str | list[str]) -> list[str]:
    return value if isinstance(value, list) else [value]


def test_every_token_of_the_repository_has_its_own_ids() -> None:
    own = [token for token in UNIVERSE if (token.owner, token.name) == (APP.owner, APP.name)]
    assert {token.claims["repository_id"] for token in own} == {APP.id}
