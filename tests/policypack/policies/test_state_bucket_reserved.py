"""The policy state-bucket-reserved, run by the pack's analyzer."""

from collections.abc import Mapping

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Pack
from tests.policypack.estate import allow

ID = "state-bucket-reserved"
STATE = "arn:aws:s3:::acme-state"


def says(pack: Pack, statement: Mapping[str, object], *buckets: object) -> list[tuple[str, str]]:
    stack = pack.configured({"settings": {"state_buckets": list(buckets)}})
    plan = f"{estate.PLAN}/permissions"
    resources = estate.compliant(estate.role_policy(statement), without=(plan,))
    return pack.says_of_stack(ID, resources, stack)


@pytest.mark.parametrize(
    ("statement", "written"),
    [
        (allow("s3:PutObject", f"{STATE}/*"), "s3:PutObject"),
        (allow("s3:GetObject", f"{STATE}/storefront/*"), "s3:GetObject"),
        (allow("s3:ListBucket", STATE), "s3:ListBucket"),
        (allow("s3:PutObject", "arn:aws:s3:::acme-*/*"), "s3:PutObject"),
        (allow("s3:*", "*"), "s3:*"),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, "all but iam:*"),
    ],
)
def test_grant_on_state_is_blocked(
    pack: Pack, statement: Mapping[str, object], written: str
) -> None:
    assert says(pack, statement, "acme-state") == [
        (
            estate.DEPLOY,
            f'inline policy "permissions", statement 1: "{written}" on "acme-state", which has '
            "the state of stacks. Anybody who writes the state of a stack runs code in its next "
            "update, and it may contain secrets. Leave it to the role that updates the stack.",
        )
    ]


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:PutObject", "arn:aws:s3:::acme-state-of-things/*"),
        allow("s3:GetBucketPolicy", "*"),
        allow("lambda:UpdateFunctionCode", "*"),
    ],
)
def test_other_grants_pass(pack: Pack, statement: Mapping[str, object]) -> None:
    assert says(pack, statement, "acme-state") == []


def test_without_the_setting_nothing_is_reserved(pack: Pack) -> None:
    assert says(pack, allow("s3:PutObject", f"{STATE}/*")) == []


@pytest.mark.parametrize(
    ("named", "sentences"), [("acme-storefront-production-deploy", 0), ("another-role", 1)]
)
def test_a_bucket_is_open_to_the_roles_that_are_named_for_it(
    pack: Pack, named: str, sentences: int
) -> None:
    listed = {"bucket": "acme-state", "roles": [named]}
    found = says(pack, allow("s3:GetObject", f"{STATE}/*"), listed)
    assert len(found) == sentences
