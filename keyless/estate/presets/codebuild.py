"""`codebuild`: start builds of a project as it is, and follow them.

A build has the project's service role, so anybody who can replace what it runs has that role. IAM
refuses a start that brings its own source, buildspec, image, certificate, cache, credential of a
registry, service role, artefacts or place for logs; the version of the source, environment
variables and the size of the machine can be given. The action aws-codebuild-run-build needs
`disable-source-override: true` for that. **Keep the project's buildspec from trusting variables.**

Sources: "AWS CodeBuild condition keys", section "Check the existence of attributes in API requests"
(AWS CodeBuild User Guide); "Actions, resources, and condition keys for AWS CodeBuild" (AWS Service
Authorization Reference); section "Credentials and Permissions" of the action
aws-codebuild-run-build.
"""

from typing import Literal

from pydantic import Field

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import ProjectName
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement

_NOT_OVERRIDDEN = (
    "codebuild:artifacts",
    "codebuild:cache",
    "codebuild:environment.certificate",
    "codebuild:environment.image",
    "codebuild:environment.privilegedMode",
    "codebuild:environment.registryCredential",
    "codebuild:logsConfig",
    "codebuild:secondaryArtifacts",
    "codebuild:secondarySources",
    "codebuild:serviceRole",
    "codebuild:source.buildspec",
    "codebuild:source.insecureSsl",
    "codebuild:source.location",
)


class CodeBuild(Preset):
    """Start builds of one CodeBuild project, without replacing what it runs, and read its log."""

    preset: Literal["codebuild"]
    project: ProjectName = Field(description="The name of the project.")

    def grant(self, place: Place) -> Grant:
        """Grant starting, stopping and following builds of the project."""
        project = place.arn("codebuild", f"project/{self.project}")
        log = place.arn("logs", f"log-group:/aws/codebuild/{self.project}:log-stream:*")
        return Grant.of(
            Statement(
                ("codebuild:StartBuild",),
                (project,),
                {"Null": dict.fromkeys(_NOT_OVERRIDDEN, ("true",))},
            ),
            Statement(("codebuild:BatchGetBuilds", "codebuild:StopBuild"), (project,)),
            Statement(("logs:GetLogEvents",), (log,)),
            summary=f"start builds of the CodeBuild project {self.project}",
        )
