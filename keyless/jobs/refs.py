"""The refs of an event that decide: which rows there are, and refs to try each of them with.

A wide filter is divided where something names a narrower part of it: the default branch, a ref
that an expression compares with, a pattern of the job's environment. What is left is the rest.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from keyless.facts import BRANCH_REF_PREFIX, MERGE_QUEUE_PREFIX, TAG_REF_PREFIX
from keyless.jobs.filters import is_literal, lets_through, matches, samples
from keyless.jobs.workflow import texts
from keyless.jobs.world import PULL_REF, PULL_REQUEST_EVENTS, Notices
from keyless.ref_patterns import admits as deploys
from keyless.ref_patterns import sample
from keyless.yaml_nodes import Node, Table

_ANY = "**"
_ON_ITS_OWN_REF = ("create", "deployment", "deployment_status", "registry_package")
"""Events that run on the branch or tag that they are about, which no filter narrows ("Events that
trigger workflows", GitHub Docs)."""

_QUEUE_ENTRY = "pr-7-0a1b2c3"

Rank = tuple[int, int, int, int]


@dataclass(frozen=True)
class Candidate:
    """One kind of ref, as a row writes it, and refs of that kind; the lower rank stands first."""

    label: str | None
    rank: Rank
    refs: tuple[str | None, ...]


@dataclass(frozen=True)
class Patterns:
    """What may deploy to an environment; empty where nothing is known."""

    branches: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Space:
    """All branches or all tags: which of them start the workflow, and what divides them."""

    number: int
    prefix: str
    filters: tuple[str, ...]
    passes: Callable[[str], bool]
    first: tuple[str, ...]
    named: tuple[str, ...]
    deploying: tuple[str, ...]
    words: tuple[str, ...]


def candidates(
    event: str, node: Node | None, default_branch: str, notices: Notices, patterns: Patterns
) -> tuple[Candidate, ...]:
    """Return the kinds of refs that an event may come with."""
    default = f"{BRANCH_REF_PREFIX}{default_branch}"
    if event == "workflow_call":
        return (Candidate(None, (0, 0, 0, 0), (None,)),)
    if event in PULL_REQUEST_EVENTS - {"pull_request_target"}:
        return (Candidate(None, (0, 0, 0, 0), (PULL_REF,)),)
    if event == "merge_group":
        return tuple(_queues(node, default_branch))
    if event == "push":
        spaces = list(_spaces(node, default_branch, notices, patterns))
    elif event in _ON_ITS_OWN_REF:
        spaces = list(_spaces(None, default_branch, notices, patterns))
    elif event == "release":
        spaces = [_space(1, TAG_REF_PREFIX, None, None, (), notices, patterns.tags)]
    else:
        return (Candidate(default, (0, 0, 0, 0), (default,)),)
    return tuple(candidate for space in spaces for candidate in _divided(space))


def _queues(node: Node | None, default_branch: str) -> Iterator[Candidate]:
    bases = texts(node.get("branches")) if isinstance(node, Table) else ()
    for number, base in enumerate(bases or (default_branch,)):
        if not base.startswith("!"):
            queue = f"{BRANCH_REF_PREFIX}{MERGE_QUEUE_PREFIX}"
            one = next(samples(base), base)
            yield Candidate(
                f"{queue}{base}/*", (0, number, 0, 0), (f"{queue}{one}/{_QUEUE_ENTRY}",)
            )


def _spaces(
    node: Node | None, default_branch: str, notices: Notices, patterns: Patterns
) -> Iterator[_Space]:
    """Yield branches and tags; a filter of the one alone leaves the other out."""
    given = node if isinstance(node, Table) else None
    found = {
        key: texts(given.get(key)) if given and given.key(key) else None
        for key in ("branches", "branches-ignore", "tags", "tags-ignore")
    }
    has_branches = found["branches"] is not None or found["branches-ignore"] is not None
    has_tags = found["tags"] is not None or found["tags-ignore"] is not None
    if has_branches or not has_tags:
        yield _space(
            0,
            BRANCH_REF_PREFIX,
            found["branches"],
            found["branches-ignore"],
            (default_branch,),
            notices,
            patterns.branches,
        )
    if has_tags or not has_branches:
        yield _space(
            1, TAG_REF_PREFIX, found["tags"], found["tags-ignore"], (), notices, patterns.tags
        )


def _space(
    number: int,
    prefix: str,
    wanted: Sequence[str] | None,
    ignored: Sequence[str] | None,
    first: tuple[str, ...],
    notices: Notices,
    deploying: tuple[str, ...],
) -> _Space:
    named = tuple(n.removeprefix(prefix) for n in notices.names if n.startswith(prefix))
    deploying = tuple(pattern for pattern in deploying if not pattern.startswith("refs/"))
    words = tuple(notices.parts)
    if wanted is not None:
        given = tuple(wanted)
        return _Space(
            number=number,
            prefix=prefix,
            filters=given,
            passes=lambda n: lets_through(given, n),
            first=(),
            named=named,
            deploying=deploying,
            words=words,
        )
    left_out = tuple(ignored or ())
    return _Space(
        number=number,
        prefix=prefix,
        filters=(_ANY,),
        passes=lambda n: not any(matches(pattern, n) for pattern in left_out),
        first=first,
        named=named,
        deploying=deploying,
        words=words,
    )


def _divided(space: _Space) -> Iterator[Candidate]:
    taken: list[Callable[[str], bool]] = []
    positive = [f for f in space.filters if not f.startswith("!")]
    for number, pattern in enumerate(positive):
        for kind, position, label, names, claims in _parts(space, pattern):
            free = [
                n for n in names if space.passes(n) and not any(claimed(n) for claimed in taken)
            ]
            taken.append(claims)
            if free:
                rank = (space.number, number, kind, position)
                refs = tuple(f"{space.prefix}{name}" for name in dict.fromkeys(free))
                yield Candidate(f"{space.prefix}{label}", rank, refs)


_Part = tuple[int, int, str, list[str], Callable[[str], bool]]


def _parts(space: _Space, pattern: str) -> Iterator[_Part]:
    """Yield the parts of one filter: what is named in it, what may deploy, the rest."""
    whole = list(samples(pattern, space.words))
    if not is_literal(pattern):
        named = dict.fromkeys((*space.first, *space.named))
        for position, name in enumerate(named):
            if matches(pattern, name):
                yield 1, position, name, [name], _equals(name)
        for position, deploying in enumerate(space.deploying):
            names = [n for n in (sample(deploying), *whole) if deploys(deploying, n)]
            inside = [n for n in names if matches(pattern, n)]
            if inside and not all(deploys(deploying, n) for n in whole):
                yield 2, position, deploying, inside, _deploying(deploying)
    yield 3, 0, pattern, whole, lambda name: matches(pattern, name)


def _equals(name: str) -> Callable[[str], bool]:
    return lambda other: other == name


def _deploying(pattern: str) -> Callable[[str], bool]:
    return lambda name: deploys(pattern, name)
