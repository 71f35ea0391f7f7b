"""Run one job in thought: its environment, its rights, and how it reaches AWS in one run."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from keyless.jobs.calls import Link, Path
from keyless.jobs.checkout import Checkout
from keyless.jobs.permissions import ID_TOKEN, Grants, own_grants
from keyless.jobs.scope import Layer, Provider, Scope, Variables, dispatch_input, matrix_of
from keyless.jobs.stack_roles import StackRepository
from keyless.jobs.steps import Checkouts, container_keys, exports_variables, walk
from keyless.jobs.values import Alternatives, Open, RefText, Value, text_of, truth
from keyless.jobs.visit import Found
from keyless.jobs.workflow import Job, Workflow, scalars, table, text
from keyless.jobs.world import World
from keyless.yaml_nodes import Scalar, Table


@dataclass(frozen=True)
class Rights:
    """Whether a job may ask for a token; None where a caller elsewhere decides.

    `refused` is a right that a call asks for beyond what its caller grants: the run does not start.
    `call` is the number of links up to that call.
    """

    id_token: bool | None
    refused: str | None = None
    call: int = 0


@dataclass(frozen=True)
class Place:
    """The environment of a job: `name` is None for none; `is_known` is False for an open value."""

    name: str | None
    is_known: bool = True


@dataclass(frozen=True)
class Run:
    """What one job does in one run, in one environment."""

    place: Place
    found: Found


def rights(path: Path, event: str) -> Rights:
    """Return what the token of a job may be asked for, by its own block and its callers'."""
    current: Grants | None = None
    is_sure = True
    for number, link in enumerate(path.links):
        own = own_grants(link.workflow, link.job)
        if number and own is not None:
            beyond = own.beyond(current) if current else None
            if beyond is not None:
                return Rights(False, beyond, number)
            is_sure = is_sure and current is not None
        current = current if own is None else own
    if current is None:
        return Rights(None if event == "workflow_call" else False)
    has = current.level(ID_TOKEN) == "write"
    return Rights(None if has and not is_sure else has)


def runs(path: Path, world: World, checkout: Checkout, entry: StackRepository) -> list[Run]:
    """Return what a job does in one run: once for each environment that it may name."""
    scope, is_live = _scope(path, world, entry.elsewhere)
    job = path.last.job
    places = list(_places(scope, job, entry))
    if any(not place.is_known for place in places):
        places = [Place(None, is_known=False)]
    return [Run(place, _walked(path, scope, place, checkout, entry, is_live)) for place in places]


def call_values(path: Path, world: World, entry: StackRepository) -> Iterator[tuple[str, Value]]:
    """Yield what a job hands to a workflow of another repository: inputs and secrets."""
    scope, is_live = _scope(path, world, entry.elsewhere)
    if not is_live:
        return
    for key in ("with", "secrets"):
        for name, node in scalars(path.last.job.node.get(key)):
            for value in scope.values(node):
                yield name.text, value


def _walked(
    path: Path,
    scope: Scope,
    place: Place,
    checkout: Checkout,
    entry: StackRepository,
    is_live: bool,
) -> Found:
    link = path.last
    seen = replace(scope, variables=_variables(place, entry))
    outer = seen.within(table(link.workflow.node.get("env")))
    own = outer.within(table(link.job.node.get("env")))
    steps = link.job.steps
    own = replace(own, exports=exports_variables(steps), env=own.env or _no_env(link, seen))
    places = Checkouts(checkout, link.home)
    found = walk(steps, own, places, link.workflow.path, is_live=is_live)
    found.uses += container_keys(link.job, own, link.workflow.path, is_live=is_live)
    return found


def _no_env(link: Link, scope: Scope) -> tuple[Layer, ...]:
    """Return an empty `env`, by which expressions see that there is none."""
    return (Layer(Table(link.job.key.place, ()), scope),)


def _variables(place: Place, entry: StackRepository) -> Variables:
    if not place.is_known:
        return entry.in_any
    return entry.elsewhere if place.name is None else entry.inside(place.name)


def _scope(path: Path, world: World, variables: Variables) -> tuple[Scope, bool]:
    """Return the scope of a path's last job, and whether no `if` on the way rules it out."""
    inputs = _own_inputs(world, path.links[0].workflow)
    secrets: Provider = lambda name: (Open(frozenset({f"secrets.{name}"})),)  # noqa: E731
    is_live = True
    scope: Scope | None = None
    for number, link in enumerate(path.links):
        if scope is not None:
            caller = path.links[number - 1].job
            inputs = _called_inputs(scope, caller, link.workflow)
            secrets = _called_secrets(scope, caller, secrets)
        scope = Scope(
            world=world,
            workflow=link.workflow,
            job=link.job.id,
            inputs=inputs,
            secrets=secrets,
            variables=variables,
        )
        is_live = is_live and scope.lets_run(link.job.condition) is not False
        key = "/".join(one.job.id for one in path.links[: number + 1])
        matrix = matrix_of(link.job.node.get("strategy"), key, scope)
        is_live = is_live and not (matrix is not None and matrix.is_empty)
        scope = replace(scope, matrix=matrix)
    if scope is None:
        raise ValueError("a path without a job")
    return scope, is_live


def _own_inputs(world: World, workflow: Workflow) -> Provider:
    return lambda name: dispatch_input(world, workflow.dispatch_inputs, name)


def _called_inputs(scope: Scope, caller: Job, workflow: Workflow) -> Provider:
    def inputs(name: str) -> Alternatives:
        folded = name.casefold()
        given = next(
            (v for k, v in scalars(caller.node.get("with")) if k.text.casefold() == folded), None
        )
        spec = next((t for k, t in workflow.inputs.items() if k.casefold() == folded), None)
        kind = text(spec.get("type")) if spec else None
        if given is None and spec is not None:
            default = spec.get("default")
            if not isinstance(default, Scalar):
                return (_NOTHING.get(kind or ""),)
            given = default
        return tuple(_typed(kind, value) for value in scope.values(given))

    return inputs


_NOTHING: dict[str, Value] = {"boolean": False, "number": 0.0, "string": ""}


def _typed(kind: str | None, value: Value) -> Value:
    if kind == "boolean" and isinstance(value, str):
        return value.casefold() == "true"
    return text_of(value) if kind == "string" else value


def _called_secrets(scope: Scope, caller: Job, outer: Provider) -> Provider:
    node = caller.node.get("secrets")
    if isinstance(node, Scalar):
        return outer

    def secrets(name: str) -> Alternatives:
        folded = name.casefold()
        for key, value in scalars(node):
            if key.text.casefold() == folded:
                return scope.values(value)
        return (Open(frozenset({f"secrets.{name}"}), False),)

    return secrets


def _places(scope: Scope, job: Job, entry: StackRepository) -> Iterator[Place]:
    for value in _environments(scope, job, entry):
        if isinstance(value, Open) and truth(value) is False:
            yield Place(None)
        elif not isinstance(value, str):
            yield Place(None, is_known=False)
        elif name := value.strip():
            known = entry.environment(name)
            yield Place(known.name if known else name)
        else:
            yield Place(None)


def _environments(scope: Scope, job: Job, entry: StackRepository) -> Sequence[Value]:
    """Return the values that a job's environment may have; a ref may be one by its name."""
    found = scope.values(job.environment)
    for value in found:
        if isinstance(value, RefText):
            for environment in entry.environments.values():
                scope.compared(value, environment.name)
    return tuple(text_of(value) for value in found)
