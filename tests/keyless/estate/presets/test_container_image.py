"""The preset `container-image`."""

import pytest

from tests.keyless.estate.presets.written import (
    PLACES,
    allow,
    granted,
    placed,
    refused,
    statements,
)

IMAGE = {"preset": "container-image", "repository": "shop/checkout-api"}


@pytest.mark.parametrize("partition", PLACES)
def test_push(partition: str) -> None:
    expected = [
        allow(
            [
                "ecr:BatchCheckLayerAvailability",
                "ecr:BatchGetImage",
                "ecr:CompleteLayerUpload",
                "ecr:InitiateLayerUpload",
                "ecr:PutImage",
                "ecr:UploadLayerPart",
            ],
            ["arn:PARTITION:ecr:REGION:222222222222:repository/shop/checkout-api"],
        ),
        allow(["ecr:GetAuthorizationToken"], ["*"]),
    ]
    assert statements(IMAGE, partition) == placed(expected, partition)


def test_what_a_reviewer_reads() -> None:
    grant = granted(IMAGE)
    assert grant.summary == "push images to the ECR repository shop/checkout-api"
    assert grant.access == "write"


@pytest.mark.parametrize("repository", ["Shop", "shop/*", "/shop", "shop/", "s", "shop:latest"])
def test_refused(repository: str) -> None:
    assert refused({**IMAGE, "repository": repository}) == [
        (
            "repository",
            f'"{repository}" is no repository name. ECR takes 2 to 256 lower-case letters, digits, '
            "and between them . _ - or /. Write it as AWS shows it.",
        )
    ]


@pytest.mark.parametrize(
    "registry", ["222222222222.dkr.ecr.eu-west-1.amazonaws.com", "public.ecr.aws"]
)
def test_a_registry_is_refused(registry: str) -> None:
    name = f"{registry}/shop/checkout-api"
    assert refused({**IMAGE, "repository": name}) == [
        (
            "repository",
            f'"{name}" begins with a registry. That of the stack\'s account and region is meant in '
            'any case. Write "shop/checkout-api".',
        )
    ]
