"""Decide about one role: taken over as it is, replaced by exact roles beside it, or refused.

*Adopt*: the trust is exact for one context of one repository that exists, the permissions can be
said without losing or gaining any, and the new trust only tightens. *Replace*: the trust is wider,
or serves several contexts of one repository, and workflows show those that use it. *Refuse*:
neither. What a list of the pack's settings may allow is taken over with the line for that list.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from keyless.adopt.account import FoundRole
from keyless.adopt.decided import Decided, Decision, RoleDecision
from keyless.adopt.environments import EnvironmentDecision
from keyless.adopt.organisation import FoundRepository, is_pull_request
from keyless.adopt.permitted import Judge, Reason
from keyless.adopt.trusted import has_deny, provider_arns, read_trust
from keyless.facts import (
    BRANCH_REF_PREFIX,
    ENCODED_COLON,
    ENVIRONMENT_PREFIX,
    partition_of,
)
from keyless.trust import Verdict

MOST_SESSION_MINUTES = 120
"""What the pack's settings that are written allow at the most."""

_A_YEAR = timedelta(days=365)
_EXACT = frozenset({Verdict.EXACT, Verdict.PULL_REQUEST})


def decide_role(found: Decided, judge: Judge, role: FoundRole, as_of: date) -> RoleDecision:
    """Decide about a role; `found` has everything but the roles that were decided."""
    return _Deciding(found, judge, role, as_of).decided()


