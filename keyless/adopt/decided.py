"""What was decided: types, and what follows from them. How it comes to that is in `decisions`."""

import re
from dataclasses import dataclass, field
from typing import Literal

from keyless.adopt.account import Account, FoundProvider, FoundRole
from keyless.adopt.environments import EnvironmentDecision
from keyless.adopt.organisation import FoundRepository, Organisation
from keyless.adopt.permitted import Permitted
from keyless.adopt.trusted import Narrowing
from keyless.adopt.usage import JobUse, Unread
from keyless.estate.naming import PLAIN_FUNCTION, REGION_VARIABLE
from keyless.estate.presets import Place
from keyless.facts import ENVIRONMENT_PREFIX, is_region, partition_of
from keyless.narrowing.recognition import Entry

Decision = Literal["adopt", "replace", "refuse"]
ProviderOutcome = Literal["adopt", "tighten", "refuse"]


@dataclass(frozen=True)
class RoleDecision:
    """What becomes of a role.

    `contexts` are those that get a role of their own where it is replaced. `permitted` says what it
    may do as entries of a stack file.
    """

    role: FoundRole
    decision: Decision
    why: str | None
    also: tuple[str, ...]
    says: str
    repository: FoundRepository | None
    context: str | None
    contexts: tuple[str, ...]
    used_by: tuple[JobUse, ...]
    permitted: Permitted
    narrowing: Narrowing = field(default_factory=Narrowing)

    @property
    def function(self) -> str | None:
        """A word for what the role does, from its name."""
        return None if self.decision == "refuse" else function_of(self.role, self.repository)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything that the role may do, as entries."""
        inline = (entry for entries in self.permitted.policies.values() for entry in entries)
        return (*inline, *self.permitted.managed)


@dataclass(frozen=True, kw_only=True)
class ProviderDecision:
    """What becomes of an OIDC provider; `drop` are the audiences that it loses."""

    provider: FoundProvider
    decision: ProviderOutcome
    why: str | None
    drop: tuple[str, ...]
    says: str


@dataclass(frozen=True, kw_only=True)
class Decided:
    """Everything that was decided, with what it rests on."""

    account: Account
    organisation: Organisation
    issuer: str
    region: str
    role_path: str
    roles: tuple[RoleDecision, ...]
    environments: tuple[EnvironmentDecision, ...]
    providers: tuple[ProviderDecision, ...]
    uses: tuple[JobUse, ...]
    unread: tuple[Unread, ...]

    def environment(self, repository: FoundRepository, name: str) -> EnvironmentDecision | None:
        """Return what was decided about an environment; letter case does not count."""
        return next(
            (
                one
                for one in self.environments
                if one.repository is repository
                and one.environment.name.casefold() == name.casefold()
            ),
            None,
        )

    @property
    def main_place(self) -> Place:
        """Where most of the account's work is done."""
        return Place(partition_of(self.region).name, self.account.number, self.region)

    def place(self, repository: FoundRepository | None, context: str) -> Place:
        """Return where the roles of a context do their work: an environment may say its region."""
        name = context.removeprefix(ENVIRONMENT_PREFIX)
        environment = repository.environment(name) if repository and name != context else None
        own = environment.variables.get(REGION_VARIABLE, "") if environment else ""
        region = own if is_region(own) else self.region
        return Place(partition_of(region).name, self.account.number, region)


def function_of(role: FoundRole, repository: FoundRepository | None) -> str:
    """Return a word for what a role does, from its name."""
    return word_for(role.name, repository)


def word_for(name: str, repository: FoundRepository | None) -> str:
    """Return a word for what a role or user does: the last of its name that says something new."""
    known = {"aws", "actions", "gha", "github", "iam", "oidc", "prod", "production", "role"}
    known |= {"staging", *_words(repository.name if repository else "")}
    words = [word for word in _words(name) if word not in known and word[:1].isalpha()]
    return words[-1][:32] if words else PLAIN_FUNCTION


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", name.lower())
