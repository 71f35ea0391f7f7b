"""Grade the tokens that one statement lets in, from the widest kind of tenant to the exact context.

Each grade is a question to the search: is there a token from a wholly unrelated owner; from one
whose name or id is not literal; from another repository of the owner; and so on. The first question
with an answer is the verdict, and the answer is the witness. The named repository itself is asked
for its default subjects; only where none of them fits does its own subject template count, for that
is set by the very people who are meant.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from typing import Final, NamedTuple

from policypack.trust.admitted import Atom, Demands, Limits
from policypack.trust.claims import (
    CHARSETS,
    CLAIM_VALUES,
    DEFAULT_SUBJECTS,
    IMMUTABLE_FORM,
    NAME_FORM,
    REFS,
    REFS_OF_MODE,
    SOMETIMES_ABSENT,
    TEMPLATE_PIECES,
    Piece,
)
from policypack.trust.conditions import Condition
from policypack.trust.issuers import is_one_enterprise, mints_immutable
from policypack.trust.pattern import OTHER, Pattern, PatternSet, literal_prefix, read_pattern
from policypack.trust.search import (
    REQUIRE_ONLY_OTHER,
    REQUIRE_OTHER,
    Budget,
    Found,
    Question,
    find,
)
from policypack.trust.verdict import Context, Repository, Verdict

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

_TENANTS: Final = (
    (Verdict.OPEN, _STRANGER),
    (Verdict.LOOKALIKE_OWNER, _LOOKALIKE),
    (Verdict.OWNER_WIDE, _COLLEAGUE),
    (Verdict.OWNER_WIDE, _SAME_OWNER),
    (Verdict.SIBLING_REPOSITORY, _SIBLING),
)
_ENTERPRISE_TENANTS: Final = _TENANTS[2:]

_DEFAULT: Final = "default subject"
_OWN: Final = "own template"
_ANY: Final = "any template"

_MOST_CONTEXTS: Final = 64
_MOST_SPLIT_VALUES: Final = 128
_SEARCH_ORDER: Final = ("branch", "environment", "pull_request", "tag")
_FAMILIES: Final = (
    ("branch", Verdict.ANY_BRANCH),
    ("tag", Verdict.ANY_TAG),
    ("environment", Verdict.ANY_ENVIRONMENT),
)


class Branch(NamedTuple):
    """Hold demands in which the subject has at most one value to match."""

    demands: Demands
    condition: Condition | None
    value: Pattern | None


class Admission(NamedTuple):
    """Describe a token that gets in: its mode, its subject, and its claims as far as demanded."""

    mode: str
    subject: Found
    claims: Mapping[str, Found | None]


class Outcome(NamedTuple):
    """Hold the grade of one branch.

    `contexts` are what an exact branch, or one for pull requests or a whole repository serves, each
    with the subject form. `forms` are the forms in which the graded tokens come; `recycled` tells
    whether one gets in whose ids are not those of today.
    """

    verdict: Verdict
    branch: Branch
    admission: Admission | None
    contexts: tuple[tuple[Context, str], ...] = ()
    forms: frozenset[str] = frozenset()
    recycled: bool = False


def branches(demands: Demands) -> Iterator[Branch]:
    """Split demands by the values of the subject, and of `repository_id` where nothing else pins.

    A value that the other demands on the subject exclude is left out.
    """
    atom = _narrowest(demands.of("sub").musts)
    if atom is None:
        yield from _split_repositories(Branch(demands, None, None))
        return
    limits = demands.of("sub")
    others = Limits(musts=[a for a in limits.musts if a is not atom], nevers=limits.nevers)
    seen: set[tuple[str | int, ...]] = set()
    for value in atom.values.patterns:
        if value.items in seen:
            continue
        seen.add(value.items)
        is_literal = value.literal is not None and not value.ignores_case
        if is_literal and not others.admits(value.literal or ""):
            continue
        narrowed = Demands(dict(demands.limits), demands.impossible, demands.unsure)
        single = atom._replace(values=PatternSet([value]))
        narrowed.limits["sub"] = Limits(
            limits.absent_passes, limits.present_passes, [single, *others.musts], others.nevers
        )
        branch = Branch(narrowed, atom.condition, value)
        if _pins_repository(value):
            yield branch
        else:
            yield from _split_repositories(branch)


def _narrowest(atoms: Sequence[Atom]) -> Atom | None:
    if not atoms:
        return None
    return min(atoms, key=lambda a: (a.values.literals is None, len(a.values.patterns)))


def _split_repositories(branch: Branch) -> Iterator[Branch]:
    for claim in ("repository_id", "repository"):
        limits = branch.demands.of(claim)
        atom = _narrowest(limits.musts)
        if atom is None or atom.values.literals is None:
            continue
        if not 1 < len(atom.values.literals) <= _MOST_SPLIT_VALUES:
            return_one = len(atom.values.literals) == 1
            if return_one:
                break
            continue
        for value in sorted(atom.values.literals):
            if not limits.admits(value):
                continue
            narrowed = Demands(
                dict(branch.demands.limits), branch.demands.impossible, branch.demands.unsure
            )
            narrowed.limits[claim] = Limits(False, True, [_only(atom, value)], [])
            yield branch._replace(demands=narrowed)
        return
    yield branch


def _only(atom: Atom, value: str) -> Atom:
    pattern = read_pattern(value, wildcards=False, variables=False, ignores_case=False)
    return atom._replace(values=PatternSet([pattern]))


def _pins_owner(value: Pattern | None) -> bool:
    """Tell whether every match names one owner: `repo:OWNER/…` or `repo:OWNER@…`."""
    prefix = literal_prefix(value) if value is not None else ""
    return prefix.startswith("repo:") and ("/" in prefix or "@" in prefix)


def _pins_repository(value: Pattern | None) -> bool:
    prefix = literal_prefix(value) if value is not None else ""
    if not prefix.startswith("repo:"):
        return False
    rest = prefix[5:].partition("/")[2]
    return ":" in rest or "@" in rest


class Grader:
    """Grade branches for the tokens of one issuer."""

    def __init__(self, issuer: str, budget: Budget) -> None:
        self._issuer = issuer
        self._budget = budget
        self._forms = ("name", "immutable") if mints_immutable(issuer) else ("name",)
        self._tenants = _ENTERPRISE_TENANTS if is_one_enterprise(issuer) else _TENANTS

    def grade(self, branch: Branch) -> Outcome:
        """Give the widest kind of token that the branch lets in.

        Raises ExhaustedError or TooLargeError when that takes more than a document may cost.
        """
        self._budget.spend(2)
        value = branch.value
        if value is not None and value.literal is not None and not value.ignores_case:
            read = _read_default(value.literal)
            if read is not None:
                return self._grade_literal(branch, read)
        for verdict, requirements in self._tenants:
            if "owner" in requirements and _pins_owner(value):
                continue
            if "repo" in requirements and _pins_repository(value):
                continue
            admission = self._from_anyone(branch, requirements, self._forms)
            if admission is not None:
                return self._of_tenants(verdict, branch, requirements, admission)
        return self._of_repository(branch)

    def _of_tenants(
        self,
        verdict: Verdict,
        branch: Branch,
        requirements: Mapping[str, str],
        admission: Admission,
    ) -> Outcome:
        if verdict in {Verdict.OPEN, Verdict.LOOKALIKE_OWNER}:
            return Outcome(verdict, branch, admission, (), frozenset(self._forms))
        forms = frozenset(
            form for form in self._forms if self._from_anyone(branch, requirements, (form,))
        )
        recycled = self._from_anyone(branch, {**requirements, **_RECYCLED}, self._forms)
        return Outcome(verdict, branch, admission, (), forms, recycled is not None)

    def _grade_literal(self, branch: Branch, read: "_DefaultSubject") -> Outcome:
        if read.form not in self._forms:
            return Outcome(Verdict.DEAD, branch, None)
        claims = self._settle_literal(branch.demands, read)
        if claims is None:
            return Outcome(Verdict.DEAD, branch, None)
        admission = Admission(read.mode, read.found(), claims)
        recycled = read.form == "name" and self._ids_are_open(branch.demands)
        served = ((Context(_repository(admission), read.context), read.form),)
        verdict = Verdict.PULL_REQUEST if read.mode == "pull_request" else Verdict.EXACT
        return Outcome(verdict, branch, admission, served, frozenset({read.form}), recycled)

    def _settle_literal(
        self, demands: Demands, read: "_DefaultSubject"
    ) -> dict[str, Found | None] | None:
        claims: dict[str, Found | None] = {}
        for claim, limits in demands.limits.items():
            stated = read.states(claim)
            if claim == "sub":
                continue
            if stated is not None:
                if not any(limits.admits(text) for text in stated):
                    return None
            elif claim == "environment" and read.mode != "environment":
                if not limits.absent_passes:
                    return None
                claims[claim] = None
            elif not self._settle_claim(claims, claim, limits, read.mode, {}):
                return None
        return claims

    def _ids_are_open(self, demands: Demands) -> bool:
        return all(
            self._settle_claim({}, claim, demands.of(claim), "branch", _RECYCLED)
            for claim in ("repository_id", "repository_owner_id")
        )

    def _settle(
        self, demands: Demands, mode: str, requirements: Mapping[str, str]
    ) -> dict[str, Found | None] | None:
        """Find a value for every demanded claim, the subject aside; None when one has none."""
        claims: dict[str, Found | None] = {}
        for claim, limits in demands.limits.items():
            if claim == "sub":
                continue
            if not self._settle_claim(claims, claim, limits, mode, requirements):
                return None
        return claims

    def _settle_claim(
        self,
        claims: dict[str, Found | None],
        claim: str,
        limits: Limits,
        mode: str,
        requirements: Mapping[str, str],
    ) -> bool:
        if claim == "environment" and mode != "environment":
            claims[claim] = None
            return limits.absent_passes
        if limits.present_passes:
            found = self._value(claim, limits, mode, requirements)
            if found is not None:
                claims[claim] = found
                return True
        claims[claim] = None
        may_be_absent = claim in SOMETIMES_ABSENT and claim != "environment"
        return may_be_absent and limits.absent_passes

    def _value(
        self, claim: str, limits: Limits, mode: str, requirements: Mapping[str, str]
    ) -> Found | None:
        if claim == "ref":
            pieces = [Piece("ref", REFS[kind]) for kind in REFS_OF_MODE[mode]]
        else:
            pieces = [Piece(claim, CLAIM_VALUES[claim])]
        tracks = {claim: limits.matchers()}
        return find(Question((), tracks, dict(requirements), self._budget), pieces)

    def _ask(self, demands: Demands, requirements: Mapping[str, str]) -> Question:
        tracks = {
            claim: limits.matchers() for claim, limits in demands.limits.items() if claim != "sub"
        }
        return Question(demands.of("sub").matchers(), tracks, dict(requirements), self._budget)

    def _from_anyone(
        self, branch: Branch, requirements: Mapping[str, str], forms: Sequence[str]
    ) -> Admission | None:
        """Find a token of any repository under the requirements, with any subject template."""
        for template in (_DEFAULT, _ANY):
            for mode in _SEARCH_ORDER:
                admission = self._in_mode(branch, mode, requirements, template, forms)
                if admission is not None:
                    return admission
        return None

    def _of_repository(self, branch: Branch) -> Outcome:
        """Grade the contexts of the one repository that is left."""
        for template in (_DEFAULT, _OWN):
            outcome = self._contexts(branch, template)
            if outcome is not None:
                return outcome
        return Outcome(Verdict.DEAD, branch, None)

    def _contexts(self, branch: Branch, template: str) -> Outcome | None:
        pull_request = self._in_mode(branch, "pull_request", {}, template)
        for mode, verdict in _FAMILIES:
            required = {mode: REQUIRE_OTHER}
            admission = self._in_mode(branch, mode, required, template)
            if admission is None:
                continue
            if pull_request is None:
                return self._of_family(verdict, branch, admission, mode, required, template)
            wide = Verdict.REPOSITORY_WIDE
            return self._of_family(wide, branch, pull_request, "pull_request", {}, template)
        if pull_request is not None:
            only = Verdict.PULL_REQUEST
            return self._of_family(only, branch, pull_request, "pull_request", {}, template)
        return self._exact(branch, template)

    def _of_family(
        self,
        verdict: Verdict,
        branch: Branch,
        admission: Admission,
        mode: str,
        required: Mapping[str, str],
        template: str,
    ) -> Outcome:
        forms = frozenset(
            form
            for form in self._forms
            if self._in_mode(branch, mode, required, template, (form,)) is not None
        )
        recycled = self._in_mode(branch, mode, {**required, **_RECYCLED}, template)
        contexts: tuple[tuple[Context, str], ...] = ()
        if verdict in {Verdict.PULL_REQUEST, Verdict.REPOSITORY_WIDE}:
            name = "*" if verdict is Verdict.REPOSITORY_WIDE else "pull_request"
            served = Context(_repository(admission), name)
            contexts = tuple((served, form) for form in sorted(forms))
        return Outcome(verdict, branch, admission, contexts, forms, recycled is not None)

    def _exact(self, branch: Branch, template: str) -> Outcome | None:
        """List the contexts one by one; every one found is then excluded from the next question."""
        contexts: list[tuple[Context, str]] = []
        first: Admission | None = None
        recycled = False
        for form, (mode, _) in product(self._forms, _FAMILIES):
            demands = branch.demands
            while len(contexts) < _MOST_CONTEXTS:
                left = branch._replace(demands=demands)
                admission = self._in_mode(left, mode, {}, template, (form,))
                if admission is None:
                    break
                first = first or admission
                text = _context_text(admission)
                contexts.append((Context(_repository(admission), text), form))
                ids_open = self._in_mode(left, mode, _RECYCLED, template, (form,))
                recycled = recycled or ids_open is not None
                demands = _without(demands, mode, text)
        if first is None:
            return None
        forms = frozenset(form for _, form in contexts)
        return Outcome(Verdict.EXACT, branch, first, tuple(contexts), forms, recycled)

    def _in_mode(
        self,
        branch: Branch,
        mode: str,
        requirements: Mapping[str, str],
        template: str,
        forms: Sequence[str] = (),
    ) -> Admission | None:
        """Find a token of one mode under the repository's default subject, or its own template."""
        forms = forms or self._forms
        value = branch.value
        candidates: list[Piece]
        following: tuple[Piece, ...] = ()
        if template != _DEFAULT:
            following = (*_repository_pieces(forms), *TEMPLATE_PIECES[mode])
            candidates = _starting(following, value)
        else:
            candidates = [
                DEFAULT_SUBJECTS[form][mode] for form in forms if _may_be(value, form, mode)
            ]
        if not candidates:
            return None
        claims = self._settle(branch.demands, mode, requirements)
        if claims is None:
            return None
        question = self._ask(branch.demands, requirements)
        names_context = template == _OWN and mode == "environment"
        found = find(question, candidates, following, names_context=names_context)
        return None if found is None else Admission(mode, found, claims)


