"""What a command reads may be anything: it is judged, or refused in a sentence and status 2."""

import copy
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.keyless import exported
from tests.keyless.command_run import Ended, run

pytestmark = pytest.mark.usefixtures("judged_once")

_KEPT = Path(__file__).parents[1] / "keyless"
OUTPUT: list[dict[str, Any]] = json.loads((_KEPT / "data" / "prod.json").read_text())
STATE: dict[str, Any] = json.loads((_KEPT / "exported" / "prod.json").read_text())
PREVIEW: dict[str, Any] = json.loads(exported.PREVIEW.read_text())
EVENTS: list[Any] = [json.loads(line) for line in exported.streamed().split("\n")]
TRUST: dict[str, Any] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {
                "Federated": "arn:aws:iam::222222222222:oidc-provider/"
                "token.actions.githubusercontent.com"
            },
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": {"StringLike": {"token.actions.githubusercontent.com:sub": "repo:acme/*"}},
        }
    ],
}
CLAIMS = {
    "iss": "https://token.actions.githubusercontent.com",
    "aud": "sts.amazonaws.com",
    "sub": "repo:acme/storefront:environment:production",
}
SECONDS = 20.0

HOSTILE = [
    'a"b',
    "a'b --",
    "`id`",
    "$(id)",
    "${{ github.token }}",
    "a\nrun: id",
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "--><b>",
    "| a | b |",
    "[a](javascript:alert(1))",
    "# a",
    "a'; DROP TABLE x; --",
    "%' OR 1=1 --",
    "{{7*7}}",
    "{% raw %}",
    "\x1b[2J",
    "\u202etxt",
    "\u0430cme",
    "\ud800",
    "\0",
    "a: b",
    "- a",
    "&a *a !!x",
    "[bold]a[/bold]",
]

JUNK: st.SearchStrategy[Any] = (
    st.sampled_from(HOSTILE)
    | st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.just({})
    | st.just([])
    | st.lists(st.sampled_from(HOSTILE), max_size=2)
    | st.dictionaries(st.sampled_from(HOSTILE), st.integers(), max_size=2)
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """List every place below the top of plain data."""
    inner: Any = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    below = [place for key, item in inner for place in places(item, (*path, key))]
    return [path, *below] if path else below


def spoil(value: Any, changes: list[tuple[tuple[Any, ...], Any]]) -> Any:
    """Return a copy with some places replaced, as far as they are still there."""
    spoiled = copy.deepcopy(value)
    for path, junk in changes:
        owner = spoiled
        try:
            for key in path[:-1]:
                owner = owner[key]
            owner[path[-1]] = copy.deepcopy(junk)
        except (KeyError, IndexError, TypeError):
            continue
    return spoiled


def spoiled(value: Any) -> st.SearchStrategy[Any]:
    changes = st.tuples(st.sampled_from(places(value)), JUNK)
    return st.lists(changes, min_size=1, max_size=3).map(lambda found: spoil(value, found))


def check(ended: Ended) -> None:
    """See that a run ended as it should: with a result, or with sentences and status 2."""
    assert ended.status in {0, 1, 2}
    assert "Traceback" not in ended.out + ended.err
    assert "a mistake in this command" not in ended.out + ended.err, ended.err
    if ended.status == 2:
        assert ended.out == ""
        assert ended.err.strip().endswith("."), ended.err
        assert ended.err.replace("\n", "").isprintable(), ended.err


IN_ONE_FOLDER = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
"""The folder of a test is the same for all examples: each writes its files anew."""

FEWER = settings(IN_ONE_FOLDER, max_examples=6)
"""For inputs of which one takes a quarter of a second."""


def written(folder: Path, value: Any) -> str:
    file = folder / "input.json"
    file.write_text(json.dumps(value))
    return str(file)


def check_stack(file: str) -> None:
    """See that anybody who reads a state or a preview ends as it should."""
    check(run("access", "--from", file))
    check(run("rehearse", "--from", file))
    check(run("audit", file))


@IN_ONE_FOLDER
@given(value=spoiled(OUTPUT))
def test_spoiled_outputs(tmp_path: Path, value: Any) -> None:
    file = written(tmp_path, value)
    page, evidence = str(tmp_path / "page.html"), str(tmp_path / "page.md")
    check(run("access", "--from", file, "--html", page, "--markdown", evidence))
    check(run("access", "--from", file, "--json"))
    check(run("workflow", "storefront", "--from", file))
    check(run("trail", "storefront", "--from", file))


@IN_ONE_FOLDER
@given(value=spoiled(STATE))
def test_spoiled_states(tmp_path: Path, value: Any) -> None:
    check_stack(written(tmp_path, value))


@FEWER
@given(value=spoiled(PREVIEW))
@example(
    value=spoil(PREVIEW, [(("steps", number, "op"), {}) for number in range(len(PREVIEW["steps"]))])
)
def test_spoiled_previews(tmp_path: Path, value: Any) -> None:
    check_stack(written(tmp_path, value))


@FEWER
@given(value=spoiled(EVENTS))
def test_spoiled_events(tmp_path: Path, value: Any) -> None:
    file = tmp_path / "events.json"
    file.write_text("\n".join(json.dumps(event, separators=(",", ":")) for event in value))
    check_stack(str(file))


@IN_ONE_FOLDER
@given(value=spoiled(TRUST))
def test_spoiled_trust_policies(tmp_path: Path, value: Any) -> None:
    check(run("audit", written(tmp_path, value)))
    check(run("audit", written(tmp_path, value), "--json"))


@IN_ONE_FOLDER
@given(value=spoiled(CLAIMS))
def test_spoiled_claims(tmp_path: Path, value: Any) -> None:
    state = str(_KEPT / "exported" / "prod.json")
    check(run("rehearse", "--from", state, "--claims", written(tmp_path, value)))


BYTES: dict[str, bytes] = {
    "nothing": b"",
    "no-utf8": b'{"a": "\xff"}',
    "utf16": "hello".encode("utf-16"),
    "nested": b"[" * 200_000,
    "nested-objects": b'{"a":' * 100_000,
    "long-number": b'[{"owner_id": ' + b"9" * 10_000 + b"}]",
    "half": b'[{"stack": "prod"',
    "text": b"hello",
    "yaml": b"a: b\n",
    "token": b"a.b.c",
    "dots": b"." * 1000,
    "control": b"\x00\x1b[2J",
    "twice": b'{"Version": "2012-10-17", "Version": "2008-10-17"}',
}
COMMANDS = {
    "access": ("access", "--from", "{}"),
    "rehearse": ("rehearse", "--from", "{}"),
    "claims": ("rehearse", "--from", str(_KEPT / "exported" / "prod.json"), "--claims", "{}"),
    "audit": ("audit", "{}"),
    "workflow": ("workflow", "storefront", "--from", "{}"),
    "trail": ("trail", "storefront", "--from", "{}"),
    "drift": ("drift", "--from", "{}"),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_bytes_that_are_no_input(tmp_path: Path, command: str) -> None:
    for name, content in BYTES.items():
        file = tmp_path / f"{name}.json"
        file.write_bytes(content)
        started = time.process_time()
        ended = run(*(word.format(file) for word in COMMANDS[command]))
        check(ended)
        assert ended.status == 2, (name, ended)
        assert time.process_time() - started < SECONDS


MEASURED = """
import resource, subprocess, sys
ended = subprocess.run([sys.executable, "-m", "keyless", *sys.argv[1:]], capture_output=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(ended.returncode)
"""
"""Run by a process of its own, since a process counts what its parent took before it began."""

LARGE: dict[str, Callable[[], str]] = {
    "lists": lambda: f"[{'[],' * 5_000_000}[]]",
    "entries": lambda: json.dumps([{**OUTPUT[0], "branches": [1] * 400_000}]),
    "names": lambda: json.dumps([dict.fromkeys(map(str, range(200_000)), 1)]),
}
"""What took several times as much while each value or each error was an object."""


@pytest.mark.parametrize("content", LARGE)
def test_memory_is_that_of_a_few_times_the_file(tmp_path: Path, content: str) -> None:
    file = tmp_path / "large.json"
    file.write_text(LARGE[content]())
    ended = subprocess.run(
        [sys.executable, "-c", MEASURED, "access", "--from", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert int(ended.stderr) * 1024 < 128 * 2**20 + 6 * file.stat().st_size


@pytest.mark.parametrize("command", COMMANDS)
def test_files_that_are_none(tmp_path: Path, command: str) -> None:
    (tmp_path / "circle").symlink_to("circle")
    os.mkfifo(tmp_path / "pipe")
    for name in (".", "circle", "pipe", "missing", "x" * 300, "a\nb", "\x1b[2J"):
        ended = run(*(word.format(tmp_path / name) for word in COMMANDS[command]))
        check(ended)
        assert ended.status == 2, (name, ended)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("command", ["workflow", "trail", "rehearse"])
def test_names_that_are_asked_for(command: str, name: str) -> None:
    folder = "exported" if command == "rehearse" else "data"
    source = str(_KEPT / folder / "prod.json")
    check(run(command, "--from", source, "--", name))
    check(run(command, "--from", source, "--", "storefront", name))


class Elements(HTMLParser):
    """The elements of a page, its scripts and what reacts to events."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.risky: list[tuple[str, str | None]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.risky += [
            (key, value)
            for key, value in attrs
            if key.startswith("on") or (value or "").strip().lower().startswith("javascript:")
        ]


def with_name(name: str) -> list[dict[str, Any]]:
    """Return the outputs with one text wherever any printable text may stand."""
    spoiled = copy.deepcopy(OUTPUT)
    role = spoiled[0]
    role["approval"]["users"] = [name]
    role["approval"]["teams"] = [name]
    role["branches"] = [name]
    role["tags"] = [name]
    for permission in role["permissions"]:
        permission["summary"] = name
        permission["preset"] = name
    return spoiled


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[list[list[str]]]:
    """Return the elements of pages for two harmless names; the second is a pattern, too."""
    made = (shown(tmp_path_factory.mktemp("plain"), with_name(name)) for name in ("plain", "[a]"))
    return [[each.tags for each in rendered(*pages)] for pages in made]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_inert_on_pages(
    tmp_path: Path, name: str, plain: list[list[list[str]]]
) -> None:
    page, evidence = shown(tmp_path, with_name(name))
    if not name.isprintable():
        assert page is None
        return
    found = rendered(page, evidence)
    assert [each.risky for each in found] == [[], []]
    assert [each.tags for each in found] in plain


def rendered(page: str, evidence: str) -> list[Elements]:
    return [Elements(page), Elements(MarkdownIt().enable("table").render(evidence))]


def shown(folder: Path, value: Any) -> tuple[Any, Any]:
    """Return the page and the evidence that are written, or None for each where none is."""
    page, evidence = folder / "page.html", folder / "page.md"
    source = written(folder, value)
    ended = run("access", "--from", source, "--html", str(page), "--markdown", str(evidence))
    check(ended)
    assert "\x1b" not in ended.out
    if ended.status == 2:
        assert list(folder.glob("page.*")) == []
        return None, None
    return page.read_text(), evidence.read_text()


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize(
    "field", ["stack", "region", "variable", "repository", "function", "role_arn"]
)
def test_hostile_names_are_refused_where_a_pattern_holds(
    tmp_path: Path, field: str, name: str
) -> None:
    spoiled = copy.deepcopy(OUTPUT)
    spoiled[0][field] = name
    assert shown(tmp_path, spoiled) == (None, None)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_inert_in_workflows_and_queries(tmp_path: Path, name: str) -> None:
    source, repository = written(tmp_path, with_name(name)), str(OUTPUT[0]["repository"])
    workflow = run("workflow", "--from", source, "--", repository)
    query = run("trail", "--from", source, "--", repository)
    check(workflow)
    check(query)
    refused = 0 if name.isprintable() else 2
    # The other role of the environment keeps its branches: no one workflow starts both.
    assert (workflow.status, query.status) == (refused or 1, refused)
    for document in yaml.safe_load_all(workflow.out):
        check_workflow(document, name)
    check_query(query.out)


def check_workflow(document: Any, name: str) -> None:
    """See that no step runs what a name says, and that nothing but the template is evaluated."""
    for job in document["jobs"].values():
        for step in job.get("steps", ()):
            assert name not in step.get("run", "")
    assert "${{ github.token" not in json.dumps(document)


def check_query(query: str) -> None:
    """See that every quote is closed: outside of texts and comments nothing came from a name."""
    bare = re.sub(r"'(?:[^']|'')*'", "''", re.sub(r"^\s*--.*$", "", query, flags=re.MULTILINE))
    assert "DROP" not in bare
    assert "1=1" not in bare
    assert "'" not in bare.replace("''", "")