class _Deciding:
    """One role beside everything that was found."""

    def __init__(self, found: Decided, judge: Judge, role: FoundRole, as_of: date) -> None:
        self._found = found
        self._judge = judge
        self._role = role
        self._as_of = as_of
        self._trusted = read_trust(role, found.organisation, found.issuer, found.account.number)
        self._used_by = tuple(use for use in found.uses if use.role == role.arn)
        self._admitted = [use for use in self._used_by if use.admitted]

    def decided(self) -> RoleDecision:
        trusted = self._trusted
        repository = self._repository()
        context = self._context()
        wide = self._wide()
        contexts = self._contexts(repository) if wide else ()
        places = contexts or ((context,) if context else ())
        place = self._found.place(repository, next(iter(places), ""))
        permitted = self._judge.permitted(self._role, place)
        reasons = [
            *self._of_trust(wide),
            *permitted.reasons,
            *self._of_session(),
            *(one for each in places for one in self._of_context(repository, each)),
            *self._of_use(),
            *_of_archive(repository),
        ]
        if wide and (not contexts or any("*" in each for each in contexts)):
            reasons.append((wide, self._unshown()))
        elif not wide and not reasons and context is None:
            reasons.append(("unreadable", "The trust policy names no context. Write it anew."))
        decision: Decision = "refuse" if reasons else "replace" if wide else "adopt"
        if wide:
            reasons.append((wide, self._says_replaced(contexts)))
        whys = tuple(dict.fromkeys(why for why, _ in reasons))
        return RoleDecision(
            role=self._role,
            decision=decision,
            why=next(iter(whys), None),
            also=whys[1:],
            says=reasons[0][1] if reasons else self._says_adopted(),
            repository=repository,
            context=context if not wide else None,
            contexts=contexts if decision == "replace" else (),
            used_by=self._used_by,
            permitted=permitted,
            narrowing=trusted.narrowing,
        )

    def _repository(self) -> FoundRepository | None:
        """Return the one repository that the role is for, by its trust or else by its jobs."""
        organisation, named = self._found.organisation, self._trusted.repositories
        if len(named) > 1:
            return None
        if named:
            return organisation.repository(named[0])
        of_jobs = {use.repository for use in self._admitted}
        return organisation.repository(next(iter(of_jobs))) if len(of_jobs) == 1 else None

    def _context(self) -> str | None:
        places = self._trusted.places
        is_one = len(places) == 1 and places[0].exists
        return places[0].context if is_one and places[0].context != "*" else None

    def _wide(self) -> str | None:
        """Return one word for what is wide about the trust; None where it is exact."""
        verdict, trusted = self._trusted.verdict, self._trusted
        graded = {
            grade.verdict for one in self._role.judgement.statements for grade in one.verdicts
        }
        if verdict in {Verdict.DEAD, Verdict.UNKNOWN, Verdict.NOT_GITHUB}:
            return None
        if {Verdict.ANY_BRANCH, Verdict.PULL_REQUEST} <= graded and verdict in {
            Verdict.PULL_REQUEST,
            Verdict.ANY_BRANCH,
        }:
            return "any-branch-and-pull-request"
        if verdict not in _EXACT or graded - _EXACT - {Verdict.DEAD, Verdict.NOT_GITHUB}:
            return str(verdict).lower()
        if len(trusted.contexts) > 1 and len(trusted.repositories) == 1:
            return "several-contexts"
        return None

    def _contexts(self, repository: FoundRepository | None) -> tuple[str, ...]:
        """Return the contexts that jobs use a wide role in."""
        if repository is None:
            return ()
        name = self._found.organisation.full_name(repository)
        found = (c for use in self._admitted if use.repository == name for c in use.admitted)
        return tuple(sorted(set(found)))

    def _of_trust(self, wide: str | None) -> Iterator[Reason]:
        trusted, role = self._trusted, self._role
        if len(trusted.repositories) > 1:
            listed = ", ".join(dict.fromkeys(place.full_name for place in trusted.places))
            yield (
                "several-repositories",
                f"It serves {listed}. Each has to have a role of its own. Write one for each, "
                "let its workflow name it, and delete this one.",
            )
        if trusted.strangers:
            other = trusted.strangers[0]
            is_aws = other.kind.lower() == "aws"
            yield (
                "aws-principal" if is_aws else "other-principal",
                f'{other.kind} "{other.value}" may assume it beside GitHub. Give people and '
                "services a role of their own, and take them out of this one.",
            )
        yield from self._of_repository()
        if trusted.verdict is Verdict.UNKNOWN:
            yield "unreadable", f"The trust policy cannot be read: {role.judgement.reason}."
        elif elsewhere := self._provider_elsewhere():
            yield (
                "dead",
                f'The provider "{elsewhere}" is of another account or partition, where AWS does '
                "not look. Nobody gets in by it, and the stack would let in. Delete the role.",
            )
        elif trusted.verdict is Verdict.DEAD or (role.judgement.refused and not wide):
            why = role.judgement.refused or role.judgement.reason
            yield "dead", f"The trust policy lets nobody in, or AWS would refuse it: {why}."
        yield from self._of_conditions()

    def _provider_elsewhere(self) -> str | None:
        """Return a provider that the trust policy names and that is of another account."""
        own = [partition_of(self._found.region).name, "iam", "", self._found.account.number]
        return next(
            (arn for arn in provider_arns(self._role.trust) if arn.split(":")[1:5] != own),
            None,
        )

    def _of_repository(self) -> Iterator[Reason]:
        organisation = self._found.organisation
        for place in self._trusted.places:
            if place.moved:
                yield (
                    "repository-renamed",
                    f"{place.full_name} is {place.moved} now, so no token carries the old name any "
                    f"more. Let {place.moved} use a role of a stack, and delete this one.",
                )
                yield "repository-gone", f"{place.full_name} is no repository any more."
            elif place.has_other_id:
                yield (
                    "repository-gone",
                    f"{place.full_name} of today has another id than the trust policy names. The "
                    "repository that was meant is gone. Delete the role.",
                )
            elif place.repository is None:
                yield (
                    "other-owner" if place.is_of_others(organisation) else "repository-gone",
                    f"{place.full_name} is no repository that is shown to this token. Delete the "
                    "role once you are sure that it is gone.",
                )
            elif place.repository.is_customised:
                keys = ", ".join(place.repository.template)
                yield (
                    "customised-subject",
                    f"{place.full_name} has a subject of its own ({keys}), and a stack writes "
                    "GitHub's default. Reset it with `gh api -X PUT repos/"
                    f"{place.full_name}/actions/oidc/customization/sub -F use_default=true`, "
                    "together with the trust policy.",
                )

    def _of_conditions(self) -> Iterator[Reason]:
        narrowing = self._trusted.narrowing
        if has_deny(self._role.trust):
            yield (
                "narrower-trust",
                (
                    "The trust policy keeps somebody out by a Deny, which a "
                    "stack does not write. Taking "
                    "the role over would let them in. Take the Deny out first."
                ),
            )
        elif narrowing.unsaid:
            yield (
                "narrower-trust",
                (
                    f"The trust policy asks for {' and '.join(narrowing.unsaid)}, "
                    "which no entry can "
                    "say. Taking the role over would widen it. Take the condition out first."
                ),
            )
        audience = partition_of(self._found.region).audience
        asked = {one for use in self._used_by for one in use.audiences} - {audience}
        if narrowing.audiences and audience not in narrowing.audiences:
            yield (
                "other-audience",
                (
                    f'It takes tokens for "{narrowing.audiences[0]}", and a stack '
                    f'writes "{audience}". '
                    "Let its jobs ask for that, and the trust policy take it."
                ),
            )
        elif asked and audience not in narrowing.audiences:
            yield (
                "other-audience",
                (
                    f'A job asks for "{sorted(asked)[0]}", and a stack writes '
                    f'"{audience}". Let it ask '
                    "for that first."
                ),
            )

    def _of_session(self) -> Iterator[Reason]:
        minutes, seconds = divmod(self._role.max_session_seconds, 60)
        if seconds:
            yield (
                "session-seconds",
                f"A session lasts up to {self._role.max_session_seconds} seconds, and an entry "
                "says whole minutes. Set the maximum of the role to a whole minute first.",
            )
        if minutes > MOST_SESSION_MINUTES:
            yield (
                "session-too-long",
                (
                    f"A session lasts up to {minutes} minutes, "
                    f"{MOST_SESSION_MINUTES} may be allowed. "
                    "Credentials that leak work until it ends. Lower the maximum "
                    "of the role, once no "
                    "job asks for more."
                ),
            )

    def _of_context(self, repository: FoundRepository | None, context: str) -> Iterator[Reason]:
        if repository is None:
            return
        if context.startswith(ENVIRONMENT_PREFIX):
            name = context.removeprefix(ENVIRONMENT_PREFIX).replace(ENCODED_COLON, ":")
            decided = self._found.environment(repository, name)
            if decided is None:
                yield (
                    "unprotected-environment",
                    (
                        f'{repository.name} has no environment "{name}". Anybody who can push a '
                        "branch makes it, without any rule. Make it with its rules first."
                    ),
                )
            elif decided.decision == "refuse":
                yield decided.why or "unprotected-environment", decided.says
            elif decided.environment.name != name:
                yield (
                    "environment-name",
                    (
                        f'The trust policy names "{name}", GitHub '
                        f'"{decided.environment.name}". Whether '
                        "letter case decides is not documented. Write the same name in both."
                    ),
                )
            elif self._loses_refs(decided):
                yield (
                    "narrower-trust",
                    f"The trust policy takes {' and '.join(self._trusted.narrowing.refs)} alone, "
                    f'and "{name}" lets others deploy. Taking the role over would let those in. '
                    "Let the environment name the same branches.",
                )
        elif is_pull_request(context) and self._trusted.narrowing.refs:
            yield (
                "narrower-trust",
                f"The trust policy takes {' and '.join(self._trusted.narrowing.refs)} alone, "
                "which no entry of pull requests can say. Taking the role over would widen it. "
                "Take the condition out first.",
            )
        yield from self._judge.in_context(self._role, context)

    def _loses_refs(self, decided: EnvironmentDecision) -> bool:
        """Tell whether the trust policy names refs, and an entry cannot name as few of them."""
        refs, found = self._trusted.narrowing.refs, decided.environment
        branches = found.named("branch")
        is_literal = not found.named("tag") and not any(set(one) & set("*?[") for one in branches)
        written = {f"{BRANCH_REF_PREFIX}{one}" for one in branches} if is_literal else None
        return bool(refs) and (written is None or not written <= set(refs))

    def _of_use(self) -> Iterator[Reason]:
        last = self._role.last_used or self._role.created
        if last is not None and last.date() < self._as_of - _A_YEAR:
            used = self._role.last_used
            said = f"last used on {used.date()}" if used else "not used since it was made"
            yield "unused", f"It was {said}. Delete it, or use it first."

    def _unshown(self) -> str:
        shown = sorted({use.label for use in self._used_by})
        is_read = all(use.role or use.is_by_key for use in self._found.uses)
        nobody = "no workflow names it" if is_read else "no workflow that could be read names it"
        found = f"{len(shown)} jobs name it" if shown else nobody
        return (
            f"{self._role.judgement.reason}, and {found}, which shows no exact contexts of one "
            "repository. Find out who uses it with `keyless trail`, write a role for each, and "
            "delete this one."
        )

    def _says_replaced(self, contexts: Sequence[str]) -> str:
        each = "gets a role of its own" if len(contexts) == 1 else "get roles of their own"
        return (
            f"{self._role.judgement.reason}. {' and '.join(contexts)} {each} beside it. Let the "
            "workflows name those, and delete this one once it is unused."
        )

    def _says_adopted(self) -> str:
        return "It is taken over: its trust is tightened, its permissions stay what they are."


def _of_archive(repository: FoundRepository | None) -> Iterator[Reason]:
    if repository is not None and repository.archived:
        yield "repository-archived", f"{repository.name} is archived: no job of it runs. Delete it."
