"""Publish a run: `python -m sandbox.bench.publish [FILE]` writes its table and plot into docs.

FILE is what `make bench` wrote, build/bench.json by default; several files make one page, each
figure from the last file that has its measurement. They are kept as docs/performance.json, which
may be one of the files.
"""

import json
import sys
from pathlib import Path
from typing import Any

from sandbox.bench.plot import growth_plot
from sandbox.workbench import CHECKOUT

DOCS = CHECKOUT / "docs"
_BEGIN, _END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"
_WHOLE_FROM = 100


def main(files: list[str]) -> None:
    """Write the page anew."""
    runs = [json.loads(Path(file).read_text()) for file in files or ["build/bench.json"]]
    (DOCS / "performance.json").write_text(json.dumps(merged(runs), indent=1) + "\n")
    publish(DOCS)


def publish(folder: Path) -> None:
    """Write plot and table from the figures in `performance.json` of the same folder."""
    run = json.loads((folder / "performance.json").read_text())
    page = folder / "performance.md"
    head, _, rest = page.read_text().partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    page.write_text(f"{head}{_BEGIN}{as_markdown(run)}{_END}{tail}")
    (folder / "performance.svg").write_text(growth_plot(run["figures"]))


def merged(runs: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one run of several: figures by measurement, each with its machine's state."""
    found: dict[str, list[dict[str, Any]]] = {}
    states: dict[str, Any] = {}
    for run in runs:
        states |= run["states"]
        for name in run["states"]:
            found[name] = [each for each in run["figures"] if each["measurement"] == name]
    return {"states": states, "figures": [figure for each in found.values() for figure in each]}


def as_markdown(run: dict[str, Any]) -> str:
    """Return a table for each measurement, with the machine's load and pace before and after."""
    text = ""
    for name, state in run["states"].items():
        sides = [state[side] for side in ("started", "ended")]
        loads = " and ".join(f"{side['load'][0]:g}" for side in sides)
        paces = " and ".join(f"{side['reference_ms']:g}" for side in sides)
        text += f"\n### {name}\n\nLoad {loads}; the fixed sum took {paces} ms.\n\n"
        text += "| figure | value | bound | remark |\n|---|---|---|---|\n"
        text += "".join(_row(each) for each in run["figures"] if each["measurement"] == name)
    return f"{text}\n"


def _row(figure: dict[str, Any]) -> str:
    value = figure["value"]
    number = f"{value:,.0f}" if value >= _WHOLE_FROM else f"{value:.3g}"
    bound = ""
    for key, sign in (("at_most", "≤"), ("at_least", "≥")):
        if figure[key] is not None:
            kept = "kept" if figure["kept"] else "**missed**"
            bound = f"{sign} {figure[key]:g}, {kept}"
    return f"| {figure['name']} | {number} {figure['unit']} | {bound} | {figure['remark']} |\n"


if __name__ == "__main__":
    main(sys.argv[1:])
