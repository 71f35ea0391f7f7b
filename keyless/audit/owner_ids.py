"""Fill the ids that GitHub knows into the trust policies that are written anew."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from keyless.audit.assessment import AssessedRole, Audit
from keyless.command_line.errors import CommandError
from keyless.github_api import CALLS_AT_ONCE, GithubApi, GithubError
from keyless.text.printable import printable

_ID_OF = "id of "


def with_ids(audit: Audit, owner: str, github: GithubApi) -> Audit:
    """Return an audit whose policies name the ids of one owner and of its repositories.

    A repository that GitHub does not show is said so. Raises CommandError where GitHub cannot be
    asked, or shows no such owner.
    """
    wanted = sorted({name for role in audit.roles for name in _asked(role, owner)})
    try:
        account = github.get("users", owner)
        if account is None:
            raise CommandError(
                f"--owner: GitHub shows this token no owner {printable(owner)}. Ids are those of "
                "an owner and its repositories. Write the login of an organisation or user."
            )
        with ThreadPoolExecutor(CALLS_AT_ONCE) as threads:
            names = [name for name in wanted if "/" in name]
            answers = threads.map(lambda name: github.get("repos", *name.split("/", 1)), names)
            found = {
                n: str(answer["id"]) for n, answer in zip(names, answers, strict=True) if answer
            }
    except GithubError as problem:
        raise CommandError(
            f"audit: {printable(str(problem), 500)}. Ids stay open without GitHub. Give "
            "GITHUB_TOKEN the right to read, or leave --owner out."
        ) from None
    found |= {name: str(account["id"]) for name in wanted if "/" not in name}
    return replace(audit, roles=tuple(_filled(role, owner, found) for role in audit.roles))


def _asked(role: AssessedRole, owner: str) -> Iterable[str]:
    """Yield the names of an owner, and of its repositories, whose ids are open."""
    for one in role.assessment.rewrite.fill_in:
        name = one.text.removeprefix(_ID_OF)
        is_id = one.text.startswith(_ID_OF) and one.command is not None
        if is_id and name.partition("/")[0].casefold() == owner.casefold():
            yield name


def _filled(role: AssessedRole, owner: str, ids: dict[str, str]) -> AssessedRole:
    assessment = role.assessment
    asked = list(_asked(role, owner))
    gone = tuple(
        f"{name}: GitHub shows this token no such repository. If it is gone, so is the need for "
        "the role: delete it"
        for name in asked
        if name not in ids
    )
    known = {f"{_ID_OF}{name}": ids[name] for name in asked if name in ids}
    rewrite = assessment.rewrite.filled(known)
    return replace(
        role, assessment=replace(assessment, rewrite=rewrite, reasons=(*assessment.reasons, *gone))
    )
