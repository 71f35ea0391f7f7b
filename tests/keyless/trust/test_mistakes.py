"""Mistakes that a reader of trust policies makes: each kind in several forms, and its opposite."""

from typing import Any

import pytest

from keyless.facts import UNFILLED_REQUEST_KEYS
from keyless.trust import Context, Judgement, Note, Verdict, judge, trusted_issuers
from keyless.trust.plain import plain
from tests.keyless.trust.building import (
    ASSUME,
    GITHUB,
    Policy,
    allow,
    deny,
    equals,
    like,
    policy,
    provider,
    statement,
)

PROD = "repo:acme/app:environment:prod"
MAIN = "repo:acme/app:ref:refs/heads/main"
PULL = "repo:acme/app:pull_request"
WITH_IDS = "repo:acme@9919/app@811:environment:prod"
WITH_ANY_ID = "repo:acme@9919/app@*:environment:prod"
REUSABLE = f"{PROD}:job_workflow_ref:acme/pipelines/.github/workflows/deploy.yml@refs/heads/main"
GOOGLE = provider("accounts.google.com")
ELSEWHERE = provider(account="222222222222")
VENDOR = "idp.vendor.example/_services/token"


def verdicts(judgement: Judgement) -> list[str]:
    return [str(statement.verdict) for statement in judgement.statements]


class TestDenyIsSubtractedOnlyWhereItAlwaysBites:
    """A Deny counts where it addresses every provider through which the Allow can be used."""

    @pytest.mark.parametrize(
        ("allowed", "denied", "wanted"),
        [
            ({"Federated": provider()}, {"Federated": provider()}, "DEAD"),
            ({"Federated": provider()}, "*", "DEAD"),
            ({"Federated": provider()}, {"Federated": [GOOGLE, provider()]}, "DEAD"),
            ({"Federated": [provider(), GOOGLE]}, {"Federated": provider()}, "DEAD"),
            (
                {"Federated": [provider(), ELSEWHERE]},
                {"Federated": [ELSEWHERE, provider()]},
                "DEAD",
            ),
            ({"Federated": [provider(), ELSEWHERE]}, {"Federated": provider()}, "REPOSITORY-WIDE"),
            ({"Federated": provider()}, {"Federated": ELSEWHERE}, "REPOSITORY-WIDE"),
            (
                {"Federated": provider()},
                {"Federated": provider(partition="aws-cn")},
                "REPOSITORY-WIDE",
            ),
            ({"Federated": provider()}, {"Federated": provider("*")}, "REPOSITORY-WIDE"),
            ({"Federated": provider()}, {"Federated": provider()[:-1] + "?"}, "REPOSITORY-WIDE"),
            ({"Federated": provider()}, {"Federated": "*"}, "REPOSITORY-WIDE"),
            ({"Federated": provider()}, {"AWS": "*"}, "REPOSITORY-WIDE"),
            ("*", {"Federated": provider()}, "REPOSITORY-WIDE"),
            ({"AWS": "*"}, {"Federated": provider()}, "REPOSITORY-WIDE"),
            ("*", {"AWS": "*"}, "REPOSITORY-WIDE"),
            ("*", "*", "DEAD"),
        ],
    )
    def test_principals(self, allowed: Any, denied: Any, wanted: str) -> None:
        document = policy(
            statement({"StringLike": {"sub": "repo:acme/app:*"}}, Principal=allowed),
            deny(Principal=denied),
        )
        judgement = judge(document)
        assert verdicts(judgement)[0] == wanted
        if judgement.witness is not None:
            assert judgement.admits(judgement.witness.claims)


