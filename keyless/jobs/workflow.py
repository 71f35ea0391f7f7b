"""The parts of a workflow file: events, jobs, steps, and the composite actions they use.

Each keeps its node of the file, so that findings and rewriting have lines and offsets. What an
expression comes to is not asked here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from keyless.jobs.workflow_text import UnreadableFileError
from keyless.yaml_nodes import Items, Node, Scalar, Table

_NO_PLACE = 1
AT_RUNNING_COMMIT = "$/"
_OF_ITS_REPOSITORY = ("./", AT_RUNNING_COMMIT)
"""What `uses` begins with for the same repository: as checked out, or at the commit that runs
("Finding and customizing actions", GitHub Docs)."""


def own_folder(uses: str) -> str | None:
    """Return the folder of an action of the same repository; None for any other."""
    if not uses.startswith(_OF_ITS_REPOSITORY):
        return None
    return uses[2:].strip("/")


def text(node: Node | None) -> str | None:
    """Return the text of a scalar; None for anything else, and for an empty value."""
    if isinstance(node, Scalar) and node.value is not None:
        return node.text
    return None


def texts(node: Node | None) -> tuple[str, ...]:
    """Return the texts of a list, or the one of a scalar."""
    if isinstance(node, Items):
        return tuple(item.text for item in node.items if isinstance(item, Scalar))
    one = text(node)
    return () if one is None else (one,)


def table(node: Node | None) -> Table | None:
    """Return a node that is a mapping."""
    return node if isinstance(node, Table) else None


def scalars(node: Node | None) -> Iterator[tuple[Scalar, Scalar]]:
    """Yield the entries of a mapping whose values are scalars."""
    if isinstance(node, Table):
        yield from ((key, value) for key, value in node.entries if isinstance(value, Scalar))


@dataclass(frozen=True)
class Step:
    """One step of a job or of a composite action."""

    node: Table

    @property
    def line(self) -> int:
        """The line where the step begins."""
        return self.node.place.line

    @property
    def uses(self) -> str | None:
        """The action that it runs."""
        return text(self.node.get("uses"))

    @property
    def run(self) -> str | None:
        """The script that it runs."""
        return text(self.node.get("run"))

    @property
    def condition(self) -> str | None:
        """Its `if`."""
        return text(self.node.get("if"))

    @property
    def env(self) -> Table | None:
        """Its own `env`."""
        return table(self.node.get("env"))

    @cached_property
    def inputs(self) -> Mapping[str, Scalar]:
        """What is written under `with`, by input in small letters."""
        return {key.text.lower(): value for key, value in scalars(self.node.get("with"))}


@dataclass(frozen=True)
class Job:
    """One job; `key` is its name in the file."""

    key: Scalar
    node: Table

    @property
    def id(self) -> str:
        """The name of the job in its file."""
        return self.key.text

    @property
    def line(self) -> int:
        """The line of the job's name."""
        return self.key.place.line

    @property
    def uses(self) -> str | None:
        """The reusable workflow that it calls."""
        return text(self.node.get("uses"))

    @property
    def condition(self) -> str | None:
        """Its `if`."""
        return text(self.node.get("if"))

    @property
    def needs(self) -> tuple[str, ...]:
        """The jobs that it waits for."""
        return texts(self.node.get("needs"))

    @property
    def environment(self) -> Scalar | None:
        """The value that names its environment."""
        node = self.node.get("environment")
        named = node.get("name") if isinstance(node, Table) else node
        return named if isinstance(named, Scalar) else None

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """Its steps, in order."""
        return _steps(self.node.get("steps"))

    @property
    def container_envs(self) -> tuple[Table, ...]:
        """The `env` of its container and of each of its services, which expressions cannot name."""
        found = (table(one.get("env")) for one in self._containers)
        return tuple(env for env in found if env)

    @property
    def container_options(self) -> tuple[Scalar, ...]:
        """The options that its container and its services are started with."""
        found = (one.get("options") for one in self._containers)
        return tuple(node for node in found if isinstance(node, Scalar))

    @property
    def _containers(self) -> Iterator[Table]:
        services = table(self.node.get("services"))
        nodes = (
            self.node.get("container"),
            *(n for _, n in (services.entries if services else ())),
        )
        yield from filter(None, map(table, nodes))

    def line_of(self, key: str) -> int:
        """Return the line of one of its keys; the job's own where the key is absent."""
        found = self.node.key(key)
        return found.place.line if found else self.line


