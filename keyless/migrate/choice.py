"""Which roles of a stack a job may be given in place of its key, before any is tried."""

from collections.abc import Sequence
from dataclasses import dataclass

from keyless.estate.naming import REGION_VARIABLE
from keyless.facts import AWS, PARTITIONS
from keyless.jobs.edits import Fields, Written, written
from keyless.jobs.stack_roles import StackRepository, StackRole
from keyless.jobs.workflow import Job
from keyless.migrate.key_places import RefusedError
from keyless.stack.session_name import session_name
from keyless.text.sentences import listed, quoted

_AUDIENCES = {each.name: each.audience for each in PARTITIONS if each.audience != AWS.audience}


@dataclass(frozen=True)
class Choice:
    """A variable that names the role of a job, in an environment that is added or is there.

    `roles` are those that the variable may name: several where the environment is an expression.
    """

    variable: str
    roles: tuple[StackRole, ...]
    added_environment: str | None

    @property
    def is_in_environment(self) -> bool:
        """Whether the role trusts an environment."""
        return self.roles[0].environment is not None

    @property
    def label(self) -> str:
        """The name of the step that becomes the role."""
        function = self.roles[0].described.function
        return self.roles[0].name if len(self.roles) == 1 else f"the {function} role"

    @property
    def expression(self) -> str:
        """What names the role in a workflow."""
        return f"${{{{ vars.{self.variable} }}}}"

    @property
    def region(self) -> Written:
        """The region where the file names none."""
        if self.is_in_environment:
            return Written(f"${{{{ vars.{REGION_VARIABLE} }}}}")
        return Written(self.roles[0].described.region)

    @property
    def settings(self) -> Fields:
        """The inputs of the credentials step besides role and region."""
        role = self.roles[0].described
        seconds = min(r.described.session_minutes for r in self.roles) * 60
        found = {
            "role-duration-seconds": Written(str(seconds)),
            "role-session-name": Written(session_name(role.repository, role.function)),
        }
        audience = _AUDIENCES.get(role.partition)
        return {**found, "audience": written(audience)} if audience else found


def choices(job: Job, entry: StackRepository, wanted: str | None) -> list[Choice]:
    """Return what a job may be given: by its own environment, else by every role of the entry.

    Raises RefusedError where the stack has nothing for it.
    """
    roles = [r for r in entry.roles if wanted in (None, r.name, r.described.function)]
    if not entry.roles:
        raise RefusedError(
            job.line,
            f"the stack has no role for {entry.identity.full_name}. There is nothing to become. "
            "Onboard the repository first",
        )
    if not roles:
        raise RefusedError(
            job.line,
            f"--role {quoted(wanted)}: no role of {entry.identity.full_name}. Write one of "
            f"{listed((r.name for r in entry.roles), last='or')}",
        )
    if job.node.get("environment") is not None:
        return _in_own_environment(job, roles, entry)
    return [Choice(r.described.variable, (r,), r.environment) for r in roles]


def _in_own_environment(
    job: Job, roles: Sequence[StackRole], entry: StackRepository
) -> list[Choice]:
    name = job.environment.text if job.environment else ""
    inside = [r for r in roles if r.environment is not None]
    if "${{" not in name:
        inside = [r for r in inside if (r.environment or "").casefold() == name.casefold()]
    if not inside:
        known = [e.name for e in entry.environments.values()] or ["none"]
        raise RefusedError(
            job.line_of("environment"),
            f"the environment {quoted(name)} of the job has no such role. A role trusts one "
            f"environment, and the stack has {listed(known)}. Write one of them in the job, or add "
            "the role to this environment in the stack file",
        )
    by_variable: dict[str, list[StackRole]] = {}
    for role in inside:
        by_variable.setdefault(role.described.variable, []).append(role)
    return [Choice(variable, tuple(own), None) for variable, own in by_variable.items()]
