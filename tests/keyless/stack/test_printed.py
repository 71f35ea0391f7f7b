"""Every shape in which pulumi prints an output, and everything that is none of them."""

import json
from typing import Any

import pytest

from keyless.command_line.errors import CommandError
from keyless.stack.printed import read_printed

ACCESS: list[Any] = [{"stack": "prod"}]
STACK = {"urn": "urn:pulumi:prod::app::pulumi:pulumi:Stack::app", "type": "pulumi:pulumi:Stack"}
ROLE = {"urn": "urn:pulumi:prod::app::aws:iam/role:Role::ci", "type": "aws:iam/role:Role"}
SECRET = {
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    "ciphertext": "v1:eA==",
}


def state(outputs: object, *, time: object = "2026-11-20T10:12:31.5+01:00") -> dict[str, Any]:
    return {
        "version": 3,
        "deployment": {
            "manifest": {"time": time},
            "resources": [
                {**ROLE, "outputs": {"access": "a role's own"}},
                {**STACK, "outputs": outputs},
            ],
        },
    }


def events(
    outputs: object, *, result: str | None = "succeeded", planning: bool = True
) -> list[dict[str, Any]]:
    def of_stack(found: object) -> dict[str, Any]:
        metadata = {"op": "create", "new": {**STACK, "outputs": found}}
        return {"resOutputsEvent": {"metadata": metadata, "planning": planning}}

    happened: list[dict[str, Any]] = [
        {"preludeEvent": {"config": {}}},
        of_stack({}),
        {"resOutputsEvent": {"metadata": {"type": "aws:iam/role:Role", "new": None}}},
        of_stack(outputs),
    ]
    if result:
        happened.append({"summaryEvent": {"result": result}})
    return [
        {"sequence": number, "timestamp": 1795260373, **event}
        for number, event in enumerate(happened)
    ]


def as_lines(happened: list[dict[str, Any]]) -> bytes:
    return "\n".join(json.dumps(event, separators=(",", ":")) for event in happened).encode()


def found(content: bytes) -> tuple[str, object, str | None]:
    printed = read_printed("x", content)
    return printed.kind, printed.access, printed.as_of


def refusal(content: bytes) -> str:
    with pytest.raises(CommandError) as refused:
        _ = read_printed("x.json", content).access
    return str(refused.value)


class TestShapes:
    def test_bare_output(self) -> None:
        assert found(json.dumps(ACCESS).encode()) == ("outputs", ACCESS, None)

    def test_all_outputs(self) -> None:
        content = json.dumps({"access": ACCESS, "other": 1}).encode()
        assert found(content) == ("outputs", ACCESS, None)

    def test_byte_order_mark_is_skipped(self) -> None:
        content = b"\xef\xbb\xbf" + json.dumps(ACCESS).encode()
        assert found(content) == ("outputs", ACCESS, None)

    def test_exported_state(self) -> None:
        content = json.dumps(state({"access": ACCESS})).encode()
        assert found(content) == ("state", ACCESS, "2026-11-20T09:12:31Z")

    @pytest.mark.parametrize("time", [None, "soon", 10**30, [], "2026-11-20T99:00:00Z"])
    def test_state_of_no_known_time(self, time: object) -> None:
        content = json.dumps(state({"access": ACCESS}, time=time)).encode()
        assert found(content) == ("state", ACCESS, None)

    def test_streamed_preview(self) -> None:
        content = as_lines(events({"access": ACCESS}))
        assert found(content) == ("preview", ACCESS, "2026-11-21T11:26:13Z")

    def test_streamed_update(self) -> None:
        content = as_lines(events({"access": ACCESS}, planning=False))
        assert found(content)[0] == "outputs"

    def test_line_separators_within_texts_end_no_event(self) -> None:
        assert found(as_lines(events({"access": ["a\u2028b"]})))[1] == ["a\u2028b"]


NO_JSON = "A review reads what the tools print as JSON. Hand in what was printed, unchanged."
STREAMED = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true pulumi preview --json"


