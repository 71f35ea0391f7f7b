"""The parameters that presets take, each checked where it is written.

Names are names, never ARNs and never patterns: a preset composes the ARN from the stack's
partition, account and region, and grants what it grants on that one thing.
"""

import re
from typing import Annotated

from pydantic import BeforeValidator, Field

from keyless.estate.values.checked import Checked, matching, named
from keyless.text.sentences import quoted


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


AS_LIST = BeforeValidator(_as_list, json_schema_input_type=str | tuple[str, ...])
"""One name may be written without a list around it."""

_NO_DOTS = r"(?!(?:.*/)?\.{1,2}(?:/|$))"
"""Clients take such a folder for the one above before they ask S3 for anything."""

BucketName = Annotated[
    str,
    named(
        "bucket name",
        r"(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]",
        "S3 takes 3 to 63 lower-case letters, digits, dots and hyphens",
    ),
]
ObjectPath = Annotated[
    str,
    named(
        "path in a bucket",
        rf"{_NO_DOTS}[A-Za-z0-9!_.'()=@:+-]+(?:/[A-Za-z0-9!_.'()=@:+-]+)*",
        "It has no slash at either end, no spaces, and no wildcards or folders .., which would "
        "reach further",
    ),
]
Folder = Annotated[
    str,
    named(
        "folder of a bucket",
        rf"{_NO_DOTS}[A-Za-z0-9!_.'()=@:+-]+(?:/[A-Za-z0-9!_.'()=@:+-]+)*/?",
        "It has no slash at its beginning, no spaces, and no wildcards or folders .., which would "
        "reach further",
    ),
]
StackName = Annotated[
    str,
    named(
        "stack name",
        r"[A-Za-z][A-Za-z0-9-]{0,127}\*?",
        "CloudFormation takes up to 128 letters, digits and hyphens, beginning with a letter; a * "
        "at its end matches any ending",
    ),
]
ParameterName = Annotated[
    str,
    named(
        "parameter name",
        r"/?[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*(?:/\*)?",
        "Parameter Store takes letters, digits and _.- between slashes; /* at its end means "
        "all of a path",
    ),
]
SecretName = Annotated[
    str,
    named(
        "secret name",
        r"[A-Za-z0-9/_+=.@-]{1,512}",
        "Secrets Manager takes letters, digits and /_+=.@-, and wildcards would reach further",
    ),
]
EksName = Annotated[
    str,
    named(
        "cluster name",
        r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}",
        "EKS takes up to 100 letters, digits, hyphens and underscores",
    ),
]
LayerName = Annotated[
    str,
    named(
        "layer name",
        r"[A-Za-z0-9_-]{1,140}",
        "Lambda takes letters, digits, hyphens and underscores",
    ),
]
CloudFrontFunctionName = Annotated[
    str,
    named(
        "name of a CloudFront function",
        r"[A-Za-z0-9_-]{1,64}",
        "CloudFront takes 1 to 64 letters, digits, hyphens and underscores",
    ),
]
ProjectName = Annotated[
    str,
    named(
        "project name",
        r"[A-Za-z0-9][A-Za-z0-9_-]{1,149}",
        "CodeBuild takes 2 to 150 letters, digits, hyphens and underscores",
    ),
]
TableName = Annotated[
    str,
    named(
        "table name",
        r"[A-Za-z0-9_.-]{3,255}",
        "DynamoDB takes 3 to 255 letters, digits and _.-",
    ),
]
WorkspaceName = Annotated[
    str,
    named(
        "workspace",
        r"[A-Za-z0-9_.-]{1,90}|\*",
        "Terraform takes letters, digits and _.-; * alone means any workspace",
    ),
]
DistributionId = Annotated[
    str,
    named(
        "distribution id",
        r"[A-Z0-9]{6,32}",
        "CloudFront's ids are capital letters and digits",
    ),
]
FunctionName = Annotated[
    str,
    named(
        "function name",
        r"[A-Za-z0-9_-]{1,64}",
        "Lambda takes 1 to 64 letters, digits, hyphens and underscores",
    ),
]
AliasName = Annotated[
    str,
    named(
        "alias",
        r"(?![0-9]+$)[A-Za-z0-9_-]{1,128}",
        "Lambda takes 1 to 128 letters, digits, hyphens and underscores, and not digits alone",
    ),
]
_REGISTRY = re.compile(r"(?:[0-9]{12}\.dkr[.-]ecr\.[^/]+|public\.ecr\.aws)/")


def _without_registry(name: str) -> str:
    registry = _REGISTRY.match(name)
    if registry:
        raise ValueError(
            f"{quoted(name)} begins with a registry. That of the stack's account and region is "
            f"meant in any case. Write {quoted(name[registry.end() :])}."
        )
    return name


RepositoryName = Annotated[
    str,
    Checked(_without_registry),
    named(
        "repository name",
        r"(?=.{2,256}$)(?!.*(?:\.\.|//|/[._-]|[._-]/))[a-z0-9]+(?:[._/-]+[a-z0-9]+)*",
        "ECR takes 2 to 256 lower-case letters, digits, and between them . _ - or /",
    ),
]
EcsName = Annotated[
    str,
    named(
        "name in ECS",
        r"[A-Za-z0-9_-]{1,255}",
        "ECS takes 1 to 255 letters, digits, hyphens and underscores",
    ),
]
Qualifier = Annotated[
    str,
    named(
        "bootstrap qualifier",
        r"[A-Za-z0-9_-]{1,10}",
        "The CDK takes 1 to 10 letters, digits, hyphens and underscores",
    ),
]
_KEY = r"(?:mrk-[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
_KEY_OR_ARN = rf"(?:arn:[a-z-]+:kms:[a-z0-9-]+:[0-9]{{12}}:key/)?{_KEY}"


def _no_alias(value: str) -> str:
    if "alias/" in value:
        raise ValueError(
            f"{quoted(value)} is an alias. IAM grants nothing on a key by its alias. "
            "Write the key's id or its ARN."
        )
    return value


KmsKey = Annotated[
    str,
    Checked(_no_alias),
    matching(
        _KEY_OR_ARN,
        "is no KMS key. A key is granted by its id, or by its ARN where it is of another account "
        'or region. Write an id as in "1234abcd-12ab-34cd-56ef-1234567890ab".',
    ),
]

BucketKey = Annotated[
    KmsKey | None,
    Field(
        description="The id of the KMS key that encrypts the bucket, or its ARN where the key is "
        "in another account or region. Leave out for keys that S3 manages.",
    ),
]
