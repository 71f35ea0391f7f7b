"""The trust policies to write instead of one that is not plain."""

import json
import re
from functools import cache

import pytest

from keyless.rules.trust_faults import trust_faults
from keyless.rules.trust_rewrite import Rewrite, rewrite_trust
from keyless.trust import Judgement, Verdict, judge
from keyless.trust.plain import Odd, plain
from tests.keyless.trust import adversarial_cases
from tests.keyless.trust.test_cases import PUBLIC
from tests.keyless.trust.test_plain import (
    ARN,
    ISSUER,
    KEYS,
    LISTED,
    MISSING,
    NAMED,
    PRODUCTION,
    document,
    equals,
    keys,
    statement,
)

pytestmark = pytest.mark.usefixtures("judged_once")

CASES = {
    **{case.name: case.policy for case in adversarial_cases.CASES},
    **{case["id"]: case["policy"] for case in PUBLIC},
}


NAMES_THAT_PLAIN_HAS_NOT = {
    *("escaped dollar", "branch subject with an environment"),
}
"""A `$` in a name, and a job that a template alone gives the subject of a branch."""


@cache
def judged(name: str) -> Judgement:
    return judge(CASES[name])


@cache
def rewritten(name: str, pin_ids: bool = False) -> Rewrite:
    return rewrite_trust(CASES[name], judged(name), LISTED, None, pin_ids=pin_ids)


def filled(rewrite: Rewrite) -> list[str]:
    """Fill in every placeholder: ids are numbers, the rest names."""
    documents = [json.dumps(each) for each in rewrite.documents]
    for number, each in enumerate(rewrite.fill_in):
        value = f"{1000 + number}" if each.text.startswith("id of ") else "anything"
        documents = [text.replace(f"<{each.text}>", value) for text in documents]
    return documents


@pytest.mark.parametrize("pin_ids", [False, pytest.param(True, marks=pytest.mark.long)])
@pytest.mark.parametrize("name", CASES)
def test_what_is_written_is_plain_and_drops_nothing_in_silence(name: str, pin_ids: bool) -> None:
    rewrite, meant = rewritten(name, pin_ids), judged(name)
    written = filled(rewrite)
    assert not any("<" in text for text in written)
    served = [plain(text, LISTED, None) for text in written]
    assert not [each for each in served if isinstance(each, Odd)]
    for text in written:
        assert judge(text).verdict in (Verdict.EXACT, Verdict.PULL_REQUEST)
        found = trust_faults(text, judge(text), issuers=LISTED)
        assert found is not None
        assert found.faults == ()
    contexts = {each.context for each in served if not isinstance(each, Odd)}
    exact = {each.context for each in meant.contexts if each.context != "*"}
    if written and meant.verdict is not Verdict.UNKNOWN and not rewrite.left_out:
        assert exact <= contexts or name in NAMES_THAT_PLAIN_HAS_NOT


def test_one_that_names_one_context_serves_it() -> None:
    for name in CASES:
        rewrite, meant = rewritten(name), judged(name)
        if rewrite.document and meant.verdict is Verdict.EXACT and len(meant.contexts) == 1:
            (context,), served = meant.contexts, plain(rewrite.document, LISTED, None)
            assert not isinstance(served, Odd)
            assert {each.context for each in judge(rewrite.document).contexts} == {context.context}
            assert context.repository.name in (None, served.repository.name)
            assert context.repository.owner in (None, served.repository.owner)
            assert context.repository.id in (None, served.repository.id)


ACCOUNT = "222222222222"


def anew(policy: object, account: str | None = ACCOUNT) -> Rewrite:
    return rewrite_trust(policy, judge(policy), LISTED, account)


@pytest.mark.parametrize(
    "written",
    [
        ARN.replace(ACCOUNT, "999999999999"),
        f"{ARN}/",
        f" {ARN}",
        ARN.replace("/token", "/https://token"),
        ARN.replace("token", "TOKEN"),
        ARN.replace("oidc-provider", "OIDC-PROVIDER"),
        ARN.replace("iam::", "iam:eu-west-1:"),
        ARN.replace("provider/", "provider/http://"),
        ISSUER,
        f"https://{ISSUER}",
        [ARN, ARN],
        [ARN, ARN.replace(ACCOUNT, "999999999999")],
    ],
)
def test_the_provider_is_written_as_the_account_has_it(written: object) -> None:
    rewrite = anew(document(statement(Principal={"Federated": written})))
    assert rewrite.document == document(statement(Condition={"StringEquals": KEYS}))
    assert rewrite.left_out == ()


