"""The roles that a rehearsal is about: trust policy, judgement, and what they are for."""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from keyless.command_line.errors import CommandError
from keyless.facts import BRANCH_REF_PREFIX, ENCODED_COLON, TAG_REF_PREFIX
from keyless.stack.resource import StackResource, known_arn, text_of
from keyless.stack.resources import StackResources
from keyless.stack.role import Role
from keyless.trust import Judgement, Verdict, judge

_ROLE_TYPE = "aws:iam/role:Role"


@dataclass(frozen=True, kw_only=True)
class RehearsedRole:
    """One role that GitHub's tokens may reach; `described` is its entry in the output `access`."""

    name: str
    arn: str | None
    resource: str
    judgement: Judgement
    described: Role | None

    @property
    def repositories(self) -> frozenset[str]:
        """The full names of the repositories that it is for, as far as the policy tells them."""
        if self.described:
            return frozenset({self.described.full_name})
        served = (context.repository for context in self.judgement.contexts)
        return frozenset(f"{r.owner}/{r.name}" for r in served if r.owner and r.name)

    @property
    def ended(self) -> str | None:
        """The day from which the role lets nobody in, if that has come."""
        return self.described.until if self.described and self.described.has_ended else None

    @property
    def contexts(self) -> frozenset[str]:
        """The contexts that it is for, spelled as in the output `access`."""
        if self.described:
            return frozenset({self.described.context})
        return frozenset(_as_in_access(context.context) for context in self.judgement.contexts)


def read_rehearsed_roles(stacks: Sequence[StackResources]) -> tuple[RehearsedRole, ...]:
    """Return every role of the stacks that may let tokens of GitHub in.

    Raises CommandError where an output `access` cannot be relied on, or where no role is left.
    """
    found = tuple(role for stack in stacks for role in _of_stack(stack))
    if not found:
        labels = ", ".join(stack.label for stack in stacks)
        raise CommandError(
            f"{labels}: no role that trusts GitHub. There is nothing to rehearse. Run `pulumi up` "
            "first, or rehearse what it would make: --preview."
        )
    return found


def select_rehearsed(
    roles: Sequence[RehearsedRole], repository: str | None, context: str | None
) -> tuple[RehearsedRole, ...]:
    """Return the roles for one repository, `storefront` or `acme/storefront`, and one context.

    Raises CommandError with what there is instead.
    """
    chosen = [r for r in roles if repository is None or _serves(r, repository)]
    if not chosen:
        names = sorted({name for role in roles for name in role.repositories})
        raise _unknown("repository", repository or "", names)
    if context is None:
        return tuple(chosen)
    within = tuple(role for role in chosen if context in role.contexts)
    if not within:
        raise _unknown("context", context, sorted({c for r in chosen for c in r.contexts}))
    return within


def _of_stack(stack: StackResources) -> Iterator[RehearsedRole]:
    by_name = {role.role_name: role for role in stack.described}
    for resource in stack.of_type(_ROLE_TYPE):
        role = _role(resource, by_name)
        if role.judgement.issuers or role.judgement.verdict is Verdict.UNKNOWN:
            yield role


def _role(resource: StackResource, described: Mapping[str, Role]) -> RehearsedRole:
    properties = resource.properties
    name = text_of(properties, "name") or resource.name
    document = properties.get("assumeRolePolicy")
    entry = described.get(name)
    arn = known_arn(properties) or (entry.role_arn if entry else None)
    return RehearsedRole(
        name=name, arn=arn, resource=resource.name, judgement=judge(document), described=entry
    )


def _serves(role: RehearsedRole, wanted: str) -> bool:
    names = {name.casefold() for name in role.repositories}
    return wanted.casefold() in names | {name.partition("/")[2] for name in names}


def _as_in_access(context: str) -> str:
    if context == "*":
        return "whole_repository"
    if context == "pull_request":
        return "pull_requests"
    kind, _, name = context.partition(":")
    if kind == "environment":
        return f"environment/{name.replace(ENCODED_COLON, ':')}"
    if name.startswith(TAG_REF_PREFIX):
        return f"tag/{name.removeprefix(TAG_REF_PREFIX)}"
    return f"branch/{name.removeprefix(BRANCH_REF_PREFIX)}"


def _unknown(what: str, wanted: str, known: Sequence[str]) -> CommandError:
    near = difflib.get_close_matches(wanted, known, n=5, cutoff=0.4) or known[:5]
    instead = f"Write one of: {', '.join(near)}" if near else "Leave it out"
    return CommandError(
        f"{what}: {json.dumps(wanted)} has no role here. There is nothing to rehearse. {instead}."
    )
