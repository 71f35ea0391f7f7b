"""What existing roles are granted, as far as a file shows it, by the rules of the policy pack."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from keyless.rules.arns import names_role
from keyless.rules.changes import changes_of_others
from keyless.rules.duplicate_keys import TYPES, duplicate_keys
from keyless.rules.grant import Grant
from keyless.rules.guarded import Guarded
from keyless.rules.iam_types import ROLES, folded
from keyless.rules.pack_settings import Settings
from keyless.rules.power import Power, administrators_elsewhere, power_of
from keyless.rules.resource_policies import UNREAD, Named, granted_to, itself, may_grant, named_in
from keyless.rules.rights import beyond, is_unseen
from keyless.rules.stack_grants import of_others
from keyless.rules.stack_reach import Reach, ReachedRole, boundary_of, id_of, tags_of
from keyless.rules.state import on_state
from keyless.stack.resource import StackResource
from keyless.trust import Context, Judgement, Verdict, judge


@dataclass(frozen=True, kw_only=True)
class Rights:
    """What one role is granted, and what it gets from elsewhere.

    `elsewhere` are grants of roles that it can become and of policies of other resources, each
    behind what a sentence on it begins with; `open_ones` are those of policies for everybody, which
    count on a bucket of state alone; `unread` are sentences on what cannot be judged, each behind
    the type and name that the pack's settings may accept.
    """

    name: str
    grants: tuple[Grant, ...]
    boundary: str = ""
    guarded: tuple[Guarded, ...] = ()
    elsewhere: tuple[tuple[str, Grant], ...] = ()
    open_ones: tuple[tuple[str, Grant], ...] = ()
    unread: tuple[tuple[str, str, str], ...] = ()

    def beyond(
        self, verdict: Verdict, contexts: Sequence[Context], settings: Settings | None
    ) -> Iterator[str]:
        """Yield a clause for everything that a role of this verdict may not have.

        Without the pack's settings a policy that the file does not show may be one that they list.
        """
        for where, grants in (("", self.grants), *((w, (g,)) for w, g in self.elsewhere)):
            for sentence in beyond(
                grants if settings else [each for each in grants if not is_unseen(each)],
                verdict=verdict,
                contexts=contexts,
                own=self.name,
                guarded=self.guarded,
                boundaries={self.boundary} - {""},
                settings=settings or Settings(),
            ):
                yield f"{where}{sentence.rstrip('.')}"
        closed = (settings or Settings()).state_buckets_closed_to(self.name.rpartition("/")[2])
        for where, grant in self.open_ones:
            for sentence in on_state([grant], closed):
                yield f"{where}{sentence.rstrip('.')}"
        for kind, name, sentence in self.unread:
            if not (settings and settings.accepts(kind, name)):
                yield sentence.rstrip(".")

    @property
    def power(self) -> Power:
        """How much it comes to, in one word."""
        return power_of((*self.grants, *(grant for _, grant in self.elsewhere)))

    def unseen(self) -> Iterator[str]:
        """Yield a clause for every managed policy whose document the file does not show."""
        for grant in filter(is_unseen, self.grants):
            yield f"{grant.label}: the file does not show what it allows, so that is not judged"


@dataclass(frozen=True)
class JudgedResource:
    """A resource other than a role for GitHub, with a sentence for each thing the pack blocks."""

    type: str
    name: str
    findings: tuple[str, ...]


class StackRights:
    """What the roles of a stack that trust GitHub are granted, and what others may do to them.

    `other_issuers` are other vendors' issuers of GitHub's form.
    """

    def __init__(self, resources: Iterable[StackResource], other_issuers: Sequence[str]) -> None:
        self._stack = _Stack(resources)
        self._reach = Reach(self._stack, dict(_trusts(self._stack, other_issuers)))
        self._guarded = tuple(self._reach.guarded())

    def of_roles(self) -> Mapping[str, Rights]:
        """Return what each role that trusts GitHub is granted, by URN."""
        reached = self._reach.roles
        own = {each.role.urn: each for each in reached if not each.through}
        elsewhere: dict[str, list[tuple[str, Grant]]] = {urn: [] for urn in own}
        open_ones: dict[str, list[tuple[str, Grant]]] = {urn: [] for urn in own}
        unread: dict[str, list[tuple[str, str, str]]] = {urn: [] for urn in own}
        for each in reached:
            for start in each.starts:
                where = f'the role "{each.name}" that it can become: '
                elsewhere[start] += [(where, grant) for grant in each.grants]
        for resource in self._stack.granting() if own else ():
            documents, mentions = named_in(resource.type, resource.values)
            for each in reached:
                for urn in each.starts if each.through else (each.role.urn,):
                    given = list(_given(resource, each, documents))
                    elsewhere[urn] += given
                    everybody = _given(resource, each, documents, as_everybody=True)
                    open_ones[urn] += [found for found in everybody if found not in given]
                    unread[urn] += _unread(resource, each, mentions)
        return {
            urn: Rights(
                name=each.name,
                grants=tuple(each.grants),
                boundary=boundary_of(each.role),
                guarded=self._guarded,
                elsewhere=tuple(elsewhere[urn]),
                open_ones=tuple(open_ones[urn]),
                unread=tuple(unread[urn]),
            )
            for urn, each in own.items()
        }

    def of_others(self) -> Iterator[JudgedResource]:
        """Yield other resources with a duplicate key, or that may change a role for GitHub."""
        bounding = {each.boundary for each in self._guarded if each.boundary}
        others = chain(self._reach.others, of_others(self._stack, bounding))
        for resource, grants in others if self._guarded else ():
            if found := tuple(changes_of_others(grants, self._guarded)):
                yield JudgedResource(resource.written, resource.name, found)
        for each in self._reach.grants.elsewhere if self._guarded else ():
            if found := tuple(administrators_elsewhere(each.role, each.grants)):
                yield JudgedResource(each.resource.written, each.resource.name, found)
        own = {each.role.urn for each in self._reach.roles}
        for resource in self._stack.with_documents():
            found = tuple(duplicate_keys(resource.type, resource.values))
            if found and resource.urn not in own:
                yield JudgedResource(resource.written, resource.name, found)


@dataclass(frozen=True)
class _Resource:
    """A resource as the rules see it; nothing in a state is unknown.

    `type` is as the rules write it, `written` as the file does.
    """

    type: str
    name: str
    urn: str
    values: Mapping[str, object] = field(repr=False)
    property_dependencies: Mapping[str, frozenset[str]] = field(default_factory=dict)
    written: str = ""

    @property
    def account(self) -> str:
        """Return the account in the ARN of what is there, empty where the file has none."""
        parts = str(self.values.get("arn", "")).split(":")
        return parts[4] if len(parts) > 5 else ""

    @property
    def properties(self) -> "_Resource":
        return self

    def value(self, key: str) -> object:
        return self.values.get(key)


class _Stack:
    def __init__(self, resources: Iterable[StackResource]) -> None:
        self._by_type: dict[str, list[StackResource]] = {}
        for each in resources:
            self._by_type.setdefault(folded(each.type), []).append(each)

    def of(self, *types: str) -> Iterator[_Resource]:
        for kind in types:
            for each in self._by_type.get(folded(kind), ()):
                yield _Resource(kind, each.name, each.urn, each.properties, written=each.type)

    def granting(self) -> Iterator[_Resource]:
        return self.of(*filter(may_grant, self._by_type))

    def with_documents(self) -> Iterator[_Resource]:
        return self.of(*filter(TYPES.fullmatch, self._by_type))


def _trusts(stack: _Stack, other_issuers: Sequence[str]) -> Iterator[tuple[str, Judgement]]:
    for role in stack.of(*ROLES):
        document = role.values.get("assumeRolePolicy", role.values.get("assumeRolePolicyDocument"))
        judgement = judge(document, other_issuers=other_issuers)
        if judgement.verdict not in (Verdict.NOT_GITHUB, Verdict.UNKNOWN):
            yield role.urn, judgement


def _given(
    resource: _Resource,
    role: ReachedRole[_Resource],
    documents: Iterable[tuple[str, Mapping[str, object]]],
    *,
    as_everybody: bool = False,
) -> Iterator[tuple[str, Grant]]:
    for path, document in documents:
        named = Named(role.name, tags_of(role.role), as_everybody, id_of(role.role))
        if granted := granted_to(named, document, itself(resource)):
            yield f'{resource.type} "{resource.name}" names it: ', Grant(path, granted)


def _unread(
    resource: _Resource, role: ReachedRole[_Resource], mentions: Iterable[tuple[str, str]]
) -> Iterator[tuple[str, str, str]]:
    for path, arn in mentions:
        if names_role(arn, role.name) or names_role(arn, role.name_alone):
            said = f'{resource.type} "{resource.name}" names it: {path} {UNREAD}'
            yield resource.written, resource.name, said


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
