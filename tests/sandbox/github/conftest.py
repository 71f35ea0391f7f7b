"""Give tests the sample estate and a client whose token the stand-in accepts."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import pytest
from werkzeug.test import Client, TestResponse

from sandbox.github.app import create_app
from sandbox.github.seed import TOKEN, sample_estate
from sandbox.github.state import GitHubState, Repository


class Refused(NamedTuple):
    """Hold the status, the message and the errors of a refusal."""

    status: int
    message: str
    errors: tuple[Any, ...] = ()


NOT_FOUND = Refused(404, "Not Found")


@dataclass
class Api:
    """Call the stand-in's API."""

    client: Client
    headers: dict[str, str]

    def __call__(self, method: str, path: str, body: object = None, **headers: str) -> TestResponse:
        """Send one request; `path` is below `/api/v3`, underscores in header names are hyphens."""
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.open(f"/api/v3{path}", method=method, headers=sent, json=body)

    def done(self, method: str, path: str, body: object = None) -> Any:
        """Send one request that must succeed, and return its JSON, if any."""
        response = self(method, path, body)
        assert response.status_code < 300, response.get_data(as_text=True)
        return response.get_json(silent=True)

    def refused(self, method: str, path: str, body: object = None) -> Refused:
        """Send one request that must be refused."""
        response = self(method, path, body)
        answer = response.get_json()
        assert answer["status"] == str(response.status_code)
        assert answer["documentation_url"].startswith("https://docs.github.com/rest")
        errors = tuple(answer.get("errors", ()))
        return Refused(response.status_code, answer["message"], errors)


def open_api(state: GitHubState, **headers: str) -> Api:
    """Return a client of `state`."""
    return Api(Client(create_app(state)), {"Authorization": f"Bearer {TOKEN}"} | headers)


@pytest.fixture
def state() -> GitHubState:
    return sample_estate()


@pytest.fixture
def api(state: GitHubState) -> Api:
    return open_api(state)


@pytest.fixture
def storefront(state: GitHubState) -> Repository:
    return state.repository("acme/storefront")
