"""Show what exists on both sides, read from the stand-ins and not from the engine's state."""

from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.text import Text

from keyless.access_map.phrases import either
from keyless.command_line.paragraph import Paragraph
from sandbox.github.state import Environment, GitHubState
from sandbox.world import STACKS, World


def inventory(world: World, stack: str) -> RenderableType:
    """Return every role with each variable that names it, and with what protects that place."""
    lines: list[RenderableType] = []
    for role in sorted(world.aws.iam(STACKS[stack]).roles.values(), key=lambda role: role.name):
        lines.append(Text(role.name, "bold", no_wrap=True, overflow="ignore"))
        places = list(_places(world.github, role.arn)) or ["no variable names it"]
        lines.extend(Paragraph(place, "  ") for place in places)
    return Group(*lines)


def _places(github: GitHubState, arn: str) -> Iterator[str]:
    """Yield each variable whose value is `arn`, with reviewers and branches of its environment."""
    for repository in github.repositories.values():
        for variable in repository.variables.values():
            if variable.value == arn:
                yield f"{variable.name} in {repository.full_name}, no environment"
        for environment in repository.environments.values():
            for variable in environment.variables.values():
                if variable.value == arn:
                    place = f"{repository.full_name}, environment {environment.name}"
                    yield f"{variable.name} in {place}: {_protection(github, environment)}"


def _protection(github: GitHubState, environment: Environment) -> str:
    reviewers = sorted(
        github.users[reviewer.id].login
        if reviewer.kind == "User"
        else f"team {github.teams[reviewer.id].slug}"
        for reviewer in environment.reviewers
    )
    patterns = sorted(f"{policy.kind} {policy.name}" for policy in environment.policies.values())
    approved = f"approved by {either(reviewers)}" if reviewers else "nobody approves"
    return f"{approved}; from {either(patterns)}" if patterns else f"{approved}; from any branch"
