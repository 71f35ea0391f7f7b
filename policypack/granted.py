"""Which permissions of a role an exception may cover, and what it calls them.

Somebody approves what a role behind a reviewed environment does, and its boundary caps it: there an
exception can be audited. Everywhere else there is none.

A managed policy of the account has a document where the stack looks it up. What a program says of a
policy that it does not make could be untrue. So it lets nothing pass: an exception names it, by its
ARN and its document.
"""

from collections.abc import Mapping
from dataclasses import replace

from keyless.rules.environments import environment_in, key_of
from keyless.rules.exceptions import identity
from keyless.rules.grant import Grant
from keyless.rules.permissions import read_statements
from keyless.rules.policy_json import DocumentError
from keyless.rules.stack_reach import ReachedRole, boundary_of
from policypack.environments import environment_of, is_reviewed
from policypack.reading import Resource
from policypack.resource_types import ENVIRONMENT, LOOKED_UP_POLICY
from policypack.stack import Stack

OF_AWS = ":iam::aws:policy/"


class Auditable:
    """The permissions of a stack's roles that an exception may cover."""

    def __init__(self, stack: Stack) -> None:
        reviewed: dict[str, list[bool]] = {}
        for each in stack.of(ENVIRONMENT):
            key = key_of(environment_of(each))
            reviewed.setdefault(key, []).append(is_reviewed(each) is True)
        self._reviewed = {key for key, said in reviewed.items() if all(said)}
        self._looked_up_documents: dict[str, list[object]] = {}
        for each in stack.of(LOOKED_UP_POLICY):
            arn = str(each.properties.value("arn"))
            self._looked_up_documents.setdefault(arn, []).append(each.properties.value("policy"))

    def identity(self, reached: ReachedRole[Resource], grant: Grant) -> Mapping[str, str]:
        """Return what an exception calls a policy of a role, nothing where there is none."""
        boundary = boundary_of(reached.role)
        if not boundary or grant.unknown or not self._is_behind_review(reached):
            return {}
        if grant.document is None and OF_AWS in grant.arn:
            return {"arn": grant.arn, "boundary": boundary}
        seen = self.seen(grant)
        try:
            read_statements(seen[0].document)
        except DocumentError:
            return {}
        if len(seen) > 1:
            return {}
        return identity(seen[0].document, grant.arn if grant.document is None else "")

    def seen(self, grant: Grant) -> list[Grant]:
        """Return a grant with each document that the stack looks up for it, and no other.

        What is judged of it can only be refused: nothing passes by a document that is untrue.
        """
        found = self._looked_up_documents.get(grant.arn, [])
        is_unseen = grant.document is None and not grant.unknown
        return [replace(grant, document=each) for each in found if is_unseen] or [grant]

    def _is_behind_review(self, reached: ReachedRole[Resource]) -> bool:
        environments = [environment_in(context) for context in reached.contexts]
        return bool(environments) and all(
            each is not None and key_of(each) in self._reviewed for each in environments
        )
