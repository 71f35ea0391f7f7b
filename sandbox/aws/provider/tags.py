"""Write tags the way IAM reads them, and back."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_iam.type_defs import TagTypeDef

Tags = Mapping[str, str]


def listed(tags: Tags) -> list["TagTypeDef"]:
    """Return `tags` as IAM's list of keys and values."""
    return [{"Key": name, "Value": value} for name, value in tags.items()]


def mapped(tags: Sequence["TagTypeDef"]) -> dict[str, str]:
    """Return IAM's list of keys and values as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in tags}


def retag(olds: Tags, news: Tags, untag: Callable[..., object], tag: Callable[..., object]) -> None:
    """Bring a thing from its tags `olds` to `news`, with the two calls that do that."""
    if gone := sorted(olds.keys() - news.keys()):
        untag(TagKeys=gone)
    if news:
        tag(Tags=listed(news))
