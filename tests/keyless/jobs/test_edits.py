"""Property: an edited text parses to the same document outside of the edits, byte for byte."""

import difflib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyless.jobs.edits import ConflictError, Edits, Written, document, written
from keyless.jobs.workflow_text import read_file
from keyless.yaml_nodes import Items, Node, Table
from tests.keyless.migrate.made import CASES, NAMES, PLACE, make, migrate, tree

pytestmark = pytest.mark.usefixtures("judged_once")

PIECES = {
    "name": ["name: shop", "'name': \"it's\"", "name: é😀 # emoji", "name: >-\n  two\n  lines\n"],
    "env": ["env:\n  A: b # c\n  # d\n  B: 'c'", 'env: {A: b, B: "{c}"}', "env: &e\n  A: b"],
    "run": ["run: |\n  one\n\n  # two\n  three  ", "run: 'aws'", "run: |2-\n    x\n   y"],
    "with": ["with: {a: [1, 2], b: c}", "with:\n  a: |+\n    kept\n\n  b: 1", "with:"],
}
ENDS = st.sampled_from(["\n", "\r\n"])


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Draw a list of steps in many ways to write YAML."""
    steps = []
    for number in range(draw(st.integers(1, 4))):
        names = draw(st.lists(st.sampled_from(sorted(PIECES)), min_size=1, unique=True))
        lines = "\n".join(draw(st.sampled_from(PIECES[name])) for name in names)
        lines = lines.replace("&e", f"&e{number}")
        indented = "\n".join(f"    {line}" if line else "" for line in lines.split("\n"))
        steps.append(f"  - {indented.lstrip()}")
        steps.append(draw(st.sampled_from(["", "  # a comment", "# another", "\n"])))
    text = "steps:\n" + "\n".join(steps) + draw(st.sampled_from(["", "\n", "\n\n# end\n"]))
    return text.replace("\n", draw(ENDS))


def tables(node: Node) -> list[Table]:
    if isinstance(node, Items):
        return [table for item in node.items for table in tables(item)]
    if isinstance(node, Table):
        return [node, *(table for _, value in node.entries for table in tables(value))]
    return []


@given(texts(), st.data())
@settings(max_examples=200, deadline=None)
def test_an_edited_text_says_what_was_meant_and_keeps_the_rest(
    text: str, data: st.DataObject
) -> None:
    root = read_file(text.encode())
    assert isinstance(root, Table)
    edits = Edits(text, root)
    steps = root.get("steps")
    assert isinstance(steps, Items)
    inner = [table for table in tables(steps) if table.entries]
    table = data.draw(st.sampled_from(inner))
    key = data.draw(st.sampled_from([key.text for key, _ in table.entries]))
    fields = {"new": Written("${{ vars.X }}", "why"), "more": Written("1")}
    match data.draw(st.sampled_from(["remove", "replace", "before", "insert"])):
        case "remove":
            edits.remove(table, key)
        case "replace":
            edits.replace(table, key, fields)
        case "before":
            edits.add_before(table, key, fields)
        case _:
            edits.insert_item(steps, data.draw(st.integers(0, len(steps.items) - 1)), fields)
    wanted = edits.expected(root)
    try:
        found = edits.apply()
    except ConflictError:
        return
    assert document(read_file(found.encode())) == wanted
    blocks = difflib.SequenceMatcher(None, text.splitlines(True), found.splitlines(True), False)
    changed = [block for block in blocks.get_opcodes() if block[0] != "equal"]
    assert len(changed) <= 2
    assert ("\r\n" in text) == ("\r\n" in found) or not found.count("\n")
    assert "\r\n" not in text or found.count("\n") == found.count("\r\n")


def test_a_text_that_says_something_else_is_not_written() -> None:
    text = "a: {b: 1}\n"
    root = read_file(text.encode())
    assert isinstance(root, Table)
    inner = root.get("a")
    assert isinstance(inner, Table)
    edits = Edits(text, root)
    edits.add_after(inner, "b", {"c": Written("2")})
    with pytest.raises(ConflictError, match=r"^the edited text says something else than was meant"):
        edits.apply()


@given(st.text(max_size=30))
@settings(deadline=None)
def test_a_written_text_is_read_as_itself(text: str) -> None:
    node = read_file(f"a: {written(text).source}\n".encode())
    assert document(node) == {"a": text}


@given(name=st.sampled_from(NAMES), data=st.data())
@settings(max_examples=60, deadline=None)
def test_no_spoiled_file_ends_without_a_sentence(
    name: str, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    text = (CASES / name / "before" / PLACE).read_bytes()
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 20))
    put = data.draw(st.sampled_from([b"", b"{", b"\n", b"  ", b"- ", b"\t", b"&a ", b"*a", b"|"]))
    spoiled = text[:start] + put + text[start + length :]
    checkout = make(tmp_path_factory.mktemp("spoiled"), {PLACE: spoiled})
    ended = migrate(checkout, "--write")
    assert "a mistake in this command" not in ended.err, (spoiled, ended.err)
    if ended.status:
        assert ended.err.strip().endswith(".")
        assert tree(checkout) == {PLACE: spoiled}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"on: push\n" + b"#" * 2_000_000, "more than 1048576 bytes"),
        (b"a: &a [x]\n" + b"".join(b"b%d: [*a, *a]\n" % n for n in range(20000)), "values"),
        (b"on: push\njobs: " + b"{a: " * 2000, "nested more than 50 deep"),
        (b"on: push\njobs:\n  a:\n    steps:\n      - run: aws\n        env:\n"
         b"          AWS_ACCESS_KEY_ID: ${{ " + b"(" * 10_000 + b" secrets.AWS_ACCESS_KEY_ID }}\n",
         "the expression names no single secret"),
        (b"\xff\xfe\x00", "is no UTF-8"),
        (b"", "no mapping at the top level"),
    ],
    ids=["large", "aliases", "deep", "long expression", "no text", "empty"],
)  # fmt: skip
def test_hostile_files_end_with_a_sentence(text: bytes, says: str, tmp_path: Path) -> None:
    ended = migrate(make(tmp_path, {PLACE: text}))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"{PLACE}:")
    assert says in ended.err


def test_a_byte_order_mark_stays(tmp_path: Path) -> None:
    text = (CASES / "site-with-inputs" / "before" / PLACE).read_bytes()
    checkout = make(tmp_path, {PLACE: b"\xef\xbb\xbf" + text})
    migrate(checkout, "--write")
    plain = make(tmp_path / "plain", {PLACE: text})
    migrate(plain, "--write")
    assert tree(checkout)[PLACE] == b"\xef\xbb\xbf" + tree(plain)[PLACE]
