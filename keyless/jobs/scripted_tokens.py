"""Find roles that a script reaches by hand: it asks GitHub for a token, and gives it to AWS."""

import re
from collections.abc import Iterator
from typing import Literal

from keyless.jobs.evaluation import evaluate_text
from keyless.jobs.scope import Scope
from keyless.jobs.values import Alternatives, Open, Value, joined, text_of
from keyless.jobs.visit import Site, Use, Visit, own_audience, variable, without_blanks

_TOKEN_FILE = "AWS_WEB_IDENTITY_TOKEN_FILE"  # noqa: S105 - the name of a variable
_ROLE = "AWS_ROLE_ARN"
_WORD = r"[\"']?((?:\$\{\{.*?\}\}|[^\s\"';|&])+)"
_ROLE_IN_SCRIPT = re.compile(rf"(?:{_ROLE}=|{_ROLE}[\"'],\s*|--role-arn[= ]){_WORD}")
_SESSION_IN_SCRIPT = re.compile(rf"--role-session-name[= ]{_WORD}")
_SECONDS_IN_SCRIPT = re.compile(rf"--duration-seconds[= ]{_WORD}")
SHELL_NAME = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
_ASKS_FOR_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_URL"  # noqa: S105 - the name of a variable
_AUDIENCE_IN_SCRIPT = re.compile(
    r"[?&]audience=([^\s\"'&]+)|getIDToken\(\s*['\"]([^'\"]+)['\"]\s*\)"
)


def by_hand(visits: list[Visit], audience: Alternatives, path: str, is_live: bool) -> Iterator[Use]:
    """Yield roles that are reached with a token in a file, as scripts fetch one."""
    scripts = [_script_of(visit) for visit in visits]
    has_file = any(variable(v.scope, _TOKEN_FILE) for v in visits) or any(
        _TOKEN_FILE in script or "--web-identity-token" in script for script in scripts
    )
    if not has_file:
        return
    kind = kind_of_file(audience)
    seen: set[int] = set()
    for visit in visits:
        layer = next((y for y in visit.scope.env if y.node.get(_ROLE) is not None), None)
        key = layer.node.key(_ROLE) if layer else None
        if key is None or id(layer.node if layer else None) in seen:
            continue
        seen.add(id(layer.node if layer else None))
        is_own = visit.step.env is not None and visit.step.env.get(_ROLE) is not None
        role = without_blanks(visit.scope.lookup("env", (_ROLE,)))
        session = without_blanks(variable(visit.scope, "AWS_ROLE_SESSION_NAME"))
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


def _scripted(visit: Visit, audience: Alternatives) -> Iterator[Use]:
    script = _script_of(visit)
    if "assume-role-with-web-identity" not in script and _ROLE not in script:
        return
    for match in _ROLE_IN_SCRIPT.finditer(script):
        yield Use(
            kind=kind_of_file(audience),
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


def audiences_of(visits: list[Visit], scope: Scope) -> Iterator[Value]:
    """Yield the audience that scripts ask for: GitHub's own where they name none."""
    for visit in visits:
        script = _script_of(visit)
        if _ASKS_FOR_TOKEN not in script and "getIDToken(" not in script:
            continue
        match = _AUDIENCE_IN_SCRIPT.search(script)
        if match is None:
            yield own_audience(scope)
        else:
            yield from _shell(
                (match[1] or match[2]).replace("%3A", ":").replace("%2F", "/"), visit.scope
            )


def kind_of_file(fetched: Alternatives) -> Literal["token", "file"]:
    """Return whose the token in a file is, by the audiences that scripts of the job ask for."""
    return "token" if fetched else "file"


def _script_of(visit: Visit) -> str:
    """Return the script of a step: its own, or the one that an action is handed."""
    node = visit.step.inputs.get("script")
    return visit.step.run or (node.text if node else "")


def _shell(text: str, scope: Scope) -> Alternatives:
    """Return what a word of a script comes to, its variables read from `env`."""
    parts: list[Value] = []
    position = 0
    for match in SHELL_NAME.finditer(text):
        parts += evaluate_text(text[position : match.start()], scope)[:1]
        name = match[1] or match[2]
        found = variable(scope, name) or (Open(frozenset({f"${name}"})),)
        if len(match[0]) == len(text):
            return found
        parts += found[:1]
        position = match.end()
    tail = text[position:]
    if not parts:
        return evaluate_text(tail, scope)
    parts += evaluate_text(tail, scope)[:1]
    return (joined(map(text_of, parts)),)
