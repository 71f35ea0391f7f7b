"""`lambda-function`: put new code into a function, publish it, move an alias to it.

What `aws lambda update-function-code --zip-file`, `publish-version`, `update-alias` and the waiters
`function-updated` and `published-version-active` call. Waiters have no action of their own: they
call GetFunction and GetFunctionConfiguration. IAM cannot narrow UpdateAlias to one alias.

Deliberately absent: UpdateFunctionConfiguration, which can hand the function's role to other code;
reading the archive of `--s3-bucket` or the image of `--image-uri`, which take a `statement` on it.

Source: "Actions, resources, and condition keys for AWS Lambda" (AWS Service Authorization
Reference).
"""

from typing import Literal

from pydantic import Field

from keyless.estate.presets.grant import Grant
from keyless.estate.presets.parameters import AliasName, FunctionName
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement


class LambdaFunction(Preset):
    """Deploy code to one Lambda function of the stack's region."""

    preset: Literal["lambda-function"]
    function: FunctionName = Field(description="The name of the function.")
    alias: AliasName | None = Field(
        None, description="The alias that a deployment moves to the version it published."
    )

    def grant(self, place: Place) -> Grant:
        """Grant new code and versions of the function, and reading its state while waiting."""
        function = place.arn("lambda", f"function:{self.function}")
        change: tuple[str, ...] = ("lambda:PublishVersion", "lambda:UpdateFunctionCode")
        summary = f"deploy the function {self.function}"
        if self.alias:
            change += ("lambda:GetAlias", "lambda:UpdateAlias")
            summary += f" and move its alias {self.alias}"
        return Grant.of(
            Statement(change, (function,)),
            Statement(
                ("lambda:GetFunction", "lambda:GetFunctionConfiguration"),
                (function, f"{function}:*"),
            ),
            summary=summary,
        )
