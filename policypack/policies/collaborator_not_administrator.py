"""Remark on people outside of the organization who administrate a repository.

Attack: an administrator takes an environment's reviewers away, or names another branch to deploy
from; an account outside of the organization is not under its rules for sign-in.

Not judged: teams and owners of the organization; rights that the stack does not manage.

Source: "Repository roles for an organization", GitHub Docs.
"""

from collections.abc import Iterator, Mapping

from pulumi_policy import EnforcementLevel, Severity

from keyless.rules.resources import Unknown
from policypack.enforcement import resource_policy
from policypack.environments import repository_of
from policypack.finding import Finding, Report
from policypack.reading import Resource

COLLABORATOR = "github:index/repositoryCollaborator:RepositoryCollaborator"
COLLABORATORS = "github:index/repositoryCollaborators:RepositoryCollaborators"
STRONG = frozenset({"admin", "maintain"})


def administrators(repository: str, rights: list[tuple[object, object]]) -> Iterator[Finding]:
    """Remark on every person with the rights of an administrator or a maintainer."""
    for user, right in rights:
        if right in STRONG or isinstance(right, Unknown):
            found = "not known at preview" if isinstance(right, Unknown) else f'"{right}"'
            yield Finding(
                f'collaborator "{user}" of "{repository}": permission is {found}. An administrator '
                'can change what protects an environment. Write "push" or less, or a team.'
            )


def validate(resource: Resource, report: Report) -> None:
    """Judge the collaborators of a repository."""
    properties = resource.properties
    if resource.type == COLLABORATOR:
        rights = [(properties.value("username"), properties.value("permission"))]
    else:
        users = properties.items("users")
        listed = users if isinstance(users, list) else []
        rights = [
            (user.get("username"), user.get("permission"))
            for user in listed
            if isinstance(user, Mapping)
        ]
    for finding in administrators(repository_of(resource), rights):
        report(finding)


POLICY = resource_policy(
    "collaborator-not-administrator",
    display_name="Administrators are of the organization",
    description="No single person outside of teams administrates a repository.",
    enforcement_level=EnforcementLevel.ADVISORY,
    severity=Severity.MEDIUM,
    remediation_steps="Give administration to a team of the organization.",
    types=frozenset({COLLABORATOR, COLLABORATORS}),
    validate=validate,
)
