"""What is looked at first."""

from datetime import date, timedelta

import pytest

from keyless.rules.gravity import gravity
from keyless.rules.power import Power
from keyless.trust import Verdict

TODAY = date(2026, 11, 30)


def of(verdict: Verdict, power: Power, days: int | None, *, known: bool = True) -> int:
    last_used = None if days is None else TODAY - timedelta(days)
    return gravity(verdict, power, last_used, TODAY, is_use_known=known)


@pytest.mark.parametrize(("days", "use"), [(0, 3), (90, 3), (91, 2), (365, 2), (366, 1), (None, 1)])
def test_what_was_used_lately_is_graver(days: int | None, use: int) -> None:
    assert of(Verdict.EXACT, Power.WRITES, days) == 10 * 4 * use


@pytest.mark.parametrize("days", [None, 0, 400])
def test_a_use_that_nobody_shows_is_one_of_today(days: int | None) -> None:
    assert of(Verdict.OPEN, Power.ADMINISTRATOR, days, known=False) == 100 * 10 * 3


def test_every_verdict_and_power_has_its_weight() -> None:
    weights = {(v, p): of(v, p, 0) for v in Verdict for p in Power}
    assert weights[Verdict.UNKNOWN, Power.WRITES] == weights[Verdict.OWNER_WIDE, Power.WRITES]
    for power in Power:
        by_damage = [weights[v, power] for v in Verdict if v <= Verdict.EXACT]
        assert by_damage == sorted(by_damage, reverse=True)
    for verdict in Verdict:
        assert len({weights[verdict, p] for p in Power}) == len(Power)
