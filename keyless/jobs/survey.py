"""All that `keyless jobs` finds in some checkouts, put together."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from keyless.facts import GITHUB_COM
from keyless.jobs.checkout import Checkout, Unreadable
from keyless.jobs.outcome import Result
from keyless.jobs.remarks import Remark, remarks
from keyless.jobs.rows import Row, WorkflowReport, report, unused_roles
from keyless.jobs.runs import Place
from keyless.jobs.stack_roles import StackRepository
from keyless.jobs.visit import Site
from keyless.rehearse.token import Repository

_BAD: frozenset[Result] = frozenset({"refused", "unknown", "static-keys"})


@dataclass(frozen=True)
class UnknownEnvironment:
    """An environment that a job names and the stack does not have."""

    name: str
    site: Site

    @property
    def says(self) -> str:
        """What comes of it, and what to write."""
        return (
            f"The environment {self.name} is not in the stack. GitHub creates it, without "
            "protection. Write it into the entry."
        )


@dataclass(frozen=True)
class Survey:
    """One checkout beside the stack's entry of its repository."""

    checkout: Checkout
    entry: StackRepository
    reports: tuple[WorkflowReport, ...]
    remarks: tuple[Remark, ...]

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows of every workflow."""
        return tuple(row for one in self.reports for row in one.rows)

    @property
    def unreadable(self) -> tuple[Unreadable, ...]:
        """The files that GitHub does not run."""
        return (*self.checkout.unreadable, *(n for one in self.reports for n in one.not_started))

    @property
    def unused_roles(self) -> tuple[str, ...]:
        """The roles that no row gets into and no unknown row may be using."""
        return unused_roles(self.entry, self.rows)

    @property
    def unused_environments(self) -> tuple[str, ...]:
        """The environments of the entry that no job names."""
        named = {place.name for place in self._places()}
        if any(not place.is_known for place in self._places()):
            return ()
        return tuple(e.name for e in self.entry.environments.values() if e.name not in named)

    @property
    def unused_variables(self) -> tuple[str, ...]:
        """The variables that name a role which no job uses: `NAME` or `ENVIRONMENT/NAME`."""
        unused = set(self.unused_roles)
        roles = [role for role in self.entry.roles if role.name in unused]
        return tuple(
            f"{role.environment}/{role.described.variable}"
            if role.environment
            else role.described.variable
            for role in roles
        )

    @property
    def unknown_environments(self) -> tuple[UnknownEnvironment, ...]:
        """The environments that jobs name and the stack does not have."""
        found: dict[str, UnknownEnvironment] = {}
        for one in self.reports:
            for job in one.jobs:
                for name in job.environments:
                    if self.entry.environment(name) is None and name not in found:
                        last = job.path.last
                        line = last.job.line_of("environment")
                        found[name] = UnknownEnvironment(name, Site(last.workflow.path, line))
        return tuple(found.values())

    @property
    def needs_a_look(self) -> bool:
        """Whether anything is not as it should be."""
        return bool(
            self.remarks or self.unreadable or any(row.outcome.result in _BAD for row in self.rows)
        )

    def _places(self) -> Iterator[Place]:
        return (row.outcome.place for row in self.rows)


def survey(checkouts: Sequence[Checkout], entries: Iterable[StackRepository]) -> tuple[Survey, ...]:
    """Look at every checkout beside the entry of its repository; one without an entry has none."""
    by_name = {entry.identity.full_name.casefold(): entry for entry in entries}
    return tuple(_survey(checkout, checkouts, by_name) for checkout in checkouts)


def _survey(
    checkout: Checkout, checkouts: Sequence[Checkout], by_name: Mapping[str, StackRepository]
) -> Survey:
    entry = by_name.get(checkout.repository.casefold()) or _no_entry(checkout.repository)
    others = [other for other in checkouts if other is not checkout]
    reports = report(checkout, others, entry)
    return Survey(checkout, entry, reports, remarks(reports))


def _no_entry(full_name: str) -> StackRepository:
    owner, _, name = full_name.partition("/")
    return StackRepository(
        identity=Repository(owner, "0", name, "0"), issuer=GITHUB_COM, roles=(), environments={}
    )
