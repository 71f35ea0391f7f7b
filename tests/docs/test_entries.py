"""The entries and permissions that guides show: the settings read them, and the pack judges them.

`<!-- permissions -->` is before permissions that pass behind a reviewed environment, and
`<!-- excepted -->` before those that need an exception there.
"""

import json
import re
from typing import Any

import pytest

from keyless.estate.reading import read_settings
from keyless.estate.reading.yaml_text import read_yaml
from keyless.estate.settings import Settings
from tests.docs.pages import DOCS, ROOT
from tests.policypack.analyzer import Pack
from tests.policypack.written import blocked, declared, tolerated

GUIDES = ("terraform", "several-accounts", "review-environments", "exceptions", "many-stacks")
_YAML = re.compile(r"(?:<!-- (?P<mark>\w+) -->\n)?```yaml\n(?P<text>.*?)```\n", re.DOTALL)


def entry_with(permission: dict[str, Any]) -> dict[str, Any]:
    """Return an entry whose role is behind a reviewed environment."""
    production = {
        "deploy_from": {"branches": ["main"]},
        "reviewers": {"teams": ["leads"]},
        "roles": {"deploy": {"permissions": [permission]}},
    }
    return {"storefront": {"id": 811223344, "environments": {"production": production}}}


def shown(*marks: str | None) -> list[Any]:
    """Return the entries of all guides behind some marks; permissions each in an entry."""
    found = []
    for guide in GUIDES:
        page = (DOCS / "guides" / f"{guide}.md").read_text("utf-8")
        for number, block in enumerate(_YAML.finditer(page), start=1):
            content: Any = read_yaml(block["text"])
            name = f"{guide}-{number}"
            if block["mark"] not in marks:
                continue
            if block["mark"]:
                found += [pytest.param(entry_with(each), id=name) for each in content]
            elif all(isinstance(each, dict) and "id" in each for each in content.values()):
                found.append(pytest.param(content, id=name))
    return found


def written(repositories: dict[str, Any]) -> Settings:
    config = {
        "github:owner": "acme",
        "aws:region": "eu-west-1",
        "aws:allowedAccountIds": ["222222222222"],
        "keyless:owner_id": 9919,
        "keyless:repositories": repositories,
    }
    return read_settings(config, stack="prod", root=ROOT)


@pytest.mark.parametrize("entries", shown(None, "permissions"))
def test_what_a_guide_shows_passes(pack: Pack, entries: dict[str, Any]) -> None:
    settings = written(entries)
    assert blocked(pack, declared(settings), {"settings": tolerated(settings)}) == []


@pytest.mark.parametrize("entries", shown("excepted"))
def test_broad_rights_need_an_exception_that_a_change_voids(
    pack: Pack, entries: dict[str, Any]
) -> None:
    resources = declared(written(entries))
    proposed = {json.dumps(each.proposed): each.proposed for each in blocked(pack, resources, {})}
    exceptions = {"exceptions": list(proposed.values())}
    assert proposed
    assert blocked(pack, resources, exceptions) == []
    changed = [
        each.but(
            policy=str(each.properties.get("policy", "")).replace("rds:*", "kms:*") or None,
            permissionsBoundary=each.properties.get("permissionsBoundary")
            and "arn:aws:iam::222222222222:policy/other",
        )
        for each in resources
    ]
    assert "is for another document" in blocked(pack, changed, exceptions)[0].sentence
