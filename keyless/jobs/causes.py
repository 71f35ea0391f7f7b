"""What every cause means, and what to write about it: one entry a cause."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from keyless.estate.settings.refs import takes_pattern, takes_queue
from keyless.facts import (
    AWS,
    BRANCH_REF_PREFIX,
    MERGE_QUEUE_PREFIX,
    OWN_PULL_REQUEST,
    PARTITIONS,
    TAG_REF_PREFIX,
)
from keyless.jobs.rows import Row
from keyless.jobs.stack_roles import StackRepository, StackRole
from keyless.ref_patterns import PULL_REQUEST_PATTERN, Kind
from keyless.rehearse.presented import LATER
from keyless.text.sentences import listed, nearest

_RIGHTS = "`permissions: {contents: read, id-token: write}`"
_PLAIN_ROLE = "${{ vars.AWS_ROLE_ARN }}"

_ROLE_ARN = re.compile(r"arn:[a-z-]+:iam::([0-9]{12}):role/\S+")
_LISTS: Mapping[Kind, str] = {"branch": "branches", "tag": "tags"}

Sentence = Callable[[Row, StackRepository], str]


@dataclass(frozen=True)
class Cause:
    """One cause: `summary` for lists of causes, `says` and `write` for one row."""

    summary: str
    says: Sentence
    write: Sentence


def says(row: Row, entry: StackRepository) -> str:
    """Say in one text when a row applies, what it comes to, and why."""
    what = f"{row.event} on {row.ref}" if row.ref else row.event
    return f"{what}: {why(row, entry)}"


def why(row: Row, entry: StackRepository) -> str:
    """Say what a row comes to, and why."""
    outcome = row.outcome
    if outcome.result == "static-keys":
        return "The job uses a stored AWS key. The key never expires by itself."
    reported = " ".join(CAUSES[cause].says(row, entry) for cause in ordered(row.causes))
    if outcome.result == "in":
        where = f", in the environment {outcome.place.name}" if outcome.place.name else ""
        return f"The job gets into {outcome.role}{where}. {reported}".strip()
    return reported


def write(row: Row, entry: StackRepository) -> str:
    """Say what to write, for everything that has to be mended or looked at."""
    if row.outcome.result == "static-keys":
        return (
            f"Run `keyless migrate {row.workflow}`. By hand: {_RIGHTS}, the environment of the "
            f"role, and aws-actions/configure-aws-credentials with `role-to-assume: {_PLAIN_ROLE}` "
            "in place of the key."
        )
    return " ".join(CAUSES[cause].write(row, entry) for cause in ordered(row.causes))


def ordered(causes: frozenset[str]) -> list[str]:
    """Return causes in the order in which they are reported."""
    return [cause for cause in CAUSES if cause in causes]


def _fixed(text: str) -> Sentence:
    return lambda _row, _entry: text


def _named(row: Row, _: StackRepository) -> str:
    return row.outcome.named or "nothing"


def _rights_say(row: Row, _: StackRepository) -> str:
    if row.rights.refused:
        caller = row.path.links[max(row.rights.call - 1, 0)].job.id
        return (
            f"The called workflow asks for `{row.rights.refused}`, which the job {caller} does not "
            "grant. GitHub does not start such a run."
        )
    if row.rights.id_token is None:
        return "No caller has permissions. The repository's default decides about the token."
    return "The job has no `id-token: write`. GitHub gives it no token."


def _rights_write(row: Row, _: StackRepository) -> str:
    jobs = [f"{link.job.id} ({link.workflow.path})" for link in row.path.links]
    where = f"the job{'' if len(jobs) == 1 else 's'} {listed(jobs)}"
    extra = row.rights.refused
    more = f", and `{extra}` as the called job has it" if extra and extra != "id-token" else ""
    return f"Write {_RIGHTS} in {where}{more}."


def _environments(row: Row, entry: StackRepository) -> list[str]:
    """Return the environments that fit best: of the role that is meant, or of its variable."""
    wanted = row.outcome.wanted
    if wanted is not None:
        return [wanted.environment] if wanted.environment else []
    named = (row.outcome.named or "").split(" or ")
    fitting = [
        environment.name
        for environment in entry.environments.values()
        if any(f"vars.{variable}" in named for variable in environment.variables)
    ]
    found = fitting or [role.environment for role in entry.roles if role.environment]
    return list(dict.fromkeys(found))


def _environment_say(row: Row, entry: StackRepository) -> str:
    names = listed(_environments(row, entry) or ["an environment"], last="or")
    return (
        f"The role trusts the environment {names}, and the job names none: its token has another "
        "subject, and it sees no variable of an environment."
    )


def _environment_write(row: Row, entry: StackRepository) -> str:
    names = _environments(row, entry)
    near = nearest(row.outcome.place.name or "", names)
    if row.outcome.place.name and not names:
        return "Leave `environment` out of the job."
    choice = [near] if near else names
    return f"Write {listed((f'`environment: {name}`' for name in choice), last='or')} in the job."


def _other_environment_say(row: Row, _: StackRepository) -> str:
    wanted = row.outcome.wanted
    if wanted is not None and wanted.environment is None:
        return (
            f'The job names the environment "{row.outcome.place.name}", so its token has the '
            f"subject of an environment. The role {wanted.name} trusts another."
        )
    return (
        f'The job names the environment "{row.outcome.place.name}", for which the role is not. '
        "GitHub creates an environment that does not exist, without protection."
    )


def _patterns(entry: StackRepository, role: StackRole | None) -> str:
    if role is None:
        return "what the role trusts"
    environment = entry.environment(role.environment or "")
    if environment is None:
        name = role.described.context_name
        return f"the branch {name}" if name else "pull requests"
    kinds = [*environment.branches, *(f"tag {tag}" for tag in environment.tags)]
    return listed(kinds, last="or")


def _ref_say(row: Row, entry: StackRepository) -> str:
    where = row.ref or PULL_REQUEST_PATTERN
    return f"The role is for {_patterns(entry, row.outcome.wanted)}, and the run is on {where}."


def _ref_write(row: Row, entry: StackRepository) -> str:
    wanted = row.outcome.wanted
    if wanted is None or wanted.environment is None:
        return f"Run the job on {_patterns(entry, wanted)}, or give this ref a role of its own."
    if row.ref is None:
        return f"Run the job on {_patterns(entry, wanted)}."
    environment = entry.environment(wanted.environment)
    if environment and PULL_REQUEST_PATTERN in environment.branches:
        return "Write `if: github.event_name == 'pull_request'` in the job."
    kind: Kind = "tag" if row.ref.startswith(TAG_REF_PREFIX) else "branch"
    name = row.ref.split("/", 2)[2]
    if "**" in name or not takes_pattern(kind, name):
        return (
            f"Run the job on {_patterns(entry, wanted)} alone: by the filter of the event, or by "
            "an `if`."
        )
    return (
        f"Run the job on {_patterns(entry, wanted)}, or add {name} to deploy_from.{_LISTS[kind]} "
        f"of the environment {wanted.environment} in the stack file."
    )


def _pull_request_write(row: Row, entry: StackRepository) -> str:
    condition = f"`if: github.event_name != '{row.event}'`"
    own = [r for r in entry.roles if r.described.context_kind == "pull_requests"]
    if row.event != "pull_request":
        return f"Write {condition} in the job."
    if own:
        names = listed((f"`${{{{ vars.{r.described.variable} }}}}`" for r in own), last="or")
        return f"Take {names} in a job without environment, or write {condition} in this one."
    return (
        f"Write {condition} in the job, or give pull requests a role that reads, under "
        "`pull_requests:` in the stack file."
    )


def _queue_write(row: Row, _: StackRepository) -> str:
    leave = "Write `if: github.event_name != 'merge_group'` in the job"
    wanted = row.outcome.wanted
    if wanted is None or wanted.environment is None or row.ref is None:
        return f"{leave}."
    base = row.ref.removeprefix(f"{BRANCH_REF_PREFIX}{MERGE_QUEUE_PREFIX}").removesuffix("/*")
    if not takes_queue(base):
        return f"{leave}."
    return (
        f"{leave}, or `merge_queue: [{base}]` under deploy_from of the environment "
        f"{wanted.environment} in the stack file."
    )


def _pins(row: Row) -> Sequence[str]:
    wanted = row.outcome.wanted
    return wanted.described.workflows if wanted else ()


def _pin_say(row: Row, _: StackRepository) -> str:
    return (
        f"The role is for the workflow {listed(_pins(row), last='or')} alone, and this job is of "
        "another file or ref."
    )


def _pin_write(row: Row, _: StackRepository) -> str:
    return f"Call it from the job: `uses: {listed(map(_uses, _pins(row)), last='or')}`."


def _uses(pin: str) -> str:
    where, _, ref = pin.partition("@")
    return f"{where}@{ref.removeprefix(BRANCH_REF_PREFIX).removeprefix(TAG_REF_PREFIX)}"


def _audience_write(row: Row, entry: StackRepository) -> str:
    role = row.outcome.wanted or entry.roles[0]
    audience = next(p.audience for p in PARTITIONS if p.name == role.described.partition)
    if audience == AWS.audience:
        return f"Leave `audience` out of the step, or ask for `{audience}` by hand."
    return f"Write `audience: {audience}` in the step, or ask for it by hand."


def _maximum(row: Row) -> int:
    return row.outcome.wanted.maximum_seconds if row.outcome.wanted else 3600


def _until(row: Row) -> str:
    wanted = row.outcome.wanted
    return (wanted and wanted.described.until) or "its last day"


def _duration_say(row: Row, _: StackRepository) -> str:
    return f"The step asks for a session that AWS does not give: 900 to {_maximum(row)} seconds."


def _role_unknown_say(row: Row, entry: StackRepository) -> str:
    if _is_read_outside(row, entry):
        return (
            f'"{_named(row, entry)}" is read outside of the environment '
            f"{row.outcome.place.name}, where it is empty."
        )
    if account := _other_account(row, entry):
        return (
            f'"{_named(row, entry)}" is a role of account {account}, and this stack is of '
            f"{entry.roles[0].described.account}. A stack is one account."
        )
    return (
        f'"{_named(row, entry)}" is no role of this stack for this repository, as far as the job '
        "sees it."
    )


def _role_unknown_write(row: Row, entry: StackRepository) -> str:
    variables = _variables(row, entry)
    if not variables:
        return "Write the repository's entry in the stack file first."
    written = f"rite {listed(variables, last='or')} as `role-to-assume`"
    if row.outcome.is_chained:
        return (
            "Keep the step if that role trusts the one of the step before. Otherwise w"
            f"{written}, and leave `role-chaining` out."
        )
    if account := _other_account(row, entry):
        return (
            "Move what needs it into a job of its own, with the environment and the role that the "
            f"stack of {account} gives the repository. Or go on to it from a role of this stack, "
            "with the preset `assume` and `role-chaining: true`."
        )
    where = " of the step itself" if _is_read_outside(row, entry) else ""
    return f"W{written}{where}."


def _other_account(row: Row, entry: StackRepository) -> str | None:
    """Return the account of the role that is named by its ARN, if the stack is of another."""
    found = _ROLE_ARN.fullmatch(row.outcome.named or "")
    accounts = {role.described.account for role in entry.roles}
    return found[1] if found and accounts and found[1] not in accounts else None


def _is_read_outside(row: Row, entry: StackRepository) -> bool:
    """Tell whether a job is handed a variable of its environment by what does not see it."""
    place = row.outcome.place.name
    environment = entry.environment(place) if place else None
    named = (row.outcome.named or "").split(" or ")
    return environment is not None and any(f"vars.{v}" in named for v in environment.variables)


def _variables(row: Row, entry: StackRepository) -> list[str]:
    return [f"`${{{{ vars.{name} }}}}`" for name in _visible(row, entry)]


def _visible(row: Row, entry: StackRepository) -> list[str]:
    """Return the variables of the roles that the job may mean, as far as that is known."""
    outcome = row.outcome
    could = tuple(role for role in entry.roles if role.name in outcome.could_use)
    if outcome.wanted is not None:
        could = (outcome.wanted,)
    place = outcome.place.name
    own = could or (entry.of_environment(place) if place else ())
    roles = own or tuple(role for role in entry.roles if role.environment is None) or entry.roles
    names = list(dict.fromkeys(role.described.variable for role in roles))
    named = (outcome.named or "").removeprefix("vars.")
    near = nearest(named, names) if named else None
    return [near] if near else names


def _hidden_write(row: Row, entry: StackRepository) -> str:
    variables = _variables(row, entry) or [f"`{_PLAIN_ROLE}`"]
    return f"Write {listed(variables, last='or')}: the ARN of a role is no secret."


def _flaw_say(row: Row, _: StackRepository) -> str:
    path, flaw = row.path.flaw or ("", None)
    return f"{path}:{flaw.line}: {flaw.says}" if flaw else "GitHub refuses the file."


def _flaw_write(row: Row, _: StackRepository) -> str:
    return row.path.flaw[1].write if row.path.flaw else "Correct the file."


CAUSES: Mapping[str, Cause] = {
    "no-id-token": Cause("The job has no `id-token: write`.", _rights_say, _rights_write),
    "no-environment": Cause(
        "The role trusts an environment, and the job names none.",
        _environment_say,
        _environment_write,
    ),
    "other-environment": Cause(
        "The job names an environment that the role is not for.",
        _other_environment_say,
        _environment_write,
    ),
    "pull-request": Cause(
        "A pull request asks for a role that is for something else.",
        _fixed("A pull request asks for a role that is for something else."),
        _pull_request_write,
    ),
    "merge-queue": Cause(
        "A run of the merge queue asks for a role that is for something else.",
        _fixed("A run of the merge queue is on a branch of its own, new for each entry."),
        _queue_write,
    ),
    "ref-not-admitted": Cause(
        "The ref is not one that the role or its environment is for.", _ref_say, _ref_write
    ),
    "pull-request-target": Cause(
        "GitHub does not document the subject of `pull_request_target`.",
        _fixed("GitHub does not document which subject a token of this event has."),
        _fixed(
            "Write `if: github.event_name != 'pull_request_target'` in the job, or name an "
            "environment with reviewers and take its role: that subject is documented."
        ),
    ),
    "workflow-not-pinned": Cause("The role pins another workflow file.", _pin_say, _pin_write),
    "audience": Cause(
        "The token is asked for another audience than the role's.",
        _fixed("The token is asked for another audience than the role takes."),
        _audience_write,
    ),
    "duration": Cause(
        "The session is longer than the role's maximum.",
        _duration_say,
        lambda row, _: f"Write `role-duration-seconds: {_maximum(row)}`.",
    ),
    "session-name": Cause(
        "AWS does not take the session name.",
        _fixed("AWS takes 2 to 64 letters, digits and any of `_+=,.@-` as a session name."),
        _fixed("Write `role-session-name: ${{ github.run_id }}-${{ github.run_attempt }}`."),
    ),
    "expired": Cause(
        "The role is for a time that has ended.",
        lambda row, _: f"The role lets nobody in since {_until(row)}.",
        _fixed(LATER),
    ),
    "role-unknown": Cause(
        "What names the role is no role of this stack.", _role_unknown_say, _role_unknown_write
    ),
    "chained": Cause(
        "A role of this stack is assumed from another role.",
        _fixed(
            "The role trusts GitHub's tokens alone. By `role-chaining` or `force-skip-oidc` the "
            "step shows none."
        ),
        _fixed("Leave `role-chaining` and `force-skip-oidc` out of the step."),
    ),
    "role-hidden": Cause(
        "Nobody can read which role is named.",
        lambda row, entry: f"Nobody can read which role {_named(row, entry)} names.",
        _hidden_write,
    ),
    "dynamic-environment": Cause(
        "The environment has no closed set of values.",
        _fixed("The job's environment comes from a value that the files do not say."),
        _fixed(
            "Write the environment's name, or let it follow the event, the ref or an input of "
            "`type: choice`."
        ),
    ),
    "called-from-elsewhere": Cause(
        "Nothing in the checkout calls the workflow.",
        _fixed("Nothing in the checkout calls the workflow. The subject is that of its caller."),
        _fixed("Run `keyless jobs` over the checkouts of its callers, too."),
    ),
    "workflow-elsewhere": Cause(
        "The called workflow is in none of the checkouts.",
        _fixed("The called workflow is in none of the checkouts. Nobody has read its steps."),
        _fixed("Run `keyless jobs` over a folder that has a checkout of it, too."),
    ),
    "token-file": Cause(
        "The token is in a file, and no script of the job asks GitHub for it.",
        _fixed(
            "The token is in a file, and no script of the job asks GitHub for it. Nobody can read "
            "whose token it is."
        ),
        _fixed(
            "Leave `web-identity-token-file` and AWS_WEB_IDENTITY_TOKEN_FILE out, write "
            f"{_RIGHTS} in the job, and let aws-actions/configure-aws-credentials ask for the "
            "token."
        ),
    ),
    "existing-credentials": Cause(
        "The step keeps the credentials of an earlier one.",
        _fixed(
            "By `use-existing-credentials` the step asks for no role while the credentials of an "
            "earlier step are valid."
        ),
        _fixed("Leave `use-existing-credentials` out of the step."),
    ),
    "refused-file": Cause("GitHub refuses the workflow file.", _flaw_say, _flaw_write),
    "fork": Cause(
        "A pull request from a fork gets no token.",
        _fixed("A pull request from a fork gets no token, and its job fails."),
        _fixed(f"Write `if: {OWN_PULL_REQUEST}` in the job."),
    ),
}
"""Every cause by its id, in the order in which they are reported."""
