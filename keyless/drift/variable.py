"""Compare variables of repositories and environments, one listing each."""

from collections.abc import Iterator, Sequence

from keyless.drift.estate import Estate
from keyless.drift.finding import Finding, UnreadableError, pulumi_up
from keyless.github_api import GithubApi
from keyless.stack.resource import StackResource, text_of
from keyless.text.sentences import quoted

IN_ENVIRONMENT = "github:index/actionsEnvironmentVariable:ActionsEnvironmentVariable"
IN_REPOSITORY = "github:index/actionsVariable:ActionsVariable"


def compare_variables(
    estate: Estate,
    repository: str,
    environment: str | None,
    variables: Sequence[StackResource],
    github: GithubApi,
) -> Iterator[Finding]:
    """Yield how the variables of one place differ. Raises UnreadableError.

    They are there already: a preview refuses by itself to create one that somebody else made.
    """
    place = ("environments", environment) if environment is not None else ("actions",)
    listed = github.get_all(
        "repos", estate.owner, repository, *place, "variables", field="variables"
    )
    if listed is None:
        raise UnreadableError("GitHub shows this token no variables there")
    live = {str(one.get("name")).upper(): str(one.get("value")) for one in listed}
    for resource in variables:
        yield from _compare(estate, resource, live)


def _compare(estate: Estate, resource: StackResource, live: dict[str, str]) -> Iterator[Finding]:
    name = text_of(resource.inputs, "variableName") or ""
    wanted, value = text_of(resource.inputs, "value"), live.get(name.upper())
    repair = pulumi_up(estate.stack)
    if value is None:
        why = "Jobs that read it get an empty text"
        yield Finding(
            kind="variable-missing",
            where=resource.name,
            found=f"no variable {name}",
            why=why,
            repair=repair,
        )
    elif wanted is None:
        raise UnreadableError(f"the stack keeps the value of {name} as a secret")
    elif value != wanted:
        found = f"{name} is {_quoted(value)}, not {_quoted(wanted)}"
        why = "Jobs use the role or the setting that somebody wrote there"
        yield Finding(
            kind="variable-changed", where=resource.name, found=found, why=why, repair=repair
        )


def _quoted(value: str) -> str:
    return quoted(value, 300)
