"""Which job of the workflows reaches AWS by what, and whether the role lets it in today.

How a workflow is read belongs to `keyless.jobs`; here its rows become one entry a job and role.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from keyless.adopt.account import Account, FoundRole
from keyless.adopt.organisation import FoundEnvironment, FoundRepository, Organisation
from keyless.facts import ENVIRONMENT_PREFIX, PULL_REQUEST_CONTEXT, REF_PREFIX
from keyless.jobs.admission import Presented
from keyless.jobs.checkout import Checkout, make_checkout
from keyless.jobs.rows import Row, report
from keyless.jobs.stack_roles import StackEnvironment, StackRepository, StackRole
from keyless.jobs.world import PULL_REQUEST_EVENTS
from keyless.rehearse.token import Job, Repository
from keyless.stack.role import Role

_KEYS = "keys"
_ACTIONS_AUDIENCE = "sts.amazonaws.com"
_Place = tuple[str, str, str, int]


@dataclass(frozen=True, kw_only=True)
class JobUse:
    """One job that reaches AWS by one way.

    `source` is what its file says in place of a role, or `keys`. `role` is the ARN that this comes
    to, None where nobody can read it. `admitted` are those of `contexts` that the role lets in.
    """

    repository: str
    workflow: str
    job: str
    source: str
    role: str | None
    contexts: tuple[str, ...]
    admitted: tuple[str, ...]
    audiences: tuple[str, ...]

    @property
    def is_by_key(self) -> bool:
        """Whether a stored key is used."""
        return self.source == _KEYS

    @property
    def gets_in(self) -> bool | None:
        """Whether the role lets every run in; None where it is not known."""
        return None if self.role is None else set(self.admitted) == set(self.contexts)

    @property
    def label(self) -> str:
        """The job as lists name it."""
        return f"{self.repository} {self.workflow}#{self.job}"


@dataclass(frozen=True)
class Unread:
    """A workflow file that GitHub does not run."""

    repository: str
    path: str
    line: int
    says: str


def read_usage(
    organisation: Organisation, account: Account, issuer: str
) -> tuple[tuple[JobUse, ...], tuple[Unread, ...]]:
    """Return every job of the organisation that reaches AWS, and the files that cannot be read."""
    checkouts = {one.name: _checkout(organisation, one) for one in organisation.repositories}
    found: list[JobUse] = []
    for repository in organisation.repositories:
        own = checkouts[repository.name]
        others = [one for one in checkouts.values() if one is not own]
        reading = _Reading(organisation, account, repository, issuer)
        found += reading.uses(own, others)
    unread = (
        Unread(one.repository, bad.path, bad.line, bad.says)
        for one in checkouts.values()
        for bad in one.unreadable
    )
    return tuple(found), tuple(dict.fromkeys(unread))


def _checkout(organisation: Organisation, repository: FoundRepository) -> Checkout:
    return make_checkout(
        organisation.full_name(repository),
        repository.default_branch,
        iter(repository.files.items()),
        repository.read,
    )


class _Reading:
    """The jobs of one repository."""

    def __init__(
        self, organisation: Organisation, account: Account, repository: FoundRepository, issuer: str
    ) -> None:
        self._organisation = organisation
        self._account = account
        self._repository = repository
        self._issuer = issuer
        self._identity = Repository(
            organisation.login, str(organisation.id), repository.name, str(repository.id)
        )
        self._entry = StackRepository(
            identity=self._identity,
            issuer=issuer,
            roles=tuple(map(_stack_role, account.roles)),
            environments={
                one.name.casefold(): _environment(one) for one in repository.environments
            },
            variables=repository.variables,
        )

    def uses(self, own: Checkout, others: list[Checkout]) -> Iterator[JobUse]:
        sources = self._sources(own, others)
        grouped: dict[tuple[str, str, str, str], list[Row]] = {}
        for row in _rows(own, others, self._entry):
            named = row.outcome.named or ""
            if row.outcome.result == "static-keys":
                source, role = _KEYS, ""
            else:
                source = sources.get(_place(row), named)
                role = named if named.startswith("arn:") and "${" not in named else ""
            grouped.setdefault((row.workflow, row.path.name, source, role), []).append(row)
        for (workflow, job, source, role), rows in grouped.items():
            contexts = tuple(dict.fromkeys(map(_context, rows)))
            admitted = {_context(row) for row in rows if self._admits(role, row)}
            refused = {_context(row) for row in rows if not self._admits(role, row)}
            yield JobUse(
                repository=own.repository,
                workflow=workflow,
                job=job,
                source=source,
                role=role or None,
                contexts=contexts,
                admitted=tuple(one for one in contexts if one in admitted and one not in refused),
                audiences=tuple(
                    dict.fromkeys(a for row in rows for a in _audiences(row.outcome.run))
                ),
            )

    def _sources(self, own: Checkout, others: list[Checkout]) -> Mapping[_Place, str]:
        """Return what the files say in place of a role: where no variable is known, its name."""
        environments = {
            key: replace(one, variables={}) for key, one in self._entry.environments.items()
        }
        blind = replace(self._entry, environments=environments, variables={}, roles=())
        found: dict[_Place, str] = {}
        for row in _rows(own, others, blind):
            if row.outcome.named:
                found.setdefault(_place(row), row.outcome.named)
        return found

    def _admits(self, arn: str, row: Row) -> bool:
        role, run = self._account.role(arn), row.outcome.run
        if role is None or run is None or row.rights.id_token is False:
            return False
        return any(self._lets_in(role, run, called) for called in run.workflow_refs)

    def _lets_in(self, role: FoundRole, run: Presented, called: str) -> bool:
        job = Job(
            repository=self._identity,
            event=run.event,
            ref=run.ref,
            environment=run.environment,
            called=called or None,
        )
        audience = next(iter(_audiences(run)), _ACTIONS_AUDIENCE)
        plain = job.claims("name", self._issuer, audience)
        owner = f"{self._organisation.login}@{self._organisation.id}"
        subject = self._repository.subject(
            job.context, plain, self._organisation.full_name(self._repository), owner
        )
        return role.judgement.admits(job.claims("name", self._issuer, audience, subject))


def _rows(own: Checkout, others: list[Checkout], entry: StackRepository) -> Iterator[Row]:
    for workflow in report(own, others, entry):
        for job in workflow.jobs:
            yield from job.every


def _place(row: Row) -> _Place:
    return row.workflow, row.path.name, row.outcome.site.path, row.outcome.site.line


def _context(row: Row) -> str:
    """Return the context that a run of a row has in its subject, patterns as they are written."""
    place = row.outcome.place
    if place.name or not place.is_known:
        return f"{ENVIRONMENT_PREFIX}{place.name or '*'}"
    if row.event in PULL_REQUEST_EVENTS - {"pull_request_target"}:
        return PULL_REQUEST_CONTEXT
    ref = (row.ref or "*").replace("**", "*")
    return f"{REF_PREFIX}{ref}"


def _audiences(run: Presented | None) -> Iterable[str]:
    return [one for one in run.audience if isinstance(one, str)] if run else []


def _environment(found: FoundEnvironment) -> StackEnvironment:
    return StackEnvironment(found.name, found.named("branch"), found.named("tag"), found.variables)


def _stack_role(role: FoundRole) -> StackRole:
    """Return a role as the reader of workflows takes it; it belongs to no stack yet."""
    contexts = [one.context for one in role.judgement.contexts]
    environment = contexts[0].removeprefix(ENVIRONMENT_PREFIX) if len(contexts) == 1 else ""
    is_one = bool(environment) and contexts[0].startswith(ENVIRONMENT_PREFIX)
    described = Role.model_construct(
        context=f"environment/{environment}" if is_one else "whole_repository",
        role_arn=role.arn,
        variable="",
        session_minutes=role.max_session_seconds // 60,
        workflows=(),
        branches=(),
        tags=(),
    )
    return StackRole(described, role.judgement)
