"""What a job did with a key, it does with a role: what has to change with it, what must not."""

import json
from pathlib import Path

from tests.keyless.migrate.made import PLACE, jobs, make, migrate, tree

OTHER = ".github/workflows/other.yml"
ACTION = ".github/actions/login/action.yml"
ID = "${{ secrets.AWS_ACCESS_KEY_ID }}"
SECRET = "${{ secrets.AWS_SECRET_ACCESS_KEY }}"
KEYS = f"          AWS_ACCESS_KEY_ID: {ID}\n          AWS_SECRET_ACCESS_KEY: {SECRET}\n"
HEAD = "on: {push: {branches: [main]}}\njobs:\n"
LOGIN = """name: login
description: log in
inputs:
  id: {required: true, description: the key}
  secret: {required: true, description: its secret}
runs:
  using: composite
  steps:
    - uses: aws-actions/configure-aws-credentials@v4
      with:
        aws-access-key-id: ${{ inputs.id }}
        aws-secret-access-key: ${{ inputs.secret }}
        aws-region: eu-west-1
"""
USE = (
    "      - uses: ./.github/actions/login\n        with:\n"
    f"          id: {ID}\n          secret: {SECRET}\n"
)
KEYED = f"      - run: aws s3 ls\n        env:\n{KEYS}"


def job(name: str, steps: str, rest: str = "") -> str:
    return f"  {name}:\n    runs-on: ubuntu-latest\n{rest}    steps:\n{steps}"


def written(folder: Path, text: str) -> tuple[str, list[str]]:
    """Migrate a file, and return it with what was told besides."""
    checkout = make(folder, {PLACE: text})
    ended = migrate(checkout, "--write")
    assert ended.status == 0, ended.err
    told = [line for line in ended.err.splitlines() if not line.endswith(": written")]
    return tree(checkout)[PLACE].decode(), [x for x in told if "default permissions" not in x]


def opening(text: str) -> list[str]:
    """Return the lines of the step that opens the session, as far as its inputs."""
    lines = text.splitlines()
    first = next(n for n, line in enumerate(lines) if "- name: Become" in line)
    return [line.strip() for line in lines[first + 1 : lines.index("        with:", first)]]


def test_an_empty_session_token_goes_with_the_key(tmp_path: Path) -> None:
    step = f"      - run: aws s3 ls\n        env:\n          AWS_SESSION_TOKEN: ''\n{KEYS}"
    text, _ = written(tmp_path, HEAD + job("deploy", step))
    assert "AWS_SESSION_TOKEN" not in text


def test_an_empty_session_token_inside_of_an_env_with_the_key_goes(tmp_path: Path) -> None:
    env = f"    env:\n{KEYS}"
    step = "      - run: aws s3 ls\n        env: {AWS_SESSION_TOKEN: '', AWS_PAGER: ''}\n"
    text, _ = written(tmp_path, HEAD + job("deploy", step, env))
    assert "        env: {AWS_PAGER: ''}\n" in text


def test_a_step_that_tries_without_credentials_keeps_its_made_up_key(tmp_path: Path) -> None:
    steps = (
        "      - run: pytest\n        env: {AWS_ACCESS_KEY_ID: test, AWS_SECRET_ACCESS_KEY: test}\n"
        f"      - run: aws s3 ls\n        env:\n{KEYS}"
    )
    text, _ = written(tmp_path, HEAD + job("deploy", steps))
    assert "env: {AWS_ACCESS_KEY_ID: test, AWS_SECRET_ACCESS_KEY: test}" in text


def test_the_session_is_open_for_a_step_that_runs_after_a_failure(tmp_path: Path) -> None:
    steps = (
        f"      - run: aws s3 ls\n        env:\n{KEYS}"
        f"      - run: aws s3 cp log s3://logs\n        if: failure()\n        env:\n{KEYS}"
    )
    text, _ = written(tmp_path, HEAD + job("deploy", steps))
    assert opening(text)[0] == "if: always()"


