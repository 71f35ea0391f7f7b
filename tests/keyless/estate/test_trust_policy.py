"""Tests of trust policies, each document whole."""

from typing import Any

import pytest

from keyless.estate.issuer import GITHUB_COM, Issuer
from keyless.estate.subject import Context, RepositoryIdentity
from keyless.estate.trust_policy import Trust, document_size, trust_policy
from keyless.facts import AWS, CHINA, GOVCLOUD, Partition

STOREFRONT = RepositoryIdentity("acme", 9919, "storefront", 811223344)
PRODUCTION = Context("environment", "production")
WORKFLOW = "acme/pipelines/.github/workflows/migrate.yml@refs/tags/v3"
SERVER = "https://ghes.acme.com/_services/token"
HOST = "token.actions.githubusercontent.com"


def _condition(trust: Trust, issuer: str = GITHUB_COM, partition: Partition = AWS) -> Any:
    document = trust_policy(
        trust, issuer=Issuer(issuer), partition=partition, account="222222222222"
    )
    (statement,) = document["Statement"]
    return statement["Condition"]


def test_a_whole_document() -> None:
    trust = Trust(
        repository=STOREFRONT, context=PRODUCTION, refs=("refs/heads/main",), workflows=(WORKFLOW,)
    )
    assert trust_policy(
        trust, issuer=Issuer(GITHUB_COM), partition=AWS, account="222222222222"
    ) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::222222222222:oidc-provider/{HOST}"},
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Condition": {
                    "StringEquals": {
                        f"{HOST}:aud": "sts.amazonaws.com",
                        f"{HOST}:sub": [
                            "repo:acme/storefront:environment:production",
                            "repo:acme@9919/storefront@811223344:environment:production",
                        ],
                        f"{HOST}:repository_id": "811223344",
                        f"{HOST}:repository_owner_id": "9919",
                        f"{HOST}:ref": "refs/heads/main",
                        f"{HOST}:job_workflow_ref": WORKFLOW,
                    }
                },
            }
        ],
    }


def test_several_refs_and_workflows_are_lists() -> None:
    trust = Trust(
        repository=STOREFRONT,
        context=PRODUCTION,
        refs=("refs/heads/a", "refs/heads/b"),
        workflows=(WORKFLOW, "x"),
    )
    condition = _condition(trust)
    assert condition["StringEquals"][f"{HOST}:ref"] == [
        "refs/heads/a",
        "refs/heads/b",
    ]
    assert condition["StringEquals"][f"{HOST}:job_workflow_ref"] == [
        WORKFLOW,
        "x",
    ]


def test_the_whole_repository_is_the_only_pattern() -> None:
    assert _condition(Trust(repository=STOREFRONT, context=Context("whole_repository"))) == {
        "StringEquals": {
            f"{HOST}:aud": "sts.amazonaws.com",
            f"{HOST}:repository_id": "811223344",
            f"{HOST}:repository_owner_id": "9919",
        },
        "StringLike": {
            f"{HOST}:sub": ["repo:acme/storefront:*", "repo:acme@9919/storefront@811223344:*"]
        },
    }


@pytest.mark.parametrize(
    ("issuer", "partition", "audience"),
    [
        (GITHUB_COM, CHINA, "sts.amazonaws.com.cn"),
        (GITHUB_COM, GOVCLOUD, "sts.amazonaws.com"),
        (SERVER, AWS, "sts.amazonaws.com"),
    ],
)
def test_audience_and_subject_alone_where_no_more_is_documented(
    issuer: str, partition: Partition, audience: str
) -> None:
    prefix = issuer.removeprefix("https://")
    trust = Trust(repository=STOREFRONT, context=PRODUCTION, refs=("refs/heads/main",))
    assert _condition(trust, issuer, partition) == {
        "StringEquals": {
            f"{prefix}:aud": audience,
            f"{prefix}:sub": [
                "repo:acme/storefront:environment:production",
                "repo:acme@9919/storefront@811223344:environment:production",
            ],
        }
    }


def test_keys_carry_the_issuer_of_an_enterprise() -> None:
    condition = _condition(
        Trust(repository=STOREFRONT, context=PRODUCTION), f"{GITHUB_COM}/acme-inc"
    )
    keys = condition["StringEquals"]
    assert all(key.startswith(f"{HOST}/acme-inc:") for key in keys)


def test_white_space_does_not_count() -> None:
    assert document_size({"Version": "2012-10-17", "Statement": []}) == len(
        '{"Version":"2012-10-17","Statement":[]}'
    )
