"""What a judgement says beside its verdict: sentences, culprits, contexts, notes."""

import json
from typing import Any

import pytest

from keyless.trust import (
    Context,
    Culprit,
    Note,
    Repository,
    StatementJudgement,
    Verdict,
    judge,
    trusted_issuers,
)
from tests.keyless.trust.building import (
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
PROD_BY_ID = "repo:acme@9919/app@811:environment:prod"
MAIN = "repo:acme/app:ref:refs/heads/main"
SLUG = f"{GITHUB}/acme-corp"


def only(document: object, **options: Any) -> StatementJudgement:
    (one,) = judge(document, **options).statements
    return one


class TestReason:
    @pytest.mark.parametrize(
        ("document", "reason"),
        [
            (allow(), "statement 1: nothing in it pins the owner"),
            (like("repo:acme*"), "statement 1: the owner is not written out to its end"),
            (like("repo:acme/*"), "statement 1: it pins the owner and no repository"),
            (
                allow({"StringLike": {"sub": "*"}}, issuer=SLUG),
                "statement 1: it pins no repository of the enterprise",
            ),
            (like("repo:acme/app*"), "statement 1: the repository is not written out to its end"),
            (
                like("repo:acme/app:*"),
                "statement 1: it pins the repository and no context, so pull requests get in",
            ),
            (
                equals("repo:acme/app:pull_request"),
                "statement 1: pull requests run code that nobody has reviewed",
            ),
            (like("repo:acme/app:ref:*"), "statement 1: it pins no single branch"),
            (like("repo:acme/app:ref:refs/tags/*"), "statement 1: it pins no single tag"),
            (like("repo:acme/app:environment:*"), "statement 1: it pins no single environment"),
            (equals(PROD), "statement 1: every context that gets in is written out"),
            (
                equals("repo:acme/*"),
                "statement 1: no token that GitHub mints matches all its conditions",
            ),
            (
                equals(PROD, event_name="push"),
                f'statement 1: no token passes StringEquals "{GITHUB}:event_name"',
            ),
            (
                policy(statement(Action="sts:AssumeRole")),
                "statement 1: its actions let no web identity in",
            ),
            (
                policy(statement(Principal={"Service": "ec2.amazonaws.com"})),
                "statement 1: it addresses no GitHub issuer",
            ),
            (policy(deny()), "statement 1: it denies"),
            (
                policy(statement(Principal={"AWS": "1"}, Action="sts:AssumeRole")),
                "statement 1: it lets no web identity in",
            ),
            (
                policy(statement(Principal=None, NotPrincipal="*")),
                "statement 1: NotPrincipal lets in everybody whom it does not name",
            ),
            (
                policy(statement(Principal={"Federated": "{{ provider }}"})),
                'statement 1: its Federated principal is "{{ provider }}"',
            ),
            (
                policy(statement(Effect="ALLOW")),
                "statement 1: its Effect is neither Allow nor Deny",
            ),
            (
                allow({"StringIs": {"sub": PROD}}),
                'statement 1: "StringIs" is no condition operator with keys',
            ),
            (
                like("repo:${aws:username}/app:*"),
                "statement 1: it rests on a policy variable or on values that cannot be compared",
            ),
            (
                policy(statement(Principal="*", Condition={"StringEquals": {"saml:aud": "x"}})),
                "statement 1: its conditions are for other issuers",
            ),
            (
                allow({"StringEquals": {"sub": PROD, "repository_id": "811"}}, partition="aws-cn"),
                "statement 1: AWS is not documented to fill GitHub's keys for "
                f"{GITHUB} in partition aws-cn; with them it is EXACT, without DEAD",
            ),
        ],
    )
    def test_says_why(self, document: Policy, reason: str) -> None:
        assert judge(document).reason == reason

    def test_names_the_deciding_statement(self) -> None:
        document = policy(statement({"StringEquals": {"sub": PROD}}), statement())
        assert judge(document).reason == "statement 2: nothing in it pins the owner"

    def test_no_statement(self) -> None:
        judgement = judge({"Statement": []})
        assert judgement.verdict is Verdict.NOT_GITHUB
        assert judgement.reason == "it has no statement"
        assert judgement.refused == "the policy has no statement"


class TestWitness:
    @pytest.mark.parametrize(
        ("document", "says"),
        [
            (allow(), 'a token with sub "repo:zz-stranger/any-other-repo:ref:refs/heads/x"'),
            (
                like("repo:acme*"),
                'a token with sub "repo:acme-evil/any-other-repo:ref:refs/heads/x"',
            ),
            (
                like("repo:acme/*"),
                'a token with sub "repo:acme/any-other-repo:ref:refs/heads/x"',
            ),
            (
                like("repo:acme/app*"),
                'a token with sub "repo:acme/app-other:ref:refs/heads/x"',
            ),
            (like("repo:acme/app:*"), 'a token with sub "repo:acme/app:pull_request"'),
            (
                like("repo:acme@9919/app@811:ref:refs/tags/*"),
                'a token with sub "repo:acme@9919/app@811:ref:refs/tags/v0-x"',
            ),
            (
                like("repo:acme/app:environment:prod?"),
                'a token with sub "repo:acme/app:environment:prodz"',
            ),
            (
                equals("repository_owner:acme:environment:prod"),
                'a token with sub "repository_owner:acme:environment:prod" '
                "(subject template repository_owner, context)",
            ),
            (
                like("repo:*@9919/*"),
                'a token with sub "repo:zz-stranger/any-other-repo:ref:refs/heads/@9919/"',
            ),
        ],
    )
    def test_says(self, document: Policy, says: str) -> None:
        witness = judge(document).witness
        assert witness is not None
        assert witness.says == says

    def test_carries_the_claims_that_aws_compares(self) -> None:
        witness = judge(like("repo:*", environment="prod", enterprise_id="55")).witness
        assert witness is not None
        assert witness.claims == {
            "aud": "sts.amazonaws.com",
            "actor": "someone",
            "actor_id": "5500005",
            "job_workflow_ref": "zz-stranger/app/.github/workflows/any.yml@refs/heads/x",
            "ref": "refs/heads/x",
            "repository": "same-owner/any-other-repo",
            "repository_id": "880000002",
            "repository_owner_id": "77000001",
            "workflow": "any",
            "environment": "prod",
            "enterprise_id": "55",
            "sub": "repo:same-owner/any-other-repo:environment:prod",
        }

    def test_takes_other_letters_where_the_usual_name_is_denied(self) -> None:
        document = allow({"StringNotLike": {"sub": ["*zz*", "*x*"]}})
        witness = judge(document).witness
        assert witness is not None
        assert witness.claims["sub"] == "repo:z/z:ref:refs/heads/z"

    def test_tag_and_pull_request_carry_their_ref(self) -> None:
        tag = judge(like("repo:acme/app:ref:refs/tags/v*")).witness
        pull = judge(equals("repo:acme/app:pull_request")).witness
        assert tag is not None
        assert tag.claims["ref"] == "refs/tags/vz"
        assert pull is not None
        assert pull.claims["ref"] == "refs/pull/7/merge"
        assert "environment" not in pull.claims

    @pytest.mark.parametrize("subject", [PROD, "repo:acme/*:environment"])
    def test_none_where_nobody_is_too_many(self, subject: str) -> None:
        assert judge(equals(subject)).witness is None


class TestCulprit:
    def test_points_at_the_value_of_a_list(self) -> None:
        document = policy(
            statement({"StringEquals": {"sub": PROD}}),
            statement({"StringLike": {"sub": [MAIN, "repo:acme/*"]}}),
        )
        assert judge(document).culprit == Culprit(2, "StringLike", f"{GITHUB}:sub", "repo:acme/*")

    def test_keeps_operator_and_key_as_written(self) -> None:
        document = allow({"stringLIKE": {f"{GITHUB}:SUB": "repo:acme/app:*"}})
        assert judge(document).culprit == Culprit(
            1, "stringLIKE", f"{GITHUB}:SUB", "repo:acme/app:*"
        )

    @pytest.mark.parametrize(
        "document", [allow(), allow({"StringNotLike": {"sub": "x"}}), equals(PROD)]
    )
    def test_none_where_no_value_is_at_fault(self, document: Policy) -> None:
        assert judge(document).culprit is None


class TestContexts:
    def test_both_forms_are_one_context(self) -> None:
        assert judge(equals([PROD, PROD_BY_ID])).contexts == (
            Context(Repository("acme", "app", "9919", "811"), "environment:prod"),
        )

    def test_forms_of_different_ids_are_two(self) -> None:
        other = PROD_BY_ID.replace("811", "812")
        assert [str(c.repository) for c in judge(equals([PROD_BY_ID, other])).contexts] == [
            "acme@9919/app@811",
            "acme@9919/app@812",
        ]

    def test_owners_of_different_ids_are_two(self) -> None:
        other = PROD_BY_ID.replace("9919", "9920")
        assert len(judge(equals([PROD_BY_ID, other])).contexts) == 2

    def test_ids_of_the_keys_belong_to_the_repository(self) -> None:
        document = equals(PROD, repository_id="811", repository_owner_id="9919")
        assert judge(document).contexts[0].repository == Repository("acme", "app", "9919", "811")

    def test_an_id_alone_stays_apart_from_a_name_with_the_id(self) -> None:
        """Whatever the repository of the id is called, its own template gets it in."""
        found = judge(equals(["environment:prod", PROD], repository_id="811")).contexts
        assert set(found) == {
            Context(Repository(None, None, None, "811"), "environment:prod"),
            Context(Repository("acme", "app", None, "811"), "environment:prod"),
        }

    def test_an_id_of_one_case_is_not_taken_for_that_of_all(self) -> None:
        """The Deny spares id 812, and everybody of another enterprise whatever the id."""
        document = policy(
            equals("workflow:ci:repo:acme/app:environment:prod")["Statement"][0],
            deny(
                {
                    "StringNotEquals": {
                        f"{GITHUB}:repository_id": "812",
                        f"{GITHUB}:enterprise_id": "5",
                    }
                }
            ),
        )
        assert judge(document).contexts == (
            Context(Repository("acme", "app", None, None), "environment:prod"),
        )

    def test_listed_ids_are_not_taken_for_one(self) -> None:
        assert judge(equals(PROD, repository_id=["811", "812"])).contexts[0].repository.id is None

    @pytest.mark.parametrize("subject", ["repo:acme/app:*", "repo:acme/app:pull*", PROD[:-4] + "*"])
    def test_listed_owners_are_not_taken_for_one(self, subject: str) -> None:
        claims = {"environment": "prod"} if subject.startswith(PROD[:-4]) else {}
        document = like(subject, repository_owner_id=["9919", "9920"], **claims)
        assert [c.repository for c in judge(document).contexts] == [Repository("acme", "app")]
        document = like(subject, repository_owner_id="9919", **claims)
        assert [c.repository.owner_id for c in judge(document).contexts] == ["9919"]

    def test_listed_names_are_repositories(self) -> None:
        document = like("repo:*", repository=["acme/app", "acme/lab"])
        assert {str(c.repository) for c in judge(document).contexts} == {"acme/app", "acme/lab"}

    def test_id_without_a_name(self) -> None:
        document = like("repo:*", repository_id="811", environment=["prod", "stage"])
        assert set(judge(document).contexts) == {
            Context(Repository(id="811"), "environment:prod"),
            Context(Repository(id="811"), "environment:stage"),
        }
        assert str(judge(document).contexts[0].repository) == "?/?@811"

    def test_listed_ids_are_repositories(self) -> None:
        document = like("repo:*", repository_id=["811", "812"], environment="prod")
        assert {c.repository.id for c in judge(document).contexts} == {"811", "812"}

    @pytest.mark.parametrize("operator", ["StringEquals", "StringEqualsIgnoreCase"])
    def test_pattern_of_an_id_is_no_id(self, operator: str) -> None:
        document = allow({operator: {"sub": PROD}, "StringLike": {"repository_id": "81*"}})
        assert judge(document).contexts[0].repository == Repository("acme", "app")

    @pytest.mark.parametrize(
        ("subject", "context"),
        [
            ("repo:acme/app:pull_request", "pull_request"),
            (MAIN, "ref:refs/heads/main"),
            ("repo:acme/app:ref:refs/tags/v1", "ref:refs/tags/v1"),
            ("repo:acme/app:environment:a%3Ab", "environment:a%3Ab"),
            ("environment:a%3Ab:repo:acme/app", "environment:a%3Ab"),
            ("workflow:w:repo:acme/app:ref:refs/heads/main", "ref:refs/heads/main"),
            ("workflow:w:repo:acme/app:ref:refs/tags/v1", "ref:refs/tags/v1"),
        ],
    )
    def test_context_as_in_the_subject(self, subject: str, context: str) -> None:
        assert [c.context for c in judge(equals(subject)).contexts] == [context]

    @pytest.mark.parametrize("subject", ["repo:acme/app:pull*", "repo:acme/app:?ull_request"])
    def test_pull_requests_through_a_wildcard(self, subject: str) -> None:
        assert judge(like(subject)).contexts == (
            Context(Repository("acme", "app"), "pull_request"),
        )

    def test_whole_repository(self) -> None:
        assert judge(like("repo:acme/app:*")).contexts == (Context(Repository("acme", "app"), "*"),)

    @pytest.mark.parametrize("subject", ["repo:acme/*", "repo:acme/app:ref:*", "*"])
    def test_none_for_families(self, subject: str) -> None:
        assert judge(like(subject)).contexts == ()

    def test_over_all_statements(self) -> None:
        document = policy(
            statement({"StringEquals": {"sub": PROD}}), statement({"StringEquals": {"sub": MAIN}})
        )
        assert [c.context for c in judge(document).contexts] == [
            "environment:prod",
            "ref:refs/heads/main",
        ]


class TestNotes:
    @pytest.mark.parametrize(
        ("document", "notes"),
        [
            (equals([PROD, PROD_BY_ID], repository_id="811"), set()),
            (equals([PROD, PROD_BY_ID], repository_owner_id="9919"), set()),
            (
                equals([PROD, PROD_BY_ID], repository_id="811", repository_owner_id="9919"),
                set(),
            ),
            (equals([PROD, PROD_BY_ID]), {Note.NAME_ONLY}),
            (
                like("*/app:ref:refs/heads/*", repository_id="811", repository_owner_id="9919"),
                {Note.ONE_FORM},
            ),
            (equals(PROD, repository_id="811"), {Note.ONE_FORM}),
            (equals(PROD, repository_owner_id="9919"), {Note.ONE_FORM}),
            (equals(PROD), {Note.NAME_ONLY, Note.ONE_FORM}),
            (equals(PROD_BY_ID), {Note.ONE_FORM}),
            (equals([PROD, PROD_BY_ID, MAIN], repository_id="811"), {Note.ONE_FORM}),
            (like("repo:acme/app:*"), {Note.NAME_ONLY, Note.ONE_FORM}),
            (like(["repo:acme/app:*", "repo:acme@9919/app@811:*"]), {Note.NAME_ONLY}),
            (like("repo:acme@9919/*"), {Note.ONE_FORM}),
            (like("repo:*", repository_owner_id="9919"), set()),
            (like("repo:*", enterprise_id="55"), set()),
            (allow(), set()),
            (like("repo:acme*"), set()),
            (like("repo:acme@*/app@*:ref:refs/heads/*"), {Note.NAME_ONLY, Note.ONE_FORM}),
            (equals("repository_id:811:environment:prod"), set()),
            (equals("repository:acme/app:environment:prod"), {Note.NAME_ONLY}),
            (
                allow({"StringEquals": {"sub": PROD}}, issuer="ghe.acme.example/_services/token"),
                {Note.NAME_ONLY},
            ),
            (equals("nonsense"), set()),
        ],
    )
    def test_names_and_forms(self, document: Policy, notes: set[Note]) -> None:
        judgement = judge(document)
        assert judgement.notes == notes
        assert judgement.verdict is not Verdict.UNKNOWN

    @pytest.mark.parametrize(
        ("first", "second", "notes"),
        [
            (equals(PROD), equals(PROD_BY_ID), {Note.NAME_ONLY}),
            (equals(PROD_BY_ID), equals(PROD, repository_id="811"), set()),
            (equals([PROD, MAIN]), equals(PROD_BY_ID), {Note.NAME_ONLY, Note.ONE_FORM}),
            (equals(PROD), equals(PROD), {Note.NAME_ONLY, Note.ONE_FORM}),
            (
                equals(PROD),
                allow({"StringEquals": {"sub": PROD_BY_ID}}, issuer=f"{GITHUB}/acme"),
                {Note.NAME_ONLY, Note.ONE_FORM},
            ),
        ],
    )
    def test_the_other_form_may_be_in_another_statement(
        self, first: Policy, second: Policy, notes: set[Note]
    ) -> None:
        judgement = judge(policy(*first["Statement"], *second["Statement"]))
        assert judgement.notes == notes
        assert {note for each in judgement.statements for note in each.notes} == notes

    @pytest.mark.parametrize(
        "block",
        [
            {},
            {"StringNotEquals": {"aud": "x"}},
            {"ForAllValues:StringEquals": {"aud": "sts.amazonaws.com"}},
            {"StringEqualsIfExists": {"aud": "sts.amazonaws.com"}},
            {"StringEquals": {"aud": ["sts.amazonaws.com", "https://github.com/acme"]}},
            {"StringEquals": {"aud": "sts.amazonaws.com.cn"}},
            {"StringLike": {"aud": "sts.amazonaws.*"}},
            {"StringEqualsIgnoreCase": {"aud": "sts.amazonaws.com"}},
            {"StringEquals": {f"{SLUG}:aud": "sts.amazonaws.com"}},
            {"Null": {"aud": "false"}},
        ],
    )
    def test_audience_left_open(self, block: dict[str, dict[str, Any]]) -> None:
        document = policy(statement({**block, "ForAnyValue:StringEquals": {"sub": PROD}}))
        if f"{SLUG}:aud" in str(block):
            assert judge(document).verdict is Verdict.DEAD
        else:
            assert Note.NO_AUDIENCE in judge(document).notes
        assert not only(document).audience_pinned

    @pytest.mark.parametrize(
        "block",
        [
            {"StringEquals": {"aud": "sts.amazonaws.com"}},
            {"StringEquals": {"aud": ["sts.amazonaws.com"]}},
            {"StringLike": {"aud": "sts.amazonaws.com"}},
            {"ForAnyValue:StringEquals": {"aud": "sts.amazonaws.com"}},
            {
                "StringEquals": {"aud": ["sts.amazonaws.com", "other"]},
                "StringNotEquals": {"aud": "other"},
            },
        ],
    )
    def test_audience_pinned(self, block: dict[str, dict[str, Any]]) -> None:
        document = policy(statement({**block, "StringLikeIfExists": {"sub": PROD}}))
        assert only(document).audience_pinned
        assert Note.NO_AUDIENCE not in judge(document).notes

    @pytest.mark.parametrize(
        ("partition", "audience"),
        [
            ("aws", "sts.amazonaws.com"),
            ("aws-us-gov", "sts.amazonaws.com"),
            ("aws-cn", "sts.amazonaws.com.cn"),
            ("aws-eusc", "sts.eusc-de-east-1.amazonaws.eu"),
        ],
    )
    def test_audience_of_the_partition(self, partition: str, audience: str) -> None:
        document = allow(
            {"StringEquals": {"sub": PROD, "aud": audience}}, partition=partition, audience=False
        )
        assert Note.NO_AUDIENCE not in judge(document).notes
        assert Note.NO_AUDIENCE in judge(document, audience="elsewhere").notes

    def test_audience_can_be_given(self) -> None:
        document = allow({"StringEquals": {"sub": PROD, "aud": "b"}}, audience=False)
        assert only(document, audience="b").audience_pinned
        assert only(document, audience=("a", "b")).audience_pinned
        assert not only(document, audience="a").audience_pinned


class TestStatements:
    def test_each_is_judged_by_itself(self) -> None:
        document = policy(
            statement({"StringEquals": {"sub": PROD}}, audience=True),
            statement({"StringLike": {"sub": "repo:acme/*"}}),
            deny(),
            statement(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole"),
        )
        document["Statement"][2]["Condition"] = {"StringEquals": {f"{GITHUB}:actor": "evil"}}
        assert [(s.index, s.verdict, s.audience_pinned) for s in judge(document).statements] == [
            (1, Verdict.EXACT, True),
            (2, Verdict.OWNER_WIDE, False),
            (3, Verdict.NOT_GITHUB, False),
            (4, Verdict.NOT_GITHUB, False),
        ]

    def test_values_as_written(self) -> None:
        document = allow(
            {
                "StringLike": {"sub": ["repo:acme/app:*", PROD]},
                "StringNotLike": {"sub": "*:pull_request"},
                "StringEquals": {"aud": ["sts.amazonaws.com", "b"]},
            },
            audience=False,
        )
        one = only(document)
        assert one.subjects == ("repo:acme/app:*", PROD)
        assert one.audience == ("sts.amazonaws.com", "b")
        assert one.issuers == (GITHUB,)
        assert judge(document).subjects == ("repo:acme/app:*", PROD)


class TestRefused:
    @pytest.mark.parametrize(
        ("document", "refused"),
        [
            (equals(PROD), None),
            (allow(), "statement 1 evaluates neither sub nor job_workflow_ref"),
            (like("*"), "statement 1 evaluates neither sub nor job_workflow_ref"),
            (like(["*", PROD]), "statement 1 evaluates neither sub nor job_workflow_ref"),
            (like([PROD, "*"]), None),
            (like("repo:*"), None),
            (
                allow({"StringEquals": {"repository_id": "811"}}),
                "statement 1 evaluates neither sub nor job_workflow_ref",
            ),
            (allow({"StringEquals": {"job_workflow_ref": "a/b/.github/workflows/c.yml@d"}}), None),
            (allow({"StringEqualsIgnoreCase": {"sub": PROD}}), None),
            (
                allow({"StringNotLike": {"sub": PROD}}),
                "statement 1 evaluates neither sub nor job_workflow_ref",
            ),
            (
                allow({"ForAllValues:StringLike": {"sub": PROD}}),
                "statement 1 evaluates neither sub nor job_workflow_ref",
            ),
            (allow(issuer="ghe.acme.example/_services/token"), None),
            (
                allow({"StringEquals": {"sub": PROD}}, version="2012-10-18"),
                'there is no Version "2012-10-18"',
            ),
            (
                allow({"StringEquals": {"sub": PROD}}, Effect="deny"),
                'statement 1 has Effect "deny"',
            ),
            (allow({"StringEquals": {"sub": PROD}}, Effect=None), "statement 1 has Effect null"),
            (allow({"StringEquals": {"sub": PROD}}, Resource="*"), "statement 1 has a Resource"),
            (allow({"StringEquals": {"sub": PROD}}, Action=None), "statement 1 has no Action"),
            (
                allow({"StringEquals": {"sub": PROD}}, NotAction="x"),
                "statement 1 has two kinds of Action",
            ),
            (
                allow({"StringEquals": {"sub": PROD}}, Principal=None),
                "statement 1 has no Principal",
            ),
            (allow({"StringEquals": {"sub": PROD}}, Principal=5), 'statement 1 has Principal "5"'),
            (
                allow({"StringEquals": {"sub": PROD}}, Rights="x"),
                'statement 1 has an element "rights"',
            ),
            ({**equals(PROD), "Owner": "x"}, 'a policy has no element "owner"'),
            (policy("x"), 'statement 1 is "x"'),  # type: ignore[arg-type]  # what is no statement
            (
                allow({"StringEquals": {"sub": PROD}}, Principal={"Federated": GITHUB}),
                f'statement 1 names "{GITHUB}", which is no ARN',
            ),
            (
                allow({"StringEquals": {"sub": PROD}}, Principal={"Federated": provider("*")}),
                f'statement 1 has a wildcard in principal "{provider("*")}"',
            ),
        ],
    )
    def test_why(self, document: Policy, refused: str | None) -> None:
        assert judge(document).refused == refused

    def test_stands_beside_a_verdict(self) -> None:
        judgement = judge(allow({"StringEquals": {"sub": PROD}}, Resource="*"))
        assert judgement.verdict is Verdict.EXACT
        assert judgement.refused == "statement 1 has a Resource"


class TestVerdict:
    def test_widest_first(self) -> None:
        assert [str(verdict) for verdict in sorted(Verdict, reverse=True)][::-1] == [
            "OPEN",
            "LOOKALIKE-OWNER",
            "OWNER-WIDE",
            "SIBLING-REPOSITORY",
            "REPOSITORY-WIDE",
            "PULL-REQUEST",
            "ANY-BRANCH",
            "ANY-TAG",
            "ANY-ENVIRONMENT",
            "EXACT",
            "DEAD",
            "UNKNOWN",
            "NOT-GITHUB",
        ]

    def test_is_compared_with_verdicts_only(self) -> None:
        with pytest.raises(TypeError):
            assert Verdict.OPEN < "EXACT"

    def test_unknown_hides_no_open_statement(self) -> None:
        unread = statement({"StringIs": {"sub": PROD}})
        opened = statement()
        exact = statement({"StringEquals": {"sub": PROD}})
        assert judge(policy(unread, opened)).verdict is Verdict.OPEN
        assert judge(policy(exact, unread)).verdict is Verdict.UNKNOWN
        assert judge(policy(statement({"StringLike": {"sub": "repo:acme/*"}}), unread)).verdict is (
            Verdict.UNKNOWN
        )

    def test_principal_that_cannot_be_read_hides_no_open_one(self) -> None:
        principal = {"Federated": [provider(), "${provider}"]}
        assert judge(allow(Principal=principal)).verdict is Verdict.OPEN
        document = allow({"StringEquals": {"sub": PROD}}, Principal=principal)
        assert judge(document).verdict is Verdict.UNKNOWN
        assert judge(document).witness is None

    def test_judgements_compare_by_what_they_say(self) -> None:
        assert judge(equals(PROD)) == judge(json.dumps(equals(PROD)))


class TestTrustedIssuers:
    def test_lists_each_once(self) -> None:
        document = policy(
            statement(),
            statement(Principal={"Federated": [provider(SLUG), provider("accounts.google.com")]}),
            statement(),
        )
        assert trusted_issuers(document) == (GITHUB, SLUG)
        assert judge(document).issuers == (GITHUB, SLUG)

    def test_of_a_wildcard_principal(self) -> None:
        document = policy(statement({"StringEquals": {f"{SLUG}:sub": PROD}}, Principal="*"))
        assert trusted_issuers(document) == (GITHUB, SLUG)

    @pytest.mark.parametrize("document", ["{", None, policy(deny(Action="sts:AssumeRole"))])
    def test_of_nothing(self, document: object) -> None:
        assert trusted_issuers(document) == ()
