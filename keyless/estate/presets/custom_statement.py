"""`statement`: actions on resources, for a job that no preset covers.

Every action, ARN and condition key is checked against IAM's catalogue, so that what is granted is
what was meant: IAM itself takes an action that does not exist, or an ARN that no action takes,
and grants nothing. How much is too much is not judged here: wildcards that match something pass,
and the policy pack refuses those that reach too far, where an exception can be made and recorded.

Sources: "Actions, resources, and condition keys" of each service (AWS Service Authorization
Reference); "IAM JSON policy elements: Condition operators" and "… Resource" (IAM User Guide).
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from keyless.estate.presets.catalogue import actions_matching
from keyless.estate.presets.foreign import (
    foreign_account,
    foreign_partition,
    foreign_region,
    regions_elsewhere,
)
from keyless.estate.presets.grant import Grant, GrantError
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.statement import Statement
from keyless.estate.presets.statement_parts import (
    FEW_UNKNOWN,
    LIMITING,
    ActionPattern,
    ConditionKey,
    ConditionOperator,
    ConditionValues,
    ResourcePattern,
    unused_actions,
)
from keyless.estate.values.aws import AccountId, Region
from keyless.estate.values.checked import NOT_EMPTY


class CustomStatement(Preset):
    """Allow the listed actions on the listed resources."""

    preset: Literal["statement"]
    actions: Annotated[tuple[ActionPattern, ...], NOT_EMPTY, FEW_UNKNOWN] = Field(
        description="Actions as in `dynamodb:UpdateItem`. Each has to exist."
    )
    resources: Annotated[tuple[ResourcePattern, ...], NOT_EMPTY] = Field(
        description="ARNs, which may contain `*` and `?`, or `*` for actions that take no ARN. "
        "Each has to be one that a listed action takes, and each action has to take one of them.",
    )
    conditions: Annotated[
        dict[ConditionOperator, Annotated[dict[ConditionKey, ConditionValues], *LIMITING]],
        *LIMITING,
    ] = Field(
        default_factory=dict,
        description="Conditions as in IAM: operator, key, value or values.",
    )
    accounts: tuple[AccountId, ...] = Field(
        (), description="Other accounts that the ARNs may name. Quote the digits."
    )
    regions: tuple[Region, ...] = Field((), description="Other regions that the ARNs may name.")

    @model_validator(mode="after")
    def _every_action_takes_a_resource(self) -> Self:
        errors = tuple(unused_actions(self.actions, self.resources))
        if errors:
            raise ValueError(" ".join(errors))
        return self

    def grant(self, place: Place) -> Grant:
        """Grant exactly what is written.

        Raises GrantError for ARNs and regions of another partition, and for ARNs of an account or
        region that is not listed.
        """
        arns = [resource for resource in self.resources if resource != "*"]
        errors = [*regions_elsewhere(self.regions, place)]
        errors += [
            error
            for arn in arns
            for found in (
                foreign_partition(arn, place),
                foreign_account(arn, place, self.accounts),
                foreign_region(arn, place, self.regions),
            )
            for error in found
        ]
        if errors:
            raise GrantError(*errors)
        actions = tuple(dict.fromkeys(map(_canonical, self.actions)))
        return Grant.of(
            Statement(actions, self.resources, self.conditions), summary=self._summary(actions)
        )

    def _summary(self, actions: tuple[str, ...]) -> str:
        resources = ", ".join("everything" if r == "*" else r for r in self.resources)
        keys = [key for keys in self.conditions.values() for key in keys]
        limits = f" if {', '.join(keys)} fits" if keys else ""
        return f"{', '.join(actions)} on {resources}{limits}"


def _canonical(pattern: str) -> str:
    """Return an action in the catalogue's letter case; a pattern stays as it is written."""
    if "*" in pattern or "?" in pattern:
        return pattern
    return actions_matching(pattern)[0].name