@dataclass(frozen=True)
class Flaw:
    """One thing for which GitHub refuses a file: its line, what was found, and what to write."""

    line: int
    found: str
    write: str

    @property
    def says(self) -> str:
        """What was found, and what comes of it."""
        return f"{self.found}. GitHub refuses such a file, and runs no job of it."


@dataclass(frozen=True)
class Workflow:
    """One workflow file; `path` is its place in the repository.

    `flaws` are what GitHub refuses the file for; `read_workflow` looks for none.
    """

    path: str
    node: Table
    events: Mapping[str, Node | None]
    jobs: Mapping[str, Job]
    flaws: tuple[Flaw, ...] = ()

    @property
    def name(self) -> str:
        """What GitHub calls it."""
        return text(self.node.get("name")) or self.path

    @property
    def inputs(self) -> Mapping[str, Table]:
        """The inputs that a caller gives, by name."""
        return _inputs(self.events.get("workflow_call"))

    @property
    def dispatch_inputs(self) -> Mapping[str, Table]:
        """The inputs that a person gives, by name."""
        return _inputs(self.events.get("workflow_dispatch"))

    def line_of(self, key: str) -> int:
        """Return the line of one of its keys."""
        found = self.node.key(key)
        return found.place.line if found else _NO_PLACE


@dataclass(frozen=True)
class CompositeAction:
    """One action of the checkout that is made of steps; `path` is that of its file."""

    path: str
    inputs: Mapping[str, Table]
    steps: tuple[Step, ...]


def read_workflow(path: str, node: Node | None) -> Workflow:
    """Return a workflow. Raises UnreadableFileError for what GitHub does not run."""
    if not isinstance(node, Table):
        raise UnreadableFileError(1, "no mapping at the top level. Write on: and jobs:.")
    on = node.get("on")
    events = {} if on is None else _events(on)
    if not events:
        key = node.key("on")
        found = "no on: in it" if key is None else "no event in on:"
        line = key.place.line if key else _NO_PLACE
        raise UnreadableFileError(line, f"{found}. Nothing starts it. Name its events.")
    jobs = node.get("jobs")
    if not isinstance(jobs, Table) or not jobs.entries:
        raise UnreadableFileError(
            node.place.line, "no jobs in it. GitHub refuses the file. Write jobs:."
        )
    made: dict[str, Job] = {}
    for name, value in jobs.entries:
        if not isinstance(value, Table):
            raise UnreadableFileError(
                name.place.line, f"the job {name.text} is no mapping. Write runs-on: and steps:."
            )
        made[name.text] = Job(name, value)
    return Workflow(path, node, events, made)


def read_action(path: str, node: Node | None) -> CompositeAction | None:
    """Return an action that is made of steps; None for one of another kind."""
    runs = node.get("runs") if isinstance(node, Table) else None
    if not isinstance(runs, Table) or (text(runs.get("using")) or "").lower() != "composite":
        return None
    inputs = node.get("inputs") if isinstance(node, Table) else None
    return CompositeAction(path, _tables(inputs), _steps(runs.get("steps")))


def _events(on: Node) -> Mapping[str, Node | None]:
    if isinstance(on, Table):
        return {key.text: value for key, value in on.entries}
    return dict.fromkeys(texts(on))


def _inputs(event: Node | None) -> Mapping[str, Table]:
    return _tables(event.get("inputs")) if isinstance(event, Table) else {}


def _tables(node: Node | None) -> Mapping[str, Table]:
    """Return the entries of a mapping, an empty one standing for a value that is none."""
    if not isinstance(node, Table):
        return {}
    return {
        key.text: value if isinstance(value, Table) else Table(value.place, ())
        for key, value in node.entries
    }


def _steps(node: Node | None) -> tuple[Step, ...]:
    items: Sequence[Node] = node.items if isinstance(node, Items) else ()
    return tuple(Step(item) for item in items if isinstance(item, Table))
