"""Name calls so that one run's call can be found again in another.

Calls run in parallel and come in another order each time, so a call is known by what it does, not
by its number: `github PUT storefront/environments/production`. Numbers that GitHub gives out are
written as the names behind them.
"""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import unquote

from sandbox.github.state import GitHubState, Repository
from sandbox.journal import Call, Entry

_OWN = re.compile(r"/repos/acme/(.+)|/repositories/(\d+)/(.+)")
_NUMBERED = re.compile(r"(?P<path>.*/(?:rulesets|deployment-branch-policies))/(?P<number>\d+)")


def call_name(call: Call, github: GitHubState) -> str:
    """Return side, action and target of `call`, before it is carried out."""
    if call.side == "aws":
        return f"aws {call.action} {call.target.rpartition('/')[2]}".strip()
    target = _without_numbers(call.target, github)
    own = _OWN.fullmatch(target)
    place = (own[1] or own[3]) if own else target.strip("/")
    body = call.detail.get("body")
    created = body.get("name") if call.action == "POST" and isinstance(body, dict) else None
    return f"github {call.action} {place}" + (f"/{created}" if created else "")


def count_calls(entries: Iterable[tuple[str, Entry]]) -> dict[str, dict[str, int]]:
    """Count calls by name, reads apart from changes."""
    reads: Counter[str] = Counter()
    changes: Counter[str] = Counter()
    for name, entry in entries:
        (changes if entry.change else reads)[name] += 1
    return {"changes": dict(sorted(changes.items())), "reads": dict(sorted(reads.items()))}


def _without_numbers(target: str, github: GitHubState) -> str:
    found = _NUMBERED.fullmatch(target)
    if not found:
        return unquote(target)
    names = {
        number: name
        for repository in github.repositories.values()
        for number, name in _numbered(repository)
    }
    return unquote(f"{found['path']}/{names.get(int(found['number']), 'unknown')}")


def _numbered(repository: Repository) -> Iterable[tuple[int, str]]:
    for ruleset in repository.rulesets.values():
        yield ruleset.id, ruleset.name
    for environment in repository.environments.values():
        for policy in environment.policies.values():
            yield policy.id, policy.name
