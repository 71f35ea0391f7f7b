"""Read an organisation from GitHub, on threads; nothing is written.

Seven questions a repository, three an environment, one a ruleset and one a workflow file, and
further pages where a list has them. What the token may not see is an error, not an empty list: a
role whose workflow nobody has seen would be called unused.
"""

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from keyless.adopt.organisation import (
    OF_THE_ORGANISATION,
    FoundEnvironment,
    FoundRepository,
    FoundRuleset,
    Organisation,
    Pattern,
)
from keyless.command_line.errors import CommandError
from keyless.facts import WORKFLOWS
from keyless.github_api import CALLS_AT_ONCE, GithubApi, GithubError
from keyless.text.printable import printable
from keyless.text.sentences import count


class UnansweredError(CommandError):
    """Say which question GitHub did not answer: what it did answer can be kept."""


class OrganisationReader:
    """Ask GitHub for everything that decides about the roles of one owner.

    `progress` is called with a sentence from time to time.
    """

    def __init__(self, github: GithubApi, owner: str, progress: Callable[[str], None]) -> None:
        self._github = github
        self._owner = owner
        self._progress = progress

    def read(self, names: Iterable[str], trusted: Iterable[str]) -> Organisation:
        """Read repositories, all where none is named; `trusted` are names that roles trust.

        Raises CommandError for what cannot be read.
        """
        try:
            return self._read(list(names), set(trusted))
        except GithubError as problem:
            raise UnansweredError(
                f"adopt: {printable(str(problem), 500)}. What GitHub does not show cannot be "
                "decided about. No entry was written, and what GitHub has answered is kept for a "
                "day. Give GITHUB_TOKEN the right to read, or wait for the limit to end, and run "
                "the same command again: it goes on from there."
            ) from None

    def _read(self, names: list[str], trusted: set[str]) -> Organisation:
        github, owner = self._github, self._owner
        account = github.get("users", owner)
        if account is None:
            raise CommandError(
                f"--owner: GitHub shows this token no owner {printable(owner)}. Its repositories "
                "are what roles trust. Write the login of an organisation or user."
            )
        kind = "orgs" if account.get("type") == "Organization" else "users"
        listed = github.get_all(kind, owner, "repos") or []
        chosen = [one for one in listed if not names or one["name"] in names]
        if missing := sorted(set(names) - {one["name"] for one in listed}):
            raise CommandError(
                f"--repository: GitHub shows no {printable(owner)}/{printable(missing[0])}. "
                "Nothing of it can be read. Write the name as its address has it."
            )
        with ThreadPoolExecutor(CALLS_AT_ONCE) as threads:
            reading = threads.map(self._repository, chosen)
            found = tuple(self._counted(reading, len(chosen)))
        known = {f"{owner}/{one['name']}".casefold() for one in listed}
        moved = dict(self._moved(name) for name in sorted(trusted) if name.casefold() not in known)
        return Organisation(
            account["login"], account["id"], found, {k: v for k, v in moved.items() if v}
        )

    def _counted(self, reading: Iterable[FoundRepository], total: int) -> Iterator[FoundRepository]:
        for number, repository in enumerate(reading, start=1):
            name = f"{self._owner}/{repository.name}"
            self._progress(f"read {number} of {count(total, 'repository')}: {printable(name)}")
            yield repository

    def _moved(self, full_name: str) -> tuple[str, str]:
        owner, _, name = full_name.partition("/")
        if owner.casefold() != self._owner.casefold() or not name:
            return full_name.casefold(), ""
        answer = self._github.get("repos", owner, name)
        return full_name.casefold(), str(answer["full_name"]) if answer else ""

    def _repository(self, listed: Mapping[str, Any]) -> FoundRepository:
        name = listed["name"]
        place = ("repos", self._owner, name)
        subject = self._github.get(*place, "actions", "oidc", "customization", "sub") or {}
        own_template = subject.get("include_claim_keys") or OF_THE_ORGANISATION
        template = () if subject.get("use_default", True) else own_template
        files = self._contents(place, WORKFLOWS)
        paths = [
            str(each["path"])
            for each in (files if isinstance(files, list) else ())
            if each.get("type") == "file" and str(each["path"]).endswith((".yml", ".yaml"))
        ]
        own, shared = (
            self._names("secrets", *place, "actions", kind)
            for kind in ("secrets", "organization-secrets")
        )
        return FoundRepository(
            name=name,
            id=listed["id"],
            default_branch=str(listed.get("default_branch") or "main"),
            archived=bool(listed.get("archived")),
            environments=tuple(
                self._environment(place, each)
                for each in self._listed("environments", *place, "environments")
            ),
            variables=self._variables(*place, "actions", "variables"),
            secrets=tuple(dict.fromkeys([*own, *shared])),
            template=tuple(map(str, template)),
            is_immutable=bool(subject.get("use_immutable_subject")),
            rulesets=tuple(self._rulesets(place)),
            files={path: content for path in paths if (content := self._file(place, path))},
            read=lambda path: self._file(place, path),
        )

    def _environment(self, place: tuple[str, ...], listed: Mapping[str, Any]) -> FoundEnvironment:
        inside = (*place, "environments", str(listed["name"]))
        rules = {rule["type"]: rule for rule in listed.get("protection_rules", ())}
        review = rules.get("required_reviewers", {})
        reviewers = [(one["type"], one.get("reviewer")) for one in review.get("reviewers", ())]
        if not all(one and {"login", "slug"} & one.keys() for _, one in reviewers):
            raise CommandError(
                f"adopt: {printable('/'.join(inside[1:]))} has a reviewer whom GitHub does not "
                "name. Nobody can be written in that place. Take the reviewer out of the "
                "environment, in its settings."
            )
        policy = listed.get("deployment_branch_policy")
        is_named = bool(policy and policy.get("custom_branch_policies"))
        patterns = (
            self._listed("branch_policies", *inside, "deployment-branch-policies")
            if is_named
            else []
        )
        return FoundEnvironment(
            name=str(listed["name"]),
            users=tuple(one["login"] for kind, one in reviewers if kind == "User"),
            teams=tuple(one["slug"] for kind, one in reviewers if kind == "Team"),
            prevent_self_review=bool(review.get("prevent_self_review")),
            admins_bypass=bool(listed.get("can_admins_bypass", True)),
            wait_minutes=int(rules.get("wait_timer", {}).get("wait_timer", 0)),
            deploy_from="named" if is_named else "protected" if policy else "any",
            patterns=tuple(
                Pattern(one["id"], "tag" if one.get("type") == "tag" else "branch", one["name"])
                for one in patterns
            ),
            variables=self._variables(*inside, "variables"),
            secrets=self._names("secrets", *inside, "secrets"),
        )

    def _rulesets(self, place: tuple[str, ...]) -> Iterable[FoundRuleset]:
        for each in self._github.get_all(*place, "rulesets") or []:
            whole = self._github.get(*place, "rulesets", str(each["id"])) or each
            yield FoundRuleset(
                str(whole["name"]),
                str(whole.get("target", "branch")),
                str(whole.get("enforcement", "")),
                tuple(str(rule["type"]) for rule in whole.get("rules", ())),
            )

    def _listed(self, field: str, *path: str) -> list[dict[str, Any]]:
        return self._github.get_all(*path, field=field) or []

    def _variables(self, *path: str) -> Mapping[str, str]:
        return {
            str(one["name"]).upper(): str(one["value"]) for one in self._listed("variables", *path)
        }

    def _names(self, field: str, *path: str) -> tuple[str, ...]:
        return tuple(str(one["name"]) for one in self._listed(field, *path))

    def _contents(self, place: tuple[str, ...], path: str) -> Any:
        page = None
        try:
            page = self._github.get_page(*place, "contents", *path.split("/"))
        except GithubError as problem:
            if "something else than a list" not in str(problem):
                raise
        return page.items if page else None

    def _file(self, place: tuple[str, ...], path: str) -> bytes | None:
        try:
            answer = self._github.get(*place, "contents", *path.split("/"))
        except GithubError as problem:
            if "something else than an object" not in str(problem):
                raise
            return None
        if answer is None or answer.get("encoding") != "base64":
            return None
        try:
            return base64.b64decode(str(answer.get("content", "")))
        except ValueError:
            return None
