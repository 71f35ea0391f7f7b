"""Find what is wrong with an input before AWS is asked, as the real provider does at preview.

Limits: IAM API reference, constraints of each parameter.
"""

import json
import re
from collections.abc import Callable
from typing import Any

_NAME = re.compile(r"[\w+=,.@-]*", re.ASCII)
_ARN = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}|aws)?:.+")


def name_fault(longest: int) -> Callable[[Any], str | None]:
    """Return a finder of faults in IAM names of at most `longest` characters."""

    def fault(name: str) -> str | None:
        if not 1 <= len(name) <= longest:
            return f"{name!r} has {len(name)} characters, and a name has 1 to {longest}"
        if not _NAME.fullmatch(name):
            return f"{name!r} does not match [A-Za-z0-9_+=,.@-]"
        return None

    return fault


def length_fault(longest: int) -> Callable[[Any], str | None]:
    """Return a finder of texts of more than `longest` characters."""

    def fault(text: str) -> str | None:
        return f"{len(text)} characters, and {longest} are allowed" if len(text) > longest else None

    return fault


def session_fault(seconds: int) -> str | None:
    """Find a session duration that no role can have."""
    if 3600 <= seconds <= 43200:
        return None
    return f"{seconds} is not in the range of 3600 to 43200 seconds"


def arn_fault(arn: str) -> str | None:
    """Find what is not an ARN."""
    return None if _ARN.fullmatch(arn) else f"{arn!r} is an invalid ARN"


def json_fault(document: str) -> str | None:
    """Find what is not a JSON object."""
    try:
        policy = json.loads(document)
    except ValueError as error:
        return f"the document contains invalid JSON: {error}"
    except RecursionError:
        return "the document contains invalid JSON: it is nested too deeply"
    return None if isinstance(policy, dict) else "the document is not a JSON object"


def issuer_fault(url: str) -> str | None:
    """Find an issuer that is not reached over https, or that carries a query."""
    if not re.fullmatch(r"https://[^\s?#]+", url):
        return f"{url!r} is not an https URL without query"
    return None
