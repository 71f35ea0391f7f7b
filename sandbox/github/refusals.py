"""Refuse a request the way GitHub does.

The words are GitHub's where its documentation or public reports quote them.
"""

from collections.abc import Sequence

RULES_NEED_A_PLAN = "Upgrade to GitHub Pro or make this repository public to enable this feature."


class Refusal(Exception):  # noqa: N818 - a refusal is an answer
    """Answer with an error: status, message and, for validation, what was wrong."""

    def __init__(self, status: int, message: str, errors: Sequence[object] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = tuple(errors)


class MovedElsewhere(Exception):  # noqa: N818 - a redirect is an answer
    """Answer with a redirect: the repository that was asked for has another name now."""

    def __init__(self, repository_id: int) -> None:
        super().__init__(f"repository {repository_id}")
        self.repository_id = repository_id


def not_found() -> Refusal:
    """Refuse what does not exist, or what the plan does not have."""
    return Refusal(404, "Not Found")


def invalid_request(*complaints: str) -> Refusal:
    """Refuse a body of the wrong shape."""
    return Refusal(422, "\n".join(("Invalid request.", "", *complaints)))


def validation_failed(*errors: object) -> Refusal:
    """Refuse a body of the right shape that cannot be accepted."""
    return Refusal(422, "Validation Failed", errors)
