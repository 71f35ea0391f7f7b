"""How much a role or a user can do, in one word: what a list is sorted by.

What is too much is for `permissions`, `escalation` and `reading` to say; one finding alone follows
from it, an administrator whom a stack makes without showing the role. A Deny takes nothing off, a
boundary neither, and what nobody shows counts as much.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum

from keyless.rules.escalation import escalations
from keyless.rules.grant import Grant
from keyless.rules.permissions import (
    READS,
    Statement,
    actions_of,
    is_wild,
    names_nothing,
    read_statements,
)
from keyless.rules.policy_json import DocumentError
from keyless.rules.scope import TOO_BROAD


class Power(IntEnum):
    """What grants come to, the most first."""

    ADMINISTRATOR = 0
    ESCALATES = 1
    WHOLE_SERVICES = 2
    UNSEEN = 3
    WRITES = 4
    READS = 5
    NOTHING = 6

    @property
    def says(self) -> str:
        """The word for it in lists."""
        return _WORDS[self]


_WORDS = {
    Power.ADMINISTRATOR: "administrator",
    Power.ESCALATES: "can give itself more",
    Power.WHOLE_SERVICES: "whole services",
    Power.UNSEEN: "not shown",
    Power.WRITES: "writes",
    Power.READS: "reads",
    Power.NOTHING: "none shown",
}
_ADMINISTRATOR = ":policy/AdministratorAccess"


def power_of(grants: Iterable[Grant]) -> Power:
    """Return the most that one of the grants is."""
    return min((one for grant in grants for one in _powers(grant)), default=Power.NOTHING)


def administrators_elsewhere(role: str, grants: Iterable[Grant]) -> Iterator[str]:
    """Yield a sentence for every grant of everything to a role that a stack does not show."""
    for grant in grants:
        if power_of([grant]) is Power.ADMINISTRATOR:
            yield (
                f'role "{role}": the stack does not show it, and {grant.label} makes it an '
                "administrator. It may be a role that trusts GitHub. Write the grant into the "
                "stack of the role, or a narrower one."
            )


def _powers(grant: Grant) -> Iterator[Power]:
    if grant.document is None:
        yield _unseen(grant)
        return
    try:
        statements = read_statements(grant.document)
    except DocumentError:
        yield Power.UNSEEN
        return
    if any(True for _ in escalations([grant], "", (), ())):
        yield Power.ESCALATES
    for statement in statements:
        yield from _of_statement(statement)


def _unseen(grant: Grant) -> Power:
    if grant.arn.endswith(_ADMINISTRATOR):
        return Power.ADMINISTRATOR
    is_broad = TOO_BROAD.fullmatch(grant.arn)
    return Power.WHOLE_SERVICES if is_broad else Power.UNSEEN


def _of_statement(statement: Statement) -> Iterator[Power]:
    anything = bool(statement.not_resources) or any(map(names_nothing, statement.resources))
    if statement.not_actions:
        yield Power.ADMINISTRATOR if anything else Power.WHOLE_SERVICES
    for written, actions in actions_of(statement):
        changes = any(action.access not in READS for action in actions)
        service, _, name = written.partition(":")
        if anything and (is_wild(service) or not name):
            yield Power.ADMINISTRATOR
        elif changes and anything and (is_wild(name) or actions[0].takes_resources):
            yield Power.WHOLE_SERVICES
        else:
            yield Power.WRITES if changes else Power.READS
