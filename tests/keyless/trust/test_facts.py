"""What AWS and GitHub document, fact by fact, in the reader's verdicts and tables."""

from collections.abc import Mapping
from itertools import chain
from typing import Any

import pytest

from keyless.trust import Verdict, judge
from keyless.trust.claims import DEFAULT_SUBJECTS, MODES, TEMPLATE_PIECES, Piece
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
EXACT = {"StringEquals": {"sub": PROD}}
FILLED = (
    *("actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref", "ref"),
    *("repository", "repository_id", "repository_owner_id", "workflow", "aud", "sub"),
)
VALUES = {
    **dict.fromkeys(("actor_id", "enterprise_id", "repository_id", "repository_owner_id"), "5"),
    "job_workflow_ref": "acme/flows/.github/workflows/a.yml@refs/heads/main",
    "ref": "refs/heads/main",
    "repository": "acme/app",
    "sub": "repo:acme/app:ref:refs/heads/main",
}
NOT_FILLED = (
    *("repository_owner", "event_name", "base_ref", "head_ref", "ref_type", "iss", "enterprise"),
    *("runner_environment", "workflow_ref", "workflow_sha", "repository_visibility", "run_id"),
    *("check_run_id", "repo_property_team", "job_workflow_sha", "jti", "sha", "ref_protected"),
    *("amr", "email", "oaud"),
)


def verdict(block: Mapping[str, Mapping[str, Any]], **options: Any) -> str:
    return str(judge(allow(block, **options)).verdict)


class TestKeys:
    @pytest.mark.parametrize("key", FILLED)
    def test_filled(self, key: str) -> None:
        block = {"StringEquals": {key: VALUES.get(key, "prod")}}
        assert verdict(block, audience=False) != "DEAD"
        assert verdict({"Null": {key: "false"}}, audience=False) == "OPEN"

    @pytest.mark.parametrize("key", NOT_FILLED)
    @pytest.mark.parametrize("base", ["StringEquals", "StringLike", "StringEqualsIgnoreCase"])
    def test_not_filled(self, key: str, base: str) -> None:
        assert verdict({base: {key: "*"}}) == "DEAD"
        assert verdict({f"ForAnyValue:{base}": {key: "*"}}) == "DEAD"
        assert verdict({f"{base}IfExists": {key: "x"}}) == "OPEN"
        assert verdict({f"ForAllValues:{base}": {key: "x"}}) == "OPEN"
        assert verdict({base.replace("String", "StringNot"): {key: "x"}}) == "OPEN"
        assert verdict({"Null": {key: "true"}}) == "OPEN"
        assert verdict({"Null": {key: "false"}}) == "DEAD"

    @pytest.mark.parametrize("key", NOT_FILLED)
    def test_not_filled_beside_an_exact_subject(self, key: str) -> None:
        assert verdict({"StringEquals": {"sub": PROD, key: "x"}}) == "DEAD"
        assert verdict({"StringEquals": {"sub": PROD}, "StringNotEquals": {key: "x"}}) == "EXACT"

    @pytest.mark.parametrize("claim", ["environment", "enterprise_id"])
    def test_sometimes_absent(self, claim: str) -> None:
        assert verdict({"Null": {claim: "true"}}) == "OPEN"

    @pytest.mark.parametrize("claim", [key for key in FILLED if key not in {"environment"}])
    def test_always_there_in_a_job_that_is_meant(self, claim: str) -> None:
        absent = verdict({"StringEquals": {"sub": PROD}, "Null": {claim: "true"}}, audience=False)
        assert absent == ("EXACT" if claim == "enterprise_id" else "DEAD")

    @pytest.mark.parametrize("spelling", ["sub", "SUB", "Sub"])
    def test_letter_case_of_keys_and_prefixes(self, spelling: str) -> None:
        key = f"{GITHUB.title()}:{spelling}"
        assert verdict({"StringEquals": {key: PROD}}) == "EXACT"
        assert verdict({"StringEquals": {key: PROD.upper()}}) == "DEAD"


