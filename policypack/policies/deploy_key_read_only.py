"""Remark on a deploy key that can write.

Attack: anybody who copies the key pushes to a branch that deploys, without an account on GitHub.

Not judged: who has the key; keys that the stack does not manage.

Source: "Managing deploy keys", GitHub Docs.
"""

from collections.abc import Iterator

from pulumi_policy import EnforcementLevel, Severity

from keyless.rules.resources import Unknown
from policypack.enforcement import resource_policy
from policypack.environments import repository_of
from policypack.finding import Finding, Report
from policypack.reading import Resource

DEPLOY_KEY = "github:index/repositoryDeployKey:RepositoryDeployKey"


def writing_key(repository: str, read_only: bool | Unknown | None) -> Iterator[Finding]:
    """Remark on a key that is not read-only; the provider's default is."""
    if read_only not in (True, None):
        found = "false" if read_only is False else "not known at preview"
        yield Finding(
            f'deploy key of "{repository}": readOnly is {found}. Anybody who copies the key pushes '
            "what deploys. Write true, or let a GitHub App push."
        )


def validate(resource: Resource, report: Report) -> None:
    """Judge a deploy key."""
    read_only = resource.properties.flag("readOnly")
    for finding in writing_key(repository_of(resource), read_only):
        report(finding)


POLICY = resource_policy(
    "deploy-key-read-only",
    display_name="Deploy keys read",
    description="A deploy key of a repository cannot write.",
    enforcement_level=EnforcementLevel.ADVISORY,
    severity=Severity.MEDIUM,
    remediation_steps="Make the key read-only, or let a GitHub App push.",
    types=frozenset({DEPLOY_KEY}),
    validate=validate,
)
