"""`read-only`: read the configuration of the named services, and data only where it is named.

For plans and audits. The list is closed: of every service the reads that show how things are set
up, taken one by one from IAM's catalogue (access levels Read and List), so that an action which
AWS adds tomorrow is not granted unseen. Left out are the reads that hand over what is kept in a
service: objects and their names, items, parameters, secrets, log lines, messages, records, the
code of functions, executions with their input and output, user data of instances, client secrets,
the keys of VPN connections. Most of those can be had for resources that `resources` names.

**Environment variables count as data**, and so do parameters, outputs and templates of stacks and
the definitions of state machines: they are read where `resources` names the function, the build
project, the stack, the rule or the state machine. Task definitions of ECS and the list of functions
are left out: IAM limits their reads to no resource. Write a `statement` for a role of
reviewed code.

Source: "Actions, resources, and condition keys" of each service (AWS Service Authorization
Reference).
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, ValidationInfo, WithJsonSchema

from keyless.estate.presets.catalogue import actions_matching
from keyless.estate.presets.foreign import foreign_account, foreign_partition, foreign_region
from keyless.estate.presets.grant import Grant, GrantError
from keyless.estate.presets.place import Place
from keyless.estate.presets.preset import Preset
from keyless.estate.presets.reads import CONFIGURATION_READS, DATA_READS
from keyless.estate.presets.statement import Statement
from keyless.estate.values.checked import NOT_EMPTY
from keyless.text.sentences import quoted


def _service(service: str) -> str:
    if service not in CONFIGURATION_READS:
        near = get_close_matches(service.lower(), CONFIGURATION_READS, n=1)
        remedy = f'Write "{near[0]}"' if near else f"Write one of {', '.join(CONFIGURATION_READS)}"
        message = (
            f"{quoted(service)} is no service that read-only knows. Its reads of configuration are "
            f"listed one by one, so that no read of data is among them. {remedy}, or use a "
            '"statement".'
        )
        raise ValueError(message)
    return service


def _data(resource: str, info: ValidationInfo) -> str:
    services = info.data.get("services")
    service = resource.split(":")[2] if resource.count(":") >= 5 else None
    if service is None or not list(_data_reads(service, resource)):
        message = (
            f"{quoted(resource, 2048)} has no data that read-only can read. It reads data of "
            f'{", ".join(DATA_READS)}, by ARN. Use a "statement" with the action that reads it.'
        )
        raise ValueError(message)
    if services is not None and service not in services:
        message = (
            f"{quoted(resource, 2048)} is of {service}, which is not among the services. "
            f'One line should say all that is read. Add "{service}" to services.'
        )
        raise ValueError(message)
    return resource


def _data_reads(service: str, resource: str) -> Iterator[str]:
    for name in DATA_READS.get(service, ()):
        if any(action.fits(resource) for action in actions_matching(name)):
            yield name


ServiceName = Annotated[
    str,
    AfterValidator(_service),
    WithJsonSchema({"type": "string", "enum": list(CONFIGURATION_READS)}),
]
DataResource = Annotated[str, AfterValidator(_data)]


class ReadOnly(Preset):
    """Read how the named services are configured, and the data of the resources that are named."""

    preset: Literal["read-only"]
    services: Annotated[tuple[ServiceName, ...], NOT_EMPTY] = Field(
        description="The services whose configuration may be read, all of it."
    )
    resources: tuple[DataResource, ...] = Field(
        (),
        description="ARNs of what may be read besides, data included: a bucket (the names of its "
        "objects), objects, tables, parameters, secrets, log groups, functions (their code and "
        "variables), build projects, stacks, rules, state machines, executions, instances (their "
        "user data).",
    )

    def grant(self, place: Place) -> Grant:
        """Grant the reads of configuration on everything, those of data on the named resources.

        Raises GrantError for a resource of another partition, account or region.
        """
        errors = [
            error
            for arn in self.resources
            for found in (
                foreign_partition(arn, place),
                foreign_account(arn, place),
                foreign_region(arn, place),
            )
            for error in found
        ]
        if errors:
            raise GrantError(*errors)
        services = tuple(dict.fromkeys(self.services))
        configuration = tuple(name for s in services for name in CONFIGURATION_READS[s])
        data = (
            Statement(tuple(_data_reads(arn.split(":")[2], arn)), (arn,)) for arn in self.resources
        )
        summary = f"read the configuration of {_and(services)}"
        if self.resources:
            summary += f" and the data of {_and(self.resources)}"
        return Grant.of(Statement(configuration, ("*",)), *data, summary=summary)


def _and(names: tuple[str, ...]) -> str:
    return " and ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)
