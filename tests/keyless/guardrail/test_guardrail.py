"""The organisation's policy: what it says, whom it keeps out, and what others' policies do."""

import json
from pathlib import Path
from typing import Any

import pytest

from keyless import facts
from keyless.estate.guardrail_document import GuardrailError, Owner, guardrail_document
from keyless.guardrail.judgement import probe, tokens_to_try
from tests.keyless.command_run import run
from tests.keyless.estate.simulation import run_simulator

ACME = Owner("acme", 9919)
ISSUER = facts.GITHUB_COM
HEIR = "a stranger who took the name acme, a repository from before 2026-07-15"
RENAMED = "acme, a repository made, renamed or transferred after 2026-07-15"


def written(*owners: Owner, issuer: str = ISSUER, partition: str = "aws") -> Any:
    return guardrail_document(owners or (ACME,), [issuer], partition)


def wrong(policy: Any, partition: str = "aws") -> set[tuple[str, str]]:
    found = probe(policy, [ACME], ISSUER, partition)
    return {(each.who, each.found) for each in found if not each.is_right}


def like(*subjects: str) -> Any:
    """Deny what is none of some subjects."""
    policy = written()
    policy["Statement"][0]["Condition"] = {
        "StringNotLikeIfExists": {f"{ISSUER}:sub": list(subjects)},
        "Null": {f"{ISSUER}:sub": "false"},
    }
    return policy


EXCEPTED = {"aws:ResourceTag/dp:exclude:identity": "true"}


def published() -> Any:
    """Return the shape of AWS's identity perimeter, filled in for GitHub as its README says.

    Source: aws-samples/data-perimeter-policy-examples, identity_perimeter_rcp.json.
    """

    def deny(action: object, **condition: object) -> Any:
        statement = {"Effect": "Deny", "Principal": "*", "Action": action, "Resource": "*"}
        return {**statement, "Condition": condition}

    web = "sts:AssumeRoleWithWebIdentity"
    return {
        "Version": "2012-10-17",
        "Statement": [
            deny(
                ["s3:*", "kms:*", "sts:AssumeRole", "sts:SetContext"],
                StringNotEqualsIfExists={"aws:PrincipalOrgID": "o-a1b2c3d4e5", **EXCEPTED},
                BoolIfExists={"aws:PrincipalIsAWSService": "false"},
            ),
            deny(
                web,
                StringNotLikeIfExists={f"{ISSUER}:sub": "repo:acme/*", **EXCEPTED},
                Null={f"{ISSUER}:sub": "false"},
            ),
            deny(web, Null={f"{ISSUER}:sub": "true", "gitlab.com:sub": "true"}),
            deny(
                ["s3:*", "sts:*"],
                StringNotEqualsIfExists={"aws:SourceOrgID": "o-a1b2c3d4e5", **EXCEPTED},
                Null={"aws:SourceAccount": "false"},
                Bool={"aws:PrincipalIsAWSService": "true"},
            ),
        ],
    }


def test_policy_by_ids() -> None:
    assert written() == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Deny",
                "Principal": "*",
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Resource": "*",
                "Condition": {
                    "Null": {f"{ISSUER}:sub": "false"},
                    "StringNotEqualsIfExists": {f"{ISSUER}:repository_owner_id": ["9919"]},
                },
            }
        ],
    }


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov", "aws-eusc"])
def test_policy_by_both_forms_where_ids_are_not_documented(partition: str) -> None:
    policy = written(partition=partition)
    assert policy["Statement"][0]["Condition"]["StringNotLikeIfExists"] == {
        f"{ISSUER}:sub": ["repo:acme/*", "repo:acme@9919/*"]
    }
    assert wrong(policy, partition) == set()


def test_the_own_policy_holds() -> None:
    assert wrong(written()) == set()


def test_the_published_sample_locks_out_every_immutable_subject() -> None:
    assert wrong(published()) == {(RENAMED, "out"), (HEIR, "in")}


@pytest.mark.parametrize(
    ("operator", "value", "applies"),
    [
        ("StringNotEqualsIfExists", "true", True),
        ("StringNotEquals", "true", True),
        ("StringEqualsIfExists", "true", True),
        ("StringEquals", "true", False),
        ("Null", "true", True),
        ("Null", ["false"], False),
    ],
)
def test_an_exception_by_a_tag_is_not_looked_at(operator: str, value: Any, applies: bool) -> None:
    policy = written()
    conditions = policy["Statement"][0]["Condition"]
    conditions.setdefault(operator, {})["aws:resourceTag/guardrail"] = value
    assert (wrong(policy) == set()) is applies


def test_both_forms_of_the_subject_lock_nobody_out_and_let_an_heir_in() -> None:
    assert wrong(like("repo:acme/*", "repo:acme@9919/*")) == {(HEIR, "in")}


def test_a_policy_without_a_condition_on_the_issuer_locks_out_others() -> None:
    policy = written()
    del policy["Statement"][0]["Condition"]["Null"]
    assert wrong(policy) == {("a job of gitlab.com", "out")}


def test_no_denial_lets_every_stranger_in() -> None:
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*"}]}
    assert {found for _, found in wrong(policy)} == {"in"}
    assert len(wrong(policy)) == 6


def test_several_owners_stay() -> None:
    other = Owner("acme-labs", 9920)
    policy = written(ACME, other)
    assert all(each.is_right for each in probe(policy, [ACME, other], ISSUER, "aws"))


