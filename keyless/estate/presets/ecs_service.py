"""`ecs-service`: register a task definition and put it into one service, or start the service anew.

What `aws ecs describe-task-definition`, `register-task-definition`, `update-service` and the waiter
`services-stable` call. The service takes task definitions of the family alone; an update that names
none, such as another deployment of the same, passes. With `force_new_deployment` that is all there
is: an update that names a task definition is refused. PassRole names the task's roles one by one
and only for ECS tasks: what is registered can then carry no other role. DescribeTaskDefinition
takes no resource in IAM.

`run_task` starts tasks of the family in the cluster and waits for them, for migrations. Such a task
runs any command with the task's role.

Deliberately absent: tags on what is registered (`ecs:TagResource`), CodeDeploy, and ExecuteCommand.

Sources: "Actions, resources, and condition keys for Amazon Elastic Container Service" (AWS
Service Authorization Reference); "Grant a user permissions to pass a role to an AWS service" (IAM
User Guide); section "Permissions" of the action amazon-ecs-deploy-task-definition.
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import EcsName
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement
from keyless.estate.values.aws import RoleNameWithPath


class EcsService(Preset):
    """Deploy new task definitions of one family to one ECS service."""

    preset: Literal["ecs-service"]
    cluster: EcsName = Field(description="The cluster of the service.")
    service: EcsName = Field(description="The service to update.")
    task_definition: EcsName | None = Field(
        None,
        description="The family of the task definitions, without a revision. Either this or "
        "`force_new_deployment`.",
    )
    force_new_deployment: bool = Field(
        False, description="Start the service anew with what it has, and nothing else."
    )
    run_task: bool = Field(
        False, description="Whether single tasks of the family may be started, too."
    )
    execution_role: RoleNameWithPath | None = Field(
        None, description="The role that pulls images and writes logs, with its path if it has one."
    )
    task_role: RoleNameWithPath | None = Field(
        None, description="The role that the containers have, with its path if it has one."
    )

    @model_validator(mode="after")
    def _says_what_is_deployed(self) -> Self:
        if (self.task_definition is None) == (not self.force_new_deployment):
            found = "neither" if self.task_definition is None else "both"
            conjunction = "nor" if found == "neither" else "and"
            message = (
                f"{found} task_definition {conjunction} force_new_deployment. A deployment is one "
                "of the two. Write task_definition: FAMILY, or force_new_deployment: true."
            )
            raise ValueError(message)
        if self.force_new_deployment and (self.run_task or self.roles):
            message = (
                "force_new_deployment beside run_task or a role. Starting a service anew runs no "
                "task definition of the job. Leave those out, or write task_definition: FAMILY."
            )
            raise ValueError(message)
        return self

    @property
    def roles(self) -> tuple[str, ...]:
        """The roles of the tasks, each once."""
        return tuple(dict.fromkeys(r for r in (self.execution_role, self.task_role) if r))

    def grant(self, place: Place) -> Grant:
        """Grant updating the service, and what else the deployment needs."""
        service = place.arn("ecs", f"service/{self.cluster}/{self.service}")
        seen = Statement(("ecs:DescribeServices",), (service,))
        name = f"{self.cluster}/{self.service}"
        if self.task_definition is None:
            same = {"Null": {"ecs:task-definition": ("true",)}}
            return Grant.of(
                seen,
                Statement(("ecs:UpdateService",), (service,), same),
                summary=f"start the ECS service {name} anew",
            )
        family = place.arn("ecs", f"task-definition/{self.task_definition}:*")
        statements = [
            seen,
            Statement(("ecs:DescribeTaskDefinition",), ("*",)),
            Statement(("ecs:RegisterTaskDefinition",), (family,)),
            Statement(
                ("ecs:UpdateService",),
                (service,),
                {"ArnLikeIfExists": {"ecs:task-definition": (family,)}},
            ),
        ]
        summary = f"deploy task definitions {self.task_definition} to {name}"
        if self.run_task:
            cluster = place.arn("ecs", f"cluster/{self.cluster}")
            only = {"ArnEquals": {"ecs:cluster": (cluster,)}}
            tasks = place.arn("ecs", f"task/{self.cluster}/*")
            statements += [
                Statement(("ecs:RunTask",), (family,), only),
                Statement(("ecs:DescribeTasks",), (tasks,)),
            ]
            summary += " and run them as tasks"
        if self.roles:
            statements.append(
                Statement(
                    ("iam:PassRole",),
                    tuple(map(place.role, self.roles)),
                    {"StringEquals": {"iam:PassedToService": ("ecs-tasks.amazonaws.com",)}},
                )
            )
            summary += f" with the roles {' and '.join(self.roles)}"
        return Grant.of(*statements, summary=summary)