class TestOperators:
    @pytest.mark.parametrize(
        ("operator", "wanted"),
        [
            ("StringEquals", "EXACT"),
            ("StringLike", "EXACT"),
            ("StringEqualsIfExists", "EXACT"),
            ("StringLikeIfExists", "EXACT"),
            ("ForAnyValue:StringEquals", "EXACT"),
            ("ForAllValues:StringEquals", "EXACT"),
            ("ForAnyValue:StringLikeIfExists", "EXACT"),
            ("foranyvalue:stringlike", "EXACT"),
            ("StringEqualsIgnoreCase", "EXACT"),
            ("StringNotEquals", "OPEN"),
            ("StringNotLike", "OPEN"),
            ("StringNotEqualsIgnoreCase", "OPEN"),
            ("ForAllValues:StringNotEquals", "OPEN"),
            ("ForAnyValue:StringNotLike", "OPEN"),
            ("ArnEquals", "DEAD"),
            ("ArnLike", "DEAD"),
            ("ArnNotEquals", "OPEN"),
            ("ArnNotLikeIfExists", "OPEN"),
            ("BinaryEquals", "UNKNOWN"),
            ("Bool", "DEAD"),
            ("BoolIfExists", "DEAD"),
            ("IpAddress", "DEAD"),
            ("NotIpAddress", "OPEN"),
            ("NumericEquals", "DEAD"),
            ("NumericLessThanEquals", "DEAD"),
            ("NumericNotEquals", "UNKNOWN"),
            ("DateLessThan", "DEAD"),
            ("DateGreaterThanEquals", "DEAD"),
            ("DateNotEquals", "UNKNOWN"),
            ("StringMatches", "UNKNOWN"),
            ("ForSomeValues:StringLike", "UNKNOWN"),
            ("NullIfExists", "UNKNOWN"),
            ("ForAllValues:Null", "UNKNOWN"),
            ("StringLikeIfExistsIfExists", "UNKNOWN"),
            (":StringLike", "UNKNOWN"),
            ("StringLike:", "UNKNOWN"),
            ("ForAnyValue:ForAllValues:StringLike", "UNKNOWN"),
        ],
    )
    def test_on_the_subject_alone(self, operator: str, wanted: str) -> None:
        found = verdict({operator: {"sub": PROD}})
        if wanted == "UNKNOWN" and found == "OPEN":
            found = "UNKNOWN"  # what nobody can compare is read in favour of the token
        assert found == wanted

    @pytest.mark.parametrize(
        "value", ["repo:acme/*", "*", "repo:acme/app:environment:?rod", "repo:acme/app:*"]
    )
    def test_wildcards_are_letters_elsewhere(self, value: str) -> None:
        assert verdict({"StringEquals": {"sub": value}}) == "DEAD"
        assert verdict({"StringEqualsIgnoreCase": {"sub": value}}) == "DEAD"

    def test_values_or_keys_and_statements_or(self) -> None:
        pull = "repo:acme/app:pull_request"
        assert judge(equals([PROD, pull])).verdict is Verdict.PULL_REQUEST
        assert judge(equals([PROD, pull], environment="prod")).verdict is Verdict.EXACT
        both = policy(*(statement({"StringEquals": {"sub": s}}) for s in (PROD, pull)))
        assert judge(both).verdict is Verdict.PULL_REQUEST

    @pytest.mark.parametrize("operator", ["NumericEquals", "DateEquals", "BinaryEquals"])
    def test_undocumented_comparison_pins_nothing(self, operator: str) -> None:
        assert verdict({"StringLike": {"sub": "*"}, operator: {"repository_id": "811"}}) != "EXACT"

    @pytest.mark.parametrize("version", ["2008-10-17", None])
    def test_variables_need_their_version(self, version: str | None) -> None:
        block = {"StringLike": {"sub": "repo:${" + GITHUB + ":repository}:environment:prod"}}
        assert verdict(block) == "OPEN"
        assert verdict(block, version=version) == "DEAD"


