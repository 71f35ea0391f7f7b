"""Serve the configuration variables of repositories and environments.

Source: "Variables reference" for names and sizes. Names are kept in capitals.
"""

import re
from typing import Any

from flask import Blueprint, Response

from sandbox.github.bodies.moment import moment
from sandbox.github.documented import documented
from sandbox.github.pages import page_of
from sandbox.github.refusals import Refusal, not_found, validation_failed
from sandbox.github.request_body import Property, read_body
from sandbox.github.scope import github
from sandbox.github.state import Environment, Repository, Variable

routes = Blueprint("variables", __name__)

Variables = dict[str, Variable]
Body = dict[str, Any]

_IN_REPOSITORY = "/actions/variables"
_IN_ENVIRONMENT = "/environments/<environment_name>/variables"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_NAME_RULE = (
    "Variable names can only contain alphanumeric characters ([a-z], [A-Z], [0-9]) or underscores "
    "(_). Spaces are not allowed. Must start with a letter ([a-z], [A-Z]) or underscores (_)."
)
_MOST_BYTES = 48 * 1024
_NEW = {"name": Property("string", required=True), "value": Property("string", required=True)}
_CHANGED = {"name": Property("string"), "value": Property("string")}


@routes.get(_IN_REPOSITORY)
@routes.get(_IN_ENVIRONMENT)
@documented("actions/variables")
def list_variables(repository: Repository, environment: Environment | None = None) -> Body:
    """List the variables, by name."""
    variables = (environment or repository).variables
    found = [_describe(variables[name]) for name in sorted(variables)]
    return {"total_count": len(found), "variables": page_of(found, usual=10, most=30)}


@routes.post(_IN_REPOSITORY)
@routes.post(_IN_ENVIRONMENT)
@documented("actions/variables")
def create_variable(
    repository: Repository, environment: Environment | None = None
) -> tuple[Body, int]:
    """Create a variable that does not exist yet; 409 for one that does."""
    variables = (environment or repository).variables
    body = read_body(_NEW)
    _check(body)
    _require_free(variables, body["name"])
    github().set_variable(variables, body["name"], body["value"])
    return {}, 201


@routes.get(f"{_IN_REPOSITORY}/<name>")
@routes.get(f"{_IN_ENVIRONMENT}/<name>")
@documented("actions/variables")
def read_variable(
    repository: Repository, name: str, environment: Environment | None = None
) -> Body:
    """Answer with one variable."""
    return _describe(_find((environment or repository).variables, name))


@routes.patch(f"{_IN_REPOSITORY}/<name>")
@routes.patch(f"{_IN_ENVIRONMENT}/<name>")
@documented("actions/variables")
def change_variable(
    repository: Repository, name: str, environment: Environment | None = None
) -> Response:
    """Change a variable's value, or its name."""
    variables = (environment or repository).variables
    variable = _find(variables, name)
    body = {"name": variable.name, "value": variable.value} | read_body(_CHANGED)
    _check(body)
    if body["name"].upper() != variable.name:
        _require_free(variables, body["name"])
        variables[body["name"].upper()] = variables.pop(variable.name)
    github().set_variable(variables, body["name"], body["value"])
    return Response(status=204)


@routes.delete(f"{_IN_REPOSITORY}/<name>")
@routes.delete(f"{_IN_ENVIRONMENT}/<name>")
@documented("actions/variables")
def delete_variable(
    repository: Repository, name: str, environment: Environment | None = None
) -> Response:
    """Delete a variable."""
    variables = (environment or repository).variables
    del variables[_find(variables, name).name]
    return Response(status=204)


def _find(variables: Variables, name: str) -> Variable:
    try:
        return variables[name.upper()]
    except KeyError:
        raise not_found() from None


def _require_free(variables: Variables, name: str) -> None:
    if name.upper() in variables:
        raise Refusal(409, "Already exists - Variable already exists")


def _check(body: Body) -> None:
    if not _NAME.fullmatch(body["name"]):
        raise validation_failed(_NAME_RULE)
    if body["name"].upper().startswith("GITHUB_"):
        raise validation_failed("Variable names must not start with GITHUB_.")
    if len(body["value"].encode()) > _MOST_BYTES:
        raise validation_failed("Variable values must not be larger than 48 KB.")


def _describe(variable: Variable) -> Body:
    return {
        "name": variable.name,
        "value": variable.value,
        "created_at": moment(variable.created_at),
        "updated_at": moment(variable.updated_at),
    }
