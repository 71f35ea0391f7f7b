"""What is printed for each cause is right: written into the file, it lets the job in."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from keyless.jobs.causes import CAUSES
from tests.keyless.command_run import run
from tests.keyless.jobs.made import CONFIGURE, STACK, answer, workflow

pytestmark = pytest.mark.usefixtures("judged_once")

APPLY = "role-to-assume: '${{ vars.AWS_ROLE_ARN_PROD_BRANCH_MAIN_APPLY }}'"
PLAN = "role-to-assume: '${{ vars.AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN }}'"
DEPLOY = "role-to-assume: '${{ vars.AWS_ROLE_ARN }}'"
KEY = "AKIAIOSFODNN7EXAMPLE"
OWN = "github.event.pull_request.head.repo.full_name == github.repository"
PINNED = STACK.replace(
    "migrate: {permissions",
    "migrate: {workflows: [acme/shop/.github/workflows/migrate.yml@refs/heads/main], permissions",
)
ONE_ENVIRONMENT = """
config:
  aws:region: eu-west-1
  aws:allowedAccountIds: ["222222222222"]
  github:owner: acme
  keyless:owner_id: 9919
  keyless:repositories:
    shop:
      id: 700100199
      environments:
        production:
          deploy_from: {branches: [main]}
          reviewers: {teams: [leads]}
          roles:
            deploy: {permissions: [{preset: cdk}]}
      pull_requests:
        roles:
          plan: {permissions: [{preset: read-only, services: [s3]}]}
