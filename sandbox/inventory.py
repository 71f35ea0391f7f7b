"""Show what exists on both sides, read from the stand-ins and not from the engine's state."""

from collections.abc import Iterator

from rich.table import Table

from sandbox.github.state import Environment, GitHubState, Repository
from sandbox.world import STACKS, World


def inventory(world: World, stack: str) -> Table:
    """Return a table of every role with where its ARN is set, and of what protects that place."""
    table = Table(title=f"AWS account {STACKS[stack].number} and GitHub", title_justify="left")
    for heading in ("role", "named by", "in", "approved by", "deploys from"):
        table.add_column(heading, overflow="fold")
    for role in sorted(world.aws.iam(STACKS[stack]).roles.values(), key=lambda role: role.name):
        for row in list(_places(world.github, role.arn)) or [("nothing", "", "", "")]:
            table.add_row(role.name, *row)
    return table


def _places(github: GitHubState, arn: str) -> Iterator[tuple[str, str, str, str]]:
    """Yield variable, place, reviewers and branches of each variable whose value is `arn`."""
    for repository in github.repositories.values():
        for variable in repository.variables.values():
            if variable.value == arn:
                yield variable.name, repository.full_name, "-", "-"
        for environment in repository.environments.values():
            for variable in environment.variables.values():
                if variable.value == arn:
                    yield variable.name, *_protection(github, repository, environment)


def _protection(
    github: GitHubState, repository: Repository, environment: Environment
) -> tuple[str, str, str]:
    reviewers = [
        github.users[reviewer.id].login
        if reviewer.kind == "User"
        else f"{repository.owner.login}/{github.teams[reviewer.id].slug}"
        for reviewer in environment.reviewers
    ]
    patterns = [f"{policy.kind} {policy.name}" for policy in environment.policies.values()]
    place = f"{repository.full_name}, {environment.name}"
    return place, ", ".join(reviewers) or "nobody", ", ".join(patterns) or "nothing"