def test_a_condition_on_the_step_s_own_variable_is_not_copied(tmp_path: Path) -> None:
    step = KEYED.replace(
        "        env:\n", "        if: env.STAGE\n        env:\n          STAGE: x\n"
    )
    text, _ = written(tmp_path, HEAD + job("deploy", step))
    assert opening(text)[0].startswith("uses: ")


def test_a_variable_that_only_the_inputs_read_goes_with_the_key(tmp_path: Path) -> None:
    step = (
        "      - uses: aws-actions/configure-aws-credentials@v4\n        with:\n"
        "          aws-access-key-id: ${{ env.DEPLOY_ID }}\n"
        "          aws-secret-access-key: ${{ env.DEPLOY_KEY }}\n"
    )
    env = "    env: {A: b, DEPLOY_ID: '${{ secrets.ID }}', DEPLOY_KEY: '${{ secrets.KEY }}'}\n"
    text, _ = written(tmp_path, HEAD + job("deploy", step, env))
    assert "    env: {A: b}\n" in text


def test_the_right_goes_below_those_that_have_a_comment(tmp_path: Path) -> None:
    rest = (
        "    permissions:\n      # the registry\n      packages: write\n      contents: read # c\n"
    )
    text, _ = written(
        tmp_path, HEAD + job("deploy", f"      - run: aws s3 ls\n        env:\n{KEYS}", rest)
    )
    assert rest + "      id-token: write\n" in text


def test_what_a_script_of_the_api_writes_is_granted(tmp_path: Path) -> None:
    steps = (
        "      - uses: actions/github-script@v7\n        with:\n"
        "          script: await github.rest.issues.createComment({})\n"
        f"      - run: aws s3 ls\n        env:\n{KEYS}"
    )
    text, _ = written(tmp_path, HEAD + job("deploy", steps))
    rights = (
        "contents: read\n      issues: write\n      pull-requests: write\n      id-token: write"
    )
    assert rights in text


def test_an_action_is_changed_with_the_jobs_of_other_files(tmp_path: Path) -> None:
    files = {
        PLACE: HEAD + job("deploy", USE),
        OTHER: HEAD + job("ship", USE),
        ACTION: LOGIN,
    }
    checkout = make(tmp_path, files)
    assert migrate(checkout, "--write").status == 0
    after = tree(checkout)
    assert b"secrets." not in after[PLACE] + after[OTHER]
    rows = json.loads(jobs(checkout).out)["jobs"]
    assert [(row["job"], row["result"]) for row in rows] == [("deploy", "in"), ("ship", "in")]


def test_an_action_is_not_changed_for_one_job_alone(tmp_path: Path) -> None:
    files = {PLACE: HEAD + job("deploy", USE), OTHER: HEAD + job("ship", USE), ACTION: LOGIN}
    checkout = make(tmp_path, files)
    ended = migrate(checkout, "--write", "--job", "deploy")
    assert ended.err.splitlines() == [
        f"{OTHER}: the job ship hands a key to {ACTION}, which would take it no more. Migrate both "
        "together: leave --job out."
    ]
    assert tree(checkout) == {name: text.encode() for name, text in files.items()}


def test_a_script_of_an_action_that_is_handed_the_pair_is_refused(tmp_path: Path) -> None:
    script = (
        "    - run: docker run -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY x\n      shell: sh\n"
    )
    checkout = make(tmp_path, {PLACE: HEAD + job("deploy", USE), ACTION: LOGIN + script})
    ended = migrate(checkout)
    assert ended.err.startswith(f"{ACTION}:14: the step is handed AWS_ACCESS_KEY_ID and AWS_")
    remedy = LOGIN + script.replace("-e AWS_SECRET", "-e AWS_SESSION_TOKEN -e AWS_SECRET")
    checkout = make(tmp_path, {ACTION: remedy})
    assert migrate(checkout).status == 0


