"""The picture above the map: how many roles each kind of protection leads to, in which account.

Pure geometry in pixels. It stays the same size however many roles there are, and is a small one
where all of them are in one account; the map below it shows each of them.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from keyless.stack.role import Role

Protection = Literal["approved", "unapproved", "branch", "pull_requests", "whole_repository"]

PROTECTION_LABELS: dict[Protection, str] = {
    "approved": "environment, somebody approves",
    "unapproved": "environment, nobody approves",
    "branch": "branch, no environment",
    "pull_requests": "pull requests",
    "whole_repository": "whole repository",
}

LEFT_EDGE = 300
_BAR = 7
_MARGIN = 6
_LABEL = 260
"""The room that an account's name has beside its bar."""


@dataclass(frozen=True)
class _Size:
    """What one drawing is measured by; `ribbon` is the length of its ribbons."""

    ribbon: int
    smallest_node: int
    gap: int
    all_roles: int
    thickest_role: int


_ONE_ACCOUNT = _Size(ribbon=140, smallest_node=20, gap=6, all_roles=70, thickest_role=10)
_SEVERAL = _Size(ribbon=400, smallest_node=30, gap=12, all_roles=170, thickest_role=22)


@dataclass(frozen=True, kw_only=True)
class Node:
    """A bar with its label: a protection on the left or an account on the right."""

    key: str
    roles: int
    x: int
    top: float
    height: float

    @property
    def middle(self) -> float:
        """The height of its label."""
        return round(self.top + self.height / 2, 1)


@dataclass(frozen=True, kw_only=True)
class Ribbon:
    """The roles of one protection in one account; `path` is SVG, as wide as they are many."""

    protection: str
    account: str
    roles: int
    path: str
    thickness: float


@dataclass(frozen=True, kw_only=True)
class Flow:
    """The whole drawing."""

    width: int
    height: float
    protections: tuple[Node, ...]
    accounts: tuple[Node, ...]
    ribbons: tuple[Ribbon, ...]


def protection_of(role: Role) -> Protection:
    """Return what a job has to pass to reach a role."""
    if role.context_kind == "environment":
        return "approved" if role.has_reviewers else "unapproved"
    return role.context_kind


def draw_flow(roles: Sequence[Role]) -> Flow:
    """Lay out the drawing of some roles."""
    counts = Counter((protection_of(role), role.account) for role in roles)
    size = _SEVERAL if len({account for _, account in counts}) > 1 else _ONE_ACCOUNT
    scale = min(size.thickest_role, size.all_roles / max(len(roles), 1))
    right_edge = LEFT_EDGE + size.ribbon
    protections = _column(
        {
            protection: sum(n for (g, _), n in counts.items() if g == protection)
            for protection in PROTECTION_LABELS
        },
        LEFT_EDGE,
        scale,
        size,
    )
    accounts = _column(
        {a: sum(n for (_, b), n in counts.items() if a == b) for _, a in sorted(counts)},
        right_edge,
        scale,
        size,
    )
    height = max(_bottom(protections), _bottom(accounts)) + _MARGIN
    protections, accounts = _centred(protections, height), _centred(accounts, height)
    ribbons = _ribbons(protections, accounts, counts, scale)
    return Flow(
        width=right_edge + _LABEL,
        height=height,
        protections=protections,
        accounts=accounts,
        ribbons=ribbons,
    )


def _column(counts: Mapping[str, int], x: int, scale: float, size: _Size) -> tuple[Node, ...]:
    nodes: list[Node] = []
    top: float = _MARGIN
    for key, roles in counts.items():
        if roles:
            height = round(max(size.smallest_node, roles * scale), 1)
            nodes.append(Node(key=key, roles=roles, x=x, top=round(top, 1), height=height))
            top += height + size.gap
    return tuple(nodes)


def _bottom(nodes: Sequence[Node]) -> float:
    return nodes[-1].top + nodes[-1].height if nodes else _MARGIN


def _centred(nodes: Sequence[Node], height: float) -> tuple[Node, ...]:
    down = (height - _MARGIN - _bottom(nodes)) / 2
    return tuple(
        Node(
            key=node.key,
            roles=node.roles,
            x=node.x,
            top=round(node.top + down, 1),
            height=node.height,
        )
        for node in nodes
    )


def _ribbons(
    protections: Sequence[Node],
    accounts: Sequence[Node],
    counts: Mapping[tuple[Protection, str], int],
    scale: float,
) -> tuple[Ribbon, ...]:
    used: Counter[str] = Counter()
    ribbons = []
    for protection in protections:
        for account in accounts:
            roles = next((n for k, n in counts.items() if k == (protection.key, account.key)), 0)
            if roles:
                start = _lane(protection, roles, used, scale)
                end = _lane(account, roles, used, scale)
                path = _curve(protection.x + _BAR, start, account.x, end)
                thickness = round(max(2.0, roles * scale), 1)
                ribbons.append(
                    Ribbon(
                        protection=protection.key,
                        account=account.key,
                        roles=roles,
                        path=path,
                        thickness=thickness,
                    )
                )
    return tuple(ribbons)


def _lane(node: Node, roles: int, used: Counter[str], scale: float) -> float:
    """Return the middle of the next free lane of a node, as wide as `roles`."""
    unused = node.height - node.roles * scale
    middle = node.top + unused / 2 + (used[node.key] + roles / 2) * scale
    used[node.key] += roles
    return round(middle, 1)


def _curve(x1: float, y1: float, x2: float, y2: float) -> str:
    half = (x1 + x2) / 2
    return f"M{x1:g} {y1:g}C{half:g} {y1:g} {half:g} {y2:g} {x2:g} {y2:g}"
