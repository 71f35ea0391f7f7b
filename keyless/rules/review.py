"""What a role of a review environment may write: names of S3 and ECR that begin with a prefix.

Somebody approves each run, and nobody has merged its code. A prefix of names bounds buckets,
objects and image repositories. It bounds no service role, no stack, no code of a function, and
nobody to whom a policy of a bucket or repository gives what is in it.
"""

import re
from collections.abc import Iterable, Iterator

from keyless.rules.grant import Grant
from keyless.rules.permissions import READS, Access, Statement, actions_of, readable_statements

_WILD = re.compile(r"[*?$]")
WHY = "Code that nobody merged could overwrite it."


def beyond_review(grants: Iterable[Grant], prefix: str) -> Iterator[str]:
    """Yield a sentence for every write that a prefix of names does not bound.

    An empty prefix is one that nobody named: then only what is written to is judged.
    """
    for grant in grants:
        if grant.document is None and not grant.unknown:
            yield (
                f"{grant.label}: the stack does not show it, in a review environment. {WHY} Write "
                "the actions that are needed as statements."
            )
        for statement in readable_statements(grant.document):
            yield from _in_statement(
                f"{grant.label}, statement {statement.index}", statement, prefix
            )


def _in_statement(where: str, statement: Statement, prefix: str) -> Iterator[str]:
    if statement.not_actions:
        yield (
            f"{where}: NotAction in a review environment. {WHY} Write the actions that are needed."
        )
    for written, actions in actions_of(statement):
        if all(action.access in READS for action in actions):
            continue
        shares = any(action.access is Access.PERMISSIONS for action in actions)
        for resource in statement.resources or ("all but what NotResource names",):
            if shares or not _is_bounded(resource):
                yield (
                    f'{where}: "{written}" on "{resource}", in a review environment. A prefix of '
                    "names does not bound what it reaches. Write buckets, objects or image "
                    "repositories by name, or deploy from a branch."
                )
            elif not any(name.startswith(prefix) for name in _names(resource)):
                yield (
                    f'{where}: "{written}" on "{resource}", which does not begin with "{prefix}". '
                    f"{WHY} Write names that begin with it."
                )


def _is_bounded(resource: str) -> bool:
    return any(name[:1] not in ("", "*", "?", "$") for name in _names(resource))


def _names(resource: str) -> tuple[str, ...]:
    """Return the names that a prefix may begin: bucket and key, or an image repository.

    A key has a beginning where the bucket is named whole: a wildcard matches slashes, too. ARNs of
    S3 with an account are no buckets: an access point leads to any bucket, by any name.
    """
    parts = resource.split(":", 5)
    if len(parts) < 6:
        return ()
    service, place, rest = parts[2], parts[3:5], parts[5]
    if service == "s3" and not any(place):
        bucket, _, key = rest.partition("/")
        return (bucket,) if _WILD.search(bucket) else (bucket, key)
    if service == "ecr" and rest.startswith("repository/"):
        return (rest.removeprefix("repository/"),)
    return ()
