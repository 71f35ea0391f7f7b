"""Grade the tokens that one statement lets in, from the widest tenant to the exact context.

Each grade is a question to the search: is there a token from a wholly unrelated owner; from one
whose name or id is not literal; from another repository of the owner; and so on. The first question
with an answer is the verdict, and the answer is the witness. The named repository itself is asked
for its default subjects; only where none of them fits does its own subject template count, for that
is set by the very people who are meant.
"""

from collections.abc import Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

from keyless.facts import (
    BRANCH_REF_PREFIX,
    ENCODED_COLON,
    ENVIRONMENT_PREFIX,
    PULL_REF_PREFIX,
    PULL_REF_SUFFIX,
    PULL_REQUEST_CONTEXT,
    REF_PREFIX,
    REPOSITORY_PREFIX,
    TAG_REF_PREFIX,
)
from keyless.trust.automata import Steps
from keyless.trust.claims import (
    CHARSETS,
    CONTEXTS,
    DEFAULT_SUBJECTS,
    IMMUTABLE_FORM,
    NAME_FORM,
    REF_PIECES,
    REPEATABLE_KEY,
    TEMPLATE_KEYS,
    TEMPLATE_PIECES,
    Piece,
    ReadPiece,
    claims_of,
    take_apart,
)
from keyless.trust.demands import Case, Demands
from keyless.trust.issuers import is_one_enterprise, mints_immutable
from keyless.trust.pattern import OTHER, Pattern, literal_prefix
from keyless.trust.search import (
    REQUIRE_ONLY_OTHER,
    REQUIRE_OTHER,
    Question,
    find,
)
from keyless.trust.settle import Claims, Settler, UndecidedError
from keyless.trust.verdict import Context, Repository, Verdict

_STRANGER: Final = {
    "owner": REQUIRE_ONLY_OTHER,
    "owner_id": REQUIRE_ONLY_OTHER,
    "repo_id": REQUIRE_OTHER,
    "enterprise": REQUIRE_OTHER,
    "enterprise_id": REQUIRE_OTHER,
}
_LOOKALIKE: Final = {**_STRANGER, "owner": REQUIRE_OTHER, "owner_id": REQUIRE_OTHER}
_COLLEAGUE: Final = {
    "owner": REQUIRE_OTHER,
    "owner_id": REQUIRE_OTHER,
    "repo_id": REQUIRE_OTHER,
}
_SAME_OWNER: Final = {"repo": REQUIRE_ONLY_OTHER, "repo_id": REQUIRE_OTHER}
_SIBLING: Final = {"repo": REQUIRE_OTHER, "repo_id": REQUIRE_OTHER}
_RECYCLED: Final = {"owner_id": REQUIRE_OTHER, "repo_id": REQUIRE_OTHER}

_UNPINNED: Final = dict.fromkeys(("environment", "branch", "tag", "pull"), REQUIRE_OTHER)
"""A subject that shows a ref pins its job by that, whatever the environment."""

_ENVIRONMENT_OPEN: Final = {"environment": REQUIRE_OTHER}

_Family = tuple[tuple[Verdict, dict[str, str]], ...]
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

_FORMS: Final = {"name": NAME_FORM, "immutable": IMMUTABLE_FORM}
_SEARCH_ORDER: Final = ("branch", "environment", "pull_request", "tag")
_FAMILIES: Final = (
    ("branch", Verdict.ANY_BRANCH),
    ("tag", Verdict.ANY_TAG),
    ("environment", Verdict.ANY_ENVIRONMENT),
)
_MOST_CONTEXTS: Final = 64
_CONTEXT_STARTS: Final = (ENVIRONMENT_PREFIX, REF_PREFIX, PULL_REQUEST_CONTEXT)

_BEHIND_CONTEXT: Final = {
    "environment": frozenset(map(id, REF_PIECES.values())),
    "pull_request": frozenset({id(REF_PIECES["branch"])}),
}
"""Refs that an own template shows behind the context alone: one that comes first is the context."""

_DEFAULT: Final = "default subject"
_OWN: Final = "own template"
_ANY: Final = "any template"


class Admission(NamedTuple):
    """Describe a token that gets in: its mode, its subject, and its claims as far as demanded."""

    mode: str
    subject: tuple[ReadPiece, ...]
    claims: Claims


class Outcome(NamedTuple):
    """Hold the grade of one case.

    `contexts` are what an exact case, or one for pull requests or a whole repository serves, each
    with the subject form. `forms` are the forms in which the graded tokens come; `recycled` tells
    whether one gets in whose ids are not those of today.
    """

    verdict: Verdict
    case: Case
    admission: Admission | None
    contexts: tuple[tuple[Context, str], ...] = ()
    forms: frozenset[str] = frozenset()
    recycled: bool = False


