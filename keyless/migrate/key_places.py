"""Find where a stored key is in the steps of a job or of a composite action, by node.

Also finds what no edit can replace: a key for another provider, a key pair that a script or an
action is handed as such, an expression that names no single secret.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from keyless.estate.static_keys import names_static_key
from keyless.jobs.providers import endpoint_of, evidence, other_provider
from keyless.jobs.visit import CONFIGURE
from keyless.jobs.workflow import Step, own_folder, scalars, table
from keyless.migrate.shell import is_inside, leaves_gap
from keyless.yaml_nodes import Items, Scalar, Table

NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
_ONE = re.compile(
    r"\$\{\{\s*(?P<context>secrets|vars|inputs|env)(?:\.(?P<name>[\w-]+)|\[\s*'(?P<quoted>[\w-]+)'\s*\])"
    r"\s*\}\}"
)
_SECRET = re.compile(r"\bsecrets(?:\.([\w-]+)|\[\s*'([\w-]+)'\s*\])", re.IGNORECASE)
_STORED = re.compile(r"\b(?:secrets|vars|inputs|env|matrix)\b", re.IGNORECASE)
_LITERAL = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{16}\Z")
_VALUE = r"[\"']?(?:\$\{\{[^}]*\}\}|\$\{?\w+\}?|(?:AKIA|ASIA)[A-Z0-9]{16})[\"']?"
_NAME = r"aws_(?:access_key_id|secret_access_key|session_token)"
_KEY_COMMAND = re.compile(
    rf"\s*(?:aws\s+configure\s+set\s+(?:default\.)?{_NAME}\s+{_VALUE}(?:\s+--profile[= ]default)?"
    rf"|export\s+{_NAME}={_VALUE}"
    rf"|echo\s+[\"']?{_NAME}={_VALUE}[\"']?\s*>>\s*[\"']?\$\{{?GITHUB_ENV\}}?[\"']?)\s*\Z",
    re.IGNORECASE,
)
_PROFILES = ("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
_HALF = re.compile(r"secret|token", re.IGNORECASE)
_QUESTION = re.compile(r"[!=]=|\$\{\{\s*!")
_SHELL_NAME = re.compile(r"\$\{?(\w+)")
_BY_ITSELF = frozenset(
    {
        "einaregilsson/beanstalk-deploy",
        "jakejarvis/cloudflare-purge-action",
        "jakejarvis/s3-sync-action",
        "kciter/aws-ecr-action",
        "prewk/s3-cp-action",
    }
)
"""Actions that take the key pair alone, by inputs that they require or into a profile of their own,
as their code says. The credentials of their environment do not reach them."""


class RefusedError(Exception):
    """Say which line cannot be migrated, why, and what to do instead.

    `path` is its file where that is another than the job's own.
    """

    def __init__(self, line: int, sentence: str, path: str | None = None) -> None:
        super().__init__(sentence)
        self.path = path
        self.line = line
        self.sentence = sentence


@dataclass
class StepKeys:
    """The keys of one step: entries of `with` and of `env`, and lines of its script."""

    index: int
    step: Step
    inputs: list[str] = field(default_factory=list)
    env: list[str] = field(default_factory=list)
    lines: frozenset[int] = frozenset()

    @property
    def is_configure(self) -> bool:
        """Whether the step is the credentials action itself."""
        return (self.step.uses or "").lower().startswith(f"{CONFIGURE}@")

    @property
    def is_local(self) -> bool:
        """Whether the step runs an action of the checkout."""
        return own_folder(self.step.uses or "") is not None

    @property
    def is_whole(self) -> bool:
        """Whether the script does nothing but store the key."""
        rest = [x for n, x in enumerate(_lines(self.step)) if n not in self.lines]
        return bool(self.lines) and not any(x.strip() and x.strip()[0] != "#" for x in rest)

    def __bool__(self) -> bool:
        """Tell whether there is any key."""
        return bool(self.inputs or self.env or self.lines)


@dataclass
class Keys:
    """The keys that some steps see; `outer` are entries of `env` around them.

    `elsewhere` are the lines whose keys are for another provider, with what says so. `inputs` are
    those by which a composite action is handed one key, counted by its caller.
    """

    steps: list[StepKeys]
    outer: list[tuple[Table, str]]
    elsewhere: list[tuple[int, str]] = field(default_factory=list)
    inputs: frozenset[str] = frozenset()

    @property
    def ids(self) -> list[str]:
        """What the keys are read from, their secret halves left out."""
        found: dict[str, None] = {}
        halves = {name for name, is_half in _variables_of(self.steps) if is_half}
        for layer, name in self.outer:
            if name not in halves:
                _take(found, layer, name)
        for keys in self.steps:
            for name in keys.inputs:
                _take(found, keys.step.node.get("with"), name)
            for name in keys.env:
                _take(found, keys.step.env, name)
            for number in keys.lines:
                _take_line(found, _lines(keys.step)[number])
        return [one for one in found if one.lower().removeprefix("inputs.") not in self.inputs]

    @property
    def secrets(self) -> set[str]:
        """The secrets that the keys are read from."""
        values: list[object] = [layer.get(name) for layer, name in self.outer]
        texts: list[str] = []
        for keys in self.steps:
            inputs = table(keys.step.node.get("with"))
            values += [inputs.get(name) for name in keys.inputs if inputs]
            values += [keys.step.env.get(name) for name in keys.env if keys.step.env]
            texts += [_lines(keys.step)[number] for number in keys.lines]
        texts += [value.text for value in values if isinstance(value, Scalar)]
        return {a or b for text in texts for a, b in _SECRET.findall(text)}

    def __bool__(self) -> bool:
        """Tell whether there is any key."""
        return bool(self.steps or self.outer)


def find_keys(steps: Items, layers: Sequence[Table], inputs: frozenset[str] = frozenset()) -> Keys:
    """Return the keys that steps see, `layers` being the `env` around them, the nearest first.

    `inputs` are those of a composite action that bring a key, in small letters. Raises
    RefusedError.
    """
    outer, elsewhere = _outer_keys(layers)
    known = frozenset(key for _, key in outer)
    found: list[StepKeys] = []
    foreign: list[tuple[Step, str]] = []
    rest: list[Step] = []
    for index, item in enumerate(steps.items):
        if not isinstance(item, Table):
            continue
        step = Step(item)
        provider = other_provider(step, layers)
        if provider and (outer or _has_keys(step)):
            foreign.append((step, provider))
            continue
        rest.append(step)
        if keys := _step_keys(index, step, known, inputs):
            found.append(keys)
    if foreign:
        is_shared = bool(found) or (bool(outer) and _is_for_more(foreign, rest))
        return Keys([], [], [*elsewhere, *_foreign(foreign, is_shared=is_shared)])
    _refuse_profile(found, rest, layers)
    if elsewhere and (found or outer):
        line, provider = elsewhere[0]
        raise RefusedError(
            line,
            f"the key goes to another provider ({provider}), and the job has one of AWS as well. A "
            "session would take the place of both. Write this env in a job of its own",
        )
    made = Keys(found, outer + _named_by_inputs(found, layers, outer), elsewhere, inputs)
    _refuse_other_names(made)
    if len(made.ids) > 1:
        first = found[0].step.line if found else outer[0][0].place.line
        raise RefusedError(
            first,
            f"the job takes {len(made.ids)} keys ({', '.join(made.ids)}). One role replaces one "
            "key. Split the job, or replace one of them by hand",
        )
    return made


def _outer_keys(
    layers: Sequence[Table],
) -> tuple[list[tuple[Table, str]], list[tuple[int, str]]]:
    """Return the keys of each `env`, and those that go with an endpoint of another provider."""
    found: list[tuple[Table, str]] = []
    elsewhere: list[tuple[int, str]] = []
    for layer in layers:
        names = list(_env_keys(layer))
        provider = endpoint_of(layer)
        if names and provider:
            elsewhere.append((layer.place.line, provider))
        else:
            found += [(layer, name) for name in names]
    return found, elsewhere


def _named_by_inputs(
    found: Sequence[StepKeys], layers: Sequence[Table], known: Sequence[tuple[Table, str]]
) -> list[tuple[Table, str]]:
    """Return the variables around the steps that inputs with a key are read from."""
    names = {name for name, _ in _variables_of(found)}
    own = ((layer, key.text) for layer in layers for key, _ in scalars(layer))
    return [place for place in own if place[1] in names and place not in known]


def _variables_of(found: Sequence[StepKeys]) -> Iterator[tuple[str, bool]]:
    """Yield each variable that a key input is read from, and whether for the secret half."""
    for keys in found:
        for key, value in scalars(keys.step.node.get("with")):
            one = _ONE.fullmatch(value.text.strip())
            if key.text in keys.inputs and one and one["context"] == "env":
                yield one["name"] or one["quoted"], _HALF.search(key.text) is not None


def _refuse_profile(
    found: Sequence[StepKeys], steps: Sequence[Step], layers: Sequence[Table]
) -> None:
    """Refuse a profile that is named where the key was stored in one: a session is in none."""
    lines = [_lines(keys.step)[number] for keys in found for number in keys.lines]
    if not any("configure" in line for line in lines):
        return
    cut = {id(keys.step.node): keys.lines for keys in found}
    for step in steps:
        kept = (x for n, x in enumerate(_lines(step)) if n not in cut.get(id(step.node), ()))
        named = [key for env in (step.env, *layers) for key, _ in scalars(env)]
        if any("--profile" in line for line in kept) or any(k.text in _PROFILES for k in named):
            raise RefusedError(
                step.line,
                "the step names the profile that the key is stored in. A session is in no profile. "
                "Leave --profile and AWS_PROFILE out",
            )


def _refuse_other_names(keys: Keys) -> None:
    """Refuse a variable that only a program can be reading the key from."""
    texts: list[str] = []
    for one in keys.steps:
        inputs = table(one.step.node.get("with"))
        texts += [v.text for k, v in scalars(inputs) if k.text in one.inputs]
        texts += [_lines(one.step)[number] for number in one.lines]
    holders = [(one.step.env, name) for one in keys.steps for name in one.env]
    for env, name in [*keys.outer, *holders]:
        is_read = any(re.search(rf"\b{re.escape(name)}\b", text) for text in texts)
        key = env.key(name) if env else None
        if name.upper() not in NAMES and not is_read and key is not None:
            raise _handed(key.place.line, f"what reads {name}")


def _has_keys(step: Step) -> bool:
    """Tell whether a step has keys of its own, such as can be replaced or not."""
    try:
        return bool(_step_keys(0, step, frozenset()))
    except RefusedError:
        return True


def _is_for_more(foreign: Sequence[tuple[Step, str]], rest: Sequence[Step]) -> bool:
    """Tell whether keys around all steps are for more than the steps of another provider."""
    return any(map(_has_keys, (step for step, _ in foreign))) or any(map(evidence, rest))


def _foreign(foreign: Sequence[tuple[Step, str]], *, is_shared: bool) -> Iterator[tuple[int, str]]:
    for step, provider in foreign:
        if is_shared:
            raise RefusedError(
                step.line,
                f"the key goes to another provider ({provider}). The session of a role is none "
                "there, and its variables would go along. Move the step into a job of its own",
            )
        yield step.line, provider


def _lines(step: Step) -> list[str]:
    return (step.run or "").split("\n")


def _step_keys(
    index: int, step: Step, known: frozenset[str], inputs: frozenset[str] = frozenset()
) -> StepKeys:
    found = StepKeys(index, step)
    found.env = list(_env_keys(step.env)) or (_no_tokens(step.env) if known else [])
    known |= frozenset(found.env)
    for key, value in scalars(step.node.get("with")):
        if _is_key_input(key.text, value, known, inputs):
            found.inputs.append(key.text)
            _require_one(key, value)
    takes_key = bool(found.inputs or known)
    if takes_key and (step.uses or "").partition("@")[0].lower() in _BY_ITSELF:
        raise _handed(step.line, f"the action {step.uses}")
    found.lines = _script_lines(step, known)
    return found


def _env_keys(env: Table | None) -> Iterator[str]:
    """Yield the entries with a key, and what stands in for its other parts beside them."""
    found: list[str] = []
    for key, value in scalars(env):
        if "ROLE" in key.text.upper():
            continue
        is_named = key.text.upper() in NAMES and _is_stored(value)
        if is_named or _names_key(value.text):
            _require_one(key, value)
            found.append(key.text)
    for key, value in scalars(env):
        is_part = key.text.upper() in NAMES and "${{" not in value.text
        if key.text in found or (found and is_part):
            yield key.text


def _no_tokens(env: Table | None) -> list[str]:
    """Return the entries that blot out a session's token, as goes with a key of an outer `env`."""
    return [key.text for key, value in scalars(env) if key.text in NAMES[2:] and not value.text]


