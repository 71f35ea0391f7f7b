"""ARNs of another account, region or partition than the stack: usually copied by mistake."""

from collections.abc import Iterable, Iterator

from keyless.estate.presets.grant import GrantError
from keyless.estate.presets.place import Place
from keyless.facts import partition_of


def foreign_partition(arn: str, place: Place) -> Iterator[str]:
    """Yield a sentence if the ARN is of another partition than the place."""
    partition, rest = arn.split(":", 2)[1:]
    if partition != place.partition:
        yield (
            f'"{arn}" is of the partition {partition}, and this stack is in {place.partition}. '
            "Nothing of another partition can be reached from here. "
            f'Write "arn:{place.partition}:{rest}".'
        )


def foreign_account(
    arn: str, place: Place, allowed: tuple[str, ...] | None = None
) -> Iterator[str]:
    """Yield a sentence if the ARN names an account that is neither the place's nor allowed.

    `allowed` is what the permission lists under accounts, None where it cannot list any.
    """
    account = arn.split(":", 5)[4]
    if "*" in account or "?" in account:
        remedy = "" if allowed is None else ", and list each other account under accounts"
        yield (
            f'"{arn}" is of the accounts "{account}", and this stack is in {place.account}. '
            "A wildcard reaches accounts that nobody has named. "
            f"Write {place.account} in it{remedy}."
        )
    elif account.isdigit() and account not in (place.account, *(allowed or ())):
        remedy = "" if allowed is None else f', or list "{account}" under accounts'
        yield (
            f'"{arn}" is of account {account}, and this stack is in {place.account}. '
            "ARNs of other accounts are usually copied from another stack by mistake. "
            f"Write {place.account} in it{remedy}."
        )


def foreign_region(arn: str, place: Place, allowed: tuple[str, ...] | None = None) -> Iterator[str]:
    """Yield a sentence if the ARN names a region that is neither the place's nor allowed.

    `allowed` is what the permission lists under regions, None where it cannot list any.
    """
    region = arn.split(":", 5)[3]
    written = region and not any(wild in region for wild in "*?$")
    if written and region not in (place.region, *(allowed or ())):
        remedy = "" if allowed is None else f', or list "{region}" under regions'
        yield (
            f'"{arn}" is of region {region}, and this stack is in {place.region}. '
            "ARNs of other regions are usually copied from another stack by mistake. "
            f"Write {place.region} in it{remedy}."
        )


def regions_elsewhere(regions: Iterable[str], place: Place) -> Iterator[str]:
    """Yield a sentence for every region of another partition than the place."""
    for region in regions:
        partition = partition_of(region).name
        if partition != place.partition:
            yield (
                f'"{region}" is of the partition {partition}, and this stack is in '
                f"{place.partition}. Nothing of another partition can be reached from here. "
                f"Write a region of {place.partition}."
            )


def regions_here(regions: Iterable[str] | None, place: Place) -> tuple[str, ...]:
    """Return the named regions, each once, or the place's own where none is named.

    Raises GrantError for regions of another partition.
    """
    chosen = tuple(dict.fromkeys(regions or (place.region,)))
    errors = tuple(regions_elsewhere(chosen, place))
    if errors:
        raise GrantError(*errors)
    return chosen
