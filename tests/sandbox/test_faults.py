"""Faults strike the calls that were counted out for them."""

import json

import pytest

from sandbox.faults import Fault, Faults, Kind, answer
from sandbox.journal import Call, Side


def _call(side: Side = "aws", action: str = "CreateRole", target: str = "app") -> Call:
    return Call(side=side, action=action, target=target, change=True)


def _struck(faults: Faults, *calls: Call) -> list[str | None]:
    return [fault.kind.value if (fault := faults.strike(call)) else None for call in calls]


def test_the_nth_call_over_both_sides_fails_once() -> None:
    faults = Faults()
    faults.add(Fault(kind=Kind.DROPPED, nth=2))

    struck = _struck(faults, _call("aws"), _call("github"), _call("aws"))

    assert struck == [None, "dropped", None]


def test_only_the_calls_of_one_side_are_counted() -> None:
    faults = Faults()
    faults.add(Fault(kind=Kind.LOST, nth=2, side="github"))

    struck = _struck(faults, _call("github"), _call("aws"), _call("github"))

    assert struck == [None, None, "lost"]


def test_calls_are_counted_by_name_and_by_predicate() -> None:
    faults = Faults()
    faults.add(Fault(kind=Kind.SERVER_ERROR, action="GetRole"))
    faults.add(Fault(kind=Kind.DROPPED, matching=lambda call: call.target == "shop"))

    struck = _struck(faults, _call(), _call(action="GetRole"), _call(target="shop"))

    assert struck == [None, "server_error", "dropped"]


def test_a_fault_can_last_for_several_calls() -> None:
    faults = Faults()
    faults.add(Fault(kind=Kind.THROTTLED, nth=2, times=2))

    assert _struck(faults, *[_call()] * 4) == [None, "throttled", "throttled", None]


def test_the_count_starts_when_the_fault_is_added() -> None:
    faults = Faults()
    faults.strike(_call())
    faults.add(Fault(kind=Kind.LOST))

    assert _struck(faults, _call()) == ["lost"]


def test_a_kind_of_one_side_passes_over_the_other() -> None:
    faults = Faults()
    faults.add(Fault(kind=Kind.RATE_LIMITED))

    assert _struck(faults, _call("aws"), _call("github")) == [None, "rate_limited"]


def test_a_kind_of_one_side_is_refused_for_the_other() -> None:
    with pytest.raises(
        ValueError, match=r"^a throttled fault: side 'github'\. Only aws answers so\.$"
    ):
        Fault(kind=Kind.THROTTLED, side="github")


def test_cleared_faults_strike_no_more() -> None:
    faults = Faults()
    faults.add(Fault(kind=Kind.DROPPED))
    faults.clear()

    assert _struck(faults, _call()) == [None]


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault(kind=Kind.THROTTLED), 400, "Throttling"),
        (Fault(kind=Kind.SERVER_ERROR), 500, "InternalFailure"),
        (Fault(kind=Kind.SERVER_ERROR, status=502), 502, "BadGateway"),
        (Fault(kind=Kind.SERVER_ERROR, status=503), 503, "ServiceUnavailable"),
    ],
)
def test_aws_answers_in_xml(fault: Fault, status: int, code: str) -> None:
    response = answer(fault, "aws")

    assert response.status_code == status
    assert f"<Code>{code}</Code>" in response.get_data(as_text=True)


@pytest.mark.parametrize(
    ("fault", "status", "message", "retry_after"),
    [
        (Fault(kind=Kind.SERVER_ERROR, status=502), 502, "Server Error", None),
        (Fault(kind=Kind.RATE_LIMITED, retry_after=2), 429, "API rate limit exceeded", "2"),
        (
            Fault(kind=Kind.SECONDARY_LIMIT),
            403,
            "You have exceeded a secondary rate limit.",
            "1",
        ),
    ],
)
def test_github_answers_in_json(
    fault: Fault, status: int, message: str, retry_after: str | None
) -> None:
    response = answer(fault, "github")
    body = json.loads(response.get_data())

    assert (response.status_code, body["status"]) == (status, str(status))
    assert body["message"] == message
    assert response.headers.get("Retry-After") == retry_after


def test_github_limits_carry_what_clients_look_for() -> None:
    limited = answer(Fault(kind=Kind.RATE_LIMITED), "github")
    secondary = answer(Fault(kind=Kind.SECONDARY_LIMIT), "github")

    assert limited.headers["X-RateLimit-Remaining"] == "0"
    assert json.loads(secondary.get_data())["documentation_url"].endswith(
        "#about-secondary-rate-limits"
    )
