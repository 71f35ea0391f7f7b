"""What an audit of a large account costs, measured in a process of its own."""

import json
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.keyless.audit.test_audit import ELSEWHERE, role
from tests.keyless.trust_policies import policy

_SHAPES = ("repo:acme/{}:environment:production", "repo:acme/{}:*", "repo:acme*/{}:*", "*-{}")
_PERMISSIONS = [
    {"PolicyName": "p", "PolicyDocument": {"Statement": [{"Action": ["s3:Get*"] * 50}]}}
]
_MEASURE = """
import resource, sys
from keyless.main import main
if __name__ == "__main__":
    status = main(["audit", sys.argv[1], "--json"])
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
    sys.exit(status)
"""


def write_account(file: Path, roles: int, github: int) -> int:
    """Write an account's details of some roles, the first of which trust GitHub; return bytes."""
    with file.open("w") as out:
        out.write('{"UserDetailList": [], "RoleDetailList": [\n')
        for number in range(roles):
            subject = _SHAPES[number % len(_SHAPES)].format(f"app-{number}")
            document = policy(subject) if number < github else ELSEWHERE
            entry = {**role(f"r-{number}", document), "RolePolicyList": _PERMISSIONS}
            out.write((",\n" if number else "") + json.dumps(entry))
        out.write("\n]}\n")
    return file.stat().st_size


def measured(file: Path) -> tuple[dict[str, Any], float, int]:
    """Audit a file; return what was counted, seconds of processor time, and KiB at the most."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    script = file.with_name("measure.py")
    script.write_text(_MEASURE)
    ended = subprocess.run(
        [sys.executable, str(script), str(file)], capture_output=True, text=True, check=False
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.returncode == 1, ended.stderr
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return json.loads(ended.stdout), spent, int(ended.stderr)


def test_memory_is_that_of_the_text_and_not_of_what_it_holds(tmp_path: Path) -> None:
    """Twenty times the roles take little more than twenty times the text."""
    small = write_account(tmp_path / "small.json", 500, 20)
    large = write_account(tmp_path / "large.json", 10_000, 20)
    listing, seconds, first = measured(tmp_path / "small.json")
    assert listing["roles_read"] == 500
    listing, seconds, second = measured(tmp_path / "large.json")
    assert (listing["roles_read"], listing["roles_that_trust_github"]) == (10_000, 20)
    assert seconds < 15
    assert (second - first) * 1024 < 5 * (large - small)


@pytest.mark.long
def test_ten_thousand_roles_that_all_trust_github(tmp_path: Path) -> None:
    write_account(tmp_path / "roles.json", 10_000, 10_000)
    listing, seconds, _ = measured(tmp_path / "roles.json")
    assert listing["roles_that_trust_github"] == 10_000
    assert listing["verdicts"]["OPEN"] == 2_500
    assert seconds < 60, "half of it on each of two processors"
