"""What somebody whom GitHub does not reach may change of the roles that it reaches.

An administrator, who is granted every action on everything, is no matter of GitHub. A grant of some
actions on everything is: a function that may write any trust policy writes those of GitHub's, too.
A Deny without conditions keeps these roles out of a wide grant, as a guard of a team that manages
IAM does. Conditions of an Allow narrow nothing here, except on the boundary.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from keyless.facts import GITHUB_COM
from keyless.rules.arns import names_policy, names_provider, names_role
from keyless.rules.escalation import (
    PROVIDER,
    WHY,
    changed_by,
    is_risky,
    of_github,
    within_boundaries,
)
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded, said_of
from keyless.rules.permissions import (
    Statement,
    actions_of,
    denials,
    is_wild,
    readable_statements,
)
from keyless.wildcards import matches

Names = Callable[[str, str], bool]

ANY = "*"

KINDS: Mapping[Names, str] = {
    names_role: "role",
    names_policy: "policy",
    names_provider: "oidc-provider/",
}
"""What the ARN of a thing of IAM has before its path and name."""

EDITS_OF_PROVIDERS: frozenset[str] = frozenset(
    {
        "iam:AddClientIDToOpenIDConnectProvider",
        "iam:RemoveClientIDFromOpenIDConnectProvider",
        "iam:UpdateOpenIDConnectProviderThumbprint",
    }
)
EDITS = EDITS_OF_PROVIDERS | {
    "iam:AttachRolePolicy",
    "iam:CreatePolicyVersion",
    "iam:DeleteRolePermissionsBoundary",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:SetDefaultPolicyVersion",
    "iam:UpdateAssumeRolePolicy",
}
"""Actions that give a role, a policy or a provider which is there already more than it has.

On everything these alone count: much else of IAM is granted so, and does nothing to a role.
"""


def changes_of_others(grants: Iterable[Grant], guarded: Sequence[Guarded]) -> Iterator[str]:
    """Yield a sentence for what the grants of one principal may change of guarded roles."""
    listed = list(grants)
    denied = [each for grant in listed for each in denials(grant.document)]
    for grant in listed:
        for statement in readable_statements(grant.document):
            for written, changes in _changes(statement):
                area = _Area(statement, [each for each in denied if all(map(each.covers, changes))])
                for resource, what in area.changed(changes, guarded):
                    yield (
                        f'{grant.label}, statement {statement.index}: "{written}" on "{resource}", '
                        f"{what}. {WHY} {_instead(resource)}"
                    )


@dataclass(frozen=True)
class _Area:
    """What a statement is on, less what others deny."""

    statement: Statement
    denied: Sequence[Statement]

    def changed(
        self, changes: frozenset[str], guarded: Sequence[Guarded]
    ) -> Iterator[tuple[str, str]]:
        """Yield each resource that is something of a guarded role, and what it is."""
        kept = within_boundaries(self.statement, changes, guarded)
        for resource in self.statement.resources or ("*",):
            edits = changes & EDITS if set(resource) <= {"*"} else changes
            if what := self._of(resource, edits, kept) if edits else None:
                yield resource, what

    def _of(self, resource: str, edits: frozenset[str], guarded: Sequence[Guarded]) -> str | None:
        if what := of_github(resource):
            return what
        if edits - EDITS_OF_PROVIDERS:
            found = (said_of(resource, each, spared=self._spares) for each in guarded)
            if what := next(filter(None, found), None):
                return what
        if edits.isdisjoint(EDITS_OF_PROVIDERS) or not names_provider(resource, GITHUB_COM):
            return None
        spared = any(self._spares(names_provider, GITHUB_COM, each.home) for each in guarded)
        return None if spared else PROVIDER

    def _spares(self, names: Names, thing: str, home: Sequence[str]) -> bool:
        """Say whether NotResource or a Deny leaves a thing at its home out for certain."""
        if any(_surely(names, each, thing, home) for each in self.statement.not_resources):
            return True
        return any(
            not any(names(each, thing) for each in deny.not_resources)
            if deny.not_resources
            else any(_surely(names, each, thing, home) for each in deny.resources)
            for deny in self.denied
        )


def _changes(statement: Statement) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield each action as written, with the names of what it may change."""
    everything = not statement.not_resources and any(
        set(each) <= {"*"} for each in statement.resources
    )
    if everything and any(set(each) <= {"*", ":"} for each in statement.actions):
        return
    if statement.not_actions:
        kept = frozenset(filter(statement.covers, EDITS))
        yield f"all but {statement.not_actions[0]}", kept
    for written, actions in actions_of(statement):
        changes = changed_by(filter(is_risky, actions))
        yield written, EDITS if any(map(is_wild, changes)) else changes


def _surely(names: Names, pattern: str, thing: str, home: Sequence[str]) -> bool:
    """Say whether a pattern names a thing for certain: at its home, in its letters, no variable.

    IAM compares the ARN of a resource letter by letter. `?` is one of them, but stands for any
    number in a thing whose name comes later.
    """
    if pattern == ANY:
        return True
    *head, named = pattern.split(":", 5)
    known = home or ("arn", *head[1:2], "iam", "", ANY)
    is_there = len(head) == len(known) and all(map(_is_at, head, known))
    may_differ = "${" in pattern or ("?" in pattern and "?" in thing)
    return is_there and not may_differ and matches(named, f"{KINDS[names]}{thing}")


def _is_at(written: str, known: str) -> bool:
    return written in (ANY, known)


def _instead(resource: str) -> str:
    if "*" not in resource and "?" not in resource:
        return "Leave it out."
    return "Write exact ARNs of others, or a Deny on what GitHub reaches."
