"""Read the text of a template of CloudFormation, SAM or the CDK, written in JSON or YAML.

Words have the meaning of YAML 1.1, a day apart, which is text. What a template says is read in
`cloudformation`.

Sources: AWS CloudFormation user guide, "CloudFormation template format" (what of YAML is not
taken), "CloudFormation quotas" and "Intrinsic function reference" (short forms).
"""

import re
from typing import Any, Final

import yaml

from keyless.text.json_text import ConstantError, read_json
from keyless.yaml_nodes import Dialect, Fault, Items, Node, Scalar, UnreadableYamlError, read_nodes

LARGEST_BYTES = 1_000_000
"""Bytes of a template ("CloudFormation quotas")."""

_UNREAD = "Nothing of the template can be read"
_TEMPLATE: Final = Dialect(
    says={
        Fault.NO_TEXT: f"{_UNREAD}. Save it as plain text.",
        Fault.SYNTAX: f"{_UNREAD}. Mend it.",
        Fault.SECOND_DOCUMENT: "A template is one. Write one file each.",
        Fault.TAG: "CloudFormation does not take it. Leave it out.",
        Fault.MERGE_KEY: "CloudFormation does not take it. Write the keys out.",
        Fault.KEY_NO_TEXT: "JSON has no such key. Write a name.",
        Fault.DUPLICATE_KEY: "Readers differ on which of the two counts. Keep one.",
        Fault.ALIAS: "CloudFormation takes none. Write the value out.",
        Fault.TOO_DEEP: f"{_UNREAD}. Write it out plainly.",
        Fault.TOO_MANY_VALUES: f"{_UNREAD}. Hand in the smaller ones that are deployed.",
        Fault.TOO_MANY_CHARACTERS: f"{_UNREAD}. Hand in the smaller ones that are deployed.",
    },
    tags=re.compile(r"!\w*|tag:yaml\.org,2002:(?:str|seq|map)"),
    takes_aliases=False,
    deepest=100,
    most_values=LARGEST_BYTES,
    most_characters=LARGEST_BYTES,
)
_WORDS: Any = yaml.SafeLoader("")
_YAML = "tag:yaml.org,2002:"
_NO_TEXT = frozenset(f"{_YAML}{kind}" for kind in ("null", "bool", "int", "float"))


def read_template(text: str) -> Node | None:
    """Return the nodes of a template. Raises UnreadableYamlError."""
    if len(text) > LARGEST_BYTES:
        raise UnreadableYamlError(
            (
                0,
                f"a template of more than {LARGEST_BYTES} bytes. CloudFormation takes no such "
                "template. Hand in the smaller ones that are deployed.",
            )
        )
    _refuse_constants(text)
    return read_nodes(text, _TEMPLATE)


def _refuse_constants(text: str) -> None:
    """Raise UnreadableYamlError for a template in JSON with a constant, a text to YAML."""
    try:
        read_json(text)
    except ConstantError as error:
        says = f"{error}. Readers differ on what it is. Write a text, or a number."
        raise UnreadableYamlError((0, says)) from None
    except (ValueError, RecursionError):
        return


def plain(node: Node | None) -> Any:
    """Return what a node says, the short forms of intrinsic functions as the long ones."""
    if node is None or node.tag is None or not node.tag.strip("!") or node.tag.startswith(_YAML):
        return _plain(node)
    name = node.tag.removeprefix("!")
    value = node.text if isinstance(node, Scalar) else _plain(node)
    return {name if name in {"Ref", "Condition"} else f"Fn::{name}": value}


def _plain(node: Node | None) -> Any:
    if node is None:
        return None
    if isinstance(node, Scalar):
        return _word(node.text) if node.is_plain else node.text
    if isinstance(node, Items):
        return [plain(item) for item in node.items]
    return {key.text: plain(value) for key, value in node.entries}


def _word(text: str) -> Any:
    """Return what an unquoted word means in YAML 1.1."""
    tag = _WORDS.resolve(yaml.ScalarNode, text, (True, False))
    if tag not in _NO_TEXT:
        return text
    try:
        return yaml.SafeLoader.yaml_constructors[tag](_WORDS, yaml.ScalarNode(tag, text))
    except ValueError:
        return text