class TestActions:
    @pytest.mark.parametrize(
        "action",
        [
            *("*", "sts:*", "STS:assumeROLEwithWEBidentity", "sts:Assume?oleWithWebIdentity"),
            *("sts:*WithWebIdentity", "sts:AssumeRoleWith*", "*:*", "s*s:*e*y", "**", "?*"),
            *("sts:" + "*" * 3_000, "*?" * 29 + "*", ["sts:TagSession", ASSUME]),
        ],
    )
    def test_that_let_a_web_identity_in(self, action: object) -> None:
        assert judge(policy(statement(Action=action))).verdict is Verdict.OPEN
        nobody = policy(statement(Action=None, NotAction=action))
        assert judge(nobody).verdict is Verdict.DEAD

    @pytest.mark.parametrize(
        "action",
        [
            *("sts:AssumeRole", "sts:AssumeRole?", "sts:AssumeRoleWithSAML", "iam:*", ""),
            *("sts:AssumeRoleWithWebIdentity?", "?" * 34, "sts:TagSession", "sts:Assume*Role"),
            *("s3:" + "?" * 3_000, "x" * 3_000 + "*", ["sts:AssumeRole", "sts:SetSourceIdentity"]),
        ],
    )
    def test_that_let_none_in(self, action: object) -> None:
        assert judge(policy(statement(Action=action))).verdict is Verdict.DEAD
        everybody = policy(statement(Action=None, NotAction=action))
        assert judge(everybody).verdict is Verdict.OPEN


class TestPrincipals:
    @pytest.mark.parametrize(
        "principal",
        [
            {"AWS": "arn:aws:iam::111111111111:root", "Federated": provider()},
            {"Service": ["ec2.amazonaws.com"], "AWS": ["1", "2"], "Federated": [provider()]},
            {"Federated": [provider("accounts.google.com"), provider()]},
            {"Federated": ["arn:aws:iam::1:saml-provider/okta", provider()]},
            {"CanonicalUser": "x", "Federated": provider()},
            {"Federated": "*"},
            {"AWS": "*"},
            "*",
        ],
    )
    def test_beside_others(self, principal: object) -> None:
        assert verdict(EXACT, Principal=principal) == "EXACT"
        assert verdict({}, Principal=principal) == "OPEN"

    @pytest.mark.parametrize(
        "principal",
        [
            {"Federated": provider("accounts.google.com")},
            {"Federated": "cognito-identity.amazonaws.com"},
            {"Federated": "arn:aws:iam::1:saml-provider/okta"},
            {"AWS": "arn:aws:iam::111111111111:root"},
            {"Service": "ec2.amazonaws.com"},
            {"Federated": []},
        ],
    )
    def test_of_others(self, principal: object) -> None:
        assert verdict({}, Principal=principal) == "NOT-GITHUB"

    def test_partition_of_a_provider(self) -> None:
        for partition in ("aws", "aws-cn", "aws-us-gov", "aws-eusc"):
            assert verdict(EXACT, partition=partition) == "EXACT"


class TestDenials:
    @pytest.mark.parametrize(
        ("block", "wanted"),
        [
            ({"StringLike": {"sub": "*:pull_request"}}, "ANY-BRANCH"),
            ({"StringNotEquals": {"environment": "prod"}}, "EXACT"),
            ({"StringNotEqualsIfExists": {"environment": "prod"}}, "EXACT"),
            ({"Null": {"environment": "true"}}, "ANY-ENVIRONMENT"),
            ({"Null": {"environment": "false"}}, "REPOSITORY-WIDE"),
            ({"StringNotLike": {"sub": "*:ref:refs/tags/*"}}, "ANY-TAG"),
            ({"StringEquals": {"event_name": "pull_request"}}, "REPOSITORY-WIDE"),
            ({"StringLike": {"sub": "repo:acme/app:*"}}, "DEAD"),
            ({"StringEquals": {"aud": "elsewhere"}}, "REPOSITORY-WIDE"),
            ({"Bool": {"aws:SecureTransport": "false"}}, "REPOSITORY-WIDE"),
        ],
    )
    def test_subtract(self, block: Mapping[str, Mapping[str, Any]], wanted: str) -> None:
        whole = statement({"StringLike": {"sub": "repo:acme/app:*"}}, audience=True)
        assert str(judge(policy(whole, deny(block))).verdict) == wanted
        assert str(judge(policy(deny(block), whole)).verdict) == wanted

    def test_lets_nobody_in(self) -> None:
        assert judge(policy(deny({"StringLike": {"sub": "*"}}))).verdict is Verdict.NOT_GITHUB


