"""The policy trust-plain, and what it says to write, run by the pack's analyzer."""

import json
import re
from collections.abc import Mapping
from typing import Any

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Declared, Pack, Violation

ID = "trust-plain"
SUB = f"{estate.ISSUER}:sub"
INSTEAD = re.compile(r"instead: (\{.*\})\.(?: It is without .*)?$")
NO_IDS: dict[str, Any] = {"repository_id": None, "repository_owner_id": None}


def role(*statements: Mapping[str, Any]) -> Declared:
    return estate.role(assumeRolePolicy=estate.document(*statements))


def equals(context: str = estate.PRODUCTION, /, **claims: object) -> dict[str, object]:
    return estate.statement(("StringEquals", estate.pinned(context, **claims)))


def like(subject: object, **claims: object) -> dict[str, object]:
    pinned = estate.pinned(sub=None, **claims)
    return estate.statement(("StringEquals", pinned), ("StringLike", {SUB: subject}))


def mandatory(pack: Pack, declared: Declared) -> list[Violation]:
    return [each for each in pack.judge_one(declared) if each.level == "mandatory"]


@pytest.mark.parametrize(
    "context", ["environment:production", "ref:refs/heads/main", "ref:refs/tags/v1", "pull_request"]
)
def test_plain_trust_passes(pack: Pack, context: str) -> None:
    assert pack.judge_one(role(equals(context))) == []


ANY_IDS = "repo:acme@*/storefront@*:environment:production"
BOTH = estate.subjects(estate.PRODUCTION)
DENY: dict[str, object] = {
    "Effect": "Deny",
    "Principal": {"Federated": f"arn:aws:iam::222222222222:oidc-provider/{estate.ISSUER}"},
    "Action": "sts:AssumeRoleWithWebIdentity",
    "Condition": {"StringNotEquals": {f"{estate.ISSUER}:actor": "mona"}},
}

ODD: dict[str, tuple[list[dict[str, object]], str]] = {
    "no audience": ([equals(aud=None)], "statement 1: aud: missing. "),
    "any audience": (
        [
            estate.statement(
                ("StringEquals", estate.pinned(aud=None)),
                ("StringLike", {f"{estate.ISSUER}:aud": "sts.*"}),
            )
        ],
        "statement 1: aud: []. ",
    ),
    "ids under wildcards": ([like(ANY_IDS)], f'statement 1: sub: "{ANY_IDS}". '),
    "a pinned claim in place of the context": (
        [like("repo:acme/storefront:*", environment="production")],
        'statement 1: sub: "repo:acme/storefront:*". ',
    ),
    "an operator that ignores letter case": (
        [
            estate.statement(
                ("StringEquals", estate.pinned(sub=None)), ("StringEqualsIgnoreCase", {SUB: BOTH})
            )
        ],
        f"statement 1: StringEqualsIgnoreCase {SUB}: ",
    ),
    "a Deny": ([equals(), DENY], 'statement 2: Effect: "Deny". '),
    "any action of STS": ([equals() | {"Action": "sts:*"}], 'statement 1: Action: "sts:*". '),
    "a set operator": (
        [estate.statement(("ForAnyValue:StringEquals", estate.pinned()))],
        f"statement 1: ForAnyValue:StringEquals {estate.ISSUER}:aud: ",
    ),
    "no audience, by name alone": ([equals(aud=None, sub=BOTH[0], **NO_IDS)], "statement 1: aud: "),
    "no audience for pull requests": ([equals("pull_request", aud=None)], "statement 1: aud: "),
    "a subject template": (
        [equals(sub=f"{BOTH[0]}:actor:mona", **NO_IDS)],
        f'statement 1: sub: "{BOTH[0]}:actor:mona". ',
    ),
}


@pytest.mark.parametrize(("statements", "found"), ODD.values(), ids=list(ODD))
def test_what_is_odd_is_blocked_and_its_remedy_passes(
    pack: Pack, statements: list[dict[str, object]], found: str
) -> None:
    [violation] = mandatory(pack, role(*statements))
    assert violation.policy == ID, violation
    assert violation.sentence.startswith(found)
    instead = INSTEAD.search(violation.sentence)
    assert instead, violation.sentence
    assert mandatory(pack, estate.role(assumeRolePolicy=instead[1])) == []


