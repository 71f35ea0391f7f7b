"""What one use of AWS by one run comes to: in, refused, unknown or by a stored key."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from keyless.estate.subject import ContextKind
from keyless.jobs.admission import Admission, Presented, admission
from keyless.jobs.runs import Place, Rights
from keyless.jobs.stack_roles import StackRepository, StackRole
from keyless.jobs.stored_keys import hands_over_key
from keyless.jobs.values import Open, Partial, Value, sources_of
from keyless.jobs.visit import Site, Use

Result = Literal["in", "refused", "unknown", "static-keys"]

_NEAREST_KINDS: Mapping[str, tuple[ContextKind, ...]] = {
    "push": ("branch", "environment"),
    "pull_request": ("pull_requests", "branch"),
    "merge_group": ("branch", "pull_requests"),
}
"""The roles that a job without an environment may mean by event: the nearest kind first."""


@dataclass(frozen=True)
class Outcome:
    """One result; `role` is the one that lets the run in.

    `wanted` is the role that the job means, the nearest one where a secret names it. `could_use`
    are the roles that an unknown result may come to, `named` is what the file says in place of a
    role, `branches` are those that roles trust which it may mean. `is_chained` says that the role
    is assumed from another.
    """

    result: Result
    site: Site
    place: Place
    role: str | None = None
    causes: frozenset[str] = frozenset()
    wanted: StackRole | None = None
    could_use: frozenset[str] = frozenset()
    named: str | None = None
    run: Presented | None = None
    branches: frozenset[str] = frozenset()
    is_chained: bool = False

    def doubted(self, cause: str) -> "Outcome":
        """Return the result where one more cause may keep the run out."""
        if self.result == "static-keys":
            return self
        return replace(
            self,
            result="unknown" if self.result == "in" else self.result,
            role=None,
            causes=self.causes | {cause},
            could_use=self.could_use | ({self.role} if self.role else set()),
        )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Everything that decides about one use in one run; `ref` is None for a caller elsewhere."""

    entry: StackRepository
    rights: Rights
    place: Place
    event: str
    ref: str | None
    workflow_refs: tuple[str, ...]
    use: Use

    def presented(self, environment: str | None) -> Presented:
        """Return the run as a role sees it, in an environment."""
        return Presented(
            event=self.event,
            ref=self.ref or "",
            environment=environment,
            workflow_refs=self.workflow_refs,
            audience=self.use.audience,
            seconds=self.use.seconds,
            session=self.use.session,
        )

    def admission(self, role: StackRole, environment: str | None) -> Admission:
        """Ask one role about the run."""
        return admission(role, self.entry, self.presented(environment))


def key_outcome(site: Site, place: Place) -> Outcome:
    """Return what a stored key comes to."""
    return Outcome("static-keys", site, place)


def untried_outcome(entry: StackRepository, site: Site) -> Outcome:
    """Return what a job comes to whose choices are too many to try."""
    return Outcome(
        "unknown",
        site,
        Place(None, is_known=False),
        causes=frozenset({"dynamic-environment"}),
        could_use=frozenset(role.name for role in entry.roles),
    )


def outcomes(asked: Asked) -> Iterator[Outcome]:
    """Yield one outcome for each role that a use may name."""
    for value in asked.use.role:
        yield _outcome(asked, value)


def elsewhere_outcome(
    entry: StackRepository,
    site: Site,
    workflow: str,
    name: str,
    value: Value,
    *,
    has_token: bool | None,
) -> Outcome | None:
    """Return what a workflow that nobody has read may come to by one value; None for no role."""
    place = Place(None)
    if hands_over_key(name, value):
        return key_outcome(site, place)
    pinned = f"{workflow.partition('@')[0]}@"
    roles = _candidates(entry, value)
    is_said = not isinstance(value, Open) or bool(variables_of(value))
    is_meant = (len(roles) == 1 and is_said) or any(
        p.startswith(pinned) for r in roles for p in r.described.workflows
    )
    if not roles or not (is_meant or "role" in name.lower()):
        return None
    refused = has_token is False
    cause = "no-id-token" if refused else "workflow-elsewhere"
    return Outcome(
        "refused" if refused else "unknown",
        site,
        place,
        causes=frozenset({cause}),
        could_use=frozenset() if refused else frozenset(role.name for role in roles),
        named=_named(value),
    )


