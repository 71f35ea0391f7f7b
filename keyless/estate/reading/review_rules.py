"""What roles of a review environment may be granted: what a prefix of names bounds, and no more.

The code of a pull request is approved by anybody who looks at the run, and merged by nobody. So a
role writes only what begins with the environment's prefix. A prefix does not bound a service role,
a role that is passed on, or the code of a function, so presets that reach those are refused,
whatever they are named.
"""

from collections.abc import Iterator

from keyless.estate.presets import GrantError, Place
from keyless.estate.presets.catalogue import actions_matching
from keyless.estate.presets.statement import Statement
from keyless.estate.settings import ReviewEnvironment
from keyless.text.sentences import joined, quoted

_BOUNDED = ("s3-website", "s3-objects", "container-image")


def review_rules(where: str, environment: ReviewEnvironment, place: Place) -> Iterator[str]:
    """Check what each role of a review environment is granted; `where` is where it is."""
    for function, role in environment.roles.items():
        for granted in role.granted():
            spot = joined(f"{where}.roles.{function}", granted.keys)
            if granted.permission.preset not in _BOUNDED:
                yield (
                    f"{spot}: {quoted(granted.permission.preset)} in a review environment. A "
                    "prefix of names does not bound what it reaches. Write s3-website, s3-objects "
                    "or container-image, or deploy from a branch."
                )
                continue
            try:
                statements = granted.permission.grant(place).statements
            except GrantError:
                continue  # said where permissions are checked
            yield from _beyond(spot, environment.name_prefix, statements)


def _beyond(where: str, prefix: str, statements: tuple[Statement, ...]) -> Iterator[str]:
    for statement in statements:
        written = [name for name in statement.actions if _writes(name)]
        for resource in statement.resources if written else ():
            if not _is_named(resource, prefix):
                yield (
                    f"{where}: {written[0]} on {quoted(resource)}, which does not begin with "
                    f"{quoted(prefix)}. Code that nobody merged could overwrite it. Name something "
                    "that begins with the prefix, or leave out what does not."
                )


def _writes(name: str) -> bool:
    return any(action.access != "read" for action in actions_matching(name))


def _is_named(resource: str, prefix: str) -> bool:
    """Tell whether a bucket, the key of its objects, or an image repository begins so."""
    service, rest = resource.split(":", 5)[2], resource.split(":", 5)[-1]
    if service == "s3":
        bucket, _, key = rest.partition("/")
        return bucket.startswith(prefix) or key.startswith(prefix)
    return service == "ecr" and rest.startswith(f"repository/{prefix}")
