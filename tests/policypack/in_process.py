"""Ask the pack's policies in the test's own process, through the public classes of the SDK.

What a policy is handed is what the SDK's analyzer hands it: `test_in_process.py` asks both. But
whatever leaves a policy here fails the test, where the analyzer makes a remark of some of it; and
options are those of a resource without any, since no policy reads them.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from unittest.mock import patch

from google.protobuf import json_format, struct_pb2
from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyCustomTimeouts,
    PolicyProviderResource,
    PolicyResource,
    PolicyResourceOptions,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.deserialize import deserialize_properties
from pulumi_policy.proxy import unknown_checking_proxy

from policypack import settings
from policypack.policies import POLICIES
from tests.policypack.analyzer import Pack, Request

OPTIONS = PolicyResourceOptions(False, [], None, [], PolicyCustomTimeouts(0, 0, 0), [])

LEVELS = {
    EnforcementLevel.ADVISORY: analyzer_pb2.ADVISORY,
    EnforcementLevel.MANDATORY: analyzer_pb2.MANDATORY,
}


def pack_in_process(folder: Path, policies: Sequence[Policy] = POLICIES) -> Pack:
    """Return a pack of some policies that answers in this process, with a `config` in `folder`."""
    config = folder / "config"
    config.mkdir()

    def answer(request: Request) -> list[analyzer_pb2.AnalyzeDiagnostic]:
        with patch.object(settings, "CONFIG", config):
            return list(_answer(request, policies))

    return Pack(folder, answer)


def _answer(
    request: Request, policies: Sequence[Policy]
) -> Iterator[analyzer_pb2.AnalyzeDiagnostic]:
    if isinstance(request, analyzer_pb2.AnalyzeRequest):
        alone = _alone(request)
        for policy in policies:
            if isinstance(policy, ResourceValidationPolicy):
                found, report = _report(policy)
                assert policy.validate(alone, report) is None
                yield from found
    else:
        together = _together(request)
        for policy in policies:
            if isinstance(policy, StackValidationPolicy):
                found, report = _report(policy)
                assert policy.validate(together, report) is None
                yield from found


def _report(policy: Policy) -> tuple[list[analyzer_pb2.AnalyzeDiagnostic], ReportViolation]:
    """Return what a policy reports violations with, and the list that they come into."""
    found: list[analyzer_pb2.AnalyzeDiagnostic] = []
    assert policy.enforcement_level
    level = LEVELS[policy.enforcement_level]

    def report(message: str, urn: str | None) -> None:
        found.append(
            analyzer_pb2.AnalyzeDiagnostic(
                policyName=policy.name,
                message=f"{policy.description}\n{message}",
                urn=urn or "",
                description=policy.description,
                enforcementLevel=level,
            )
        )

    return found, report


def _alone(request: analyzer_pb2.AnalyzeRequest) -> ResourceValidationArgs:
    return ResourceValidationArgs(
        request.type,
        _properties(request.properties),
        request.urn,
        request.name,
        OPTIONS,
        _provider(request.provider),
    )


def _together(request: analyzer_pb2.AnalyzeStackRequest) -> StackValidationArgs:
    resources = {
        each.urn: PolicyResource(
            each.type,
            _properties(each.properties),
            each.urn,
            each.name,
            OPTIONS,
            _provider(each.provider),
            None,
            [],
            {},
        )
        for each in request.resources
    }
    for each in request.resources:
        found = resources[each.urn]
        found.dependencies += [resources[urn] for urn in each.dependencies if urn in resources]
        for key, urns in each.propertyDependencies.items():
            found.property_dependencies[key] = [
                resources[urn] for urn in urns.urns if urn in resources
            ]
    return StackValidationArgs(list(resources.values()))


def _provider(provider: analyzer_pb2.AnalyzerProviderResource) -> PolicyProviderResource:
    properties = _properties(provider.properties)
    return PolicyProviderResource(provider.type, properties, provider.urn, provider.name)


def _properties(struct: struct_pb2.Struct) -> Mapping[str, object]:
    """Return properties behind the SDK's proxies: secrets are plain, and what is unknown raises."""
    return unknown_checking_proxy(deserialize_properties(json_format.MessageToDict(struct)))