class _Start(NamedTuple):
    """Hold what the literal beginning of the subject says already.

    `read` is that text, up to the `:` after the repository; `stated` are the claims that it fixes.
    `reads_context` tells that the text goes on with the key of the context.
    """

    read: str
    repository: tuple[ReadPiece, ...]
    forms: tuple[str, ...]
    stated: Mapping[str, str]
    pins_owner: bool = False
    pins_repository: bool = False
    reads_context: bool = False


class Grader:
    """Grade cases for the tokens of one issuer."""

    def __init__(self, issuer: str, steps: Steps) -> None:
        self._steps = steps
        self._settler = Settler(steps)
        self._forms = ("name", "immutable") if mints_immutable(issuer) else ("name",)
        self._outsiders = _OUTSIDERS[-1:] if is_one_enterprise(issuer) else _OUTSIDERS

    def grade(self, case: Case) -> Outcome:
        """Give the widest kind of token that the case lets in.

        Raises ExhaustedError or TooLargeError when that takes more than a document may cost, and
        UndecidedError when it cannot be told.
        """
        start = self._start(case.value)
        if not start.forms:
            return Outcome(Verdict.DEAD, case, None)
        outcome: Outcome | None = None
        if not start.pins_owner:
            outcome = self._of_family(case, start, self._outsiders)
        if outcome is None and not start.pins_repository:
            outcome = self._of_family(case, start, _INSIDERS)
        outcome = outcome or self._of_repository(case, start)
        if outcome.verdict is Verdict.DEAD and case.value is not None:
            self._refuse_new_keys(case.value.literal or "")
        return outcome

    def _refuse_new_keys(self, subject: str) -> None:
        """Raise UndecidedError for a template of known claims that goes on with an unknown one."""
        keys = _keys_of(subject)
        if not keys or keys[0] == "repo" or keys[0] not in TEMPLATE_KEYS:
            return
        for key in keys:
            if key not in TEMPLATE_KEYS and CHARSETS["word"].spells(key):
                raise UndecidedError(f'"{key}" may be a claim of GitHub\'s that is not known here')

    def _start(self, value: Pattern | None) -> _Start:
        prefix = literal_prefix(value) if value is not None else ""
        if not prefix.startswith(REPOSITORY_PREFIX):
            return _Start("", (), self._forms, {})
        repository, colon, context = prefix[5:].partition(":")
        owner, slash, rest = repository.partition("/")
        form = "immutable" if "@" in owner else "name"
        if not slash and form == "name":
            return _Start("", (), self._forms, {})
        if form not in self._forms:
            return _Start("", (), (), {})
        if not colon:
            return _Start("", (), (form,), {}, True, "@" in rest)
        fields = take_apart(_FORMS[form], f"{REPOSITORY_PREFIX}{repository}")
        if fields is None:
            return _Start("", (), (), {})
        pieces = ((_FORMS[form], fields),)
        read = f"{REPOSITORY_PREFIX}{repository}:"
        reads = context.startswith(_CONTEXT_STARTS)
        return _Start(read, pieces, (form,), claims_of(pieces), True, True, reads)

    def _of_family(self, case: Case, start: _Start, family: _Family) -> Outcome | None:
        """Find the widest tenant of a family, if there is any."""
        for verdict, requirements in family:
            admission = self._from_anyone(case, start, requirements)
            if admission is not None:
                return self._of_tenants(verdict, case, start, requirements, admission)
        return None

    def _of_tenants(
        self,
        verdict: Verdict,
        case: Case,
        start: _Start,
        requirements: Mapping[str, str],
        admission: Admission,
    ) -> Outcome:
        if verdict in {Verdict.OPEN, Verdict.LOOKALIKE_OWNER}:
            return Outcome(verdict, case, admission, (), frozenset(start.forms))
        forms = frozenset(
            form
            for form in start.forms
            if len(start.forms) == 1
            or self._from_anyone(case, start._replace(forms=(form,)), requirements)
        )
        recycled = requirements is not _COLLEAGUE and (
            self._from_anyone(case, start, {**requirements, **_RECYCLED}) is not None
        )
        return Outcome(verdict, case, admission, (), forms, recycled)

    def _from_anyone(
        self, case: Case, start: _Start, requirements: Mapping[str, str]
    ) -> Admission | None:
        """Find a token of any repository under the requirements, with any subject template."""
        if not self._settler.leaves_open(case.demands, requirements):
            return None
        for template in (_DEFAULT, _ANY):
            for mode in _SEARCH_ORDER:
                admission = self._in_mode(case, start, mode, requirements, template)
                if admission is not None:
                    return admission
        return None

    def _of_repository(self, case: Case, start: _Start) -> Outcome:
        """Grade the contexts of the one repository that is left.

        Its own template counts where the default has nothing to say, and where a wildcard stands
        before the context: what seems exact with the default may not be with a template. A ref that
        stands before the context counts where there is nothing else.
        """
        usual = self._contexts(case, start, _DEFAULT)
        narrow = usual is None or usual.verdict in {Verdict.EXACT, Verdict.PULL_REQUEST}
        if usual is not None and (start.reads_context or not narrow):
            return usual
        own = self._contexts(case, start, _OWN)
        found = [outcome for outcome in (usual, own) if outcome is not None]
        if found:
            return min(found, key=lambda outcome: outcome.verdict)
        return self._contexts(case, start, _ANY) or Outcome(Verdict.DEAD, case, None)

    def _contexts(self, case: Case, start: _Start, template: str) -> Outcome | None:
        pull_request = self._in_mode(case, start, "pull_request", {}, template)
        unmerged = None if pull_request is None or _is_merged(pull_request) else pull_request
        for mode, verdict in _FAMILIES:
            required = {mode: REQUIRE_OTHER}
            if template == _ANY and mode == "environment":
                required = _UNPINNED
            admission = self._in_mode(case, start, mode, required, template)
            if admission is None:
                continue
            if unmerged is None:
                return self._of_contexts(verdict, case, start, admission, template, required)
            wide = Verdict.REPOSITORY_WIDE
            return self._of_contexts(wide, case, start, unmerged, template, {})
        if pull_request is not None:
            only = Verdict.PULL_REQUEST
            return self._of_contexts(only, case, start, pull_request, template, {})
        return self._exact(case, start, template)

    def _of_contexts(
        self,
        verdict: Verdict,
        case: Case,
        start: _Start,
        admission: Admission,
        template: str,
        required: Mapping[str, str],
    ) -> Outcome:
        mode = admission.mode
        forms = frozenset(
            form
            for form in start.forms
            if len(start.forms) == 1
            or self._in_mode(case, start._replace(forms=(form,)), mode, required, template)
        )
        ids_open = self._in_mode(case, start, mode, {**required, **_RECYCLED}, template)
        contexts: tuple[tuple[Context, str], ...] = ()
        if verdict in {Verdict.PULL_REQUEST, Verdict.REPOSITORY_WIDE}:
            name = "*" if verdict is Verdict.REPOSITORY_WIDE else "pull_request"
            served = Context(self._served(case, start, admission, template), name)
            contexts = tuple((served, form) for form in sorted(forms))
        return Outcome(verdict, case, admission, contexts, forms, ids_open is not None)

    def _exact(self, case: Case, start: _Start, template: str) -> Outcome | None:
        """List the contexts repository by repository; what is found is excluded from then on.

        A default subject that is written out is that of one context.
        """
        value = case.value
        is_of_one = bool(value and value.literal and not value.ignores_case)
        contexts: list[tuple[Context, str]] = []
        admissions: list[Admission] = []
        recycled = False
        for form, (mode, _) in product(start.forms, _FAMILIES):
            formed = start._replace(forms=(form,))
            others: Case | None = case
            while others is not None and len(contexts) < _MOST_CONTEXTS:
                found = self._in_mode(others, formed, mode, {}, template)
                if found is None:
                    break
                left, others = _repository_apart(others, found)
                while found is not None and len(contexts) < _MOST_CONTEXTS:
                    admissions.append(found)
                    repository = self._served(left, formed, found, template)
                    contexts.append((Context(repository, _context_text(found)), form))
                    ids_open = self._in_mode(left, formed, mode, _RECYCLED, template)
                    recycled = recycled or ids_open is not None
                    if is_of_one and template == _DEFAULT:
                        return Outcome(
                            Verdict.EXACT, case, found, tuple(contexts), frozenset([form]), recycled
                        )
                    left = left._replace(demands=_without_context(left.demands, found))
                    found = self._in_mode(left, formed, mode, {}, template)
        if not admissions:
            return None
        forms = frozenset(form for _, form in contexts)
        return Outcome(Verdict.EXACT, case, admissions[0], tuple(contexts), forms, recycled)

    def _served(self, case: Case, start: _Start, admission: Admission, template: str) -> Repository:
        """Tell what is fixed of the repository: a field that no other token has otherwise."""
        fixed: dict[str, str | None] = {
            name: "".join(text) for _, fields in start.repository for name, text in fields
        }
        for field in _REPOSITORY_FIELDS - fixed.keys():
            text = field_text(admission, field)
            if field in _ID_CLAIMS and self._lists_several(case, _ID_CLAIMS[field]):
                text = None
            required = {field: REQUIRE_OTHER}
            is_open = text is None or self._in_mode(case, start, admission.mode, required, template)
            fixed[field] = None if is_open else text
        return _repository(fixed)

    def _lists_several(self, case: Case, claim: str) -> bool:
        return len(case.demands.of(claim).listed(self._steps) or ()) > 1

    def _in_mode(
        self,
        case: Case,
        start: _Start,
        mode: str,
        requirements: Mapping[str, str],
        template: str,
    ) -> Admission | None:
        """Find a token of one mode under the default subject, or under a subject template."""
        if template != _DEFAULT and "sub" not in case.demands.limits:
            return None
        self._steps.take()
        asked = _ENVIRONMENT_OPEN if requirements is _UNPINNED else requirements
        claims = self._settler.settle(case.demands, mode, asked, start.stated)
        if claims is None:
            return None
        following: Sequence[Piece] = ()
        first: Sequence[Piece]
        if template != _DEFAULT:
            first = following = (*(_FORMS[form] for form in start.forms), *TEMPLATE_PIECES[mode])
        elif start.read:
            first = [CONTEXTS[mode]]
        else:
            first = [DEFAULT_SUBJECTS[form][mode] for form in start.forms]
        question = Question(
            case.demands.subject(self._steps),
            case.demands.claims(),
            requirements,
            self._steps,
            _BEHIND_CONTEXT.get(mode, frozenset()) if template == _OWN else frozenset(),
            start.read,
            start.repository,
        )
        found = find(question, first, following)
        return None if found is None else Admission(mode, found, claims)