class TestContextsAreThoseOfEachRepository:
    @pytest.mark.parametrize(
        "block",
        [
            {"StringEqualsIgnoreCase": {"repository": ["acme/app", "acme/lab"]}},
            {"StringEquals": {"repository": ["acme/app", "acme/lab"]}},
            {"ForAnyValue:StringLike": {"repository": ["acme/app", "acme/lab"]}},
        ],
    )
    @pytest.mark.parametrize(
        ("subject", "context"),
        [
            ("environment:prod", "environment:prod"),
            ("*:environment:prod", "environment:prod"),
            ("workflow:w:ref:refs/tags/v1", "ref:refs/tags/v1"),
        ],
    )
    def test_by_name(self, block: dict[str, Any], subject: str, context: str) -> None:
        found = judge(allow({**block, "ForAllValues:StringLike": {"sub": subject}})).contexts
        assert sorted((each.repository.name, each.context) for each in found) == [
            ("app", context),
            ("lab", context),
        ]

    @pytest.mark.parametrize("operator", ["StringEquals", "StringEqualsIgnoreCase"])
    def test_by_id(self, operator: str) -> None:
        block: dict[str, dict[str, Any]] = {
            "StringLike": {"sub": "*:environment:prod"},
            operator: {"repository_id": ["811", "812"]},
        }
        assert {each.repository.id for each in judge(allow(block)).contexts} == {"811", "812"}


class TestSomebodyWithoutATokenOfGithub:
    """Where GitHub's keys may be absent, anybody who else may use the statement gets in."""

    ABSENT = (
        {"StringEqualsIfExists": {"sub": PROD}},
        {"ForAllValues:StringEquals": {"sub": PROD}},
        {"StringEqualsIfExists": {"sub": PROD}, "IpAddress": {"aws:SourceIp": "192.0.2.0/24"}},
        {"StringLikeIfExists": {"sub": PROD}, "StringNotEquals": {"actor": "mona"}},
        {"StringEqualsIfExists": {"sub": PROD}, "Null": {"enterprise_id": "true"}},
    )
    PRINCIPALS = (
        "*",
        {"AWS": "*"},
        {"Federated": [provider(), GOOGLE]},
        {"Federated": [provider(), "cognito-identity.amazonaws.com"]},
        {"Federated": provider(), "AWS": "arn:aws:iam::999999999999:root"},
        {"Federated": provider(), "Service": "ec2.amazonaws.com"},
    )

    @pytest.mark.parametrize("principal", PRINCIPALS)
    @pytest.mark.parametrize("block", ABSENT)
    def test_gets_in(self, principal: Any, block: dict[str, Any]) -> None:
        judgement = judge(policy(statement(block, Principal=principal, Action="sts:*")))
        assert judgement.verdict is Verdict.OPEN
        assert "who has no token of GitHub" in judgement.reason

    @pytest.mark.parametrize("principal", PRINCIPALS)
    def test_is_kept_out_by_a_key_that_has_to_be_there(self, principal: Any) -> None:
        block = {"StringEquals": {"sub": PROD}, "StringEqualsIfExists": {"actor": "mona"}}
        document = policy(statement(block, Principal=principal, Action="sts:*"))
        assert judge(document).verdict is Verdict.EXACT

    def test_is_kept_out_by_the_action(self) -> None:
        principal = {"Federated": provider(), "AWS": "arn:aws:iam::999999999999:root"}
        document = policy(statement(self.ABSENT[0], Principal=principal, Action=ASSUME))
        assert judge(document).verdict is Verdict.EXACT

    def test_is_kept_out_by_a_deny_for_everybody(self) -> None:
        opened = statement(self.ABSENT[0], Principal="*")
        kept = deny({"StringNotEquals": {"sub": PROD}}, Principal="*")
        assert judge(policy(opened, kept)).verdict is Verdict.EXACT
        kept = deny({"StringNotEquals": {"sub": PROD}})
        assert judge(policy(opened, kept)).verdict is Verdict.OPEN


