"""GitHub, as a command asks it: with the token of the person who runs it."""

from keyless.command_line.errors import CommandError
from keyless.github_api import GithubApi, GithubSetupError


def github_of_environment(*, tries: int = 1) -> GithubApi:
    """Return the API, each question asked up to `tries` times.

    Raises CommandError where no token or address is set that can be used.
    """
    try:
        return GithubApi.from_environment(tries=tries)
    except GithubSetupError as missing:
        raise CommandError(str(missing)) from None
