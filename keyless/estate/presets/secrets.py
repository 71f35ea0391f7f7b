"""`secrets`: read parameters of Systems Manager and secrets of Secrets Manager by name.

Values are data: anybody who has this permission reads them. A name that ends in `/*` is a whole
path, and only such a name can be read by path. A secret's ARN ends with six characters that AWS
makes up, so each of them is left open; IAM cannot name it more closely before the secret exists.

AWS's own public parameters (`/aws/service/…`) belong to no account.

Sources: "Restricting access to Parameter Store parameters using IAM policies" and "Calling AMI
public parameters" (AWS Systems Manager User Guide); "Identity-based policies" (AWS Secrets Manager
User Guide); "kms:ViaService" (AWS KMS Developer Guide).
"""

from typing import Literal, Self

from pydantic import Field, model_validator

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import KmsKey, ParameterName, SecretName
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.s3_bucket import key_statement
from keyless.estate.presets.statement import Statement


class Secrets(Preset):
    """Read parameters and secrets of the stack's region by name."""

    preset: Literal["secrets"]
    parameters: tuple[ParameterName, ...] = Field(
        (),
        description="Names of parameters, `/shop/prod/token`, or paths, `/shop/prod/*`.",
    )
    secrets: tuple[SecretName, ...] = Field(
        (), description="Names of secrets, without the six characters that AWS adds."
    )
    kms_key: KmsKey | None = Field(
        None,
        description="The id of the KMS key that encrypts them, or its ARN where the key is in "
        "another account or region. Leave out for keys that AWS manages.",
    )

    @model_validator(mode="after")
    def _names_something(self) -> Self:
        if not self.parameters and not self.secrets:
            message = (
                "neither parameters nor secrets are named. Nothing would be granted. Write "
                "parameters: [/shop/prod/token], or secrets: [shop/prod]."
            )
            raise ValueError(message)
        return self

    def grant(self, place: Place) -> Grant:
        """Grant reading each of them, and decrypting with the key if there is one.

        Raises GrantError for a key of another partition.
        """
        parameters = tuple(_parameter(place, name) for name in self.parameters)
        paths = tuple(
            arn
            for each in parameters
            if each.endswith("/*")
            for arn in (each, each.removesuffix("/*"))
        )
        secrets = tuple(
            place.arn("secretsmanager", f"secret:{name}-??????") for name in self.secrets
        )
        wanted = [
            Statement(("ssm:GetParameter", "ssm:GetParameters"), parameters),
            Statement(("ssm:GetParametersByPath",), paths),
            Statement(("secretsmanager:DescribeSecret", "secretsmanager:GetSecretValue"), secrets),
        ]
        statements = [statement for statement in wanted if statement.resources]
        if self.kms_key:
            services = [
                *(["ssm"] if parameters else []),
                *(["secretsmanager"] if secrets else []),
            ]
            statements.append(key_statement(place, self.kms_key, *services))
        kinds = [("parameters", self.parameters), ("secrets", self.secrets)]
        named = [f"the {kind} {' and '.join(names)}" for kind, names in kinds if names]
        return Grant.of(*statements, summary=f"read {' and '.join(named)}")


def _parameter(place: Place, name: str) -> str:
    is_public = name.startswith("/aws/service/")
    return place.arn("ssm", f"parameter/{name.removeprefix('/')}", account=not is_public)
