"""Tell the journal what a request to the stand-in means."""

import json
from typing import Any

from werkzeug.wrappers import Request

from sandbox.github.app import sent_path
from sandbox.github.links import API
from sandbox.journal import Call


def describe(request: Request) -> Call:
    """Describe a request without carrying it out.

    `target` is the path below `/api/v3`, percent-encoded as it was sent. `detail` contains the JSON
    `body`; the stand-in adds `repository` and `environment` in canonical names, also behind a
    redirect, and to changes the `answer`.
    """
    body = _body(request)
    return Call(
        side="github",
        action=request.method,
        target=sent_path(request.environ).removeprefix(API),
        change=request.method not in ("GET", "HEAD", "OPTIONS"),
        detail={} if body is None else {"body": body},
    )


def _body(request: Request) -> Any:
    try:
        return json.loads(request.get_data() or b"null")
    except ValueError:
        return None
