"""Block an environment whose protection can be stepped around.

Attack: an administrator's stolen session, or the author of a change, approves it alone.

Not judged: whether there are reviewers at all (`environment-reviewers-required`), and the switch of
an environment without reviewers and without a timer: there is nothing to step around, and a plan
may lack the switch.

Source: "Managing environments for deployment", GitHub Docs.
"""

from collections.abc import Iterator

from pulumi_policy import Severity

from keyless.rules.resources import Unknown
from policypack.enforcement import resource_policy
from policypack.environments import environment_of, is_reviewed
from policypack.finding import Finding, Report
from policypack.reading import Resource
from policypack.resource_types import ENVIRONMENT

Switch = bool | Unknown | None


def bypasses(environment: str, admins: Switch, prevented: Switch) -> Iterator[Finding]:
    """Refuse a bypass for administrators, which is GitHub's default."""
    if admins is not False:
        yield Finding(
            f'environment "{environment}": canAdminsBypass is {_shown(admins, default="true")}. '
            "One administrator's session deploys without review. Write false."
        )
    if prevented is not True:
        yield Finding(
            f'environment "{environment}": preventSelfReview is '
            f"{_shown(prevented, default='false')}. Anybody who starts a deployment can approve "
            "it. Write true."
        )


def _shown(switch: Switch, *, default: str) -> str:
    if isinstance(switch, Unknown):
        return "not known at preview"
    return f"{default} by default" if switch is None else str(switch).lower()


def validate(resource: Resource, report: Report) -> None:
    """Judge the two switches of an environment; self review matters where there are reviewers."""
    properties, reviewed = resource.properties, is_reviewed(resource)
    has_rules = reviewed or properties.value("waitTimer") not in (None, 0)
    admins = properties.flag("canAdminsBypass") if has_rules else False
    prevented = properties.flag("preventSelfReview") if reviewed else True
    for finding in bypasses(environment_of(resource), admins, prevented):
        report(finding)


POLICY = resource_policy(
    "environment-bypass-denied",
    display_name="Nobody steps around an environment's protection",
    description="Administrators cannot bypass an environment's rules, nor authors approve alone.",
    severity=Severity.HIGH,
    remediation_steps="Set canAdminsBypass to false and preventSelfReview to true.",
    types=frozenset({ENVIRONMENT}),
    validate=validate,
)
