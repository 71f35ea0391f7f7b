"""Grants on the buckets with the state of stacks."""

from collections.abc import Collection, Iterable, Iterator

from keyless.rules.grant import Grant
from keyless.rules.permissions import HARMLESS, Statement, actions_of, is_wild, readable_statements
from keyless.wildcards import matches, without_variables

WHY = (
    "Anybody who writes the state of a stack runs code in its next update, and it may contain "
    "secrets."
)


def on_state(grants: Iterable[Grant], buckets: Collection[str]) -> Iterator[str]:
    """Yield a sentence for everything that reaches what a bucket of state contains."""
    for grant in grants:
        for statement in readable_statements(grant.document):
            reached = next(_reached(statement, buckets), None)
            written = _on_contents(statement)
            if reached and written:
                yield (
                    f'{grant.label}, statement {statement.index}: "{written}" on {reached}, which '
                    f"has the state of stacks. {WHY} Leave it to the role that updates the stack."
                )


def _on_contents(statement: Statement) -> str | None:
    """Return the first action of S3 that does more than read how things are set up."""
    if statement.not_actions:
        return f"all but {statement.not_actions[0]}"
    for written, actions in actions_of(statement):
        service = written.lower().partition(":")[0]
        of_s3 = service == "s3" or is_wild(service)
        if of_s3 and any(each.access not in HARMLESS and each.takes_resources for each in actions):
            return written
    return None


def _reached(statement: Statement, buckets: Collection[str]) -> Iterator[str]:
    for bucket in buckets:
        if statement.not_resources:
            yield f'"{bucket}"'
        for resource in map(without_variables, statement.resources):
            if matches(_bucket(resource), bucket):
                yield f'"{bucket}"'
            elif _is_access_point(resource):
                yield f'"{resource}", which may lead to "{bucket}"'


def _bucket(resource: str) -> str:
    """Return the part of an ARN that names a bucket, `*` where it may be any."""
    parts = resource.split(":", 5)
    return parts[5].partition("/")[0] if len(parts) == 6 else "*"


def _is_access_point(resource: str) -> bool:
    """Say whether an ARN may be of an access point: it does not say which bucket that is of."""
    parts = resource.split(":")
    return matches(parts[2], "s3") and matches(parts[5].partition("/")[0], "accesspoint")