def _keys_of(subject: str) -> tuple[str, ...]:
    """List what stands in a literal subject where claim keys stand; a property's is its kind."""
    parts = subject.split(":")
    keys: list[str] = []
    at = 0
    while at < len(parts) - 1:
        is_property = parts[at].startswith(f"{REPEATABLE_KEY}_")
        keys.append(REPEATABLE_KEY if is_property else parts[at])
        at += 1 if parts[at] == "pull_request" else 2
    return tuple(keys)


def field_text(admission: Admission, name: str) -> str | None:
    """Give the literal text of a field of a token; None when it is open or not stated."""
    stated = [fields for _, fields in admission.subject]
    stated += filter(None, admission.claims.values())
    for fields in stated:
        for field, characters in fields:
            if field == name and OTHER not in characters:
                return "".join(characters)
    return None


def _repository(fields: Mapping[str, str | None]) -> Repository:
    return Repository(
        owner=fields.get("owner"),
        name=fields.get("repo"),
        owner_id=fields.get("owner_id"),
        id=fields.get("repo_id"),
    )


_REPOSITORY_FIELDS: Final = frozenset({"owner", "repo", "owner_id", "repo_id"})
_ID_CLAIMS: Final = {"owner_id": "repository_owner_id", "repo_id": "repository_id"}


