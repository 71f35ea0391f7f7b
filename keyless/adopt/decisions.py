"""Decide for each role: taken over as it is, replaced by exact roles beside it, or refused.

*Adopt*: the trust is exact for one context of one repository that exists, the permissions can be
said without losing or gaining any, and the new trust only tightens. *Replace*: the trust is wider,
or serves several contexts of one repository, and workflows show those that use it. *Refuse*:
neither. What a list of the pack's settings may allow is taken over with the line for that list.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from keyless.adopt.account import Account, FoundProvider, FoundRole
from keyless.adopt.environments import EnvironmentDecision, decide_environment
from keyless.adopt.organisation import FoundRepository, Organisation, is_pull_request
from keyless.adopt.permitted import Judge, Permitted, Reason
from keyless.adopt.recognition import Entry
from keyless.adopt.trusted import Narrowing, has_deny, provider_arns, read_trust
from keyless.adopt.usage import JobUse, Unread, read_usage
from keyless.estate.naming import PLAIN_FUNCTION
from keyless.estate.presets import Place
from keyless.facts import (
    BRANCH_REF_PREFIX,
    ENCODED_COLON,
    ENVIRONMENT_PREFIX,
    GITHUB_COM,
    is_region,
    partition_of,
)
from keyless.trust import Verdict

Decision = Literal["adopt", "replace", "refuse"]

MOST_SESSION_MINUTES = 120
"""What the pack's settings that are written allow at the most."""

_A_YEAR = timedelta(days=365)
_EXACT = frozenset({Verdict.EXACT, Verdict.PULL_REQUEST})
_REGION_VARIABLE = "AWS_REGION"


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
    decision: Literal["adopt", "tighten", "refuse"]
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

    def place(self, repository: FoundRepository, context: str) -> Place:
        """Return where the roles of a context do their work."""
        return _place(self.account.number, self.region, repository, context)


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


def issuer_of(account: Account) -> str:
    """Return the issuer that most roles trust, without its scheme."""
    counted: dict[str, int] = {}
    for role in account.roles:
        for issuer in role.judgement.issuers:
            counted[issuer] = counted.get(issuer, 0) + 1
    return max(counted, key=lambda one: counted[one], default=GITHUB_COM)


def decide(
    account: Account, organisation: Organisation, *, region: str, role_path: str, as_of: date
) -> Decided:
    """Decide about everything; `as_of` is the day from which a year without use is counted."""
    issuer = issuer_of(account)
    uses, unread = read_usage(organisation, account, issuer)
    environments = tuple(
        decide_environment(repository, environment)
        for repository in organisation.repositories
        for environment in repository.environments
    )
    providers = tuple(_provider(one, uses, region, issuer) for one in account.providers)
    empty = Decided(
        account=account,
        organisation=organisation,
        issuer=issuer,
        region=region,
        role_path=role_path,
        roles=(),
        environments=environments,
        providers=providers,
        uses=uses,
        unread=unread,
    )
    judge = Judge(account, empty.main_place, role_path)
    roles = tuple(_Deciding(empty, judge, role, as_of).decided() for role in account.roles)
    return Decided(
        account=account,
        organisation=organisation,
        issuer=issuer,
        region=region,
        role_path=role_path,
        roles=roles,
        environments=environments,
        providers=providers,
        uses=uses,
        unread=unread,
    )


def _provider(
    provider: FoundProvider, uses: Sequence[JobUse], region: str, issuer: str
) -> ProviderDecision:
    if provider.issuer != issuer:
        says = (
            f"It is left as it is: this stack is for {issuer}. Another stack, with keyless:issuer "
            f"https://{provider.issuer}, takes over what trusts it."
        )
        return ProviderDecision(
            provider=provider, decision="refuse", why="other-issuer", drop=(), says=says
        )
    audience = partition_of(region).audience
    extra = tuple(one for one in provider.audiences if one != audience)
    asked = {one for use in uses for one in use.audiences}
    if audience not in provider.audiences:
        says = f'It takes no "{audience}", so no role of a stack lets anybody in. Add it first.'
        return ProviderDecision(
            provider=provider, decision="refuse", why="missing-audience", drop=(), says=says
        )
    if used := sorted(asked & set(extra)):
        says = (
            f'A job asks for "{used[0]}". The stack would drop it. Let the job ask for '
            f'"{audience}" first.'
        )
        return ProviderDecision(
            provider=provider, decision="refuse", why="additional-audience", drop=(), says=says
        )
    if extra:
        says = (
            f"It is taken over without the audience {' and '.join(extra)}, which no job asks for."
        )
        return ProviderDecision(
            provider=provider, decision="tighten", why="additional-audience", drop=extra, says=says
        )
    return ProviderDecision(
        provider=provider, decision="adopt", why=None, drop=(), says="It is taken over as it is."
    )


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
        place = _place(
            self._found.account.number, self._found.region, repository, next(iter(places), "")
        )
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


def _place(account: str, region: str, repository: FoundRepository | None, context: str) -> Place:
    """Return where a role works: an environment may say its own region."""
    name = context.removeprefix(ENVIRONMENT_PREFIX)
    environment = repository.environment(name) if repository and name != context else None
    own = environment.variables.get(_REGION_VARIABLE, "") if environment else ""
    return Place(partition_of(region).name, account, own if is_region(own) else region)


def _of_archive(repository: FoundRepository | None) -> Iterator[Reason]:
    if repository is not None and repository.archived:
        yield "repository-archived", f"{repository.name} is archived: no job of it runs. Delete it."


def region_of(account: Account) -> str | None:
    """Return the region that most permissions name, else the one that most roles were used in."""
    counted: dict[str, int] = {}
    used = [role.last_region for role in account.roles if role.last_region]
    for role in account.roles:
        for part in str(dict(role.inline)).split("arn:")[1:]:
            found = part.split(":", 3)[2:3]
            if found and is_region(found[0]):
                counted[found[0]] = counted.get(found[0], 0) + 1
    by_use = max(used, key=used.count, default=None)
    return max(counted, key=lambda one: counted[one], default=by_use)


def named_repositories(roles: Iterable[FoundRole]) -> frozenset[str]:
    """Return the full names of repositories that trust policies name."""
    return frozenset(
        f"{context.repository.owner}/{context.repository.name}"
        for role in roles
        for context in role.judgement.contexts
        if context.repository.owner and context.repository.name
    )
