"""Walk the steps of a job, with those of its composite actions, and find how it reaches AWS.

Found are the action `aws-actions/configure-aws-credentials` and others that take a role the same
way, keys as inputs, in `env` or in a script, and a web identity by hand. Not found: what a script
of the repository or a program does by itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

from keyless.facts import PULL_REF_PREFIX
from keyless.jobs.checkout import Checkout
from keyless.jobs.evaluation import evaluate_text
from keyless.jobs.providers import (
    endpoint_around,
    endpoint_of,
    other_provider,
    serves_another,
)
from keyless.jobs.scope import Scope
from keyless.jobs.stored_keys import (
    KEY_NAMES,
    hands_over_key,
    is_stored,
    names_key_in,
    names_stored_key,
)
from keyless.jobs.values import (
    Alternatives,
    Open,
    Value,
    is_open,
    joined,
    sources_of,
    text_of,
    trimmed,
    truth,
)
from keyless.jobs.workflow import (
    AT_RUNNING_COMMIT,
    CompositeAction,
    Job,
    Step,
    own_folder,
    scalars,
)
from keyless.yaml_nodes import Scalar, Table

CONFIGURE = "aws-actions/configure-aws-credentials"
"""The action that takes an input from the variable of its name, too, as `ROLE_TO_ASSUME`."""

_AUDIENCE = "audience"
ROLE_INPUTS = ("role-to-assume", "aws-role-to-assume", "role_to_assume", "aws_role_to_assume")
_WITHOUT_TOKEN = ("role-chaining", "force-skip-oidc")
"""Inputs by which the role is asked for with the credentials that are there, not with a token."""

_FALSE = ("false", "False", "FALSE")
_CHECKOUT = "actions/checkout"
_DEEPEST_ACTIONS = 10
_PINNED = re.compile(r"[^@]+@[0-9a-f]{40}\Z")
_TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE"  # noqa: S105 - the name of a variable
_TOKEN_FILE_INPUT = "web-identity-token-file"  # noqa: S105 - the name of an input
"""The action takes the role with that token, whatever its other inputs say."""

_ROLE = "AWS_ROLE_ARN"
_WORD = r"[\"']?((?:\$\{\{.*?\}\}|[^\s\"';|&])+)"
_ROLE_IN_SCRIPT = re.compile(rf"(?:{_ROLE}=|{_ROLE}[\"'],\s*|--role-arn[= ]){_WORD}")
_SESSION_IN_SCRIPT = re.compile(rf"--role-session-name[= ]{_WORD}")
_SECONDS_IN_SCRIPT = re.compile(rf"--duration-seconds[= ]{_WORD}")
_SHELL_NAME = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_ASKS_FOR_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL"  # noqa: S105 - the name of a variable
_AUDIENCE_IN_SCRIPT = re.compile(
    r"[?&]audience=([^\s\"'&]+)|getIDToken\(\s*['\"]([^'\"]+)['\"]\s*\)"
)
_HEAD_COMMIT = re.compile(
    r"github\.head_ref\Z|github\.event\.pull_request\.head\.(?:sha|ref|label|repo\b)"
)
_HEAD = re.compile(
    rf"{_HEAD_COMMIT.pattern}|github\.event\.number\Z|github\.event\.pull_request\.number\Z"
)
_GIT_LINE = re.compile(r"\bgit\s+(?:fetch|pull|checkout|switch|reset|merge)\b[^\n]*")
_HEAD_IN_SCRIPT = re.compile(
    r"\bgh\s+pr\s+checkout\b|\bgit\s+(?:fetch|pull|checkout)\b[^\n]*(?:\bpull/|pull_request\.head|head_ref|HEAD_REF)"
)


@dataclass(frozen=True)
class Checkouts:
    """Where the actions of a job are: `./` in the one that runs, `$/` in the home of its file."""

    running: Checkout
    home: Checkout

    def action(self, uses: str) -> tuple[CompositeAction | None, Checkout]:
        """Return the composite action that a step uses, and the checkout it is in."""
        folder = own_folder(uses)
        if folder is not None:
            place = self.home if uses.startswith(AT_RUNNING_COMMIT) else self.running
            return place.action(folder), place
        for place in (self.running, self.home):
            own = f"{place.repository}/".casefold()
            if uses.casefold().startswith(own) and "@" in uses:
                return place.action(uses[len(own) :].partition("@")[0].strip("/")), place
        return None, self.home


@dataclass(frozen=True)
class Site:
    """A line of a file; `step_line` is that of the job's own step which leads there."""

    path: str
    line: int
    step_line: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class Use:
    """One way of a job to reach AWS: by a token, by a stored key, or from one role to the next.

    `file` is a token that lies in a file, and that no script of the job asks GitHub for. `existing`
    is a token that is not asked for while the credentials of an earlier step are valid.
    What is written for each setting may come to several values. `is_live` is False where an
    `if` rules it out.
    """

    kind: Literal["token", "file", "existing", "key", "chain"]
    site: Site
    is_live: bool
    role: Alternatives = ()
    audience: Alternatives = ()
    seconds: Alternatives = ()
    session: Alternatives = ()


