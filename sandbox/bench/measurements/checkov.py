"""How much faster trust policies are judged than by checkov, on the same files in the same run.

A file is a Terraform role whose trust policy stands in `jsonencode`, as is usual. Both sides read
the file, find the document and judge it, in process and with everything imported before. The times
are CPU time, since the sides run one after the other. checkov lives in `.venv-bench`: it cannot be
installed beside the project's own packages.
"""

import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from keyless.trust import judge
from sandbox.bench import checkov_times
from sandbox.bench.documents import KINDS, usual_document
from sandbox.bench.figure import BenchError, Figure, Measurement
from sandbox.bench.sizes import Sizes
from sandbox.bench.timing import cpu_seconds
from sandbox.children import run_child
from sandbox.workbench import CHECKOUT

INTERPRETER = CHECKOUT / ".venv-bench" / "bin" / "python"
_ROUNDS = 3
_DOCUMENT = re.compile(r"jsonencode\((.*)\)", re.DOTALL)


def run(sizes: Sizes) -> Iterator[Figure]:
    """Judge all files here, and let checkov do the same in its own virtualenv."""
    if not INTERPRETER.exists():
        raise BenchError("bench: .venv-bench is missing. It holds checkov. Run `make bench`.")
    rounds = [_round(number, sizes.files) for number in range(_ROUNDS)]
    rounds.sort(key=lambda times: times[1]["file_by_file"] / times[0])
    own, theirs = rounds[len(rounds) // 2]
    each = 1000 / sizes.files
    remark = f"{sizes.files} different files; the middle of {_ROUNDS} rounds"
    yield Figure("keyless, a file", own * each, "ms", remark=remark)
    yield Figure("checkov, a file", theirs["file_by_file"] * each, "ms", remark="file by file")
    yield Figure("checkov, a file", theirs["all_at_once"] * each, "ms", remark="all in one run")
    yield Figure(
        "checkov, a file",
        theirs["parser_and_check"] * each,
        "ms",
        remark="its parser and its check alone, which do not read jsonencode",
    )
    faster = theirs["file_by_file"] / own
    yield Figure("times faster", faster, "times", at_least=20, remark="file by file")
    alone = theirs["parser_and_check"] / own
    yield Figure("times faster", alone, "times", remark="than its parser and its check alone")


def _round(number: int, count: int) -> tuple[float, dict[str, float]]:
    """Let both judge the same files, which no other round has; return their seconds."""
    with tempfile.TemporaryDirectory(prefix="keyless-bench-") as folder:
        first = number * count
        files = [write_role(Path(folder), each) for each in range(first, first + count)]
        judge_file(write_role(Path(folder), 10**9))
        return sum(cpu_seconds(judge_file, file) for file in files), _checkov(files, Path(folder))


def write_role(folder: Path, number: int) -> Path:
    """Write one Terraform file with one role."""
    file = folder / f"role_{number}.tf"
    document = usual_document(KINDS[number % len(KINDS)], number)
    file.write_text(
        f'resource "aws_iam_role" "deploy" {{\n  name = "service-{number}"\n'
        f"  assume_role_policy = jsonencode({json.dumps(json.loads(document), indent=2)})\n}}\n"
    )
    return file


def judge_file(file: Path) -> None:
    """Read a file, find the trust policy in it, and judge it."""
    found = _DOCUMENT.search(file.read_text())
    assert found is not None
    judge(found[1])


def _checkov(files: Sequence[Path], folder: Path) -> dict[str, float]:
    script = str(Path(checkov_times.__file__))
    command = [str(INTERPRETER), script, *map(str, files)]
    ended = run_child(command, cwd=folder, env={"HOME": str(folder), "LANG": "C.UTF-8"})
    if ended.returncode != 0:
        raise BenchError(f"bench: checkov ended with {ended.returncode}:\n{ended.stdout}")
    answer: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    times: dict[str, float] = answer["seconds"]
    return times


MEASUREMENT = Measurement("checkov", "how much faster than checkov 3.3 (CKV_AWS_393)", run)
