"""Say in plain words why a token is refused, and what to change in the workflow or the config.

Each cause is looked for by itself; several may be true. What no cause explains is left to the
conditions that refuse.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from keyless.estate.settings.refs import takes_name, takes_queue
from keyless.facts import (
    BRANCH_REF_PREFIX,
    ENVIRONMENT_PREFIX,
    MERGE_QUEUE_PREFIX,
    PULL_REF_PREFIX,
    PULL_REQUEST_CONTEXT,
    REF_PREFIX,
    TAG_REF_PREFIX,
)
from keyless.ref_patterns import admits_any
from keyless.rehearse.claims_file import ClaimValues
from keyless.rehearse.refusal import Ruling
from keyless.rehearse.trust_conditions import claim_of
from keyless.stack.role import Role
from keyless.trust import ConditionCheck

_SUBJECT = re.compile(
    r"repo:(?P<owner>[^/@:]+)(?:@(?P<owner_id>\d+))?/(?P<name>[^/@:]+)(?:@(?P<id>\d+))?"
    r":(?P<context>.+)"
)
_USUAL = re.compile(r"(?:environment|ref):[^:]+|pull_request")
"""What GitHub's own template makes of a context; it writes a colon in a value as %3A."""


@dataclass(frozen=True)
class _Case:
    """One refused token beside what the role wants, by claim, and the role as its stack has it."""

    claims: Mapping[str, str]
    wanted: Mapping[str, tuple[str, ...]]
    role: Role | None

    def wants(self, claim: str) -> tuple[str, ...]:
        return self.wanted.get(claim, ())

    def shown(self, claim: str) -> str:
        return f'"{self.claims[claim]}"' if claim in self.claims else "nothing that it names"

    @property
    def subject(self) -> re.Match[str] | None:
        match = _SUBJECT.fullmatch(self.claims.get("sub", ""))
        return match if match and _USUAL.fullmatch(match["context"]) else None

    @property
    def subjects(self) -> tuple[re.Match[str], ...]:
        found = (_SUBJECT.fullmatch(value) for value in self.wants("sub"))
        return tuple(match for match in found if match)

    @property
    def ref(self) -> str:
        return self.claims.get("ref", "")

    @property
    def environment(self) -> Role | None:
        """The role where it is of an environment that the token is not of."""
        role, found = self.role, self.subject
        if not role or role.context_kind != "environment" or not self.wants("sub"):
            return None
        return role if found and found["context"] not in _contexts(self) else None


def diagnose(ruling: Ruling, claims: ClaimValues, role: Role | None = None) -> tuple[str, ...]:
    """Return a sentence for each cause that is recognised.

    `role` is the role as its stack describes it: what its environment takes, no condition says.
    Followed together, the sentences lead into the role past settings and environment.
    """
    if ruling.admitted:
        return ()
    case = _Case(_texts(claims), _wanted(ruling.refusing), role)
    return tuple(sentence for cause in _CAUSES for sentence in cause(case))


def _texts(claims: ClaimValues) -> dict[str, str]:
    return {name: value for name, value in claims.items() if isinstance(value, str)}


def _wanted(refusing: Sequence[ConditionCheck]) -> dict[str, tuple[str, ...]]:
    wanted: dict[str, tuple[str, ...]] = {}
    for condition in refusing:
        wanted[claim_of(condition)] = wanted.get(claim_of(condition), ()) + condition.wanted
    return wanted


def _audience(case: _Case) -> Iterator[str]:
    wanted = case.wants("aud")
    if wanted:
        yield (
            f"The token asks for the audience {case.shown('aud')}. The role takes "
            f'"{wanted[0]}": leave `audience` out of aws-actions/configure-aws-credentials, or '
            "name that one."
        )


def _customised(case: _Case) -> Iterator[str]:
    if case.subjects and not case.subject:
        yield (
            f"The subject {case.shown('sub')} is not of GitHub's usual form: its template is "
            "customised. Go back to the default: "
            "`gh api -X PUT repos/OWNER/REPOSITORY/actions/oidc/customization/sub "
            "-F use_default=true`."
        )


def _other_repository(case: _Case) -> Iterator[str]:
    found, wanted = case.subject, case.subjects
    if not found or not wanted:
        return
    have = (found["owner"], found["name"])
    served = dict.fromkeys((w["owner"], w["name"]) for w in wanted)
    if have in served:
        return
    names = " or ".join(f'"{owner}/{name}"' for owner, name in served)
    same = [pair for pair in served if _folded(pair) == _folded(have)]
    if same:
        yield (
            f'The token spells the repository "{"/".join(have)}", the role {names}. Letter case '
            "counts: run `pulumi up`, which takes the spelling from GitHub."
        )
    else:
        yield (
            f'The token is of the repository "{"/".join(have)}", the role is for {names}. Use the '
            "role of that repository, or onboard it; after a rename, rename its entry."
        )


def _folded(pair: tuple[str, str]) -> tuple[str, str]:
    return pair[0].casefold(), pair[1].casefold()


def _other_ids(case: _Case) -> Iterator[str]:
    for claim, what in (("repository_id", "repository"), ("repository_owner_id", "owner")):
        wanted = case.wants(claim)
        if wanted and claim in case.claims:
            yield (
                f"The {what} of the token has the id {case.claims[claim]}, the role pins "
                f"{' or '.join(wanted)}: the name was deleted and taken again, or it is another "
                f"{what}. Correct the id in the config once you know which."
            )


