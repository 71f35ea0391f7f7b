"""Go on after an interrupted run as a person would: with what was printed, and what is documented.

Import commands are taken from docs/guides/recovery.md, unless the project prints them itself.
"""

import json
import re
import shlex
from collections.abc import Iterator
from urllib.request import Request, urlopen

import boto3

from sandbox.github.seed import TOKEN
from sandbox.sample import CHECKOUT
from sandbox.world import REGION, STACKS, World
from tests.engine.stack import Stack

PAGE = CHECKOUT / "docs" / "guides" / "recovery.md"
_MOST_STEPS = 6
_CUT_SHORT = "failed to load checkpoint: EOF"
_PENDING = "pending operations from previous deployment"
_LOCKED = "the stack is currently locked by"
_PRINTED = re.compile(r"take it over: (pulumi import .+)")
_AWS_TYPES = {
    "Role": "aws:iam/role:Role",
    "Policy": "aws:iam/policy:Policy",
    "OpenIdConnectProvider": "aws:iam/openIdConnectProvider:OpenIdConnectProvider",
}
_EXISTS_ON_AWS = re.compile(
    r"aws:iam:(?P<type>\w+) \((?P<name>\S+)\):\n\s+error: .*EntityAlreadyExists: (?P<said>.*)"
)
_ROLE_EXISTS = re.compile(r"the account has arn:\S+:role/(?:\S+/)?(\S+) already")
_RULESET_EXISTS = re.compile(
    r"github:index:RepositoryRuleset \((?P<name>\S+)\):\n(?:.*\n)*?"
    r".*/repos/(?P<repository>[^/]+/[^/]+)/rulesets: 422 .*Name must be unique"
)
_EXISTS_ON_GITHUB = re.compile(
    r'a (variable|branch pattern|tag pattern) "([^"]+)" exists in ([^,\s]+)'
    r"(?:, environment ([^,\s]+))?, and this stack .* (\S+)"
)
_TO_READ_ANEW = re.compile(r"(DELETE \S+|PUT \S+/deployment-branch-policies/0): 404 Not Found")
_RULESET = "github:index/repositoryRuleset:RepositoryRuleset"


def recover(stack: Stack, command: tuple[str, ...], *, renaming: bool) -> tuple[str, ...]:
    """Repeat `command`, doing whatever is documented for what it prints, until it succeeds.

    Return what was done. In the middle of a rename what exists is removed, not imported. Raises
    AssertionError where nothing is documented, or where it does not help.
    """
    steps: list[str] = []
    for _ in range(_MOST_STEPS):
        ended = stack.run(*command)
        assert "Traceback" not in ended.stdout, ended.stdout
        known = [*_removals(ended.stdout)] if renaming else [*_imports(ended.stdout, stack.world)]
        known += _repairs(ended.stdout)
        found = [each for each in known if each not in steps]
        if ended.returncode == 0 and not found:
            return tuple(steps)
        assert found, f"nothing is documented for this, after {steps}:\n{ended.stdout}"
        for step in found:
            _carry_out(stack, step)
        steps += found
    raise AssertionError(f"did not recover with {steps}")


def _repairs(printed: str) -> Iterator[str]:
    if _CUT_SHORT in printed:
        yield _documented("rm ")
    if _LOCKED in printed:
        yield "pulumi cancel"
    if _PENDING in printed:
        yield "pulumi refresh --clear-pending-creates"
    if _TO_READ_ANEW.search(printed):
        yield "pulumi refresh"


def _imports(printed: str, world: World) -> Iterator[str]:
    yield from dict.fromkeys(found[1] for found in _PRINTED.finditer(printed))
    for found in _EXISTS_ON_AWS.finditer(printed):
        identity = _identity(found["type"], found["said"])
        yield _import(_AWS_TYPES[found["type"]], found["name"], identity)
    for found in _RULESET_EXISTS.finditer(printed):
        number = _ruleset_number(world, found["repository"], found["name"])
        repository = found["repository"].partition("/")[2]
        yield _import(_RULESET, found["name"], f"{repository}:{number}")


def _removals(printed: str) -> Iterator[str]:
    for role in dict.fromkeys(_ROLE_EXISTS.findall(printed)):
        yield f"aws iam delete-role --role-name {role}"
    for found in _EXISTS_ON_AWS.finditer(printed):
        yield f"aws iam delete-role --role-name {_identity(found['type'], found['said'])}"
    for found in dict.fromkeys(_EXISTS_ON_GITHUB.findall(printed)):
        kind, name, repository, environment, identity = found
        place = f"environments/{environment}" if environment else "actions"
        thing = f"variables/{name}"
        if kind != "variable":
            thing = f"deployment-branch-policies/{identity.rpartition(':')[2]}"
        yield f"gh api --method DELETE repos/{repository}/{place}/{thing}"


def _carry_out(stack: Stack, step: str) -> None:
    """Run a command of Pulumi's; do what one of AWS's or GitHub's does on the stand-in."""
    program, *arguments = shlex.split(step)
    if program == "rm":
        (stack.backend / arguments[0]).unlink()
    elif program == "pulumi":
        stack.succeed(*arguments, "--yes")
    elif program == "aws":
        account = STACKS[stack.name]
        iam = boto3.client(
            "iam",
            endpoint_url=stack.world.aws_url,
            region_name=REGION,
            aws_access_key_id=account.access_key_id,
            aws_secret_access_key=account.secret_access_key,
        )
        iam.delete_role(RoleName=arguments[-1])
    else:
        _ask_github(stack.world, arguments[-1], "DELETE")


def _documented(beginning: str) -> str:
    """Return the one command of the page that begins so."""
    (command,) = re.findall(rf"`({beginning}[^`]+)`", PAGE.read_text())
    return str(command)


def _import(resource_type: str, name: str, identity: str) -> str:
    """Return the page's command for a type, with its last two words filled in."""
    shown = re.findall(rf"`(pulumi import \S+ {resource_type}) \S+ \S+`", PAGE.read_text())
    assert len(shown) == 1, f"{PAGE} shows {len(shown)} imports of {resource_type}"
    return f"{shown[0]} {shlex.quote(name)} {identity}"


def _identity(resource_type: str, said: str) -> str:
    """Return what AWS calls the thing that exists: a role's name, otherwise an ARN."""
    account = "arn:aws:iam::222222222222"
    if resource_type == "Role":
        return said.split()[3]
    if resource_type == "Policy":
        return f"{account}:policy/keyless/{said.split()[3]}"
    return f"{account}:oidc-provider/token.actions.githubusercontent.com"


def _ruleset_number(world: World, repository: str, resource_name: str) -> int:
    """Return the number that `gh api repos/OWNER/REPOSITORY/rulesets` shows."""
    rulesets = json.loads(_ask_github(world, f"repos/{repository}/rulesets", "GET"))
    name = f"keyless-prod-{resource_name.rpartition('/')[2]}"
    (number,) = [int(each["id"]) for each in rulesets if each["name"] == name]
    return number


def _ask_github(world: World, path: str, method: str) -> bytes:
    address = f"{world.github_url}/api/v3/{path}"
    headers = {"Authorization": f"Bearer {TOKEN}"}
    asked = Request(address, headers=headers, method=method)  # noqa: S310 - the stand-in
    with urlopen(asked) as answer:  # noqa: S310
        body: bytes = answer.read()
    return body
