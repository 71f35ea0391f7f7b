"""Tests of the table of facts: narrow where documentation is silent, one copy, cheap to import."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from keyless import facts

ROOT = Path(__file__).parents[2]
ENTERPRISE = f"{facts.GITHUB_COM}/acme-inc"
SERVER = "ghes.acme.com/_services/token"


@pytest.mark.parametrize(
    ("region", "partition", "audience", "documented"),
    [
        ("eu-west-1", "aws", "sts.amazonaws.com", True),
        ("us-east-1", "aws", "sts.amazonaws.com", True),
        ("ap-southeast-5", "aws", "sts.amazonaws.com", True),
        ("cn-north-1", "aws-cn", "sts.amazonaws.com.cn", False),
        ("us-gov-west-1", "aws-us-gov", "sts.amazonaws.com", False),
        ("eusc-de-east-1", "aws-eusc", "sts.eusc-de-east-1.amazonaws.eu", False),
    ],
)
def test_partitions(region: str, partition: str, audience: str, documented: bool) -> None:
    assert facts.is_region(region)
    found = facts.partition_of(region)
    assert (found.name, found.audience) == (partition, audience)
    assert facts.partition_named(partition) is found
    for issuer in (facts.GITHUB_COM, ENTERPRISE, "token.actions.acme.ghe.com"):
        assert facts.documents_github_claims(issuer, partition) is documented


@pytest.mark.parametrize(
    "text",
    ["", "eu", "eu-wset-1", "EU-WEST-1", "eu-west-0", "eu-west-1a", "us-iso-east-1", "eu-west-1\n"],
)
def test_no_regions(text: str) -> None:
    assert not facts.is_region(text)


@pytest.mark.parametrize(
    "issuer",
    [
        SERVER,
        "token.actions.acme.ghe.com/acme",
        "vstoken.actions.githubusercontent.com",
        "gitlab.com",
    ],
)
def test_claims_are_undocumented_for_every_other_issuer(issuer: str) -> None:
    for partition in (*(each.name for each in facts.PARTITIONS), "aws-iso", ""):
        assert not facts.documents_github_claims(issuer, partition)


@pytest.mark.parametrize(
    ("issuer", "form"),
    [
        (facts.GITHUB_COM, facts.SHARED_FORM),
        (ENTERPRISE, facts.ENTERPRISE_FORM),
        ("token.actions.acme-eu.ghe.com", facts.RESIDENCY_FORM),
        ("token.actions.acme-eu.ghe.com/acme-eu", facts.RESIDENCY_PATH_FORM),
        (SERVER, facts.SERVER_FORM),
        ("token.actions.acme.ghe.com/other", None),
        ("evil.github.com/_services/token", None),
        ("github.com/_services/token", None),
        ("ghes/_services/token", None),
        ("ghes.acme.com:8443/_services/token", None),
        ("vstoken.actions.githubusercontent.com", None),
        ("agent.buildkite.com", None),
        ("app.terraform.io", None),
    ],
)
def test_forms_of_issuers(issuer: str, form: facts.IssuerForm | None) -> None:
    assert facts.form_of(issuer) is form


@pytest.mark.parametrize(
    ("plan", "environments", "protection_rules", "rulesets"),
    [
        ("free", False, False, False),
        ("pro", True, False, True),
        ("team", True, False, True),
        ("enterprise", True, True, True),
    ],
)
def test_plans(plan: str, environments: bool, protection_rules: bool, rulesets: bool) -> None:
    assert facts.plan_named(plan) == (plan, environments, protection_rules, rulesets)


def test_an_unknown_plan_has_no_protections_that_anybody_can_rely_on() -> None:
    assert facts.plan_named("startup") is None
    assert facts.plan_named(None) is None


SECOND_COPIES = {
    "the audience of a partition": r"amazonaws\.com\.cn|sts\.eusc",
    "the shared issuer": r"token\\?\.actions\\?\.githubusercontent",
    "the path of an Enterprise Server": r"_services/token",
    "the list of GitHub's claims": r'"repository_id", "repository_owner_id", "workflow"',
    "the plans": r'"free", "pro"',
    "the administrators": r"PowerUserAccess",
}
PROGRAMS = {"sandbox/flat/__main__.py", "sandbox/loose_role/__main__.py"}
"""Programs of their own, written as a stranger to this project would write them."""


@pytest.mark.parametrize("fact", SECOND_COPIES)
def test_a_fact_has_no_second_copy(fact: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()}"
        for room in ("components", "docs", "keyless", "policypack", "sandbox")
        for file in (ROOT / room).rglob("*.py")
        if file != ROOT / "keyless/facts.py" and str(file.relative_to(ROOT)) not in PROGRAMS
        for line in _code_of(file.read_text())
        if re.search(SECOND_COPIES[fact], line)
    ]
    assert not found


def _code_of(text: str) -> list[str]:
    """Return the lines that are neither docstrings, comments, examples nor sentences."""
    bare = re.sub(r'"""(?s:.*?)"""|(?m:^\s*#.*$)', "", text)
    return [line for line in bare.splitlines() if not re.search(r"examples=|Write ", line)]


def test_importing_the_facts_imports_nothing_slow() -> None:
    script = (
        "import sys; before = set(sys.modules); import keyless.facts; "
        "print(*sorted(set(sys.modules) - before))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    slow = {"pydantic", "dataclasses", "inspect", "yaml", "json", "asyncio"}
    assert not slow & set(ended.stdout.split())
    assert {"keyless", "keyless.facts"} == {
        name for name in ended.stdout.split() if name.startswith("keyless")
    }
