"""The policy documents-mean-one-thing, run by the pack's analyzer."""

import pytest

from tests.policypack.analyzer import Declared, Pack

ID = "documents-mean-one-thing"
WHY = "One of two counts, and a reader sees the other. Write one."


def says(pack: Pack, **properties: object) -> list[str]:
    return pack.says(ID, Declared("aws:iam/policy:Policy", "shared", properties))


@pytest.mark.parametrize(
    ("document", "key"),
    [
        ('{"Statement": [], "Statement": []}', "Statement"),
        ('{"Statement": [], "statement": []}', "Statement"),
        ('{"Statement": [{"Effect": "Deny", "Effect": "Allow"}]}', "Effect"),
        ('{"Statement": [], "\\u0053tatement": []}', "Statement"),
    ],
)
def test_member_twice_is_blocked(pack: Pack, document: str, key: str) -> None:
    assert says(pack, policy=document) == [f'policy: it has a duplicate key "{key}". {WHY}']


@pytest.mark.parametrize(
    "properties",
    [
        {"policy": '{"Statement": [{"Effect": "Allow"}, {"Effect": "Deny"}]}'},
        {"policy": "{"},
        {"description": '{"a": 1, "a": 2}'},
    ],
)
def test_other_text_passes(pack: Pack, properties: dict[str, object]) -> None:
    assert says(pack, **properties) == []


def test_document_within_a_list_is_read(pack: Pack) -> None:
    role = Declared(
        "aws:iam/role:Role", "deploy", {"inlinePolicies": [{"policy": '{"Id": "a", "id": "b"}'}]}
    )
    assert pack.says(ID, role) == [f'inlinePolicies.0.policy: it has a duplicate key "Id". {WHY}']


def test_the_content_of_an_organisations_policy_is_a_document(pack: Pack) -> None:
    policy = Declared(
        "aws:organizations/policy:Policy", "guardrail", {"content": '{"Id": "a", "id": "b"}'}
    )
    assert pack.says(ID, policy) == [f'content: it has a duplicate key "Id". {WHY}']
    file = Declared("aws:s3/bucketObject:BucketObject", "file", {"content": '{"a": 1, "a": 2}'})
    assert pack.says(ID, file) == []
