"""Which roles of a stack GitHub reaches: those that trust it, and what they can become."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from keyless.facts import REF_PREFIX
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded
from keyless.rules.iam_types import ROLE_ID, ROLES, TRUST_PROPERTY
from keyless.rules.reach import Role, reached
from keyless.rules.resources import Resource, Resources, text_of, unknowns
from keyless.rules.stack_grants import Grants, path_and_name
from keyless.trust import Context, Judgement, Verdict

Read = TypeVar("Read", bound=Resource)


@dataclass(frozen=True, slots=True)
class ReachedRole(Generic[Read]):
    """A role that GitHub reaches.

    `trusts` are the judgements of the roles for GitHub that it is reached through, its own one
    included; `through` are the names of the others, and `starts` their URNs.
    """

    role: Read
    name: str
    grants: list[Grant]
    trusts: tuple[Judgement, ...]
    through: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()

    @property
    def role_name(self) -> str:
        """Return the name without its path."""
        return self.name.rpartition("/")[2]

    @property
    def name_alone(self) -> str:
        """Return the name as if it had no path, as the map of a cluster of EKS writes it."""
        return f"/{self.role_name}"

    @property
    def contexts(self) -> list[Context]:
        """Return the contexts that reach it, as far as they are written out."""
        return [context for trust in self.trusts for context in trust.contexts]

    @property
    def refs(self) -> list[str]:
        """Return the branches and tags that reach it, and whole repositories as `*`."""
        contexts = (each.context for each in self.contexts)
        return [context for context in contexts if context == "*" or context.startswith(REF_PREFIX)]

    @property
    def is_of_pull_requests(self) -> bool:
        """Say whether pull requests reach it, by themselves or among others."""
        return any(trust.verdict <= Verdict.PULL_REQUEST for trust in self.trusts)

    @property
    def where(self) -> str:
        """Return what a sentence on a role begins with that does not trust GitHub itself."""
        names = " and ".join(f'"{name.rpartition("/")[2]}"' for name in self.through)
        what = "a role for GitHub" if len(self.through) == 1 else "roles for GitHub"
        return f"reached from {names}, {what}: " if names else ""


class Reach(Generic[Read]):
    """The roles of a stack that GitHub reaches, and the others.

    `trusts` are the judgements of the roles that trust GitHub, by URN.
    """

    def __init__(self, stack: Resources[Read], trusts: Mapping[str, Judgement]) -> None:
        self.grants = Grants(stack)
        self._roles = {role.urn: role for role in stack.of(*ROLES)} if trusts else {}
        names = {urn: path_and_name(role) for urn, role in self._roles.items()}
        plain = {
            urn: Role(
                names[urn], trust_document(role), self.grants.of(role), role.account, id_of(role)
            )
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
    ) -> ReachedRole[Read]:
        others = sorted(start for start in starts if start != urn)
        return ReachedRole(
            self._roles[urn],
            names[urn],
            self.grants.of(self._roles[urn]),
            (*((own,) if own else ()), *(starts[start] for start in others)),
            () if own else tuple(names[start] for start in others),
            tuple(others),
        )

    @property
    def others(self) -> Iterator[tuple[Read, list[Grant]]]:
        """Yield the roles that GitHub does not reach, with what they are granted."""
        own = {each.role.urn for each in self.roles}
        for urn, role in self._roles.items():
            if urn not in own:
                yield role, self.grants.of(role)

    def guarded(self) -> list[Guarded]:
        """Return the roles that GitHub reaches as ones that no grant may change."""
        return [_guarded(each) for each in self.roles]


def trust_document(role: Resource) -> object:
    """Return a role's trust policy, text or data, or its first value not known at preview."""
    document = role.properties.value(TRUST_PROPERTY[role.type])
    return next(unknowns(document), document)


def boundary_of(role: Resource) -> str:
    """Return the ARN of a role's boundary, empty where there is none or it is not known."""
    boundary = text_of(role, "permissionsBoundary")
    return boundary if isinstance(boundary, str) else ""


def id_of(role: Resource) -> str:
    """Return the id that AWS gave a role, empty where the role is not there or shows none."""
    found = text_of(role, ROLE_ID[role.type])
    return found if isinstance(found, str) else ""


def tags_of(role: Resource) -> Mapping[str, str] | None:
    """Return a role's tags, those of its provider included; None where one is not known."""
    found: dict[str, str] = {}
    for key in ("tags", "tagsAll"):
        value = role.properties.value(key)
        if next(unknowns(value), None):
            return None
        for tag in value if isinstance(value, list) else [value]:
            found |= _tags(tag)
    return found


def _tags(value: object) -> Mapping[str, str]:
    """Read tags as the AWS provider writes them, or one as AWS itself does."""
    if not isinstance(value, Mapping):
        return {}
    one = {str(key).lower(): str(each) for key, each in value.items()}
    if one.keys() == {"key", "value"}:
        return {one["key"]: one["value"]}
    return {str(key): str(each) for key, each in value.items()}


def _guarded(reached_role: ReachedRole[Read]) -> Guarded:
    policies = (grant.arn.rpartition(":policy")[2] for grant in reached_role.grants if grant.arn)
    named = frozenset(policy.removeprefix("policy") for policy in policies)
    return Guarded(reached_role.name, boundary_of(reached_role.role), named)
