"""Fill the stand-in with the sample estate that the stack files describe.

Two more owners show what smaller plans lack: `smallco` (free) and `midco` (team), each with one
private repository `app`. `acme/shop` is the former name of `acme/storefront`. The user `outsider`
and the team `auditors` have access to nothing.
"""

import hashlib
from datetime import UTC, datetime

from keyless.facts import ENTERPRISE, FREE, TEAM, Plan
from sandbox.github.state import (
    GitHubState,
    GpgKey,
    Organisation,
    PublicKey,
    Repository,
    Role,
    SubjectCustomisation,
    Team,
    User,
    Visibility,
)

TOKEN = "sandbox-token"  # noqa: S105 - opens the stand-in alone

_LONG_AGO = datetime(2021, 3, 1, 9, 0, tzinfo=UTC)
_RECENTLY = datetime(2026, 8, 3, 9, 0, tzinfo=UTC)
_IMMUTABLE_SINCE = datetime(2026, 7, 15, tzinfo=UTC)
"""Repositories created later spell their subjects in the immutable form."""

_MEMBERS = {583231: "mona", 480938: "hubot", 9021: "octavia"}
_OUTSIDER = (7777, "outsider")
_TEAMS = {
    4101: ("storefront-leads", {583231}),
    4102: ("payments-leads", {9021}),
    4103: ("platform", set(_MEMBERS)),
    4104: ("auditors", {480938}),
}
_ACCESS: dict[str, dict[int, Role]] = {
    "storefront": {4101: "write", 4102: "read", 4103: "maintain"},
    "checkout-api": {4101: "read", 4102: "write", 4103: "maintain"},
    "infrastructure": {4101: "read", 4102: "read", 4103: "maintain"},
    "keyless": {4101: "read", 4102: "read", 4103: "admin"},
}


def sample_estate() -> GitHubState:
    """Return the sample estate; `TOKEN` opens it."""
    state = GitHubState(tokens={TOKEN})
    for number, login in (*_MEMBERS.items(), _OUTSIDER):
        state.users[number] = _user(number, login)
    acme = _organisation(state, 9919, "acme", ENTERPRISE)
    for number, (slug, members) in _TEAMS.items():
        name = slug.replace("-", " ").capitalize()
        state.teams[number] = Team(number, acme, slug, name, _LONG_AGO, members=set(members))
    _repository(state, 811223344, acme, "storefront")
    _repository(state, 822334455, acme, "checkout-api")
    _repository(state, 833445566, acme, "infrastructure", visibility="internal")
    _repository(state, 844556677, acme, "keyless", created_at=_RECENTLY)
    state.redirects["acme/shop"] = 811223344
    _repository(state, 7101, _organisation(state, 7001, "smallco", FREE), "app")
    _repository(state, 7201, _organisation(state, 7002, "midco", TEAM), "app")
    return state


def _user(number: int, login: str) -> User:
    return User(
        number,
        login,
        _LONG_AGO,
        name=login.capitalize(),
        keys=[PublicKey(number * 10, f"ssh-ed25519 {sha(login)}")],
        gpg_keys=[GpgKey(number * 10 + 1, sha(login)[:16].upper(), sha(login), _LONG_AGO)],
    )


def _organisation(state: GitHubState, number: int, login: str, plan: Plan) -> Organisation:
    organisation = Organisation(number, login, plan, _LONG_AGO)
    organisation.members.update(dict.fromkeys(_MEMBERS, "member"))
    state.organisations[number] = organisation
    return organisation


def _repository(
    state: GitHubState,
    number: int,
    owner: Organisation,
    name: str,
    *,
    visibility: Visibility = "private",
    created_at: datetime = _LONG_AGO,
) -> None:
    repository = Repository(number, owner, name, visibility, created_at)
    repository.teams.update(_ACCESS.get(name, {}))
    repository.collaborators.update({} if name in _ACCESS else dict.fromkeys(_MEMBERS, "write"))
    for branch in ("main", "develop"):
        state.add_branch(repository, branch)
    repository.subject = SubjectCustomisation(immutable=created_at > _IMMUTABLE_SINCE)
    state.repositories[number] = repository


def sha(text: str) -> str:
    """Return a made-up commit, always the same for a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:40]
