"""What Pulumi printed of the sample estate's prod stack, trimmed to what a review reads."""

import json
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
STATE = FOLDER / "prod.json"
"""`pulumi stack export` after an `up`."""

PREVIEW = FOLDER / "prod-preview.json"
"""`pulumi preview --json` before the first `up`."""

NOT_KNOWN_YET = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
EMPTY = {"version": 3, "deployment": {"manifest": {"version": "v3.259.0"}, "metadata": {}}}
"""`pulumi stack export` before the first `up`."""


def state() -> dict[str, Any]:
    """Return the exported state, for a test to spoil."""
    loaded: dict[str, Any] = json.loads(STATE.read_text())
    return loaded


def resource(exported: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    """Return one resource of an exported state by the end of its type and by its name."""
    found: dict[str, Any] = next(
        one
        for one in exported["deployment"]["resources"]
        if one["type"].endswith(kind) and one["urn"].split("::", 3)[-1] == name
    )
    return found


def trusting(document: object, name: str = "storefront/environment/production/deploy") -> str:
    """Return the exported state as text, one of its roles having another trust policy."""
    exported = state()
    role = resource(exported, ":Role", name)
    for part in ("inputs", "outputs"):
        role[part]["assumeRolePolicy"] = json.dumps(document)
    return json.dumps(exported)


def trust_policy(name: str = "storefront/environment/production/deploy") -> dict[str, Any]:
    """Return the trust policy of one role, for a test to spoil."""
    role = resource(state(), ":Role", name)
    document: dict[str, Any] = json.loads(role["inputs"]["assumeRolePolicy"])
    return document


def streamed() -> str:
    """Return the preview as the events of a streamed one, which marks what is not known yet."""
    made = [
        {"op": step["op"], "new": {**step["newState"], "outputs": {"arn": NOT_KNOWN_YET}}}
        for step in json.loads(PREVIEW.read_text())["steps"]
    ]
    happened: list[dict[str, Any]] = [{"resOutputsEvent": {"metadata": one}} for one in made]
    happened.append({"summaryEvent": {"result": "succeeded"}})
    events = [{"sequence": number, **event} for number, event in enumerate(happened)]
    return "\n".join(json.dumps(event, separators=(",", ":")) for event in events)