@pytest.mark.parametrize(
    ("document", "wanted"),
    [
        (like("repo:acme/app:ref:refs/heads/main-?"), "ANY-BRANCH"),
        (like("repo:acme/app:ref:refs/heads/[ab]*"), "DEAD"),
        (like("repo:acme/app:ref:refs/tags/v?.?.?"), "ANY-TAG"),
        (like("repo:acme/app:environment:prod-*"), "ANY-ENVIRONMENT"),
        (like("repo:acme/app:?ull_request"), "PULL-REQUEST"),
        (like("repo:acme/app:ref:refs/pull/*"), "PULL-REQUEST"),
        (like("repo:acme/*:pull_request"), "OWNER-WIDE"),
        (like("repo:acme/app-*:ref:refs/heads/main"), "SIBLING-REPOSITORY"),
        (like("repo:ac*me/app:environment:prod"), "LOOKALIKE-OWNER"),
        (like(["repo:acme/app:pull_request", "repo:acme/app:ref:refs/tags/*"]), "PULL-REQUEST"),
        (like("repo:acme/app:*", actor="mona"), "REPOSITORY-WIDE"),
        (like("repo:*", actor=["mona", "hubot"]), "OPEN"),
        (like("repo:*", workflow="deploy", environment="prod"), "OPEN"),
        (like("repo:*/*:*", repository_owner_id="9919"), "OWNER-WIDE"),
        (like("repo:*", repository_id="811", ref="refs/heads/main"), "ANY-ENVIRONMENT"),
        (like("repo:*", repository="acme/app"), "REPOSITORY-WIDE"),
        (like("repo:*", repository=["acme/app", "acme/lab"]), "REPOSITORY-WIDE"),
        (like("repo:*", repository_owner_id=["9919", "9920"]), "OWNER-WIDE"),
        (equals("repository_id:811"), "REPOSITORY-WIDE"),
        (equals("repository_owner:acme:environment:prod"), "OWNER-WIDE"),
        (equals("environment:prod:repo:acme/app"), "EXACT"),
        (equals("repo:acme/app"), "REPOSITORY-WIDE"),
        (equals("repo:acme/app:job_workflow_ref:a/b/.github/workflows/c.yml@d"), "REPOSITORY-WIDE"),
        (equals("repo:acme/app:ref:refs/heads/main", environment="prod"), "EXACT"),
        (equals("repo:acme/app:schedule"), "DEAD"),
        (equals("repo:acme/app:pull_request_target"), "DEAD"),
        (equals("repo:acme/app:event_name:push"), "REPOSITORY-WIDE"),
        (equals(" repo:acme/app:environment:prod"), "DEAD"),
        (equals("repo:acme/app:environment:prod "), "EXACT"),
        (equals("repo:acme/app:Environment:prod"), "DEAD"),
        (equals("repo:acme/app:environment:*"), "DEAD"),
        (equals(["repo:acme/app:*", PROD]), "EXACT"),
        (equals("repo:acme/app:environment:a%3Ab", environment="a:b"), "EXACT"),
        (equals("repo:acme/app:environment:a%3Ab", environment="a%3Ab"), "UNKNOWN"),
        (like("repo:acme/app:*", environment="a%3Ab"), "UNKNOWN"),
        (equals("workflow:a%3Ab:repo:acme/app", workflow="a%3Ab"), "REPOSITORY-WIDE"),
        (equals("repo:acme/app:environment:a%3Ab", environment="a%3ab"), "DEAD"),
        (
            allow(
                {
                    "StringEquals": {
                        "sub": "repo:acme/app:environment:a%3Ab",
                        "environment": "a:b",
                    },
                    "StringNotLike": {"actor": "${aws:username}"},
                }
            ),
            "EXACT",
        ),
        (equals("repo:acme/app:ref:refs/tags/v1", ref="refs/tags/v1"), "EXACT"),
        (equals("repo:acme/app:ref:refs/tags/v1", ref="refs/heads/v1"), "DEAD"),
        (allow({"StringEquals": {"event_name": "push"}}, Principal="*"), "DEAD"),
        (allow({"StringEquals": {"iam.example:sub": "x"}}, audience=False), "DEAD"),
        (equals([]), "DEAD"),
        (equals(""), "DEAD"),
        (like(""), "DEAD"),
        (like("repo:acme/app:environment:${*}"), "DEAD"),
    ],
)
def test_more_of_the_known_kinds(document: Policy, wanted: str) -> None:
    assert str(judge(document).verdict) == wanted


