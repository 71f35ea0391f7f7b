"""The servicer: its memory before the SDK's reading, and which policies a resource meets."""

from inspect import isfunction
from threading import Thread
from typing import Any

import pytest
from pulumi.runtime.proto.analyzer_pb2 import (
    ADVISORY,
    MANDATORY,
    AnalyzeRequest,
    AnalyzerProviderResource,
    AnalyzerResource,
    AnalyzerStackConfigureRequest,
    AnalyzeStackRequest,
    ConfigureAnalyzerRequest,
    PolicyConfig,
)
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationPolicy,
)
from pulumi_policy import policy as sdk

from policypack import servicer as module
from policypack.enforcement import ResourcePolicy
from policypack.servicer import Once, Servicer
from tests.policypack import estate
from tests.policypack.analyzer import Pack

SDK: Any = sdk._PolicyAnalyzerServicer
PATCHED = {
    "json_format",
    "deserialize_properties",
    "unknown_checking_proxy",
    "_PolicyAnalyzerServicer",
}


def counting() -> tuple[Once, list[object]]:
    calls: list[object] = []

    def read(given: object, *options: object) -> list[object]:
        calls.append(given)
        return [given, *options]

    return Once(read), calls


def test_one_object_is_read_once() -> None:
    once, calls = counting()
    given = object()
    assert once(given) is once(given)
    assert calls == [given]


def test_equal_objects_are_not_the_same() -> None:
    once, calls = counting()
    assert once([1]) == [[1]]
    assert once([1]) == [[1]]
    assert len(calls) == 2


def test_what_was_forgotten_is_read_anew() -> None:
    once, calls = counting()
    given = object()
    first = once(given)
    once.forget()
    assert once(given) is not first
    assert calls == [given, given]


def test_objects_of_one_request_are_kept_together() -> None:
    once, calls = counting()
    objects = [object() for _ in range(100)]
    for given in objects * 3:
        once(given)
    assert len(calls) == 100


def test_options_reach_the_function() -> None:
    once, _ = counting()
    assert once("x", True) == ["x", True]


def test_threads_do_not_share() -> None:
    once, calls = counting()
    given = object()
    once(given)
    thread = Thread(target=once, args=(given,))
    thread.start()
    thread.join()
    assert calls == [given, given]


def test_sdk_reads_by_the_names_that_the_memory_takes() -> None:
    methods = {"_get_resource_options", "_get_provider_resource"}
    assert vars(sdk).keys() >= PATCHED
    assert PATCHED | methods <= {*SDK.AnalyzeStack.__code__.co_names}
    assert "_PolicyAnalyzerServicer" in sdk.PolicyPack.__init__.__code__.co_names


def judging(name: str, types: frozenset[str] | None, said: list[str]) -> Policy:
    """Return a policy that says each type it is handed; without types it is the SDK's own kind."""

    def validate(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        said.append(f"{name}: {args.resource_type}")
        report_violation("found", None)

    if types is None:
        return ResourceValidationPolicy(name=name, description=name, validate=validate)
    return ResourcePolicy(types, name=name, description=name, validate=validate)


def servicer(*policies: Policy) -> Servicer:
    return Servicer("some", "1.0.0", list(policies), EnforcementLevel.MANDATORY)


def test_a_resource_is_judged_by_the_policies_of_its_type_and_those_without() -> None:
    said: list[str] = []
    roles = judging("roles", frozenset({"role", "other role"}), said)
    keys = judging("keys", frozenset({"key"}), said)
    judges = servicer(roles, keys, judging("any", None, said))
    for kind in ("role", "key", "bucket", ""):
        judges.Analyze(AnalyzeRequest(type=kind), None)
    assert said == ["roles: role", "any: role", "keys: key", "any: key", "any: bucket", "any: "]


def test_levels_that_are_configured_hold_for_every_type() -> None:
    said: list[str] = []
    roles = judging("roles", frozenset({"role"}), said)
    judges = servicer(roles, judging("any", None, said))
    advisory = PolicyConfig(enforcementLevel=ADVISORY)
    judges.Configure(ConfigureAnalyzerRequest(policyConfig={"roles": advisory}), None)
    answer = judges.Analyze(AnalyzeRequest(type="role"), None)
    assert [each.enforcementLevel for each in answer.diagnostics] == [ADVISORY, MANDATORY]


def test_tags_of_the_stack_reach_every_policy() -> None:
    seen: list[str] = []

    def see(args: Any, report_violation: object) -> None:
        seen.append(args.stack_tags["env"])

    judges = servicer(
        ResourcePolicy(frozenset({"role"}), name="roles", description="roles", validate=see),
        StackValidationPolicy(name="all together", description="all", validate=see),
    )
    judges.ConfigureStack(AnalyzerStackConfigureRequest(tags={"env": "prod"}), None)
    judges.Analyze(AnalyzeRequest(type="role"), None)
    judges.AnalyzeStack(AnalyzeStackRequest(), None)
    assert seen == ["prod", "prod"]


def test_the_sdk_answers_nothing_that_was_not_looked_at() -> None:
    """What keeps something for later has to reach the servicers of all types."""
    answers = {name for name, it in vars(SDK).items() if name[0].isupper() and isfunction(it)}
    configured = {"Configure", "ConfigureStack"}
    stateless = {"Analyze", "AnalyzeStack", "Remediate", "GetAnalyzerInfo", "GetPluginInfo"}
    assert answers == configured | stateless


def test_nothing_of_a_request_outlives_its_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in PATCHED:
        monkeypatch.setattr(sdk, name, getattr(sdk, name))
    module.use_this_servicer()
    memories = [each for each in vars(module).values() if isinstance(each, Once)]
    held: list[int] = []

    def count(args: object, report_violation: object) -> None:
        held.append(len([each for each in memories if each._known]))

    judges = servicer(
        ResourceValidationPolicy(name="one", description="one", validate=count),
        StackValidationPolicy(name="all together", description="all", validate=count),
    )
    provider = AnalyzerProviderResource(type="provider")
    one = AnalyzeRequest(type="role", provider=provider)
    stack = [AnalyzerResource(type="role", provider=provider)]
    judges.Configure(ConfigureAnalyzerRequest(), None)
    judges.Analyze(one, None)
    judges.AnalyzeStack(AnalyzeStackRequest(resources=stack), None)
    judges.Remediate(one, None)
    assert held == [len(memories)] * 2 == [5, 5]
    assert not [each for each in memories if each._known]


def test_answers_stay_apart(pack: Pack) -> None:
    loose, fine = estate.role(assumeRolePolicy=estate.trust(aud=None)), estate.role()
    for _ in range(3):
        assert len(pack.judge_one(loose)) == 1
        assert pack.judge_one(fine) == []
