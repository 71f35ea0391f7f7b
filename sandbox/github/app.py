"""Serve a `GitHubState` under `/api/v3`, where clients of an Enterprise Server look for the API."""

from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from flask import Flask, Response, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter

from sandbox.github.documented import documentation_url
from sandbox.github.headers import add_headers
from sandbox.github.links import API, api_url
from sandbox.github.refusals import MovedElsewhere, Refusal
from sandbox.github.routes import ACCOUNT_ROUTES, REPOSITORY_ROUTES
from sandbox.github.scope import STATE, resolve
from sandbox.github.state import GitHubState
from sandbox.wire import DETAIL

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class _Segment(BaseConverter):
    """Read one segment of a path, whatever is percent-encoded in it."""

    def to_python(self, value: str) -> str:
        return unquote(value)


def sent_path(environ: "WSGIEnvironment") -> str:
    """Return the path of a request as the client spelled it."""
    return urlsplit(environ["REQUEST_URI"]).path


class _Json(DefaultJSONProvider):
    """Write JSON the way the API does: in the order in which it was composed."""

    sort_keys = False
    mimetype = "application/json; charset=utf-8"


def create_app(state: GitHubState) -> "WSGIApplication":
    """Return the application that serves `state`.

    It routes on the path as it was sent: `a%2Fb` is one segment, a name with a slash in it.
    """
    routes = served_routes()

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        sent = environ | {"PATH_INFO": sent_path(environ), STATE: state}
        return routes(sent, start_response)

    return answer


@cache
def served_routes() -> Flask:
    """Return the routes, which take longer to set up than most requests, for every state."""
    app = Flask("sandbox.github", static_folder=None)
    app.json = _Json(app)
    app.url_map.merge_slashes = False
    app.url_map.converters["default"] = _Segment
    app.url_value_preprocessor(resolve)
    app.after_request(_tell_journal)
    app.after_request(add_headers)
    app.register_error_handler(Refusal, _refuse)
    app.register_error_handler(MovedElsewhere, _redirect)
    app.register_error_handler(NotFound, _no_route)
    app.register_error_handler(MethodNotAllowed, _no_route)
    for group in ACCOUNT_ROUTES:
        app.register_blueprint(group, url_prefix=API)
    for group in REPOSITORY_ROUTES:
        app.register_blueprint(group, url_prefix=f"{API}/repos/<owner>/<repo>")
        by_id = f"{API}/repositories/<int:repository_id>"
        app.register_blueprint(group, url_prefix=by_id, name=f"{group.name}-by-id")
    return app


def _refuse(refusal: Refusal) -> tuple[Response, int]:
    body: dict[str, Any] = {"message": refusal.message}
    if refusal.errors:
        body["errors"] = list(refusal.errors)
    body |= {"documentation_url": documentation_url(), "status": str(refusal.status)}
    return jsonify(body), refusal.status


def _no_route(_: Exception) -> tuple[Response, int]:
    return _refuse(Refusal(404, "Not Found"))


def _redirect(moved: MovedElsewhere) -> Response:
    """Point at the same path below the repository's id.

    301 for reads and 307 for everything else, so that a client repeats method and body. Source:
    "Best practices for using the REST API", Follow redirects.
    """
    rest = "/".join(sent_path(request.environ).removeprefix(f"{API}/").split("/")[3:])
    path = f"/repositories/{moved.repository_id}"
    target = api_url(f"{path}/{rest}" if rest else path)
    if request.query_string:
        target = f"{target}?{request.query_string.decode()}"
    read = request.method in ("GET", "HEAD")
    response = jsonify(
        {
            "message": "Moved Permanently" if read else "Temporary Redirect",
            "url": target,
            "documentation_url": documentation_url(),
        }
    )
    response.status_code = 301 if read else 307
    response.location = target
    return response


def _tell_journal(response: Response) -> Response:
    """Keep what a change was answered with."""
    if request.method not in ("GET", "HEAD") and response.is_json and DETAIL in request.environ:
        request.environ[DETAIL]["answer"] = response.get_json()
    return response