class TestEverybodyBesideAnExactStatement:
    EXACT = statement({"StringEquals": {"sub": PROD}}, audience=True)

    @pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["123456789012", "*"]}])
    @pytest.mark.parametrize("action", ["sts:AssumeRole", ["sts:TagSession", "sts:Assume*"], "*"])
    def test_opens_the_role(self, principal: Any, action: Any) -> None:
        beside = statement(Principal=principal, Action=action)
        assert judge(policy(self.EXACT, beside)).verdict is Verdict.OPEN
        assert judge(policy(beside, self.EXACT)).verdict is Verdict.OPEN

    def test_is_not_about_a_role_without_github(self) -> None:
        beside = statement(Principal={"AWS": "*"}, Action="sts:AssumeRole")
        assert judge(policy(beside)).verdict is Verdict.NOT_GITHUB

    @pytest.mark.parametrize(
        "elements",
        [
            {"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}},
            {"Action": "sts:TagSession"},
            {"Principal": {"AWS": "123456789012"}},
            {"Effect": "Deny"},
        ],
    )
    def test_who_is_named_does_not_open_it(self, elements: dict[str, Any]) -> None:
        beside = statement(**{"Principal": {"AWS": "*"}, "Action": "sts:AssumeRole", **elements})
        assert judge(policy(self.EXACT, beside)).verdict is Verdict.EXACT


class TestRequestKeysThatGithubNeverFills:
    KEYS = (*sorted(UNFILLED_REQUEST_KEYS), "aws:PrincipalTag/team", "AWS:RequestTag/Team")

    @pytest.mark.parametrize("key", KEYS)
    @pytest.mark.parametrize(
        "operator", ["StringEquals", "StringLike", "ArnLike", "Bool", "ForAnyValue:StringEquals"]
    )
    def test_positive_operator_lets_nobody_in(self, key: str, operator: str) -> None:
        judgement = judge(allow({"StringLike": {"sub": PROD}, operator: {key: "*"}}))
        assert (operator == "StringLike") or judgement.verdict is Verdict.DEAD
        assert judge(allow({operator: {f"{GITHUB}:sub": PROD, key: "*"}})).verdict is Verdict.DEAD

    @pytest.mark.parametrize("key", KEYS)
    @pytest.mark.parametrize(
        "operator", ["StringNotEquals", "StringEqualsIfExists", "ForAllValues:StringEquals"]
    )
    def test_any_other_operator_narrows_nothing(self, key: str, operator: str) -> None:
        judgement = judge(allow({"StringLike": {"sub": "repo:acme/*"}, operator: {key: "x"}}))
        assert judgement.verdict is Verdict.OWNER_WIDE

    @pytest.mark.parametrize("key", KEYS)
    def test_deny_on_it_never_bites_or_always(self, key: str) -> None:
        whole = statement({"StringLike": {"sub": "repo:acme/app:*"}})
        never = policy(whole, deny({"StringEquals": {key: "x"}}))
        assert judge(never).verdict is Verdict.REPOSITORY_WIDE
        always = policy(whole, deny({"StringNotEquals": {key: "x"}}))
        assert judge(always).verdict is Verdict.DEAD

    @pytest.mark.parametrize(
        "key", ["aws:SourceIp", "aws:CurrentTime", "sts:RoleSessionName", "aws:SourceVpce"]
    )
    def test_key_of_the_request_narrows_nothing(self, key: str) -> None:
        block = {"StringEquals": {"sub": PROD, key: "x"}}
        assert judge(allow(block)).verdict is Verdict.EXACT


class TestOwnTemplateOfTheRepository:
    """`repo, ref` shows what a default subject shows, whatever the environment."""

    @pytest.mark.parametrize(
        ("claims", "contexts"),
        [
            ({"environment": "prod"}, ["environment:prod"]),
            ({"environment": ["prod", "dev"]}, ["environment:dev", "environment:prod"]),
            ({"environment": "prod", "ref": "refs/heads/main"}, ["environment:prod"]),
        ],
    )
    def test_keeps_a_statement_alive(self, claims: dict[str, Any], contexts: list[str]) -> None:
        judgement = judge(equals(MAIN, **claims))
        assert judgement.verdict is Verdict.EXACT
        assert sorted(each.context for each in judgement.contexts) == contexts

    def test_any_environment_of_one_ref_is_that_ref(self) -> None:
        judgement = judge(
            allow({"StringEquals": {"sub": MAIN}, "StringLike": {"environment": "*"}})
        )
        assert judgement.verdict is Verdict.EXACT
        assert [each.context for each in judgement.contexts] == ["ref:refs/heads/main"]

    def test_does_not_make_another_ref_of_it(self) -> None:
        assert judge(equals(MAIN, environment="prod", ref="refs/heads/x")).verdict is Verdict.DEAD


class TestStatementsAreReportedOneByOne:
    def test_dead_beside_living(self) -> None:
        document = policy(
            statement({"StringEquals": {"sub": PROD}}),
            statement({"StringEquals": {"sub": "repo:acme/*"}}),
            statement({"StringEquals": {"sub": PROD, "event_name": "push"}}),
        )
        judgement = judge(document)
        assert verdicts(judgement) == ["EXACT", "DEAD", "DEAD"]
        assert judgement.verdict is Verdict.EXACT
        assert (
            judgement.statements[2].reason == f'no token passes StringEquals "{GITHUB}:event_name"'
        )

    def test_refused_beside_accepted(self) -> None:
        document = policy(
            statement({"StringEquals": {"sub": PROD}}),
            statement({"StringEquals": {"repository_id": "811", "environment": "prod"}}),
            statement({"StringEquals": {"sub": PROD}}, Resource="*"),
        )
        judgement = judge(document)
        assert [each.refused for each in judgement.statements] == [
            None,
            "statement 2 evaluates neither sub nor job_workflow_ref",
            "statement 3 has a Resource",
        ]
        assert judgement.refused == (
            "statement 2 evaluates neither sub nor job_workflow_ref; statement 3 has a Resource"
        )

    @pytest.mark.parametrize(
        ("subjects", "wanted"),
        [
            (["repo:acme/app:ref:refs/heads/*", PULL], ["PULL-REQUEST", "ANY-BRANCH"]),
            ([PULL, PROD], ["PULL-REQUEST", "EXACT"]),
            (["repo:acme/app:ref:refs/tags/*", PROD, PULL], ["PULL-REQUEST", "ANY-TAG", "EXACT"]),
            (["repo:acme/*", "repo:acme/app:*"], ["OWNER-WIDE", "REPOSITORY-WIDE"]),
            ([PROD, "workflow_dispatch"], ["EXACT"]),
        ],
    )
    def test_every_verdict_of_a_statement(self, subjects: list[str], wanted: list[str]) -> None:
        (found,) = judge(like(subjects)).statements
        assert [str(grade.verdict) for grade in found.verdicts] == wanted
        assert found.verdict is found.verdicts[0].verdict
        loose = [grade for grade in found.verdicts if grade.verdict is not Verdict.EXACT]
        assert all(grade.witness and grade.culprit for grade in loose)


class TestEncodedColon:
    @pytest.mark.parametrize(
        ("document", "wanted"),
        [
            (equals("repo:acme/app:environment:a%3Ab"), "EXACT"),
            (equals("repo:acme/app:environment:a%3Ab", environment="a:b"), "EXACT"),
            (equals("repo:acme/app:environment:a%3Ab", environment=["a:b", "a%3Ab"]), "EXACT"),
            (equals("repo:acme/app:environment:a%3Ab", environment="a%3Ab"), "UNKNOWN"),
            (like("repo:acme/app:environment:*", environment="a%3Ab"), "UNKNOWN"),
            (equals("repo:acme/app:environment:a%3Ab", environment="ab"), "DEAD"),
        ],
    )
    def test_in_the_name_itself(self, document: Policy, wanted: str) -> None:
        assert str(judge(document).verdict) == wanted


class TestIssuersOfOthers:
    def test_listed_vendor_is_not_github(self) -> None:
        document = allow({"StringEquals": {"sub": "x"}}, issuer=VENDOR)
        assert judge(document).verdict is Verdict.DEAD
        assert judge(document, other_issuers=[f"https://{VENDOR}/"]).verdict is Verdict.NOT_GITHUB
        assert trusted_issuers(document) == (VENDOR,)
        assert trusted_issuers(document, other_issuers=[VENDOR]) == ()

    def test_listed_issuer_is_github(self) -> None:
        document = allow({"StringLike": {"sub": "repo:acme/*"}}, issuer="oidc.acme.example/github")
        assert judge(document).verdict is Verdict.NOT_GITHUB
        listed = judge(document, issuers=["oidc.acme.example/github"])
        assert listed.verdict is Verdict.OWNER_WIDE

    def test_github_com_needs_no_list(self) -> None:
        assert judge(equals(PROD), issuers=["ghe.acme.example/_services/token"]).issuers == (
            GITHUB,
        )


def test_audience_is_seen_beside_what_takes_too_long() -> None:
    hard = statement({"StringLike": {"sub": ["re*y_owner:acme:enviro?t:*"] * 40}}, audience=True)
    judgement = judge(
        policy(*[hard] * 12, statement({"StringEquals": {"sub": PROD}}, audience=True))
    )
    assert Note.NO_AUDIENCE not in judgement.notes


@pytest.mark.parametrize(
    ("subject", "verdict"),
    [
        ("repo:acme@9919/app@811:environment:prod", "EXACT"),
        ("repo:acme@09919/app@811:environment:prod", "DEAD"),
        ("repo:acme@9919/app@0:environment:prod", "DEAD"),
        ("repo:acme@0*/app@811:environment:prod", "DEAD"),
        ("repository_id:0811:environment:prod", "DEAD"),
        ("repository_id:8011:environment:prod", "EXACT"),
    ],
)
def test_an_id_is_a_whole_number_without_a_zero_in_front(subject: str, verdict: str) -> None:
    assert str(judge(like(subject)).verdict) == verdict


@pytest.mark.parametrize(
    "repository", ["-acme/app", "acme-/app", f"{'a' * 40}/app", f"acme/{'a' * 101}"]
)
def test_a_name_that_github_gives_nobody_today_may_be_that_of_an_old_account(
    repository: str,
) -> None:
    """Some accounts are older than the rules for names: that of `-ACE-` begins with a hyphen.

    The reader stays wider than GitHub. What GitHub's rules exclude is not plain, and so is blocked.
    """
    document = equals(f"repo:{repository}:environment:prod")
    assert judge(document).verdict is Verdict.EXACT
    assert isinstance(plain(document, [GITHUB], None), Context) is (repository == "acme-/app")


class TestContextsOfSeveralStatements:
    """What all statements serve is put together with the subject forms of each."""

    @pytest.mark.parametrize(
        ("first", "second", "wanted"),
        [
            (equals(PROD, repository_id="812"), equals(PROD), {"acme/app"}),
            (equals(PROD), equals(PROD, repository_id="812"), {"acme/app"}),
            (
                equals(PROD, repository_id="812"),
                equals(PROD, repository_id="813"),
                {"acme/app@812", "acme/app@813"},
            ),
            (equals(PROD), equals(WITH_IDS), {"acme@9919/app@811"}),
            (equals(WITH_IDS), equals(PROD, repository_id="811"), {"acme@9919/app@811"}),
            (like(WITH_ANY_ID), equals(PROD, repository_id="812"), {"acme@9919/app"}),
            (equals(PROD, repository_id="812"), like(WITH_ANY_ID), {"acme@9919/app"}),
        ],
    )
    def test_an_id_of_one_is_not_taken_for_that_of_all(
        self, first: Policy, second: Policy, wanted: set[str]
    ) -> None:
        document = policy(*first["Statement"], *second["Statement"])
        assert {str(context.repository) for context in judge(document).contexts} == wanted


class TestContextsBearTheSpellingOfThePolicy:
    """A Deny of one spelling leaves the others of a value without regard to letter case."""

    @pytest.mark.parametrize(
        ("allowed", "denied"),
        [
            (
                {"StringEqualsIgnoreCase": {"sub": REUSABLE}},
                {"repository": "acme/app", "repository_owner_id": "99*"},
            ),
            ({"StringEqualsIgnoreCase": {"sub": REUSABLE}}, {"environment": "prod"}),
            ({"StringEqualsIgnoreCase": {"sub": PROD}}, {"repository": "acme/app"}),
            (
                {
                    "StringEquals": {"sub": "environment:prod"},
                    "StringEqualsIgnoreCase": {"repository": "acme/app"},
                },
                {"repository": "acme/app"},
            ),
        ],
    )
    def test_names(self, allowed: dict[str, Any], denied: dict[str, Any]) -> None:
        document = policy(*allow(allowed)["Statement"], deny({"StringEquals": denied}))
        contexts = judge(document).contexts
        found = {(str(context.repository), context.context) for context in contexts}
        assert found == {("acme/app", "environment:prod")}

    def test_a_part_of_another_word_is_no_spelling(self) -> None:
        subject = "repo:acme/APPS:environment:app"
        document = policy(
            *allow({"StringEqualsIgnoreCase": {"sub": subject}})["Statement"],
            deny({"StringEquals": {"environment": "app"}}),
        )
        assert {context.context for context in judge(document).contexts} == {"environment:app"}
