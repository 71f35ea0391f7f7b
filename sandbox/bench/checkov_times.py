"""Time checkov's own check of GitHub trust on Terraform files; run by the interpreter that has it.

Prints, as JSON, the seconds of CPU for all files together: `file_by_file` and `all_at_once` are its
Terraform runner, restricted to that check, on one file after the other and on all of them;
`parser_and_check` leaves out the graph between the two, without which `jsonencode` stays unread.
Everything is imported and tried once before.
"""

import json
import logging
import sys
import time
from importlib import import_module
from typing import Any

CHECK = "CKV_AWS_393"
MODULE = "checkov.terraform.checks.resource.aws.GithubActionsOIDCTrustPolicyOnRole"


def main(files: list[str]) -> None:
    """Take the times over some files, and count what the check failed."""
    logging.disable(logging.CRITICAL)
    parser = import_module("checkov.terraform.tf_parser").TFParser()
    module = import_module(
        "checkov.terraform.checks.resource.aws.GithubActionsOIDCTrustPolicyOnRole"
    )
    run_check(files[:1])
    check_alone(module.check, parser, files[0])
    begun = time.process_time()
    for file in files:
        run_check([file])
    singly = time.process_time()
    failed = run_check(files)
    together = time.process_time()
    for file in files:
        check_alone(module.check, parser, file)
    ended = time.process_time()
    times = {
        "file_by_file": singly - begun,
        "all_at_once": together - singly,
        "parser_and_check": ended - together,
    }
    sys.stdout.write(json.dumps({"seconds": times, "failed": failed}))


def run_check(files: list[str]) -> int:
    """Run checkov's Terraform runner over some files and return how many fail the check."""
    runner = import_module("checkov.terraform.runner").Runner()
    only = import_module("checkov.runner_filter").RunnerFilter(
        framework=["terraform"], checks=[CHECK]
    )
    report = runner.run(root_folder=None, files=files, runner_filter=only)
    checked = len(report.failed_checks) + len(report.passed_checks)
    assert checked == len(files), f"{checked} roles checked"
    return len(report.failed_checks)


def check_alone(check: Any, parser: Any, file: str) -> None:
    """Parse a file and hand its one role to the check."""
    (block,) = parser.parse_file(file, {})["resource"]
    (conf,) = block["aws_iam_role"].values()
    check.scan_resource_conf(conf)


if __name__ == "__main__":
    main(sys.argv[1:])
