"""The policy trust-readable, run by the pack's analyzer."""

import json

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack, secret

ID = "trust-readable"
LATER = (
    " Where AWS alone can say it, as the issuer of an EKS cluster, make what it comes from in a "
    "stack of its own, or before the rest: `pulumi up --target URN`."
)
INSTEAD = (
    "Write the document with JSON text and plain values, and every ARN composed as text." + LATER
)
ANEW = (
    "Write one statement that allows the provider of your GitHub in this account, with one context "
    "as sub and the STS audience as aud."
)


@pytest.mark.parametrize("document", [estate.trust(), secret(estate.trust())])
def test_known_document_passes(pack: Pack, document: object) -> None:
    assert pack.says(ID, estate.role(assumeRolePolicy=document)) == []


def test_object_of_the_native_provider_passes(pack: Pack) -> None:
    assert pack.judge_one(estate.native_role(json.loads(estate.trust()))) == []


def test_unknown_document_is_blocked_and_nothing_else_is_said_of_it(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=UNKNOWN)
    assert [(found.policy, found.level, found.sentence) for found in pack.judge_one(role)] == [
        (
            ID,
            "mandatory",
            "UNKNOWN: assumeRolePolicy: not known at preview. It may let anybody in. " + INSTEAD,
        )
    ]


def test_unknown_value_inside_an_object_is_named(pack: Pack) -> None:
    document = json.loads(estate.trust())
    document["Statement"][0]["Principal"]["Federated"] = UNKNOWN
    assert pack.says(ID, estate.native_role(document)) == [
        "UNKNOWN: assumeRolePolicyDocument.Statement.0.Principal.Federated: not known at preview. "
        "It may let anybody in. " + INSTEAD
    ]


def test_a_role_that_a_targeted_run_leaves_out_is_not_judged(pack: Pack) -> None:
    loose = estate.role("loose", assumeRolePolicy=estate.trust(aud=None))
    found = pack.judge([loose, Declared(loose.type, "left-out", {})])
    assert {violation.name for violation in found} == {"loose"}


def test_a_role_without_its_trust_policy_alone_is_blocked(pack: Pack) -> None:
    found = pack.says(ID, Declared(estate.role().type, "deploy", {"name": "deploy"}))
    assert [sentence.partition(". ")[0] for sentence in found] == [
        "UNKNOWN: a policy is a JSON object, not null"
    ]


def test_unknown_role_hides_no_verdict_on_another(pack: Pack) -> None:
    loose = estate.role("loose", assumeRolePolicy=estate.trust(aud=None))
    found = pack.judge([estate.role("unknown", assumeRolePolicy=UNKNOWN), loose])
    assert {"unknown", "loose"} <= {violation.name for violation in found}


@pytest.mark.parametrize(
    ("document", "found"),
    [
        ("{", "not JSON: Expecting property name enclosed in double quotes at character 2"),
        ("[]", "a policy is a JSON object, not a list"),
        ("{}", "the policy has no Statement"),
    ],
)
def test_malformed_document_is_blocked(pack: Pack, document: str, found: str) -> None:
    assert pack.says(ID, estate.role(assumeRolePolicy=document)) == [
        f"UNKNOWN: {found}. It may let anybody in. {ANEW}"
    ]


def test_a_kind_of_principal_that_iam_does_not_know_is_named(pack: Pack) -> None:
    known = json.loads(estate.trust())["Statement"][0]
    other = {**known, "Principal": {**known["Principal"], "Robot": "r2"}}
    assert pack.says(ID, estate.role(assumeRolePolicy=estate.document(other))) == [
        f'UNKNOWN: Principal has members of the kind "Robot". It may let anybody in. {ANEW}'
    ]


def test_missing_document_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, estate.role(assumeRolePolicy=None)) == [
        f"UNKNOWN: a policy is a JSON object, not null. It may let anybody in. {ANEW}"
    ]


def test_role_of_another_issuer_is_left_alone(pack: Pack) -> None:
    lambda_role = estate.document(
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    )
    role = estate.role(assumeRolePolicy=lambda_role, permissionsBoundary=None)
    assert pack.judge([role]) == []


def test_a_plain_document_with_a_value_too_long_to_read_is_blocked(pack: Pack) -> None:
    """The other policies would take the role for none of GitHub's."""
    stack = pack.configured({"settings": {"trust_policy_characters": 8192}})
    role = estate.role(assumeRolePolicy=estate.trust(workflow="x" * 2049))
    [sentence] = pack.says(ID, role, stack)
    assert sentence.startswith("UNKNOWN: statement 1: a value of ")


def test_no_exception_covers_what_cannot_be_read(pack: Pack) -> None:
    own = {"Effect": "Allow", "Principal": {"AWS": "222222222222"}, "Action": "sts:AssumeRole"}
    long = json.loads(estate.trust(workflow="x" * 2049))["Statement"][0]
    stack = pack.configured({"settings": {"trust_policy_characters": 8192}})
    found = pack.judge_one(estate.role(assumeRolePolicy=estate.document(long, own)), stack)
    assert [each.policy for each in found if each.level == "mandatory"] == ["trust-plain"]
    assert all(each.proposed == {} for each in found)


ASSET = {
    "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17",
    "text": "an asset, as the engine hands it over",
}


def test_an_asset_of_pulumis_is_no_document(pack: Pack) -> None:
    found = pack.judge(estate.compliant(estate.role(assumeRolePolicy=ASSET)))
    [sentence] = [each.sentence for each in found if each.policy == ID]
    assert sentence.startswith('UNKNOWN: a policy is a JSON object, not "<pulumi.asset.StringAsset')
    assert not [each for each in found if " ended with " in each.sentence]


def test_an_asset_inside_of_a_document_is_taken_for_a_text(pack: Pack) -> None:
    document = json.loads(estate.trust(actor="mona"))
    document["Statement"][0]["Sid"] = ASSET
    assert pack.judge_one(estate.native_role(document)) == []
    document["Statement"][0]["Action"] = ASSET
    [violation] = pack.judge_one(estate.native_role(document))
    assert violation.sentence.startswith("DEAD: statement 1: ")
