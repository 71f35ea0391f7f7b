"""Read the text of a workflow file as GitHub reads it: words of YAML 1.2, so `on` is text.

What is in the file, its events and jobs, is read in `workflow`.
"""

import re
from typing import Final

from keyless.yaml_nodes import Dialect, Fault, Node, UnreadableYamlError, read_nodes

LARGEST_BYTES = 1024 * 1024
"""Bytes of a workflow file that GitHub's runner reads (`ParseOptions.MaxFileSize`)."""

_WORKFLOW: Final = Dialect(
    says={
        Fault.NO_TEXT: "GitHub runs nothing of this file. Save it as plain text.",
        Fault.SYNTAX: "GitHub runs nothing of this file. Correct the line.",
        Fault.SECOND_DOCUMENT: "GitHub reads one. Split the file.",
        Fault.TAG: "GitHub knows none. Leave it out.",
        Fault.MERGE_KEY: "GitHub does not read it. Write the keys out.",
        Fault.KEY_NO_TEXT: "Keys are text. Write a name.",
        Fault.DUPLICATE_KEY: "GitHub refuses the file. Keep one.",
        Fault.ALIAS: "GitHub refuses the file. Write the value.",
        Fault.TOO_DEEP: "No workflow is so deep. Write plainer entries.",
        Fault.TOO_MANY_VALUES: "No workflow has so many. Write fewer aliases.",
        Fault.TOO_MANY_CHARACTERS: "No workflow has so many. Write fewer aliases.",
    },
    tags=re.compile(r"!|tag:yaml\.org,2002:.*", re.DOTALL),
    deepest=50,
    most_values=50_000,
    most_characters=50 * LARGEST_BYTES,
)


class UnreadableFileError(Exception):
    """Carry the line, counted from 1, and the sentence about a file that GitHub refuses to run."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(sentence)
        self.line = line
        self.sentence = sentence


def read_file(content: bytes) -> Node | None:
    """Return the one document of a file; None where it is empty.

    Raises UnreadableFileError.
    """
    if len(content) > LARGEST_BYTES:
        raise UnreadableFileError(
            1,
            f"more than {LARGEST_BYTES} bytes. GitHub reads no workflow of that size. Split it.",
        )
    try:
        return read_nodes(content.decode("utf-8-sig"), _WORKFLOW)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise UnreadableFileError(
            line, f"byte 0x{content[error.start]:02x} is no UTF-8. Save the file as UTF-8."
        ) from None
    except UnreadableYamlError as error:
        line, sentence = error.found[0]
        raise UnreadableFileError(line or 1, sentence) from None