"""
REVIEW = ONE_ENVIRONMENT.replace(
    "      environments:\n        production:\n          deploy_from: {branches: [main]}\n",
    "      review_environments:\n        preview:\n          name_prefix: shop-pr-\n",
).replace("{preset: cdk}", "{preset: s3-website, bucket: shop-pr-site}")
CALLED = {
    "migrate.yml": workflow(on="workflow_call", inputs=DEPLOY.replace("ARN ", "ARN_MIGRATE ")),
    "deploy.yml": workflow(on="workflow_call"),
}


@dataclass(frozen=True)
class Remedy:
    """One refused file, the edit that its `write` asks for, and what the sentence contains.

    `gets_in` is False where what is written leaves the job out of the event.
    """

    before: str
    old: str
    new: str
    written: str
    stack: str = STACK
    stack_edit: tuple[str, str] = ("", "")
    gets_in: bool = True


REMEDIES: dict[str, Remedy] = {
    "no-id-token": Remedy(
        workflow(permissions="{contents: read}"),
        "permissions: {contents: read}",
        "permissions: {contents: read, id-token: write}",
        "Write `permissions: {contents: read, id-token: write}` in the job deploy "
        "(.github/workflows/w.yml).",
    ),
    "no-environment": Remedy(
        workflow(job="name: deploy", inputs=DEPLOY.replace("ARN ", "ARN_MIGRATE ")),
        "name: deploy",
        "environment: production",
        "Write `environment: production` in the job.",
    ),
    "other-environment": Remedy(
        workflow(job="environment: prodution"),
        "environment: prodution",
        "environment: production",
        "Write `environment: production` in the job.",
    ),
    "pull-request": Remedy(
        workflow(on="pull_request", job=f"if: {OWN}", inputs=APPLY),
        "vars.AWS_ROLE_ARN_PROD_BRANCH_MAIN_APPLY",
        "vars.AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN",
        "Take `${{ vars.AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN }}` in a job without environment, or "
        "write `if: github.event_name != 'pull_request'` in this one.",
    ),
    "merge-queue": Remedy(
        workflow(on="merge_group"),
        "",
        "",
        "Write `if: github.event_name != 'merge_group'` in the job, or `merge_queue: [main]` under "
        "deploy_from of the environment production in the stack file.",
        stack_edit=("{branches: [main], tags", "{branches: [main], merge_queue: [main], tags"),
    ),
    "ref-not-admitted": Remedy(
        workflow(on="{push: {branches: [next]}}"),
        "",
        "",
        "Run the job on main or tag v*, or add next to deploy_from.branches of the environment "
        "production in the stack file.",
        stack_edit=("{branches: [main], tags", "{branches: [main, next], tags"),
    ),
    "pull-request-target": Remedy(
        workflow(on="pull_request_target", job="name: deploy", inputs=APPLY),
        "name: deploy",
        "if: github.event_name != 'pull_request_target'",
        "Write `if: github.event_name != 'pull_request_target'` in the job, or name an "
        "environment with reviewers and take its role: that subject is documented.",
        gets_in=False,
    ),
    "workflow-not-pinned": Remedy(
        workflow(inputs=DEPLOY.replace("ARN ", "ARN_MIGRATE ")),
        workflow(inputs=DEPLOY.replace("ARN ", "ARN_MIGRATE ")),
        "on: {push: {branches: [main]}}\nconcurrency: deploy\njobs:\n  deploy:\n"
        "    permissions: {contents: read, id-token: write}\n"
        "    uses: acme/shop/.github/workflows/migrate.yml@main\n",
        "Call it from the job: `uses: acme/shop/.github/workflows/migrate.yml@main`.",
        stack=PINNED,
    ),
    "audience": Remedy(
        workflow(inputs=f"{DEPLOY}\n          audience: https://github.com/acme"),
        "\n          audience: https://github.com/acme",
        "",
        "Leave `audience` out of the step, or ask for `sts.amazonaws.com` by hand.",
    ),
    "duration": Remedy(
        workflow(inputs=f"{DEPLOY}\n          role-duration-seconds: 7200"),
        "role-duration-seconds: 7200",
        "role-duration-seconds: 3600",
        "Write `role-duration-seconds: 3600`.",
    ),
    "session-name": Remedy(
        workflow(inputs=f"{DEPLOY}\n          role-session-name: ${{{{ github.repository }}}}"),
        "role-session-name: ${{ github.repository }}",
        "role-session-name: ${{ github.run_id }}-${{ github.run_attempt }}",
        "Write `role-session-name: ${{ github.run_id }}-${{ github.run_attempt }}`.",
    ),
    "role-unknown": Remedy(
        workflow(inputs=DEPLOY.replace("ARN ", "ARN_MIGRATION ")),
        "vars.AWS_ROLE_ARN_MIGRATION",
        "vars.AWS_ROLE_ARN_MIGRATE",
        "Write `${{ vars.AWS_ROLE_ARN_MIGRATE }}` as `role-to-assume`.",
    ),
    "expired": Remedy(
        workflow(),
        "",
        "",
        "Write a later day as `until` of the role in the stack file, or leave it out.",
        stack=STACK.replace("deploy: {permissions", "deploy: {until: 2026-01-31, permissions", 1),
        stack_edit=("until: 2026-01-31", "until: 2999-01-31"),
    ),
    "chained": Remedy(
        workflow(inputs=f"{DEPLOY}\n          role-chaining: true"),
        "\n          role-chaining: true",
        "",
        "Leave `role-chaining` and `force-skip-oidc` out of the step.",
    ),
    "role-hidden": Remedy(
        workflow(inputs="role-to-assume: '${{ secrets.ROLE }}'"),
        "secrets.ROLE",
        "vars.AWS_ROLE_ARN",
        "Write `${{ vars.AWS_ROLE_ARN }}` or `${{ vars.AWS_ROLE_ARN_MIGRATE }}`: the ARN of a "
        "role is no secret.",
    ),
    "dynamic-environment": Remedy(
        workflow(job="environment: ${{ vars.STAGE }}"),
        "environment: ${{ vars.STAGE }}",
        "environment: production",
        "Write the environment's name, or let it follow the event, the ref or an input of "
        "`type: choice`.",
    ),
    "token-file": Remedy(
        workflow(inputs=f"{DEPLOY}\n          web-identity-token-file: /tmp/token"),
        "\n          web-identity-token-file: /tmp/token",
        "",
        "Leave `web-identity-token-file` and AWS_WEB_IDENTITY_TOKEN_FILE out, write `permissions: "
        "{contents: read, id-token: write}` in the job, and let "
        "aws-actions/configure-aws-credentials ask for the token.",
    ),
    "existing-credentials": Remedy(
        workflow(
            inputs=f"{DEPLOY}\n      - uses: {CONFIGURE}\n        with:\n"
            f"          aws-region: eu-west-1\n          {DEPLOY}\n"
            "          use-existing-credentials: true"
        ),
        "\n          use-existing-credentials: true",
        "",
        "Leave `use-existing-credentials` out of the step.",
    ),
    "refused-file": Remedy(
        workflow(on="{pusj: {branches: [main]}}"), "pusj", "push", "Write `push`."
    ),
    "fork": Remedy(
        workflow(on="pull_request", job="name: plan", inputs=PLAN),
        "name: plan",
        "if: github.event.pull_request.head.repo.full_name == github.repository",
        "Write `if: github.event.pull_request.head.repo.full_name == github.repository` in the "
        "job.",
    ),
}
FURTHER: dict[str, tuple[str, Remedy]] = {
    "a condition by one sign": (
        "refused-file",
        Remedy(
            workflow(job="environment: production\n    if: github.ref = 'refs/heads/main'"),
            " = ",
            " == ",
            "Compare by `==` and `!=`, join by `&&` and `||`, and write texts in single quotes.",
        ),
    ),
    "a job that waits for none of the file": (
        "refused-file",
        Remedy(
            workflow(job="environment: production\n    needs: [tests]"),
            "\n    needs: [tests]",
            "",
            "Write the name of a job, or leave it out.",
        ),
    ),
    "a job that calls a workflow in an environment": (
        "refused-file",
        Remedy(
            "on: {push: {branches: [main]}}\nconcurrency: deploy\njobs:\n  deploy:\n"
            "    permissions: {contents: read, id-token: write}\n    environment: production\n"
            "    uses: ./.github/workflows/deploy.yml\n",
            "    environment: production\n",
            "",
            "Write `environment` in the jobs of the called workflow.",
            stack=PINNED.replace("migrate.yml@", "deploy.yml@"),
        ),
    ),
    "a job without a runner": (
        "refused-file",
        Remedy(
            workflow().replace("    runs-on: ubuntu-latest\n", ""),
            "    environment",
            "    runs-on: ubuntu-latest\n    environment",
            "Write `runs-on: ubuntu-latest`, or the runner that it is for.",
        ),
    ),
    "a role whose day is left out": (
        "expired",
        Remedy(
            workflow(),
            "",
            "",
            "Write a later day as `until` of the role in the stack file, or leave it out.",
            stack=ONE_ENVIRONMENT.replace("deploy: {", "deploy: {until: 2026-01-31, "),
            stack_edit=("until: 2026-01-31, ", ""),
        ),
    ),
    "an audience of another partition": (
        "audience",
        Remedy(
            workflow(),
            "aws-region: eu-west-1",
            "aws-region: cn-north-1\n          audience: sts.amazonaws.com.cn",
            "Write `audience: sts.amazonaws.com.cn` in the step, or ask for it by hand.",
            stack=ONE_ENVIRONMENT.replace("eu-west-1", "cn-north-1"),
        ),
    ),
    "a push to an environment of pull requests": (
        "ref-not-admitted",
        Remedy(
            workflow(job="environment: preview"),
            "environment: preview",
            "environment: preview\n    if: github.event_name == 'pull_request'",
            "Write `if: github.event_name == 'pull_request'` in the job.",
            stack=REVIEW,
            gets_in=False,
        ),
    ),
    "a review of a pull request": (
        "pull-request",
        Remedy(
            workflow(on="pull_request_review", job="name: plan", inputs=PLAN),
            "name: plan",
            "if: github.event_name != 'pull_request_review'",
            "Write `if: github.event_name != 'pull_request_review'` in the job.",
            gets_in=False,
        ),
    ),
    "a filter wider than what may deploy": (
        "ref-not-admitted",
        Remedy(
            workflow(on="{push: {branches: [main, '**']}}"),
            "[main, '**']",
            "[main]",
            "Run the job on main or tag v* alone: by the filter of the event, or by an `if`.",
        ),
    ),
    "a branch that deploy_from does not take by its name": (
        "ref-not-admitted",
        Remedy(
            workflow(on="{push: {branches: [main, c++]}}"),
            "[main, c++]",
            "[main]",
            "Run the job on main or tag v* alone: by the filter of the event, or by an `if`.",
        ),
    ),
    "a variable of the environment in a matrix": (
        "role-unknown",
        Remedy(
            workflow(
                job="environment: production\n    strategy: {matrix: {role: ['"
                "${{ vars.AWS_ROLE_ARN }}']}}",
                inputs="role-to-assume: '${{ matrix.role }}'",
            ),
            "${{ matrix.role }}",
            "${{ vars.AWS_ROLE_ARN }}",
            "Write `${{ vars.AWS_ROLE_ARN }}` as `role-to-assume` of the step itself.",
        ),
    ),
    "a role of another account behind the first": (
        "role-unknown",
        Remedy(
            workflow(
                inputs="role-to-assume: arn:aws:iam::444444444444:role/there\n"
                "          role-chaining: true"
            ),
            "arn:aws:iam::444444444444:role/there\n          role-chaining: true",
            "'${{ vars.AWS_ROLE_ARN }}'",
            "Keep the step if that role trusts the one of the step before. Otherwise write "
            "`${{ vars.AWS_ROLE_ARN }}` or `${{ vars.AWS_ROLE_ARN_MIGRATE }}` as "
            "`role-to-assume`, and leave `role-chaining` out.",
        ),
    ),
    "a role of another account in the job of this one": (
        "role-unknown",
        Remedy(
            workflow(inputs="role-to-assume: arn:aws:iam::444444444444:role/there"),
            workflow(inputs="role-to-assume: arn:aws:iam::444444444444:role/there"),
            "on: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps: [{run: make}]\n",
            "Move what needs it into a job of its own, with the environment and the role that the "
            "stack of 444444444444 gives the repository. Or go on to it from a role of this "
            "stack, with the preset `assume` and `role-chaining: true`.",
            gets_in=False,
        ),
    ),
    "a secret in a job without environment": (
        "no-environment",
        Remedy(
            workflow(job="name: deploy", inputs="role-to-assume: '${{ secrets.ROLE }}'"),
            "name: deploy\n    steps:\n      - uses: "
            f"{CONFIGURE}\n        with:\n          aws-region: eu-west-1\n          "
            "role-to-assume: '${{ secrets.ROLE }}'",
            "environment: production\n    steps:\n      - uses: "
            f"{CONFIGURE}\n        with:\n          aws-region: eu-west-1\n          {DEPLOY}",
            "Write `environment: production` in the job. Write `${{ vars.AWS_ROLE_ARN }}`: the "
            "ARN of a role is no secret.",
            stack=ONE_ENVIRONMENT,
        ),
    ),
    "a secret beside a pinned role": (
        "workflow-not-pinned",
        Remedy(
            workflow(inputs="role-to-assume: '${{ secrets.ROLE }}'"),
            workflow(inputs="role-to-assume: '${{ secrets.ROLE }}'"),
            "on: {push: {branches: [main]}}\nconcurrency: deploy\njobs:\n  deploy:\n"
            "    permissions: {contents: read, id-token: write}\n"
            "    uses: acme/shop/.github/workflows/deploy.yml@main\n",
            "Call it from the job: `uses: acme/shop/.github/workflows/deploy.yml@main`. Write "
            "`${{ vars.AWS_ROLE_ARN }}`: the ARN of a role is no secret.",
            stack=ONE_ENVIRONMENT.replace(
                "deploy: {",
                "deploy: {workflows: [acme/shop/.github/workflows/deploy.yml@refs/heads/main], ",
            ),
        ),
    ),
}
EVERY = {cause: (cause, remedy) for cause, remedy in REMEDIES.items()} | FURTHER
ELSEWHERE = {"called-from-elsewhere", "workflow-elsewhere"}
"""Mended by reading further checkouts: `test_callers_in_another_checkout_are_followed`."""


def test_every_cause_has_a_remedy_here() -> None:
    assert set(REMEDIES) | ELSEWHERE == set(CAUSES)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_printed_lets_the_job_in(name: str, tmp_path: Path) -> None:
    cause, remedy = EVERY[name]
    others = {file: text for file, text in CALLED.items() if f"{file}@" in remedy.stack}
    found = answer(tmp_path, {"w.yml": remedy.before, **others}, remedy.stack)
    own = [r for r in found["jobs"] if r["workflow"].endswith("/w.yml")]
    (row,) = (r for r in own if cause in r["causes"])
    assert remedy.written in row["write"]
    after = remedy.before.replace(remedy.old, remedy.new) if remedy.old else remedy.before
    stack = remedy.stack.replace(*remedy.stack_edit) if remedy.stack_edit[0] else remedy.stack
    mended = answer(tmp_path, {"w.yml": after, **others}, stack)
    rows = [r for r in mended["jobs"] if r["workflow"].endswith("/w.yml")]
    assert [(r["result"], r["causes"]) for r in rows] == ([("in", [])] if remedy.gets_in else [])


@pytest.mark.parametrize(
    ("uses", "with_key", "rows"),
    [
        ("$/login", "pipelines", [("ship/deploy", "static-keys", None)]),
        ("$/login", "shop", [("ship/deploy", "in", "acme-shop-production-deploy")]),
        ("./login", "pipelines", [("ship/deploy", "in", "acme-shop-production-deploy")]),
        ("./login", "shop", [("ship/deploy", "static-keys", None)]),
        ("acme/pipelines/login@v1", "pipelines", [("ship/deploy", "static-keys", None)]),
        ("acme/shop/login@v1", "shop", [("ship/deploy", "static-keys", None)]),
        ("$/outer", "pipelines", [("ship/deploy", "static-keys", None)]),
        ("$/outer", "shop", [("ship/deploy", "in", "acme-shop-production-deploy")]),
    ],
)
def test_actions_of_a_called_workflow_are_those_of_the_repository_that_they_name(
    uses: str, with_key: str, rows: list[tuple[str, str, str | None]], tmp_path: Path
) -> None:
    files = {
        "shop/.github/workflows/deploy.yml": (
            "on: {push: {branches: [main]}}\njobs:\n  ship:\n"
            "    permissions: {id-token: write, contents: read}\n"
            "    uses: acme/pipelines/.github/workflows/deploy.yml@v1\n"
        ),
        "pipelines/.github/workflows/deploy.yml": (
            "on: workflow_call\njobs:\n  deploy:\n    runs-on: x\n    environment: production\n"
            f"    steps:\n      - uses: {uses}\n"
        ),
        "pipelines/outer/action.yml": (
            "runs:\n  using: composite\n  steps:\n    - uses: $/login\n"
        ),
    }
    for name in ("shop", "pipelines"):
        given = f"aws-access-key-id: {KEY}" if name == with_key else DEPLOY
        files[f"{name}/login/action.yml"] = (
            f"runs:\n  using: composite\n  steps:\n    - uses: {CONFIGURE}\n      with:\n"
            f"        aws-region: eu-west-1\n        {given}\n"
        )
    for name, text in files.items():
        file = tmp_path / "checkouts" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "Pulumi.prod.yaml").write_text(STACK)
    words = ("--config", str(tmp_path / "Pulumi.prod.yaml"), "--json")
    found = json.loads(run("jobs", str(tmp_path / "checkouts"), *words).out)["jobs"]
    assert [(r["job"], r["result"], r["role"]) for r in found] == rows


def test_callers_in_another_checkout_are_followed(tmp_path: Path) -> None:

    folder = tmp_path / "checkouts"
    shared = workflow(on="workflow_call")
    caller = (
        "on: {push: {branches: [main]}}\njobs:\n  ship:\n    permissions: write-all\n"
        "    uses: acme/pipelines/.github/workflows/deploy.yml@v1\n"
        "    with: {role: '${{ vars.AWS_ROLE_ARN_PROD_BRANCH_MAIN_APPLY }}'}\n"
    )
    for name, text in (("shop", caller), ("pipelines", shared)):
        file = folder / name / ".github/workflows/deploy.yml"
        file.parent.mkdir(parents=True)
        file.write_text(text)
    (tmp_path / "Pulumi.prod.yaml").write_text(STACK)
    words = ("--config", str(tmp_path / "Pulumi.prod.yaml"), "--json")
    together = json.loads(run("jobs", str(folder), *words).out)["jobs"]
    assert [(r["repository"], r["job"], r["result"], r["role"]) for r in together] == [
        ("acme/shop", "ship/deploy", "in", "acme-shop-production-deploy")
    ]
    alone = json.loads(run("jobs", str(folder / "shop"), *words).out)["jobs"]
    assert [(r["result"], r["causes"]) for r in alone] == [("unknown", ["workflow-elsewhere"])]
    called = json.loads(run("jobs", str(folder / "pipelines"), *words).out)["jobs"]
    assert [(r["result"], r["causes"]) for r in called] == [("unknown", ["called-from-elsewhere"])]