def test_other_secrets_for_a_workflow_elsewhere_are_nobody_s_concern(tmp_path: Path) -> None:
    call = (
        "  notify:\n    uses: acme/pipelines/.github/workflows/notify.yml@v1\n"
        "    secrets: {webhook: '${{ secrets.SLACK_WEBHOOK }}'}\n"
    )
    text = HEAD + call + job("deploy", f"      - run: aws s3 ls\n        env:\n{KEYS}")
    _, told = written(tmp_path, text)
    assert told == []


def test_every_secret_for_a_workflow_elsewhere_is_reported(tmp_path: Path) -> None:
    call = "  lint:\n    uses: acme/pipelines/.github/workflows/lint.yml@v1\n    secrets: inherit\n"
    text = HEAD + call + job("deploy", f"      - run: aws s3 ls\n        env:\n{KEYS}")
    _, told = written(tmp_path, text)
    note = (
        f"{PLACE}:3: the job lint hands every secret to "
        "acme/pipelines/.github/workflows/lint.yml@v1, which is not in the checkout. Whether a key "
        "is used there cannot be seen. Look into that file."
    )
    assert told == [note]
    ended = migrate(tmp_path / "shop")
    assert (ended.status, ended.err.splitlines()[0]) == (0, note)


def test_keys_of_other_providers_stay_and_are_none_of_aws(tmp_path: Path) -> None:
    ways = {
        "setting": f"      - run: cargo build\n        env:\n          SCCACHE_ENDPOINT: https://x.example\n{KEYS}",
        "option": f"      - run: aws s3 ls --endpoint-url https://x.example\n        env:\n{KEYS}",
        "host": f"      - run: s3cmd --host=fra1.digitaloceanspaces.com ls\n        env:\n{KEYS}",
        "backend": "      - run: terraform init -backend-config=endpoint=https://x.example\n"
        f"        env:\n{KEYS}",
        "input": f"      - uses: a/b@v1\n        with:\n          endpoint: https://x.example\n"
        f"          aws_access_key_id: {ID}\n",
    }
    for name, step in ways.items():
        checkout = make(tmp_path / name, {PLACE: HEAD + job("deploy", step)})
        ended = migrate(checkout)
        assert (ended.status, ended.out) == (0, ""), name
        assert ":6: the key goes to another provider (" in ended.err, name
        assert json.loads(jobs(checkout).out)["jobs"] == [], name


def test_a_key_around_steps_for_another_provider_alone_is_none_of_aws(tmp_path: Path) -> None:
    steps = "      - run: make\n      - run: aws s3 ls --endpoint-url https://x.example\n"
    text = HEAD + job("deploy", steps, f"    env:\n{KEYS}")
    checkout = make(tmp_path, {PLACE: text})
    assert json.loads(jobs(checkout).out)["jobs"] == []
    assert migrate(checkout).out == ""
    checkout = make(tmp_path, {PLACE: f"{text}      - run: aws s3 ls\n"})
    assert [row["result"] for row in json.loads(jobs(checkout).out)["jobs"]] == ["static-keys"]


def test_an_endpoint_of_aws_is_one_of_aws(tmp_path: Path) -> None:
    step = (
        "      - run: aws s3 ls\n        env:\n"
        f"          AWS_ENDPOINT_URL_S3: https://s3-fips.eu-west-1.amazonaws.com\n{KEYS}"
    )
    text, _ = written(tmp_path, HEAD + job("deploy", step))
    assert "role-to-assume" in text


def test_a_key_is_followed_into_an_action_of_an_action(tmp_path: Path) -> None:
    outer = (
        "name: ship\ninputs: {key: {required: true}, half: {required: true}}\nruns:\n"
        "  using: composite\n  steps:\n    - uses: ./.github/actions/login\n      with:\n"
        "        id: ${{ inputs.key }}\n        secret: ${{ inputs.half }}\n"
    )
    use = f"      - uses: ./ship\n        with:\n          key: {ID}\n          half: {SECRET}\n"
    files = {PLACE: HEAD + job("deploy", use), "ship/action.yml": outer, ACTION: LOGIN}
    checkout = make(tmp_path, files)
    ended = migrate(checkout, "--write")
    assert ended.status == 0, ended.err
    after = tree(checkout)
    assert b"inputs: {role-to-assume: " in after["ship/action.yml"]
    assert b"        role-to-assume: ${{ inputs.role-to-assume }}\n" in after["ship/action.yml"]
    assert b"inputs.key" not in after["ship/action.yml"]
    assert b"  id:" not in after[ACTION]


