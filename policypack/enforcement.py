"""Make a policy that the engine runs out of a function that judges; it fails closed.

Whatever a judging function raises becomes a violation: what leaves a policy otherwise ends as an
advisory remark, a preview without a verdict on the resources that follow, or (`SystemExit`) one
that hangs. Audited exceptions are applied here, so that no policy knows of them.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime

from pulumi_policy import (
    EnforcementLevel,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from keyless.rules.exceptions import proposed
from keyless.rules.iam_types import folded
from keyless.rules.pack_settings import settings_path
from keyless.text.printable import printable
from policypack.finding import Finding, Report
from policypack.reading import PropertyError, Resource, is_left_out, resource
from policypack.settings import settings_of
from policypack.stack import Stack

LONGEST = 3000
"""Characters of a sentence; all violations of a stack travel in one message."""

Judging = Callable[[Resource], AbstractContextManager[Report]]
"""Open the judgement of one resource: what fails inside is a violation of that resource alone."""


def resource_policy(
    name: str,
    *,
    display_name: str,
    description: str,
    severity: Severity,
    remediation_steps: str,
    types: frozenset[str] | Callable[[str], str | bool],
    validate: Callable[[Resource, Report], None],
    enforcement_level: EnforcementLevel = EnforcementLevel.MANDATORY,
) -> ResourceValidationPolicy:
    """Make a policy that judges each resource of some types by its inputs."""
    which = types if callable(types) else {folded(kind): kind for kind in types}.get

    def guarded(args: ResourceValidationArgs, report_violation: ReportViolation) -> None:
        kind = which(folded(args.resource_type))
        if kind and not is_left_out(args):
            judged = resource(args, kind if isinstance(kind, str) else args.resource_type)
            with _judging(name, judged, report_violation) as report:
                validate(judged, report)

    return ResourceValidationPolicy(
        name=name,
        description=description,
        validate=guarded,
        enforcement_level=enforcement_level,
        display_name=display_name,
        severity=severity,
        remediation_steps=remediation_steps,
        url=_url(name),
    )


def stack_policy(
    name: str,
    *,
    display_name: str,
    description: str,
    severity: Severity,
    remediation_steps: str,
    validate: Callable[[Stack, Judging], None],
    enforcement_level: EnforcementLevel = EnforcementLevel.MANDATORY,
) -> StackValidationPolicy:
    """Make a policy that judges resources by what else the stack contains."""

    def guarded(args: StackValidationArgs, report_violation: ReportViolation) -> None:
        stack = Stack(args.resources)
        with _judging(name, stack.root, report_violation):
            validate(stack, lambda judged: _judging(name, judged, report_violation))

    return StackValidationPolicy(
        name=name,
        description=description,
        validate=guarded,
        enforcement_level=enforcement_level,
        display_name=display_name,
        severity=severity,
        remediation_steps=remediation_steps,
        url=_url(name),
    )


@contextmanager
def _judging(policy: str, judged: Resource, report_violation: ReportViolation) -> Iterator[Report]:
    def report(finding: Finding) -> None:
        remarks = _remarks(policy, judged, finding)
        if remarks is not None:
            sentence = " ".join([finding.sentence, *remarks])
            report_violation(printable(sentence, LONGEST), judged.urn)

    try:
        yield report
    except (Exception, SystemExit) as error:
        report(Finding(_unjudged(policy, judged, error)))


def _unjudged(policy: str, judged: Resource, error: BaseException) -> str:
    where = f'{judged.type} "{judged.name}"'
    why = "What cannot be judged is not let through."
    if isinstance(error, PropertyError):
        return f"{where}: {error}. {why} Write it as its type has it."
    if isinstance(error, UnknownValueError):
        path = ".".join(error.props)
        return f"{where}: {path} is not known before the update. {why} Write a value known by then."
    return (
        f'{where}: {policy} ended with {type(error).__name__} "{error}". {why} '
        "Write the resource in a plainer way, or mend the policy."
    )


def _remarks(policy: str, judged: Resource, finding: Finding) -> list[str] | None:
    """Say which exception would cover a finding, and why those there are do not; None: one does."""
    today = datetime.now(UTC).date()
    objections = [
        exception.objection(finding.document, today)
        for exception in settings_of(judged.stack).exceptions
        if exception.names(policy, judged.type, judged.name)
    ]
    if None in objections:
        return None
    file = settings_path(judged.stack)
    remarks = [f"The exception for it in {file} {clause}." for clause in objections]
    if not finding.document:
        return remarks
    return [
        *remarks,
        f"To accept it, write {proposed(policy, judged.type, judged.name, finding.document)} "
        f"under exceptions in {file}.",
    ]


def _url(name: str) -> str:
    """Point to the policy's section by path: it is right in every checkout and fork."""
    return f"docs/policies.md#{name}"
