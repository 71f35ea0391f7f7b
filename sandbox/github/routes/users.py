"""Serve users and the keys that they show to everybody."""

from typing import Any

from flask import Blueprint

from sandbox.github.bodies.account import public_account
from sandbox.github.bodies.moment import moment
from sandbox.github.documented import documented
from sandbox.github.pages import page_of
from sandbox.github.refusals import not_found
from sandbox.github.scope import github
from sandbox.github.state import GpgKey, Organisation, UnknownNameError, User

routes = Blueprint("users", __name__)


@routes.get("/users/<name>")
@documented("users/users#get-a-user")
def read_user(name: str) -> dict[str, Any]:
    """Answer with a user, or with an organisation, which has a public profile too."""
    return public_account(_account(name))


@routes.get("/users/<username>/keys")
@documented("users/keys#list-public-keys-for-a-user")
def list_keys(user: User) -> list[dict[str, Any]]:
    """List a user's SSH keys."""
    return page_of({"id": key.id, "key": key.key} for key in user.keys)


@routes.get("/users/<username>/gpg_keys")
@documented("users/gpg-keys#list-gpg-keys-for-a-user")
def list_gpg_keys(user: User) -> list[dict[str, Any]]:
    """List a user's GPG keys."""
    return page_of(_gpg_key(key) for key in user.gpg_keys)


def _account(login: str) -> User | Organisation:
    for kind in (github().user, github().organisation):
        try:
            return kind(login)
        except UnknownNameError:
            continue
    raise not_found()


def _gpg_key(key: GpgKey) -> dict[str, Any]:
    return {
        "id": key.id,
        "name": None,
        "primary_key_id": None,
        "key_id": key.key_id,
        "public_key": key.public_key,
        "emails": [],
        "subkeys": [],
        "can_sign": True,
        "can_encrypt_comms": False,
        "can_encrypt_storage": False,
        "can_certify": True,
        "created_at": moment(key.created_at),
        "expires_at": None,
        "revoked": False,
        "raw_key": None,
    }
