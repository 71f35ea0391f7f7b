"""The report as one page, in the style of the access map: nothing is loaded, nothing is sent."""

import base64
import hashlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from keyless import access_map
from keyless.adopt.changes import changes_by_repository, last_used_phrase, unused_phrase
from keyless.adopt.report import NO_TRAIL, ROLES_TITLE, RULES_OF_APPS, TITLES, steps, summary
from keyless.text.printable import printable

_FOLDER = Path(__file__).parent
_STYLE = Path(access_map.__file__).parent / "page" / "page.css"


def report_html(listing: Mapping[str, Any], stack: str) -> str:
    """Render the page; `listing` is that of `adopt_listing`."""
    style = _STYLE.read_text("utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return (
        _templates()
        .get_template("report.html.j2")
        .render(
            style=Markup(style),  # noqa: S704 - a file of this project
            style_digest=digest,
            listing=listing,
            stack=stack,
            owner=listing["owner"],
            account=listing["account"],
            summary=summary(listing),
            steps=steps(stack),
            decisions=Counter(role["decision"] for role in listing["roles"]),
            tightened=sum(one["decision"] == "tighten" for one in listing["environments"]),
            changes=changes_by_repository(listing),
            titles=TITLES,
            roles_title=ROLES_TITLE,
            no_trail=NO_TRAIL,
            rules_of_apps=RULES_OF_APPS,
            last_used=last_used_phrase,
            unused=unused_phrase,
            yaml=_as_yaml,
        )
    )


def _as_yaml(entry: Mapping[str, Any]) -> str:
    text: str = yaml.safe_dump(dict(entry), sort_keys=False, width=100)
    return text


def _shown(value: object) -> object:
    """Escape what could move a cursor, for those who read the page in a terminal."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "\n".join(printable(line, len(line) * 6) for line in value.split("\n"))


def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        finalize=_shown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
