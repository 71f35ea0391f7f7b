"""An independent, slow and simple evaluator of trust policies, and a universe of tokens.

It shares no code with the pack: conditions are evaluated one token at a time with regular
expressions, and the tokens are written out: every tenant, both subject forms, every context, and
the subject templates that strangers, colleagues and the repository itself may choose.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product

ISSUER = "token.actions.githubusercontent.com"
FILLED = (
    *("aud", "sub", "actor", "actor_id", "enterprise_id", "environment", "job_workflow_ref"),
    *("ref", "repository", "repository_id", "repository_owner_id", "workflow"),
)
Policy = Mapping[str, object]


@dataclass(frozen=True)
class Token:
    """One token: who minted it, what its job's context is, and the claims."""

    owner: str
    name: str
    context: str
    template: tuple[str, ...]
    claims: Mapping[str, str]

    def __hash__(self) -> int:
        return hash(tuple(self.claims.items()))


@dataclass(frozen=True)
class Tenant:
    """A repository with its ids."""

    owner: str
    owner_id: str
    name: str
    id: str
    enterprise: str | None = None


APP = Tenant("acme", "9919", "app", "811", "55")
TENANTS = (
    APP,
    Tenant("acme", "9919", "app-two", "812", "55"),
    Tenant("acme", "9919", "lab", "813", "55"),
    Tenant("acme-evil", "1001", "app", "901", "66"),
    Tenant("acmx", "1003", "app", "903"),
    Tenant("zz", "1002", "app", "902"),
    Tenant("zz", "1002", "yy", "905"),
    Tenant("q7", "8118", "lab", "8110", "77"),
)
CONTEXTS = (
    *("environment:prod", "environment:dev", "environment:prod-eu", "environment:a:b"),
    "pull_request",
    *("ref:refs/heads/main", "ref:refs/heads/main-2", "ref:refs/heads/Main"),
    *("ref:refs/heads/release/1", "ref:refs/heads/x@9919/y", "ref:refs/heads/acme/app"),
    *("ref:refs/tags/v1", "ref:refs/tags/main"),
)
TEMPLATES: tuple[tuple[str, ...], ...] = (
    (),
    ("repo",),
    ("context",),
    ("actor",),
    ("job_workflow_ref",),
    ("repository_owner", "context"),
    ("repository_owner_id", "context"),
    ("repository_id", "context"),
    ("repository", "context"),
    ("repository_id",),
    ("workflow", "repo", "context"),
    ("repo", "context", "job_workflow_ref"),
    ("repo", "ref", "context"),
    ("repo", "workflow"),
    ("workflow", "context"),
    ("context", "workflow"),
    ("enterprise_id", "context"),
    ("ref",),
    ("ref", "environment"),
    ("environment", "ref"),
    ("context", "ref"),
    ("job_workflow_ref", "ref", "environment"),
    ("repo_property_Team",),
    ("repo_property_Team", "context"),
)


def encoded(value: str) -> str:
    return value.replace(":", "%3A")


def shown(context: str) -> str:
    key, colon, value = context.partition(":")
    return key + colon + encoded(value)


def mint(
    tenant: Tenant,
    context: str,
    template: tuple[str, ...],
    *,
    immutable: bool,
    workflow: str = "ci",
    actor: str = "mona",
    ref: str = "refs/heads/main",
    audience: str = "sts.amazonaws.com",
    merged: bool = False,
) -> Token | None:
    """Mint a token as GitHub would; None when the template asks for a claim that is missing.

    A run for a pull request that is `merged` has the ref of the branch that it was for.
    """
    kind, _, place = context.partition(":")
    claims = {
        "aud": audience,
        "actor": actor,
        "actor_id": "583231" if actor == "mona" else "480938",
        "job_workflow_ref": "acme/pipelines/.github/workflows/deploy.yml@refs/heads/main",
        "ref": place if kind == "ref" else ref,
        "repository": f"{tenant.owner}/{tenant.name}",
        "repository_id": tenant.id,
        "repository_owner_id": tenant.owner_id,
        "workflow": workflow,
    }
    if kind == "pull_request":
        claims["ref"] = ref if merged else "refs/pull/7/merge"
    if kind == "environment":
        claims["environment"] = place
    if tenant.enterprise:
        claims["enterprise_id"] = tenant.enterprise
    owner, name = tenant.owner, tenant.name
    if immutable:
        owner, name = f"{owner}@{tenant.owner_id}", f"{name}@{tenant.id}"
    values = {**claims, "repository_owner": tenant.owner, "repo_property_Team": "acme"}
    parts: list[str] = []
    for key in template or ("repo", "context"):
        if key == "repo":
            parts.append(f"repo:{owner}/{name}")
        elif key == "context":
            parts.append(shown(context))
        elif key in values:
            parts.append(f"{key}:{encoded(values[key])}")
        else:
            return None
    claims["sub"] = ":".join(parts)
    return Token(tenant.owner, tenant.name, context, template, claims)


