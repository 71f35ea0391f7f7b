"""The shapes of ARNs in IAM's catalogue, and whether an ARN or a pattern of ARNs can meet one."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from keyless.wildcards import without_variables

_PLACEHOLDER = re.compile(r"\$\{(\w+)\}|\*")
_PUBLIC_PARAMETER = re.compile(r"\A(arn:[a-z-]+:ssm:[^:]*:)(:parameter/aws/service/)")
"""Their ARNs have no account ("Calling AMI public parameters", AWS Systems Manager User Guide)."""
_SERVICE = re.compile(r"arn:(?:\$\{Partition\}|[a-z-]+):([a-z0-9-]+):")

# What a placeholder can never hold. Every other one may contain anything: names with slashes and
# colons are common, and an ARN wrongly let through is found by AWS, one wrongly refused by nobody.
_NEVER_IN = {"Partition": ":", "Region": ":", "Account": ":", "BucketName": "/:"}

_Step = tuple[str, str, bool]  # the one character (or "" for any), those excluded, may it repeat


@dataclass(frozen=True, slots=True)
class ArnShape:
    """One ARN of the catalogue, as `arn:${Partition}:s3:::${BucketName}`."""

    text: str

    @classmethod
    def of(cls, template: str) -> tuple["ArnShape", ...]:
        """Return the shapes in a template, which may list several after commas."""
        return tuple(cls(part) for part in template.split(", "))

    def meets(self, resource: str) -> bool:
        """Tell whether some ARN has this shape and also matches `resource`, which may be a pattern.

        Policy variables in `resource` stand for anything, and the empty account of AWS's public
        parameters for one.
        """
        resource = _PUBLIC_PARAMETER.sub(r"\1aws\2", without_variables(resource))
        if "*" not in resource and "?" not in resource:
            return _expression(self.text).fullmatch(resource) is not None
        services = {_service(self.text), _service(resource)}
        if None not in services and len(services) > 1:
            return False
        return _overlap(_steps_of_shape(self.text), _steps_of_pattern(resource))

    def example(self, partition: str) -> str:
        """Return the shape as a person would write it, with names in the places to fill in."""
        filled = self.text.replace("${Partition}", partition)
        return re.sub(r"\$\{(\w+)\}", r"\1", filled)


@lru_cache(maxsize=4096)
def _service(arn: str) -> str | None:
    """Return the service of a shape or a pattern; None where it is not written out."""
    found = _SERVICE.match(arn)
    return found[1] if found else None


@cache
def _expression(shape: str) -> re.Pattern[str]:
    pieces, end = [], 0
    for found in _PLACEHOLDER.finditer(shape):
        never = _NEVER_IN.get(found[1] or "", "")
        pieces += [re.escape(shape[end : found.start()]), f"[^{never}]+" if never else ".+"]
        end = found.end()
    return re.compile("".join([*pieces, re.escape(shape[end:])]), re.DOTALL)


@cache
def _steps_of_shape(shape: str) -> tuple[_Step, ...]:
    steps: list[_Step] = []
    end = 0
    for found in _PLACEHOLDER.finditer(shape):
        never = _NEVER_IN.get(found[1] or "", "")
        steps += [(c, "", False) for c in shape[end : found.start()]]
        steps += [("", never, False), ("", never, True)]
        end = found.end()
    return (*steps, *((c, "", False) for c in shape[end:]))


def _steps_of_pattern(pattern: str) -> tuple[_Step, ...]:
    wild: dict[str, _Step] = {"*": ("", "", True), "?": ("", "", False)}
    return tuple(wild.get(c, (c, "", False)) for c in pattern)


def _overlap(left: tuple[_Step, ...], right: tuple[_Step, ...]) -> bool:
    """Tell whether some text matches both, by walking through both at once."""
    seen: set[tuple[int, int]] = set()
    waiting = [(0, 0)]
    while waiting:
        here = waiting.pop()
        if here in seen:
            continue
        seen.add(here)
        i, j = here
        if i == len(left) and j == len(right):
            return True
        skip_left = i < len(left) and left[i][2]
        skip_right = j < len(right) and right[j][2]
        if skip_left:
            waiting.append((i + 1, j))
        if skip_right:
            waiting.append((i, j + 1))
        if i < len(left) and j < len(right) and _meet(left[i], right[j]):
            waiting.append((i if skip_left else i + 1, j if skip_right else j + 1))
    return False


def _meet(left: _Step, right: _Step) -> bool:
    one, other = left[0], right[0]
    if one and other:
        return one == other
    return (one or other) not in (right[1] if one else left[1]) if one or other else True
