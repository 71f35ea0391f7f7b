"""Each kind of finding: found where it is, and nowhere else."""

import pytest

from keyless.access_map.findings import FINDING_KINDS, findings_of
from tests.keyless.data import PROD, STAGING, roles, spoiled

TIGHT = {
    "users": ["mona"],
    "teams": [],
    "prevent_self_review": True,
    "admins_bypass": False,
    "wait_minutes": 0,
}


def found(**changes: object) -> list[str]:
    return [f"{finding.kind.id}: {finding.sentence}" for finding in findings_of(spoiled(**changes))]


def test_tight_role_has_none() -> None:
    assert found() == []


def test_whole_repository() -> None:
    assert found(context="whole_repository", approval=None) == [
        "whole-repository: context whole_repository. Every branch, tag, environment and pull "
        "request of the repository gets in. Name an environment instead."
    ]


@pytest.mark.parametrize("access", ["write", "permissions"])
def test_pull_requests_write(access: str) -> None:
    permissions = [{"preset": "statement", "summary": "iam:PassRole", "access": access}]
    first = found(context="pull_requests", approval=None, permissions=permissions)[0]
    assert first == (
        f"pull-requests-write: context pull_requests with {access} access. Code that nobody has "
        "reviewed yet can change things. Give pull requests read access, and let an environment "
        "write."
    )


def test_pull_requests_read() -> None:
    permissions = [{"preset": "read-only", "summary": "read", "access": "read"}]
    assert found(context="pull_requests", approval=None, permissions=permissions) == []


@pytest.mark.parametrize(
    ("branches", "tags", "what"),
    [
        ([], [], "no branch or tag is named"),
        (["*"], [], 'branch "*"'),
        (["main", "**/*"], ["*"], 'branch "**/*" and tag "*"'),
        (["[!x]*"], [], 'branch "[!x]*"'),
        (["?*"], [], 'branch "?*"'),
        (["refs/pull/*/head"], [], 'branch "refs/pull/*/head"'),
        (["refs/pull/*/merge", "main"], [], 'branch "refs/pull/*/merge"'),
    ],
)
def test_any_ref(branches: list[str], tags: list[str], what: str) -> None:
    assert found(branches=branches, tags=tags) == [
        f"any-ref: {what}. Anybody who can push a branch or a tag can start a job here. "
        "Name the branches and tags that deploy."
    ]


@pytest.mark.parametrize("pattern", ["release/*", "release/v[0-9]*", "main", "refs/pull/*/merge"])
def test_narrow_pattern(pattern: str) -> None:
    assert found(branches=[pattern], tags=[]) == []


def test_no_reviewers() -> None:
    approval = {**TIGHT, "users": [], "prevent_self_review": False}
    assert found(approval=approval) == [
        "no-reviewers: reviewers: none. A push is enough, nobody has to approve. "
        "Name reviewers, users or teams."
    ]


def test_self_review_possible() -> None:
    assert found(approval={**TIGHT, "prevent_self_review": False}) == [
        "self-review-possible: prevent_self_review: false. Anybody who starts a deployment can "
        "approve it alone. Leave out prevent_self_review: it is on by default."
    ]


def test_admins_bypass() -> None:
    assert found(approval={**TIGHT, "admins_bypass": True}) == [
        "admins-bypass: admins_bypass: true. Administrators of the repository can skip reviewers "
        "and timer. Leave out admins_bypass: it is off by default."
    ]


def test_branch_without_environment() -> None:
    assert found(context="branch/develop", approval=None) == [
        "branch-without-environment: context branch/develop with write access. What is pushed to "
        "the branch changes things: no approval, no wait. Put the role into an environment that "
        "deploys from this branch."
    ]


def test_branch_that_reads() -> None:
    permissions = [{"preset": "read-only", "summary": "read s3", "access": "read"}]
    assert found(context="branch/develop", approval=None, permissions=permissions) == []


def test_changes_permissions() -> None:
    permissions = [
        {"preset": "cdk", "summary": "deploy with CDK", "access": "permissions"},
        {"preset": "read-only", "summary": "read", "access": "read"},
        {"preset": "statement", "summary": "iam:PassRole on r", "access": "permissions"},
    ]
    assert found(permissions=permissions) == [
        "changes-permissions: deploy with CDK; iam:PassRole on r. Such a role can change who may "
        "do what, or go on to roles whose rights are not seen here. Check that exact roles are "
        "named and that the permissions boundary is in force."
    ]


def test_session_over_an_hour() -> None:
    assert found(session_minutes=60) == []
    assert found(session_minutes=61) == [
        "session-over-an-hour: 61 minutes. Leaked credentials of a session work until it ends. "
        "Ask for 60 minutes or less where the work allows it."
    ]


def test_sample_estate_has_every_kind() -> None:
    kinds = {finding.kind.id for role in roles(PROD, STAGING) for finding in findings_of(role)}
    assert kinds == {kind.id for kind in FINDING_KINDS}