def test_more_owners_than_fit() -> None:
    owners = [Owner(f"owner-{n}", 100_000_000 + n) for n in range(500)]
    with pytest.raises(GuardrailError) as refused:
        guardrail_document(owners, [ISSUER], "aws")
    assert str(refused.value).endswith(
        "for 500 owners, AWS takes 5120. Two such policies side by side would refuse each other's "
        "owners. Write one for each organizational unit, with its own owners."
    )
    assert guardrail_document(owners[:300], [ISSUER], "aws")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("NotResource", "arn:aws:iam::222222222222:role/x", "NotResource"),
        ("NotPrincipal", {"AWS": "222222222222"}, "NotPrincipal"),
        ("Principal", {"AWS": "arn:aws:iam::222222222222:root"}, "Principal"),
        ("Resource", "arn:aws:iam::222222222222:role/x", "Resource"),
    ],
)
def test_statements_that_cannot_be_weighed(
    tmp_path: Path, key: str, value: object, said: str
) -> None:
    policy = written()
    policy["Statement"][0][key] = value
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy))
    ended = run("guardrail", "acme=9919", "--judge", str(file))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err == (
        f"{file}: statement 1: {said}. Such a statement applies to some roles and not to others. "
        'Write "Principal": "*" and "Resource": "*".\n'
    )


def test_the_part_that_is_wrong_is_named(tmp_path: Path) -> None:
    policy = written()
    policy["Statement"][0] |= {"Principal": {"AWS": ["*"]}, "Resource": "arn:aws:iam::1:role/x"}
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy))
    ended = run("guardrail", "acme=9919", "--judge", str(file))
    assert ended.err.startswith(f"{file}: statement 1: Resource. ")


@pytest.mark.parametrize(
    ("policy", "said"),
    [
        (
            {
                "Statement": {
                    "Effect": "Deny",
                    "Principal": "*",
                    "Resource": "*",
                    "NotAction": "s3:*",
                }
            },
            "statement 1: NotAction. What AWS adds tomorrow is refused too. Write "
            '"Action": "sts:AssumeRoleWithWebIdentity".',
        ),
        (
            {"Statement": {"Effect": ["Deny"], "Principal": "*", "Resource": "*"}},
            "statement 1: neither an Allow nor a Deny. AWS takes no such policy. Hand in the "
            "policy as AWS Organizations prints it.",
        ),
        (
            {"statement": []},
            "no Statement. Without one it is no policy. Hand in the policy as AWS Organizations "
            "prints it.",
        ),
    ],
)
def test_what_is_no_policy_that_can_be_weighed(tmp_path: Path, policy: Any, said: str) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(policy))
    ended = run("guardrail", "acme=9919", "--judge", str(file))
    assert (ended.status, ended.out, ended.err) == (2, "", f"{file}: {said}\n")


def test_a_policy_as_aws_organizations_prints_it(tmp_path: Path) -> None:
    file = tmp_path / "described.json"
    for policy, status in ((written(), 0), (like("repo:acme/*"), 1)):
        described = {"Policy": {"PolicySummary": {"Name": "x"}, "Content": json.dumps(policy)}}
        file.write_text(json.dumps(described))
        assert run("guardrail", "acme=9919", "--judge", str(file)).status == status


def test_what_the_command_writes_it_judges_to_hold(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(run("guardrail", "acme=9919").out)
    ended = run("guardrail", "acme=9919", "--judge", str(file))
    assert (ended.status, ended.out) == (0, "9 tokens tried, 0 wrong; the policy works\n")


def test_a_wrong_policy_ends_with_status_1(tmp_path: Path) -> None:
    file = tmp_path / "policy.json"
    file.write_text(json.dumps(like("repo:acme/*")))
    ended = run("guardrail", "acme=9919", "--judge", str(file))
    assert ended.status == 1
    assert (
        f"{RENAMED}: kept out, and should get in. Its subject is "
        "repo:acme@9919/storefront@811223344:environment:production\n"
    ) in ended.out


def test_an_issuer_of_nobody() -> None:
    ended = run("guardrail", "acme=9919", "--issuer", "example.com")
    assert ended.status == 2
    assert ended.err.startswith("--issuer: 'example.com' is no issuer of GitHub's.")


@pytest.mark.long
@pytest.mark.parametrize(
    "policy",
    [
        written(),
        written(partition="aws-cn"),
        published(),
        like("repo:acme/*", "repo:acme@9919/*"),
        {"Version": "2012-10-17", "Statement": []},
    ],
    ids=["by ids", "by both forms", "as published", "both forms", "nothing denied"],
)
def test_an_iam_simulator_says_the_same(policy: Any) -> None:
    asked = [
        {
            "provider": facts.provider_arn("aws", "222222222222", issuer),
            "context": {f"{issuer}:{claim}": value for claim, value in claims.items()},
        }
        for _, claims in tokens_to_try([ACME], ISSUER, "aws")
        for issuer in [claims["iss"].removeprefix("https://")]
    ]
    found = run_simulator("guardrail.js", {"policy": policy, "tokens": asked})
    answers = {"ImplicitlyDenied": "in", "ExplicitlyDenied": "out"}
    assert [answers[answer] for answer in found] == [
        each.found for each in probe(policy, [ACME], ISSUER, "aws")
    ]
