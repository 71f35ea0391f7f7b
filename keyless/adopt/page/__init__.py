"""The report as one page, in the style of the access map: nothing is loaded, nothing is sent."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from markupsafe import Markup

from keyless.access_map.template import page_template, read_style, source_digest
from keyless.adopt.changes import changes_by_repository, last_used_phrase, unused_phrase
from keyless.adopt.report import NO_TRAIL, ROLES_TITLE, RULES_OF_APPS, TITLES, steps, summary
from keyless.estate.reading.yaml_text import as_block
from keyless.text.printable import printable

_TEMPLATE = Path(__file__).with_name("report.html.j2")


def report_html(listing: Mapping[str, Any], stack: str) -> str:
    """Render the page; `listing` is that of `adopt_listing`."""
    style = read_style()
    return page_template(_TEMPLATE, _shown).render(
        style=Markup(style),  # noqa: S704 - a file of this project
        style_digest=source_digest(style),
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
        yaml=as_block,
    )


def _shown(value: object) -> object:
    """Escape what could move a cursor, for those who read the page in a terminal."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "\n".join(printable(line, len(line) * 6) for line in value.split("\n"))
