"""The parameters that presets take, each checked where it is written.

Names are names, never ARNs and never patterns: a preset composes the ARN from the stack's
partition, account and region, and grants what it grants on that one thing.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema


def _named(what: str, pattern: str, rule: str) -> tuple[AfterValidator, WithJsonSchema]:
    """Return what checks a name by its pattern, and what describes it in the JSON Schema."""
    expression = re.compile(pattern)

    def check(value: str) -> str:
        if value.startswith("arn:"):
            message = (
                f'"{value}" is an ARN. The preset composes it, so that it is right in every stack. '
                f"Write the {what} alone."
            )
            raise ValueError(message)
        if not expression.fullmatch(value):
            message = f'"{value}" is no {what}. {rule}. Write it as AWS shows it.'
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


def _as_list(value: object) -> object:
    return [value] if isinstance(value, str) else value


AS_LIST = BeforeValidator(_as_list, json_schema_input_type=str | tuple[str, ...])
"""One name may be written without a list around it."""

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
Folder = Annotated[
    str,
    *_named(
        "folder of a bucket",
        r"[A-Za-z0-9!_.'()=@:+-]+(?:/[A-Za-z0-9!_.'()=@:+-]+)*/?",
        "It has no slash at its beginning, no spaces, and no wildcards, which would reach further",
    ),
]
StackName = Annotated[
    str,
    *_named(
        "stack name",
        r"[A-Za-z][A-Za-z0-9-]{0,127}\*?",
        "CloudFormation takes up to 128 letters, digits and hyphens, beginning with a letter; a * "
        "at its end stands for any ending",
    ),
]
ParameterName = Annotated[
    str,
    *_named(
        "parameter name",
        r"/?[A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*(?:/\*)?",
        "Parameter Store takes letters, digits and _.- between slashes; /* at its end stands for "
        "all of a path",
    ),
]
SecretName = Annotated[
    str,
    *_named(
        "secret name",
        r"[A-Za-z0-9/_+=.@-]{1,512}",
        "Secrets Manager takes letters, digits and /_+=.@-, and wildcards would reach further",
    ),
]
EksName = Annotated[
    str,
    *_named(
        "cluster name",
        r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}",
        "EKS takes up to 100 letters, digits, hyphens and underscores",
    ),
]
LayerName = Annotated[
    str,
    *_named(
        "layer name",
        r"[A-Za-z0-9_-]{1,140}",
        "Lambda takes letters, digits, hyphens and underscores",
    ),
]
CloudFrontFunctionName = Annotated[
    str,
    *_named(
        "name of a CloudFront function",
        r"[A-Za-z0-9_-]{1,64}",
        "CloudFront takes 1 to 64 letters, digits, hyphens and underscores",
    ),
]
ProjectName = Annotated[
    str,
    *_named(
        "project name",
        r"[A-Za-z0-9][A-Za-z0-9_-]{1,149}",
        "CodeBuild takes 2 to 150 letters, digits, hyphens and underscores",
    ),
]
TableName = Annotated[
    str,
    *_named(
        "table name",
        r"[A-Za-z0-9_.-]{3,255}",
        "DynamoDB takes 3 to 255 letters, digits and _.-",
    ),
]
WorkspaceName = Annotated[
    str,
    *_named(
        "workspace",
        r"[A-Za-z0-9_.-]{1,90}|\*",
        "Terraform takes letters, digits and _.-; * alone stands for any workspace",
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

_ROLE_ARN = r"arn:[a-z-]+:iam::[0-9]{12}:role/(?:[A-Za-z0-9_+=,.@-]+/)*[A-Za-z0-9_+=,.@-]{1,64}"


def _role_arn(value: str) -> str:
    if not re.fullmatch(_ROLE_ARN, value):
        message = (
            f'"{value}" is no ARN of one role. Any role that fits a wildcard, made a minute ago, '
            'could be assumed. Write it whole, as in "arn:aws:iam::111111111111:role/deploy".'
        )
        raise ValueError(message)
    return value


RoleArn = Annotated[
    str,
    AfterValidator(_role_arn),
    WithJsonSchema({"type": "string", "pattern": f"^{_ROLE_ARN}$"}),
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