def _outcome(asked: Asked, value: Value) -> Outcome:
    named = _named(value)
    if asked.use.kind in _WITHOUT_TOKEN:
        return _WITHOUT_TOKEN[asked.use.kind](asked, value, named)
    if asked.ref is None:
        return _called_from_elsewhere(asked, value, named)
    if not asked.place.is_known:
        return _in_some_environment(asked, value, named)
    known = _known_role(asked.entry, value)
    if known is not None:
        return _of_role(asked, known, named)
    candidates = _candidates(asked.entry, value)
    if is_hidden(value) and candidates:
        return _of_hidden(asked, candidates, named)
    return _made(asked, named, _unknown_causes(asked, value), frozenset())


def _chained(asked: Asked, value: Value, named: str) -> Outcome:
    known = _known_role(asked.entry, value)
    candidates = _candidates(asked.entry, value)
    if known is None and is_hidden(value) and candidates:
        names = frozenset[str]()
        return Outcome(
            "unknown",
            asked.use.site,
            asked.place,
            causes=frozenset({"role-hidden"}),
            could_use=names,
            named=named,
        )
    cause = "role-unknown" if known is None else "chained"
    return Outcome(
        "refused",
        asked.use.site,
        asked.place,
        causes=frozenset({cause}),
        wanted=known,
        named=named,
        is_chained=True,
    )


def _by_file(asked: Asked, value: Value, named: str) -> Outcome:
    """Return what a token comes to that is in a file: nobody has read whose it is."""
    could = frozenset(role.name for role in _candidates(asked.entry, value))
    return Outcome(
        "unknown" if could else "refused",
        asked.use.site,
        asked.place,
        causes=frozenset({"token-file" if could else "role-unknown"}),
        could_use=could,
        named=named,
    )


def _with_existing(asked: Asked, value: Value, _: str) -> Outcome:
    """Return what a step comes to that is content with credentials of an earlier one."""
    asked = replace(asked, use=replace(asked.use, kind="token"))
    return _outcome(asked, value).doubted("existing-credentials")


_WITHOUT_TOKEN: Mapping[str, Callable[[Asked, Value, str], Outcome]] = {
    "chain": _chained,
    "file": _by_file,
    "existing": _with_existing,
}


def _called_from_elsewhere(asked: Asked, value: Value, named: str) -> Outcome:
    if isinstance(value, str) and _known_role(asked.entry, value) is None:
        return _made(asked, named, frozenset({"role-unknown"}), frozenset())
    roles = _candidates(asked.entry, value)
    if asked.place.is_known:
        own = None if asked.place.name is None else asked.place.name.casefold()
        roles = tuple(r for r in roles if (r.environment or "").casefold() == (own or ""))
    doubts = frozenset({"called-from-elsewhere"})
    if any(source.startswith("secrets.") for source in sources_of((value,))):
        doubts |= {"role-hidden"}
    return _made(asked, named, frozenset(), doubts, could_use=roles)


def _in_some_environment(asked: Asked, value: Value, named: str) -> Outcome:
    doubts = {"dynamic-environment"}
    if is_hidden(value):
        doubts.add("role-hidden")
    could = [
        role
        for role in _candidates(asked.entry, value)
        if not asked.admission(role, role.environment).causes
    ]
    if isinstance(value, str) and _known_role(asked.entry, value) is None:
        return _made(asked, named, frozenset({"role-unknown"}), frozenset())
    return _made(asked, named, frozenset(), frozenset(doubts), could_use=could)


def _of_role(asked: Asked, role: StackRole, named: str) -> Outcome:
    found = asked.admission(role, asked.place.name)
    return _made(asked, named, found.causes, found.doubts, could_use=(role,), wanted=role)


def _of_hidden(asked: Asked, candidates: Sequence[StackRole], named: str) -> Outcome:
    """Judge a role that nobody can read: by those of the entry that it may be."""
    found = {role.name: asked.admission(role, asked.place.name) for role in candidates}
    could = [role for role in candidates if not found[role.name].causes]
    hidden = frozenset({"role-hidden"})
    if could:
        doubts = frozenset.intersection(*(found[role.name].doubts for role in could))
        return _made(asked, named, frozenset(), hidden | doubts, could_use=could, meant=candidates)
    nearest = min(_nearest(asked, candidates), key=lambda role: len(found[role.name].causes))
    causes = found[nearest.name].causes | hidden
    return _made(asked, named, causes, frozenset(), wanted=nearest, meant=candidates)


