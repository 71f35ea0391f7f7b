"""Describe this provider in Pulumi's schema language, made from the registries."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.aws.provider import VERSION
from sandbox.aws.provider.functions import FUNCTIONS
from sandbox.aws.provider.resource_type import Property, ResourceType
from sandbox.aws.provider.resources import RESOURCES


def schema() -> Mapping[str, Any]:
    """Return the schema of every resource and function."""
    return {
        "name": "aws",
        "version": VERSION,
        "meta": {"moduleFormat": "(.*)(?:/[^/]*)"},
        "resources": {token: _resource(kind) for token, kind in RESOURCES.items()},
        "functions": {token: {} for token in FUNCTIONS},
    }


def _resource(kind: ResourceType) -> Mapping[str, Any]:
    return {
        "properties": _shapes(kind.properties),
        "inputProperties": _shapes(kind.inputs),
        "requiredInputs": [each.name for each in kind.inputs if each.required],
    }


def _shapes(properties: Iterable[Property]) -> Mapping[str, Any]:
    return {each.name: each.kind.shape for each in properties}
