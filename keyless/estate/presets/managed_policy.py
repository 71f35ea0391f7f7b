"""`managed-policy`: a policy that AWS or the account manages, attached whole.

What such a policy allows cannot be seen from here, and AWS changes its own. So it counts as
`permissions`, the widest access, but for AWS's own policies that by their name read only; and the
policy pack refuses what it does not know or finds too broad.

A policy of the account with `look_up: true` is looked up at each preview, and the pack gets its
document. That lets nothing pass: an exception can name the document by its digest, and a new
version of the policy voids the exception. A role that previews needs iam:GetPolicy and
iam:GetPolicyVersion on it.

Source: "AWS managed policies for job functions" (IAM User Guide); AWS Managed Policy Reference.
"""

import re
from collections.abc import Iterator
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from keyless.estate.presets.foreign import foreign_partition
from keyless.estate.presets.grant import Grant, GrantError
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.text.sentences import quoted

_PATH_AND_NAME = r"(?:[\w+=,.@-]+/)*[\w+=,.@-]{1,128}"
_NAME = re.compile(_PATH_AND_NAME, re.ASCII)
_ARN = re.compile(rf"arn:[a-z-]+:iam::(?:[0-9]{{12}}|aws):policy/{_PATH_AND_NAME}", re.ASCII)
_READS = re.compile(r"\w*ReadOnly(?:Access)?|SecurityAudit|job-function/ViewOnlyAccess", re.ASCII)


class ManagedPolicy(Preset):
    """Attach a managed policy: one of AWS by its name, one of the account by its ARN."""

    preset: Literal["managed-policy"]
    name: str | None = Field(
        None,
        description="The name of a policy of AWS, with its path if it has one: `SecurityAudit`, "
        "`job-function/ViewOnlyAccess`. Either this or `arn`.",
    )
    arn: str | None = Field(None, description="The ARN of the policy. Either this or `name`.")
    look_up: bool = Field(
        False,
        description="Whether the policy pack gets to see the document of a policy of the account.",
    )

    @field_validator("name")
    @classmethod
    def _is_a_name(cls, name: str | None) -> str | None:
        if name is not None and not _NAME.fullmatch(name):
            remedy = "Write it under arn." if name.startswith("arn:") else "Write the name alone."
            message = (
                f"{quoted(name)} is no name of a policy. IAM takes letters, digits and +=,.@_-, "
            )
            raise ValueError(message + f"with the path before the name if there is one. {remedy}")
        return name

    @field_validator("arn")
    @classmethod
    def _is_an_arn(cls, arn: str | None) -> str | None:
        if arn is not None and not _ARN.fullmatch(arn):
            message = (
                f"{quoted(arn, 2048)} is no ARN of a managed policy. Nothing else can be "
                "attached to a role. "
                'Write one of the form "arn:aws:iam::222222222222:policy/NAME".'
            )
            raise ValueError(message)
        return arn

    @model_validator(mode="after")
    def _is_one_policy(self) -> Self:
        if (self.name is None) == (self.arn is None):
            found = "neither name nor arn is" if self.name is None else "both name and arn are"
            message = (
                f"{found} written. This permission is one policy. "
                "Write name for a policy of AWS, or arn."
            )
            raise ValueError(message)
        if self.look_up and (self.arn is None or ":iam::aws:" in self.arn):
            message = (
                "look_up: true beside a policy of AWS. AWS changes its policies often, so "
                "exceptions name them by ARN and boundary. Leave look_up out."
            )
            raise ValueError(message)
        return self

    def grant(self, place: Place) -> Grant:
        """Grant whatever the policy allows.

        Raises GrantError for a policy of another partition or account, which cannot be attached.
        """
        arn = self.arn or f"arn:{place.partition}:iam::aws:policy/{self.name}"
        errors = [*foreign_partition(arn, place), *_foreign_policy(arn, place)]
        if errors:
            raise GrantError(*errors)
        name = arn.partition(":policy/")[2]
        owned_by_aws = arn.split(":")[4] == "aws"
        reads = owned_by_aws and _READS.fullmatch(name)
        owner = "AWS" if owned_by_aws else "the account"
        return Grant(
            (),
            (arn,),
            f"whatever the policy {name} of {owner} allows",
            "read" if reads else "permissions",
        )


def _foreign_policy(arn: str, place: Place) -> Iterator[str]:
    account = arn.split(":")[4]
    if account not in ("aws", place.account):
        yield (
            f'"{arn}" is of account {account}, and this stack is in {place.account}. '
            "IAM attaches only policies of the account and of AWS. "
            f"Write the ARN of a policy in {place.account}."
        )
