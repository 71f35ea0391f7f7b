"""What is not migrated ends with a sentence that says where, why, and what to do instead."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.keyless.command_run import run
from tests.keyless.migrate.made import PLACE, STACK, make, migrate, tree

pytestmark = pytest.mark.usefixtures("judged_once")

KEYS = """          AWS_ACCESS_KEY_ID: ${{ secrets.AWS_ACCESS_KEY_ID }}
          AWS_SECRET_ACCESS_KEY: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
"""
INPUTS = """          aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}
          aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}
"""


def workflow(steps: str, *, on: str = "{push: {branches: [main]}}", job: str = "") -> str:
    return f"on: {on}\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n{job}    steps:\n{steps}"


def configure(**inputs: str) -> str:
    given = "".join(f"          {key}: {value}\n" for key, value in inputs.items())
    return f"      - uses: aws-actions/configure-aws-credentials@v4\n        with:\n{given}"


CHAINED = configure(
    **{
        "role-to-assume": "arn:aws:iam::333333333333:role/deployer",
        "role-chaining": "true",
        "aws-region": "eu-west-1",
    }
)
KEYED = f"      - run: aws s3 ls\n        env:\n{KEYS}"
ONE = f"      - uses: aws-actions/configure-aws-credentials@v4\n        with:\n{INPUTS}"


@dataclass(frozen=True)
class Refusal:
    """One file, the options, and all that is printed; `more` are further files of the checkout."""

    text: str
    says: str
    words: tuple[str, ...] = ()
    stack: str = STACK.read_text()
    more: Mapping[str, str] = field(default_factory=dict)


HANDED = (
    " is handed the key pair itself. A role's session has a third part, the session token, which "
    "would be missing there. Let the AWS CLI or an SDK read its environment instead."
)
TOKEN = (
    " A role's session has a third part, the session token, which would be missing there. Hand "
    "AWS_SESSION_TOKEN over as well, or let the AWS CLI or an SDK read its environment."
)
ID = "${{ secrets.AWS_ACCESS_KEY_ID }}"
TWO_ROLES = STACK.read_text().replace(
    "            deploy: {permissions: [{preset: cdk}]}\n        staging",
    "            deploy: {permissions: [{preset: cdk}]}\n"
    "            publish: {permissions: [{preset: cdk}]}\n        staging",
)
ACTION = "action/action.yml"
USE = (
    "      - uses: ./action\n        with:\n"
    "          aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}\n"
)
COMPOSITE = (
    "inputs: {aws-access-key-id: {required: true}}\nruns:\n  using: composite\n"
    "  steps:\n    - run: aws s3 ls\n      shell: sh\n      env:\n"
    "        AWS_ACCESS_KEY_ID: ${{ inputs.aws-access-key-id }}\n"
)
SHARED = "  other:\n    runs-on: x\n    steps:\n"
REFUSALS: dict[str, Refusal] = {
    "an action file that is no YAML": Refusal(
        workflow(USE),
        f"{ACTION}:2: no YAML (did not find expected node content). GitHub runs nothing of this "
        "file. Correct the line.",
        more={ACTION: "runs: [\n"},
    ),
    "an action that is not in the checkout": Refusal(
        workflow(USE),
        f"{PLACE}:6: the action ./action takes the key and is not in the checkout. What it does "
        f"with the key cannot be seen. Add {ACTION}, or let the step read the credentials of its "
        "environment.",
    ),
    "an action without steps": Refusal(
        workflow(USE),
        f"{ACTION}:1: no steps in the action, which takes the key. Write its steps.",
        more={ACTION: COMPOSITE[: COMPOSITE.index("  steps:")]},
    ),
    "an action that declares no inputs": Refusal(
        workflow(USE),
        f"{ACTION}:1: no inputs are declared, and a key is handed over. Declare those taken.",
        more={ACTION: COMPOSITE[COMPOSITE.index("runs:") :]},
    ),
    "an action that another job hands the key": Refusal(
        workflow(USE) + SHARED + USE,
        f"{PLACE}: the job other hands a key to {ACTION}, which would take it no more. Migrate "
        "both together: leave --job out.",
        ("--job", "deploy"),
        more={ACTION: COMPOSITE},
    ),
    "a secret that is read elsewhere": Refusal(
        workflow(f"{KEYED}      - name: with {ID}\n        run: make\n"),
        f"{PLACE}:10: secrets.AWS_ACCESS_KEY_ID is read in a place that is not edited. The job "
        "would still take the key. Take it out of there first.",
    ),
    "a list of steps behind something else": Refusal(
        workflow(KEYED).replace("    steps:\n      - run", "    ? steps\n    : - run"),
        f"{PLACE}:6: the list begins behind something else. The edit would change more than the "
        "keys. Write the lines around it plainly, or edit this place by hand.",
    ),
    "a key that another job has by an alias": Refusal(
        workflow(f"      - run: aws s3 ls\n        env: &keys\n{KEYS}")
        + SHARED
        + "      - run: make publish\n        env: *keys\n",
        f"{PLACE}: the job other shares what would be edited. It would change with it. Migrate "
        "both together: leave --job out, or name each.",
        ("--job", "deploy"),
    ),
    "permissions that another job has by an alias": Refusal(
        workflow(KEYED).replace("    steps:", "    permissions: &own {contents: read}\n    steps:")
        + "  other:\n    runs-on: x\n    permissions: *own\n    steps:\n      - run: make\n",
        f"{PLACE}:13: the job other has the permissions of a job that is migrated, by an alias. It "
        "would get `id-token: write` with it. Write its permissions out.",
    ),
    "a step in brackets that would go": Refusal(
        "on: {push: {branches: [main]}}\njobs:\n  deploy:\n    runs-on: x\n"
        '    steps: [{run: "aws configure set aws_access_key_id ${{ secrets.AWS_KEY_ID }}"}, '
        '{run: "aws configure set aws_secret_access_key ${{ secrets.AWS_SECRET_KEY }}"}]\n',
        f"{PLACE}:5: the list is written in brackets. The edit would change more than the keys. "
        "Write the lines around it plainly, or edit this place by hand.",
    ),
    "an event that GitHub does not know": Refusal(
        workflow(KEYED).replace("push", "pusj", 1),
        f"{PLACE}:3: the job deploy would not get into acme-shop-production-deploy, pusj on "
        f'refs/heads/main: {PLACE}:1: "pusj" under on: '
        "is no event that GitHub knows. GitHub refuses such a file, and runs no job of "
        "it. Write `push`.",
    ),
    "a stack without a role for the repository": Refusal(
        workflow(KEYED),
        f"{PLACE}:3: the stack has no role for acme/shop. There is nothing to become. Onboard the "
        "repository first.",
        stack=STACK.read_text()[: STACK.read_text().index("      environments:")],
    ),
    "an action that requires the key pair": Refusal(
        workflow(
            "      - uses: einaregilsson/beanstalk-deploy@v22\n        with:\n"
            f"          aws_access_key: {ID}\n"
            "          aws_secret_key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}\n"
        ),
        f"{PLACE}:6: the action einaregilsson/beanstalk-deploy@v22{HANDED}",
    ),
    "an action that takes the pair of the job's env": Refusal(
        workflow(
            "      - uses: jakejarvis/s3-sync-action@v0.5.1\n",
            job=f"    env:\n{KEYS}",
        ),
        f"{PLACE}:9: the action jakejarvis/s3-sync-action@v0.5.1{HANDED}",
    ),
    "a script that is handed the key": Refusal(
        workflow("      - run: ./login.sh ${{ secrets.AWS_ACCESS_KEY_ID }}\n"),
        f"{PLACE}:6: the script{HANDED}",
    ),
    "an image that is built with the key": Refusal(
        workflow(
            "      - uses: docker/build-push-action@v6\n        with:\n          build-args: |\n"
            "            AWS_ACCESS_KEY_ID=${{ secrets.AWS_ACCESS_KEY_ID }}\n"
        ),
        f"{PLACE}:8: build-args{HANDED}",
    ),
    "an action that writes a profile of its own": Refusal(
        workflow(f"      - uses: jakejarvis/s3-sync-action@v0.5.1\n        env:\n{KEYS}"),
        f"{PLACE}:6: the action jakejarvis/s3-sync-action@v0.5.1{HANDED}",
    ),
    "a script that passes both halves on": Refusal(
        workflow(
            "      - run: docker run -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY deploy\n"
            f"        env:\n{KEYS}"
        ),
        f"{PLACE}:6: the step is handed AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.{TOKEN}",
    ),
    "a script that passes both halves on after the credentials step": Refusal(
        workflow(f"{ONE}      - run: docker run -e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY x\n"),
        f"{PLACE}:10: the step is handed AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.{TOKEN}",
    ),
    "an action that is handed names of variables": Refusal(
        workflow(
            f"{ONE}      - uses: appleboy/ssh-action@v1\n        with:\n"
            "          envs: AWS_ACCESS_KEY_ID,AWS_SECRET_ACCESS_KEY\n"
        ),
        f"{PLACE}:10: the step is handed AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.{TOKEN}",
    ),
    "a script that is handed what the credentials step returns": Refusal(
        workflow(
            ONE.replace("@v4\n", "@v4\n        id: aws\n")
            + "      - run: ./deploy.sh ${{ steps.aws.outputs.aws-access-key-id }}\n"
        ),
        f"{PLACE}:11: the step is handed steps.aws.outputs.aws-access-key-id.{TOKEN}",
    ),
    "a script that writes the key into a file": Refusal(
        workflow(
            "      - run: |\n          cat > .env <<EOF\n"
            f"          export AWS_ACCESS_KEY_ID={ID}\n          EOF\n          aws s3 ls\n"
        ),
        f"{PLACE}:6: the script{HANDED}",
    ),
    "a script that hands the key to another machine": Refusal(
        workflow(
            f"      - run: |\n          ssh host '\n          export AWS_ACCESS_KEY_ID={ID}\n"
            "          aws s3 ls'\n"
        ),
        f"{PLACE}:6: the script{HANDED}",
    ),
    "a script that exports the key behind another command": Refusal(
        workflow(
            f"      - run: |\n          make &&\n          export AWS_ACCESS_KEY_ID={ID}\n"
            "          aws s3 ls\n"
        ),
        f"{PLACE}:6: the script{HANDED}",
    ),
    "a block of commands that only stores the key": Refusal(
        workflow(
            "      - run: |\n          if true; then\n            # the key\n"
            f"            export AWS_ACCESS_KEY_ID={ID}\n          fi\n          aws s3 ls\n"
        ),
        f"{PLACE}:6: the script stores the key in a block of commands that would be left empty. A "
        "shell refuses such a block. Store the key outside of it, one command a line.",
    ),
    "a profile that is named": Refusal(
        workflow(
            f"      - run: aws configure set aws_access_key_id {ID}\n"
            "      - run: aws s3 ls --profile default\n"
        ),
        f"{PLACE}:7: the step names the profile that the key is stored in. A session is in no "
        "profile. Leave --profile and AWS_PROFILE out.",
    ),
    "a condition that asks for the key": Refusal(
        workflow(
            f"      - run: aws s3 ls\n        if: env.AWS_ACCESS_KEY_ID != ''\n        env:\n{KEYS}"
        ),
        f"{PLACE}:6: the `if` of the step names AWS_ACCESS_KEY_ID. It asks whether the key is "
        "there, and the key goes. Leave that condition out.",
    ),
    "a variable that says whether there is a key": Refusal(
        workflow(KEYED, job="    env:\n      HAS_KEY: ${{ secrets.AWS_ACCESS_KEY_ID != '' }}\n"),
        f"{PLACE}:6: HAS_KEY: the expression asks whether the key is there. A role needs no such "
        "question, and the secret goes. Leave it out, and the conditions that read it.",
    ),
    "a variable with the key that a script reads as well": Refusal(
        workflow(
            configure(**{"aws-access-key-id": "${{ env.DEPLOY_ID }}"})
            + "      - run: ./deploy.sh $DEPLOY_ID\n",
            job=f"    env:\n      DEPLOY_ID: {ID}\n",
        ),
        f"{PLACE}:11: the step reads DEPLOY_ID, and the key goes out of it. Let the step read the "
        "variables of a session instead: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and "
        "AWS_SESSION_TOKEN.",
    ),
    "a key that becomes a role of another account": Refusal(
        workflow(f"{ONE}          role-to-assume: arn:aws:iam::333333333333:role/deployer\n"),
        f"{PLACE}:10: the key becomes arn:aws:iam::333333333333:role/deployer. The stack has no "
        "role in the account 333333333333. Migrate the job with the stack of that account.",
    ),
    "a role of another account behind the key": Refusal(
        workflow(ONE + CHAINED),
        f"{PLACE}:3: the job deploy goes on to arn:aws:iam::333333333333:role/deployer with the "
        "key, and that role trusts the user of the key. Take that step out, migrate, and put it "
        "back once that role trusts acme-shop-production-deploy.",
    ),
    "an action of the repository by its full name": Refusal(
        workflow(
            "      - uses: acme/shop/action@main\n        with:\n"
            f"          aws-access-key-id: {ID}\n"
        ),
        f"{PLACE}:6: the action acme/shop/action@main of this repository takes the key. By that "
        "name it is used as it was at that ref, which no edit changes. Write ./action, which is "
        "changed with the job.",
    ),
    "a step beside one that opens the session under a condition": Refusal(
        workflow(ONE.replace("@v4\n", "@v4\n        if: github.actor == 'mona'\n") + KEYED),
        f"{PLACE}:11: the step needs the session that the step in line 6 opens under an `if` of "
        "its own. Where that step is left out, there is none. Write the same `if` in both, or in "
        "neither.",
    ),
    "a key of another provider around all steps": Refusal(
        workflow(
            ONE,
            job="    env:\n      S3_ENDPOINT: https://r2.example\n"
            "      AWS_ACCESS_KEY_ID: ${{ secrets.STORE_ID }}\n",
        ),
        f"{PLACE}:6: the key goes to another provider (S3_ENDPOINT: https://r2.example), and the "
        "job has one of AWS as well. A session would take the place of both. Write this env in "
        "a job of its own.",
    ),
    "a program that reads the key from a variable of its own": Refusal(
        workflow(
            "      - run: terraform apply\n        env:\n"
            "          TF_VAR_key: ${{ secrets.AWS_ACCESS_KEY_ID }}\n"
        ),
        f"{PLACE}:8: what reads TF_VAR_key{HANDED}",
    ),
    "two keys in one job": Refusal(
        workflow(
            ONE
            + configure(
                **{
                    "aws-access-key-id": "${{ secrets.LOGS_AWS_ACCESS_KEY_ID }}",
                    "aws-secret-access-key": "${{ secrets.LOGS_AWS_SECRET_ACCESS_KEY }}",
                }
            )
        ),
        f"{PLACE}:6: the job takes 2 keys (secrets.AWS_ACCESS_KEY_ID, "
        "secrets.LOGS_AWS_ACCESS_KEY_ID). One role replaces one key. Split the job, or replace one "
        "of them by hand.",
    ),
    "a key that follows an expression": Refusal(
        workflow(
            configure(
                **{
                    "aws-access-key-id": "${{ secrets[matrix.key] }}",
                    "aws-secret-access-key": "${{ secrets[matrix.secret] }}",
                    "aws-region": "eu-west-1",
                }
            )
        ),
        f"{PLACE}:8: aws-access-key-id: the expression names no single secret. Which role "
        "replaces it cannot be read. Write one job for each key first.",
    ),
    "a key of another provider beside one of AWS": Refusal(
        workflow(
            f"{ONE}      - run: aws s3 ls\n        env:\n"
            "          AWS_ENDPOINT_URL: https://r2.example\n"
            "          AWS_ACCESS_KEY_ID: ${{ secrets.STORE_ID }}\n"
        ),
        f"{PLACE}:10: the key goes to another provider (AWS_ENDPOINT_URL: https://r2.example). The "
        "session of a role is none there, and its variables would go along. Move the step into a "
        "job of its own.",
    ),
    "pull requests and pushes of one branch": Refusal(
        workflow(KEYED, on="{push: {branches: [main]}, pull_request: }"),
        f"{PLACE}:3: the job deploy runs on pull requests and on push. These take two roles, and a "
        "job has one. Split it in two, or write `if: github.event_name != 'pull_request'` in it.",
    ),
    "a condition of the step alone": Refusal(
        workflow(
            ONE.replace("@v4\n", "@v4\n        if: github.event_name == 'push'\n"),
            on="{push: {branches: [main]}, pull_request: }",
        ),
        f"{PLACE}:3: the job deploy runs on pull requests and on push. These take two roles, and a "
        "job has one. Split it in two, or write `if: github.event_name != 'pull_request'` in it.",
    ),
    "a branch that the environment does not let deploy": Refusal(
        workflow(KEYED, on="{push: {branches: [next]}}"),
        f"{PLACE}:3: the job deploy would not get into acme-shop-production-deploy, push on "
        "refs/heads/next: The role is for main or tag v*, and the run is on refs/heads/next. Run "
        "the job on main or tag v*, or add next to deploy_from.branches of the environment "
        "production in the stack file.",
    ),
    "an environment without a role": Refusal(
        workflow(KEYED, job="    environment: prod\n"),
        f'{PLACE}:5: the environment "prod" of the job has no such role. A role trusts one '
        "environment, and the stack has production and staging. Write one of them in the job, or "
        "add the role to this environment in the stack file.",
    ),
    "several roles that fit": Refusal(
        workflow(KEYED),
        f"{PLACE}:3: the job deploy would get into each of acme-shop-production-deploy and "
        "acme-shop-production-publish. Which one does its work cannot be read. Write --role NAME, "
        "and --job NAME where jobs differ.",
        stack=TWO_ROLES,
    ),
    "a role that is none": Refusal(
        workflow(KEYED),
        f'{PLACE}:3: --role "publish": no role of acme/shop. Write one of '
        "acme-shop-production-deploy, acme-shop-staging-deploy or acme-shop-pull-requests-plan.",
        ("--role", "publish"),
    ),
    "a job that is none": Refusal(
        workflow(KEYED),
        f'--job "ship": no job of {PLACE}. Write one of deploy.',
        ("--job", "ship"),
    ),
    "a job that shares the key": Refusal(
        f"on: {{push: {{branches: [main]}}}}\nenv:\n{KEYS.replace('          ', '  ')}jobs:\n"
        "  a:\n    runs-on: x\n    steps:\n      - run: aws s3 ls\n"
        "  b:\n    runs-on: x\n    steps:\n      - run: aws s3 ls\n",
        f"{PLACE}:6: the job a uses the same key, from the workflow's env. It would lose it. Write "
        "--job for it too, or leave --job out.",
        ("--job", "b"),
    ),
    "a workflow of another repository": Refusal(
        "on: {push: {branches: [main]}}\njobs:\n  deploy:\n"
        "    uses: acme/pipelines/.github/workflows/deploy.yml@v1\n    secrets:\n      id: "
        f"{ID}\n",
        f"{PLACE}:3: the job deploy hands its secrets to "
        "acme/pipelines/.github/workflows/deploy.yml@v1, which is not in the checkout. That file "
        "has to change first. Migrate it there, then give this job "
        "`permissions: {contents: read, id-token: write}`.",
    ),
    "an action of the checkout that is no composite one": Refusal(
        workflow(
            "      - uses: ./action\n        with:\n"
            "          aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}\n"
        ),
        f"{PLACE}:6: the action ./action takes the key and is not made of steps. Its code has to "
        "change first. Let it read the credentials of its environment.",
        more={ACTION: "runs: {using: node20, main: index.js}\n"},
    ),
    "a key among other commands of one line": Refusal(
        workflow(
            '      - run: "aws configure set aws_access_key_id ${{ secrets.AWS_ACCESS_KEY_ID }}\\n'
            'aws s3 ls"\n'
        ),
        f"{PLACE}:6: the script stores the key among other commands of one line. No line can be "
        "taken out of it. Write the script as a block (run: |), one command a line.",
    ),
    "a merge key": Refusal(
        workflow(f"      - run: aws s3 ls\n        env:\n          <<: *keys\n{KEYS}"),
        f"{PLACE}:8: the merge key <<. GitHub does not read it. Write the keys out.",
    ),
    "a container that gets the key": Refusal(
        workflow(
            "      - run: aws s3 ls\n",
            job=f"    container:\n      image: deploy\n      env:\n{KEYS}",
        ),
        f"{PLACE}:8: the job deploy uses a stored key in a place that is not edited. Nothing of "
        "the job was changed. Put the key into the env of a step, or replace it by hand.",
    ),
    "a container that gets the key as well": Refusal(
        workflow(ONE, job=f"    container:\n      image: deploy\n      env:\n{KEYS}"),
        f"{PLACE}:3: the job deploy has the key in a place that is not edited as well, such as the "
        "env of a container. Take the key out of there first.",
    ),
    "an event that never comes": Refusal(
        workflow(KEYED, job="    if: github.event_name == 'schedule'\n"),
        f"{PLACE}:3: no event that is known starts the job deploy. Whether it gets in cannot be "
        "tried. Correct its `if` or the events of the file.",
    ),
    "a repository that is not in the stack": Refusal(
        workflow(KEYED),
        "acme/shop: not in the stack. There is no role to become. Onboard the repository first, or "
        "write --repository OWNER/NAME.",
        stack=STACK.read_text().replace("    shop:", "    cart:"),
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_it_is_refused_with_a_sentence(name: str, tmp_path: Path) -> None:
    refusal = REFUSALS[name]
    checkout = make(tmp_path, {PLACE: refusal.text, **refusal.more})
    stack = tmp_path / "stack.yaml"
    stack.write_text(refusal.stack)
    before = tree(checkout)
    ended = migrate(checkout, "--write", *refusal.words, stack=stack)
    assert ended.err.splitlines() == refusal.says.splitlines()
    assert (ended.status, ended.out) == (2, "")
    assert tree(checkout) == before


NO_PULL_REQUEST = ("    runs-on", "    if: github.event_name != 'pull_request'\n    runs-on")
LINE = f"aws configure set aws_access_key_id {ID}"
EXPORT = f"          export AWS_ACCESS_KEY_ID={ID}\n"
LOGS = configure(
    **{
        "aws-access-key-id": "${{ secrets.LOGS_AWS_ACCESS_KEY_ID }}",
        "aws-secret-access-key": "${{ secrets.LOGS_AWS_SECRET_ACCESS_KEY }}",
    }
)
STORE = (
    "    env:\n      S3_ENDPOINT: https://r2.example\n"
    "      AWS_ACCESS_KEY_ID: ${{ secrets.STORE_ID }}\n"
)
OWN_JOB = "  store:\n    runs-on: x\n    steps:\n"
WITH_TOKEN = ("-e AWS_SECRET", "-e AWS_SESSION_TOKEN -e AWS_SECRET")
ENVIRONMENTS = STACK.read_text()[STACK.read_text().index("      environments:") :]
REMEDIES: list[tuple[str, tuple[str, ...], str, str]] = [
    ("an action file that is no YAML", (), "runs: [\n", COMPOSITE),
    ("an action that is not in the checkout", (), USE, KEYED),
    (
        "an action without steps",
        (),
        "using: composite\n",
        f"using: composite\n{COMPOSITE[COMPOSITE.index('  steps:') :]}",
    ),
    (
        "an action that declares no inputs",
        (),
        "runs:\n",
        "inputs: {aws-access-key-id: {required: true}}\nruns:\n",
    ),
    ("an action that another job hands the key", (), "", ""),
    ("a secret that is read elsewhere", (), f"with {ID}", "make"),
    (
        "a step in brackets that would go",
        (),
        '[{run: "aws configure set aws_access_key_id ${{ secrets.AWS_KEY_ID }}"}, '
        '{run: "aws configure set aws_secret_access_key ${{ secrets.AWS_SECRET_KEY }}"}]',
        "\n      - run: aws configure set aws_access_key_id ${{ secrets.AWS_KEY_ID }}"
        "\n      - run: aws configure set aws_secret_access_key ${{ secrets.AWS_SECRET_KEY }}"
        "\n      - run: aws s3 ls",
    ),
    ("an event that GitHub does not know", (), "pusj", "push"),
    ("a key that another job has by an alias", (), "", ""),
    ("permissions that another job has by an alias", (), "*own", "{contents: read}"),
    (
        "a list of steps behind something else",
        (),
        "    ? steps\n    : - run",
        "    steps:\n      - run",
    ),
    (
        "an action that requires the key pair",
        (),
        "uses: einaregilsson/beanstalk-deploy@v22\n        with:\n"
        f"          aws_access_key: {ID}\n"
        "          aws_secret_key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}\n",
        f"run: aws elasticbeanstalk update-environment\n        env:\n{KEYS}",
    ),
    (
        "an action that takes the pair of the job's env",
        (),
        "uses: jakejarvis/s3-sync-action@v0.5.1",
        "run: aws s3 sync . s3://shop",
    ),
    (
        "a script that is handed the key",
        (),
        f"./login.sh {ID}\n",
        f"./login.sh\n        env:\n{KEYS}",
    ),
    (
        "an image that is built with the key",
        (),
        f"          build-args: |\n            AWS_ACCESS_KEY_ID={ID}\n",
        f"          push: true\n        env:\n{KEYS}",
    ),
    (
        "an action that writes a profile of its own",
        (),
        "uses: jakejarvis/s3-sync-action@v0.5.1",
        "run: aws s3 sync . s3://shop",
    ),
    ("a script that passes both halves on", (), *WITH_TOKEN),
    ("a script that passes both halves on after the credentials step", (), *WITH_TOKEN),
    (
        "a script that passes both halves on after the credentials step",
        (),
        "-e AWS_ACCESS_KEY_ID -e AWS_SECRET_ACCESS_KEY",
        "",
    ),
    ("an action that is handed names of variables", (), "ID,AWS", "ID,AWS_SESSION_TOKEN,AWS"),
    (
        "a script that is handed what the credentials step returns",
        (),
        "key-id }}\n",
        "key-id }} ${{ steps.aws.outputs.aws-session-token }}\n",
    ),
    (
        "a script that writes the key into a file",
        (),
        f"{EXPORT}          EOF\n",
        f"          EOF\n{EXPORT}",
    ),
    (
        "a script that hands the key to another machine",
        (),
        f"ssh host '\n{EXPORT}          aws s3 ls'",
        f"ssh host date\n{EXPORT}          aws s3 ls",
    ),
    ("a script that exports the key behind another command", (), "make &&", "make"),
    (
        "a block of commands that only stores the key",
        (),
        f"          if true; then\n            # the key\n  {EXPORT}          fi\n",
        EXPORT,
    ),
    ("a profile that is named", (), " --profile default", ""),
    ("a condition that asks for the key", (), "        if: env.AWS_ACCESS_KEY_ID != ''\n", ""),
    (
        "a variable that says whether there is a key",
        (),
        "    env:\n      HAS_KEY: ${{ secrets.AWS_ACCESS_KEY_ID != '' }}\n",
        "",
    ),
    ("a variable with the key that a script reads as well", (), " $DEPLOY_ID", ""),
    (
        "a step beside one that opens the session under a condition",
        (),
        "        if: github.actor == 'mona'\n",
        "",
    ),
    (
        "a step beside one that opens the session under a condition",
        (),
        "      - run: aws s3 ls\n",
        "      - run: aws s3 ls\n        if: github.actor == 'mona'\n",
    ),
    (
        "a key of another provider around all steps",
        (),
        f"{STORE}    steps:\n",
        f"{STORE}    steps:\n      - run: make\n  other:\n    runs-on: x\n    steps:\n",
    ),
    (
        "a program that reads the key from a variable of its own",
        (),
        "TF_VAR_key",
        "AWS_ACCESS_KEY_ID",
    ),
    ("a role of another account behind the key", (), CHAINED, ""),
    ("two keys in one job", (), LOGS, f"{OWN_JOB}{LOGS}"),
    (
        "a key that follows an expression",
        (),
        "${{ secrets[matrix.key] }}\n          aws-secret-access-key: "
        "${{ secrets[matrix.secret] }}",
        f"{ID}\n          aws-secret-access-key: ${{{{ secrets.AWS_SECRET_ACCESS_KEY }}}}",
    ),
    (
        "a key of another provider beside one of AWS",
        (),
        "      - run: aws s3 ls\n",
        f"{OWN_JOB}      - run: aws s3 ls\n",
    ),
    ("several roles that fit", ("--role", "acme-shop-production-deploy"), "", ""),
    ("several roles that fit", ("--role", "publish"), "", ""),
    ("a role that is none", ("--role", "acme-shop-production-deploy"), "", ""),
    ("a job that is none", ("--job", "deploy"), "", ""),
    ("pull requests and pushes of one branch", (), *NO_PULL_REQUEST),
    ("a condition of the step alone", (), *NO_PULL_REQUEST),
    ("a branch that the environment does not let deploy", (), "[next]", "[main]"),
    ("an environment without a role", (), "environment: prod", "environment: production"),
    ("a job that shares the key", ("--job", "a", "--job", "b"), "", ""),
    ("a job that shares the key", (), "", ""),
    (
        "an action of the checkout that is no composite one",
        (),
        f"        with:\n          aws-access-key-id: {ID}\n",
        f"        env:\n{KEYS}",
    ),
    (
        "a key among other commands of one line",
        (),
        f'"{LINE}\\naws s3 ls"',
        f"|\n          {LINE}\n          aws s3 ls",
    ),
    ("a merge key", (), "          <<: *keys\n", ""),
    (
        "a container that gets the key",
        (),
        f"      env:\n{KEYS}    steps:\n      - run: aws s3 ls\n",
        f"    steps:\n{KEYED}",
    ),
    ("a container that gets the key as well", (), f"      env:\n{KEYS}", ""),
    ("an event that never comes", (), "schedule", "push"),
    ("a repository that is not in the stack", ("--repository", "acme/cart"), "", ""),
]
OTHERWISE = {
    "a stack without a role for the repository",
    "an action of the repository by its full name",
    "a key that becomes a role of another account",
    "a workflow of another repository",
}
"""Refusals whose remedy is followed by a test of its own."""


def test_every_remedy_is_followed() -> None:
    assert {name for name, *_ in REMEDIES} | OTHERWISE == set(REFUSALS)


@pytest.mark.parametrize(("name", "words", "old", "new"), REMEDIES)
def test_what_a_refusal_asks_for_lets_it_through(
    name: str, words: tuple[str, ...], old: str, new: str, tmp_path: Path
) -> None:
    refusal = REFUSALS[name]
    files = {PLACE: refusal.text, **refusal.more}
    assert any(old in text for text in files.values())
    if old:
        files = {name: text.replace(old, new) for name, text in files.items()}
    checkout = make(tmp_path, files)
    stack = tmp_path / "stack.yaml"
    stack.write_text(refusal.stack)
    ended = migrate(checkout, "--write", *words, stack=stack)
    assert ended.status == 0, ended.err
    assert b"secrets.AWS" not in tree(checkout)[PLACE]
    assert b"role-to-assume" in tree(checkout)[PLACE]


def test_the_stack_of_the_other_account_takes_the_job(tmp_path: Path) -> None:
    refusal = REFUSALS["a key that becomes a role of another account"]
    stack = tmp_path / "stack.yaml"
    stack.write_text(refusal.stack.replace("222222222222", "333333333333"))
    ended = migrate(make(tmp_path, {PLACE: refusal.text}), "--write", stack=stack)
    assert ended.status == 0, ended.err
    assert ended.err.splitlines()[1] == (
        f"{PLACE}:10: with the key the job became arn:aws:iam::333333333333:role/deployer. It "
        "becomes acme-shop-production-deploy instead. Compare what the two may do."
    )


def test_a_repository_that_is_onboarded_is_migrated(tmp_path: Path) -> None:
    refusal = REFUSALS["a stack without a role for the repository"]
    stack = tmp_path / "stack.yaml"
    stack.write_text(refusal.stack + ENVIRONMENTS)
    ended = migrate(make(tmp_path, {PLACE: refusal.text}), "--write", stack=stack)
    assert ended.status == 0, ended.err


def test_an_action_by_its_place_is_changed_with_the_job(tmp_path: Path) -> None:
    refusal = REFUSALS["an action of the repository by its full name"]
    action = (
        "name: a\ninputs: {aws-access-key-id: {required: true}}\nruns:\n  using: composite\n"
        "  steps:\n    - run: aws s3 ls\n      shell: sh\n      env:\n"
        "        AWS_ACCESS_KEY_ID: ${{ inputs.aws-access-key-id }}\n"
    )
    text = refusal.text.replace("acme/shop/action@main", "./action")
    checkout = make(tmp_path, {PLACE: text, "action/action.yml": action})
    ended = migrate(checkout, "--write")
    assert ended.status == 0, ended.err
    assert b"AWS_ACCESS_KEY_ID" not in tree(checkout)["action/action.yml"]


def test_the_called_workflow_is_migrated_in_its_own_checkout(tmp_path: Path) -> None:
    refusal = REFUSALS["a workflow of another repository"]
    text = refusal.text.replace(
        f"    secrets:\n      id: {ID}\n", "    permissions: {contents: read, id-token: write}\n"
    )
    ended = migrate(make(tmp_path, {PLACE: text}))
    assert (ended.status, ended.out) == (0, "")
    called = workflow(KEYED, on="workflow_call", job="    environment: production\n")
    ended = migrate(make(tmp_path / "called", {PLACE: called}))
    assert "+          role-to-assume" in ended.out


def test_keys_for_another_provider_alone_are_left(tmp_path: Path) -> None:
    step = "      - run: aws s3 ls --endpoint-url https://r2.example\n        env:\n"
    ended = migrate(make(tmp_path, {PLACE: workflow(step + KEYS)}))
    assert (ended.status, ended.out) == (0, "")
    assert ended.err == (
        f"{PLACE}:6: the key goes to another provider (--endpoint-url https://r2.example). It "
        f"stays as it is.\n{PLACE}: no key is replaced. Nothing changes.\n"
    )


def test_a_session_that_a_step_returns_is_no_key(tmp_path: Path) -> None:
    step = "      - run: aws s3 ls\n        env:\n"
    session = "          AWS_ACCESS_KEY_ID: ${{ steps.a.outputs.aws-access-key-id }}\n"
    ended = migrate(make(tmp_path, {PLACE: workflow(step + session)}))
    assert (ended.status, ended.out) == (0, "")


def test_steps_in_brackets_are_edited_there(tmp_path: Path) -> None:
    step = '{run: aws s3 ls, env: {AWS_ACCESS_KEY_ID: "${{ secrets.AWS_ACCESS_KEY_ID }}"}}'
    text = (
        "on: {push: {branches: [main]}}\njobs:\n  deploy: {runs-on: x, environment: production, "
        f"permissions: write-all, steps: [{{run: make}}, {step}]}}\n"
    )
    checkout = make(tmp_path, {PLACE: text})
    ended = migrate(checkout, "--write")
    assert ended.status == 0, ended.err
    written = tree(checkout)[PLACE].decode()
    before, _, after = written.partition("{name: Become acme-shop-production-deploy, uses: ")
    assert text.startswith(before)
    assert before.endswith("steps: [{run: make}, ")
    assert after.endswith("}}, {run: aws s3 ls}]}\n")


def test_a_workflow_that_nothing_calls_is_edited_with_a_note(tmp_path: Path) -> None:
    text = workflow(KEYED, on="workflow_call", job="    environment: production\n")
    ended = migrate(make(tmp_path, {PLACE: text}))
    assert ended.status == 0, ended.err
    assert ended.err.splitlines()[-1] == (
        "nothing in the checkout calls the workflow. Each caller has to grant `permissions: "
        "{contents: read, id-token: write}`, and no longer hands over the key."
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("missing.yml", "no file. A workflow is read from a checkout. Name"),
        ("notes.txt", "not in .github/workflows of a checkout."),
    ],
)
def test_a_file_that_is_no_workflow_is_refused(name: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("on: push")
    checkout = make(tmp_path, {PLACE: workflow(KEYED)})
    words = ("--config", str(STACK), "--stack", "prod")
    ended = run("migrate", str(checkout.parent / name), *words)
    assert ended.status == 2
    assert says in ended.err
