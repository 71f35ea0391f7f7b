"""Permission presets: what a role may do, written by job instead of by action.

One preset a file, all of them listed once, in `Permission`. Not here: how statements become a
role's policies, and any judgement of how much is too much, which is the policy pack's.
"""

from typing import Annotated, get_args

from pydantic import Field

from keyless.estate.presets.assume import Assume
from keyless.estate.presets.catalogue import Access
from keyless.estate.presets.cdk import Cdk
from keyless.estate.presets.cloudformation import CloudFormation
from keyless.estate.presets.cloudfront import CloudFront
from keyless.estate.presets.codebuild import CodeBuild
from keyless.estate.presets.container_image import ContainerImage
from keyless.estate.presets.custom_statement import CustomStatement
from keyless.estate.presets.ecs_service import EcsService
from keyless.estate.presets.eks_cluster import EksCluster
from keyless.estate.presets.grant import Grant, GrantError
from keyless.estate.presets.lambda_function import LambdaFunction
from keyless.estate.presets.lambda_layer import LambdaLayer
from keyless.estate.presets.managed_policy import ManagedPolicy
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.read_only import ReadOnly
from keyless.estate.presets.s3_objects import S3Objects
from keyless.estate.presets.s3_website import S3Website
from keyless.estate.presets.secrets import Secrets
from keyless.estate.presets.statement import Statement, as_document
from keyless.estate.presets.terraform_state import TerraformState

Permission = Annotated[
    S3Website
    | S3Objects
    | CloudFront
    | LambdaFunction
    | LambdaLayer
    | ContainerImage
    | EcsService
    | EksCluster
    | CodeBuild
    | CloudFormation
    | Cdk
    | TerraformState
    | Secrets
    | Assume
    | ReadOnly
    | CustomStatement
    | ManagedPolicy,
    Field(discriminator="preset"),
]

PRESETS: dict[str, type[Preset]] = {
    get_args(preset.model_fields["preset"].annotation)[0]: preset
    for preset in get_args(get_args(Permission)[0])
}
"""Every preset by its name in stack config."""

__all__ = [
    "PRESETS",
    "Access",
    "Grant",
    "GrantError",
    "Permission",
    "Place",
    "Preset",
    "Statement",
    "as_document",
]
