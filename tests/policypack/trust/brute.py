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
) -> Token | None:
    """Mint a token as GitHub would; None when the template asks for a claim that is missing."""
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
        claims["ref"] = "refs/pull/7/merge"
    if kind == "environment":
        claims["environment"] = place
    if tenant.enterprise:
        claims["enterprise_id"] = tenant.enterprise
    owner, name = tenant.owner, tenant.name
    if immutable:
        owner, name = f"{owner}@{tenant.owner_id}", f"{name}@{tenant.id}"
    values = {**claims, "repository_owner": tenant.owner}
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
        if tenant is APP and template == ("repo", "ref", "context"):
            continue  # its sub shows the ref first: for the repository itself that is a context
        if immutable and template and "repo" not in template:
            continue
        yield mint(tenant, context, template, immutable=immutable)


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
    for token in (*with_templates(), *with_environments(), *with_workflows())
    if token is not None
)
EVERYBODY = (1 << len(UNIVERSE)) - 1


@lru_cache(maxsize=4096)
def expression(pattern: str, wildcards: bool, variables: bool) -> re.Pattern[str]:
    """Translate a value; `${…}` becomes a group that is compared by hand."""
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
    return re.compile("".join(text), re.DOTALL)


def matches(base: str, value: str, wanted: str, variables: bool) -> bool:
    if base in {"StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"}:
        return value.lower() == wanted.lower()
    if not variables and base in {"StringEquals", "StringNotEquals"}:
        return value == wanted
    wildcards = base in {"StringLike", "StringNotLike"}
    if not wildcards and "${" not in wanted:
        return value == wanted
    return expression(wanted, wildcards, variables).fullmatch(value) is not None


def listed(value: object) -> list[object]:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else [value]


def condition_passes(
    operator: str, key: str, values: list[object], token: Token, variables: bool
) -> bool:
    prefix, _, claim = key.lower().rpartition(":")
    present = prefix == ISSUER and claim in FILLED and claim in token.claims
    if operator == "Null":
        return any((str(v).lower() == "true") is not present for v in values)
    quantifier, _, rest = operator.rpartition(":")
    base = rest.removesuffix("IfExists")
    negated = "Not" in base
    if not present:
        if rest.endswith("IfExists"):
            return True
        if quantifier:
            return quantifier == "ForAllValues"
        return negated
    hit = any(matches(base, token.claims[claim], str(v), variables) for v in values)
    return hit != negated


@lru_cache(maxsize=100_000)
def passing(operator: str, key: str, values: tuple[str, ...], variables: bool) -> int:
    """Give the tokens of the universe that pass a condition, one bit each."""
    bits = 0
    for n, token in enumerate(UNIVERSE):
        if condition_passes(operator, key, list(values), token, variables):
            bits |= 1 << n
    return bits


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
            condition_passes(operator, key, list(values), token, variables)
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
