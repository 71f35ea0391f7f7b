"""Write the page of outputs: every key of `access`, and the sample estate's first entry."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from docs.generate.markdown import block, code, joined, table
from keyless.estate.access_output import access_output
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.estate.reading import read_settings
from sandbox.sample import sample_file

ROOT = Path(__file__).parents[2]

KEYS: Mapping[str, str] = {
    "stack": "The stack that provisioned the role.",
    "account": "The AWS account, 12 digits.",
    "partition": "The AWS partition: `aws`, `aws-cn`, `aws-us-gov` or `aws-eusc`.",
    "region": "The region of the role's work: the environment's, else the stack's.",
    "issuer": "The issuer of the tokens that the role trusts.",
    "owner": "The GitHub owner, in GitHub's own letter case.",
    "owner_id": "The owner's number, as pinned.",
    "repository": "The repository, in GitHub's own letter case.",
    "repository_id": "The repository's number, as pinned.",
    "context": "`environment/NAME`, `branch/NAME`, `pull_requests` or `whole_repository`.",
    "function": "The function of the role in its context, such as `deploy`.",
    "role_arn": "The role.",
    "subjects": "The subjects that are let in: name-based, then immutable.",
    "refs": "The refs that the trust policy asks for; empty where the environment alone decides.",
    "workflows": "The workflow files that alone may assume the role; empty where any may.",
    "approval": "What the environment asks for before a job starts; null for other contexts.",
    "branches": "The branch patterns that may deploy, or the one branch of the context.",
    "tags": "The tag patterns that may deploy.",
    "name_prefix": "In a review environment, what the names of all that the role writes begin "
    "with; null elsewhere.",
    "variable": "The variable that tells a workflow the role.",
    "session_minutes": "How long a session is meant to last; a workflow asks for it.",
    "until": "The day from whose beginning, in UTC, nobody gets in any more; null if none is set.",
    "permissions": "Each preset with one line of what it grants, its access and its statements.",
    "assumes": "The roles that the preset `assume` goes on to. `keyless access` prints the trust "
    "policy that each of them needs.",
}
APPROVAL: Mapping[str, str] = {
    "users": "Logins of those who approve.",
    "teams": "Slugs of teams that approve.",
    "prevent_self_review": "Whether the person who started a deployment may not approve it.",
    "admins_bypass": "Whether administrators may skip reviewers and timer.",
    "wait_minutes": "Minutes that a job waits.",
}
PERMISSIONS: Mapping[str, str] = {
    "preset": "The preset's name.",
    "summary": "What it grants, in one line.",
    "access": "`read`, `write` or `permissions`: the widest of it.",
    "statements": "What is allowed; empty for managed policies, and in outputs of version 0.1.",
}
STATEMENTS: Mapping[str, str] = {
    "actions": "The actions, wildcards as written.",
    "resources": "The ARNs.",
    "conditions": "`OPERATOR KEY: VALUE`, one for each value.",
}

INTRODUCTION = """\
# Outputs

Generated from `keyless/estate/access_output.py` by `python -m docs.generate`.

A stack has one output, `access`: a list with an entry for each role. It contains no secret.
`pulumi stack output access --json` prints it, and [`keyless`](commands.md) reads it."""


def page() -> str:
    """Return the whole page."""
    return joined(
        [
            INTRODUCTION,
            _keys(KEYS),
            "## approval",
            _keys(APPROVAL),
            "## permissions",
            _keys(PERMISSIONS),
            "## statements",
            _keys(STATEMENTS),
            "## An entry",
            "The migration role of `storefront` in the sample estate:",
            block(json.dumps(_entry("storefront", "migrate"), indent=2), "json"),
        ]
    )


def sample_access() -> list[dict[str, Any]]:
    """Return the output of the stack file `Pulumi.prod.yaml`, its names taken as typed."""
    config = yaml.safe_load(sample_file("Pulumi.prod.yaml").read_text("utf-8"))["config"]
    settings = read_settings(config, stack="prod", root=ROOT)
    return access_output(settings, compose_roles(settings, as_typed(settings)))


def _entry(repository: str, function: str) -> dict[str, Any]:
    return next(
        entry
        for entry in sample_access()
        if (entry["repository"], entry["function"]) == (repository, function)
    )


def _keys(described: Mapping[str, str]) -> str:
    return table(("key", "what"), [(code(key), what) for key, what in described.items()])
