"""Trust policies and permissions as people write them: none comes out wider than it went in.

Each is tried on tokens of every kind: whoever gets into what a stack writes got in before, the
other spelling of the subject aside. Conditions on the request itself have to be written again, and
rights are compared as sets.
"""

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import product
from typing import Any

import pytest

from keyless.adopt.account import read_roles
from keyless.adopt.decided import Decided, RoleDecision
from keyless.adopt.decisions import decide
from keyless.adopt.entries import Written, write_entries
from keyless.adopt.organisation import FoundRepository, Pattern
from keyless.estate.composed_roles import ComposedRole, as_typed, compose_roles
from keyless.estate.presets.statement_parts import unused_actions
from keyless.rehearse.token import Claims, Job, Repository
from keyless.trust import judge
from sandbox.seed import read_seed
from tests import seeds
from tests.keyless.adopt.held import decided_of, decided_seed, role_entry

pytestmark = pytest.mark.usefixtures("judged_once")

GITHUB = "token.actions.githubusercontent.com"
GHE = "ghe.acme.example/_services/token"
STS = "sts.amazonaws.com"
PROD = "repo:acme/storehouse:environment:production"
BY_ID = "repo:acme@9919/storehouse@700200301:environment:production"
PREVIEW = "repo:acme/storehouse:environment:preview"
SHIP = "acme/p/.github/workflows/ship.yml@refs/tags/v1"
PLAN = "acme/p/.github/workflows/plan.yml@refs/tags/v1"
PROVIDER = f"arn:aws:iam::222222222222:oidc-provider/{GITHUB}"

Operators = dict[str, dict[str, Any]]


def when(*more: Operators, sub: Any = PROD, aud: Any = STS) -> Operators:
    """Return a block with audience and subject, and more claims by short names."""
    block: Operators = {"StringEquals": {f"{GITHUB}:aud": aud, f"{GITHUB}:sub": sub}}
    if sub is None:
        del block["StringEquals"][f"{GITHUB}:sub"]
    if aud is None:
        del block["StringEquals"][f"{GITHUB}:aud"]
    for each in more:
        for operator, keys in each.items():
            named = {k if ":" in k else f"{GITHUB}:{k}": v for k, v in keys.items()}
            block.setdefault(operator, {}).update(named)
    return {operator: keys for operator, keys in block.items() if keys}


def allow(condition: Operators | None = None, /, **parts: Any) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": when() if condition is None else condition,
        **parts,
    }
    return {name: part for name, part in statement.items() if part is not None}


def deny(condition: Operators, /, **parts: Any) -> dict[str, Any]:
    return allow(condition, **{"Effect": "Deny", **parts})


def trust(*statements: dict[str, Any], **parts: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements), **parts}


def decided(
    document: object = None,
    organisation: Any = None,
    policies: dict[str, Any] | None = None,
    **changes: Any,
) -> tuple[Written, RoleDecision]:
    """Decide about one role of the seed `mixed` with another trust policy."""
    found = decided_seed("mixed")
    entry = copy.deepcopy(role_entry("mixed", "storehouse-prod"))
    entry.update(changes)
    if document is not None:
        entry["AssumeRolePolicyDocument"] = document
    again = decide(
        replace(
            found.account,
            roles=tuple(read_roles([entry])),
            policies={**found.account.policies, **(policies or {})},
        ),
        organisation or found.organisation,
        region=found.region,
        role_path=found.role_path,
        as_of=date(2026, 11, 30),
    )
    written = write_entries(again, "prod")
    (one,) = written.decided.roles
    return written, one


def composed(written: Written) -> list[ComposedRole]:
    return list(compose_roles(written.settings, as_typed(written.settings)))


REFS = ("main", "x", "production")
CALLED = (None, SHIP, PLAN, SHIP.upper(), f"{SHIP}x")


@cache
def tokens() -> tuple[tuple[Claims, Claims], ...]:
    return tuple(_tokens(decided_seed("mixed")))


def _tokens(found: Decided) -> Iterator[tuple[Claims, Claims]]:
    own = found.organisation.repositories[0]
    others: list[dict[str, str]] = [{}, {"id": "7"}, {"name": "till"}, {"owner": "elsewhere"}]
    others += [{"owner_id": "7"}, {"name": "Storehouse"}, {"owner": "Acme"}]
    for other, (event, ref, name), called in product(others, _runs(own), CALLED):
        identity = Repository("acme", str(found.organisation.id), own.name, str(own.id))
        job = Job(
            repository=identity, event=event, ref=ref, environment=name, called=called
        ).elsewhere(**other)
        for audience, actor in ((STS, "somebody"), (STS, "production"), ("other", "somebody")):
            both = [dict(job.claims(form, GITHUB, audience)) for form in ("name", "immutable")]
            for claims in both:
                claims["actor"] = actor
            yield both[0], both[1]


def _runs(repository: FoundRepository) -> Iterator[tuple[str, str, str | None]]:
    names = [one.name for one in repository.environments]
    for ref in (*(f"refs/heads/{one}" for one in REFS), "refs/tags/v1"):
        yield "push", ref, None
        yield from (("push", ref, name) for name in (*names, "Production", "qa"))
    yield from (("pull_request", f"refs/pull/{n}/merge", None) for n in (1, 2))


@cache
def inside(document: str) -> tuple[tuple[Claims, Claims], ...]:
    """Return the tokens that get in: many variants are written as the same policy."""
    judgement = judge(document)
    return tuple(pair for pair in tokens() if any(map(judgement.admits, pair)))