@dataclass
class Found:
    """What a walk finds, beside the uses: unpinned actions, and checkouts of a pull request."""

    uses: list[Use] = field(default_factory=list)
    unpinned: list[tuple[Site, str]] = field(default_factory=list)
    head_checkouts: list[Site] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Visit:
    """A step in its scope."""

    step: Step
    scope: Scope
    path: str
    is_live: bool
    step_line: int
    is_composite: bool

    @property
    def site(self) -> Site:
        return self.at(self.step.line)

    def at(self, line: int) -> Site:
        return Site(self.path, line, self.step_line)

    @property
    def is_configure(self) -> bool:
        return (self.step.uses or "").casefold().startswith(f"{CONFIGURE}@")

    def input(self, name: str) -> Alternatives:
        node = self.step.inputs.get(name)
        written = () if node is None else self.scope.values(node)
        given = _given(written)
        if self.is_configure and (node is None or len(given) < len(written)):
            given += _variable(self.scope, name.upper().replace("-", "_"))
        return given

    def audience(self) -> Alternatives:
        """Return what a token is asked for: the action's own audience goes before a variable."""
        node = self.step.inputs.get(_AUDIENCE)
        if not self.is_configure:
            return self.input(_AUDIENCE)
        written = () if node is None else self.scope.values(node)
        is_given = len(_given(written)) == len(written)
        return (
            _given(written) if is_given else self.input(_AUDIENCE) or (_own_audience(self.scope),)
        )


def walk(
    steps: Iterable[Step], scope: Scope, places: Checkouts, path: str, *, is_live: bool
) -> Found:
    """Walk the steps of one job; `path` is the file that they are written in."""
    found = Found()
    visits = [v for step in steps for v in _visits([step], scope, places, path, is_live, ())]
    for env in () if serves_another(visit.step for visit in visits) else scope.env:
        found.uses += _env_keys(env.node, scope, Site(path, 0), is_live)
    fetched = tuple(_audiences(visits, scope))
    for visit in visits:
        _look(visit, fetched, found)
    found.uses += _by_hand(visits, fetched, path, is_live)
    return found


def container_keys(job: Job, scope: Scope, path: str, *, is_live: bool) -> Iterator[Use]:
    """Yield the keys that the containers of a job are handed, in their `env` or as options."""
    for env in job.container_envs:
        yield from _env_keys(env, scope.within(env), Site(path, 0), is_live)
    for node in job.container_options:
        if names_key_in(node.text, scope) or names_stored_key(scope.values(node)):
            yield Use(kind="key", site=Site(path, node.place.line), is_live=is_live)


def exports_variables(steps: Iterable[Step]) -> bool:
    """Tell whether a script of a job sets variables that later steps see."""
    return any("GITHUB_ENV" in (step.run or "") or _may_export(step) for step in steps)


def _may_export(step: Step) -> bool:
    uses = step.uses or ""
    return "github-script" in uses or "dotenv" in uses or "load-env" in uses


def _visits(
    steps: Iterable[Step],
    scope: Scope,
    places: Checkouts,
    path: str,
    is_live: bool,
    outer: tuple[Step, ...],
) -> Iterator[_Visit]:
    for step in steps:
        inner = scope.within(step.env)
        runs = is_live and inner.holds(step.condition) is not False
        action, home = places.action(step.uses or "")
        yield _Visit(
            step=step,
            scope=inner,
            path=path,
            is_live=runs,
            step_line=(outer or (step,))[0].line,
            is_composite=action is not None,
        )
        if action is not None and len(outer) < _DEEPEST_ACTIONS:
            within = _action_scope(action, step, inner)
            there = replace(places, home=home)
            yield from _visits(action.steps, within, there, action.path, runs, (*outer, step))