def _contexts(case: _Case) -> Sequence[str]:
    return tuple(dict.fromkeys(match["context"] for match in case.subjects))


def _context(case: _Case) -> Iterator[str]:
    found, contexts = case.subject, _contexts(case)
    if not found or not contexts or found["context"] in contexts:
        return
    environments = [c.partition(":")[2] for c in contexts if c.startswith(ENVIRONMENT_PREFIX)]
    have = found["context"]
    is_for_review = case.role is not None and case.role.is_for_review
    if environments and have == PULL_REQUEST_CONTEXT and not is_for_review:
        yield (
            "The job runs for a pull request, and the role is for the environment "
            f'"{environments[0]}". Use a role of pull_requests, or of review_environments where '
            "somebody approves each run."
        )
    elif environments and not have.startswith(ENVIRONMENT_PREFIX):
        yield (
            f"The job names no environment. The role trusts one: write `environment: "
            f"{environments[0]}` in the job."
        )
    elif environments:
        name = have.partition(":")[2]
        near = " Letter case counts." if name.casefold() == environments[0].casefold() else ""
        yield (
            f'The job runs in the environment "{name}", the role is for "{environments[0]}". '
            f"Change the job's environment, or use the role of that one.{near}"
        )
    elif have.startswith(ENVIRONMENT_PREFIX):
        there = "" if _without_environment(case) in contexts else ", and run it there"
        yield (
            f"The job names an environment, and the role is for {' or '.join(contexts)}. Leave "
            f"`environment` out of the job{there}, or use the role of the environment."
        )
    else:
        yield (
            f"The job runs as {have}, the role is for {' or '.join(contexts)}. Run it there, or "
            "use the role of that context."
        )


def _without_environment(case: _Case) -> str:
    """Return the context that the job would have if it named no environment, "" for none known."""
    if case.claims.get("event_name") == "pull_request_target":
        return ""
    if case.ref.startswith(PULL_REF_PREFIX):
        return PULL_REQUEST_CONTEXT
    return f"{REF_PREFIX}{case.ref}"


def _form(case: _Case) -> Iterator[str]:
    found, wanted = case.subject, case.subjects
    same = [
        w
        for w in wanted
        if found
        and (w["owner"], w["name"], w["context"])
        == (found["owner"], found["name"], found["context"])
    ]
    if found and same and all(bool(w["id"]) != bool(found["id"]) for w in same):
        form = "with ids" if found["id"] else "without ids"
        yield (
            f"The token spells the subject {form}, and the role only waits for the other form. A "
            "repository changes its form when it is renamed or transferred: let the role trust "
            "both."
        )


def _ref(case: _Case) -> Iterator[str]:
    wanted, role = case.wants("ref"), case.environment
    if wanted:
        yield (
            f"The run is on {case.shown('ref')}. The role is for {' or '.join(wanted)}: run it "
            f"there{_other_way(case)}."
        )
    elif role and case.ref and not _takes(role, case.ref):
        yield (
            f"The run is on {case.shown('ref')}. The environment "
            f'"{role.context_name}" takes {_taken(role)} alone: run it there{_other_way(case)}.'
        )


def _takes(role: Role, ref: str) -> bool:
    """Tell whether the environment of a role lets a ref deploy."""
    if ref.startswith(TAG_REF_PREFIX):
        return admits_any(role.tags, ref.removeprefix(TAG_REF_PREFIX))
    return admits_any(role.branches, ref.removeprefix(BRANCH_REF_PREFIX))


def _taken(role: Role) -> str:
    if role.is_for_review:
        return "pull requests"
    kinds = (("branch", role.branches), ("tag", role.tags))
    return " or ".join(f'the {kind} "{name}"' for kind, names in kinds for name in names)


def _other_way(case: _Case) -> str:
    """Name the setting that would take a ref; one of a pull request, or of any odd name, has none.

    Only the environments of an entry have the setting, and those of pull requests do not.
    """
    role, ref = case.role, case.ref
    if not role or role.context_kind != "environment" or role.is_for_review:
        return ""
    if ref.startswith(TAG_REF_PREFIX):
        taken = takes_name("tag", ref.removeprefix(TAG_REF_PREFIX))
        return ", or add the tag to deploy_from" if taken else ""
    if not ref.startswith(BRANCH_REF_PREFIX):
        return ""
    name = ref.removeprefix(BRANCH_REF_PREFIX)
    base = name.removeprefix(MERGE_QUEUE_PREFIX).rpartition("/")[0]
    if name.startswith(MERGE_QUEUE_PREFIX) and base:
        taken = takes_queue(base)
        return (
            ", or write the queue's base branch under merge_queue of deploy_from" if taken else ""
        )
    return ", or add the branch to deploy_from" if takes_name("branch", name) else ""


def _workflow(case: _Case) -> Iterator[str]:
    wanted = case.wants("job_workflow_ref")
    if wanted:
        yield (
            f"The job is defined in {case.shown('job_workflow_ref')}. The role wants "
            f"{' or '.join(wanted)}: call that reusable workflow at that ref."
        )


_CAUSES: tuple[Callable[[_Case], Iterator[str]], ...] = (
    _audience,
    _customised,
    _other_repository,
    _other_ids,
    _context,
    _form,
    _ref,
    _workflow,
)
