"""Walk the steps of a job, with those of its composite actions, and find how it reaches AWS.

Found are the action `aws-actions/configure-aws-credentials` and others that take a role the same
way, keys as inputs, in `env` or in a script, and a web identity by hand. Not found: what a script
of the repository or a program does by itself.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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
from keyless.jobs.scripted_tokens import SHELL_NAME, audiences_of, by_hand, kind_of_file
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
    sources_of,
    text_of,
    truth,
)
from keyless.jobs.visit import Found, Site, Use, Visit, variable
from keyless.jobs.workflow import (
    AT_RUNNING_COMMIT,
    CompositeAction,
    Job,
    Step,
    own_folder,
    scalars,
)
from keyless.yaml_nodes import Scalar, Table

ROLE_INPUTS = ("role-to-assume", "aws-role-to-assume", "role_to_assume", "aws_role_to_assume")
_WITHOUT_TOKEN = ("role-chaining", "force-skip-oidc")
"""Inputs by which the role is asked for with the credentials that are there, not with a token."""

_FALSE = ("false", "False", "FALSE")
_CHECKOUT = "actions/checkout"
_DEEPEST_ACTIONS = 10
_PINNED = re.compile(r"[^@]+@[0-9a-f]{40}\Z")
_TOKEN_FILE_INPUT = "web-identity-token-file"  # noqa: S105 - the name of an input
"""The action takes the role with that token, whatever its other inputs say."""

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


def walk(
    steps: Iterable[Step], scope: Scope, places: Checkouts, path: str, *, is_live: bool
) -> Found:
    """Walk the steps of one job; `path` is the file that they are written in."""
    found = Found()
    visits = [v for step in steps for v in _visits([step], scope, places, path, is_live, ())]
    for env in () if serves_another(visit.step for visit in visits) else scope.env:
        found.uses += _env_keys(env.node, scope, Site(path, 0), is_live)
    fetched = tuple(audiences_of(visits, scope))
    for visit in visits:
        _look(visit, fetched, found)
    found.uses += by_hand(visits, fetched, path, is_live)
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
) -> Iterator[Visit]:
    for step in steps:
        inner = scope.within(step.env)
        runs = is_live and inner.lets_run(step.condition) is not False
        action, home = places.action(step.uses or "")
        yield Visit(
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


def _look(visit: Visit, fetched: Alternatives, found: Found) -> None:
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


def _role_inputs(visit: Visit, fetched: Alternatives, *, is_first: bool) -> Iterator[Use]:
    """Yield what an action does that takes a role: by a token, or from one role to the next."""
    name = next((one for one in ROLE_INPUTS if visit.input(one)), None)
    if name is None:
        return
    switches = [value for one in _WITHOUT_TOKEN for value in visit.input(one)]
    is_chain = any(truth(value) for value in switches if text_of(value) not in _FALSE)
    has_file = bool(visit.input(_TOKEN_FILE_INPUT))
    kind: Literal["token", "file", "existing", "chain"] = "chain" if is_chain else "token"
    if has_file:
        kind = kind_of_file(fetched)
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


def _input_keys(visit: Visit) -> Iterator[Use]:
    """Yield keys that an action is handed; what a composite action does with them is seen there."""
    given = visit.step.inputs
    if visit.is_composite or visit.step.uses is None:
        return
    for name, node in given.items():
        written = names_key_in(node.text, visit.scope)
        if written or any(hands_over_key(name, value) for value in visit.scope.values(node)):
            yield Use(kind="key", site=visit.at(node.place.line), is_live=visit.is_live)
            return


def _script_keys(visit: Visit) -> Iterator[Use]:
    script = visit.step.run
    if script is None or "${{" not in script:
        return
    found = evaluate_text(script, visit.scope)
    if names_key_in(script, visit.scope) or names_stored_key(found):
        yield Use(kind="key", site=visit.site, is_live=visit.is_live)


def _takes_head(visit: Visit) -> bool:
    """Tell whether a step checks out the code of a pull request."""
    uses = (visit.step.uses or "").lower()
    if uses.startswith(f"{_CHECKOUT}@"):
        given = [*visit.input("ref"), *visit.input("repository")]
        texts = [part for value in given for part in _texts(value)]
        return any(map(_HEAD.match, sources_of(given))) or any(PULL_REF_PREFIX in t for t in texts)
    script = visit.step.run or ""
    lines = (line[0] for line in _GIT_LINE.finditer(script))
    names = {one or other for line in lines for one, other in SHELL_NAME.findall(line)}
    sources = (source for name in names for source in sources_of(variable(visit.scope, name)))
    return any(map(_HEAD_COMMIT.match, sources)) or _HEAD_IN_SCRIPT.search(script) is not None


def _texts(value: Value) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif is_open(value):
        yield from (part for part in getattr(value, "parts", ()) if isinstance(part, str))
