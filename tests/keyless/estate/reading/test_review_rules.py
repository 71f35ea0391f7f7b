"""Environments for pull requests: what they are on GitHub, and what their roles may do."""

import pytest

from keyless.estate.access_output import access_output
from keyless.estate.composed_roles import as_typed, compose_roles
from tests.keyless.estate.reading.sample import ENTRY, Raw, errors, read, spoiled

WHERE = f"{ENTRY}.review_environments.preview"
ROLE = f"{WHERE}.roles.deploy.permissions[0]"
SITE = {"preset": "s3-website", "bucket": "shop-pr-site"}


def preview(*permissions: Raw, **changes: object) -> Raw:
    environment = {
        "reviewers": {"teams": ["storefront-leads"]},
        "name_prefix": "shop-pr-",
        "roles": {"deploy": {"permissions": list(permissions or (SITE,))}},
        **changes,
    }
    return spoiled("review_environments", {"preview": environment})


def beyond(action: str, resource: str) -> str:
    return (
        f'{ROLE}: {action} on "{resource}", which does not begin with "shop-pr-". Code that nobody '
        "merged could overwrite it. Name something that begins with the prefix, or leave out what "
        "does not."
    )


@pytest.mark.parametrize(
    "permission",
    [
        SITE,
        {"preset": "s3-objects", "bucket": "previews", "prefix": "shop-pr-a", "access": "write"},
        {"preset": "s3-objects", "bucket": "acme-artifacts"},
        {"preset": "container-image", "repository": "shop-pr-api"},
        {"preset": "container-image", "repository": "shop/api", "access": "read"},
    ],
)
def test_what_the_prefix_bounds(permission: Raw) -> None:
    assert errors(preview(permission)) == ()


@pytest.mark.parametrize(
    ("permission", "sentence"),
    [
        (
            {"preset": "lambda-function", "function": "shop-pr-x"},
            f'{ROLE}: "lambda-function" in a review environment. A prefix of names does not bound '
            "what it reaches. Write s3-website, s3-objects or container-image, or deploy from a "
            "branch.",
        ),
        (
            {"preset": "s3-website", "bucket": "shop-prod"},
            beyond("s3:AbortMultipartUpload", "arn:aws:s3:::shop-prod/*"),
        ),
        (
            {"preset": "s3-website", "bucket": "previews", "prefix": "other/shop-pr-"},
            beyond("s3:AbortMultipartUpload", "arn:aws:s3:::previews/other/shop-pr-/*"),
        ),
        (
            {**SITE, "distribution": "E2ABCDEF"},
            beyond(
                "cloudfront:CreateInvalidation",
                "arn:aws:cloudfront::222222222222:distribution/E2ABCDEF",
            ),
        ),
        (
            {"preset": "container-image", "repository": "shop/shop-pr-api"},
            beyond(
                "ecr:CompleteLayerUpload",
                "arn:aws:ecr:eu-west-1:222222222222:repository/shop/shop-pr-api",
            ),
        ),
    ],
)
def test_what_the_prefix_does_not_bound(permission: Raw, sentence: str) -> None:
    assert errors(preview(permission)) == (sentence,)


def test_reviewers_and_a_prefix_are_required() -> None:
    raw = preview(reviewers="none", name_prefix="shop")
    where = [sentence.partition(": ")[0] for sentence in errors(raw)]
    assert where == [f"{WHERE}.reviewers", f"{WHERE}.name_prefix"]


def test_one_name_is_one_environment() -> None:
    raw = preview()
    storefront = raw["keyless:repositories"]["storefront"]
    storefront["review_environments"] = {"Production": storefront["review_environments"]["preview"]}
    where = f"{ENTRY}.review_environments.Production"
    assert f'{where}: the environment "Production" is already used by ' in errors(raw)[0]


def test_pull_requests_alone_deploy_and_nobody_approves_what_they_started() -> None:
    settings = read(preview())
    roles = compose_roles(settings, as_typed(settings))
    (described,) = [
        role
        for role in access_output(settings, roles)
        if role["context"] == "environment/preview" and role["repository"] == "storefront"
    ]
    assert (described["branches"], described["tags"]) == (["refs/pull/*/merge"], [])
    assert described["refs"] == []
    assert described["name_prefix"] == "shop-pr-"
    assert described["approval"] == {
        "users": [],
        "teams": ["storefront-leads"],
        "prevent_self_review": True,
        "admins_bypass": False,
        "wait_minutes": 0,
    }
