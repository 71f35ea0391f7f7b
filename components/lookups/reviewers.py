"""Ask GitHub who the reviewers are, and which of them cannot read what they are to approve."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from components.lookups.github_answers import Environment, Repository, Team, User
from components.lookups.github_threads import GithubThreads
from components.lookups.guards import ReviewerKind
from components.lookups.named_things import ask_by_name

Reviewer = tuple[ReviewerKind, str]
"""A user by login, or a team of the owner by slug."""

Questions = Mapping[str, Mapping[str, frozenset[Reviewer]]]
"""What a stack names: repositories, their environments, and who reviews each."""

Access = tuple[Reviewer, str]
"""A reviewer and a repository that the reviewer has to be able to read."""


def ask_for_ids(
    github: GithubThreads, owner: str, reviewers: Iterable[Reviewer]
) -> dict[Reviewer, int | None]:
    """Return the id of each reviewer, None for whom GitHub does not know."""
    everybody = sorted(set(reviewers))

    def ask(login: str) -> int | None:
        found = github.get(User, "users", login)
        return found.id if found else None

    def ask_about_team(slug: str) -> int | None:
        found = github.get(Team, "orgs", owner, "teams", slug)
        return found.id if found else None

    ids: dict[ReviewerKind, Mapping[str, int | None]] = {
        "user": github.each(ask, [name for kind, name in everybody if kind == "user"]),
        "team": ask_by_name(
            github,
            [name for kind, name in everybody if kind == "team"],
            ask_about_team,
            body=Team,
            path=("orgs", owner, "teams"),
            name_of=lambda team: team.slug,
            answer_of=lambda team: team.id,
        ),
    }
    return {(kind, name): ids[kind][name] for kind, name in everybody}


def ask_who_is_shut_out(
    github: GithubThreads,
    owner: str,
    questions: Questions,
    ids: Mapping[Reviewer, int | None],
    existing: Mapping[str, Mapping[str, Environment]],
) -> dict[str, frozenset[Reviewer]]:
    """Return for each repository the reviewers who cannot read it.

    Nobody is asked about who approves already wherever the stack wants it: GitHub puts nobody in
    force who cannot read the repository. `existing` has environments by repository and by name in
    lower case.
    """
    asked = list(_not_in_force(questions, ids, existing))
    users = github.each(
        partial(_user_reads, github, owner), [a for a in asked if a[0][0] == "user"]
    )
    of_teams: defaultdict[str, list[str]] = defaultdict(list)
    for (kind, name), repository in asked:
        if kind == "team":
            of_teams[name].append(repository)
    may_read: dict[Access, bool] = dict(users)
    for team, repositories in of_teams.items():
        answers = _team_reads(github, owner, team, repositories)
        may_read |= {(("team", team), name): may for name, may in answers.items()}
    shut_out: dict[str, set[Reviewer]] = {repository: set() for repository in questions}
    for reviewer, repository in asked:
        if not may_read[reviewer, repository]:
            shut_out[repository].add(reviewer)
    return {repository: frozenset(reviewers) for repository, reviewers in shut_out.items()}


def _not_in_force(
    questions: Questions,
    ids: Mapping[Reviewer, int | None],
    existing: Mapping[str, Mapping[str, Environment]],
) -> Iterator[Access]:
    for repository, environments in questions.items():
        there = existing.get(repository, {})
        wanted = {
            reviewer
            for name, reviewers in environments.items()
            for reviewer in reviewers
            if ids[reviewer] is not None and not _approves(there.get(name.lower()), reviewer, ids)
        }
        yield from ((reviewer, repository) for reviewer in sorted(wanted))


def _approves(
    environment: Environment | None, reviewer: Reviewer, ids: Mapping[Reviewer, int | None]
) -> bool:
    return environment is not None and (reviewer[0], ids[reviewer]) in environment.reviewers


def _user_reads(github: GithubThreads, owner: str, asked: Access) -> bool:
    (_, login), repository = asked
    return github.is_there("repos", owner, repository, "collaborators", login)


def _team_reads(
    github: GithubThreads, owner: str, team: str, repositories: list[str]
) -> dict[str, bool]:
    path = ("orgs", owner, "teams", team, "repos")
    found = ask_by_name(
        github,
        repositories,
        lambda repository: github.is_there(*path, owner, repository),
        body=Repository,
        path=path,
        name_of=lambda repository: repository.full_name.rpartition("/")[2],
        answer_of=lambda _: True,
    )
    return {repository: bool(may) for repository, may in found.items()}