def _is_key_input(name: str, value: Scalar, known: frozenset[str], inputs: frozenset[str]) -> bool:
    if "role" in name.lower():
        return False
    if _names_key(value.text):
        return True
    one = _ONE.fullmatch(value.text.strip())
    source = (one["name"] or one["quoted"]) if one else ""
    if one and one["context"] == "env" and source in known:
        return True
    if one and one["context"] == "inputs" and source.lower() in inputs:
        return True
    return names_static_key(name) and _is_stored(value)


def _names_key(text: str) -> bool:
    if "${{" not in text:
        return False
    return any(names_static_key(a or b) for a, b in _SECRET.findall(text))


def _is_stored(value: Scalar) -> bool:
    """Tell whether a value is one that somebody stored; what another step returns is none."""
    if "${{" not in value.text:
        return _LITERAL.match(value.text.strip()) is not None
    return _STORED.search(value.text) is not None


def _require_one(key: Scalar, value: Scalar) -> None:
    if _ONE.fullmatch(value.text.strip()) or "${{" not in value.text:
        return
    if _QUESTION.search(value.text):
        raise RefusedError(
            key.place.line,
            f"{key.text}: the expression asks whether the key is there. A role needs no such "
            "question, and the secret goes. Leave it out, and the conditions that read it",
        )
    if "\n" in value.text or not names_static_key(key.text):
        raise _handed(key.place.line, key.text)
    raise RefusedError(
        key.place.line,
        f"{key.text}: the expression names no single secret. Which role replaces it cannot be "
        "read. Write one job for each key first",
    )