def _is_merged(pull_request: Admission) -> bool:
    stated = [*pull_request.subject, ("ref", pull_request.claims.get("ref") or ())]
    return any(name == "branch" for _, fields in stated for name, _ in fields)


def _ref(admission: Admission) -> str:
    for kind, prefix in (("branch", BRANCH_REF_PREFIX), ("tag", TAG_REF_PREFIX)):
        if text := field_text(admission, kind):
            return prefix + text
    return f"{PULL_REF_PREFIX}{field_text(admission, 'pull') or ''}{PULL_REF_SUFFIX}"


def _context_text(admission: Admission) -> str:
    environment = field_text(admission, "environment")
    if admission.mode != "environment" or environment is None:
        return f"{REF_PREFIX}{_ref(admission)}"
    if ENCODED_COLON in environment:
        raise UndecidedError(
            f'the environment "{environment}" has "{ENCODED_COLON}" in its name, and nobody '
            "documents how a subject shows that"
        )
    return f"{ENVIRONMENT_PREFIX}{environment.replace(':', ENCODED_COLON)}"


def _without_context(demands: Demands, admission: Admission) -> Demands:
    """Exclude the context of one token; an environment in either spelling of `:`."""
    environment = field_text(admission, "environment")
    if admission.mode != "environment" or environment is None:
        return demands.without("ref", _ref(admission))
    encoded = environment.replace(":", ENCODED_COLON)
    return demands.without("environment", environment).without("environment", encoded)


def _repository_apart(case: Case, admission: Admission) -> tuple[Case, Case | None]:
    """Split a case into the repository of a token and the others; None where they have no name."""
    owner, name = (field_text(admission, field) for field in ("owner", "repo"))
    claim, value = "repository", f"{owner}/{name}"
    if owner is None or name is None:
        claim, value = "repository_id", field_text(admission, "repo_id") or ""
    if not value:
        return case, None
    demands = case.demands
    return (
        case._replace(demands=demands.within(claim, value)),
        case._replace(demands=demands.without(claim, value)),
    )
