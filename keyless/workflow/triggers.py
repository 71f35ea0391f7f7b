"""Read the triggers of a workflow that a repository has, to keep them as they are written."""

from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import file_label, read_bytes
from keyless.jobs.edits import Document, Edits, document
from keyless.jobs.workflow import read_workflow
from keyless.jobs.workflow_text import LARGEST_BYTES, UnreadableFileError, read_file


def triggers_of(name: str) -> str:
    """Return the `on` of a workflow file as it is written, comments in it included.

    Raises CommandError for a file that GitHub does not run, and for an `on` that needs the rest.
    """
    label = file_label(name)
    content = read_bytes(name, largest=LARGEST_BYTES)
    try:
        workflow = read_workflow(label, read_file(content))
    except UnreadableFileError as error:
        raise CommandError(f"{label}:{error.line}: {error.sentence}") from None
    edits = Edits(content.decode("utf-8-sig"), workflow.node)
    source = edits.source(workflow.node, "on").replace("\r\n", "\n")
    if _said(source) != {"on": document(workflow.node.get("on"))}:
        raise CommandError(
            f"{label}:{workflow.line_of('on')}: the triggers cannot be taken out of the file. They "
            "are in braces with the rest, or name an anchor of it. Write on: by itself."
        )
    return source


def _said(source: str) -> Document:
    try:
        return document(read_file(source.encode()))
    except UnreadableFileError:
        return None
