"""What a sentence on trust says to write is written, and the pack passes."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pytest

from keyless.audit.assessment import Listed, assess
from keyless.trust import Verdict, judge
from tests.keyless.rules.test_trust_rewrite import filled
from tests.policypack import estate
from tests.policypack.analyzer import Pack, Violation
from tests.policypack.test_audit_agrees import TRUST

pytestmark = pytest.mark.usefixtures("judged_once")

OF_TRUST = frozenset(
    {
        *("trust-readable", "trust-subject-pinned", "trust-effective", "trust-plain"),
        "trust-serves-one-context",
    }
)
ACCOUNT = "222222222222"
NAMED = re.compile(r'(?:Write|StringEquals:|branches:|tags:) "(repo:[^"]*:environment:[^"]+)"')
SOMETHING = {"OWNER": "acme", "REPOSITORY": "app", "NAME": "prod"}
ANEW = (
    "Write one statement that allows the provider of your GitHub in this account, with one context "
    "as sub and the STS audience as aud."
)
ENVIRONMENT = "repo:acme/app:environment:prod"


def blocked(pack: Pack, document: str) -> list[Violation]:
    found = pack.judge_one(estate.role(assumeRolePolicy=document))
    return [each for each in found if each.level == "mandatory" and each.policy in OF_TRUST]


def in_this_account(document: str) -> str:
    return re.sub(r"(:iam::)[0-9]{12}(:oidc-provider)", rf"\g<1>{ACCOUNT}\2", document)


def exact(subject: str) -> str:
    equals = {f"{estate.ISSUER}:aud": "sts.amazonaws.com", f"{estate.ISSUER}:sub": subject}
    return estate.document(estate.statement(("StringEquals", equals)))


def without(document: str, numbers: Sequence[int]) -> str:
    """Leave statements out, counted from 1."""
    policy = json.loads(document)
    kept = [each for n, each in enumerate(policy["Statement"], start=1) if n not in numbers]
    return json.dumps({**policy, "Statement": kept})


def written(document: str, found: Sequence[Violation]) -> Iterator[str]:
    """Yield the document that each sentence says to write."""
    leave_out: list[int] = []
    for each in found:
        said = each.sentence
        if " instead: " in said:
            rest = said.partition(" instead: ")[2]
            yield json.dumps(json.JSONDecoder().raw_decode(rest)[0])
        elif named := NAMED.search(said):
            subject = named[1]
            for capitals, name in SOMETHING.items():
                subject = subject.replace(capitals, name)
            yield exact(subject)
        elif said.endswith("Leave it out."):
            leave_out.append(int(said.partition("statement ")[2].partition(":")[0]))
        elif said.endswith(ANEW):
            yield exact(ENVIRONMENT)
        elif said.endswith("Write a role for each."):
            for context in judge(document).contexts:
                repository = context.repository
                yield exact(f"repo:{repository.owner}/{repository.name}:{context.context}")
    if leave_out:
        yield without(document, leave_out)


@pytest.mark.parametrize("name", TRUST)
def test_what_is_said_to_write_passes(pack: Pack, name: str) -> None:
    document = in_this_account(TRUST[name])
    found = blocked(pack, document)
    for mended in written(document, found):
        left = blocked(pack, mended)
        if left and "Leave it out." in str(found):
            (mended,) = written(mended, left)  # noqa: PLW2901  # what is left is odd
        assert blocked(pack, mended) == [], (found, mended)
        after = judge(mended)
        assert after.verdict in (Verdict.EXACT, Verdict.PULL_REQUEST)
        assert after.refused is None


FEWER = [
    pytest.param(name, marks=[pytest.mark.long] if number % 3 else [])
    for number, name in enumerate(TRUST)
]
"""Every third: the pack, whose remedies are all followed above, writes by the same rules."""


@pytest.mark.parametrize("name", FEWER)
def test_what_the_audit_writes_passes(pack: Pack, name: str) -> None:
    document = in_this_account(TRUST[name])
    assessed = assess((document, f"arn:aws:iam::{ACCOUNT}", Listed()))
    for mended in filled(assessed.rewrite):
        assert blocked(pack, mended) == [], mended
        assert judge(mended).verdict in (Verdict.EXACT, Verdict.PULL_REQUEST)


FLOW = "acme/flows/x.yml@refs/heads/main"
TEMPLATE = f"repo:acme/storefront:environment:production:job_workflow_ref:{FLOW}"


def like(subject: str, **claims: object) -> dict[str, object]:
    pinned = estate.pinned(sub=None, **claims)
    sub: Mapping[str, Any] = {f"{estate.ISSUER}:sub": subject}
    return estate.statement(("StringEquals", pinned), ("StringLike", sub))


def handed_over(pack: Pack, statement: Mapping[str, object]) -> dict[str, Any]:
    """Return the conditions of the document that the pack hands over, after trying it."""
    [violation] = blocked(pack, estate.document(statement))
    rest = violation.sentence.partition(" instead: ")[2]
    document = json.JSONDecoder().raw_decode(rest)[0]
    assert blocked(pack, json.dumps(document)) == []
    return dict(document["Statement"][0]["Condition"])


@pytest.mark.parametrize("partition", ["aws-us-gov", "aws-cn", "aws-eusc"])
def test_no_claims_are_advised_that_a_partition_does_not_fill(pack: Pack, partition: str) -> None:
    statement = like("repo:acme@9919/storefront@811223344:environment:*", environment="production")
    text = json.dumps(statement).replace("arn:aws:", f"arn:{partition}:")
    for violation in blocked(pack, estate.document(json.loads(text))):
        assert "_id" not in violation.sentence.partition(" instead: ")[2]
        assert "repository_id" not in violation.sentence.partition("Look up")[2]


def test_names_are_kept_where_ids_are_under_wildcards(pack: Pack) -> None:
    condition = handed_over(pack, like("repo:acme@*/storefront@*:environment:production"))
    assert condition["StringEquals"][f"{estate.ISSUER}:sub"] == estate.subjects(estate.PRODUCTION)


def test_pieces_of_a_template_become_conditions_or_are_named(pack: Pack) -> None:
    statement = estate.statement(("StringEquals", estate.pinned(sub=TEMPLATE)))
    condition = handed_over(pack, statement)
    assert condition["StringEquals"][f"{estate.ISSUER}:job_workflow_ref"] == FLOW
    [violation] = blocked(
        pack,
        estate.trust(sub="repo:acme/storefront:environment:production:repository_owner:acme"),
    )
    assert " Reset the subject template of acme/storefront to GitHub's default, and write" in (
        violation.sentence
    )
    assert violation.sentence.endswith('is without "repository_owner:acme" in sub of statement 1.')