def written(piece: Piece) -> str:
    """Write a piece of a subject with its fields in braces and, in brackets, whose they are."""
    texts: list[str] = []
    for segment in piece.segments:
        *claims, subject = segment.claims
        assert subject == "sub"
        texts.append(f"{{{segment.field}}}" if segment.field else segment.text)
        texts += [f"[{','.join(claims)}]"] if claims else []
    return "".join(texts)


NAMES = "{owner}[repository]/[repository]{repo}[repository]"
IDS = (
    "{owner}[repository]@{owner_id}[repository_owner_id]/[repository]{repo}[repository]"
    "@{repo_id}[repository_id]"
)
CONTEXT = {
    "pull_request": "pull_request",
    "branch": "ref:refs/heads/[ref]{branch}[ref]",
    "tag": "ref:refs/tags/[ref]{tag}[ref]",
    "environment": "environment:{environment}[environment]",
}
REFS = (CONTEXT["branch"], CONTEXT["tag"])
MERGE = "ref:refs/pull/[ref]{pull}[ref]/merge[ref]"
IN_ANY_MODE = (
    *(f"{key}:{{{key}}}[{key}]" for key in ("actor", "actor_id", "enterprise_id", "workflow")),
    "job_workflow_ref:{workflow_path}[job_workflow_ref]@[job_workflow_ref]"
    "{workflow_at}[job_workflow_ref]",
    f"repository:{NAMES}",
    "repository_id:{repo_id}[repository_id]",
    "repository_owner_id:{owner_id}[repository_owner_id]",
    *("repository_owner:{owner}", "enterprise:{enterprise}", f"workflow_ref:{NAMES}/{{text}}"),
    *("base_ref:{git_name}", "base_ref:", "head_ref:{git_name}", "head_ref:"),
    *("repo_property_{property}:{text}", "jti:{text}", "iss:{text}"),
    *("environment_node_id:{text}", "issuer_scope:{text}"),
    *("sha:{word}", "job_workflow_sha:{word}", "workflow_sha:{word}", "event_name:{word}"),
    *("run_id:{number}", "run_number:{number}", "run_attempt:{number}", "check_run_id:{number}"),
    *("ref_type:branch", "ref_type:tag", "ref_protected:true", "ref_protected:false"),
    *(f"repository_visibility:{each}" for each in ("public", "private", "internal")),
    *("runner_environment:github-hosted", "runner_environment:self-hosted"),
)


class TestSubjects:
    @pytest.mark.parametrize("mode", MODES)
    def test_default(self, mode: str) -> None:
        forms = {form: written(pieces[mode]) for form, pieces in DEFAULT_SUBJECTS.items()}
        names = f"repo:{NAMES}:{CONTEXT[mode]}"
        assert forms == {"name": names, "immutable": f"repo:{IDS}:{CONTEXT[mode]}"}

    @pytest.mark.parametrize(
        ("mode", "more"),
        [
            ("pull_request", [MERGE, CONTEXT["branch"]]),
            ("branch", [CONTEXT["branch"]]),
            ("tag", [CONTEXT["tag"]]),
            ("environment", [*REFS, MERGE, CONTEXT["environment"]]),
        ],
    )
    def test_of_a_template(self, mode: str, more: list[str]) -> None:
        pieces = [written(piece) for piece in TEMPLATE_PIECES[mode]]
        assert pieces[: 1 + len(more)] == [CONTEXT[mode], *more]
        assert sorted(pieces[1 + len(more) :]) == sorted(IN_ANY_MODE)

    def test_key_is_the_beginning_of_a_piece(self) -> None:
        for piece in chain.from_iterable(TEMPLATE_PIECES.values()):
            if piece.key != "context":
                assert written(piece).startswith(piece.key)
                head = piece.segments[0].text
                assert head in {f"{piece.key}:", "ref:", "repo_property_", written(piece)}
