"""The policy trust-survives-rename, run by the pack's analyzer."""

from tests.policypack import estate
from tests.policypack.analyzer import Pack, Violation

ID = "trust-survives-rename"


def test_both_forms_and_both_ids_pass(pack: Pack) -> None:
    assert pack.says(ID, estate.role()) == []


def test_names_alone_get_two_remarks(pack: Pack) -> None:
    document = estate.trust(
        sub="repo:acme/storefront:environment:production",
        repository_id=None,
        repository_owner_id=None,
    )
    assert pack.judge_one(estate.role(assumeRolePolicy=document)) == [
        Violation(ID, "advisory", estate.DEPLOY, sentence)
        for sentence in (
            "NAME-ONLY: statement 1: no id is pinned. Anybody who takes the name after a rename "
            "gets in. Write repository_id and repository_owner_id under StringEquals.",
            "ONE-FORM: statement 1: one subject form alone. A rename or transfer changes the form, "
            'and nobody gets in. Write both: "repo:OWNER/REPOSITORY:CONTEXT" and '
            '"repo:OWNER@ID/REPOSITORY@ID:CONTEXT".',
        )
    ]


def test_a_wide_statement_hides_no_remark_on_the_next(pack: Pack) -> None:
    wide = estate.statement(
        ("StringEquals", {f"{estate.ISSUER}:aud": "sts.amazonaws.com"}),
        ("StringLike", {f"{estate.ISSUER}:sub": "repo:acme/*"}),
    )
    subject = estate.subjects(estate.PRODUCTION)[1]
    one_form = estate.statement(("StringEquals", estate.pinned(sub=subject)))
    [sentence] = pack.says(ID, estate.role(assumeRolePolicy=estate.document(wide, one_form)))
    assert sentence.startswith("ONE-FORM: statement 2: ")


def test_ids_are_not_asked_for_where_aws_does_not_fill_them(pack: Pack) -> None:
    document = estate.trust(
        sub=estate.subjects(estate.PRODUCTION)[0], repository_id=None, repository_owner_id=None
    )
    of_china = document.replace("arn:aws:", "arn:aws-cn:")
    said = pack.says(ID, estate.role(assumeRolePolicy=of_china))
    assert [sentence.partition(":")[0] for sentence in said] == ["ONE-FORM"]


def test_immutable_form_alone_gets_one_remark(pack: Pack) -> None:
    document = estate.trust(sub="repo:acme@9919/storefront@811223344:environment:production")
    [sentence] = pack.says(ID, estate.role(assumeRolePolicy=document))
    assert sentence.startswith("ONE-FORM: statement 1: one subject form alone. ")


def test_trust_in_a_whole_owner_is_left_to_others(pack: Pack) -> None:
    like = estate.statement(
        ("StringEquals", {f"{estate.ISSUER}:aud": "sts.amazonaws.com"}),
        ("StringLike", {f"{estate.ISSUER}:sub": "repo:acme/*"}),
    )
    assert pack.says(ID, estate.role(assumeRolePolicy=estate.document(like))) == []


def test_a_provider_without_an_arn_is_one_of_the_partition_aws(pack: Pack) -> None:
    document = estate.trust(
        sub=estate.subjects(estate.PRODUCTION)[0], repository_id=None, repository_owner_id=None
    )
    bare = document.replace("arn:aws:iam::222222222222:oidc-provider/", "")
    said = pack.says(ID, estate.role(assumeRolePolicy=bare))
    assert [sentence.partition(":")[0] for sentence in said] == ["NAME-ONLY", "ONE-FORM"]
