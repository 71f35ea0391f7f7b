"""`ecs-service`: register a task definition and put it into one service.

What `aws ecs describe-task-definition`, `register-task-definition`, `update-service` and the waiter
`services-stable` call. The service takes task definitions of the family alone; an update that names
none, such as another deployment of the same, passes. PassRole names the task's roles one by one and
only for ECS tasks: what is registered can then carry no other role. DescribeTaskDefinition takes no
resource in IAM.

Deliberately absent: tags on what is registered (`ecs:TagResource`), CodeDeploy, and RunTask.

Sources: "Actions, resources, and condition keys for Amazon Elastic Container Service" (AWS
Service Authorization Reference); "Grant a user permissions to pass a role to an AWS service" (IAM
User Guide); section "Permissions" of the action amazon-ecs-deploy-task-definition.
"""

from typing import Literal

from pydantic import Field

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import EcsName, RoleName
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement


class EcsService(Preset):
    """Deploy new task definitions of one family to one ECS service."""

    preset: Literal["ecs-service"]
    cluster: EcsName = Field(description="The cluster of the service.")
    service: EcsName = Field(description="The service to update.")
    task_definition: EcsName = Field(
        description="The family of the task definitions, without a revision."
    )
    execution_role: RoleName | None = Field(
        None, description="The role that pulls images and writes logs, with its path if it has one."
    )
    task_role: RoleName | None = Field(
        None, description="The role that the containers hold, with its path if it has one."
    )

    def grant(self, place: Place) -> Grant:
        """Grant registering in the family, updating the service, and passing the named roles."""
        family = place.arn("ecs", f"task-definition/{self.task_definition}:*")
        service = place.arn("ecs", f"service/{self.cluster}/{self.service}")
        statements = [
            Statement(("ecs:DescribeTaskDefinition",), ("*",)),
            Statement(("ecs:RegisterTaskDefinition",), (family,)),
            Statement(("ecs:DescribeServices",), (service,)),
            Statement(
                ("ecs:UpdateService",),
                (service,),
                {"ArnLikeIfExists": {"ecs:task-definition": (family,)}},
            ),
        ]
        summary = f"deploy task definitions {self.task_definition} to {self.cluster}/{self.service}"
        roles = [role for role in (self.execution_role, self.task_role) if role]
        if roles:
            statements.append(
                Statement(
                    ("iam:PassRole",),
                    tuple(place.role(role) for role in roles),
                    {"StringEquals": {"iam:PassedToService": ("ecs-tasks.amazonaws.com",)}},
                )
            )
            summary += f" with the roles {' and '.join(dict.fromkeys(roles))}"
        return Grant.of(*statements, summary=summary)
