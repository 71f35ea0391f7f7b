"""The parameters that presets take, each checked where it is written.

Names are names, never ARNs and never patterns: a preset composes the ARN from the stack's
partition, account and region, and grants what it grants on that one thing.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema


def _named(noun: str, pattern: str, rule: str) -> tuple[AfterValidator, WithJsonSchema]:
    """Return what checks a name by its pattern, and what describes it in the JSON Schema."""
    expression = re.compile(pattern)

    def check(value: str) -> str:
        if value.startswith("arn:"):
            message = (
                f'"{value}" is an ARN. The preset composes it, so that it is right in every stack. '
                f"Write the {noun} alone."
            )
            raise ValueError(message)
        if not expression.fullmatch(value):
            message = f'"{value}" is no {noun}. {rule}. Write it as AWS shows it.'
            raise ValueError(message)
        return value

    return AfterValidator(check), WithJsonSchema({"type": "string", "pattern": f"^{pattern}$"})


def _is_not_empty(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        message = "the list is empty. Nothing would be granted. Write at least one entry."
        raise ValueError(message)
    return values


# Field(min_length=1) counts the entries that are right, and so complains twice about a wrong one.
AT_LEAST_ONE = (AfterValidator(_is_not_empty), Field(json_schema_extra={"minItems": 1}))

BucketName = Annotated[
    str,
    *_named(
        "bucket name",
        r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "S3 takes 3 to 63 lower-case letters, digits, dots and hyphens",
    ),
]
ObjectPath = Annotated[
    str,
    *_named(
        "path in a bucket",
        r"[A-Za-z0-9!_.'()=@:+-]+(?:/[A-Za-z0-9!_.'()=@:+-]+)*",
        "It has no slash at either end, no spaces, and no wildcards, which would reach further",
    ),
]
DistributionId = Annotated[
    str,
    *_named(
        "distribution id",
        r"[A-Z0-9]{6,32}",
        "CloudFront's ids are capital letters and digits",
    ),
]
FunctionName = Annotated[
    str,
    *_named(
        "function name",
        r"[A-Za-z0-9_-]{1,64}",
        "Lambda takes 1 to 64 letters, digits, hyphens and underscores",
    ),
]
AliasName = Annotated[
    str,
    *_named(
        "alias",
        r"(?![0-9]+$)[A-Za-z0-9_-]{1,128}",
        "Lambda takes 1 to 128 letters, digits, hyphens and underscores, and not digits alone",
    ),
]
_REGISTRY = re.compile(r"(?:[0-9]{12}\.dkr[.-]ecr\.[^/]+|public\.ecr\.aws)/")


def _without_registry(name: str) -> str:
    registry = _REGISTRY.match(name)
    if registry:
        message = (
            f'"{name}" begins with a registry. That of the stack\'s account and region is meant in '
            f'any case. Write "{name[registry.end() :]}".'
        )
        raise ValueError(message)
    return name


RepositoryName = Annotated[
    str,
    AfterValidator(_without_registry),
    *_named(
        "repository name",
        r"(?=.{2,256}$)[a-z0-9]+(?:[._/-]+[a-z0-9]+)*",
        "ECR takes 2 to 256 lower-case letters, digits, and between them . _ - or /",
    ),
]
EcsName = Annotated[
    str,
    *_named(
        "name in ECS",
        r"[A-Za-z0-9_-]{1,255}",
        "ECS takes 1 to 255 letters, digits, hyphens and underscores",
    ),
]
RoleName = Annotated[
    str,
    *_named(
        "role name",
        r"(?:[A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}",
        "IAM takes letters, digits and +=,.@_-, with the path before the name if there is one",
    ),
]
Qualifier = Annotated[
    str,
    *_named(
        "bootstrap qualifier",
        r"[A-Za-z0-9_-]{1,10}",
        "The CDK takes 1 to 10 letters, digits, hyphens and underscores",
    ),
]
Region = Annotated[
    str,
    *_named("region", r"[a-z]{2,}(?:-[a-z]+)+-[0-9]{1,2}", "A region is written as in eu-west-1"),
]
AccountId = Annotated[
    str,
    *_named("account id", r"[0-9]{12}", "An account id has 12 digits and, in YAML, quotes"),
]

_KEY = r"(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_KEY_OR_ARN = rf"(?:arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{{12}}:key/)?{_KEY}"


def _kms_key(value: str) -> str:
    if "alias/" in value:
        message = (
            f'"{value}" is an alias. IAM grants nothing on a key by its alias. '
            "Write the key's id or its ARN."
        )
        raise ValueError(message)
    if not re.fullmatch(_KEY_OR_ARN, value):
        message = (
            f'"{value}" is no KMS key. A key is granted by its id, or by its ARN where it is of '
            'another account or region. Write an id as in "1234abcd-12ab-34cd-56ef-1234567890ab".'
        )
        raise ValueError(message)
    return value


KmsKey = Annotated[
    str,
    AfterValidator(_kms_key),
    WithJsonSchema({"type": "string", "pattern": f"^{_KEY_OR_ARN}$"}),
]
