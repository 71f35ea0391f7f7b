"""Name what goes wrong, in words that a person at the command line can act on."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

_GONE = {"NoSuchEntity", "PolicyNotAttachedException", "PolicyNotFoundException"}


class ProviderError(Exception):
    """Report that an operation cannot be carried out; the text is what the user reads."""


class UnknownTokenError(ProviderError):
    """Report a resource type or a function that this provider does not have."""

    def __init__(self, what: str, token: str) -> None:
        super().__init__(f"unrecognized {what} {token!r}: this AWS provider does not have it.")


@contextmanager
def attempting(what: str) -> Iterator[None]:
    """Turn failures of AWS calls into a `ProviderError` that begins with `what`."""
    try:
        yield
    except ClientError as error:
        raise ProviderError(f"{what}: {_told(error)}") from error
    except BotoCoreError as error:
        raise ProviderError(f"{what}: {error}") from error


@contextmanager
def unless_gone() -> Iterator[None]:
    """Pass over AWS's answer that the thing does not exist."""
    try:
        yield
    except ClientError as error:
        if not is_gone(error):
            raise


def is_gone(error: ClientError) -> bool:
    """Tell whether AWS answered that the thing does not exist."""
    return error.response["Error"]["Code"] in _GONE


def _told(error: ClientError) -> str:
    answer, status = error.response["Error"], error.response["ResponseMetadata"]["HTTPStatusCode"]
    return (
        f"operation error {error.operation_name}, https response error StatusCode: {status}, "
        f"{answer['Code']}: {answer['Message']}"
    )