def _action_scope(action: CompositeAction, step: Step, scope: Scope) -> Scope:
    def inputs(name: str) -> Alternatives:
        folded = name.casefold()
        spec = next((t for key, t in action.inputs.items() if key.casefold() == folded), None)
        given = step.inputs.get(folded)
        if given is None and spec is not None and isinstance(spec.get("default"), Scalar):
            node = spec.get("default")
            return tuple(map(text_of, scope.values(node if isinstance(node, Scalar) else None)))
        return tuple(map(text_of, scope.values(given)))

    return replace(
        scope, inputs=inputs, secrets=lambda name: (Open(frozenset({f"secrets.{name}"})),)
    )


def _look(visit: _Visit, fetched: Alternatives, found: Found) -> None:
    step, uses = visit.step, visit.step.uses
    is_own = own_folder(uses or "") is not None
    if uses and not (is_own or uses.startswith("docker://") or _PINNED.match(uses)):
        found.unpinned.append((visit.site, uses))
    if visit.is_live and _takes_head(visit):
        found.head_checkouts.append(visit.site)
    if other_provider(step, (layer.node for layer in visit.scope.env)) is None:
        found.uses += _env_keys(step.env, visit.scope, visit.site, visit.is_live)
        found.uses += _input_keys(visit)
        found.uses += _script_keys(visit)
    if uses and not is_own:
        found.uses += _role_inputs(visit, fetched, is_first=not found.uses)


def _role_inputs(visit: _Visit, fetched: Alternatives, *, is_first: bool) -> Iterator[Use]:
    """Yield what an action does that takes a role: by a token, or from one role to the next."""
    name = next((one for one in ROLE_INPUTS if visit.input(one)), None)
    if name is None:
        return
    switches = [value for one in _WITHOUT_TOKEN for value in visit.input(one)]
    is_chain = any(truth(value) for value in switches if text_of(value) not in _FALSE)
    has_file = bool(visit.input(_TOKEN_FILE_INPUT))
    kind: Literal["token", "file", "existing", "chain"] = "chain" if is_chain else "token"
    if has_file:
        kind = _by_file(fetched)
    if not is_first and visit.input("use-existing-credentials"):
        kind = "existing"
    yield Use(
        kind=kind,
        site=visit.site,
        is_live=visit.is_live,
        role=visit.input(name),
        audience=fetched if has_file else visit.audience(),
        seconds=visit.input("role-duration-seconds"),
        session=visit.input("role-session-name"),
    )


def _given(values: Alternatives) -> Alternatives:
    """Leave out blanks around values, and empty ones: an input of nothing is none."""
    return tuple(value for value in map(trimmed, map(text_of, values)) if value != "")


def _env_keys(env: Table | None, scope: Scope, site: Site, is_live: bool) -> Iterator[Use]:
    """Yield keys in an `env`; those for an endpoint of another provider are none of AWS."""
    if env is None or endpoint_of(env) or endpoint_around(layer.node for layer in scope.env):
        return
    for key, value in scalars(env):
        values = scope.values(value)
        is_key = key.text in KEY_NAMES and is_stored(values)
        if is_key or (names_stored_key(values) and "ROLE" not in key.text.upper()):
            yield Use(kind="key", site=replace(site, line=key.place.line), is_live=is_live)
            return


def _input_keys(visit: _Visit) -> Iterator[Use]:
    """Yield keys that an action is handed; what a composite action does with them is seen there."""
    given = visit.step.inputs
    if visit.is_composite or visit.step.uses is None:
        return
    for name, node in given.items():
        written = names_key_in(node.text, visit.scope)
        if written or any(hands_over_key(name, value) for value in visit.scope.values(node)):
            yield Use(kind="key", site=visit.at(node.place.line), is_live=visit.is_live)
            return


def _script_keys(visit: _Visit) -> Iterator[Use]:
    script = visit.step.run
    if script is None or "${{" not in script:
        return
    found = evaluate_text(script, visit.scope)
    if names_key_in(script, visit.scope) or names_stored_key(found):
        yield Use(kind="key", site=visit.site, is_live=visit.is_live)


def _takes_head(visit: _Visit) -> bool:
    """Tell whether a step checks out the code of a pull request."""
    uses = (visit.step.uses or "").lower()
    if uses.startswith(f"{_CHECKOUT}@"):
        given = [*visit.input("ref"), *visit.input("repository")]
        texts = [part for value in given for part in _texts(value)]
        return any(map(_HEAD.match, sources_of(given))) or any(PULL_REF_PREFIX in t for t in texts)
    script = visit.step.run or ""
    lines = (line[0] for line in _GIT_LINE.finditer(script))
    names = {one or other for line in lines for one, other in _SHELL_NAME.findall(line)}
    sources = (source for name in names for source in sources_of(_variable(visit.scope, name)))
    return any(map(_HEAD_COMMIT.match, sources)) or _HEAD_IN_SCRIPT.search(script) is not None


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_open(value):
        yield from (part for part in getattr(value, "parts", ()) if isinstance(part, str))