class TestRefusals:
    def test_preview_without_outputs(self) -> None:
        digest = {"steps": [{"op": "same", "oldState": {"outputs": {"access": ACCESS}}}]}
        assert refusal(json.dumps(digest).encode()) == (
            "x.json: a preview without its outputs. `pulumi preview --json` leaves the "
            f"stack's outputs out. Take it anew with: {STREAMED}."
        )

    @pytest.mark.parametrize("result", ["failed", None])
    def test_preview_that_did_not_succeed(self, result: str | None) -> None:
        assert refusal(as_lines(events({"access": ACCESS}, result=result))) == (
            "x.json: the preview did not succeed. What it would make is not known in full. "
            "Mend what `pulumi preview` says and take it anew."
        )

    def test_preview_of_another_project(self) -> None:
        assert refusal(as_lines(events({"url": "x"}))) == (
            'x.json: events without an output "access". They are of another project, or of a '
            f"command that makes nothing. Take a preview of this project: {STREAMED}."
        )

    @pytest.mark.parametrize(
        "document",
        [state({}), state(None), {"deployment": {"manifest": {}}}],
    )
    def test_state_without_output(self, document: object) -> None:
        assert refusal(json.dumps(document).encode()) == (
            'x.json: an exported state whose stack has no output "access". Nothing was provisioned '
            f"by this project yet. Run `pulumi up` first, or take a preview: {STREAMED}."
        )

    @pytest.mark.parametrize(
        ("document", "what"),
        [
            ({"deployment": None}, "deployment is no object"),
            ({"deployment": {}}, "deployment has neither resources nor a manifest"),
            ({"deployment": {"manifest": 1}}, "deployment.manifest is no object"),
            ({"deployment": {"resources": 3}}, "deployment.resources is no list"),
            ({"deployment": {"resources": [1]}}, "entry 1 of deployment.resources is no object"),
            ({"deployment": {"resources": [{}]}}, "entry 1 of deployment.resources has no urn"),
            ({"checkpoint": 1}, "checkpoint has no stack"),
            ({"checkpoint": {"latest": []}}, "checkpoint.latest is no object"),
            ({"steps": {}}, "steps is no list"),
            ({"steps": [1]}, "entry 1 of steps is no object"),
            ({"steps": [{"newState": []}]}, "newState of entry 1 of steps is no object"),
            ({"steps": [], "diagnostics": {}}, "diagnostics is no list"),
        ],
    )
    def test_shapes_that_pulumi_does_not_print(self, document: object, what: str) -> None:
        assert refusal(json.dumps(document).encode()) == (
            f"x.json: {what}. Pulumi prints no such state or preview, so what is missing in it is "
            "not known. Hand in what `pulumi stack export` or a streamed preview printed, "
            "unchanged."
        )

    @pytest.mark.parametrize("content", [b"{}", b"3", b'"x"', b"null", b'{"sequenceless": 1}'])
    def test_none_of_them(self, content: bytes) -> None:
        assert refusal(content) == (
            'x.json: no output "access" in it. It is neither a stack\'s outputs, nor an exported '
            "state, nor a streamed preview. Hand in what `pulumi stack output access --json` "
            "prints."
        )

    @pytest.mark.parametrize(
        "content",
        [
            b'"[secret]"',
            json.dumps({"access": "[secret]"}).encode(),
            json.dumps({"access": SECRET}).encode(),
            json.dumps(state({"access": SECRET})).encode(),
        ],
    )
    def test_secret(self, content: bytes) -> None:
        assert refusal(content) == (
            'x.json: the output "access" is a secret. A command cannot read it, and it '
            "contains nothing secret. Export it as it is, without pulumi.Output.secret."
        )

    def test_not_utf8(self) -> None:
        assert refusal(b'["\xff"]') == (
            "x.json: byte 2 is not text. A review reads JSON. "
            "Hand in what the tool wrote, unchanged."
        )

    @pytest.mark.parametrize(
        "content",
        [
            b'{"access": [], "access": []}',
            b'[{"access": 1, "access": 1}]',
            b'{"sequence":0}\n{"sequence":1,"access":{},"access":{}}',
        ],
    )
    def test_a_duplicate_key(self, content: bytes) -> None:
        assert refusal(content) == (
            'x.json: duplicate key "access". Readers differ on which of the two counts. Hand in '
            "what was printed, unchanged."
        )

    def test_a_duplicate_key_is_shown_as_plain_text(self) -> None:
        name = json.dumps("\x1b[2J" + "n" * 99)
        assert refusal(f"{{{name}: 1, {name}: 2}}".encode()) == (
            f'x.json: duplicate key "\\u001b[2J{"n" * 67}.... Readers differ on which of the two '
            "counts. Hand in what was printed, unchanged."
        )

    @pytest.mark.parametrize(
        ("content", "found"),
        [
            (b"", "no JSON at line 1"),
            (b"[1,\n2", "no JSON at line 2"),
            (b"[" * 100_000, "nested too deep"),
            (b'{"a":' * 100_000, "nested too deep"),
            (b"[" + b"9" * 5000 + b"]", "no JSON"),
            (b'{"sequence":0}\nnothing', "no JSON at line 1"),
            (b'{"sequence":0}\n' + b"[" * 100_000, "nested too deep"),
        ],
    )
    def test_no_json(self, content: bytes, found: str) -> None:
        assert refusal(content) == f"x.json: {found}. {NO_JSON}"