def let_in(old: object, new: object) -> list[str]:
    """Return what gets in anew: subjects, and conditions on the request that are not written."""
    before = judge(old)
    found = [
        f"{pair[0]['sub']} {pair[0]['actor']} {pair[0]['job_workflow_ref']} {pair[0]['ref']}"
        for pair in inside(json.dumps(new))
        if not any(map(before.admits, pair))
    ]
    return found[:3]


def still_in(old: object, new: object) -> bool:
    """Tell whether anybody gets in as before."""
    before = judge(old)
    return any(any(map(before.admits, pair)) for pair in inside(json.dumps(new)))


def request_conditions(document: Any) -> set[tuple[str, str, str]]:
    listed = document["Statement"]
    return {
        (operator.lower(), key.lower(), str(values))
        for one in (listed if isinstance(listed, list) else [listed])
        for name, block in one.items()
        if name.lower() == "condition"
        for operator, keys in block.items()
        for key, values in keys.items()
        if key.lower().startswith("aws:")
    }


ADOPT, NARROWER, DEAD = ("adopt",), ("refuse", "narrower-trust"), ("refuse", "dead")
REFUSE = ("refuse",)
REPLACE = ("replace",)

TRUST: dict[str, tuple[tuple[str, ...], Any]] = {
    "plain": (ADOPT, trust(allow())),
    "one statement, no list": (ADOPT, {"Version": "2012-10-17", "Statement": allow()}),
    "both spellings": (ADOPT, trust(allow(when(sub=[PROD, BY_ID])))),
    "ids alone": (ADOPT, trust(allow(when(sub=BY_ID)))),
    "ids of another": (REFUSE, trust(allow(when(sub=BY_ID.replace("301", "302"))))),
    "ids of another beside": (REFUSE, trust(allow(when(sub=[PROD, BY_ID.replace("301", "302")])))),
    "owner id of another": (REFUSE, trust(allow(when(sub=BY_ID.replace("9919", "9918"))))),
    "repository_id right": (
        ADOPT,
        trust(allow(when({"StringEquals": {"repository_id": "700200301"}}))),
    ),
    "repository_id not": (
        REFUSE,
        trust(allow(when({"StringNotEquals": {"repository_id": "700200301"}}))),
    ),
    "owner_id not": (
        REFUSE,
        trust(allow(when({"StringNotEquals": {"repository_owner_id": "9919"}}))),
    ),
    "letter case of the key": (
        ADOPT,
        trust(allow(when({"StringEquals": {"REPOSITORY": "acme/storehouse"}}))),
    ),
    "letter case of the operator": (
        NARROWER,
        trust(allow(when({"stringlike": {"actor": "ines"}}))),
    ),
    "letter case of Condition": (
        NARROWER,
        trust(allow(None, Condition=None, condition=when({"StringEquals": {"actor": "ines"}}))),
    ),
    "letter case of Condition, workflow": (
        ADOPT,
        trust(
            allow(
                None, Condition=None, condition=when({"StringEquals": {"job_workflow_ref": SHIP}})
            )
        ),
    ),
    "letter case of Condition, address": (
        NARROWER,
        trust(
            allow(
                None,
                Condition=None,
                condition=when({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
            )
        ),
    ),
    "letter case of Statement": (
        NARROWER,
        {
            "Version": "2012-10-17",
            "statement": [allow(when({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))],
        },
    ),
    "letter case of Effect": (
        NARROWER,
        trust(
            allow(),
            deny(when({"StringEquals": {"actor": "production"}}), Effect=None, effect="Deny"),
        ),
    ),
    "letter case of Deny, address": (
        NARROWER,
        trust(
            allow(),
            deny({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}, Effect=None, effect="Deny"),
        ),
    ),
    "Deny of an actor": (
        NARROWER,
        trust(allow(), deny({"StringEquals": {f"{GITHUB}:actor": "production"}})),
    ),
    "Deny of an address": (
        NARROWER,
        trust(allow(), deny({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
    ),
    "Deny by NotPrincipal": (
        REFUSE,
        trust(allow(), deny({}, Principal=None, NotPrincipal={"Federated": PROVIDER})),
    ),
    "Allow by NotPrincipal": (
        REFUSE,
        trust(allow(Principal=None, NotPrincipal={"AWS": "arn:aws:iam::222222222222:root"})),
    ),
    "Principal *": (REFUSE, trust(allow(Principal="*"))),
    "Federated *": (REFUSE, trust(allow(Principal={"Federated": "*"}))),
    "NotAction": (ADOPT, trust(allow(Action=None, NotAction="sts:TagSession"))),
    "sts:*": (ADOPT, trust(allow(Action="sts:*"))),
    "sts:* and an address": (
        NARROWER,
        trust(allow(when({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}), Action="sts:*")),
    ),
    "sts:TagSession beside": (
        ADOPT,
        trust(allow(Action=["sts:AssumeRoleWithWebIdentity", "sts:TagSession"])),
    ),
    "action in capitals": (ADOPT, trust(allow(Action="STS:ASSUMEROLEWITHWEBIDENTITY"))),
    "sub IfExists": (DEAD, trust(allow(when({"StringEqualsIfExists": {"sub": PROD}}, sub=None)))),
    "actor IfExists": (NARROWER, trust(allow(when({"StringEqualsIfExists": {"actor": "ines"}})))),
    "workflow IfExists": (
        NARROWER,
        trust(allow(when({"StringEqualsIfExists": {"job_workflow_ref": SHIP}}))),
    ),
    "sub ForAnyValue": (
        ADOPT,
        trust(allow(when({"ForAnyValue:StringEquals": {"sub": PROD}}, sub=None))),
    ),
    "sub ForAllValues": (
        DEAD,
        trust(allow(when({"ForAllValues:StringEquals": {"sub": PROD}}, sub=None))),
    ),
    "workflow ForAllValues": (
        NARROWER,
        trust(allow(when({"ForAllValues:StringEquals": {"job_workflow_ref": SHIP}}))),
    ),
    "aud ForAllValues": (
        ADOPT,
        trust(allow(when({"ForAllValues:StringEquals": {"aud": STS}}, aud=None))),
    ),
    "sub in any letter case": (
        REFUSE,
        trust(allow(when({"StringEqualsIgnoreCase": {"sub": PROD.upper()}}, sub=None))),
    ),
    "sub in any letter case, right": (
        ADOPT,
        trust(allow(when({"StringEqualsIgnoreCase": {"sub": PROD}}, sub=None))),
    ),
    "workflow in any letter case": (
        NARROWER,
        trust(
            allow(
                when({"StringEqualsIgnoreCase": {"job_workflow_ref": SHIP.replace("acme", "Acme")}})
            )
        ),
    ),
    "workflow list": (
        ADOPT,
        trust(allow(when({"StringEquals": {"job_workflow_ref": [SHIP, PLAN]}}))),
    ),
    "workflow like": (ADOPT, trust(allow(when({"StringLike": {"job_workflow_ref": SHIP}})))),
    "workflow wildcard": (
        NARROWER,
        trust(allow(when({"StringLike": {"job_workflow_ref": f"{SHIP}*"}}))),
    ),
    "workflow twice": (
        NARROWER,
        trust(
            allow(
                when(
                    {"StringEquals": {"job_workflow_ref": SHIP}},
                    {"StringLike": {"job_workflow_ref": [SHIP, PLAN]}},
                )
            )
        ),
    ),
    "workflow not": (NARROWER, trust(allow(when({"StringNotEquals": {"job_workflow_ref": SHIP}})))),
    "workflow of no job": (DEAD, trust(allow(when({"StringEquals": {"job_workflow_ref": "x"}})))),
    "Null of an absent claim": (
        NARROWER,
        trust(allow(when({"Null": {"aws:SourceVpc": "false"}}))),
    ),
    "Null of the environment": (ADOPT, trust(allow(when({"Null": {"environment": "false"}})))),
    "Null of the environment, true": (
        REFUSE,
        trust(allow(when({"Null": {"environment": "true"}}))),
    ),
    "Null of a claim in capitals": (NARROWER, trust(allow(when({"NULL": {"actor": "false"}})))),
    "variable in the subject": (
        REFUSE,
        trust(allow(when(sub="repo:acme/storehouse:environment:${aws:PrincipalTag/env}"))),
    ),
    "variable of a claim": (
        NARROWER,
        trust(allow(when({"StringNotEquals": {"environment": f"${{{GITHUB}:actor}}"}}))),
    ),
    "variable of a claim, like": (
        NARROWER,
        trust(allow(when({"StringNotLike": {"repository": f"${{{GITHUB}:job_workflow_ref}}"}}))),
    ),
    "variable in a workflow": (
        REFUSE,
        trust(allow(when({"StringEquals": {"job_workflow_ref": f"${{{GITHUB}:workflow_ref}}"}}))),
    ),
    "date": (
        ADOPT,
        trust(allow(when({"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}}))),
    ),
    "date, no time": (
        NARROWER,
        trust(allow(when({"DateLessThan": {"aws:CurrentTime": "2027-01-01"}}))),
    ),
    "date, epoch": (
        NARROWER,
        trust(allow(when({"DateLessThan": {"aws:CurrentTime": "1798761600"}}))),
    ),
    "date, epoch key": (
        NARROWER,
        trust(allow(when({"NumericLessThan": {"aws:EpochTime": "1798761600"}}))),
    ),
    "date with a zone": (
        NARROWER,
        trust(allow(when({"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00+02:00"}}))),
    ),
    "date that is none": (
        NARROWER,
        trust(allow(when({"DateLessThan": {"aws:CurrentTime": "2027-02-30T00:00:00Z"}}))),
    ),
    "date twice": (
        NARROWER,
        trust(
            allow(
                when(
                    {"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}},
                    {"DateLessThanEquals": {"aws:CurrentTime": "2026-12-01T00:00:00Z"}},
                )
            )
        ),
    ),
    "date list": (
        NARROWER,
        trust(
            allow(
                when(
                    {
                        "DateLessThan": {
                            "aws:CurrentTime": ["2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"]
                        }
                    }
                )
            )
        ),
    ),
    "date gone by": (
        ADOPT,
        trust(allow(when({"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}))),
    ),
    "date from": (
        NARROWER,
        trust(allow(when({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T00:00:00Z"}}))),
    ),
    "date in one statement": (
        NARROWER,
        trust(
            allow(when({"DateLessThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}})),
            allow(when(sub=PREVIEW)),
        ),
    ),
    "addresses": (
        NARROWER,
        trust(allow(when({"IpAddress": {"aws:SourceIp": ["192.0.2.0/24", "198.51.100.0/24"]}}))),
    ),
    "addresses not": (
        NARROWER,
        trust(allow(when({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}}))),
    ),
    "session name": (NARROWER, trust(allow(when({"StringLike": {"sts:RoleSessionName": "ci-*"}})))),
    "two statements alike": (ADOPT, trust(allow(), allow())),
    "two statements, one narrower": (
        NARROWER,
        trust(allow(), allow(when({"StringEquals": {"actor": "ines"}}))),
    ),
    "two statements, workflows": (
        NARROWER,
        trust(
            allow(when({"StringEquals": {"job_workflow_ref": SHIP}})),
            allow(when({"StringEquals": {"job_workflow_ref": PLAN}}, sub=PREVIEW)),
        ),
    ),
    "two statements, audiences": (
        REFUSE,
        trust(allow(when(aud="other")), allow(when(sub=PREVIEW))),
    ),
    "two audiences": (ADOPT, trust(allow(when(aud=[STS, "other"])))),
    "audience not": (REFUSE, trust(allow(when({"StringNotEquals": {"aud": STS}}, aud=None)))),
    "audience like": (REFUSE, trust(allow(when({"StringLike": {"aud": "sts.*"}}, aud=None)))),
    "audience twice": (
        REFUSE,
        trust(allow(when({"StringLike": {"aud": STS}}, aud="other"))),
    ),
    "no audience": (ADOPT, trust(allow(when(aud=None)))),
    "a role of AWS": (
        REFUSE,
        trust(
            allow(),
            allow(
                Principal={"AWS": "arn:aws:iam::222222222222:root"},
                Action="sts:AssumeRole",
                Condition=None,
            ),
        ),
    ),
    "GitHub and Enterprise": (
        REFUSE,
        trust(
            allow(),
            allow(
                {"StringEquals": {f"{GHE}:aud": STS, f"{GHE}:sub": PROD}},
                Principal={"Federated": f"arn:aws:iam::222222222222:oidc-provider/{GHE}"},
            ),
        ),
    ),
    "two providers in one": (
        REFUSE,
        trust(
            allow(
                Principal={
                    "Federated": [PROVIDER, f"arn:aws:iam::222222222222:oidc-provider/{GHE}"]
                }
            )
        ),
    ),
    "provider of another account": (
        REFUSE,
        trust(allow(Principal={"Federated": PROVIDER.replace("222222222222", "333333333333")})),
    ),
    "provider of another account beside": (
        REFUSE,
        trust(
            allow(),
            allow(Principal={"Federated": PROVIDER.replace("222222222222", "333333333333")}),
        ),
    ),
    "provider of another partition": (
        REFUSE,
        trust(allow(Principal={"Federated": PROVIDER.replace("arn:aws:", "arn:aws-us-gov:")})),
    ),
    "provider in capitals": (
        ADOPT,
        trust(allow(Principal={"Federated": PROVIDER.replace("token.actions", "Token.Actions")})),
    ),
    "branch and an environment": (
        REFUSE,
        trust(allow(when(sub=[PROD, "repo:acme/storehouse:ref:refs/heads/main"]))),
    ),
    "environment in capitals": (
        REFUSE,
        trust(allow(when(sub=PROD.replace(":production", ":Production")))),
    ),
    "environment claim of another": (
        REFUSE,
        trust(allow(when({"StringEquals": {"environment": "preview"}}))),
    ),
    "environment wildcard": (
        REPLACE,
        trust(allow(when({"StringLike": {"sub": "repo:acme/storehouse:environment:*"}}, sub=None))),
    ),
    "repository wildcard": (
        REFUSE,
        trust(allow(when({"StringLike": {"sub": "repo:acme/storehouse:*"}}, sub=None))),
    ),
    "wildcard and a claim": (
        ADOPT,
        trust(
            allow(
                when(
                    {"StringLike": {"sub": "repo:acme/storehouse:*"}},
                    {"StringEquals": {"environment": "production"}},
                    sub=None,
                )
            )
        ),
    ),
    "wildcard but": (
        REFUSE,
        trust(
            allow(
                when(
                    {"StringLike": {"sub": "repo:acme/storehouse:*"}},
                    {"StringNotLike": {"environment": "production"}},
                    sub=None,
                )
            )
        ),
    ),
    "wildcard and a session name": (
        NARROWER,
        trust(
            allow(
                when(
                    {
                        "StringLike": {
                            "sub": "repo:acme/storehouse:*",
                            "sts:RoleSessionName": "ci-*",
                        }
                    },
                    sub=None,
                )
            )
        ),
    ),
    "event": (DEAD, trust(allow(when({"StringEquals": {"event_name": "push"}})))),
    "event not": (NARROWER, trust(allow(when({"StringNotEquals": {"event_name": "push"}})))),
    "effect in small letters": (REFUSE, trust(allow(), deny({}, Effect="deny"))),
    "a repository of another owner beside": (
        ("refuse", "several-repositories"),
        trust(allow(when(sub=[PROD, PROD.replace("acme", "other")]))),
    ),
    "a repository of another owner in a statement": (
        ("refuse", "several-repositories"),
        trust(allow(), allow(when(sub=PROD.replace("acme", "other")))),
    ),
    "a repository that is gone beside": (
        ADOPT,
        trust(allow(when(sub=[PROD, PROD.replace("storehouse", "gone")]))),
    ),
    "a repository that is gone, on a condition": (
        ADOPT,
        trust(
            allow(
                when(
                    {"StringEquals": {"actor": "ines"}},
                    sub=PROD.replace("storehouse", "gone"),
                )
            ),
            allow(),
        ),
    ),
    "session length": (
        NARROWER,
        trust(allow(when({"NumericLessThan": {"sts:DurationSeconds": "900"}}))),
    ),
    "key of another issuer": (
        NARROWER,
        trust(allow(when({"StringNotEquals": {f"{GHE}:sub": "x"}}))),
    ),
    "key with a scheme": (
        NARROWER,
        trust(allow(when({"StringNotEquals": {f"https://{GITHUB}:actor": "x"}}))),
    ),
    "any id": (
        ADOPT,
        trust(allow(when({"StringLike": {"sub": BY_ID.replace("700200301", "*")}}, sub=None))),
    ),
    "any environment on a workflow": (
        REFUSE,
        trust(
            allow(
                when(
                    {
                        "StringLike": {"sub": "repo:acme/storehouse:environment:*"},
                        "StringEquals": {"job_workflow_ref": SHIP},
                    },
                    sub=None,
                )
            )
        ),
    ),
    "any environment until a day": (
        REPLACE,
        trust(
            allow(
                when(
                    {
                        "StringLike": {"sub": "repo:acme/storehouse:environment:*"},
                        "datelessthan": {"AWS:CurrentTime": "2027-01-01T00:00:00Z"},
                    },
                    sub=None,
                )
            )
        ),
    ),
    "any environment but one": (
        REPLACE,
        trust(
            allow(
                when(
                    {
                        "StringLike": {"sub": "repo:acme/storehouse:environment:*"},
                        "StringNotEquals": {"environment": "preview"},
                    },
                    sub=None,
                )
            )
        ),
    ),
    "nothing but an address": (
        NARROWER,
        trust(allow({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
    ),
    "pull request of one number": (
        REFUSE,
        trust(
            allow(
                when(
                    {"StringEquals": {"ref": "refs/pull/1/merge"}},
                    sub="repo:acme/storehouse:pull_request",
                )
            )
        ),
    ),
    "ref": (NARROWER, trust(allow(when({"StringEquals": {"ref": "refs/heads/main"}})))),
    "key of no claim": (REFUSE, trust(allow(when({"StringEquals": {"repo": "acme/storehouse"}})))),
    "old version": (ADOPT, trust(allow(), Version="2008-10-17")),
    "unknown operator": (REFUSE, trust(allow(when({"StringMatches": {"actor": "x"}})))),
    "unknown element": (REFUSE, trust(allow(Odd="x"))),
    "wildcard with an operator nobody knows": (
        REFUSE,
        trust(
            allow(
                when(
                    {
                        "StringMatches": {"actor": "x"},
                        "StringLike": {"sub": "repo:acme/storehouse:*"},
                    },
                    sub=None,
                )
            )
        ),
    ),
}


@pytest.mark.parametrize("name", TRUST)
def test_trust(name: str) -> None:
    expected, document = TRUST[name]
    written, one = decided(document)
    assert (one.decision, one.why)[: len(expected)] == expected, one.says
    new = composed(written)
    assert bool(new) is (one.decision != "refuse")
    for role in new:
        assert not let_in(document, role.trust_policy)
        assert still_in(document, role.trust_policy)
        assert request_conditions(document) <= request_conditions(role.trust_policy)


def test_a_statement_with_the_id_of_another_beside_the_name_counts() -> None:
    """The name lets in today, so what the statement asks is not left out."""
    office = {"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}
    subjects = [PROD, BY_ID.replace("700200301", "700200302")]
    _, one = decided(trust(allow(when(office, sub=subjects)), allow(when(sub=PREVIEW))))
    assert one.narrowing.unsaid == ("something else in each statement",)
    assert one.decision == "refuse"


Atom = tuple[str, str, frozenset[tuple[str, str, str]]]
_OWNED = ("stringequals", "aws:resourceaccount", "['222222222222']")
QUEUE = "arn:aws:sqs:eu-west-1:222222222222:orders"
STORE = "arn:aws:s3:::acme-storehouse"


def may(*actions: str, on: Any = QUEUE, **parts: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": on, **parts}


def policy(*statements: Any, **parts: Any) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements), **parts}


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def effective(documents: list[Any]) -> set[Atom]:
    """Return what documents of Allow statements grant, with every condition."""
    found: set[Atom] = set()
    for document in documents:
        for one in listed(document["Statement"]):
            conditions = frozenset(
                (
                    operator.lower(),
                    key.lower(),
                    str(sorted(str(one).replace("True", "true") for one in listed(values))),
                )
                for operator, keys in one.get("Condition", {}).items()
                for key, values in keys.items()
            )
            for action, resource in product(listed(one["Action"]), listed(one["Resource"])):
                if not list(unused_actions((action,), (resource,))):
                    found.add((action.lower(), resource, conditions))
    return found


def gained(old: set[Atom], new: set[Atom]) -> set[Atom]:
    return {
        (action, resource, conditions)
        for action, resource, conditions in new
        if not {
            (action, resource, conditions),
            (action, resource, conditions - {_OWNED}),
        }
        & old
    }


def lost(old: set[Atom], new: set[Atom]) -> set[Atom]:
    return {
        (action, resource, conditions)
        for action, resource, conditions in old
        if not {
            (action, resource, conditions),
            (action, resource, conditions | {_OWNED}),
        }
        & new
    }


BLOCKED = ("refuse", "permissions-blocked")
SYNC = [
    may("s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload", on=f"{STORE}/*"),
    may("s3:ListBucket", on=STORE),
]


def on_condition(condition: Operators) -> dict[str, Any]:
    return policy(*({**one, "Condition": condition} for one in SYNC))


RIGHTS: dict[str, tuple[tuple[str, ...], list[Any]]] = {
    "plain": (ADOPT, [policy(*SYNC)]),
    "one text each": (
        ADOPT,
        [
            {
                "Version": "2012-10-17",
                "Statement": {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE},
            }
        ],
    ),
    "several policies": (ADOPT, [policy(*SYNC), policy(may("sqs:SendMessage"))]),
    "one policy in parts": (ADOPT, [policy(SYNC[0]), policy(SYNC[1])]),
    "NotAction": (BLOCKED, [policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": QUEUE})]),
    "NotResource": (
        BLOCKED,
        [policy({"Effect": "Allow", "Action": "sqs:SendMessage", "NotResource": QUEUE})],
    ),
    "Deny": (BLOCKED, [policy(*SYNC, may("s3:GetObject", on=f"{STORE}/*", Effect="Deny"))]),
    "Deny on a condition": (
        BLOCKED,
        [
            policy(
                *SYNC,
                may(
                    "s3:*",
                    on="*",
                    Effect="Deny",
                    Condition={"Bool": {"aws:SecureTransport": "false"}},
                ),
            )
        ],
    ),
    "Deny in another policy": (
        BLOCKED,
        [policy(*SYNC), policy(may("s3:*", on="*", Effect="Deny"))],
    ),
    "effect in small letters": (BLOCKED, [policy(may("sqs:SendMessage", Effect="deny"))]),
    "members in small letters": (
        BLOCKED,
        [policy({"effect": "Deny", "action": "sqs:*", "resource": "*"}, *SYNC)],
    ),
    "condition in small letters": (
        BLOCKED,
        [policy(may("sqs:SendMessage", condition={"Bool": {"aws:SecureTransport": "true"}}))],
    ),
    "duplicate Sids": (
        ADOPT,
        [policy(may("sqs:SendMessage", Sid="A"), may("sqs:ReceiveMessage", Sid="A"))],
    ),
    "no Resource": (BLOCKED, [policy({"Effect": "Allow", "Action": "sqs:SendMessage"})]),
    "empty": (REFUSE, [policy()]),
    "variable": (ADOPT, [policy(may("s3:GetObject", on=f"{STORE}/${{aws:PrincipalTag/team}}/*"))]),
    "variable in the old version": (
        BLOCKED,
        [
            policy(
                may("s3:GetObject", on=f"{STORE}/${{aws:PrincipalTag/team}}/*"),
                Version="2008-10-17",
            )
        ],
    ),
    "variable without a version": (
        BLOCKED,
        [{"Statement": may("s3:GetObject", on=f"{STORE}/${{aws:PrincipalTag/team}}/*")}],
    ),
    "variable in a condition of the old version": (
        BLOCKED,
        [
            policy(
                may(
                    "s3:ListBucket",
                    on=STORE,
                    Condition={"StringLike": {"s3:prefix": "${aws:PrincipalTag/team}/*"}},
                ),
                Version="2008-10-17",
            )
        ],
    ),
    "old version without variables": (ADOPT, [policy(*SYNC, Version="2008-10-17")]),
    "no version": (ADOPT, [{"Statement": SYNC}]),
    "an escape": (ADOPT, [policy(may("s3:GetObject", on=f"{STORE}/a${{*}}b"))]),
    "account asked for": (
        ADOPT,
        [on_condition({"StringEquals": {"aws:ResourceAccount": "222222222222"}})],
    ),
    "account asked for, like": (
        ADOPT,
        [on_condition({"StringLike": {"aws:ResourceAccount": "222222222222"}})],
    ),
    "account not": (
        ADOPT,
        [on_condition({"StringNotEquals": {"aws:ResourceAccount": "222222222222"}})],
    ),
    "account IfExists": (
        ADOPT,
        [on_condition({"StringEqualsIfExists": {"aws:ResourceAccount": "222222222222"}})],
    ),
    "account of any value": (
        ADOPT,
        [on_condition({"ForAllValues:StringEquals": {"aws:ResourceAccount": "222222222222"}})],
    ),
    "account of another": (
        ADOPT,
        [on_condition({"StringEquals": {"aws:ResourceAccount": "333333333333"}})],
    ),
    "account and transport": (
        ADOPT,
        [
            on_condition(
                {
                    "StringEquals": {"aws:ResourceAccount": "222222222222"},
                    "Bool": {"aws:SecureTransport": "true"},
                }
            )
        ],
    ),
    "principal account": (
        ADOPT,
        [on_condition({"StringEquals": {"aws:PrincipalAccount": "222222222222"}})],
    ),
    "account on any": (
        ADOPT,
        [
            policy(
                may(
                    "ecr:GetAuthorizationToken",
                    on="*",
                    Condition={"StringEquals": {"aws:ResourceAccount": "222222222222"}},
                ),
                may(
                    "ecr:BatchGetImage",
                    "ecr:GetDownloadUrlForLayer",
                    "ecr:BatchCheckLayerAvailability",
                    on="arn:aws:ecr:eu-west-1:222222222222:repository/web",
                ),
            )
        ],
    ),
    "account on a list": (
        ADOPT,
        [
            policy(
                may(
                    "s3:ListAllMyBuckets",
                    on="*",
                    Condition={"StringEquals": {"aws:ResourceAccount": "222222222222"}},
                )
            )
        ],
    ),
    "transport": (ADOPT, [on_condition({"Bool": {"aws:SecureTransport": True}})]),
    "tag": (
        ADOPT,
        [
            policy(
                may(
                    "sqs:SendMessage",
                    Condition={"StringEquals": {"aws:ResourceTag/Env": ["a", "b"]}},
                )
            )
        ],
    ),
    "IfExists": (
        ADOPT,
        [
            policy(
                may(
                    "sqs:SendMessage",
                    Condition={"StringEqualsIfExists": {"aws:ResourceTag/Env": "a"}},
                )
            )
        ],
    ),
    "set operator": (
        ADOPT,
        [
            policy(
                may(
                    "sqs:TagQueue",
                    Condition={"ForAllValues:StringEquals": {"aws:TagKeys": ["a", "b"]}},
                )
            )
        ],
    ),
    "Null": (
        ADOPT,
        [policy(may("sqs:SendMessage", Condition={"Null": {"aws:ResourceTag/Env": "true"}}))],
    ),
    "address": (
        ADOPT,
        [
            policy(
                may("sqs:SendMessage", Condition={"IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]}})
            )
        ],
    ),
    "prefix": (
        ADOPT,
        [
            policy(
                may(
                    "s3:ListBucket",
                    on=STORE,
                    Condition={"StringLike": {"s3:prefix": ["a/*", "b/*"]}},
                )
            )
        ],
    ),
    "operator in small letters": (
        ADOPT,
        [policy(may("sqs:SendMessage", Condition={"stringequals": {"aws:resourcetag/env": "a"}}))],
    ),
    "operator nobody knows": (
        BLOCKED,
        [policy(may("sqs:SendMessage", Condition={"StringMatches": {"aws:ResourceTag/Env": "a"}}))],
    ),
    "actions in capitals": (ADOPT, [policy(may("SQS:SENDMESSAGE"))]),
    "several resources": (
        ADOPT,
        [policy(may("sqs:SendMessage", "s3:GetObject", on=[QUEUE, f"{STORE}/*"]))],
    ),
    "another account": (
        ADOPT,
        [policy(may("sqs:SendMessage", on=QUEUE.replace("222222222222", "333333333333")))],
    ),
    "another region": (
        ADOPT,
        [policy(may("sqs:SendMessage", on=QUEUE.replace("eu-west-1", "us-east-1")))],
    ),
    "any region": (ADOPT, [policy(may("sqs:SendMessage", on=QUEUE.replace("eu-west-1", "*")))]),
    "another partition": (
        BLOCKED,
        [policy(may("sqs:SendMessage", on=QUEUE.replace("arn:aws:", "arn:aws-cn:")))],
    ),
    "half a preset": (
        ADOPT,
        [policy(may("s3:PutObject", on=f"{STORE}/a/*"), may("s3:ListBucket", on=STORE))],
    ),
    "a preset in two conditions": (
        ADOPT,
        [policy(SYNC[0], {**SYNC[1], "Condition": {"StringLike": {"s3:prefix": "a/*"}}})],
    ),
    "more than is there": (BLOCKED, [policy(may("sqs:SendMessage", "sqs:Nothing"))]),
    "number for text": (BLOCKED, [policy(may("sqs:SendMessage", on=5))]),
    "a principal": (BLOCKED, [policy(may("sqs:SendMessage", Principal="*"))]),
    "passing a role": (
        ADOPT,
        [
            policy(
                may(
                    "iam:PassRole",
                    on="arn:aws:iam::222222222222:role/task",
                    Condition={"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
                )
            )
        ],
    ),
    "assuming a role of the path": (
        BLOCKED,
        [policy(may("sts:AssumeRole", on="arn:aws:iam::222222222222:role/keyless/x"))],
    ),
    "passing any role of a pattern that reaches the path": (
        BLOCKED,
        [policy(may("iam:PassRole", on="arn:aws:iam::*:role/key*"))],
    ),
    "tagging a policy of the path": (
        BLOCKED,
        [policy(may("iam:TagPolicy", on="arn:aws:iam::222222222222:policy/keyless/x"))],
    ),
    "passing a role beside the path": (
        ADOPT,
        [policy(may("iam:PassRole", on="arn:aws:iam::222222222222:role/keyless-task"))],
    ),
    "assuming a role elsewhere": (
        ADOPT,
        [policy(may("sts:AssumeRole", on="arn:aws:iam::333333333333:role/keyless/x"))],
    ),
    "reading a role of the path": (
        ADOPT,
        [policy(may("iam:GetRole", on="arn:aws:iam::222222222222:role/keyless/x"))],
    ),
    "passing itself": (
        ADOPT,
        [policy(may("iam:PassRole", on="arn:aws:iam::222222222222:role/storehouse-prod"))],
    ),
}


def inline(documents: list[Any]) -> list[dict[str, Any]]:
    return [
        {"PolicyName": f"p{number}", "PolicyDocument": each}
        for number, each in enumerate(documents)
    ]


@pytest.mark.parametrize("name", RIGHTS)
def test_rights(name: str) -> None:
    expected, documents = RIGHTS[name]
    written, one = decided(RolePolicyList=inline(documents))
    assert (one.decision, one.why)[: len(expected)] == expected, one.says
    for role in composed(written):
        old, new = effective(documents), effective(list(role.policies.values()))
        assert not gained(old, new)
        assert not lost(old, new)


CUSTOMISED: dict[str, tuple[tuple[str, ...], dict[str, Any], Any]] = {
    "template of claims": (
        ("refuse", "customised-subject"),
        {"template": ("repo", "job_workflow_ref")},
        trust(allow()),
    ),
    "template by branch": (
        ("refuse", "customised-subject"),
        {"template": ("repo", "ref")},
        trust(allow(when(sub="repo:acme/storehouse:ref:refs/heads/main"))),
    ),
    "template in another order": (
        ("refuse", "customised-subject"),
        {"template": ("context", "repo")},
        trust(allow()),
    ),
    "template that is the default": (ADOPT, {"template": ("repo", "context")}, trust(allow())),
    "subject with ids": (ADOPT, {"is_immutable": True}, trust(allow())),
    "another id": (
        ("refuse", "repository-gone"),
        {"id": 7},
        trust(allow(when(sub=BY_ID))),
    ),
    "archived": (("refuse", "repository-archived"), {"archived": True}, trust(allow())),
    "no environments": (
        ("refuse", "unprotected-environment"),
        {"environments": ()},
        trust(allow()),
    ),
}


@pytest.mark.parametrize("name", CUSTOMISED)
def test_repository(name: str) -> None:
    expected, changes, document = CUSTOMISED[name]
    organisation = decided_seed("mixed").organisation
    first, *others = organisation.repositories
    changed = replace(organisation, repositories=(replace(first, **changes), *others))
    written, one = decided(document, changed)
    assert (one.decision, one.why)[: len(expected)] == expected, one.says
    assert bool(composed(written)) is (one.decision != "refuse")


def test_the_template_of_the_organisation_is_no_default() -> None:
    """A repository that takes it has neither the default nor claims of its own."""
    seed = copy.deepcopy(read_seed(seeds.file_of("mixed")))
    (storehouse,) = [one for one in seed.github["repositories"] if one["name"] == "storehouse"]
    storehouse["subject"] = {"use_default": False}
    found = decided_of(seed.aws, seed.github)
    (one,) = [one for one in found.roles if one.role.name == "storehouse-prod"]
    assert (one.decision, one.why) == ("refuse", "customised-subject")
    assert "has a subject of its own (the organisation's template)" in one.says


@pytest.mark.parametrize(
    ("refs", "expected"),
    [
        (["refs/heads/main"], ADOPT),
        (["refs/heads/main", "refs/heads/x"], ADOPT),
        (["refs/heads/x"], NARROWER),
        (["refs/tags/v1"], NARROWER),
        (["refs/heads/*"], DEAD),
        ([], ADOPT),
    ],
)
def test_refs_beside_an_environment(refs: list[str], expected: tuple[str, ...]) -> None:
    """A branch that the trust policy names is asked for by the environment in its place."""
    document = trust(allow(when({"StringEquals": {"ref": refs}} if refs else {})))
    organisation = decided_seed("mixed").organisation
    first, *others = organisation.repositories
    only_main = replace(first.environments[0], patterns=(Pattern(1, "branch", "main"),))
    changed = replace(first, environments=(only_main,))
    written, one = decided(document, replace(organisation, repositories=(changed, *others)))
    assert (one.decision, one.why)[: len(expected)] == expected, one.says
    for role in composed(written):
        assert not let_in(document, role.trust_policy)


OWN = "arn:aws:iam::222222222222:policy/"
AWS = "arn:aws:iam::aws:policy/"
ORDERS = policy(may("sqs:SendMessage"))
KEPT_FROM = policy(may("sqs:SendMessage"), may("s3:*", on="*", Effect="Deny"))
ANYTHING = policy(may("*", on="*"))
MANAGED: dict[str, tuple[tuple[str, ...], dict[str, Any], str | None]] = {
    "one": (ADOPT, {f"{OWN}a": ORDERS}, None),
    "several": (ADOPT, {f"{OWN}a": ORDERS, f"{OWN}x/y/b": ORDERS}, None),
    "with a Deny": (ADOPT, {f"{OWN}a": KEPT_FROM}, None),
    "all but": (
        BLOCKED,
        {f"{OWN}a": policy({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"})},
        None,
    ),
    "anything": (BLOCKED, {f"{OWN}a": ANYTHING}, None),
    "of another account": (REFUSE, {"arn:aws:iam::333333333333:policy/a": ORDERS}, None),
    "administrator": (BLOCKED, {f"{AWS}AdministratorAccess": None}, None),
    "beyond the boundary": (
        BLOCKED,
        {f"{OWN}a": policy(may("iam:UpdateRole", on="arn:aws:iam::222222222222:role/x"))},
        None,
    ),
    "beyond the boundary, with one of its own": (
        ADOPT,
        {f"{OWN}a": policy(may("iam:UpdateRole", on="arn:aws:iam::222222222222:role/x"))},
        f"{OWN}limit",
    ),
    "boundary": (ADOPT, {}, f"{OWN}limit"),
    "boundary that was not read": (ADOPT, {}, f"{OWN}unread"),
    "boundary of AWS": (BLOCKED, {}, f"{AWS}PowerUserAccess"),
}


@pytest.mark.parametrize("name", MANAGED)
def test_managed(name: str) -> None:
    expected, policies, boundary = MANAGED[name]
    known = {arn: each for arn, each in policies.items() if each}
    written, one = decided(
        policies={**known, f"{OWN}limit": ANYTHING},
        AttachedManagedPolicies=[{"PolicyName": arn, "PolicyArn": arn} for arn in policies],
        PermissionsBoundary={"PermissionsBoundaryArn": boundary} if boundary else None,
    )
    assert (one.decision, one.why)[: len(expected)] == expected, one.says
    for role in composed(written):
        assert set(role.managed_policy_arns) == set(policies)
        assert role.boundary_arn == boundary or boundary is None
