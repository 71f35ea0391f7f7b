"""Ask the pack as the engine does, in a process of its own: the analyzer protocol over gRPC.

Most tests ask the same of it without a process and a protocol, in `in_process.py`.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import ClassVar, cast

import grpc
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

import policypack

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""What the engine sends in place of a text that is not known at preview."""

Request = analyzer_pb2.AnalyzeRequest | analyzer_pb2.AnalyzeStackRequest

Analyzer = Callable[[Request], Iterable[analyzer_pb2.AnalyzeDiagnostic]]
"""Answer one request of the engine's."""

_LEVELS = {analyzer_pb2.ADVISORY: "advisory", analyzer_pb2.MANDATORY: "mandatory"}


def secret(value: object) -> dict[str, object]:
    """Mark a value as the engine marks secrets."""
    return {
        "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
        "value": value,
    }


@dataclass(frozen=True)
class Declared:
    """A resource of a program; `depends_on` holds the names of resources.

    `provider` is what its provider is set to otherwise than those of all others.
    """

    type: str
    name: str
    properties: Mapping[str, object]
    depends_on: tuple[str, ...] = ()
    depends_by_property: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    provider: Mapping[str, object] = field(default_factory=dict)

    def but(self, **changes: object) -> "Declared":
        """Return it with some properties changed, or left out where the value is None."""
        merged = {**self.properties, **changes}
        return replace(self, properties={k: v for k, v in merged.items() if v is not None})

    def of_repository(self, repository: str) -> "Declared":
        """Return it for another repository than storefront."""
        properties = json.dumps(self.properties).replace("storefront", repository)
        return replace(
            self,
            name=self.name.replace("storefront", repository),
            properties=json.loads(properties),
            depends_on=tuple(name.replace("storefront", repository) for name in self.depends_on),
        )


FILLED_IN = {"reason": "a role that reads", "approver": "octavia"}
"""What somebody writes in place of the placeholders of an exception."""


@dataclass(frozen=True)
class Violation:
    """One diagnostic of the pack, without the description that the SDK puts before it.

    `proposed` is the exception that it ends with, filled in, which is no part of `sentence`.
    """

    policy: str
    level: str
    name: str
    sentence: str
    proposed: Mapping[str, str] = field(default_factory=dict, compare=False)


class Pack:
    """A pack that can be asked; its folder has a `config` of its own."""

    _numbers: ClassVar = count()

    def __init__(self, folder: Path, analyzer: Analyzer) -> None:
        self._folder = folder
        self._analyzer = analyzer

    def configured(self, content: str | Mapping[str, object]) -> str:
        """Write the settings of a stack that nobody used before, and return its name."""
        stack = f"configured-{next(self._numbers)}"
        text = content if isinstance(content, str) else json.dumps(content)
        (self._folder / "config" / f"{stack}.json").write_text(text)
        return stack

    def settings_of(self, stack: str) -> str:
        """Return the settings of a stack as its file has them, empty ones without a file."""
        file = self._folder / "config" / f"{stack}.json"
        return file.read_text() if file.exists() else "{}"

    def judge(self, resources: Sequence[Declared], stack: str = "unconfigured") -> list[Violation]:
        """Preview some resources: each by itself, then all of them together."""
        return self.answer(self.requests(resources, stack))

    def judge_one(self, resource: Declared, stack: str = "unconfigured") -> list[Violation]:
        """Run the resource policies on one resource."""
        return self.answer(self.requests([resource], stack)[:1])

    def judge_stack(
        self, resources: Sequence[Declared], stack: str = "unconfigured"
    ) -> list[Violation]:
        """Run the stack policies."""
        return self.answer(self.requests(resources, stack)[-1:])

    def requests(self, resources: Sequence[Declared], stack: str = "unconfigured") -> list[Request]:
        """Write what the engine sends of some resources: each by itself, then all together."""
        urns = {each.name: _urn(stack, each) for each in resources}
        alone = [
            analyzer_pb2.AnalyzeRequest(
                type=each.type,
                urn=urns[each.name],
                name=each.name,
                properties=_struct(each.properties),
                provider=_provider(stack, each),
            )
            for each in resources
        ]
        together = [_in_stack(each, stack, urns) for each in resources]
        return [*alone, analyzer_pb2.AnalyzeStackRequest(resources=together)]

    def answer(self, requests: Sequence[Request]) -> list[Violation]:
        """Send requests, and return what the pack finds."""
        return [
            _violation(each, getattr(request, "name", None) or _name(each.urn))
            for request in requests
            for each in self._analyzer(request)
        ]

    def says(self, policy: str, resource: Declared, stack: str = "unconfigured") -> list[str]:
        """Return the sentences of one resource policy on one resource."""
        found = self.judge_one(resource, stack)
        return [violation.sentence for violation in found if violation.policy == policy]

    def says_of_stack(
        self, policy: str, resources: Sequence[Declared], stack: str = "unconfigured"
    ) -> list[tuple[str, str]]:
        """Return the sentences of one stack policy, each behind the name of its resource."""
        found = self.judge_stack(resources, stack)
        return sorted((each.name, each.sentence) for each in found if each.policy == policy)


