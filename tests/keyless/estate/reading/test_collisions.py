"""Tests of names that meet: both places are named."""

import pytest

from tests.keyless.estate.reading.sample import ENTRY, PRODUCTION, errors, pages, role, spoiled

REPOSITORIES: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "keyless:repositories/Storefront",
        pages() | {"id": 1},
        (
            'keyless:repositories.Storefront: the repository "Storefront" is already used by '
            f"{ENTRY}. One would overwrite the other. Keep one entry for each repository.",
        ),
    ),
    (
        "keyless:repositories/copy",
        {"id": 811223344},
        (
            'keyless:repositories.copy.id: the repository id "811223344" is already used by '
            f"{ENTRY}.id. One would overwrite the other. Keep one entry for each repository.",
        ),
    ),
    (
        "renamed_from",
        ["pages"],
        (
            f'{ENTRY}.renamed_from[0]: the repository "pages" is already used by '
            "keyless:repositories.pages. One would overwrite the other. Remove the entry of "
            "the old name, or the name from renamed_from.",
        ),
    ),
    (
        "renamed_from",
        ["storefront"],
        (
            f'{ENTRY}.renamed_from[0]: the repository "storefront" is already used by {ENTRY}. '
            "One would overwrite the other. Remove the entry of the old name, or the name from "
            "renamed_from.",
        ),
    ),
    (
        "keyless:repositories/copy",
        {"id": 1, "renamed_from": ["shop"]},
        (
            'keyless:repositories.copy.renamed_from[0]: the repository "shop" is already used '
            f"by {ENTRY}.renamed_from[0]. One would overwrite the other. Remove the entry of "
            "the old name, or the name from renamed_from.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), REPOSITORIES)
def test_repositories(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


def test_an_entry_may_have_been_written_in_another_letter_case() -> None:
    assert errors(spoiled("renamed_from", ["Storefront"])) == ()


ROLE_NAMES: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "environments/production/roles/deploy/role_name",
        "STOREFRONT-Migrate",
        (
            f'{PRODUCTION}.roles.migrate: the role name "storefront-migrate" is already used by '
            f"{PRODUCTION}.roles.deploy. One would overwrite the other. Give one of them a "
            "role_name of its own.",
        ),
    ),
    (
        "keyless:repositories/pages/environments/preview/roles/deploy/role_name",
        "acme-storefront-production-deploy",
        (
            "keyless:repositories.pages.environments.preview.roles.deploy: the role name "
            '"acme-storefront-production-deploy" is already used by '
            f"{PRODUCTION}.roles.deploy. One would overwrite the other. Give one of them a "
            "role_name of its own.",
        ),
    ),
    (
        "branches",
        {"x": {"roles": {"deploy": role()}}, "X": {"roles": {"migrate": role(), "deploy": role()}}},
        (
            f'{ENTRY}.branches.X.roles.deploy: the role name "acme-storefront-branch-x-deploy" '
            f"is already used by {ENTRY}.branches.x.roles.deploy. One would overwrite the "
            "other. Give one of them a role_name of its own.",
            f"{ENTRY}.branches.X.roles.deploy: the variable "
            '"AWS_ROLE_ARN_PROD_BRANCH_X_DEPLOY" is already used by '
            f"{ENTRY}.branches.x.roles.deploy. One would overwrite the other. Rename one of "
            "them.",
        ),
    ),
    (
        "environments/branch-develop",
        pages()["environments"]["preview"],
        (
            f"{ENTRY}.branches.develop.roles.deploy: the role name "
            '"acme-storefront-branch-develop-deploy" is already used by '
            f"{ENTRY}.environments.branch-develop.roles.deploy. One would overwrite the other. "
            "Give one of them a role_name of its own.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), ROLE_NAMES)
def test_role_names(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


VARIABLES: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "environments/production/variables",
        {"aws_role_arn": "x"},
        (
            f'{PRODUCTION}.variables.aws_role_arn: the variable "aws_role_arn" is already used '
            f"by {PRODUCTION}.roles.deploy. One would overwrite the other. Rename one of them.",
        ),
    ),
    (
        "environments/production/variables",
        {"AWS_ROLE_ARN_MIGRATE": "x"},
        (
            f'{PRODUCTION}.variables.AWS_ROLE_ARN_MIGRATE: the variable "AWS_ROLE_ARN_MIGRATE" '
            f"is already used by {PRODUCTION}.roles.migrate. One would overwrite the other. "
            "Rename one of them.",
        ),
    ),
    (
        "environments/production/roles/deploy/variable",
        "aws_role_arn_migrate",
        (
            f'{PRODUCTION}.roles.migrate: the variable "AWS_ROLE_ARN_MIGRATE" is already used by '
            f"{PRODUCTION}.roles.deploy.variable. One would overwrite the other. Rename one of "
            "them.",
        ),
    ),
    (
        "environments/production/roles/deploy/variable",
        "S3_Bucket",
        (
            f'{PRODUCTION}.variables.S3_BUCKET: the variable "S3_BUCKET" is already used by '
            f"{PRODUCTION}.roles.deploy.variable. One would overwrite the other. Rename one of "
            "them.",
        ),
    ),
    (
        "pull_requests/roles/plan/variable",
        "AWS_ROLE_ARN_PROD_BRANCH_DEVELOP_DEPLOY",
        (
            f"{ENTRY}.pull_requests.roles.plan.variable: the variable "
            '"AWS_ROLE_ARN_PROD_BRANCH_DEVELOP_DEPLOY" is already used by '
            f"{ENTRY}.branches.develop.roles.deploy. One would overwrite the other. Rename one of "
            "them.",
        ),
    ),
    (
        "environments/production/variables",
        {"AWS_REGION": "x"},
        (
            f'{PRODUCTION}.variables.AWS_REGION: the variable "AWS_REGION" is already used by '
            f"{PRODUCTION}.region. One would overwrite the other. Rename one of them.",
        ),
    ),
    (
        "environments/production/variables",
        {"a": "x", "A": "y"},
        (
            f'{PRODUCTION}.variables.A: the variable "A" is already used by '
            f"{PRODUCTION}.variables.a. One would overwrite the other. Rename one of them.",
        ),
    ),
    (
        "environments/production/roles",
        {"a-b": role(), "a_b": role()},
        (
            f'{PRODUCTION}.roles.a_b: the variable "AWS_ROLE_ARN_A_B" is already used by '
            f"{PRODUCTION}.roles.a-b. One would overwrite the other. Rename one of them.",
        ),
    ),
    (
        "branches",
        {
            "a/b": {"roles": {"deploy": role()}},
            "a-b": {
                "roles": {"plan": role()},
            },
            "a.b": {"roles": {"deploy": role() | {"role_name": "ab"}}},
        },
        (
            f'{ENTRY}.branches["a.b"].roles.deploy: the variable '
            '"AWS_ROLE_ARN_PROD_BRANCH_A_B_DEPLOY" is already used by '
            f'{ENTRY}.branches["a/b"].roles.deploy. One would overwrite the other. Rename one '
            "of them.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), VARIABLES)
def test_variables(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


ENVIRONMENTS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "environments/PRODUCTION",
        {"deploy_from": {"branches": ["main"]}, "reviewers": "none"},
        (
            f'{ENTRY}.environments.PRODUCTION: the environment "PRODUCTION" is already used by '
            f"{PRODUCTION}. One would overwrite the other. GitHub does not tell environments "
            "apart by letter case: keep one.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), ENVIRONMENTS)
def test_environments(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences
