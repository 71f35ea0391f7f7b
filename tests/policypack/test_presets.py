"""Every permission preset, written by the components and judged by the pack."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from pydantic import TypeAdapter

from docs.generate.presets import EXAMPLES, KEY, PLACE
from keyless.estate.presets import PRESETS, Permission, as_document
from keyless.estate.presets.catalogue import actions_matching
from tests.policypack import estate
from tests.policypack.analyzer import Pack

Document = list[dict[str, Any]]

WRITTEN: list[dict[str, Any]] = [
    {"preset": preset, **parameters}
    for preset, examples in EXAMPLES.items()
    for parameters in examples
    if preset != "managed-policy"
]
READING: list[dict[str, Any]] = [
    {"preset": "read-only", "services": ["s3", "lambda"]},
    {
        "preset": "read-only",
        "services": ["s3", "dynamodb"],
        "resources": [
            "arn:aws:s3:::shop-state/shop/*",
            "arn:aws:dynamodb:eu-west-1:222222222222:table/orders",
        ],
    },
    {
        "preset": "terraform-state",
        "bucket": "shop-state",
        "key": "shop.tfstate",
        "access": "read",
        "kms_key": KEY,
    },
    {"preset": "s3-objects", "bucket": "acme-artifacts", "prefix": "shop/"},
    {"preset": "eks-cluster", "cluster": "shop"},
]


def statements(preset: dict[str, Any]) -> Document:
    permission: Any = TypeAdapter(Permission).validate_python(preset)
    written: Any = as_document(permission.grant(PLACE).statements)["Statement"]
    return list(written)


def spoiled(document: Document) -> Iterator[tuple[str, Document]]:
    """Yield each way to make one statement wider that reaches something else."""
    for number, statement in enumerate(document):
        for position, action in enumerate(statement["Action"]):
            copy = deepcopy(document)
            copy[number]["Action"][position] = f"{action.partition(':')[0]}:*"
            yield f"{action} as a wildcard", copy
        if statement["Resource"] != ["*"] and any(map(changes, statement["Action"])):
            copy = deepcopy(document)
            copy[number]["Resource"] = ["*"]
            yield f"{statement['Action'][0]} on everything", copy


def changes(action: str) -> bool:
    (known,) = actions_matching(action)
    return known.access != "read"


SPOILED = [
    pytest.param(copy, id=f"{preset['preset']}: {what}")
    for preset in WRITTEN
    for what, copy in spoiled(statements(preset))
]


def test_all_presets_with_statements_are_tried() -> None:
    assert {preset["preset"] for preset in WRITTEN} == PRESETS.keys() - {"managed-policy"}


@pytest.mark.parametrize("preset", WRITTEN, ids=lambda preset: preset["preset"])
def test_preset_passes_on_the_role_of_an_environment(pack: Pack, preset: dict[str, Any]) -> None:
    policy = estate.role_policy().but(policy=estate.document(*statements(preset)))
    assert pack.judge(estate.compliant(policy)) == []


@pytest.mark.parametrize("document", SPOILED)
def test_a_spoiled_copy_is_refused(pack: Pack, document: Document) -> None:
    policy = estate.role_policy().but(policy=estate.document(*document))
    of_all = pack.judge_stack(estate.compliant(policy))
    found = {violation.policy for violation in [*pack.judge_one(policy), *of_all]}
    assert found & {"role-permissions-scoped", "role-cannot-escalate"}


@pytest.mark.parametrize("preset", READING, ids=lambda preset: preset["preset"])
def test_reading_preset_passes_on_the_role_of_pull_requests(
    pack: Pack, preset: dict[str, Any]
) -> None:
    policy = estate.role_policy(name=estate.PLAN).but(policy=estate.document(*statements(preset)))
    assert pack.judge(estate.compliant(policy)) == []
