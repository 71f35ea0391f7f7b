"""What `read-only` grants on everything is what the policy pack lets a pull request read."""

import pytest

from keyless.estate.presets.reads import CONFIGURATION_READS, DATA_READS
from keyless.rules.grant import Grant
from keyless.rules.reading import beyond_reading


def refused(action: str) -> bool:
    """Tell whether the pack refuses an action on everything to unreviewed code."""
    statement = {"Effect": "Allow", "Action": action, "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return bool(list(beyond_reading([Grant("policy", document)])))


@pytest.mark.parametrize("service", CONFIGURATION_READS)
def test_no_read_of_configuration_shows_contents(service: str) -> None:
    assert [name for name in CONFIGURATION_READS[service] if refused(name)] == []


def test_reads_of_data_show_contents() -> None:
    reads = [name for names in DATA_READS.values() for name in names]
    metadata = {"kinesis:ListShards", "logs:DescribeLogStreams"}
    assert {name for name in reads if not refused(name)} == metadata
