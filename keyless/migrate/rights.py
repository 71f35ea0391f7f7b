"""The rights of a job's token once it asks for an identity: what it had, and `id-token: write`.

A job without any block has the repository's default, which no file says. A block of its own takes
that away, so that what its steps evidently use is written into it. Source: "Workflow syntax",
permissions, GitHub Docs, and the page of each action.
"""

import re
from collections.abc import Iterable

from keyless.jobs.edits import Edits, Fields, Written
from keyless.jobs.permissions import ID_TOKEN, grants
from keyless.jobs.workflow import Job, Step, Workflow
from keyless.yaml_nodes import Node, Scalar, Table

_SCOPES = (
    "actions",
    "attestations",
    "checks",
    "contents",
    "deployments",
    "discussions",
    "issues",
    "packages",
    "pages",
    "pull-requests",
    "security-events",
    "statuses",
)
"""What `read-all` is in single rights, on github.com and Enterprise Server alike.

github.com alone has `artifact-metadata` and `models`, too ("Workflow syntax", permissions).
"""

ACTIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("actions/attest-build-provenance", ("attestations",)),
    ("actions/create-release", ("contents",)),
    ("actions/deploy-pages", ("pages",)),
    ("actions/labeler", ("pull-requests",)),
    ("actions/stale", ("issues", "pull-requests")),
    ("ad-m/github-push-action", ("contents",)),
    ("chrnorm/deployment-action", ("deployments",)),
    ("chrnorm/deployment-status", ("deployments",)),
    ("dorny/test-reporter", ("checks",)),
    ("github/codeql-action", ("security-events",)),
    ("googleapis/release-please-action", ("contents", "pull-requests")),
    ("marocchino/sticky-pull-request-comment", ("pull-requests",)),
    ("mikepenz/action-junit-report", ("checks",)),
    ("ncipollo/release-action", ("contents",)),
    ("peter-evans/create-or-update-comment", ("issues", "pull-requests")),
    ("peter-evans/create-pull-request", ("contents", "pull-requests")),
    ("peaceiris/actions-gh-pages", ("contents",)),
    ("softprops/action-gh-release", ("contents",)),
    ("stefanzweifel/git-auto-commit-action", ("contents",)),
    ("thollander/actions-comment-pull-request", ("pull-requests",)),
)
"""What actions write by the job's token, by the beginning of their names."""

SCRIPTS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("git push", r"\bgit\s+push\b", ("contents",)),
    ("gh release", r"\bgh\s+release\s+(?:create|edit|upload|delete)\b", ("contents",)),
    ("gh pr", r"\bgh\s+pr\s+(?:comment|create|edit|merge|review|close)\b", ("pull-requests",)),
    ("github.rest.issues", r"\brest\.issues\.\w+", ("issues", "pull-requests")),
    ("github.rest.pulls", r"\brest\.pulls\.\w+", ("pull-requests",)),
    ("github.rest.repos.createRelease", r"\brest\.repos\.(?:create|update)Release", ("contents",)),
    ("github.rest.repos.createDeployment", r"\brest\.repos\.createDeployment", ("deployments",)),
    ("github.rest.checks", r"\brest\.checks\.(?:create|update)\b", ("checks",)),
    ("gh issue", r"\bgh\s+issue\s+(?:comment|create|edit|close)\b", ("issues",)),
    ("ghcr.io", r"\bghcr\.io\b", ("packages",)),
    ("pkg.github.com", r"\b(?:npm|maven|nuget|rubygems)\.pkg\.github\.com\b", ("packages",)),
    ("semantic-release", r"\bsemantic-release\b", ("contents", "issues", "pull-requests")),
)
"""What scripts and inputs write by the job's token: its name, a pattern, and the rights."""


def is_asking(workflow: Workflow, job: Job) -> bool:
    """Tell whether a job may ask for an identity as it is."""
    own = job.node.get("permissions")
    found = grants(workflow.node.get("permissions") if own is None else own)
    return found is not None and found.level(ID_TOKEN) == "write"


def add_rights(
    edits: Edits, workflow: Workflow, job: Job, steps: Iterable[Step]
) -> tuple[Fields, str | None]:
    """Let a job ask for an identity: by an edit of its own block, or by one that is returned.

    The text says what the job may lose; None where it loses nothing.
    """
    if is_asking(workflow, job):
        return {}, None
    own = job.node.get("permissions")
    if isinstance(own, Table) and own.entries:
        right = {ID_TOKEN: Written("write")}
        last, value = own.entries[-1]
        if own.get(ID_TOKEN) is None and not edits.is_flow(own) and isinstance(value, Scalar):
            edits.add_after(own, last.text, right)
        elif own.get(ID_TOKEN) is None:
            edits.add_before(own, own.entries[0][0].text, right)
        else:
            edits.replace(own, ID_TOKEN, right)
        return {}, None
    if own is not None:
        edits.replace(job.node, "permissions", {"permissions": _with_identity(_named(own))})
        return {}, _loss(job, own)
    outer = workflow.node.get("permissions")
    if outer is not None:
        return {"permissions": _with_identity(_named(outer))}, _loss(job, outer)
    used = used_rights(steps)
    said = ", ".join(f"{right}: {level}" for right, level in used.items())
    return {"permissions": _with_identity(used)}, (
        f"the job {job.id} had the repository's default permissions. It has {said} and "
        f"{ID_TOKEN}: write now. Add what else its steps use"
    )


def _loss(job: Job, node: Node) -> str | None:
    """Say what a block that is written out may lack."""
    if not isinstance(node, Scalar) or node.text != "read-all":
        return None
    return (
        f"read-all is written out for the job {job.id}. Add artifact-metadata: read or models: "
        "read if its steps use them"
    )


def used_rights(steps: Iterable[Step]) -> dict[str, str]:
    """Return the rights that steps evidently use, besides reading the code."""
    found = {"contents": "read"}
    for step in steps:
        uses = (step.uses or "").lower()
        text = "\n".join([step.run or "", *(value.text for value in step.inputs.values())])
        for beginning, rights in ACTIONS:
            if uses.startswith(beginning):
                found |= dict.fromkeys(rights, "write")
        for _, pattern, rights in SCRIPTS:
            if re.search(pattern, text):
                found |= dict.fromkeys(rights, "write")
    return found


def _named(node: Node) -> dict[str, str]:
    """Return the rights of a block one by one."""
    if isinstance(node, Scalar):
        return dict.fromkeys(_SCOPES, "read") if node.text == "read-all" else {}
    found = grants(node)
    return dict(found.named) if found else {}


def _with_identity(named: dict[str, str]) -> Fields:
    return {right: Written(level) for right, level in {**named, ID_TOKEN: "write"}.items()}
