"""What changes for whom: by repository, in sentences that its team reads."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from keyless.text.sentences import count, listed

_NO_REPOSITORY = "No repository of the organisation"


def changes_by_repository(listing: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return sentences by repository, those with most to do first; `listing` is `adopt_listing`'s.

    What is of no one repository comes last.
    """
    found: dict[str, list[str]] = {}
    for repository, sentence in _sentences(listing):
        found.setdefault(repository or _NO_REPOSITORY, []).append(sentence)
    names = sorted(found, key=lambda name: (name == _NO_REPOSITORY, -len(found[name]), name))
    return {name: found[name] for name in names}


def unused_phrase(role: Mapping[str, Any]) -> str:
    """Say whether a role has more than it used."""
    if role["unused"] is None:
        return "not known"
    return f"{count(len(role['unused']), 'action')} more" if role["unused"] else "no"


def last_used_phrase(role: Mapping[str, Any]) -> str:
    """Say when a role was used."""
    return role["last_used"] or "never"


def _sentences(listing: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    for environment in listing["environments"]:
        if environment["decision"] != "as-is":
            name = environment["environment"]
            yield environment["repository"], f"Environment `{name}`: {environment['says']}"
    entering = {
        (f"{job['repository']} {job['workflow']}#{job['job']}", job["role"])
        for job in listing["jobs"]
        if job["gets_in"] is not False
    }
    unread = {
        job["repository"]
        for job in listing["jobs"]
        if job["role"] is None and job["from"] != "keys"
    }
    unread |= {one["repository"] for one in listing["unreadable"]}
    for role in listing["roles"]:
        jobs = [label for label in role["used_by"] if (label, role["role"]) in entering]
        yield role["repository"], _role(role, jobs, has_unread=role["repository"] in unread)
    for keys in listing["static_keys"]:
        yield from _keys(keys)
    yield from _unknown(listing["jobs"])
    for job in listing["jobs"]:
        if job["gets_in"] is False:
            where = f"{job['workflow']}#{job['job']}"
            yield (
                job["repository"],
                (
                    f"The job `{where}` does not get into `{job['role']}` today in "
                    f"{listed(job['contexts'])}."
                ),
            )
    for secret in listing["secrets_with_arns"]:
        yield (
            secret["repository"],
            (
                f"The secret `{secret['name']}` seems to contain a role's ARN, which nobody can "
                "read. Name the role by a variable."
            ),
        )


def _unknown(jobs: Iterable[Mapping[str, Any]]) -> Iterator[tuple[str, str]]:
    for job in jobs:
        if job["role"] is None and "vars." in job["from"].lower():
            yield (
                job["repository"],
                (
                    f"The job `{job['workflow']}#{job['job']}` takes its role from "
                    f"`{job['from']}`, which no variable of its repository or environment says. "
                    "Variables of the organisation are not read: look there which role it is, for "
                    "no role counts the job."
                ),
            )


def _role(role: Mapping[str, Any], labels: Iterable[str], *, has_unread: bool) -> str:
    name, jobs = f"`{role['role']}`", _jobs(labels)
    if role["decision"] == "adopt":
        unnamed = "Whether a job names it is not known." if has_unread else "No job names it."
        goes_on = f" {jobs} as before." if jobs else f" {unnamed}"
        return f"The role {name} is taken over.{goes_on}"
    if role["decision"] == "replace":
        contexts = listed(role["contexts"])
        return (
            f"The role {name} is replaced in {contexts}. Its jobs name the variables of the new "
            "roles, then it is deleted."
        )
    return f"The role {name} stays where it is: {role['says']}"


def _jobs(labels: Iterable[str]) -> str:
    named = [f"`{label.partition(' ')[2]}`" for label in labels]
    return f"{listed(named)} {'goes' if len(named) == 1 else 'go'} on" if named else ""


def _keys(keys: Mapping[str, Any]) -> Iterator[tuple[str | None, str]]:
    for each in keys["replacements"]:
        commands = listed(f"`{command}`" for command in each["commands"])
        yield (
            each["repository"],
            (
                f"The key of `{keys['user']}` is replaced by a role. Write the entry, run "
                f"`pulumi up`, then {commands}."
            ),
        )
    if not keys["replacements"]:
        yield None, f"The user `{keys['user']}` has stored keys, and no job is seen that uses them."
