"""Tags of a role that is taken over: what an entry can say of them, and who they say manages it."""

from collections.abc import Iterator, Mapping

from pydantic import TypeAdapter, ValidationError

from keyless.estate.values.aws import GUARD_TAG, TagKey, TagValue

_TAG: TypeAdapter[dict[str, str]] = TypeAdapter(dict[TagKey, TagValue])
_OF_AWS = "aws:"
_MANAGERS = {
    "aws:cloudformation:stack-name": "the CloudFormation stack",
    "managedby": "",
    "managed-by": "",
    "managed_by": "",
    "terraform": "Terraform, by a tag",
}


def said_tags(tags: Mapping[str, str]) -> dict[str, str]:
    """Return the tags that an entry can say."""
    return {key: value for key, value in tags.items() if _is_said(key, value)}


def tag_remarks(tags: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence on tags that are lost, and on who manages the role besides."""
    lost = [key for key in tags if not _is_said(key, tags[key]) and not _is_of_others(key)]
    if lost:
        yield (
            f"The tag {', '.join(lost)} is lost: an entry takes no such key or value. Write it "
            "with plainer letters if somebody needs it."
        )
    for key, value in tags.items():
        manager = _MANAGERS.get(key.lower())
        if manager is not None and value.lower() not in {"", "false", "no", "keyless"}:
            yield f"Managed by {manager} {value}: take it out of there first.".replace("  ", " ")


def _is_said(key: str, value: str) -> bool:
    try:
        _TAG.validate_python({key: value})
    except ValidationError:
        return False
    return True


def _is_of_others(key: str) -> bool:
    return key.lower().startswith(_OF_AWS) or key.lower() == GUARD_TAG
