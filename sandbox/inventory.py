"""Show what exists on both sides, read from the stand-ins and not from the engine's state."""

from collections.abc import Iterator

from rich.box import SIMPLE_HEAD
from rich.table import Table

from sandbox.github.state import Environment, GitHubState
from sandbox.world import STACKS, World


def inventory(world: World, stack: str) -> Table:
    """Return a table of every role with where its ARN is set, and of what protects that place."""
    table = Table(box=SIMPLE_HEAD)
    for heading in ("role", "named by", "approved by", "deploys from"):
        table.add_column(heading, overflow="fold")
    table.title = f"AWS account {STACKS[stack].number} and GitHub"
    for role in sorted(world.aws.iam(STACKS[stack]).roles.values(), key=lambda role: role.name):
        for row in list(_places(world.github, role.arn)) or [("nothing", "", "")]:
            table.add_row(role.name, *row)
    return table


def _places(github: GitHubState, arn: str) -> Iterator[tuple[str, str, str]]:
    """Yield where each variable whose value is `arn` stands, its reviewers and branches."""
    for repository in github.repositories.values():
        for variable in repository.variables.values():
            if variable.value == arn:
                yield f"{variable.name}\nin {repository.full_name}", "-", "-"
        for environment in repository.environments.values():
            for variable in environment.variables.values():
                if variable.value == arn:
                    place = f"{repository.full_name}, {environment.name}"
                    yield f"{variable.name}\nin {place}", *_protection(github, environment)


def _protection(github: GitHubState, environment: Environment) -> tuple[str, str]:
    reviewers = sorted(
        github.users[reviewer.id].login
        if reviewer.kind == "User"
        else f"team {github.teams[reviewer.id].slug}"
        for reviewer in environment.reviewers
    )
    patterns = sorted(f"{policy.kind} {policy.name}" for policy in environment.policies.values())
    return "\n".join(reviewers) or "nobody", "\n".join(patterns) or "nothing"
