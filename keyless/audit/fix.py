"""Write the plain trust policy into the file that contains the one to replace.

Only where one policy says all that the old one says, and nothing has to be looked up: ids are never
made up. A bare trust policy is written anew, and one document of a template of CloudFormation; any
other file is what a tool has written, and the program that made it has to change. What is written
into a template is read again before it replaces the file.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from keyless.audit.assessment import AssessedRole, Audit
from keyless.audit.cloudformation import template_roles
from keyless.audit.template_text import read_template
from keyless.command_line.input_file import read_text
from keyless.command_line.written_file import write_whole
from keyless.rules.trust_rewrite import Rewrite
from keyless.text.json_text import read_json
from keyless.yaml_nodes import Items, Node, Scalar, Table

_TOKEN = "KEYLESSPROVIDER"  # noqa: S105 - stands for what a template says in its own words
_INDENTED = re.compile(r"\n([ \t]+)\S")


@dataclass(frozen=True)
class Fix:
    """One role of a file, and why nothing was written for it; `why` is empty where it was."""

    file: str
    name: str
    why: str = ""

    @property
    def sentence(self) -> str:
        """What was done, in one line."""
        where = self.file if self.name == self.file else f"{self.file}: {self.name}"
        return f"{where}: not written. {self.why}" if self.why else f"{where}: written"


class _UnfixableError(Exception):
    """Say in sentences why a file is left as it is."""


def fix_files(audit: Audit, paths: Mapping[str, str]) -> Iterator[Fix]:
    """Write what can be written, and yield an answer for each role whose trust has to change.

    `paths` are those of the files by their labels. Raises CommandError where a file cannot be read
    or written.
    """
    by_file: dict[str, list[AssessedRole]] = {}
    for role in audit.roles:
        rewrite = role.assessment.rewrite
        if rewrite.documents or rewrite.why:
            by_file.setdefault(role.file, []).append(role)
    for label, roles in by_file.items():
        yield from _fix_file(label, paths.get(label), roles)


def _fix_file(label: str, path: str | None, roles: Sequence[AssessedRole]) -> Iterator[Fix]:
    text = read_text(path) if path else ""
    before = text
    for role in roles:
        try:
            text = _fixed(text, role)
        except _UnfixableError as problem:
            yield Fix(label, role.name, str(problem))
        else:
            yield Fix(label, role.name)
    if path and text != before:
        write_whole(Path(path), text)


def _fixed(text: str, role: AssessedRole) -> str:
    document = _decided(role.assessment.rewrite)
    if _is_bare_policy(text):
        return _bare(text, document)
    if role.place and template_roles(text) is not None:
        return _templated(text, role.place, document)
    raise _UnfixableError(
        "The file is what a tool has written. Change the program that it comes from: the policy "
        "to write is below."
    )


def _decided(rewrite: Rewrite) -> Mapping[str, Any]:
    """Return the one policy that says everything, or say what is missing."""
    if not rewrite.documents:
        raise _UnfixableError(f"No policy can take its place: {rewrite.why}.")
    if len(rewrite.documents) > 1:
        raise _UnfixableError(
            f"It serves {len(rewrite.documents)} contexts, and a role serves one. Write a role for "
            "each."
        )
    if rewrite.fill_in:
        missing = " ".join(
            f"<{one.text}> is missing{f': `{one.command}` says it' if one.command else ''}."
            for one in rewrite.fill_in
        )
        raise _UnfixableError(f"{missing} Nothing is made up.")
    if rewrite.template_of:
        raise _UnfixableError(
            f"The subject template of {rewrite.template_of} has to be reset to GitHub's default "
            "first."
        )
    if rewrite.left_out:
        raise _UnfixableError(
            f"It would be without {', '.join(rewrite.left_out)}. Write it by hand if nobody needs "
            "that."
        )
    return rewrite.documents[0]


def _is_bare_policy(text: str) -> bool:
    try:
        decoded = read_json(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(decoded, dict) and "Statement" in decoded


def _bare(text: str, document: Mapping[str, Any]) -> str:
    """Write a document with the indentation of the old one; one on a line stays on a line."""
    end = "\n" if text.endswith("\n") else ""
    found = _INDENTED.search(text)
    return json.dumps(document, indent=found[1] if found else None) + end


def _templated(text: str, logical_id: str, document: Mapping[str, Any]) -> str:
    """Put a document in the place of a role's in a template, and read the template again."""
    old = _old_document(text, logical_id)
    made = f"{text[: old.place.start]}{_in_place(text, old, document)}{text[_end_of(old) :]}"
    read = {role.logical_id: role.document for role in template_roles(made) or ()}
    if read.get(logical_id) != document:
        raise _UnfixableError(
            "What the template would say then is something else. Write it by hand: the policy is "
            "below."
        )
    return made


def _old_document(text: str, logical_id: str) -> Table:
    found = read_template(text)
    for key in ("Resources", logical_id, "Properties", "AssumeRolePolicyDocument"):
        found = _value(found, key)
    if not isinstance(found, Table):
        raise _UnfixableError("Its policy is no mapping. Write it by hand: the policy is below.")
    return found


def _value(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Table) else None


def _in_place(text: str, old: Table, document: Mapping[str, Any]) -> str:
    """Return the text of a document at the place of the old one, in its style."""
    provider, shown = _provider(text, old), _with_provider(document)
    if old.is_flow:
        line = text[: old.place.start].rpartition("\n")[2]
        indent = line[: len(line) - len(line.lstrip())]
        is_long = "\n" in text[old.place.start : old.place.end]
        made = json.dumps(shown, indent=2 if is_long else None).replace("\n", f"\n{indent}")
        return made.replace(f'"{_TOKEN}"', provider)
    indent = " " * (old.place.column - 1)
    made = yaml.safe_dump(dict(shown), sort_keys=False, width=1_000_000).rstrip("\n")
    return made.replace("\n", f"\n{indent}").replace(_TOKEN, provider)


def _provider(text: str, old: Table) -> str:
    """Return how a template writes the provider: its account may be a pseudo parameter."""
    written = {text[each.place.start : each.place.end] for each in _federated(old)}
    if len(written) != 1 or (not old.is_flow and any("\n" in each for each in written)):
        raise _UnfixableError(
            "How it names the provider cannot be kept. Write it by hand: the policy is below."
        )
    (one,) = written
    return one


def _federated(old: Node) -> Iterator[Node]:
    statements = _value(old, "Statement")
    for statement in statements.items if isinstance(statements, Items) else [statements]:
        found = _value(_value(statement, "Principal"), "Federated")
        if isinstance(found, Items) and found.tag is None:
            yield from found.items
        elif found is not None:
            yield found


def _with_provider(document: Mapping[str, Any]) -> Mapping[str, Any]:
    statements = [
        {**statement, "Principal": {"Federated": _TOKEN}} for statement in document["Statement"]
    ]
    return {**document, "Statement": statements}


def _end_of(node: Node) -> int:
    """Return where the last value of a node ends: what follows it may be a comment."""
    if isinstance(node, Scalar) or node.is_flow:
        return node.place.end
    inner = node.items if isinstance(node, Items) else [value for _, value in node.entries]
    return max(map(_end_of, inner), default=node.place.end)
