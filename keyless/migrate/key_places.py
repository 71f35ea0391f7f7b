"""Find where a stored key is in the steps of a job or of a composite action, by node.

Also finds what no edit can replace: a key for another provider, a key pair that a script or an
action is handed as such, an expression that names no single secret.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from keyless.estate.static_keys import names_static_key
from keyless.jobs.workflow import Step, scalars, table
from keyless.jobs.yaml_nodes import Items, Scalar, Table

CONFIGURE = "aws-actions/configure-aws-credentials"
NAMES = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN")
ROLE_INPUTS = ("role-to-assume", "aws-role-to-assume", "role_to_assume", "aws_role_to_assume")
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
_SHELL_NAME = re.compile(r"\$\{?(\w+)")
_BY_ITSELF = frozenset({"jakejarvis/s3-sync-action", "jakejarvis/cloudflare-purge-action"})
"""Actions that write the key pair into a profile of their own, without the session's token."""


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
        return (self.step.uses or "").startswith("./")

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

    `elsewhere` are the lines whose keys are for another provider, with what says so.
    """

    steps: list[StepKeys]
    outer: list[tuple[Table, str]]
    elsewhere: list[tuple[int, str]] = field(default_factory=list)

    @property
    def ids(self) -> list[str]:
        """What the keys are read from, their secret halves left out."""
        found: dict[str, None] = {}
        for layer, name in self.outer:
            _take(found, layer, name)
        for keys in self.steps:
            for name in keys.inputs:
                _take(found, keys.step.node.get("with"), name)
            for name in keys.env:
                _take(found, keys.step.env, name)
            for number in keys.lines:
                _take_line(found, _lines(keys.step)[number])
        return list(found)

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


def find_keys(steps: Items, layers: Sequence[Table]) -> Keys:
    """Return the keys that steps see, `layers` being the `env` around them, the nearest first.

    Raises RefusedError.
    """
    outer = [(layer, key) for layer in layers for key in _env_keys(layer)]
    known = frozenset(key for _, key in outer)
    found: list[StepKeys] = []
    foreign: list[tuple[int, str, bool]] = []
    for index, item in enumerate(steps.items):
        if not isinstance(item, Table):
            continue
        step = Step(item)
        provider = _other_provider(step, layers)
        keys = _step_keys(index, step, known)
        if provider and (keys or outer):
            foreign.append((step.line, provider, bool(keys)))
        elif keys:
            found.append(keys)
    _refuse_foreign(foreign, has_own=bool(found), has_outer=bool(outer))
    if foreign:
        return Keys([], [], [(line, provider) for line, provider, _ in foreign])
    made = Keys(found, outer)
    _refuse_other_names(made)
    if len(made.ids) > 1:
        first = found[0].step.line if found else outer[0][0].place.line
        raise RefusedError(
            first,
            f"the job takes {len(made.ids)} keys ({', '.join(made.ids)}). One role replaces one "
            "key. Split the job, or replace one of them by hand",
        )
    return made


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


def _refuse_foreign(
    foreign: Sequence[tuple[int, str, bool]], *, has_own: bool, has_outer: bool
) -> None:
    for line, provider, is_own in foreign:
        if has_own or (has_outer and not is_own):
            raise RefusedError(
                line,
                f"the key goes to another provider ({provider}). The session of a role is none "
                "there, and its variables would go along. Move the step into a job of its own",
            )


def evidence(step: Step) -> bool:
    """Tell whether a step evidently reaches AWS by the credentials of its environment."""
    text = f"{step.uses or ''}\n{step.run or ''}"
    return _REACHES.search(text) is not None


_REACHES = re.compile(
    r"(?im)(?:^|[\s;|&(\"'])(?:aws|awslocal|sam|cdk|eksctl|ecs-cli|copilot|eb|terraform|terragrunt|"
    r"tofu|pulumi|packer|serverless|sls|zappa|chalice|s3cmd|s5cmd|sst|kubectl|helm|boto3)(?=\s|$)"
    r"|^aws-actions/|\b(?:aws|s3|ecs|ecr|lambda|cloudfront|terraform|pulumi|serverless|cdk|"
    r"beanstalk)\b[^@\n]*@"
)


def _lines(step: Step) -> list[str]:
    return (step.run or "").split("\n")


def _step_keys(index: int, step: Step, known: frozenset[str]) -> StepKeys:
    found = StepKeys(index, step)
    found.env = list(_env_keys(step.env))
    known |= frozenset(found.env)
    for key, value in scalars(step.node.get("with")):
        if _is_key_input(key.text, value, known):
            found.inputs.append(key.text)
            _require_one(key, value)
    if found.inputs and (step.uses or "").partition("@")[0].lower() in _BY_ITSELF:
        raise _handed(step.line, f"the action {step.uses}")
    if found.env and (step.uses or "").partition("@")[0].lower() in _BY_ITSELF:
        raise _handed(step.line, f"the action {step.uses}")
    found.lines = _script_lines(step, known)
    return found


def _env_keys(env: Table | None) -> Iterator[str]:
    for key, value in scalars(env):
        if "ROLE" in key.text.upper():
            continue
        is_named = key.text.upper() in NAMES and _is_stored(value)
        if is_named or _names_key(value.text):
            _require_one(key, value)
            yield key.text


def _is_key_input(name: str, value: Scalar, known: frozenset[str]) -> bool:
    if "role" in name.lower():
        return False
    if _names_key(value.text):
        return True
    one = _ONE.fullmatch(value.text.strip())
    if one and one["context"] == "env" and (one["name"] or one["quoted"]) in known:
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
    if "\n" in value.text or not names_static_key(key.text):
        raise _handed(key.place.line, key.text)
    raise RefusedError(
        key.place.line,
        f"{key.text}: the expression names no single secret. Which role stands for it cannot be "
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
        is_joined = number in cut and number and lines[number - 1].rstrip().endswith("\\")
        if is_joined:
            raise _handed(step.line, "the script")
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


def _other_provider(step: Step, layers: Sequence[Table]) -> str | None:
    for layer in (step.env, *layers):
        for key, value in scalars(layer):
            if key.text.upper().startswith("AWS_ENDPOINT_URL") and _is_elsewhere(value.text):
                return f"{key.text}: {value.text}"
    for key, value in scalars(step.node.get("with")):
        if "endpoint" in key.text.lower() and _is_elsewhere(value.text):
            return f"{key.text}: {value.text}"
    found = re.search(r"--endpoint(?:-url)?[= ]\S+", step.run or "")
    return found[0] if found and _is_elsewhere(found[0]) else None


def _is_elsewhere(value: str) -> bool:
    return bool(value) and "amazonaws" not in value


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
