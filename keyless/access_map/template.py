"""What pages share: templates, style, and the digests that let a page run its own parts alone.

A page forbids itself everything else; see the Content-Security-Policy in its template.
"""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

FOLDER = Path(__file__).parent / "page"


def read_style() -> str:
    """Return the one style sheet of all pages."""
    return (FOLDER / "page.css").read_text("utf-8")


def page_template(file: Path, shown: Callable[[object], object] | None = None) -> Template:
    """Return a template of HTML; `shown` changes each value before it is escaped."""
    environment = Environment(
        loader=FileSystemLoader(file.parent),
        autoescape=True,
        finalize=shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(file.name)


def source_digest(text: str) -> str:
    """Return the base64 SHA-256 of a style or script, as a Content-Security-Policy names it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