def _repository_pieces(forms: Sequence[str]) -> tuple[Piece, ...]:
    pieces = {"name": NAME_FORM, "immutable": IMMUTABLE_FORM}
    return tuple(pieces[form] for form in forms)


def _starting(pieces: Sequence[Piece], value: Pattern | None) -> list[Piece]:
    """Leave out the pieces that cannot begin a match of the value."""
    prefix = literal_prefix(value) if value is not None else ""
    if not prefix:
        return list(pieces)
    return [
        piece
        for piece in pieces
        if prefix.startswith(piece.segments[0].text) or piece.segments[0].text.startswith(prefix)
    ]


_CONTEXT_PREFIXES: Final = {
    "pull_request": "pull_request",
    "branch": "ref:refs/heads/",
    "tag": "ref:refs/tags/",
    "environment": "environment:",
}


def _may_be(value: Pattern | None, form: str, mode: str) -> bool:
    """Tell whether the literal beginning of a value leaves room for this form and mode."""
    prefix = literal_prefix(value) if value is not None else ""
    if not _pins_repository(value):
        return True
    repository, _, context = prefix[5:].partition(":")
    if ("@" in repository) != (form == "immutable"):
        return False
    wanted = _CONTEXT_PREFIXES[mode]
    return context.startswith(wanted) or wanted.startswith(context)


