"""What the expressions of one place in a workflow may name, and what it comes to there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from keyless.facts import BRANCH_REF_PREFIX, TAG_REF_PREFIX
from keyless.jobs.evaluation import evaluate_condition, evaluate_text, members
from keyless.jobs.github_context import github_value
from keyless.jobs.matrix import Matrix
from keyless.jobs.values import Alternatives, Open, RefText, Value, text_of
from keyless.jobs.workflow import Workflow, scalars, text, texts
from keyless.jobs.world import World
from keyless.yaml_nodes import Items, Node, Scalar, Table

_REFS = (BRANCH_REF_PREFIX, TAG_REF_PREFIX)
_FOLLOW_THE_REF = ("ref", "ref_name", "ref_type", "event")
Provider = Callable[[str], Alternatives]


@dataclass(frozen=True)
class Variables:
    """The variables that a job sees, by name in capitals.

    `hidden` are those of environments that the job does not name. Others may exist all the same.
    """

    visible: Mapping[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()

    def value(self, name: str) -> Value:
        """Return what `vars.NAME` is."""
        upper = name.upper()
        if upper in self.visible:
            return self.visible[upper]
        return Open(frozenset({f"vars.{upper}"}), False if upper in self.hidden else None)


@dataclass(frozen=True)
class Layer:
    """One `env` mapping, and the scope that its expressions are evaluated in."""

    node: Table
    scope: "Scope"


@dataclass(frozen=True, kw_only=True)
class Scope:
    """The contexts of one place.

    `env` is None where expressions cannot name it. `exports` says that a script of the job sets
    variables of the environment while it runs.
    """

    world: World
    workflow: Workflow
    job: str
    inputs: Provider
    secrets: Provider
    variables: Variables
    matrix: Matrix | None = None
    env: tuple[Layer, ...] = ()
    exports: bool = False

    def lookup(self, name: str, keys: tuple[Value, ...]) -> Alternatives:
        """Return what a context contains under some keys."""
        if name == "github":
            if not keys or keys[0] in _FOLLOW_THE_REF:
                self.world.notices.reads_ref = True
            if len(keys) > 1 and keys[:2] == ("event", "inputs") and len(keys) > 2:
                return _as_texts(dispatch_input(self.world, self.world_inputs, str(keys[2])))
            return (github_value(self.world, self.job, self.workflow.name, keys),)
        whole = Open(frozenset({".".join([name, *(str(text_of(key)) for key in keys)])}))
        if not keys or not isinstance(keys[0], str):
            return (whole,)
        key, rest = keys[0], keys[1:]
        match name:
            case "inputs":
                found = self.inputs(key)
            case "secrets":
                found = self.secrets(key)
            case "vars":
                found = (self.variables.value(key),)
            case "env":
                found = self._env(key)
            case "matrix" if self.matrix:
                found = (self.matrix.value(key),)
            case _:
                return (whole,)
        return tuple(members(value, rest, self) for value in found)

    @property
    def world_inputs(self) -> Mapping[str, Table]:
        """The inputs of a run that a person starts."""
        node = self.world.event_node
        inputs = node.get("inputs") if isinstance(node, Table) else None
        entries = inputs.entries if isinstance(inputs, Table) else ()
        return {k.text: v if isinstance(v, Table) else Table(v.place, ()) for k, v in entries}

    def compared(self, ref: RefText, other: str) -> None:
        """Take note of a ref that the run's is compared with."""
        if ref.is_full and other.startswith(_REFS):
            self.world.notices.names.setdefault(other)
        elif not ref.is_full and other:
            self.world.notices.names.setdefault(f"{BRANCH_REF_PREFIX}{other}")

    def searched(self, part: str) -> None:
        """Take note of a text that the run's ref is searched for."""
        for prefix in _REFS:
            part = part.removeprefix(prefix)
        if part and not part.startswith("refs/"):
            self.world.notices.parts.setdefault(part)

    def values(self, node: Scalar | None) -> Alternatives:
        """Return what a value of the file may come to."""
        if node is None:
            return (None,)
        plain = node.value
        return evaluate_text(plain, self) if isinstance(plain, str) else (plain,)

    def lets_run(self, condition: str | None) -> bool | None:
        """Tell whether an `if` lets something run; None where the files do not say."""
        return True if condition is None else evaluate_condition(condition, self)

    def within(self, env: Table | None) -> "Scope":
        """Return the scope of something that has an `env` of its own."""
        return self if env is None else replace(self, env=(Layer(env, self), *self.env))

    def _env(self, name: str) -> Alternatives:
        folded = name.casefold()
        for layer in self.env:
            for key, value in scalars(layer.node):
                if key.text.casefold() == folded:
                    return layer.scope.values(value)
        is_said = self.env and not self.exports
        return (None,) if is_said else (Open(frozenset({f"env.{name}"})),)


def dispatch_input(world: World, inputs: Mapping[str, Table], name: str) -> Alternatives:
    """Return what a person may give for an input; nothing where nobody is asked."""
    if world.ref is None:
        return (Open(frozenset({f"inputs.{name}"})),)
    spec = next((node for key, node in inputs.items() if key.casefold() == name.casefold()), None)
    if world.event != "workflow_dispatch" or spec is None:
        return (None,)
    key = f"input:{name.casefold()}"
    match text(spec.get("type")):
        case "boolean":
            return (world.choices.pick(key, (True, False)),)
        case "choice":
            options = texts(spec.get("options"))
            return (world.choices.pick(key, options),) if options else ("",)
        case "environment" if world.environments:
            return (world.choices.pick(key, world.environments),)
        case _:
            return (Open(frozenset({f"inputs.{name}"})),)


def _as_texts(values: Alternatives) -> Alternatives:
    return tuple(text_of(value) for value in values)


def node_value(node: Node, scope: Scope) -> Value:
    """Return a value of the file with all that is below it."""
    if isinstance(node, Scalar):
        found = scope.values(node)
        if len(found) == 1:
            return found[0]
        sources = [s for v in found if isinstance(v, Open) for s in v.sources]
        return Open(frozenset(sources) or frozenset({"an expression"}))
    if isinstance(node, Items):
        return [node_value(item, scope) for item in node.items]
    return {key.text: node_value(value, scope) for key, value in node.entries}


def matrix_of(strategy: Node | None, job_key: str, scope: Scope) -> Matrix | None:
    """Return the matrix of a job; None where it has none."""
    node = strategy.get("matrix") if isinstance(strategy, Table) else None
    if node is None:
        return None
    return Matrix(scope.world.choices, job_key, node_value(node, scope))
