"""An estate of 60 stacks and 3,000 repositories, made in a folder."""

import subprocess
from pathlib import Path

TEAMS = 30
STACKS = tuple(sorted(f"{side}-{team:02}" for side in ("prod", "staging") for team in range(TEAMS)))
REPOSITORIES = 50
_ENTRY = """\
  service-{number:04}:
    id: {id}
    environments:
      production:
        deploy_from: {{branches: [main]}}
        reviewers: {{teams: [leads]}}
        roles: {{deploy: {{permissions: [{{preset: s3-website, bucket: site-{number:04}}}]}}}}
"""


PIPELINE = """\
  keyless:
    id: 844556677
    environments:
      {stack}:
        deploy_from: {{branches: [main]}}
        reviewers: {{teams: [platform]}}
        roles:
          deploy:
            permissions_boundary: {{arn: "arn:aws:iam::{account}:policy/bootstrap/{stack}"}}
            permissions:
              - {{preset: managed-policy, arn: "arn:aws:iam::{account}:policy/bootstrap/{stack}"}}
"""


def git(folder: Path, *words: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
    subprocess.run(["/usr/bin/env", "git", *identity, *words], cwd=folder, check=True)


def write(folder: Path, file: str, text: str = "# changed\n") -> None:
    (folder / file).parent.mkdir(parents=True, exist_ok=True)
    with (folder / file).open("a") as opened:
        opened.write(text)


def made_estate(folder: Path, repositories: int = REPOSITORIES) -> Path:
    """Commit 60 stacks with some repositories each; both stacks of a team share a catalogue."""
    for index, stack in enumerate(STACKS):
        team = stack.rpartition("-")[2]
        account = "222222222222" if stack.startswith("prod") else "111111111111"
        write(
            folder,
            f"Pulumi.{stack}.yaml",
            f'config:\n  aws:region: eu-west-1\n  aws:allowedAccountIds: ["{account}"]\n'
            "  github:owner: acme\n  keyless:owner_id: 9919\n"
            f"  keyless:catalogue: [estate/{stack}.yaml, ./estate/shared-{team}.yaml]\n",
        )
        pipeline = PIPELINE.format(stack=stack, account=account)
        numbers = range(index * repositories, (index + 1) * repositories)
        entries = "".join(_ENTRY.format(number=n, id=1000 + n) for n in numbers)
        write(folder, f"estate/{stack}.yaml", f"repositories:\n{pipeline}{entries}")
        write(folder, f"policypack/config/{stack}.json", "{}")
    for number in range(TEAMS):
        write(folder, f"estate/shared-{number:02}.yaml", "repositories: {}\n")
    for file in ("__main__.py", "docs/page.md", "README.md", "tests/test_a.py"):
        write(folder, file)
    git(folder, "init", "--quiet", "--template=")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "first")
    return folder