def test_ids_under_wildcards_get_the_literal_subject(pack: Pack) -> None:
    [violation] = mandatory(pack, role(like(ANY_IDS)))
    assert violation.sentence == (
        f'statement 1: sub: "{ANY_IDS}". It is not one context, free of *?%$. Write '
        '"repo:OWNER/NAME:environment:NAME". Write instead: '
        + json.dumps({"Version": "2012-10-17", "Statement": [equals()]})
        + "."
    )


@pytest.mark.parametrize(
    ("claims", "look_up"),
    [
        (
            {"repository_owner_id": None},
            "the id of acme: gh api users/acme --jq .id",
        ),
        (
            {
                "repository_id": "811223344",
                "repository_owner_id": None,
                "environment": "production",
            },
            "the id of acme: gh api users/acme --jq .id",
        ),
    ],
)
def test_what_is_not_named_is_to_be_looked_up(
    pack: Pack, claims: dict[str, object], look_up: str
) -> None:
    [violation] = mandatory(pack, role(like(ANY_IDS, **claims)))
    assert violation.sentence.endswith(f" Look up {look_up}.")


def test_a_repository_by_id_alone_is_to_be_looked_up(pack: Pack) -> None:
    claims = {"repository_owner_id": None, "environment": "production"}
    [violation] = mandatory(pack, role(like("repo:*", **claims)))
    assert violation.policy == ID
    assert violation.sentence.endswith(
        " Look up the owner of repository 811223344: gh api repositories/811223344 --jq "
        ".owner.login, the name of repository 811223344: gh api repositories/811223344 --jq .name, "
        "the id of the owner of repository 811223344: gh api repositories/811223344 --jq .owner.id."
    )


def test_what_the_plain_document_lacks_is_said(pack: Pack) -> None:
    [violation] = mandatory(pack, role(equals(), DENY))
    assert violation.sentence.endswith(" It is without statement 2.")
    narrowed = estate.statement(
        ("StringEquals", estate.pinned()),
        ("StringNotEquals", {f"{estate.ISSUER}:actor": "mallory"}),
        ("StringLike", {f"{estate.ISSUER}:job_workflow_ref": "acme/pipelines/*"}),
        ("DateLessThan", {"aws:CurrentTime": "2027-03-31T00:00:00Z"}),
    )
    [violation] = mandatory(pack, role(narrowed))
    assert violation.sentence.endswith(
        f" It is without StringNotEquals {estate.ISSUER}:actor of statement 1."
    )
    instead = INSTEAD.search(violation.sentence)
    assert instead
    condition = json.loads(instead[1])["Statement"][0]["Condition"]
    assert condition == {
        "StringEquals": estate.pinned(),
        "StringLike": {f"{estate.ISSUER}:job_workflow_ref": "acme/pipelines/*"},
        "DateLessThan": {"aws:CurrentTime": "2027-03-31T00:00:00Z"},
    }


def test_a_customised_subject_becomes_conditions(pack: Pack) -> None:
    [violation] = mandatory(pack, role(equals(sub=f"{BOTH[0]}:actor:mona", **NO_IDS)))
    assert " Reset the subject template of acme/storefront to GitHub's default, and write" in (
        violation.sentence
    )
    instead = INSTEAD.search(violation.sentence)
    assert instead
    condition = json.loads(instead[1])["Statement"][0]["Condition"]
    assert condition == {
        "StringEquals": estate.pinned(sub=[BOTH[0]], actor="mona", **NO_IDS),
    }


OWN = "arn:aws:iam::222222222222:role/admin"
STRANGERS: list[tuple[dict[str, object], str, str]] = [
    ({"AWS": "arn:aws:iam::999999999999:root"}, "AWS", "arn:aws:iam::999999999999:root"),
    ({"Service": "ec2.amazonaws.com"}, "Service", "ec2.amazonaws.com"),
    ({"Federated": "accounts.google.com"}, "Federated", "accounts.google.com"),
    (
        {"Federated": "arn:aws:iam::222222222222:saml-provider/x"},
        "Federated",
        "arn:aws:iam::222222222222:saml-provider/x",
    ),
    (
        {"Federated": "arn:aws:iam::222222222222:oidc-provider/gitlab.com"},
        "Federated",
        "arn:aws:iam::222222222222:oidc-provider/gitlab.com",
    ),
]


