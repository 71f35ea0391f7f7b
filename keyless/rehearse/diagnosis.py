"""Say in plain words why a token is refused, and what to change in the workflow or the config.

Each cause is looked for by itself; several may hold. What no cause explains is left to the
conditions that refuse.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from keyless.facts import BRANCH_REF_PREFIX, ENVIRONMENT_PREFIX, MERGE_QUEUE_PREFIX, TAG_REF_PREFIX
from keyless.rehearse.claims_file import ClaimValues
from keyless.rehearse.refusal import Ruling
from keyless.rehearse.trust_conditions import claim_of
from keyless.trust import ConditionCheck

_SUBJECT = re.compile(
    r"repo:(?P<owner>[^/@:]+)(?:@(?P<owner_id>\d+))?/(?P<name>[^/@:]+)(?:@(?P<id>\d+))?"
    r":(?P<context>.+)"
)
_USUAL = re.compile(r"(?:environment|ref):[^:]+|pull_request")
"""What GitHub's own template makes of a context; it writes a colon in a value as %3A."""


@dataclass(frozen=True)
class _Case:
    """One refused token beside what the role wants, by claim."""

    claims: Mapping[str, str]
    wanted: Mapping[str, tuple[str, ...]]

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


def diagnose(ruling: Ruling, claims: ClaimValues) -> tuple[str, ...]:
    """Return a sentence for each cause that is recognised."""
    if ruling.admitted:
        return ()
    case = _Case(_texts(claims), _wanted(ruling.refusing))
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


def _context(case: _Case) -> Iterator[str]:
    found, wanted = case.subject, case.subjects
    contexts = dict.fromkeys(match["context"] for match in wanted)
    if not found or not contexts or found["context"] in contexts:
        return
    environments = [c.partition(":")[2] for c in contexts if c.startswith(ENVIRONMENT_PREFIX)]
    have = found["context"]
    if environments and have == "pull_request":
        yield (
            "The job runs for a pull request, and the role is for the environment "
            f'"{environments[0]}". Use a role of pull_requests, or of review_environments where '
            "somebody approves each run."
        )
    elif environments and not have.startswith(ENVIRONMENT_PREFIX):
        yield (
            f"The job names no environment. The role waits for one: write `environment: "
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
        yield (
            f"The job names an environment, and the role is for {' or '.join(contexts)}. Leave "
            "`environment` out of the job, or use the role of the environment."
        )
    else:
        yield (
            f"The job runs as {have}, the role is for {' or '.join(contexts)}. Run it there, or "
            "use the role of that context."
        )


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
    wanted = case.wants("ref")
    if wanted:
        yield (
            f"The run is on {case.shown('ref')}. The role is for {' or '.join(wanted)}: run it "
            f"there{_other_way(case.claims.get('ref', ''))}."
        )


def _other_way(ref: str) -> str:
    """Name the setting that would take a ref; a pull request's ref has none."""
    if ref.startswith(BRANCH_REF_PREFIX + MERGE_QUEUE_PREFIX):
        return ", or write the queue's base branch under merge_queue of deploy_from"
    if ref.startswith(BRANCH_REF_PREFIX):
        return ", or add the branch to deploy_from"
    return ", or add the tag to deploy_from" if ref.startswith(TAG_REF_PREFIX) else ""


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
