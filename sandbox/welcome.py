"""What the shell of the sandbox says first; a test does what it says.

The spare repositories, team and roles are those of `spare.yaml`.
"""

from collections.abc import Iterable

from sandbox.world import World

ENTRY = """\
    handbook:
      id: 855667788
      environments:
        production:
          deploy_from: {branches: [main]}
          reviewers: {teams: [web]}
          roles:
            deploy:
              permissions: [{preset: s3-website, bucket: handbook}]
      protected_branches: {main: {approvals: 1}}
"""
"""What onboards the spare repository; it goes under `keyless:repositories` of prod."""
ONBOARD = ("keyless check prod", "pulumi up")
ADOPT = (
    "export AWS_PROFILE=legacy; pulumi stack select legacy",
    "keyless adopt --owner acme --repository returns --stack legacy \\\n    --write adopted",
    "cp -r adopted/. .",
    "pulumi import --file import.json --generate-code=false --yes",
    "pulumi up",
)
CREATE = (
    'curl -s -H "Authorization: Bearer $GITHUB_TOKEN" \\\n'
    """    -d '{"name": "mine", "private": true, "auto_init": true}' \\\n"""
    "    ${GITHUB_BASE_URL}api/v3/orgs/acme/repos | cut -c 1-16",
)

_WELCOME = """\
This is a copy of the project. AWS and GitHub are stand-ins on this machine. The
engine and the policy pack are real: the pack judges every preview. Nothing is
deployed yet.

  pulumi preview          show what would change
  pulumi up               change it
  $EDITOR Pulumi.{stack}.yaml

Each stack has an account of its own. To change to another one:
  export AWS_PROFILE=staging; pulumi stack select staging
"""
_ENDING = """\
AWS answers at {aws}, GitHub at {github}.
`exit` leaves the shell and removes everything in it.
"""


def welcome(stack: str, world: World, *, is_spare: bool) -> str:
    """Return the whole text; `is_spare` says whether the spare repositories and roles are there."""
    parts = [_WELCOME.format(stack=stack), *([_spare()] if is_spare else [])]
    return "\n".join([*parts, _ENDING.format(aws=world.aws_url, github=world.github_url)])


def _spare() -> str:
    return f"""\
No stack file mentions these. They are yours to try:
  repositories   acme/handbook (id 855667788), acme/returns (id 866778899)
  team           web, which can write to both
  account        333333333333, with roles made by hand: returns-deploy,
                 returns-reports, github-actions

Onboard acme/handbook. Write this under keyless:repositories of Pulumi.prod.yaml:
{ENTRY}Then:
{_indented(ONBOARD)}

Take over the roles made by hand. One is adopted, one replaced, one refused:
{_indented(ADOPT)}

Create a repository of your own. This prints its id:
{_indented(CREATE)}
"""


def _indented(commands: Iterable[str]) -> str:
    return "\n".join(f"  {command}" for command in commands)
