"""Write the page of presets: what each is for, its parameters, and what examples grant."""

import json
from collections.abc import Iterator, Mapping, Sequence
from inspect import getdoc, getmodule
from typing import Any

from docs.generate.fields import fields_table
from docs.generate.markdown import block, joined
from keyless.estate.presets import PRESETS, Place, Preset, as_document
from keyless.estate.presets.assume import trust_of_assumed
from keyless.estate.reading.schema import stack_schema
from keyless.estate.reading.yaml_text import as_yaml

PLACE = Place("aws", "222222222222", "eu-west-1")
KEY = "1234abcd-12ab-34cd-56ef-1234567890ab"
EXAMPLES: Mapping[str, Sequence[Mapping[str, Any]]] = {
    "s3-website": [
        {"bucket": "storefront-prod", "distribution": "E2ABCDEF"},
        {"bucket": "storefront-prod", "prefix": "docs/", "kms_key": KEY},
    ],
    "s3-objects": [
        {"bucket": "acme-artifacts", "prefix": "shop/"},
        {"bucket": "acme-artifacts", "prefix": "shop/", "access": "write", "kms_key": KEY},
        {"bucket": "acme-artifacts", "access": "write", "delete": True, "account": "111111111111"},
    ],
    "cloudfront": [
        {"distributions": ["E2ABCDEF"]},
        {"functions": ["rewrite-paths"]},
    ],
    "lambda-function": [{"function": "checkout"}, {"function": "checkout", "alias": "live"}],
    "lambda-layer": [{"layer": "shared", "regions": ["eu-west-1", "us-east-1"]}],
    "container-image": [
        {"repository": "shop/checkout-api"},
        {"repository": "shop/checkout-api", "access": "read"},
        {"repository": "shared/base", "access": "read", "account": "111111111111"},
    ],
    "ecs-service": [
        {
            "cluster": "shop",
            "service": "checkout-api",
            "task_definition": "checkout-api",
            "execution_role": "ecs/checkout-api-execution",
        },
        {
            "cluster": "shop",
            "service": "checkout-api",
            "task_definition": "checkout-api",
            "run_task": True,
            "execution_role": "ecs/checkout-api-execution",
            "task_role": "ecs/checkout-api",
        },
        {"cluster": "shop", "service": "checkout-api", "force_new_deployment": True},
    ],
    "eks-cluster": [{"cluster": "shop"}],
    "codebuild": [{"project": "shop-images"}],
    "cloudformation": [
        {
            "stack": "shop-*",
            "service_role": "cfn-deploy",
            "artifact_bucket": "acme-artifacts",
            "prefix": "shop/",
        },
        {
            "stack": ["shop-network", "shop-data"],
            "service_role": "cfn-deploy",
            "sam": True,
            "delete": True,
        },
    ],
    "cdk": [{}],
    "terraform-state": [
        {"bucket": "acme-terraform-prod", "key": "shop/terraform.tfstate"},
        {"bucket": "acme-terraform-prod", "key": "shop/terraform.tfstate", "access": "read"},
        {
            "bucket": "acme-terraform-prod",
            "key": ["network/terraform.tfstate", "shop/terraform.tfstate"],
            "workspaces": ["staging"],
            "lock_table": "terraform-locks",
            "kms_key": KEY,
        },
        {"bucket": "acme-terraform-prod", "prefix": "shop/"},
    ],
    "secrets": [
        {"parameters": ["/shop/prod/*"], "secrets": ["shop/prod/database"], "kms_key": KEY},
        {"parameters": ["/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"]},
    ],
    "assume": [{"roles": ["arn:aws:iam::111111111111:role/deploy/shop"]}],
    "read-only": [{"services": ["s3", "sqs"], "resources": ["arn:aws:s3:::acme-reports/public/*"]}],
    "statement": [
        {
            "actions": ["s3:PutObject"],
            "resources": ["arn:aws:s3:::acme-reports/daily/*"],
            "conditions": {"StringEquals": {"s3:x-amz-server-side-encryption": "AES256"}},
        }
    ],
    "managed-policy": [
        {"name": "SecurityAudit"},
        {"arn": "arn:aws:iam::222222222222:policy/shop/deploy"},
        {"arn": "arn:aws:iam::222222222222:policy/terraform/apply", "look_up": True},
    ],
}
"""Examples of each preset, one of each variant: their parameters."""

INTRODUCTION = """\
# Presets

Generated from `keyless/estate/presets/` by `python -m docs.generate`.

A preset is what a role may do, by job: an entry in a role's `permissions`. It composes ARNs from
the stack's account, region and partition. Actions, ARNs and condition keys are checked against
IAM's catalogue, so an action that does not exist is an error with near ones. The examples show what
a preset grants in account 222222222222 and region eu-west-1; statements of one role are merged.

`access` is the widest of what a preset grants: `read`, `write`, or `permissions` where who may do
what can be changed. It is in the output and in the [access map](commands.md).
Whether that is too much for a context is judged by the [policy pack](policies.md)."""


def page() -> str:
    """Return the whole page."""
    return joined([INTRODUCTION, *(_section(name, preset) for name, preset in PRESETS.items())])


def _section(name: str, preset: type[Preset]) -> str:
    models = stack_schema()["$defs"]
    return joined(
        [
            f"## {name}",
            getdoc(preset) or "",
            _notes(preset),
            fields_table(models[preset.__name__], models, without="preset"),
            *(part for example in EXAMPLES[name] for part in _shown(preset, name, example)),
            *_other_side(name),
        ]
    )


def _shown(preset: type[Preset], name: str, parameters: Mapping[str, Any]) -> Iterator[str]:
    example = {"preset": name, **parameters}
    grant = preset.model_validate(example).grant(PLACE)
    yield block(f"- {as_yaml(example)}", "yaml")
    yield f"Access `{grant.access}`: {grant.summary}."
    yield block(_granted(grant.statements, grant.managed_policy_arns), "json")


def _other_side(name: str) -> Iterator[str]:
    if name == "assume":
        role = PLACE.role("keyless/acme-storefront-production-deploy")
        yield "The trust policy of the role on the other side names this role alone:"
        yield block(json.dumps(trust_of_assumed(role), indent=2), "json")


def _notes(preset: type[Preset]) -> str:
    """Return the paragraphs of the file's docstring that follow its first sentence."""
    text = getdoc(getmodule(preset)) or ""
    return text.partition("\n\n")[2]


def _granted(statements: Any, managed_policy_arns: tuple[str, ...]) -> str:
    granted = as_document(statements)["Statement"] if statements else list(managed_policy_arns)
    return json.dumps(granted, indent=2)
