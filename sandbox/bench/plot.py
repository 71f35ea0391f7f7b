"""Draw what a preview takes, against the number of environments, as SVG without any script."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH, HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 130, 20, 50
_COLOURS = {"keyless": "#0b6e4f", "nodes": "#c77d0a", "flat": "#5b5f97"}
_NAMED = re.compile(r"(\d+) environments(?: over (flat|nodes))?\Z")
_STEPS = 5

Line = dict[int, float]
"""Seconds by the number of environments."""


def lines(figures: Sequence[Mapping[str, Any]]) -> dict[str, Line]:
    """Read the three programs' seconds out of the figures of `preview`."""
    found: dict[str, Line] = {"keyless": {}, "nodes": {}, "flat": {}}
    for figure in figures:
        named = _NAMED.match(figure["name"])
        if figure["measurement"] != "preview" or named is None:
            continue
        size = int(named[1])
        if named[2] is None:
            found["keyless"][size] = figure["value"]
        else:
            found[named[2]][size] = found["keyless"][size] / figure["value"]
    return found


def growth_plot(figures: Sequence[Mapping[str, Any]]) -> str:
    """Return the plot; both axes begin at nothing, so what grows in proportion is straight."""
    drawn = lines(figures)
    sizes = sorted({size for line in drawn.values() for size in line})
    most = _round_up(max(seconds for line in drawn.values() for seconds in line.values()))
    width, height = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM

    def at(size: float, seconds: float) -> tuple[float, float]:
        x = _LEFT + width * size / sizes[-1]
        return round(x, 1), round(_TOP + height * (1 - seconds / most), 1)

    parts = [*_axes(at, sizes, most)]
    for name, line in drawn.items():
        points = [at(size, seconds) for size, seconds in sorted(line.items())]
        path = " ".join(f"{x},{y}" for x, y in points)
        colour = _COLOURS[name]
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in points]
    parts += _legend(drawn)
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="sans-serif" font-size="12" role="img" '
        'aria-label="Seconds of a preview against environments">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n'
    )


def _axes(at: Any, sizes: Sequence[int], most: float) -> list[str]:
    parts = []
    for step in range(_STEPS + 1):
        seconds = most * step / _STEPS
        (left, y), (right, _) = at(0, seconds), at(sizes[-1], seconds)
        parts.append(f'<line x1="{left}" x2="{right}" y1="{y}" y2="{y}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{seconds:g} s</text>')
    for size in (0, *sizes):
        x, y = at(size, 0)
        if size == 0 or size * 20 > sizes[-1]:
            parts.append(f'<text x="{x}" y="{y + 18}" text-anchor="middle">{size}</text>')
    x, y = at(sizes[-1] / 2, 0)
    parts.append(f'<text x="{x}" y="{y + 38}" text-anchor="middle">environments</text>')
    return parts


def _legend(drawn: Mapping[str, Line]) -> list[str]:
    words = {"keyless": "keyless", "nodes": "flat, with nodes", "flat": "flat program"}
    parts = []
    for position, name in enumerate(drawn):
        x, y = WIDTH - _RIGHT + 12, _TOP + 14 + 20 * position
        parts.append(f'<rect x="{x}" y="{y - 9}" width="10" height="10" fill="{_COLOURS[name]}"/>')
        parts.append(f'<text x="{x + 16}" y="{y}">{words[name]}</text>')
    return parts


def _round_up(value: float) -> float:
    """Return the next number that five steps divide well: 1, 2 or 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(value))
    return float(next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= value))
