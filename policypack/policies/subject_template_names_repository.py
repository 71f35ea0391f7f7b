"""Block a subject template that does not begin with the repository, or goes on with the ref.

Attack: a template decides what trust policies mean. Where `repo` is not first, no trust policy for
the subject can begin with one repository, and a wildcard in what comes before it lets in others.
With `repo, ref` the subject of a branch is also that of `pull_request_target`, which runs for
anybody who opens a pull request, and of each environment that the branch deploys to.

Not judged: what else the template has; a role whose trust does not fit it lets nobody in.

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
INSTEAD = 'Write useDefault true, or a list that begins with "repo", "context".'


def unlike_the_default(default: bool | Unknown | None, keys: object) -> Iterator[Finding]:
    """Refuse a template that begins otherwise; `default` says that GitHub's own is used."""
    if default is True:
        return
    if unknown := default if isinstance(default, Unknown) else next(unknowns(keys), None):
        yield Finding(
            f"{unknown.path}: not known at preview. The subject may be anybody's. {INSTEAD}"
        )
    elif not isinstance(keys, list) or "repo" not in keys:
        yield Finding(
            f"includeClaimKeys: {_shown(keys)}, without the repository. Trust in such a subject is "
            f"trust in every repository that can have it. {INSTEAD}"
        )
    elif keys[0] != "repo":
        yield Finding(
            f"includeClaimKeys: {_shown(keys)}, and the repository is not first. A wildcard before "
            f"it lets other repositories in. {INSTEAD}"
        )
    elif [str(key).casefold() for key in keys[1:2]] == ["ref"]:
        yield Finding(
            f"includeClaimKeys: {_shown(keys)}. The subject of a branch is also that of "
            f"pull_request_target and of environments. {INSTEAD}"
        )


def _shown(keys: object) -> str:
    return ", ".join(f'"{key}"' for key in keys) if isinstance(keys, list) and keys else "none"


def validate(resource: Resource, report: Report) -> None:
    """Judge the subject template of a repository or an organization."""
    default = resource.properties.flag("useDefault")
    for finding in unlike_the_default(default, resource.properties.value("includeClaimKeys")):
        report(finding)


POLICY = resource_policy(
    "subject-template-names-repository",
    display_name="Subjects name their repository",
    description="A subject template of a repository or an organization begins with the repository.",
    severity=Severity.CRITICAL,
    remediation_steps="Use GitHub's default subject, or put repo and context first.",
    types=TYPES,
    validate=validate,
)
