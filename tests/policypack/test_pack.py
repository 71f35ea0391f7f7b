"""What the pack tells the engine of its policies."""

from pathlib import Path

from policypack.policies import POLICIES
from tests.policypack.analyzer import RunningPack

MANDATORY = 1
ADVISORY_POLICIES = {
    "trust-survives-rename",
    "deploy-branch-protected",
    "exceptions-reviewed",
    "collaborator-not-administrator",
    "deploy-key-read-only",
    "ruleset-bypass-reviewed",
}
STACK_POLICIES = {
    "state-bucket-reserved",
    "resource-grants-judged",
    "role-boundary-required",
    "trust-owner-of-stack",
    "role-permissions-scoped",
    "role-cannot-escalate",
    "environment-managed-before-role",
    "write-needs-environment",
    "pull-request-role-read-only",
    "variable-matches-role",
    "deploy-branch-protected",
    "exceptions-reviewed",
}


def test_levels_and_kinds(started_pack: RunningPack) -> None:
    policies = {each.name: each for each in started_pack.information().policies}
    assert len(policies) == len(POLICIES)
    advisory = {name for name, each in policies.items() if each.enforcementLevel != MANDATORY}
    assert advisory == ADVISORY_POLICIES
    assert {each.name for each in policies.values() if each.policy_type == 2} == STACK_POLICIES


def test_every_policy_says_what_it_is(started_pack: RunningPack) -> None:
    for policy in started_pack.information().policies:
        assert policy.severity, policy.name
        assert policy.displayName, policy.name
        assert policy.description.endswith("."), policy.name
        assert policy.remediation_steps.endswith("."), policy.name
        assert policy.url == f"docs/policies.md#{policy.name}"


def test_each_file_holds_one_policy_and_each_is_registered() -> None:
    folder = Path(__file__).parents[2] / "policypack" / "policies"
    files = {path.stem.replace("_", "-") for path in folder.glob("*.py")} - {"--init--"}
    assert files == {policy.name for policy in POLICIES}
