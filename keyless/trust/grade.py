"""Grade the tokens that one statement lets in, from the widest tenant to the exact context.

Each grade is a question: is there a token from a wholly unrelated owner; from one whose name or id
is not literal; from another repository of the owner; and so on. The first question with an answer
is the verdict, and the answer is the witness. The named repository itself is asked for its default
subjects; only where none of them fits does its own subject template count, for that is set by the
very people who are meant.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from keyless.facts import (
    ENCODED_COLON,
    ENVIRONMENT_PREFIX,
    PULL_REQUEST_CONTEXT,
    REF_PREFIX,
    is_one_enterprise,
    mints_immutable,
)
from keyless.trust.claims import CHARSETS, FORMS, REPEATABLE_KEY, TEMPLATE_KEYS
from keyless.trust.demands import Case
from keyless.trust.inquiry import ANY, DEFAULT, OWN, Admission, Inquiry
from keyless.trust.search import REQUIRE_ONLY_OTHER, REQUIRE_OTHER, Steps
from keyless.trust.verdict import Context, Repository, Verdict

_Requirements = Mapping[str, str]

_OTHER_IDS: Final = dict.fromkeys(("owner_id", "repo_id"), REQUIRE_OTHER)
_COLLEAGUE: Final = {"owner": REQUIRE_OTHER, **_OTHER_IDS}
_LOOKALIKE: Final = {**_COLLEAGUE, "enterprise": REQUIRE_OTHER, "enterprise_id": REQUIRE_OTHER}
_STRANGER: Final = {**_LOOKALIKE, "owner": REQUIRE_ONLY_OTHER, "owner_id": REQUIRE_ONLY_OTHER}
_SIBLING: Final = {"repo": REQUIRE_OTHER, "repo_id": REQUIRE_OTHER}
_SAME_OWNER: Final = {**_SIBLING, "repo": REQUIRE_ONLY_OTHER}

_Family = tuple[tuple[Verdict, _Requirements], ...]
_OUTSIDERS: Final[_Family] = (
    (Verdict.OPEN, _STRANGER),
    (Verdict.LOOKALIKE_OWNER, _LOOKALIKE),
    (Verdict.OWNER_WIDE, _COLLEAGUE),
)
_INSIDERS: Final[_Family] = (
    (Verdict.OWNER_WIDE, _SAME_OWNER),
    (Verdict.SIBLING_REPOSITORY, _SIBLING),
)
"""Kinds of tenants, widest first. A tenant that fits any line of a family also fits its last."""

_MODES: Final = ("branch", "environment", "pull_request", "tag")
_FAMILIES: Final = (
    ("branch", Verdict.ANY_BRANCH),
    ("tag", Verdict.ANY_TAG),
    ("environment", Verdict.ANY_ENVIRONMENT),
)
_UNPINNED: Final = dict.fromkeys(("environment", "branch", "tag", "pull"), REQUIRE_OTHER)
"""A subject that shows a ref pins its job by that, whatever the environment."""


_NARROW: Final = frozenset({Verdict.EXACT, Verdict.PULL_REQUEST})
_CONTEXT_STARTS: Final = (ENVIRONMENT_PREFIX, REF_PREFIX, PULL_REQUEST_CONTEXT)


class UndecidedError(Exception):
    """Say why nobody can tell who gets in."""


class Outcome(NamedTuple):
    """Hold one grade, and a token that proves it.

    `contexts` are what an exact case, or one for pull requests or a whole repository serves.
    `recycled` tells whether a token gets in whose ids are not those of today.
    """

    verdict: Verdict
    case: Case
    form: str
    admission: Admission
    recycled: bool
    contexts: tuple[Context, ...] = ()


def grade(case: Case, issuer: str, steps: Steps) -> Iterator[Outcome]:
    """Yield the widest kind of token of each form and each repository that the case lets in.

    Raises ExhaustedError when that takes more than a document may cost, and UndecidedError when it
    cannot be told.
    """
    outsiders = _OUTSIDERS[-1:] if is_one_enterprise(issuer) else _OUTSIDERS
    forms, nobody = tuple(FORMS) if mints_immutable(issuer) else ("name",), True
    repository, _ = case.beginning
    for form in forms:
        if repository and ("@" in repository) is (form == "name"):
            continue
        for outcome in _of_form(Inquiry(case, form, steps), (outsiders, _INSIDERS)):
            nobody = False
            yield outcome
    if nobody and case.value is not None:
        _refuse_new_keys(case.value.literal or "")


def _of_form(inquiry: Inquiry, families: tuple[_Family, ...]) -> Iterator[Outcome]:
    if inquiry.case.beginning[0]:
        yield from _of_repository(inquiry)
        return
    found = _from_anyone(inquiry, {})
    for family in families if found else ():
        outcome = _of_tenants(inquiry, family)
        if outcome is not None:
            yield outcome
            return
    while found is not None:
        one, others = _repository_apart(inquiry, found)
        yield from _of_repository(one)
        if others is None:
            return
        inquiry, found = others, _from_anyone(others, {})


def _from_anyone(inquiry: Inquiry, required: _Requirements) -> Admission | None:
    """Find a token of any repository under the requirements, with any subject template."""
    asked = ((mode, template) for template in (DEFAULT, ANY) for mode in _MODES)
    return next(filter(None, (inquiry.find(*each, required) for each in asked)), None)


def _of_tenants(inquiry: Inquiry, family: _Family) -> Outcome | None:
    """Find the widest tenant of a family, if there is any."""
    if _from_anyone(inquiry, family[-1][1]) is None:
        return None
    for verdict, required in family:
        admission = _from_anyone(inquiry, required)
        if admission is not None:
            return _outcome(inquiry, verdict, admission)
    return None


def _repository_apart(inquiry: Inquiry, found: Admission) -> tuple[Inquiry, Inquiry | None]:
    """Split off the repository of a token, by its id where ids are listed beside a wildcard.

    There are no others where it has no name and no id.
    """
    owner, name, number = map(found.text, ("owner", "repo", "repo_id"))
    ids = (a for a in inquiry.case.atoms if a.claim == "repository_id" and a.wanted)
    lists_ids = any(all(each.literal for each in a.values.patterns) for a in ids)
    if owner and name and (inquiry.case.is_literal or not lists_ids):
        claim, value = "repository", f"{owner}/{name}"
    elif number:
        claim, value = "repository_id", number
    else:
        return inquiry, None
    return inquiry.within(claim, value), inquiry.without(claim, value)


def _of_repository(inquiry: Inquiry) -> Iterator[Outcome]:
    """Grade the contexts of the one repository that is left.

    Its own template counts where the default has nothing to say, and where that seems narrow: what
    seems exact with the default may not be with a template. A ref that stands before the context
    counts where there is nothing else.
    """
    usual = found = _contexts(inquiry, DEFAULT)
    reads_context = inquiry.case.beginning[1].startswith(_CONTEXT_STARTS)
    if usual is None or (usual.verdict in _NARROW and not reads_context):
        own = _contexts(inquiry, OWN)
        both = [outcome for outcome in (usual, own) if outcome is not None]
        found = min(both, key=lambda outcome: outcome.verdict, default=None)
    found = found or _contexts(inquiry, ANY)
    if found is not None:
        yield found


def _contexts(inquiry: Inquiry, template: str) -> Outcome | None:
    pull_request = inquiry.find("pull_request", template)
    for mode, verdict in _FAMILIES:
        all_open = template == ANY and mode == "environment"
        required = _UNPINNED if all_open else {mode: REQUIRE_OTHER}
        admission = inquiry.find(mode, template, required)
        if admission is None:
            continue
        if pull_request is None or any(name == "branch" for name, _ in pull_request.fields):
            return _outcome(inquiry, verdict, admission)
        return _outcome(inquiry, Verdict.REPOSITORY_WIDE, pull_request, "*")
    if pull_request is not None:
        return _outcome(inquiry, Verdict.PULL_REQUEST, pull_request, PULL_REQUEST_CONTEXT)
    return _exact(inquiry, template)


def _outcome(
    inquiry: Inquiry, verdict: Verdict, admission: Admission, context: str | None = None
) -> Outcome:
    required = admission.requirements
    recycled = "owner_id" not in required and (
        inquiry.find(admission.mode, admission.template, {**required, **_OTHER_IDS}) is not None
    )
    contexts = (Context(_served(inquiry, admission), context),) if context else ()
    return Outcome(verdict, inquiry.case, inquiry.form, admission, recycled, contexts)


def _exact(inquiry: Inquiry, template: str) -> Outcome | None:
    """List the contexts one by one; what is found is excluded from then on.

    A default subject that is written out is that of one context.
    """
    is_one = inquiry.case.is_literal and template == DEFAULT
    outcomes: list[Outcome] = []
    for mode, _ in _FAMILIES:
        left = inquiry
        while not (is_one and outcomes) and (found := left.find(mode, template)) is not None:
            claim, value = _place(found)
            shown = value.replace(":", ENCODED_COLON)
            context = f"{claim}:{inquiry.case.as_written(shown)}"
            outcomes.append(_outcome(left, Verdict.EXACT, found, context))
            left = left.without(claim, value)
            left = left if shown == value else left.without(claim, shown)
    if not outcomes:
        return None
    return outcomes[0]._replace(
        case=inquiry.case,
        contexts=tuple(context for outcome in outcomes for context in outcome.contexts),
        recycled=any(outcome.recycled for outcome in outcomes),
    )


def _served(inquiry: Inquiry, admission: Admission) -> Repository:
    """Tell what is fixed of the repository: a field that no other token has otherwise."""
    fixed: dict[str, str | None] = {}
    for field, claim in _REPOSITORY_FIELDS.items():
        text, others, required = admission.text(field), inquiry, {field: REQUIRE_OTHER}
        if claim is not None and text is not None:
            others, required = inquiry.without(claim, text), {}
        is_open = text is None or others.find(admission.mode, admission.template, required)
        fixed[field] = None if is_open or text is None else inquiry.case.as_written(text)
    return Repository(fixed["owner"], fixed["repo"], fixed["owner_id"], fixed["repo_id"])


_REPOSITORY_FIELDS: Final = {
    "owner": None,
    "repo": None,
    "owner_id": "repository_owner_id",
    "repo_id": "repository_id",
}
"""Fields that identify a repository, each with the claim that contains it alone."""


_KEYS: Final = re.compile(f"(?:^|:)(?:{PULL_REQUEST_CONTEXT}(?=:|$)|([^:]+):[^:]*)")
"""What stands where the keys of a template stand; that of a pull request has no value."""


def _refuse_new_keys(subject: str) -> None:
    """Raise UndecidedError for a template of known claims that goes on with an unknown one."""
    keys = [key for key in _KEYS.findall(subject) if key]
    known = [key in TEMPLATE_KEYS or key.startswith(f"{REPEATABLE_KEY}_") for key in keys]
    if not keys or keys[0] == "repo" or not known[0]:
        return
    for key, is_known in zip(keys, known, strict=True):
        if not is_known and all(map(CHARSETS["word"].has, key)):
            raise UndecidedError(f'"{key}" may be a claim of GitHub\'s that is not known here')


def _place(admission: Admission) -> tuple[str, str]:
    """Give the claim that tells the context of a job, and its value."""
    environment = admission.text("environment")
    if admission.mode != "environment" or environment is None:
        return "ref", admission.ref(lambda kind: admission.text(kind) or "")
    if ENCODED_COLON in environment:
        raise UndecidedError(
            f'the environment "{environment}" has "{ENCODED_COLON}" in its name, and nobody '
            "documents how a subject shows that"
        )
    return "environment", environment
