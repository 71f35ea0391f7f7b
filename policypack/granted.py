"""Which permissions of a role an exception may cover, and what it calls them.

Somebody approves what a role behind a reviewed environment does, and its boundary caps it: there an
exception can be audited. Everywhere else there is none.
"""

from collections.abc import Mapping

from keyless.rules.environments import environment_in, key_of
from keyless.rules.grant import Grant
from keyless.rules.permissions import read_statements
from keyless.rules.policy_json import DocumentError
from keyless.rules.stack_reach import ReachedRole, boundary_of
from policypack.environments import environment_of, is_reviewed
from policypack.exceptions import identity
from policypack.reading import Resource
from policypack.resource_types import ENVIRONMENT
from policypack.stack import Stack

OF_AWS = ":iam::aws:policy/"


class Auditable:
    """The permissions of a stack's roles that an exception may cover."""

    def __init__(self, stack: Stack) -> None:
        self._reviewed = {
            key_of(environment_of(each))
            for each in stack.of(ENVIRONMENT)
            if is_reviewed(each) is True
        }

    def identity(self, reached: ReachedRole[Resource], grant: Grant) -> Mapping[str, str]:
        """Return what an exception calls a policy of a role, nothing where there is none."""
        boundary = boundary_of(reached.role)
        if not boundary or grant.unknown or not self._is_behind_review(reached):
            return {}
        if grant.document is None:
            by_arn = {"arn": grant.arn, "boundary": boundary}
            return by_arn if OF_AWS in grant.arn else {}
        try:
            read_statements(grant.document)
        except DocumentError:
            return {}
        return identity(grant.document)

    def _is_behind_review(self, reached: ReachedRole[Resource]) -> bool:
        environments = [environment_in(context) for context in reached.contexts]
        return bool(environments) and all(
            each is not None and key_of(each) in self._reviewed for each in environments
        )