def instead(violation: Violation) -> str:
    """Return the document that a violation says to write."""
    found = INSTEAD.search(violation.sentence)
    assert found, violation.sentence
    return found[1]


@pytest.mark.parametrize(("principal", "kind", "value"), STRANGERS)
def test_a_stranger_beside_github_is_blocked_for_good(
    pack: Pack, principal: dict[str, object], kind: str, value: str
) -> None:
    other = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    for number, statements in ((2, (equals(), other)), (1, (other, equals()))):
        [violation] = mandatory(pack, role(*statements))
        assert violation.policy == ID
        said, _, _ = violation.sentence.partition(" Write instead: ")
        assert said == (
            f'statement {number}: {kind} "{value}" beside GitHub. Somebody else gets in, without '
            "GitHub. Write a role of its own for it."
        )
        assert pack.judge_one(estate.role(assumeRolePolicy=instead(violation))) == []
        assert violation.proposed == {}


def test_everybody_of_aws_beside_github_is_open(pack: Pack) -> None:
    other = {"Effect": "Allow", "Principal": {"AWS": ["*"]}, "Action": "sts:AssumeRole"}
    [violation] = mandatory(pack, role(equals(), other))
    assert violation.sentence == (
        'OPEN: statement 2: its conditions ask nothing of "*", who has no token of GitHub. '
        "Somebody outside the owner gets in. Name the provider of your GitHub as its only "
        "principal, or leave the statement out."
    )
    assert violation.proposed == {}


@pytest.mark.parametrize("value", [OWN, "222222222222", "arn:aws:iam::222222222222:root"])
def test_the_accounts_own_principals_may_be_excepted(pack: Pack, value: str) -> None:
    other = {"Effect": "Allow", "Principal": {"AWS": value}, "Action": "sts:AssumeRole"}
    [violation] = mandatory(pack, role(equals(), other))
    said, _, _ = violation.sentence.partition(" Write instead: ")
    assert said == (
        f'statement 2: AWS "{value}" beside GitHub. Anybody who may assume roles in the account '
        "gets in, without GitHub. Write a role of its own for it."
    )
    assert violation.proposed["policy"] == ID


def of_issuer(issuer: str, **claims: object) -> dict[str, object]:
    text = json.dumps(equals(**claims)).replace(estate.ISSUER, issuer)
    return dict(json.loads(text))


OURS = "under issuers if it is your GitHub"
ANOTHERS = "under other_issuers if it is another vendor's"
GITHUB_ALONE = "Name the provider of your GitHub as its only principal, or leave the statement out."


@pytest.mark.parametrize(
    ("issuer", "listings"),
    [
        ("token.actions.githubusercontent.com/acme", [OURS]),
        ("token.actions.acme.ghe.com", [OURS]),
        ("token.actions.acme.ghe.com/acme", [OURS]),
        ("evil.example/_services/token", [OURS, ANOTHERS]),
        ("token.actions.githubusercontent.com.evil.example", [ANOTHERS]),
        ("token.actions.gihtubusercontent.com", [ANOTHERS]),
        ("vstoken.actions.githubusercontent.com", []),
        ("token.actions.githubusercontent.com/acme/more", []),
        ("api.github.com", []),
        ("acme.ghe.com", []),
    ],
)
def test_an_issuer_that_looks_like_githubs_is_listed_first(
    pack: Pack, issuer: str, listings: list[str]
) -> None:
    statement = of_issuer(issuer, sub=BOTH[0], **NO_IDS)
    [violation] = mandatory(pack, role(statement))
    assert violation.policy == ID
    where = f'Write "{issuer}" {", ".join(listings)}, else leave it out.'
    assert violation.sentence == (
        f'statement 1: Federated "arn:aws:iam::222222222222:oidc-provider/{issuer}": its '
        "issuer is not listed in the pack's settings. Its owner can mint a token for any "
        f"repository. {where if listings else f'GitHub has no such issuer. {GITHUB_ALONE}'}"
    )
    for key in re.findall(r"under (\w+) if", violation.sentence):
        listed = pack.configured({"settings": {key: [issuer]}})
        assert [one for one in pack.judge_one(role(statement), listed) if one.policy == ID] == []


