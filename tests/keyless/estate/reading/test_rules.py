"""Tests of what an entry keeps between its keys, and of what has to fit the stack."""

import pytest

from tests.keyless.estate.reading.sample import ENTRY, PRODUCTION, errors, pages, spoiled

ENVIRONMENTS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "environments",
        {"prod:blue": pages()["environments"]["preview"]},
        (
            f'{ENTRY}.environments["prod:blue"]: the name of an environment with roles '
            'contains ":". GitHub encodes some characters in a token and does not document '
            'which, so the trust policy could match nothing. Use letters, digits, ".", "_" and '
            '"-".',
        ),
    ),
    (
        "environments/production/reviewers",
        "none",
        (
            f"{PRODUCTION}.prevent_self_review: true, but nobody reviews. GitHub refuses the "
            "switch without reviewers. Name reviewers, or leave it out.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), ENVIRONMENTS)
def test_environments(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


ACCOUNTS_AND_PARTITIONS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "aws:allowedAccountIds",
        ["222222222222", "111111111111"],
        (
            "aws:allowedAccountIds: 2 accounts. A stack provisions one, and the ARNs are "
            'composed from it. Write one, such as ["222222222222"].',
        ),
    ),
    (
        "keyless:oidc_provider",
        {"arn": "arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com"},
        (
            "keyless:oidc_provider.arn: "
            '"arn:aws:iam::111111111111:oidc-provider/token.actions.githubusercontent.com" is '
            "not the provider of this account for https://token.actions.githubusercontent.com. "
            "Roles would trust another issuer, or nobody. Write "
            "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com.",
        ),
    ),
    (
        "keyless:permissions_boundary",
        {"arn": "arn:aws:iam::111111111111:policy/x"},
        (
            'keyless:permissions_boundary.arn: "arn:aws:iam::111111111111:policy/x" lies '
            "outside account 222222222222 of the partition aws. IAM takes a boundary of the "
            "role's own account. Write arn:aws:iam::222222222222:policy/NAME.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions_boundary",
        {"arn": "arn:aws-cn:iam::222222222222:policy/x"},
        (
            f"{PRODUCTION}.roles.deploy.permissions_boundary.arn: "
            '"arn:aws-cn:iam::222222222222:policy/x" lies outside account 222222222222 of the '
            "partition aws. IAM takes a boundary of the role's own account. Write "
            "arn:aws:iam::222222222222:policy/NAME.",
        ),
    ),
    (
        "environments/production/region",
        "us-gov-west-1",
        (
            f'{PRODUCTION}.region: "us-gov-west-1" belongs to the partition aws-us-gov, the '
            "stack's eu-west-1 to aws. An account lies in one partition. Write a region of "
            "aws, or move the environment to a stack of its own.",
        ),
    ),
    (
        "aws:region",
        "cn-north-1",
        (
            f'{PRODUCTION}.region: "eu-central-1" belongs to the partition aws, the stack\'s '
            "cn-north-1 to aws-cn. An account lies in one partition. Write a region of aws-cn, "
            "or move the environment to a stack of its own.",
            f"{PRODUCTION}.roles.migrate.workflows: cannot be checked here. AWS does not "
            "document that it fills job_workflow_ref for tokens of "
            "https://token.actions.githubusercontent.com in the partition aws-cn, so nobody "
            "might get in. Leave it out.",
            f"{PRODUCTION}.roles.migrate.permissions_boundary.arn: "
            '"arn:aws:iam::222222222222:policy/own" lies outside account 222222222222 of the '
            "partition aws-cn. IAM takes a boundary of the role's own account. Write "
            "arn:aws-cn:iam::222222222222:policy/NAME.",
        ),
    ),
    (
        "keyless:issuer",
        "https://ghes.acme.com/_services/token",
        (
            f"{PRODUCTION}.roles.migrate.workflows: cannot be checked here. AWS does not "
            "document that it fills job_workflow_ref for tokens of "
            "https://ghes.acme.com/_services/token in the partition aws, so nobody might get "
            "in. Leave it out.",
        ),
    ),
    (
        "keyless:defaults/tags",
        {f"k{i}": "v" for i in range(51)},
        (
            "keyless:defaults.tags: 51 tags, IAM allows 50 on a role. Every role would be "
            "refused. Leave some out.",
        ),
    ),
    (
        "keyless:defaults/tags",
        {"Team": "a", "team": "b"},
        (
            'keyless:defaults.tags: "Team" and "team" are the same. IAM does not tell tags apart '
            "by letter case and would refuse every role. Keep one.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), ACCOUNTS_AND_PARTITIONS)
def test_accounts_and_partitions(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


SIZES: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "environments/production/roles/deploy/tags",
        {f"k{i}": "v" for i in range(50)},
        (
            f"{PRODUCTION}.roles.deploy.tags: 51 tags with those of keyless:defaults.tags and the "
            "one that guards roles outside of the stack's path, IAM allows 50. AWS would refuse "
            "the role. Leave some out.",
        ),
    ),
    (
        "environments/production/roles/deploy/tags",
        {"Team": "web"},
        (
            f'{PRODUCTION}.roles.deploy.tags: "team" and "Team" say the same. IAM does not tell '
            "tags apart by letter case and would refuse the role. Keep one.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [
            {"preset": "managed-policy", "arn": f"arn:aws:iam::222222222222:policy/p{i}"}
            for i in range(11)
        ],
        (
            f"{PRODUCTION}.roles.deploy.permissions: 11 managed policies, IAM attaches 10 to a "
            "role. AWS would refuse the others. Split the role by function.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [
            {
                "preset": "statement",
                "actions": ["s3:GetObject"],
                "resources": [f"arn:aws:s3:::bucket-{i:03}-{'x' * 40}/*" for i in range(180)],
            }
        ],
        (
            f"{PRODUCTION}.roles.deploy.permissions: 12516 characters of inline policy, IAM "
            "takes 10240. AWS would refuse them. Split the role by function, or attach a "
            "managed-policy.",
        ),
    ),
    (
        "environments/production/roles/deploy/workflows",
        [f"acme/p/.github/workflows/{i}{'x' * 30}.yml@refs/heads/main" for i in range(20)],
        (
            f"{PRODUCTION}.roles.deploy: a trust policy of 2222 characters, IAM takes 2048. "
            "AWS would refuse the role. Name fewer branches in deploy_from or fewer workflows.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), SIZES)
def test_sizes(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


def test_code_owners_need_an_approval() -> None:
    assert errors(spoiled("protected_branches/main", {"approvals": 0, "code_owners": True})) == (
        "keyless:repositories.storefront.protected_branches.main: code_owners with approvals: 0. A "
        "pull request without approvals is merged before an owner has seen it. Write approvals: 1.",
    )
