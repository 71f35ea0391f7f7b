"""Write the page of presets: what each is for, its parameters, and what one example grants."""

import json
from collections.abc import Mapping
from inspect import getdoc, getmodule
from typing import Any

from docs.generate.fields import fields_table
from docs.generate.markdown import block, joined
from keyless.estate.presets import PRESETS, Place, Preset, as_document
from keyless.estate.reading.schema import stack_schema
from keyless.estate.sentences import as_yaml

PLACE = Place("aws", "222222222222", "eu-west-1")
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "s3-website": {"bucket": "storefront-prod", "distribution": "E2ABCDEF"},
    "lambda-function": {"function": "checkout", "alias": "live"},
    "container-image": {"repository": "shop/checkout-api"},
    "ecs-service": {
        "cluster": "shop",
        "service": "checkout-api",
        "task_definition": "checkout-api",
        "execution_role": "ecs/checkout-api-execution",
    },
    "cdk": {},
    "terraform-state": {
        "bucket": "acme-terraform-prod",
        "key": "shop/terraform.tfstate",
        "access": "read",
    },
    "read-only": {"services": ["s3", "sqs"], "resources": ["arn:aws:s3:::acme-reports/public/*"]},
    "statement": {
        "actions": ["s3:PutObject"],
        "resources": ["arn:aws:s3:::acme-reports/daily/*"],
        "conditions": {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}},
    },
    "managed-policy": {"name": "SecurityAudit"},
}
"""An example of each preset: its parameters."""

INTRODUCTION = """\
# Presets

Generated from `keyless/estate/presets/` by `python -m docs.generate`.

A preset is what a role may do, by job: an entry in a role's `permissions`. It composes ARNs from
the stack's account, region and partition. Actions, ARNs and condition keys are checked against
IAM's catalogue, so an action that does not exist is an error with near ones. The examples show what
a preset grants in account 222222222222 and region eu-west-1; statements of one role are merged.

`access` is the widest of what a preset grants: `read`, `write`, or `permissions` where who may do
what can be changed. It stands in the output and in the [access map](commands.md).
Whether that is too much for a context is judged by the [policy pack](policies.md)."""


def page() -> str:
    """Return the whole page."""
    return joined([INTRODUCTION, *(_section(name, preset) for name, preset in PRESETS.items())])


def _section(name: str, preset: type[Preset]) -> str:
    example = {"preset": name, **EXAMPLES[name]}
    grant = preset.model_validate(example).grant(PLACE)
    nouns = stack_schema()["$defs"]
    return joined(
        [
            f"## {name}",
            getdoc(preset) or "",
            _notes(preset),
            fields_table(nouns[preset.__name__], nouns, without="preset"),
            block(f"- {as_yaml(example)}", "yaml"),
            f"Access `{grant.access}`: {grant.summary}.",
            block(_granted(grant.statements, grant.managed_policy_arns), "json"),
        ]
    )


def _notes(preset: type[Preset]) -> str:
    """Return the paragraphs of the file's docstring that follow its first sentence."""
    text = getdoc(getmodule(preset)) or ""
    return text.partition("\n\n")[2]


def _granted(statements: Any, managed_policy_arns: tuple[str, ...]) -> str:
    granted = as_document(statements)["Statement"] if statements else list(managed_policy_arns)
    return json.dumps(granted, indent=2)