class RunningPack(Pack):
    """A pack in a process of its own."""

    def __init__(self, folder: Path, channel: grpc.Channel) -> None:
        self._stub = analyzer_pb2_grpc.AnalyzerStub(channel)
        super().__init__(folder, self._ask)

    def information(self) -> analyzer_pb2.AnalyzerInfo:
        """Return what the pack tells the engine about itself."""
        return cast(analyzer_pb2.AnalyzerInfo, self._stub.GetAnalyzerInfo(empty_pb2.Empty()))

    def _ask(self, request: Request) -> Iterable[analyzer_pb2.AnalyzeDiagnostic]:
        answer: analyzer_pb2.AnalyzeResponse
        if isinstance(request, analyzer_pb2.AnalyzeRequest):
            answer = self._stub.Analyze(request, timeout=30)
        else:
            answer = self._stub.AnalyzeStack(request, timeout=600)
        return list(answer.diagnostics)


@contextmanager
def running_pack(folder: Path, main: str | None = None) -> Iterator[RunningPack]:
    """Run the pack from `folder`, which gets links to its files and a `config` of its own.

    `main` is the text of another `__main__.py`, whose output is not left in a buffer. The pack
    starts in a folder that holds other packages of its names, as any program's folder could.
    """
    other = folder / "program" / "policypack" / "policies"
    other.mkdir(parents=True)
    (other.parent / "__init__.py").touch()
    (other / "__init__.py").write_text("POLICIES = ()")
    pack = folder / "policypack"
    (pack / "config").mkdir(parents=True)
    for entry in Path(policypack.__file__).parent.iterdir():
        if entry.name not in {"config", "__pycache__"}:
            (pack / entry.name).symlink_to(entry)
    if main:
        (pack / "__main__.py").unlink()
        (pack / "__main__.py").write_text(main)
    with started(pack, folder / "program", PYTHONUNBUFFERED="1" if main else "") as running:
        yield running


@contextmanager
def started(pack: Path, where: Path, **environment: str) -> Iterator[RunningPack]:
    """Run the pack in the folder `pack` as it is; its process starts in the folder `where`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pulumi.policy", "127.0.0.1:1", str(pack)],
        cwd=where,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        port = process.stdout.readline().strip()
        assert port, "the pack ended before it named a port; see its standard error above"
        with grpc.insecure_channel(f"127.0.0.1:{port}", options=_UNLIMITED) as channel:
            yield RunningPack(pack, channel)
    finally:
        process.terminate()
        process.communicate()


_UNLIMITED = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]


def _urn(stack: str, resource: Declared) -> str:
    return f"urn:pulumi:{stack}::keyless::{resource.type}::{resource.name}"


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


def _struct(properties: Mapping[str, object]) -> struct_pb2.Struct:
    struct = struct_pb2.Struct()
    struct.update(properties)
    return struct


_PROVIDERS: Mapping[str, Mapping[str, object]] = {
    "aws": {"allowedAccountIds": '["222222222222"]', "region": "eu-west-1"},
    "github": {"owner": "acme"},
}


def _provider(stack: str, resource: Declared) -> analyzer_pb2.AnalyzerProviderResource:
    """Return a provider like those that the engine sends along with each resource."""
    package = "github" if resource.type.startswith("github:") else "aws"
    kind = f"pulumi:providers:{package}"
    return analyzer_pb2.AnalyzerProviderResource(
        type=kind,
        urn=f"urn:pulumi:{stack}::keyless::{kind}::default",
        name="default",
        properties=_struct({**_PROVIDERS[package], **resource.provider}),
    )


def _in_stack(
    resource: Declared, stack: str, urns: Mapping[str, str]
) -> analyzer_pb2.AnalyzerResource:
    return analyzer_pb2.AnalyzerResource(
        type=resource.type,
        urn=urns[resource.name],
        name=resource.name,
        properties=_struct(resource.properties),
        provider=_provider(stack, resource),
        dependencies=[urns[name] for name in resource.depends_on if name in urns],
        propertyDependencies={
            key: analyzer_pb2.AnalyzerPropertyDependencies(urns=[urns[name] for name in names])
            for key, names in resource.depends_by_property.items()
        },
    )


def _violation(found: analyzer_pb2.AnalyzeDiagnostic, name: str) -> Violation:
    whole = found.message.removeprefix(found.description).lstrip("\n")
    sentence, _, rest = whole.partition(" To accept it, write ")
    proposed = json.loads(rest.rpartition(" under exceptions in ")[0] or "{}")
    if proposed:
        assert (proposed["reason"], proposed["approver"]) == ("WHY", "WHO")
        proposed |= FILLED_IN
    level = _LEVELS[found.enforcementLevel]
    return Violation(found.policyName, level, name, sentence, proposed)