def _nearest(asked: Asked, candidates: Sequence[StackRole]) -> Sequence[StackRole]:
    """Return the roles of the context that the run is in, else all of them."""
    place = asked.place.name
    if place is not None:
        return [r for r in candidates if r.environment == place] or candidates
    for kind in _NEAREST_KINDS.get(asked.event, _NEAREST_KINDS["push"]):
        if fitting := [r for r in candidates if r.described.context_kind == kind]:
            return fitting
    return candidates


def _unknown_causes(asked: Asked, value: Value) -> frozenset[str]:
    """Say why a job that names no role of the entry gets nowhere."""
    names = variables_of(value)
    place = asked.place.name
    of_environments = [
        role
        for role in asked.entry.roles
        if role.environment is not None and role.described.variable in names
    ]
    if names and place is not None and not asked.entry.of_environment(place):
        return frozenset({"other-environment"})
    if of_environments and place is None:
        asked_too = [asked.admission(role, None).causes for role in of_environments]
        return frozenset({"no-environment"}).union(frozenset.intersection(*asked_too))
    if place is None and names & asked.entry.elsewhere.hidden:
        return frozenset({"no-environment"})
    hidden = frozenset({"role-hidden"}) if is_hidden(value) else frozenset[str]()
    return hidden | {"role-unknown"}


def _made(
    asked: Asked,
    named: str,
    causes: frozenset[str],
    doubts: frozenset[str],
    *,
    could_use: Iterable[StackRole] = (),
    wanted: StackRole | None = None,
    meant: Sequence[StackRole] | None = None,
) -> Outcome:
    """Put what is certain and what is in doubt together with the rights of the job's token."""
    has_token = asked.rights.id_token
    if has_token is False:
        causes = causes | {"no-id-token"} | (doubts & {"role-hidden"})
    elif has_token is None and "called-from-elsewhere" not in doubts and not causes:
        doubts = doubts | {"no-id-token"}
    could = tuple(could_use)
    meant = could if meant is None else meant
    result: Result = "refused" if causes else "unknown" if doubts else "in"
    return Outcome(
        result,
        asked.use.site,
        asked.place,
        role=wanted.name if result == "in" and wanted else None,
        causes=causes or doubts,
        wanted=wanted,
        could_use=frozenset(r.name for r in could) if result == "unknown" else frozenset(),
        named=named,
        run=asked.presented(asked.place.name) if asked.ref and asked.place.is_known else None,
        branches=frozenset(r.described.context_name or "" for r in _of_branches(meant)),
    )


def _of_branches(roles: Iterable[StackRole]) -> Iterator[StackRole]:
    return (role for role in roles if role.described.context_kind == "branch")


def is_hidden(value: Value) -> bool:
    """Tell whether nothing but a secret, or something else that no file says, names the role."""
    if isinstance(value, Partial):
        return True
    return isinstance(value, Open) and not variables_of(value)


def variables_of(value: Value) -> frozenset[str]:
    """Return the variables that name a role by themselves."""
    if not isinstance(value, Open):
        return frozenset()
    names = {source.removeprefix("vars.") for source in value.sources if source[:5] == "vars."}
    return frozenset(names) if len(names) == len(value.sources) else frozenset()


def _known_role(entry: StackRepository, value: Value) -> StackRole | None:
    if not isinstance(value, str):
        return None
    return next((r for r in entry.roles if r.described.role_arn == value.strip()), None)


def _candidates(entry: StackRepository, value: Value) -> tuple[StackRole, ...]:
    """Return the roles of the entry that a value may name."""
    if isinstance(value, Partial):
        parts = (re.escape(p) if isinstance(p, str) else ".*" for p in value.parts)
        whole = re.compile("".join(parts))
        return tuple(r for r in entry.roles if whole.fullmatch(r.described.role_arn))
    if names := variables_of(value):
        return tuple(r for r in entry.roles if r.described.variable in names)
    if isinstance(value, str):
        known = _known_role(entry, value)
        return () if known is None else (known,)
    return entry.roles


def _named(value: Value) -> str:
    """Write what the file says in place of a role."""
    if isinstance(value, Open):
        return " or ".join(sorted(value.sources))
    if isinstance(value, Partial):
        return "".join(p if isinstance(p, str) else f"${{{_named(p)}}}" for p in value.parts)
    return str(value)