def _script_lines(step: Step, known: frozenset[str]) -> frozenset[int]:
    lines = _lines(step)
    if step.run is None:
        return frozenset()
    cut = frozenset(n for n, line in enumerate(lines) if _is_key_command(line, known))
    for number, line in enumerate(lines):
        if number not in cut and "${{" in line and _names_key(line):
            raise _handed(step.line, "the script")
    if any(is_inside(lines[:number]) for number in cut):
        raise _handed(step.line, "the script")
    if leaves_gap(lines, cut):
        raise RefusedError(
            step.line,
            "the script stores the key in a block of commands that would be left empty. A shell "
            "refuses such a block. Store the key outside of it, one command a line",
        )
    return cut


def _is_key_command(line: str, known: frozenset[str]) -> bool:
    """Tell whether a line stores a key and does nothing else."""
    is_stored = "${{" in line or any(name in known for name in _SHELL_NAME.findall(line))
    return is_stored and all(_KEY_COMMAND.match(part) for part in line.split("&&"))


def _handed(line: int, what: str) -> RefusedError:
    return RefusedError(
        line,
        f"{what} is handed the key pair itself. A role's session has a third part, the session "
        "token, which would be missing there. Let the AWS CLI or an SDK read its environment "
        "instead",
    )


def _take(ids: dict[str, None], node: object, name: str) -> None:
    holder = node if isinstance(node, Table) else None
    value = holder.get(name) if holder else None
    if not isinstance(value, Scalar) or "SECRET_" in name.upper().replace("-", "_"):
        return
    if "TOKEN" in name.upper() or "SECRET_ACCESS" in value.text.upper():
        return
    one = _ONE.fullmatch(value.text.strip())
    if one is None:
        ids.setdefault("a literal")
    elif one["context"] != "env":
        ids.setdefault(f"{one['context']}.{one['name'] or one['quoted']}")


def _take_line(ids: dict[str, None], line: str) -> None:
    for a, b in _SECRET.findall(line):
        name = a or b
        if "SECRET" not in name.upper() and "TOKEN" not in name.upper():
            ids.setdefault(f"secrets.{name}")


def secrets_in(node: object) -> Iterator[tuple[int, str]]:
    """Yield every secret that a part of a file names, with its line."""
    if isinstance(node, Scalar):
        for a, b in _SECRET.findall(node.text):
            yield node.place.line, a or b
    elif isinstance(node, Items):
        for item in node.items:
            yield from secrets_in(item)
    elif isinstance(node, Table):
        for _, value in node.entries:
            yield from secrets_in(value)


def step_items(holder: Table | None) -> Items | None:
    """Return the list of steps of a job or of an action's `runs`."""
    node = holder.get("steps") if holder else None
    return node if isinstance(node, Items) else None


def env_of(holder: Table) -> Table | None:
    """Return the `env` of a job or a workflow."""
    return table(holder.get("env"))
