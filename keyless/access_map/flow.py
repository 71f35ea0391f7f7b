"""The picture above the map: how many roles each kind of protection leads to, in which account.

Pure geometry in the units of one drawing. It stays the same size however many roles there are; the
map below it shows each of them.
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
RIGHT_EDGE = 700
_BAR = 7
_SMALLEST_NODE = 30
_GAP = 12
_ROLES_HEIGHT = 170
_THICKEST_ROLE = 22
_MARGIN = 6


@dataclass(frozen=True)
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


@dataclass(frozen=True)
class Ribbon:
    """The roles of one protection in one account; `path` is SVG, as wide as they are many."""

    protection: str
    account: str
    roles: int
    path: str
    thickness: float


@dataclass(frozen=True)
class Flow:
    """The whole drawing."""

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
    scale = min(_THICKEST_ROLE, _ROLES_HEIGHT / max(len(roles), 1))
    protections = _column(
        {
            protection: sum(n for (g, _), n in counts.items() if g == protection)
            for protection in PROTECTION_LABELS
        },
        LEFT_EDGE,
        scale,
    )
    accounts = _column(
        {a: sum(n for (_, b), n in counts.items() if a == b) for _, a in sorted(counts)},
        RIGHT_EDGE,
        scale,
    )
    height = max(_bottom(protections), _bottom(accounts)) + _MARGIN
    protections, accounts = _centred(protections, height), _centred(accounts, height)
    return Flow(height, protections, accounts, _ribbons(protections, accounts, counts, scale))


def _column(counts: Mapping[str, int], x: int, scale: float) -> tuple[Node, ...]:
    nodes: list[Node] = []
    top: float = _MARGIN
    for key, roles in counts.items():
        if roles:
            node = Node(key, roles, x, round(top, 1), round(max(_SMALLEST_NODE, roles * scale), 1))
            nodes.append(node)
            top += node.height + _GAP
    return tuple(nodes)


def _bottom(nodes: Sequence[Node]) -> float:
    return nodes[-1].top + nodes[-1].height if nodes else _MARGIN


def _centred(nodes: Sequence[Node], height: float) -> tuple[Node, ...]:
    down = (height - _MARGIN - _bottom(nodes)) / 2
    return tuple(
        Node(node.key, node.roles, node.x, round(node.top + down, 1), node.height) for node in nodes
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
                ribbons.append(Ribbon(protection.key, account.key, roles, path, thickness))
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
