"""Ask GitHub for the names of secrets that the jobs of a stack can read.

Values exist nowhere: GitHub shows them to nobody.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from components.lookups.github_answers import OrganisationSecret, RepositoryId, Secret
from components.lookups.github_threads import GithubRefusedError, GithubThreads
from keyless.estate.composed_roles import Visibility
from keyless.estate.static_keys import Secrets, names_static_key

_ENOUGH = 5
"""After so many refusals in one kind of place a token is taken to lack the right to all of it."""


def ask_for_secrets(
    github: GithubThreads,
    owner: str,
    environments: Mapping[str, Sequence[str]],
    organisation: Mapping[int, Visibility] | None,
) -> tuple[Secrets, ...]:
    """Return the names in each place, None where this token may not list them.

    `environments` has those that exist, by repository. `organisation` contains the repositories by
    id, None where the owner is none.
    """
    own = _SecretNames(github, owner, "actions", "secrets")
    within = _SecretNames(github, owner, "secrets")
    places = [(repository, name) for repository, names in environments.items() for name in names]
    of_repositories = github.each(own.at, environments)
    of_environments = github.each(
        lambda place: within.at(place[0], "environments", place[1]), places
    )
    return (
        *(_of_organisation(github, owner, environments, organisation) if organisation else ()),
        *of_repositories.items(),
        *((f"{place[0]}/{place[1]}", names) for place, names in of_environments.items()),
    )


def _of_organisation(
    github: GithubThreads,
    owner: str,
    repositories: Iterable[str],
    organisation: Mapping[int, Visibility],
) -> Iterator[Secrets]:
    """Ask for the list of the organisation, or each repository where that needs another right."""
    place = f"{owner} (organisation)"
    secrets = ("orgs", owner, "actions", "secrets")
    try:
        listed = github.get_all(OrganisationSecret, *secrets, field="secrets")
    except GithubRefusedError as refused:
        if not refused.lacks_right:
            raise
        listed = None
    if listed is None:
        shared = _SecretNames(github, owner, "actions", "organization-secrets")
        yield from ((place, names) for names in github.each(shared.at, repositories).values())
        return
    serves = partial(_serves, github, secrets, organisation)
    keys = github.each(serves, [secret for secret in listed if names_static_key(secret.name)])
    yield place, tuple(secret.name for secret, is_of_stack in keys.items() if is_of_stack)


def _serves(
    github: GithubThreads,
    secrets: tuple[str, ...],
    organisation: Mapping[int, Visibility],
    secret: OrganisationSecret,
) -> bool:
    """Tell whether one of the stack's repositories may use a secret of their organisation."""
    if secret.visibility == "all":
        return True
    if secret.visibility == "private":
        return any(visibility != "public" for visibility in organisation.values())
    path = (*secrets, secret.name, "repositories")
    selected = github.get_all(RepositoryId, *path, field="repositories") or ()
    return any(repository.id in organisation for repository in selected)


class _SecretNames:
    """List the names of secrets in one kind of place, until it is clear that the token may not."""

    def __init__(self, github: GithubThreads, owner: str, *kind: str) -> None:
        self._github = github
        self._owner = owner
        self._kind = kind
        self._refusals = 0

    def at(self, repository: str, *within: str) -> tuple[str, ...] | None:
        """Return the names in one place, None where they may not be listed."""
        if self._refusals >= _ENOUGH:
            return None
        path = ("repos", self._owner, repository, *within, *self._kind)
        try:
            found = self._github.get_all(Secret, *path, field="secrets")
        except GithubRefusedError as refused:
            if not refused.lacks_right:
                raise
            self._refusals += 1
            return None
        return tuple(secret.name for secret in found or ())
