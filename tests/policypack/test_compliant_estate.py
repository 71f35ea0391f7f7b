"""What the pack says of an estate in which nothing is wrong: nothing."""

from tests.policypack import estate
from tests.policypack.analyzer import Pack


def test_compliant_estate_passes_with_the_strictest_settings(pack: Pack) -> None:
    assert pack.judge(estate.compliant()) == []


def test_compliant_estate_passes_with_settings(pack: Pack) -> None:
    stack = pack.configured({"settings": {"boundaries": [estate.BOUNDARY]}})
    assert pack.judge(estate.compliant(), stack) == []
