"""Which roles of a stack GitHub reaches: those that trust it, and what they can become."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from keyless.rules.escalation import Guarded
from keyless.rules.grant import Grant
from keyless.rules.reach import Role, reached
from keyless.trust import Judgement, Verdict
from policypack.grants import Grants, path_and_name
from policypack.reading import Resource
from policypack.resource_types import ROLES
from policypack.roles import github_roles, trust_document
from policypack.stack import Stack


@dataclass(frozen=True, slots=True)
class ReachedRole:
    """A role that GitHub reaches.

    `trusts` are the judgements of the roles for GitHub that it is reached through, its own one
    included; `through` are the names of the others.
    """

    role: Resource
    name: str
    grants: list[Grant]
    trusts: tuple[Judgement, ...]
    through: tuple[str, ...] = ()

    @property
    def refs(self) -> list[str]:
        """Return the branches and tags that reach it, and whole repositories as `*`."""
        contexts = (context.context for trust in self.trusts for context in trust.contexts)
        return [context for context in contexts if context == "*" or context.startswith("ref:")]

    @property
    def is_of_pull_requests(self) -> bool:
        """Say whether pull requests reach it, by themselves or among others."""
        return any(trust.verdict <= Verdict.PULL_REQUEST for trust in self.trusts)

    @property
    def where(self) -> str:
        """Return what a sentence on a role begins with that does not trust GitHub itself."""
        names = " and ".join(f'"{name.rpartition("/")[2]}"' for name in self.through)
        return f"reached from {names}, a role for GitHub: " if names else ""


class Reach:
    """The roles of a stack that GitHub reaches, and the others."""

    def __init__(self, stack: Stack) -> None:
        self.grants = Grants(stack)
        trusts = {role.urn: trust for role, trust in github_roles(stack)}
        self._roles = {role.urn: role for role in stack.of(*ROLES)} if trusts else {}
        names = {urn: path_and_name(role) for urn, role in self._roles.items()}
        plain = {
            urn: Role(names[urn], trust_document(role), self.grants.of(role))
            for urn, role in self._roles.items()
        }
        through = reached(plain, trusts)
        self.roles = [
            self._reached(urn, trusts.get(urn), {s: trusts[s] for s in through.get(urn, ())}, names)
            for urn in dict.fromkeys((*trusts, *through))
        ]

    def _reached(
        self,
        urn: str,
        own: Judgement | None,
        starts: Mapping[str, Judgement],
        names: Mapping[str, str],
    ) -> ReachedRole:
        others = sorted(start for start in starts if start != urn)
        return ReachedRole(
            self._roles[urn],
            names[urn],
            self.grants.of(self._roles[urn]),
            (*((own,) if own else ()), *(starts[start] for start in others)),
            () if own else tuple(names[start] for start in others),
        )

    @property
    def others(self) -> Iterator[tuple[Resource, list[Grant]]]:
        """Yield the roles that GitHub does not reach, with what they are granted."""
        own = {each.role.urn for each in self.roles}
        for urn, role in self._roles.items():
            if urn not in own:
                yield role, self.grants.of(role)

    def guarded(self) -> list[Guarded]:
        """Return the roles that GitHub reaches as ones that no grant may change."""
        return [_guarded(each) for each in self.roles]


def boundary_of(role: Resource) -> str:
    """Return the ARN of a role's boundary, empty where there is none or it is not known."""
    boundary = role.properties.text("permissionsBoundary")
    return boundary if isinstance(boundary, str) else ""


def _guarded(reached_role: ReachedRole) -> Guarded:
    policies = (grant.arn.rpartition(":policy")[2] for grant in reached_role.grants if grant.arn)
    named = frozenset(policy.removeprefix("policy") for policy in policies)
    return Guarded(reached_role.name, boundary_of(reached_role.role), named)
