"""The preset `lambda-function`."""

import pytest

from tests.keyless.estate.presets.written import (
    PLACES,
    allow,
    granted,
    placed,
    refused,
    statements,
)

CHECKOUT = {"preset": "lambda-function", "function": "checkout"}
FUNCTION = "arn:PARTITION:lambda:REGION:222222222222:function:checkout"
WAITING = allow(
    ["lambda:GetFunction", "lambda:GetFunctionConfiguration"], [FUNCTION, f"{FUNCTION}:*"]
)


@pytest.mark.parametrize("partition", PLACES)
def test_code_and_versions(partition: str) -> None:
    expected = [WAITING, allow(["lambda:PublishVersion", "lambda:UpdateFunctionCode"], [FUNCTION])]
    assert statements(CHECKOUT, partition) == placed(expected, partition)


@pytest.mark.parametrize("partition", PLACES)
def test_with_an_alias(partition: str) -> None:
    expected = [
        allow(
            [
                "lambda:GetAlias",
                "lambda:PublishVersion",
                "lambda:UpdateAlias",
                "lambda:UpdateFunctionCode",
            ],
            [FUNCTION],
        ),
        WAITING,
    ]
    assert statements({**CHECKOUT, "alias": "live"}, partition) == placed(expected, partition)


def test_what_a_reviewer_reads() -> None:
    grant = granted(CHECKOUT)
    assert (grant.summary, grant.access) == ("deploy the function checkout", "write")
    assert granted({**CHECKOUT, "alias": "live"}).summary == (
        "deploy the function checkout and move its alias live"
    )


@pytest.mark.parametrize(
    ("parameter", "value", "sentence"),
    [
        (
            "function",
            "checkout-*",
            '"checkout-*" is no function name. Lambda takes 1 to 64 letters, digits, hyphens and '
            "underscores. Write it as AWS shows it.",
        ),
        (
            "alias",
            "12",
            '"12" is no alias. Lambda takes 1 to 128 letters, digits, hyphens and underscores, '
            "and not digits alone. Write it as AWS shows it.",
        ),
    ],
)
def test_refused(parameter: str, value: str, sentence: str) -> None:
    assert refused({**CHECKOUT, parameter: value}) == [(parameter, sentence)]
