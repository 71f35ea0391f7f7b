"""What a stack file comes to, judged by the pack: written by the components, without an engine."""

from collections.abc import Iterator, Mapping

from components.lookups.inspection import Inspection
from components.lookups.reviewers import Reviewer
from components.provision import provision
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.estate.settings import Environment, Settings
from tests.components.github_stub import github
from tests.components.registered import Registered, register
from tests.policypack.analyzer import Declared, Pack, Violation

LOOKED_UP = "keyless:index:LookedUpPolicy"
_ROLE = "aws:iam/role:Role"


def declared(settings: Settings, documents: Mapping[str, str] | None = None) -> list[Declared]:
    """Return every resource of a stack; `documents` are those of policies that are looked up."""
    found = as_typed(settings)
    reviewers = {
        who: number
        for repository in settings.repositories.values()
        for _, _, environment in repository.every_environment()
        for number, who in enumerate(_named(environment), start=1)
    }
    inspection = Inspection(
        repositories=found,
        actions={},
        reviewers=reviewers,
        environments={},
        without_rules=frozenset(),
        oidc_provider_exists=False,
        roles={},
        looked_up_policies=documents or {},
    )
    roles = compose_roles(settings, found)
    registered = register(lambda: provision(settings, inspection, roles, github()))
    names = {key: _name(key, each) for key, each in registered.items()}
    return [
        *(
            Declared(
                each.type,
                names[key],
                each.inputs,
                depends_on=tuple(names[other] for other in each.after if other in names),
            )
            for key, each in registered.items()
            if each.type != LOOKED_UP
        ),
        *(
            Declared(LOOKED_UP, f"looked up {arn}", {"arn": arn, "policy": document})
            for arn, document in (documents or {}).items()
        ),
    ]


def blocked(
    pack: Pack, resources: list[Declared], content: Mapping[str, object]
) -> list[Violation]:
    """Return the mandatory violations under some settings and exceptions of the pack."""
    found = pack.judge(resources, pack.configured(content))
    return [violation for violation in found if violation.level == "mandatory"]


def tolerated(settings: Settings) -> dict[str, object]:
    """Return what the pack's settings have to say of environments and of a pipeline's rights."""
    every = [
        (f"{key}/{name}", environment)
        for key, repository in settings.repositories.items()
        for _, name, environment in repository.every_environment()
    ]
    review = {
        f"{key}/{name}"
        for key, repository in settings.repositories.items()
        for name in repository.review_environments
    }
    pipelines = [
        {"arn": role.boundary_arn, "roles": [role.role_name]}
        for role in compose_roles(settings, as_typed(settings))
        if role.boundary_arn in role.managed_policy_arns
    ]
    return {
        "managed_policies": pipelines,
        "review_environments": sorted(review),
        "unreviewed_environments": [name for name, each in every if not each.reviewers],
    }


def _named(environment: Environment) -> Iterator[Reviewer]:
    yield from (("user", login) for login in environment.reviewers.users)
    yield from (("team", slug) for slug in environment.reviewers.teams)


def _name(key: str, registered: Registered) -> str:
    """Return a name that is a resource's alone; an exception names roles, so theirs stay."""
    name = key.partition("::")[2]
    return name if registered.type == _ROLE else f"{key.partition('::')[0]} of {name}"