@pytest.mark.parametrize("scheme", ["https://", "http://"])
def test_a_listed_issuer_with_a_scheme_is_written_out(pack: Pack, scheme: str) -> None:
    text = json.dumps(equals()).replace("oidc-provider/", f"oidc-provider/{scheme}")
    [violation] = mandatory(pack, role(json.loads(text)))
    instead = INSTEAD.search(violation.sentence)
    assert instead
    assert json.loads(instead[1])["Statement"] == [equals()]


@pytest.mark.parametrize(
    ("principal", "shown"),
    [("*", 'AWS "*"'), ({"AWS": "*"}, 'AWS "*"'), ({"Federated": "*"}, 'Federated "*"')],
)
def test_anybody_in_place_of_github_is_to_be_github(
    pack: Pack, principal: object, shown: str
) -> None:
    [violation] = mandatory(pack, role({**equals(), "Principal": principal}))
    assert (violation.policy, violation.proposed) == (ID, {})
    assert violation.sentence == (
        f"statement 1: {shown} is anybody. Others may get in, with or without GitHub. "
        f"{GITHUB_ALONE}"
    )


def test_anybody_is_seen_beside_the_provider_of_another_vendor(pack: Pack) -> None:
    gitlab = of_issuer("gitlab.com", **NO_IDS)
    for principal in ("*", {"AWS": "*"}, {"Federated": "*"}):
        statement = {**like("repo:acme/*", **NO_IDS), "Principal": principal}
        found = mandatory(pack, role(gitlab, statement))
        assert [each.policy for each in found] == ["trust-subject-pinned"]


def test_listed_issuers_pass(pack: Pack) -> None:
    issuer = "token.actions.githubusercontent.com/acme"
    stack = pack.configured({"settings": {"issuers": [issuer]}})
    assert pack.judge_one(role(of_issuer(issuer)), stack) == []
    assert [each.policy for each in mandatory(pack, role(of_issuer(issuer)))] == [ID]


def test_another_vendors_issuer_is_left_alone_where_it_is_listed(pack: Pack) -> None:
    issuer = "gitea.acme.example/_services/token"
    statement = of_issuer(issuer, sub=BOTH[0], **NO_IDS)
    assert [each.policy for each in mandatory(pack, role(statement))] != []
    stack = pack.configured({"settings": {"other_issuers": [issuer]}})
    assert pack.judge_one(role(statement), stack) == []
    found = pack.judge_one(role(equals(), statement), stack)
    assert [each.policy for each in found if each.level == "mandatory"] == [ID]


def test_the_provider_of_another_account_is_blocked(pack: Pack) -> None:
    other = json.loads(json.dumps(equals()).replace("222222222222", "333333333333"))
    [violation] = mandatory(pack, role(other))
    assert violation.policy == ID
    assert violation.sentence.startswith("statement 1: Principal: ")


def test_roles_of_others_are_left_alone(pack: Pack) -> None:
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    gitlab = of_issuer("gitlab.com", **NO_IDS)
    assert pack.judge_one(role(service)) == pack.judge_one(role(gitlab)) == []


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn", "aws-eusc"])
def test_no_ids_are_advised_where_aws_does_not_fill_them(pack: Pack, partition: str) -> None:
    statement = equals(sub=BOTH[0], aud=None, **NO_IDS)
    text = json.dumps(statement).replace("arn:aws:", f"arn:{partition}:")
    [violation] = mandatory(pack, role(json.loads(text)))
    instead = INSTEAD.search(violation.sentence)
    assert instead
    assert "_id" not in instead[1]
    assert mandatory(pack, estate.role(assumeRolePolicy=instead[1])) == []
    said = [each.sentence for each in pack.judge_one(estate.role(assumeRolePolicy=instead[1]))]
    assert not any("repository_id" in sentence for sentence in said), said


def test_of_an_issuer_to_be_listed_no_other_document_is_said(pack: Pack) -> None:
    own = estate.statement(("StringEquals", estate.pinned()))
    theirs = json.loads(json.dumps(own).replace(estate.ISSUER, "git.acme.example/_services/token"))
    found = mandatory(pack, estate.role(assumeRolePolicy=estate.document(own, theirs)))
    said = [each.sentence for each in found if "its issuer is not listed" in each.sentence]
    assert len(said) == 1
    assert not INSTEAD.search(said[0])
