"""The preset `ecs-service`."""

import pytest

from tests.keyless.estate.presets.written import (
    PLACES,
    allow,
    granted,
    placed,
    refused,
    statements,
)

SERVICE = {
    "preset": "ecs-service",
    "cluster": "shop",
    "service": "checkout-api",
    "task_definition": "checkout",
}
DEPLOY = [
    allow(
        ["ecs:DescribeServices"],
        ["arn:PARTITION:ecs:REGION:222222222222:service/shop/checkout-api"],
    ),
    allow(["ecs:DescribeTaskDefinition"], ["*"]),
    allow(
        ["ecs:RegisterTaskDefinition"],
        ["arn:PARTITION:ecs:REGION:222222222222:task-definition/checkout:*"],
    ),
    allow(
        ["ecs:UpdateService"],
        ["arn:PARTITION:ecs:REGION:222222222222:service/shop/checkout-api"],
        {
            "ArnLikeIfExists": {
                "ecs:task-definition": [
                    "arn:PARTITION:ecs:REGION:222222222222:task-definition/checkout:*"
                ]
            }
        },
    ),
]


@pytest.mark.parametrize("partition", PLACES)
def test_without_roles_nothing_can_be_passed(partition: str) -> None:
    assert statements(SERVICE, partition) == placed(DEPLOY, partition)


@pytest.mark.parametrize("partition", PLACES)
def test_the_roles_of_the_task_are_passed_by_name_and_to_tasks_alone(partition: str) -> None:
    raw = {**SERVICE, "execution_role": "service-role/pull", "task_role": "checkout"}
    passing = allow(
        ["iam:PassRole"],
        [
            "arn:PARTITION:iam::222222222222:role/checkout",
            "arn:PARTITION:iam::222222222222:role/service-role/pull",
        ],
        {"StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}},
    )
    assert statements(raw, partition) == placed([*DEPLOY, passing], partition)


def test_what_a_reviewer_reads() -> None:
    grant = granted({**SERVICE, "execution_role": "service-role/pull", "task_role": "checkout"})
    assert grant.summary == (
        "deploy task definitions checkout to shop/checkout-api "
        "with the roles service-role/pull and checkout"
    )
    assert grant.access == "write"


def test_one_role_for_both_is_named_once() -> None:
    grant = granted({**SERVICE, "execution_role": "checkout", "task_role": "checkout"})
    assert grant.summary.endswith("with the roles checkout")


@pytest.mark.parametrize(
    ("parameter", "value", "sentence"),
    [
        (
            "task_definition",
            "checkout:7",
            '"checkout:7" is no name in ECS. ECS takes 1 to 255 letters, digits, hyphens and '
            "underscores. Write it as AWS shows it.",
        ),
        (
            "task_role",
            "arn:aws:iam::222222222222:role/checkout",
            '"arn:aws:iam::222222222222:role/checkout" is an ARN. The preset composes it, so that '
            "it is right in every stack. Write the role name alone.",
        ),
        (
            "execution_role",
            "pull-*",
            '"pull-*" is no role name. IAM takes letters, digits and +=,.@_-, with the path before '
            "the name if there is one. Write it as AWS shows it.",
        ),
    ],
)
def test_refused(parameter: str, value: str, sentence: str) -> None:
    assert refused({**SERVICE, parameter: value}) == [(parameter, sentence)]
