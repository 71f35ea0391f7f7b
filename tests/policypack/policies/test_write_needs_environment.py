"""The policy write-needs-environment, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Declared, Pack
from tests.policypack.estate import allow

ID = "write-needs-environment"
WHY = (
    "Anybody who can push there changes AWS without approval. Write an environment with reviewers, "
    "and let the role trust that."
)
LABEL = 'inline policy "permissions"'
READS = allow(["s3:GetObject", "lambda:GetFunction"], "arn:aws:s3:::x/y")


def says(pack: Pack, context: str, *changed: Declared, stack: str = "unconfigured") -> list[str]:
    role = estate.role(assumeRolePolicy=estate.trust(context))
    found = pack.says_of_stack(ID, estate.compliant(role, *changed), stack)
    return [sentence for _, sentence in found]


def test_writing_through_an_environment_passes(pack: Pack) -> None:
    assert says(pack, estate.PRODUCTION) == []


def test_reading_from_a_branch_passes(pack: Pack) -> None:
    assert says(pack, "ref:refs/heads/main", estate.role_policy(READS)) == []


@pytest.mark.parametrize("context", ["ref:refs/heads/main", "ref:refs/tags/v1"])
@pytest.mark.parametrize(
    "action", ["s3:PutObject", "s3:PutObjectTagging", "s3:PutBucketPolicy", "iam:PassRole", "s3:*"]
)
def test_writing_from_a_ref_is_blocked(pack: Pack, context: str, action: str) -> None:
    policy = estate.role_policy(READS, allow(["s3:GetObject", action], "arn:aws:s3:::x/y"))
    assert says(pack, context, policy) == [
        f'{LABEL}: statement 2 allows "{action}", and "{context}" reaches the role. {WHY}'
    ]


def test_negated_action_is_writing(pack: Pack) -> None:
    statement = {"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "arn:aws:s3:::x/y"}
    assert says(pack, "ref:refs/heads/main", estate.role_policy(statement)) == [
        f'{LABEL}: statement 1 allows writing, and "ref:refs/heads/main" reaches the role. {WHY}'
    ]


def test_policy_that_is_not_seen_counts_as_writing(pack: Pack) -> None:
    arn = "arn:aws:iam::aws:policy/SecurityAudit"
    properties = {"policyArn": arn, "role": "acme-storefront-production-deploy"}
    kind = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    attached = Declared(kind, "attached", properties)
    assert says(pack, "ref:refs/heads/main", estate.role_policy(READS), attached) == [
        f'managed policy "{arn}": it may allow writing, and "ref:refs/heads/main" reaches the '
        f"role. {WHY}"
    ]


def test_whole_repository_is_blocked(pack: Pack) -> None:
    sub = {f"{estate.ISSUER}:sub": "repo:acme/storefront:*"}
    statement = estate.statement(("StringEquals", estate.pinned(sub=None)), ("StringLike", sub))
    role = estate.role(assumeRolePolicy=estate.document(statement))
    policy = estate.role_policy(allow("s3:PutObject", "arn:aws:s3:::x/y"))
    assert pack.says_of_stack(ID, estate.compliant(role, policy)) == [
        (
            estate.DEPLOY,
            f'{LABEL}: statement 1 allows "s3:PutObject", and every branch reaches the role. {WHY}',
        )
    ]


def test_settings_let_branches_write(pack: Pack) -> None:
    stack = pack.configured({"settings": {"write_needs_environment": False}})
    assert says(pack, "ref:refs/heads/main", stack=stack) == []
