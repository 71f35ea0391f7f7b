"""Tell which calls fail, and how each kind of failure answers on each side.

A fault strikes a counted call, so that a run can be repeated with each of its calls failing in
turn. Nothing happens at random and nothing waits.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from werkzeug.wrappers import Response

from sandbox.aws.answers import Refusal
from sandbox.journal import Call, Side

_LIMITS_PAGE = "https://docs.github.com/rest/overview/rate-limits-for-the-rest-api"


class Kind(StrEnum):
    """Name what goes wrong with a call.

    `dropped`: the connection closes before the call is carried out. `lost`: the call is carried
    out, then the connection closes without the answer. Every other kind answers instead of
    carrying out the call; `throttled` exists on AWS alone, the two limits on GitHub alone.
    """

    SERVER_ERROR = "server_error"
    THROTTLED = "throttled"
    RATE_LIMITED = "rate_limited"
    SECONDARY_LIMIT = "secondary_limit"
    DROPPED = "dropped"
    LOST = "lost"


_ONLY_ON: dict[Kind, Side] = {
    Kind.THROTTLED: "aws",
    Kind.RATE_LIMITED: "github",
    Kind.SECONDARY_LIMIT: "github",
}


def _any_call(_: Call) -> bool:
    return True


@dataclass(frozen=True, kw_only=True)
class Fault:
    """Fail `times` calls in a row, from the `nth` on, among the calls that fit.

    A call fits when it is of `side` and has the name `action` (where these are given) and
    `matching` is true for it. `nth` counts from 1 and from the moment the fault was added.
    `status` (500, 502 or 503) is that of a server error; `retry_after` is in seconds.
    """

    kind: Kind
    nth: int = 1
    times: int = 1
    side: Side | None = None
    action: str | None = None
    matching: Callable[[Call], bool] = _any_call
    status: int = 500
    retry_after: int = 1

    def __post_init__(self) -> None:
        only = _ONLY_ON.get(self.kind)
        if only and self.side not in (None, only):
            raise ValueError(f"a {self.kind} fault: side {self.side!r}. Only {only} answers so.")

    def fits(self, call: Call) -> bool:
        """Tell whether `call` is among those that are counted."""
        side = self.side or _ONLY_ON.get(self.kind)
        return (
            side in (None, call.side) and self.action in (None, call.action) and self.matching(call)
        )


class Faults:
    """Hold the faults of one sandbox and count the calls for each of them."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[Fault, int] = {}

    def add(self, fault: Fault) -> None:
        """Arm `fault`; its count starts now."""
        with self._lock:
            self._seen[fault] = 0

    def clear(self) -> None:
        """Disarm every fault."""
        with self._lock:
            self._seen.clear()

    def strike(self, call: Call) -> Fault | None:
        """Count `call`, and return the first fault that is due on it."""
        with self._lock:
            fitting = [fault for fault in self._seen if fault.fits(call)]
            for fault in fitting:
                self._seen[fault] += 1
            return next((f for f in fitting if 0 <= self._seen[f] - f.nth < f.times), None)


def answer(fault: Fault, side: Side) -> Response:
    """Return what `side` answers when `fault` strikes, for the kinds that answer."""
    if side == "aws":
        return _refusal(fault).answer()
    message, page, headers = _github_words(fault)
    status = {Kind.RATE_LIMITED: 429, Kind.SECONDARY_LIMIT: 403}.get(fault.kind, fault.status)
    body = json.dumps({"message": message, "documentation_url": page, "status": str(status)})
    return Response(body, status=status, headers=headers, content_type="application/json")


def _refusal(fault: Fault) -> Refusal:
    if fault.kind is Kind.THROTTLED:
        return Refusal("Throttling", "Rate exceeded", 400)
    code = {502: "BadGateway", 503: "ServiceUnavailable"}.get(fault.status, "InternalFailure")
    return Refusal(code, "The request processing has failed because of an error.", fault.status)


def _github_words(fault: Fault) -> tuple[str, str, dict[str, str]]:
    """Return message, documentation address and headers; clients recognise limits by these."""
    wait = {"Retry-After": str(fault.retry_after)}
    match fault.kind:
        case Kind.RATE_LIMITED:
            reset = str(int(time.time()) + fault.retry_after)
            spent = {"X-RateLimit-Limit": "5000", "X-RateLimit-Remaining": "0"}
            headers = wait | spent | {"X-RateLimit-Reset": reset}
            return "API rate limit exceeded", _LIMITS_PAGE, headers
        case Kind.SECONDARY_LIMIT:
            page = f"{_LIMITS_PAGE}#about-secondary-rate-limits"
            return "You have exceeded a secondary rate limit.", page, wait
        case _:
            return "Server Error", "https://docs.github.com/rest", {}
