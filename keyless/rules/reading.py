"""What a role that pull requests reach may do: list, and read how things are set up."""

import re
from collections.abc import Iterable, Iterator

from keyless.rules.grant import Grant
from keyless.rules.metadata_reads import (
    CARRIERS,
    METADATA_LISTS,
    READING_VERBS,
    READS_DESPITE_LEVEL,
    actions_in,
)
from keyless.rules.permissions import (
    READS,
    Access,
    Action,
    Statement,
    actions_of,
    names_nothing,
    readable_statements,
)

OBJECTS_OF_A_BUCKET = re.compile(r"arn:[a-z-]+:s3:::[^*?${}/]+/[^*?${}]+\*?")
"""An object of a named bucket, or all below a prefix that is not empty."""

NAMED = re.compile(r"arn:(?:[^:*?${}]*:){4}[^*?${}]+(?:-\?{6}|:\*)?")
"""One thing: an ARN without wildcards, except the six letters that Secrets Manager adds to a name,
and the streams or versions that follow one (`log-group:NAME:*`, `function:NAME:*`)."""

DOES = {
    Access.TAGGING: "writes tags",
    Access.WRITE: "writes",
    Access.PERMISSIONS: "changes permissions",
}
_METADATA_LISTS = actions_in(METADATA_LISTS)
_CARRIERS = actions_in(CARRIERS)
_INSTEAD = "Write reads of what is set up, or of objects by name."
_ELSEWHERE = "Leave it to a role of an environment with reviewers."
WHY = "A pull request runs code that nobody reviewed."


def beyond_reading(grants: Iterable[Grant]) -> Iterator[str]:
    """Yield a sentence for every action but listing, reading set-up, and reading named objects."""
    for grant in grants:
        if grant.document is None and not grant.unknown:
            yield (
                f"{grant.label}: the stack does not show it. {WHY} Write the reads that are "
                "needed as statements."
            )
        for statement in readable_statements(grant.document):
            yield from _in_statement(f"{grant.label}, statement {statement.index}", statement)


def _in_statement(where: str, statement: Statement) -> Iterator[str]:
    if statement.not_actions:
        yield (
            f'{where}: NotAction "{statement.not_actions[0]}" grants all but what it names. {WHY} '
            "Write the reads that are needed."
        )
    unnamed = _unnamed(statement)
    for written, actions in actions_of(statement):
        beyond = next(filter(None, (_beyond(action, unnamed) for action in actions)), None)
        if beyond:
            does, instead = beyond
            yield f'{where}: "{written}" {does}. {WHY} {instead}'


def _beyond(action: Action, unnamed: str | None) -> tuple[str, str] | None:
    """Return what an action does beyond reading set-up, and what to write instead."""
    if action.access not in READS:
        return DOES[action.access], _INSTEAD
    if _shows_set_up(action):
        return None
    if not _only_reads(action):
        return "acts or costs, though IAM calls it a read", _ELSEWHERE
    if not action.takes_resources:
        return "reads data, and IAM limits it to no resource", _ELSEWHERE
    return (f'reads data on "{unnamed}"', _INSTEAD) if unnamed else None


def _shows_set_up(action: Action) -> bool:
    if action.access is Access.LIST:
        return action.name in _METADATA_LISTS
    return action.access is Access.METADATA and action.name not in _CARRIERS


def _only_reads(action: Action) -> bool:
    name = action.name.split(":")[1]
    return action.name in READS_DESPITE_LEVEL or name.startswith(tuple(READING_VERBS.split()))


def _unnamed(statement: Statement) -> str | None:
    """Return the first resource that is not one thing, or objects below a prefix."""
    if statement.not_resources:
        return f"all but {statement.not_resources[0]}"
    return next((each for each in statement.resources if not _is_named(each)), None)


def _is_named(resource: str) -> bool:
    named = NAMED.fullmatch(resource) and not names_nothing(resource)
    return bool(named or OBJECTS_OF_A_BUCKET.fullmatch(resource))