def _by_file(fetched: Alternatives) -> Literal["token", "file"]:
    """Return whose the token in a file is, by the audiences that scripts of the job ask for."""
    return "token" if fetched else "file"


def _by_hand(
    visits: list[_Visit], audience: Alternatives, path: str, is_live: bool
) -> Iterator[Use]:
    """Yield roles that are reached with a token in a file, as scripts fetch one."""
    scripts = [_script_of(visit) for visit in visits]
    has_file = any(_variable(v.scope, _TOKEN_FILE) for v in visits) or any(
        _TOKEN_FILE in script or "--web-identity-token" in script for script in scripts
    )
    if not has_file:
        return
    kind = _by_file(audience)
    seen: set[int] = set()
    for visit in visits:
        layer = next((y for y in visit.scope.env if y.node.get(_ROLE) is not None), None)
        key = layer.node.key(_ROLE) if layer else None
        if key is None or id(layer.node if layer else None) in seen:
            continue
        seen.add(id(layer.node if layer else None))
        is_own = visit.step.env is not None and visit.step.env.get(_ROLE) is not None
        role = _given(visit.scope.lookup("env", (_ROLE,)))
        session = _given(_variable(visit.scope, "AWS_ROLE_SESSION_NAME"))
        site = visit.at(key.place.line) if is_own else Site(path, key.place.line)
        yield Use(
            kind=kind,
            site=site,
            is_live=visit.is_live if is_own else is_live,
            role=role,
            audience=audience,
            seconds=(),
            session=session,
        )
    for visit in visits:
        yield from _scripted(visit, audience)


def _scripted(visit: _Visit, audience: Alternatives) -> Iterator[Use]:
    script = _script_of(visit)
    if "assume-role-with-web-identity" not in script and _ROLE not in script:
        return
    for match in _ROLE_IN_SCRIPT.finditer(script):
        yield Use(
            kind=_by_file(audience),
            site=visit.site,
            is_live=visit.is_live,
            role=_shell(match[1], visit.scope),
            audience=audience,
            seconds=_option(_SECONDS_IN_SCRIPT, script, visit.scope),
            session=_option(_SESSION_IN_SCRIPT, script, visit.scope),
        )


def _option(pattern: re.Pattern[str], script: str, scope: Scope) -> Alternatives:
    match = pattern.search(script)
    return _shell(match[1], scope) if match else ()


def _audiences(visits: list[_Visit], scope: Scope) -> Iterator[Value]:
    """Yield the audience that scripts ask for: GitHub's own where they name none."""
    for visit in visits:
        script = _script_of(visit)
        if _ASKS_FOR_TOKEN not in script and "getIDToken(" not in script:
            continue
        match = _AUDIENCE_IN_SCRIPT.search(script)
        if match is None:
            yield _own_audience(scope)
        else:
            yield from _shell(
                (match[1] or match[2]).replace("%3A", ":").replace("%2F", "/"), visit.scope
            )


def _own_audience(scope: Scope) -> str:
    """Return the audience of a token for which nobody names one."""
    return f"https://github.com/{scope.world.repository.partition('/')[0]}"


def _script_of(visit: _Visit) -> str:
    """Return the script of a step: its own, or the one that an action is handed."""
    node = visit.step.inputs.get("script")
    return visit.step.run or (node.text if node else "")


def _variable(scope: Scope, name: str) -> Alternatives:
    if not any(layer.node.get(name) for layer in scope.env):
        return ()
    return _given(scope.lookup("env", (name,)))


def _shell(text: str, scope: Scope) -> Alternatives:
    """Return what a word of a script comes to, its variables read from `env`."""
    parts: list[Value] = []
    position = 0
    for match in _SHELL_NAME.finditer(text):
        parts += evaluate_text(text[position : match.start()], scope)[:1]
        name = match[1] or match[2]
        found = _variable(scope, name) or (Open(frozenset({f"${name}"})),)
        if len(match[0]) == len(text):
            return found
        parts += found[:1]
        position = match.end()
    tail = text[position:]
    if not parts:
        return evaluate_text(tail, scope)
    parts += evaluate_text(tail, scope)[:1]
    return (joined(map(text_of, parts)),)