def test_a_job_that_may_outlast_its_session_is_reported(tmp_path: Path) -> None:
    text = HEAD + job("deploy", KEYED, "    timeout-minutes: 240\n")
    assert written(tmp_path, text)[1] == [
        f"{PLACE}:5: the job deploy may run for 240 minutes, and the session ends after 60. A key "
        "did not end. Write session_minutes in the stack file if the work takes longer."
    ]
    assert written(tmp_path / "b", text.replace("240", "60"))[1] == []


def test_the_command_that_jobs_names_lets_the_job_in(tmp_path: Path) -> None:
    checkout = make(tmp_path, {PLACE: HEAD + job("deploy", KEYED)})
    (row,) = json.loads(jobs(checkout).out)["jobs"]
    assert row["write"].startswith(f"Run `keyless migrate {PLACE}`. By hand: `permissions: ")
    assert migrate(checkout, "--write").status == 0
    (row,) = json.loads(jobs(checkout).out)["jobs"]
    assert row["result"] == "in"


def test_an_action_at_the_running_commit_is_changed_with_the_job(tmp_path: Path) -> None:
    text = HEAD + job("deploy", USE.replace("./", "$/"))
    checkout = make(tmp_path, {PLACE: text, ACTION: LOGIN})
    ended = migrate(checkout, "--write")
    assert ended.status == 0, ended.err
    after = tree(checkout)
    assert (
        b"uses: $/.github/actions/login\n        with:\n          role-to-assume: " in after[PLACE]
    )
    assert b"aws-access-key-id" not in after[ACTION]


def test_a_workflow_at_the_running_commit_is_changed_with_its_caller(tmp_path: Path) -> None:
    called = "on: workflow_call\njobs:\n" + job("deploy", KEYED)
    caller = f"{HEAD}  call:\n    uses: $/{OTHER}\n    secrets: inherit\n"
    checkout = make(tmp_path, {PLACE: caller, OTHER: called})
    ended = migrate(checkout, "--write")
    assert ended.status == 0, ended.err
    after = tree(checkout)
    assert b"id-token: write" in after[PLACE]
    assert b"role-to-assume" in after[OTHER]


SESSION = (
    "{place}: {action} got the key. It gets a session in its environment now, of which "
    "AWS_SESSION_TOKEN is a part. Look in its documentation whether it reads that."
)


def test_an_action_of_others_is_named_wherever_it_got_the_key(tmp_path: Path) -> None:
    steps = (
        f"      - uses: acme/by-env@v1\n        env:\n{KEYS}"
        f"      - uses: acme/by-input@v1\n        with:\n          key: {ID}\n"
        f"          secret: {SECRET}\n"
        f"      - uses: aws-actions/amazon-ecr-login@v2\n        env:\n{KEYS}"
        f"      - uses: keithweaver/aws-s3-github-action@v1.0.0\n        with:\n"
        f"          aws_access_key_id: {ID}\n          aws_secret_access_key: {SECRET}\n"
    )
    _, told = written(tmp_path, HEAD + job("deploy", steps))
    assert told == [
        SESSION.format(place=f"{PLACE}:6", action="acme/by-env@v1"),
        SESSION.format(place=f"{PLACE}:10", action="acme/by-input@v1"),
    ]


def test_what_is_migrated_has_nothing_left_to_migrate(tmp_path: Path) -> None:
    checkout = make(tmp_path, {PLACE: HEAD + job("deploy", KEYED)})
    migrate(checkout, "--write")
    before = tree(checkout)
    ended = migrate(checkout, "--write")
    assert (ended.status, ended.out) == (0, "")
    assert ended.err == f"{PLACE}: no job has a stored key that is known. Nothing changes.\n"
    assert tree(checkout) == before
