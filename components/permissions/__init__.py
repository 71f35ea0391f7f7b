"""Permission presets: what a role may do, written by job instead of by action.

One preset a file, all of them listed once, in `Permission`. Not here: how statements become a
role's policies, and any judgement of how much is too much, which is the policy pack's.
"""

from typing import Annotated, get_args

from pydantic import Field

from components.permissions.catalogue import Access
from components.permissions.cdk import Cdk
from components.permissions.container_image import ContainerImage
from components.permissions.custom_statement import CustomStatement
from components.permissions.ecs_service import EcsService
from components.permissions.grant import Grant, GrantError
from components.permissions.lambda_function import LambdaFunction
from components.permissions.managed_policy import ManagedPolicy
from components.permissions.place import Place
from components.permissions.preset import Preset
from components.permissions.read_only import ReadOnly
from components.permissions.s3_website import S3Website
from components.permissions.statement import Statement, as_document
from components.permissions.terraform_state import TerraformState

Permission = Annotated[
    S3Website
    | LambdaFunction
    | ContainerImage
    | EcsService
    | Cdk
    | TerraformState
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