class _DefaultSubject(NamedTuple):
    """Hold a literal subject of GitHub's default shape, taken apart."""

    form: str
    mode: str
    fields: tuple[tuple[str, str], ...]
    context: str

    def found(self) -> Found:
        """Give it as the search would have."""
        piece = DEFAULT_SUBJECTS[self.form][self.mode]
        fields = tuple((name, tuple(_decoded(name, text))) for name, text in self.fields)
        return Found(((piece, fields),))

    def states(self, claim: str) -> tuple[str, ...] | None:
        """Give the values that the subject leaves possible for a claim, None when it is silent."""
        fields = dict(self.fields)
        if claim == "repository":
            return (f"{fields['owner']}/{fields['repo']}",)
        if claim == "repository_owner_id" and "owner_id" in fields:
            return (fields["owner_id"],)
        if claim == "repository_id" and "repo_id" in fields:
            return (fields["repo_id"],)
        if claim == "environment" and self.mode == "environment":
            return (_decoded("environment", fields["environment"]), fields["environment"])
        if claim == "ref" and self.mode in {"branch", "tag"}:
            return (self.context.removeprefix("ref:"),)
        return None


def _decoded(name: str, text: str) -> str:
    return text.replace("%3A", ":") if name == "environment" else text


def _read_default(text: str) -> _DefaultSubject | None:
    """Take a literal subject of GitHub's default shape apart; None when it has another shape."""
    parts = text.split(":")
    if len(parts) < 3 or parts[0] != "repo":
        return None
    owner, slash, name = parts[1].partition("/")
    fields: list[tuple[str, str]]
    if "@" in owner:
        form = "immutable"
        owner, _, owner_id = owner.partition("@")
        name, _, repo_id = name.partition("@")
        fields = [("owner", owner), ("owner_id", owner_id), ("repo", name), ("repo_id", repo_id)]
    else:
        form = "name"
        fields = [("owner", owner), ("repo", name)]
    context = ":".join(parts[2:])
    mode, place = _read_context(parts[2:])
    if place is not None:
        fields.append(place)
    if not slash or not mode or not all(CHARSETS[n].spells(t) for n, t in fields):
        return None
    return _DefaultSubject(form, mode, tuple(fields), context)