@pytest.mark.parametrize("written", [ISSUER, f"arn:aws-iso:iam::{ACCOUNT}:oidc-provider/{ISSUER}"])
def test_no_account_and_no_partition_are_made_up(written: str) -> None:
    assert anew(document(statement(Principal={"Federated": written})), None).documents == ()


@pytest.mark.parametrize("effect", ["allow", "ALLOW", " Allow"])
def test_an_effect_in_other_letters_is_an_allow(effect: str) -> None:
    assert anew(document(statement(Effect=effect))).document == document()


@pytest.mark.parametrize("effect", ["Deny", "deny", "", None, ["Allow", "Deny"]])
def test_no_other_effect_is(effect: object) -> None:
    assert anew(document(statement(Effect=effect))) == Rewrite()


def test_statements_whose_ids_disagree_are_no_one_policy() -> None:
    both = [
        statement(Condition={"StringEquals": keys(sub=f"{NAMED}:{PRODUCTION}", repository_id=each)})
        for each in ("1", "2")
    ]
    rewrite = anew(document(*both))
    assert rewrite.document is None
    ids = [each["Statement"][0]["Condition"]["StringEquals"] for each in rewrite.documents]
    assert [each[f"{ISSUER}:repository_id"] for each in ids] == ["1", "2"]


@pytest.mark.parametrize("context", ["ref:refs/heads/a b", "ref:refs/tags/v~1"])
def test_a_ref_that_git_cannot_have_is_not_written(context: str) -> None:
    policy = equals(sub=f"{NAMED}:{context}")
    assert not isinstance(plain(policy, LISTED, None), Odd)
    assert anew(policy).documents == ()


def test_an_issuer_that_is_not_githubs_is_not_written() -> None:
    server = "ci.example.com/api"
    old = json.loads(json.dumps(equals(sub=f"{NAMED}:{PRODUCTION}")).replace(ISSUER, server))
    assert rewrite_trust(old, judge(equals()), [server], None).documents == ()


def test_a_context_that_never_gets_in_is_left_out_and_named() -> None:
    subjects = [f"{NAMED}:{PRODUCTION}", f"{NAMED}:environment:staging"]
    rewrite = anew(equals(sub=subjects, environment="production"))
    assert rewrite.document == equals(environment="production")
    assert rewrite.left_out == (f'sub "{subjects[1]}" of statement 1',)


@pytest.mark.parametrize(
    ("family", "wanted"),
    [
        ("heads/release/*", "environment that lists release/* among its branches"),
        ("tags/v*", "environment that lists v* among its tags"),
        ("heads/main*", "environment"),
        ("tags/*-rc", "environment"),
        ("heads/*", "branch"),
        ("tags/**", "tag"),
    ],
)
def test_a_family_is_an_environments_that_may_list_it(family: str, wanted: str) -> None:
    found = {
        "StringEquals": keys(sub=MISSING),
        "StringLike": {f"{ISSUER}:sub": f"{NAMED}:ref:refs/{family}"},
    }
    assert [each.text for each in anew(document(statement(Condition=found))).fill_in] == [wanted]


def test_a_customised_subject_by_id_is_looked_up() -> None:
    bare = {"repository_id": MISSING, "repository_owner_id": MISSING}
    rewrite = anew(equals(sub=f"repository_id:8:{PRODUCTION}:actor:mona", **bare))
    assert rewrite.template_of == "repository 8"
    assert [each.text for each in rewrite.fill_in] == [
        "owner of repository 8",
        "name of repository 8",
        "id of the owner of repository 8",
    ]
    condition = rewrite.documents[0]["Statement"][0]["Condition"]["StringEquals"]
    assert condition[f"{ISSUER}:actor"] == "mona"
    assert condition[f"{ISSUER}:repository_id"] == "8"


@pytest.mark.parametrize(
    "policy", ["{", "[]", "{}", json.dumps({"Statement": []}), "\ue000", {"a": {"\ue001"}}]
)
def test_nothing_is_made_up(policy: object) -> None:
    assert rewrite_trust(policy, judge(policy), LISTED, None) == Rewrite()


def test_a_command_names_what_it_looks_up() -> None:
    for name in CASES:
        for each in rewritten(name, pin_ids=True).fill_in:
            if each.command:
                assert re.fullmatch(r"gh api [a-z]+/[\w./-]+ --jq \.[a-z.]+", each.command)