def with_templates() -> Iterator[Token | None]:
    """Mint every context with every template, in both forms where they differ."""
    for tenant, context, template, immutable in product(
        TENANTS, CONTEXTS, TEMPLATES, (False, True)
    ):
        if immutable and template and "repo" not in template:
            continue
        yield mint(tenant, context, template, immutable=immutable)


def by_own_template(token: Token) -> set[str]:
    """List the contexts under which a job is counted on purpose, though it has another.

    - A subject that shows the ref before the context, or without it, is that of a job on this ref,
      whatever its environment: `repo, ref` is a template that the repository's own administrators
      choose, and `repo:acme/app:ref:refs/heads/main` is the default subject of the branch.
    - So it is where a pull request runs on the branch that it was for.

    And where the default subjects have something to say, no template of the repository itself makes
    a verdict wider: what the oracle counts as a pull request has a default subject.
    """
    template = token.template
    if "ref" not in template or "context" in template[: template.index("ref")]:
        return set()
    return {f"ref:{token.claims['ref']}"}


OWN_TEMPLATES: tuple[tuple[str, ...], ...] = (
    ("repo", "ref"),
    ("repo", "environment"),
    ("repo", "ref", "environment"),
    ("repo", "environment", "ref"),
    ("repo", "context", "ref"),
    ("repo", "context", "workflow"),
    ("repo", "workflow", "ref"),
    ("repo", "actor", "context"),
    ("repo", "job_workflow_ref"),
    ("ref", "repo"),
    ("workflow", "repo", "ref"),
    ("environment", "repo"),
    ("repository_id", "ref"),
    ("repository", "environment"),
)


def with_own_templates() -> Iterator[Token | None]:
    """Mint jobs of the repository that is meant, on every kind of ref, with its own templates."""
    refs = ("refs/heads/main", "refs/heads/x", "refs/tags/v1", "refs/pull/7/merge")
    for context, template, ref, immutable in product(CONTEXTS, OWN_TEMPLATES, refs, (False, True)):
        if (immutable and "repo" not in template) or (
            ref != refs[0] and context.startswith(("ref:", "pull"))
        ):
            continue
        yield mint(APP, context, template, immutable=immutable, ref=ref)
        if context == "pull_request":
            yield mint(APP, context, template, immutable=immutable, merged=True)


def with_environments() -> Iterator[Token | None]:
    """Mint jobs in environments on other refs and by other actors."""
    for tenant, context, ref, actor, immutable in product(
        TENANTS,
        ("environment:prod", "environment:dev"),
        ("refs/heads/x", "refs/tags/v1"),
        ("mona", "hubot"),
        (False, True),
    ):
        yield mint(tenant, context, (), immutable=immutable, ref=ref, actor=actor)


def with_merged() -> Iterator[Token | None]:
    """Mint runs for pull requests that are merged."""
    for tenant, ref, immutable in product(
        TENANTS, ("refs/heads/main", "refs/heads/x"), (False, True)
    ):
        yield mint(tenant, "pull_request", (), immutable=immutable, ref=ref, merged=True)


def with_workflows() -> Iterator[Token | None]:
    """Mint jobs whose workflow has a name chosen to look like something else."""
    for tenant, workflow, template in product(
        TENANTS,
        ("acme/app", "a:b", "repository_id", "environment"),
        (("workflow", "context"), ("repo", "workflow", "context")),
    ):
        yield mint(tenant, "environment:prod", template, immutable=False, workflow=workflow)


UNIVERSE = tuple(
    token
    for token in (
        *with_templates(),
        *with_own_templates(),
        *with_environments(),
        *with_merged(),
        *with_workflows(),
    )
    if token is not None
)
EVERYBODY = (1 << len(UNIVERSE)) - 1


@lru_cache(maxsize=100_000)
def expression(pattern: str, wildcards: bool, variables: bool) -> str:
    """Translate a value into a regular expression; an unknown variable matches nothing."""
    text: list[str] = []
    position = 0
    while position < len(pattern):
        if variables and pattern.startswith("${", position):
            end = pattern.find("}", position)
            name = pattern[position + 2 : end]
            text.append(re.escape(name) if name in {"*", "?", "$"} else "(?!)")
            position = end + 1
            continue
        character = pattern[position]
        position += 1
        if wildcards and character in "*?":
            text.append(".*" if character == "*" else ".")
        else:
            text.append(re.escape(character))
    return "".join(text)