def _read_context(parts: Sequence[str]) -> tuple[str, tuple[str, str] | None]:
    if len(parts) == 1 and parts[0] == "pull_request":
        return "pull_request", None
    if len(parts) == 2 and parts[0] == "environment":
        return "environment", ("environment", parts[1])
    if len(parts) == 2 and parts[0] == "ref":
        for mode, prefix in (("branch", "refs/heads/"), ("tag", "refs/tags/")):
            if parts[1].startswith(prefix):
                return mode, (mode, parts[1].removeprefix(prefix))
    return "", None


def field_text(admission: Admission, name: str) -> str | None:
    """Give the literal text of a field of a token; None when it is open or not stated."""
    texts = [admission.subject, *filter(None, admission.claims.values())]
    for found in texts:
        for _, fields in found.pieces:
            for field, characters in fields:
                if field == name and OTHER not in characters:
                    return "".join(characters)
    return None


def _repository(admission: Admission) -> Repository:
    return Repository(
        owner=field_text(admission, "owner"),
        name=field_text(admission, "repo"),
        owner_id=field_text(admission, "owner_id"),
        id=field_text(admission, "repo_id"),
    )


def _context_text(admission: Admission) -> str:
    text = field_text(admission, admission.mode) or ""
    if admission.mode == "environment":
        return f"environment:{text.replace(':', '%3A')}"
    return _CONTEXT_PREFIXES[admission.mode] + text


def _without(demands: Demands, mode: str, context: str) -> Demands:
    """Exclude one context that has been found."""
    claim = "environment" if mode == "environment" else "ref"
    text = context.split(":", 1)[1]
    if claim == "environment":
        text = text.replace("%3A", ":")
    left = demands.copy()
    limits = left.limits.setdefault(claim, Limits())
    pattern = read_pattern(text, wildcards=False, variables=False, ignores_case=False)
    limits.nevers.append(PatternSet([pattern]))
    return left
