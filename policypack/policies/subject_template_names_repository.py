"""Block a subject template that leaves the repository out.

Attack: a template decides what trust policies mean. Without `repo` a subject is no repository's
own, and a trust policy that is made to fit lets in whoever has the same branch or the same name.

Not judged: what else the template holds; a role whose trust does not fit it lets nobody in.

Source: "OpenID Connect reference", GitHub Docs.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.resources import Unknown, unknowns
from policypack.enforcement import resource_policy
from policypack.finding import Finding, Report
from policypack.reading import Resource

_NAME = "OidcSubjectClaimCustomizationTemplate"
TYPES = frozenset(
    f"github:index/actions{owner}{_NAME}:Actions{owner}{_NAME}"
    for owner in ("Repository", "Organization")
)
INSTEAD = 'Write useDefault true, or a list that begins with "repo".'


def without_repository(default: bool | Unknown | None, keys: object) -> Iterator[Finding]:
    """Refuse a template without `repo`; `default` says that GitHub's own is used."""
    if default is True:
        return
    if unknown := default if isinstance(default, Unknown) else next(unknowns(keys), None):
        yield Finding(
            f"{unknown.path}: not known at preview. The subject may be anybody's. {INSTEAD}"
        )
    elif not isinstance(keys, list) or "repo" not in keys:
        listed = ", ".join(f'"{key}"' for key in keys) if isinstance(keys, list) else ""
        yield Finding(
            f"includeClaimKeys: {listed or 'none'}, without the repository. Trust in such a "
            f"subject is trust in every repository that can have it. {INSTEAD}"
        )


def validate(resource: Resource, report: Report) -> None:
    """Judge the subject template of a repository or an organization."""
    default = resource.properties.flag("useDefault")
    for finding in without_repository(default, resource.properties.value("includeClaimKeys")):
        report(finding)


POLICY = resource_policy(
    "subject-template-names-repository",
    display_name="Subjects name their repository",
    description="A subject template of a repository or an organization begins with the repository.",
    severity=Severity.CRITICAL,
    remediation_steps="Use GitHub's default subject, or put repo first.",
    types=TYPES,
    validate=validate,
)
