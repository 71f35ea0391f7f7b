"""Compose addresses and node ids.

Addresses point at the stand-in itself, as those of an Enterprise Server point at that server.
"""

from base64 import urlsafe_b64encode
from urllib.parse import quote

from flask import request

API = "/api/v3"


def api_url(path: str) -> str:
    """Return the address of a path of the API; `path` begins with a slash."""
    return f"{request.host_url.rstrip('/')}{API}{path}"


def html_url(path: str) -> str:
    """Return the address of a page for people; `path` begins with a slash."""
    return f"{request.host_url.rstrip('/')}{path}"


def segment(name: str) -> str:
    """Return a name as one segment of a path."""
    return quote(name, safe="")


def node_id(kind: str, *numbers: int) -> str:
    """Return a node id in GitHub's form: a prefix, and the ids as a MessagePack list after a 0."""
    packed = bytes([0x91 + len(numbers), 0]) + b"".join(_packed(number) for number in numbers)
    return f"{kind}_{urlsafe_b64encode(packed).decode().rstrip('=')}"


def _packed(number: int) -> bytes:
    if number < 2**32:
        return b"\xce" + number.to_bytes(4, "big")
    return b"\xcf" + number.to_bytes(8, "big")