class Column:
    """Hold the values of one claim over the universe, one a line, and who has each."""

    def __init__(self, claim: str) -> None:
        self.present = 0
        holders: dict[str, int] = {}
        for n, token in enumerate(UNIVERSE):
            if claim in token.claims:
                self.present |= 1 << n
                value = token.claims[claim]
                holders[value] = holders.get(value, 0) | 1 << n
        self._text = "\n".join(holders)
        self._holders = holders

    def matching(self, wanted: re.Pattern[str]) -> int:
        """Give the tokens whose value matches."""
        bits = 0
        for match in wanted.finditer(self._text):
            bits |= self._holders[match.group()]
        return bits


COLUMNS = {claim: Column(claim) for claim in FILLED}


@lru_cache(maxsize=100_000)
def matching(base: str, claim: str, value: str, variables: bool) -> int:
    """Give the tokens of the universe whose claim matches one value, negation aside."""
    positive = base.replace("Not", "")
    text = expression(value, positive == "StringLike", variables)
    flags = re.MULTILINE | (re.IGNORECASE if positive == "StringEqualsIgnoreCase" else 0)
    return COLUMNS[claim].matching(re.compile(f"^{text}$", flags))


def passing(operator: str, key: str, values: tuple[str, ...], variables: bool) -> int:
    """Give the tokens of the universe that pass a condition, one bit each."""
    prefix, _, claim = key.lower().rpartition(":")
    known = prefix == ISSUER and claim in FILLED
    present = COLUMNS[claim].present if known else 0
    absent = EVERYBODY & ~present
    if operator == "Null":
        wanted = {value.lower() for value in values}
        return (absent if "true" in wanted else 0) | (present if "false" in wanted else 0)
    quantifier, _, rest = operator.rpartition(":")
    base = rest.removesuffix("IfExists")
    negated = "Not" in base
    hit = 0
    if known:
        for value in values:
            hit |= matching(base, claim, value, variables)
    bits = present & ~hit if negated else hit
    if rest.endswith("IfExists") or quantifier == "ForAllValues" or (negated and not quantifier):
        bits |= absent
    return bits


def condition_passes(
    operator: str, key: str, values: tuple[str, ...], token: Token, variables: bool
) -> bool:
    """Evaluate one condition for one token, which need not be of the universe."""
    prefix, _, claim = key.lower().rpartition(":")
    got = token.claims.get(claim) if prefix == ISSUER and claim in FILLED else None
    if operator == "Null":
        return any((value.lower() == "true") is (got is None) for value in values)
    quantifier, _, rest = operator.rpartition(":")
    base = rest.removesuffix("IfExists")
    negated = "Not" in base
    if got is None:
        if quantifier == "ForAnyValue" and not rest.endswith("IfExists"):
            return False
        return negated or rest.endswith("IfExists") or quantifier == "ForAllValues"
    flags = re.DOTALL | (re.IGNORECASE if base.endswith("IgnoreCase") else 0)
    wildcards = base in {"StringLike", "StringNotLike"}
    hit = any(re.fullmatch(expression(value, wildcards, variables), got, flags) for value in values)
    return hit != negated


def listed(value: object) -> list[object]:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def conditions_of(statement: Mapping[str, object]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    block = statement.get("Condition", {})
    assert isinstance(block, Mapping)
    for operator, keys in block.items():
        for key, value in keys.items():
            yield operator, key, tuple(str(v) for v in listed(value))


def statements_of(policy: Policy) -> list[Mapping[str, object]]:
    statements = policy["Statement"]
    assert isinstance(statements, list)
    return statements


def admitted(policy: Policy) -> int:
    """Give the tokens of the universe that get in, one bit each: one Allow, no Deny.

    Principal and action are those of the generated policies, which always fit.
    """
    variables = policy.get("Version") == "2012-10-17"
    allowed = denied = 0
    for statement in statements_of(policy):
        bits = EVERYBODY
        for condition in conditions_of(statement):
            bits &= passing(*condition, variables)
        if statement["Effect"] == "Allow":
            allowed |= bits
        else:
            denied |= bits
    return allowed & ~denied


def gets_in(policy: Policy, token: Token) -> bool:
    """Evaluate one token, which need not be of the universe."""
    variables = policy.get("Version") == "2012-10-17"
    effects = {
        statement["Effect"]
        for statement in statements_of(policy)
        if all(
            condition_passes(operator, key, values, token, variables)
            for operator, key, values in conditions_of(statement)
        )
    }
    return effects == {"Allow"}


def tokens(bits: int) -> Iterator[Token]:
    """Give the tokens that the bits stand for."""
    while bits:
        low = bits & -bits
        bits ^= low
        yield UNIVERSE[low.bit_length() - 1]


def those(chosen: Callable[[Token], bool]) -> int:
    """Give the tokens of the universe that a predicate chooses, one bit each."""
    return sum(1 << n for n, token in enumerate(UNIVERSE) if chosen(token))
