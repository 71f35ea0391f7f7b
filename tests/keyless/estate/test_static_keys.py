"""Tests of which secrets count as static AWS keys, and of what is said of them."""

import pytest

from keyless.estate.static_keys import static_keys, unlisted


@pytest.mark.parametrize(
    "name",
    [
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "aws_secret_access_key",
        "AWS_SESSION_TOKEN",
        "AWS_ACCESSKEY",
        "AWS_KEY",
        "PROD_AWS_KEY",
        "AWS_KEY_ID_PROD",
        "AWS_SECRET",
        "PROD_AWS_ACCESS_KEY_ID",
        "AWS_DEPLOY_SECRET",
        "AWS_CREDENTIALS",
        "DEPLOY_ACCESS_KEY_ID",
        "SECRET_ACCESS_KEY",
    ],
)
def test_a_name_that_says_aws_key(name: str) -> None:
    (sentence,) = static_keys([("storefront/production", (name,))])
    assert sentence == (
        f'storefront/production: the secret "{name}" looks like a static AWS key. It never expires '
        "and works for anybody who copies it. Let the workflow assume the role instead, then "
        "deactivate the key in IAM and delete the secret."
    )


@pytest.mark.parametrize(
    "name",
    [
        "NPM_TOKEN",
        "AWS_REGION",
        "AWS_KEY_PAIR",
        "AWS_KMS_KEY",
        "AWS_ROLE_ARN",
        "SSH_DEPLOY_KEY",
        "SLACK_SECRET",
        "ACCESS",
    ],
)
def test_any_other_name(name: str) -> None:
    assert list(static_keys([("storefront", (name,))])) == []


def test_a_secret_that_several_repositories_are_shown_is_reported_once() -> None:
    shared = ("acme (organisation)", ("AWS_ACCESS_KEY_ID",))
    hidden = ("acme (organisation)", None)
    assert len(list(static_keys([shared, ("acme (organisation)", ()), hidden, shared]))) == 1


@pytest.mark.parametrize(
    ("hidden", "said"),
    [
        (["a"], "a"),
        (["a", "a"], "a"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_places_that_cannot_be_listed_share_a_sentence(hidden: list[str], said: str) -> None:
    secrets = [("listed", ()), *((place, None) for place in hidden)]
    assert list(unlisted(secrets)) == [
        f"{said}: this token may not list the names of secrets. Static AWS keys that are left "
        "there go unnoticed. Give it read access to secrets, or look there yourself."
    ]


def test_nothing_is_said_where_all_is_listed() -> None:
    assert list(unlisted([("storefront", ()), ("checkout-api", ("NPM_TOKEN",))])) == []
