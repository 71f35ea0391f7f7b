"""Tests of the boundary as a resource; its document has tests of its own."""

import json

from components.permissions_boundary import PermissionsBoundary
from keyless.estate.boundary_document import boundary_document
from keyless.estate.presets import Place
from tests.components.registered import register
from tests.keyless.estate.reading.sample import read, stack_config


def test_the_recommended_document_under_the_path_of_the_roles() -> None:
    found = register(lambda: PermissionsBoundary(read(stack_config())))
    inputs = found["Policy::permissions_boundary"].inputs
    assert json.loads(inputs.pop("policy")) == boundary_document(
        Place("aws", "222222222222", "eu-west-1"), "/keyless/"
    )
    assert inputs == {
        "name": "keyless-boundary",
        "path": "/keyless/",
        "description": "The most that a role created by keyless can ever do",
        "tags": {"team": "platform"},
    }
