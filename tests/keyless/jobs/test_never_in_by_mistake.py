"""What `jobs` lets in, the role's own judgement lets in, and GitHub's patterns let deploy.

The token is minted here by hand from the row alone, with nothing of the rooms under test.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.jobs.stack_file import settings_of
from keyless.ref_patterns import admits_any
from keyless.trust import judge
from tests.keyless.jobs.made import CONFIGURE, answer

pytestmark = pytest.mark.usefixtures("judged_once")

VARIABLES = (
    "vars.AWS_ROLE_ARN",
    "vars.AWS_ROLE_ARN_MIGRATE",
    "vars.AWS_ROLE_ARN_PROD_BRANCH_MAIN_APPLY",
    "vars.AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN",
    "secrets.ROLE",
    "github.ref == 'refs/heads/main' && vars.AWS_ROLE_ARN || secrets.ROLE",
)
ENVIRONMENTS = (
    None,
    "production",
    "Staging",
    "queue",
    "nowhere",
    "${{ github.ref_name }}",
    "${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}",
    "${{ startsWith(github.ref, 'refs/tags/v') && 'production' || '' }}",
    "${{ vars.STAGE || 'production' }}",
)
EVENTS = (
    "push",
    "pull_request",
    "pull_request_target",
    "merge_group",
    "release",
    "schedule: [{cron: '1 1 * * *'}]",
    "workflow_dispatch",
    "push: {branches: ['**', '!main']}",
    "push: {tags: ['v*', 'x-*']}",
    "push: {branches-ignore: [develop]}",
)
CONDITIONS = (
    None,
    "github.ref == 'refs/heads/main'",
    "startsWith(github.ref, 'refs/heads/release/')",
    "github.event_name != 'pull_request'",
    "contains(github.ref, 'dev') || always()",
)
RIGHTS = ("write-all", "read-all", "{id-token: write}", "{contents: write}")
AUDIENCES = (None, "sts.amazonaws.com", "https://github.com/acme")


@st.composite
def workflows(draw: st.DrawFn) -> str:
    event = draw(st.sampled_from(EVENTS))
    lines = ["on:", f"  {event if ':' in event else event + ':'}", "jobs:", "  deploy:"]
    lines += ["    runs-on: x", f"    permissions: {draw(st.sampled_from(RIGHTS))}"]
    if (environment := draw(st.sampled_from(ENVIRONMENTS))) is not None:
        lines.append(f"    environment: {environment}")
    if (condition := draw(st.sampled_from(CONDITIONS))) is not None:
        lines.append(f"    if: {condition}")
    lines += ["    steps:", f"      - uses: {CONFIGURE}", "        with:"]
    lines.append(f"          role-to-assume: ${{{{ {draw(st.sampled_from(VARIABLES))} }}}}")
    if (audience := draw(st.sampled_from(AUDIENCES))) is not None:
        lines.append(f"          audience: {audience}")
    return "\n".join(lines) + "\n"


def _ref(row: dict[str, Any]) -> str:
    if row["ref"] is None:
        return "refs/pull/3/merge"
    ref: str = row["ref"]
    return ref.removesuffix("*").removesuffix("*") + ("1" if ref.endswith("*") else "")


@given(text=workflows())
@settings(max_examples=60, deadline=None)
def test_a_row_that_is_in_is_admitted_by_the_role_and_by_github(text: str) -> None:
    with TemporaryDirectory() as folder:
        found = answer(Path(folder), {"w.yml": text})
        stack = settings_of(str(Path(folder) / "Pulumi.prod.yaml"), None)
    roles = {access.role_name: access for access in compose_roles(stack, as_typed(stack))}
    for row in found["jobs"]:
        if row["result"] != "in":
            assert row["role"] is None
            continue
        assert "id-token: write" in text or "write-all" in text
        access, ref = roles[row["role"]], _ref(row)
        environment = access.context.name if access.context.kind == "environment" else None
        for subject in row["subjects"]:
            assert judge(access.trust_policy).admits(
                {
                    "iss": "https://token.actions.githubusercontent.com",
                    "aud": "sts.amazonaws.com",
                    "sub": subject,
                    "repository_id": "700100199",
                    "repository_owner_id": "9919",
                    "ref": ref,
                }
            )
        assert "audience: https" not in text
        if environment is not None:
            rules = stack.repositories["shop"].environments[environment].deploy_from
            kind, name = ref.split("/", 2)[1:]
            assert admits_any(rules.branches if kind == "heads" else rules.tags, name)
        else:
            assert "environment:" not in "".join(row["subjects"])
