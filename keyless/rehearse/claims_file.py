"""Read one token's claims from a file: a JSON object, or the token itself, decoded only.

A token is a secret while it lives: nothing here prints it or any part of it, and no sentence about
a file that cannot be used quotes what is in it. The signature is not checked.
"""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from keyless.command_line.errors import CommandError
from keyless.command_line.input_file import file_label, read_text
from keyless.command_line.json_text import unreadable
from keyless.text.json_text import AMBIGUOUS, DECODER, DuplicateKeyError

LARGEST_BYTES = 64 * 1024
"""GitHub's tokens have some 2 KiB."""

_LONGEST_FILE_NAME = 255
"""What file systems take; every token is longer."""

ClaimValues = Mapping[str, str | Sequence[str]]

_TOKEN = re.compile(r"(?:bearer\s+)?([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]*", re.I)
_TOKEN_WITHIN = re.compile(r"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*")
"""A token anywhere in a text: its header is a JSON object, and `{"` is `eyJ` in Base64."""
_DIVIDED = re.compile(r"[A-Za-z0-9_-]*(?:\.[A-Za-z0-9_-]*){1,}")


def read_claims(name: str) -> ClaimValues:
    """Return the claims in a file, or standard input for `-`, as AWS would compare them.

    Raises CommandError for anything but a JSON object with a subject, or a token that contains one.
    """
    if _is_token(name):
        raise CommandError(
            "--claims: a token in place of a file. On a command line it stays in the shell's "
            "history. Write it to a file, or hand it in on standard input with --claims -."
        )
    label = file_label(name)
    text = read_text(name, largest=LARGEST_BYTES).strip()
    decoded = _decoded(label, _payload(label, text) if _looks_like_token(text) else text)
    if not isinstance(decoded, dict):
        raise _unusable(label, "no claims in it", "They are a JSON object, or a token")
    wrapped = decoded.get("value")
    if "sub" not in decoded and isinstance(wrapped, str):
        return _claims(label, _decoded(label, _payload(label, wrapped.strip())))
    return _claims(label, decoded)


def ended_at(claims: ClaimValues, now: datetime) -> datetime | None:
    """Return when a token ended, None for one that has not or does not say so."""
    try:
        moment = datetime.fromtimestamp(float(str(claims.get("exp"))), UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment <= now else None


def _claims(label: str, decoded: object) -> ClaimValues:
    if not isinstance(decoded, dict):
        raise _unusable(label, "no claims in it", "They are a JSON object, or a token")
    claims = {key: _value(value) for key, value in decoded.items()}
    known = {key: value for key, value in claims.items() if value is not None}
    if not isinstance(known.get("sub"), str):
        raise _unusable(label, 'no claim "sub" in it', "Without a subject no role can be reached")
    return known


def _is_token(name: str) -> bool:
    """Say whether a token stands where a file should be named."""
    if len(name) > _LONGEST_FILE_NAME and _TOKEN.fullmatch(name):
        return True
    return bool(_TOKEN_WITHIN.search(name)) and not _exists(name)


def _exists(name: str) -> bool:
    try:
        return Path(name).exists()
    except (OSError, ValueError):
        return False


def _looks_like_token(text: str) -> bool:
    return bool(_TOKEN.fullmatch(text) or _DIVIDED.fullmatch(text))


def _payload(label: str, token: str) -> str:
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        raise _unusable(label, "a token that is not in three parts", "Its claims are the second")
    body = parts.group(2)
    try:
        return base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
    except (binascii.Error, ValueError):
        raise _unusable(
            label, "a token whose claims cannot be decoded", "They are Base64 of JSON"
        ) from None


def _decoded(label: str, text: str) -> object:
    try:
        return DECODER.decode(text)
    except DuplicateKeyError:
        raise _unusable(label, "a duplicate key", AMBIGUOUS) from None
    except (ValueError, RecursionError) as problem:
        raise unreadable(label, problem) from None


def _value(value: object) -> str | Sequence[str] | None:
    """Return a claim as AWS compares it: as text; what has members cannot be compared."""
    match value:
        case bool():
            return str(value).lower()
        case str() | int() | float():
            return str(value)
        case list():
            return tuple(str(one) for one in value if isinstance(one, str | int))
        case _:
            return None


def _unusable(label: str, found: str, why: str) -> CommandError:
    return CommandError(
        f"{label}: {found}. {why}. Hand in what the job's token endpoint answered, or its claims "
        "as JSON."
    )
