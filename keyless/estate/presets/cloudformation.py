"""`cloudformation`: create and update named stacks through a service role.

What `aws cloudformation deploy`, `sam deploy` and `serverless deploy` call once CloudFormation
works with a role of its own. PassRole names that role, and CloudFormation alone can be given it.
**What the service role may do, anybody who has this permission can do**: templates are what the
job says. Give the service role a boundary and no more than the stacks need. Its name is a stack's
only bound where `stack` is a pattern.

Each create, update and change set has to name the service role (`--role-arn`, `role_arn` in
samconfig.toml, `deploymentRole`). Without a name CloudFormation takes the role that the stack had
before, from anybody, without asking for PassRole: a stack that an administrator made would lend
that role. Cancelling, rolling back and deleting go on with the role that the stack has.

The artefact bucket takes templates, packages and layers; Serverless also removes the old ones
there. Deleting stacks is apart.

Deliberately absent: stack sets, stack policies, resource imports by type, and creating the
artefact bucket (write `s3_bucket` in samconfig.toml and `deploymentBucket` in serverless.yml).

Sources: "Actions, resources, and condition keys for AWS CloudFormation" (AWS Service Authorization
Reference); "AWS CloudFormation service role" (AWS CloudFormation User Guide); "Managing resource
access and permissions" (AWS SAM Developer Guide); "IAM" (Serverless Framework documentation);
"CreateChangeSet", parameter RoleARN (AWS CloudFormation API Reference).
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import AS_LIST, BucketName, Folder, StackName
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.s3_bucket import Bucket, folder
from keyless.estate.presets.statement import Statement
from keyless.estate.values.aws import RoleNameWithPath
from keyless.estate.values.checked import NOT_EMPTY

_DEPLOYS = (
    "cloudformation:CreateChangeSet",
    "cloudformation:CreateStack",
    "cloudformation:UpdateStack",
)
"""What takes a template and a service role."""
_CHANGES = (
    "cloudformation:CancelUpdateStack",
    "cloudformation:ContinueUpdateRollback",
    "cloudformation:DeleteChangeSet",
    "cloudformation:ExecuteChangeSet",
    "cloudformation:RollbackStack",
    "cloudformation:TagResource",
    "cloudformation:UntagResource",
)
_READS = (
    "cloudformation:DescribeChangeSet",
    "cloudformation:DescribeStackEvents",
    "cloudformation:DescribeStackResource",
    "cloudformation:DescribeStackResources",
    "cloudformation:DescribeStacks",
    "cloudformation:GetTemplate",
    "cloudformation:GetTemplateSummary",
    "cloudformation:ListChangeSets",
    "cloudformation:ListStackResources",
)


class CloudFormation(Preset):
    """Deploy named CloudFormation stacks with a service role and an artefact bucket."""

    preset: Literal["cloudformation"]
    stack: Annotated[tuple[StackName, ...], NOT_EMPTY, AS_LIST] = Field(
        description="The name of the stack, or a list of names. `shop-*` is any that begins so."
    )
    service_role: RoleNameWithPath = Field(
        description="The role that CloudFormation works with, with its path if it has one."
    )
    artifact_bucket: BucketName | None = Field(
        None, description="The bucket that templates and packages are uploaded to."
    )
    prefix: Folder | None = Field(
        None, description="The folder of that bucket. Without it the whole bucket is meant."
    )
    sam: bool = Field(
        False, description="Whether templates are of SAM, which CloudFormation transforms."
    )
    delete: bool = Field(False, description="Whether the stacks may be deleted, too.")

    @model_validator(mode="after")
    def _names_the_bucket_of_a_folder(self) -> Self:
        if self.prefix and not self.artifact_bucket:
            message = (
                "prefix without artifact_bucket. Nothing would be granted on a folder of no "
                "bucket. Write artifact_bucket, or leave prefix out."
            )
            raise ValueError(message)
        return self

    def grant(self, place: Place) -> Grant:
        """Grant change sets and updates of the stacks, the service role, and the bucket."""
        stacks = tuple(place.arn("cloudformation", f"stack/{name}/*") for name in self.stack)
        deletes = ("cloudformation:DeleteStack",) if self.delete else ()
        role = (place.role(self.service_role),)
        statements = [
            Statement(_DEPLOYS, stacks, {"ArnEquals": {"cloudformation:RoleArn": role}}),
            Statement((*_CHANGES, *deletes, *_READS), stacks),
            Statement(("cloudformation:ValidateTemplate",), ("*",)),
            Statement(
                ("iam:PassRole",),
                role,
                {"StringEquals": {"iam:PassedToService": ("cloudformation.amazonaws.com",)}},
            ),
        ]
        if self.sam:
            transform = place.arn("cloudformation", "transform/Serverless-2016-10-31")
            of_aws = transform.replace(f":{place.account}:", ":aws:")
            statements.append(Statement(("cloudformation:CreateChangeSet",), (of_aws,)))
        summary = f"{'deploy and delete' if self.delete else 'deploy'} the CloudFormation stacks "
        summary += f"{' and '.join(self.stack)} as {self.service_role}"
        if self.artifact_bucket:
            bucket = Bucket(place, self.artifact_bucket, folder(self.prefix))
            statements += [
                bucket.listing(),
                bucket.on_itself("s3:GetBucketLocation"),
                bucket.objects(
                    "s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"
                ),
            ]
            summary += f" with artefacts in {bucket.address}"
        return Grant.of(*statements, summary=summary)
