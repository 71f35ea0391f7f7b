"""Tell what users and teams may do in a repository.

Source: "Repository roles for an organization" and "About teams". Pure.
"""

from sandbox.github.state import ROLES, GitHubState, Repository, Role, Team, User

VERBS: dict[str, Role] = {
    "pull": "read",
    "triage": "triage",
    "push": "write",
    "maintain": "maintain",
    "admin": "admin",
}
"""The words of the API for roles."""


def role_of_user(state: GitHubState, repository: Repository, user: User) -> Role | None:
    """Return the strongest role that a user has, however it was given."""
    organisation = repository.owner
    part = organisation.members.get(user.id)
    if part == "admin":
        return "admin"
    roles = [repository.collaborators.get(user.id), _role_of_everybody(repository)]
    if part:
        roles.append(organisation.default_role)
        roles.append("read" if repository.visibility == "internal" else None)
    teams = (team for team in state.teams.values() if user.id in team.members)
    roles.extend(role_of_team(repository, team) for team in teams)
    return _strongest(roles)


def role_of_team(repository: Repository, team: Team) -> Role | None:
    """Return the strongest role that a team has, its own or its parents'."""
    if team.organisation is not repository.owner:
        return None
    inherited = role_of_team(repository, team.parent) if team.parent else None
    return _strongest([repository.teams.get(team.id), inherited])


def permissions(role: Role | None) -> dict[str, bool]:
    """Return the five switches with which the API describes a role."""
    rank = ROLES.index(role) if role else -1
    named = {verb: rank >= ROLES.index(least) for verb, least in VERBS.items()}
    return {verb: named[verb] for verb in ("admin", "maintain", "push", "triage", "pull")}


def verb(role: Role | None) -> str:
    """Return the word that teams' `permission` uses for a role."""
    return next(word for word, named in VERBS.items() if named == (role or "read"))


def _role_of_everybody(repository: Repository) -> Role | None:
    return "read" if repository.visibility == "public" else None


def _strongest(roles: list[Role | None]) -> Role | None:
    return max((role for role in roles if role), key=ROLES.index, default=None)
