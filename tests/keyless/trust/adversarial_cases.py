"""Trust policies written to fool a reader, each with the verdict it deserves.

The repository meant is acme/app (owner 9919, repository 811); everybody else is a stranger.
"""

from typing import Any, NamedTuple

from tests.keyless.trust.building import (
    ASSUME,
    GITHUB,
    Policy,
    allow,
    deny,
    equals,
    like,
    policy,
    provider,
    statement,
)


class Case(NamedTuple):
    """Name a policy and the verdict wanted."""

    name: str
    verdict: str
    policy: Policy


Block = dict[str, dict[str, Any]]

PROD = "repo:acme/app:environment:prod"
PROD_BY_ID = "repo:acme@9919/app@811:environment:prod"
MAIN = "repo:acme/app:ref:refs/heads/main"
PULL = "repo:acme/app:pull_request"
FLOW = "acme/flows/.github/workflows/ship.yml@refs/heads/main"
SERVER = "github.acme.example/_services/token"
SLUG = f"{GITHUB}/acme-corp"
RESIDENT = "token.actions.acme.ghe.com"


def by_id(block: Block | None = None, **claims: Any) -> Policy:
    """Write a policy that pins the repository's id and nothing about the subject's text."""
    whole: Block = {"StringLike": {"sub": "repo:*"}, "StringEquals": {"repository_id": "811"}}
    whole["StringEquals"].update(claims)
    for operator, keys in (block or {}).items():
        whole.setdefault(operator, {}).update(keys)
    return allow(whole)


def within(subject: Any, *denials: Policy) -> Policy:
    """Write an Allow for a pattern and further statements."""
    return policy(statement({"StringLike": {"sub": subject}}, audience=True), *denials)


def one_action(action: Any, **elements: Any) -> Policy:
    return allow({"StringLike": {"sub": "repo:*"}}, Action=action, **elements)


OWNERS = (
    Case("id behind a wildcard owner", "OPEN", like("repo:*@9919/*")),
    Case("ids behind wildcard names", "OPEN", like("repo:*@9919/*@811:environment:prod")),
    Case("owner suffix", "OPEN", like("repo:*acme/app:*")),
    Case("owner suffix and environment", "OPEN", like("repo:*-acme/app:environment:prod")),
    Case("any owner, one repository name", "OPEN", like("repo:*/app:environment:prod")),
    Case("any environment named prod", "OPEN", like("*:environment:prod")),
    Case("name in the middle", "OPEN", like("*acme/app*")),
    Case("name between colons", "OPEN", like("*:acme/app:*")),
    Case("question marks for an owner", "OPEN", like("repo:????/app:environment:prod")),
    Case("one character or more", "OPEN", like("?*")),
    Case("anything with a slash", "OPEN", like("repo:*/*:*")),
    Case("a branch of anybody", "OPEN", like("repo:*:ref:refs/heads/main")),
    Case("a branch may hold the name", "OPEN", like("repo:*acme/app:environment:prod")),
    Case("owner without its slash", "LOOKALIKE-OWNER", like("repo:acme*")),
    Case("owner with an ending", "LOOKALIKE-OWNER", like("repo:acme*/app:environment:prod")),
    Case("owner with a hyphen", "LOOKALIKE-OWNER", like("repo:acme-*/app:*")),
    Case("one letter of the owner open", "LOOKALIKE-OWNER", like("repo:ac?e/app:environment:prod")),
    Case("first letter open", "LOOKALIKE-OWNER", like("repo:?cme/app:environment:prod")),
    Case("owner, star, at sign", "LOOKALIKE-OWNER", like("repo:acme*@9919/app@811:*")),
    Case("owner with slash", "OWNER-WIDE", like("repo:acme/*")),
    Case("owner with id", "OWNER-WIDE", like("repo:acme@9919/*")),
    Case("owner by name, any id", "OWNER-WIDE", like("repo:acme@*")),
    Case("owner and environment", "OWNER-WIDE", like("repo:acme/*:environment:prod")),
    Case("owner and branch", "OWNER-WIDE", like("repo:acme/*:ref:refs/heads/main")),
    Case("owner id alone", "OWNER-WIDE", allow({"StringEquals": {"repository_owner_id": "9919"}})),
    Case(
        "owner id beside any subject",
        "OWNER-WIDE",
        like("*", repository_owner_id="9919"),
    ),
    Case("repository key by owner", "OWNER-WIDE", allow({"StringLike": {"repository": "acme/*"}})),
    Case("repository key by suffix", "OPEN", allow({"StringLike": {"repository": "*/app"}})),
    Case(
        "repository key by prefix",
        "LOOKALIKE-OWNER",
        allow({"StringLike": {"repository": "acme*"}}),
    ),
    Case("enterprise alone", "OWNER-WIDE", like("repo:*", enterprise_id="55")),
    Case("two enterprises", "OWNER-WIDE", like("repo:*", enterprise_id=["55", "56"])),
    Case(
        "owner id with a star",
        "LOOKALIKE-OWNER",
        allow({"StringLike": {"repository_owner_id": "99*"}}),
    ),
    Case("owner id that is a star", "OPEN", allow({"StringLike": {"repository_owner_id": "*"}})),
    Case("repository id with a star", "OPEN", allow({"StringLike": {"repository_id": "81*"}})),
    Case("ids open, names literal", "OWNER-WIDE", like("repo:acme@*/app@*:environment:prod")),
    Case("owner id open, branch may hold the rest", "OWNER-WIDE", like("repo:acme@*/app@811:*")),
    Case("repository id open", "EXACT", like("repo:acme@9919/app@*:environment:prod")),
    Case("repository with an ending", "SIBLING-REPOSITORY", like("repo:acme/app*")),
    Case(
        "repository ending and environment",
        "SIBLING-REPOSITORY",
        like("repo:acme/app*:environment:prod"),
    ),
    Case(
        "repository with one open letter",
        "SIBLING-REPOSITORY",
        like("repo:acme/a?p:environment:prod"),
    ),
    Case(
        "repository beginning, by id",
        "SIBLING-REPOSITORY",
        like("repo:acme@9919/app*@*:environment:prod"),
    ),
    Case(
        "repository key with an ending",
        "SIBLING-REPOSITORY",
        allow({"StringLike": {"repository": "acme/app*"}}),
    ),
)

CONTEXTS = (
    Case("whole repository", "REPOSITORY-WIDE", like("repo:acme/app:*")),
    Case("whole repository by id", "REPOSITORY-WIDE", like("repo:acme@9919/app@811:*")),
    Case(
        "both forms of a whole repository",
        "REPOSITORY-WIDE",
        like(["repo:acme/app:*", "repo:acme@9919/app@811:*"]),
    ),
    Case("star before the context", "REPOSITORY-WIDE", like("repo:acme/app:?*")),
    Case("contexts with an e", "REPOSITORY-WIDE", like("repo:acme/app:*e*")),
    Case("pull request", "PULL-REQUEST", equals(PULL)),
    Case(
        "pull request in both forms",
        "PULL-REQUEST",
        equals([PULL, "repo:acme@9919/app@811:pull_request"]),
    ),
    Case("pull request through a star", "PULL-REQUEST", like("repo:acme/app:pull*")),
    Case("pull request beside an environment", "PULL-REQUEST", equals([PROD, PULL])),
    Case(
        "pull request beside every branch",
        "PULL-REQUEST",
        like([PULL, "repo:acme/app:ref:refs/heads/*"]),
    ),
    Case("every ref", "ANY-BRANCH", like("repo:acme/app:ref:*")),
    Case("every branch of a folder", "ANY-BRANCH", like("repo:acme/app:ref:refs/heads/release/*")),
    Case("one open letter in a branch", "ANY-BRANCH", like("repo:acme/app:ref:refs/heads/mai?")),
    Case("branch ending", "ANY-BRANCH", like("repo:acme/app:ref:*main")),
    Case(
        "branch in any letter case", "ANY-BRANCH", allow({"StringEqualsIgnoreCase": {"sub": MAIN}})
    ),
    Case("every tag", "ANY-TAG", like("repo:acme/app:ref:refs/tags/*")),
    Case("version tags", "ANY-TAG", like("repo:acme/app:ref:refs/tags/v?")),
    Case("refs that begin with t", "ANY-TAG", like("repo:acme/app:ref:refs/t*")),
    Case(
        "tag in any letter case",
        "ANY-TAG",
        allow({"StringEqualsIgnoreCase": {"sub": "repo:acme/app:ref:refs/tags/v1"}}),
    ),
    Case("every environment", "ANY-ENVIRONMENT", like("repo:acme/app:environment:*")),
    Case(
        "environments that begin with prod",
        "ANY-ENVIRONMENT",
        like("repo:acme/app:environment:prod*"),
    ),
    Case(
        "environment in any letter case", "EXACT", allow({"StringEqualsIgnoreCase": {"sub": PROD}})
    ),
    Case("exact tag", "EXACT", equals("repo:acme/app:ref:refs/tags/v1")),
    Case("branch with a slash", "EXACT", equals("repo:acme/app:ref:refs/heads/release/1")),
    Case(
        "merge queue branch",
        "EXACT",
        equals("repo:acme/app:ref:refs/heads/gh-readonly-queue/main/pr-1-abc"),
    ),
    Case("encoded colon", "EXACT", equals("repo:acme/app:environment:prod%3Ablue")),
    Case("colon that is not encoded", "DEAD", equals("repo:acme/app:environment:prod:blue")),
    Case("dispatch is no context", "DEAD", equals("repo:acme/app:workflow_dispatch")),
    Case("branch without refs/heads", "DEAD", equals("repo:acme/app:ref:main")),
    Case("empty branch", "DEAD", equals("repo:acme/app:ref:refs/heads/")),
    Case("empty environment", "DEAD", equals("repo:acme/app:environment:")),
    Case("blank in a branch", "DEAD", equals("repo:acme/app:ref:refs/heads/a b")),
    Case("star under StringEquals", "DEAD", equals("repo:acme/app:environment:*")),
    Case(
        "scheme in the repository",
        "DEAD",
        equals("repo:https://github.com/acme/app:ref:refs/heads/main"),
    ),
    Case("no repository", "DEAD", equals("repo:acme:ref:refs/heads/main")),
    Case(
        "subject of another forge", "DEAD", equals("project_path:acme/app:ref_type:branch:ref:main")
    ),
    Case("only one id", "DEAD", equals("repo:acme@9919/app:environment:prod")),
    Case("id that is no number", "DEAD", equals("repo:acme@x/app@811:environment:prod")),
    Case(
        "merge ref through an own template",
        "PULL-REQUEST",
        equals("repo:acme/app:ref:refs/pull/7/merge"),
    ),
)

CLAIMS = (
    Case("id and environment", "EXACT", by_id(environment="prod")),
    Case("id and two environments", "EXACT", by_id(environment=["prod", "stage"])),
    Case(
        "id and every environment",
        "ANY-ENVIRONMENT",
        by_id({"StringLike": {"environment": "prod*"}}),
    ),
    Case("id and ref", "ANY-ENVIRONMENT", by_id(ref="refs/heads/main")),
    Case(
        "id, ref and no environment: merged pull requests run on it, too",
        "PULL-REQUEST",
        by_id({"Null": {"environment": "true"}}, ref="refs/heads/main"),
    ),
    Case("id and no environment", "REPOSITORY-WIDE", by_id({"Null": {"environment": "true"}})),
    Case("id and some environment", "ANY-ENVIRONMENT", by_id({"Null": {"environment": "false"}})),
    Case("id and every branch", "ANY-BRANCH", by_id({"StringLike": {"ref": "refs/heads/*"}})),
    Case("id and a branch that is none", "DEAD", by_id(ref="main")),
    Case("id and actor", "REPOSITORY-WIDE", by_id(actor_id="583231")),
    Case("id and called workflow", "REPOSITORY-WIDE", by_id(job_workflow_ref=FLOW)),
    Case("id of letters", "DEAD", allow({"StringEquals": {"repository_id": "acme/app"}})),
    Case("owner id of letters", "DEAD", allow({"StringEquals": {"repository_owner_id": "acme"}})),
    Case("repository without owner", "DEAD", allow({"StringEquals": {"repository": "app"}})),
    Case(
        "called workflow without a ref",
        "DEAD",
        allow({"StringEquals": {"job_workflow_ref": "acme/flows/.github/workflows/x.yml"}}),
    ),
    Case("actor alone", "OPEN", allow({"StringEquals": {"actor": "mona", "actor_id": "583231"}})),
    Case(
        "environment and ref of anybody",
        "OPEN",
        like("repo:*", environment="prod", ref="refs/heads/main"),
    ),
    Case("workflow of anybody", "OPEN", like("repo:*", workflow="deploy", job_workflow_ref=FLOW)),
    Case(
        "owner pattern narrowed by repository",
        "EXACT",
        like("repo:acme/*:environment:prod", repository="acme/app"),
    ),
    Case(
        "open pattern narrowed by repository",
        "EXACT",
        like("repo:*:environment:prod", repository="acme/app"),
    ),
    Case("pattern narrowed by environment", "EXACT", like("repo:acme/app:*", environment="prod")),
    Case(
        "pattern narrowed by ref", "ANY-ENVIRONMENT", like("repo:acme/app:*", ref="refs/heads/main")
    ),
    Case(
        "branches narrowed by ref",
        "EXACT",
        like("repo:acme/app:ref:refs/heads/*", ref="refs/heads/main"),
    ),
    Case(
        "star narrowed by an exact value",
        "EXACT",
        allow({"StringLike": {"sub": "*"}, "StringEquals": {"sub": PROD}}),
    ),
    Case(
        "two patterns that meet in one",
        "EXACT",
        allow(
            {
                "StringLike": {"sub": "repo:acme/app:*"},
                "StringLikeIfExists": {"sub": "*:environment:prod"},
            }
        ),
    ),
    Case(
        "two exact values that differ",
        "DEAD",
        allow({"StringEquals": {"sub": PROD}, "StringLike": {"sub": MAIN}}),
    ),
    Case("environment in sub and in key differ", "DEAD", equals(PROD, environment="dev")),
    Case("ref in sub and in key differ", "DEAD", equals(MAIN, ref="refs/heads/dev")),
    Case("branch subject with an environment", "EXACT", equals(MAIN, environment="prod")),
    Case(
        "environment subject without one",
        "DEAD",
        allow({"StringEquals": {"sub": PROD}, "Null": {"environment": "true"}}),
    ),
    Case("merged pull request", "PULL-REQUEST", equals(PULL, ref="refs/heads/main")),
    Case("pull request on a tag", "DEAD", equals(PULL, ref="refs/tags/v1")),
    Case("pull request on its own ref", "PULL-REQUEST", equals(PULL, ref="refs/pull/7/merge")),
    Case("ids in sub and in key differ", "DEAD", equals(PROD_BY_ID, repository_id="812")),
    Case("name in sub and in key differ", "DEAD", equals(PROD, repository="acme/lab")),
    Case(
        "encoded environment in the key",
        "EXACT",
        equals("repo:acme/app:environment:a%3Ab", environment="a:b"),
    ),
    Case("one of two listed values is left", "EXACT", equals([PROD, MAIN], environment="prod")),
    Case("ids as numbers", "EXACT", equals(PROD, repository_id=811, repository_owner_id=9919)),
    Case(
        "two listed repositories",
        "EXACT",
        by_id({"StringEquals": {"repository_id": ["811", "812"], "environment": "prod"}}),
    ),
)

OPERATORS = (
    Case("only a negated condition", "OPEN", allow({"StringNotLike": {"sub": "repo:evil/*"}})),
    Case(
        "denying pull requests by negation",
        "OPEN",
        allow({"StringNotLike": {"sub": "*:pull_request"}}),
    ),
    Case(
        "negation within a repository",
        "ANY-BRANCH",
        allow(
            {"StringLike": {"sub": "repo:acme/app:*"}, "StringNotLike": {"sub": "*:pull_request"}}
        ),
    ),
    Case(
        "negation of an owner id", "OPEN", allow({"StringNotEquals": {"repository_owner_id": "1"}})
    ),
    Case(
        "if exists on a key nobody fills",
        "OPEN",
        allow({"StringEqualsIfExists": {"repository_owner": "acme"}}),
    ),
    Case(
        "for all values on a key nobody fills",
        "OPEN",
        allow({"ForAllValues:StringEquals": {"repository_owner": "acme"}}),
    ),
    Case(
        "negation on a key nobody fills",
        "OPEN",
        allow({"StringNotEquals": {"event_name": "pull_request"}}),
    ),
    Case(
        "for any value, negated, nobody fills",
        "DEAD",
        allow({"ForAnyValue:StringNotEquals": {"event_name": "pull_request"}}),
    ),
    Case("positive on a key nobody fills", "DEAD", equals(PROD, repository_owner="acme")),
    Case("issuer key", "DEAD", equals(PROD, iss=f"https://{GITHUB}")),
    Case(
        "if exists on the environment",
        "REPOSITORY-WIDE",
        by_id({"StringEqualsIfExists": {"environment": "prod"}}),
    ),
    Case(
        "for all values on the environment",
        "OPEN",
        allow({"ForAllValues:StringEquals": {"environment": "prod"}}),
    ),
    Case(
        "if exists on the subject, which always exists",
        "EXACT",
        allow({"StringEqualsIfExists": {"sub": PROD}}),
    ),
    Case(
        "for all values on the subject",
        "EXACT",
        allow({"ForAllValues:StringEquals": {"sub": PROD}}),
    ),
    Case(
        "for any value on the subject",
        "EXACT",
        allow({"ForAnyValue:StringEquals": {"sub": [PROD, MAIN]}}),
    ),
    Case("subject exists", "OPEN", allow({"Null": {"sub": "false"}})),
    Case("subject is absent", "DEAD", allow({"Null": {"sub": "true"}})),
    Case("subject exists or not", "OPEN", allow({"Null": {"sub": ["true", "false"]}})),
    Case("environment is absent", "OPEN", allow({"Null": {"environment": True}})),
    Case("ARN operator on a subject", "DEAD", allow({"ArnLike": {"sub": "repo:acme/app:*"}})),
    Case(
        "negated ARN operator on a subject", "OPEN", allow({"ArnNotLike": {"sub": "repo:evil/*"}})
    ),
    Case("boolean operator on a subject", "DEAD", allow({"Bool": {"sub": "true"}})),
    Case(
        "number operator on an id",
        "UNKNOWN",
        allow({"NumericEquals": {"repository_id": "811"}, "StringLike": {"sub": "repo:*"}}),
    ),
    Case(
        "number operator beside an exact subject",
        "UNKNOWN",
        allow({"NumericEquals": {"repository_id": "811"}, "StringEquals": {"sub": PROD}}),
    ),
    Case("number operator on a subject", "DEAD", allow({"NumericLessThan": {"sub": "5"}})),
    Case(
        "address instead of a subject",
        "OPEN",
        allow({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
    ),
    Case(
        "address beside a subject",
        "EXACT",
        allow({"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}, "StringEquals": {"sub": PROD}}),
    ),
    Case(
        "session name instead of a subject",
        "OPEN",
        allow({"StringEquals": {"sts:RoleSessionName": "acme"}}),
    ),
    Case(
        "key of another issuer, negated",
        "OPEN",
        allow({"StringNotEquals": {"accounts.google.com:sub": "1"}}),
    ),
    Case(
        "key of another issuer", "DEAD", allow({"StringEquals": {"accounts.google.com:sub": PROD}})
    ),
    Case("key without a prefix", "DEAD", allow({"StringEquals": {"sub:": PROD}})),
    Case("key in capitals", "EXACT", allow({"StringEquals": {f"{GITHUB.upper()}:SUB": PROD}})),
    Case(
        "operator in small letters",
        "EXACT",
        allow({"stringequals": {"sub": PROD, "aud": "sts.amazonaws.com"}}, audience=False),
    ),
    Case("one operator in two spellings", "UNKNOWN", allow({"stringequals": {"sub": PROD}})),
    Case("value in capitals", "DEAD", equals(PROD.replace("repo", "REPO"))),
    Case("empty list", "DEAD", equals([])),
    Case("empty list, negated", "OPEN", allow({"StringNotEquals": {"sub": []}})),
    Case("a number for a subject", "DEAD", equals(811)),
    Case("e-mail of a user", "DEAD", equals(PROD, email="mona@acme.example")),
    Case("unknown operator", "UNKNOWN", allow({"StringMatches": {"sub": PROD}})),
    Case("operator on Null", "UNKNOWN", allow({"NullIfExists": {"sub": "false"}})),
    Case(
        "condition that is a list",
        "UNKNOWN",
        allow(Condition=[{"StringEquals": {f"{GITHUB}:sub": PROD}}]),
    ),
    Case("value that is null", "UNKNOWN", equals(None)),
    Case("value that is an object", "UNKNOWN", equals({"Ref": "Subject"})),
)

VARIABLES = (
    Case(
        "the token's own repository",
        "OPEN",
        like("repo:${" + GITHUB + ":repository}:environment:prod"),
    ),
    Case("the token's own subject", "OPEN", equals("${" + GITHUB + ":sub}")),
    Case(
        "the token's own environment",
        "ANY-ENVIRONMENT",
        equals("repo:acme/app:environment:${" + GITHUB + ":environment}"),
    ),
    Case(
        "own repository beside a pin",
        "EXACT",
        like("repo:${" + GITHUB + ":repository}:environment:prod", repository="acme/app"),
    ),
    Case("variable that no token has", "UNKNOWN", like("repo:${aws:PrincipalTag/org}/app:*")),
    Case("variable with a default", "UNKNOWN", like("repo:${aws:username, 'acme'}/app:*")),
    Case("variable in a negation", "OPEN", allow({"StringNotEquals": {"sub": "${aws:username}"}})),
    Case(
        "variable without Version",
        "DEAD",
        allow({"StringLike": {"sub": "repo:${aws:username}/app:*"}}, version=None),
    ),
    Case(
        "variable in the old Version",
        "DEAD",
        allow({"StringEquals": {"sub": "${" + GITHUB + ":sub}"}}, version="2008-10-17"),
    ),
    Case("escaped star", "DEAD", like("repo:acme/${*}")),
    Case("escaped question mark", "DEAD", like("repo:acme/ap${?}:environment:prod")),
    Case("escaped dollar", "EXACT", equals("repo:acme/app:environment:${$}x")),
    Case(
        "escape in the old Version",
        "DEAD",
        allow({"StringEquals": {"sub": "repo:acme/app:environment:${*}"}}, version=None),
    ),
)

TEMPLATES = (
    Case("environment of anybody", "OPEN", equals("environment:prod")),
    Case("ref of anybody", "OPEN", equals("ref:refs/heads/main")),
    Case("pull request of anybody", "OPEN", equals("pull_request")),
    Case("actor of anybody", "OPEN", equals("actor:mona:environment:prod")),
    Case("called workflow of anybody", "OPEN", equals(f"job_workflow_ref:{FLOW}")),
    Case("custom property of anybody", "OPEN", equals("repo_property_team:acme")),
    Case(
        "workflow and environment of anybody", "OPEN", equals("workflow:acme/app:environment:prod")
    ),
    Case("text that ends like a subject", "OPEN", like("*repo:acme/app:environment:prod*")),
    Case("property that contains an id", "OPEN", like("*repository_id:811*")),
    Case("owner by template", "OWNER-WIDE", equals("repository_owner:acme:environment:prod")),
    Case("owner id by template", "OWNER-WIDE", equals("repository_owner_id:9919:environment:prod")),
    Case(
        "owner and visibility",
        "OWNER-WIDE",
        equals("repository_owner:acme:repository_visibility:private"),
    ),
    Case(
        "lookalike owner by template",
        "LOOKALIKE-OWNER",
        like("repository_owner:acme*:environment:prod"),
    ),
    Case("enterprise by template", "OWNER-WIDE", equals("enterprise:acme-corp:environment:prod")),
    Case("repository id by template", "REPOSITORY-WIDE", equals("repository_id:811")),
    Case("repository by template alone", "REPOSITORY-WIDE", equals("repo:acme/app")),
    Case("repository id and environment", "EXACT", equals("repository_id:811:environment:prod")),
    Case("repository and branch", "EXACT", equals("repository:acme/app:ref:refs/heads/main")),
    Case(
        "repository and called workflow",
        "REPOSITORY-WIDE",
        equals(f"repo:acme/app:job_workflow_ref:{FLOW}"),
    ),
    Case("repository, environment, workflow", "EXACT", equals(f"{PROD}:job_workflow_ref:{FLOW}")),
    Case(
        "repository, pull request, workflow",
        "PULL-REQUEST",
        equals(f"{PULL}:job_workflow_ref:{FLOW}"),
    ),
    Case("environment in front", "EXACT", equals("environment:prod:repo:acme/app")),
    Case("environment and anything behind", "EXACT", like(f"{PROD}:*")),
    Case(
        "two owners in one subject",
        "DEAD",
        equals("repo:acme/app:repository_owner:evil:environment:prod"),
    ),
    Case("one key twice", "DEAD", equals("actor:mona:actor:mona")),
    Case("ref, then environment", "OPEN", equals("ref:refs/heads/main:environment:prod")),
    Case("environment, then ref", "OPEN", equals("environment:prod:ref:refs/heads/main")),
    Case(
        "called workflow, ref and environment",
        "OPEN",
        equals(f"job_workflow_ref:{FLOW}:ref:refs/heads/main:environment:prod"),
    ),
    Case("ref in an environment", "OPEN", equals("ref:refs/heads/main", environment="prod")),
    Case(
        "ref in an environment, in any case",
        "OPEN",
        allow({"StringEqualsIgnoreCase": {"sub": "REF:refs/heads/main:environment:prod"}}),
    ),
    Case("environment and context", "OPEN", equals("environment:prod:environment:prod")),
    Case("ref and context", "OPEN", equals("ref:refs/heads/main:ref:refs/heads/main")),
    Case("two environments", "DEAD", equals("environment:prod:environment:test")),
    Case("no head ref", "OPEN", equals("head_ref::environment:prod")),
    Case("a claim of no condition key", "OPEN", equals("jti:x:environment:prod")),
    Case("a claim that nobody knows", "UNKNOWN", equals("environment:prod:new_claim:x")),
    Case("a key that is none", "DEAD", equals("environment:prod:New Claim:x")),
    Case("capital property of anybody", "OPEN", equals("repo_property_Team:x")),
    Case("hyphenated property of anybody", "OPEN", like("repo_property_cost-center:*")),
    Case("merged pull request of anybody", "OPEN", like("repo:*:pull_request", ref="refs/heads/x")),
    Case("choice that does not exist", "DEAD", equals("repo:acme/app:ref_type:commit")),
    Case(
        "wildcard before the context",
        "ANY-ENVIRONMENT",
        like("repo:acme/app:*:ref:refs/heads/main"),
    ),
)

STATEMENTS = (
    Case(
        "second statement opens",
        "OPEN",
        policy(statement({"StringEquals": {"sub": PROD}}), statement()),
    ),
    Case(
        "second statement is dead",
        "EXACT",
        policy(
            statement({"StringEquals": {"sub": PROD}}),
            statement({"StringEquals": {"sub": "repo:*"}}),
        ),
    ),
    Case(
        "one statement as an object",
        "EXACT",
        {"Version": "2012-10-17", "Statement": statement({"StringEquals": {"sub": PROD}})},
    ),
    Case(
        "a statement for a service beside",
        "EXACT",
        policy(
            statement(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole"),
            statement({"StringEquals": {"sub": PROD}}),
        ),
    ),
    Case(
        "a statement for session tags beside",
        "EXACT",
        policy(statement({"StringEquals": {"sub": PROD}}), statement(Action="sts:TagSession")),
    ),
    Case(
        "deny of pull requests",
        "ANY-BRANCH",
        within("repo:acme/app:*", deny({"StringLike": {"sub": "*:pull_request"}})),
    ),
    Case(
        "deny of all but an environment",
        "EXACT",
        within("repo:acme/app:*", deny({"StringNotEquals": {"environment": "prod"}})),
    ),
    Case(
        "deny if exists leaves the rest",
        "REPOSITORY-WIDE",
        within(
            "repo:acme/app:*",
            deny(
                {
                    "StringNotEqualsIfExists": {"environment": "prod"},
                    "Null": {"environment": "false"},
                }
            ),
        ),
    ),
    Case(
        "deny of everything", "DEAD", within("repo:acme/app:*", deny(Principal="*", Action="sts:*"))
    ),
    Case(
        "deny of another action",
        "REPOSITORY-WIDE",
        within("repo:acme/app:*", deny(Action="sts:TagSession")),
    ),
    Case(
        "deny for another provider",
        "REPOSITORY-WIDE",
        within("repo:acme/app:*", deny(Principal={"Federated": provider("accounts.google.com")})),
    ),
    Case(
        "deny for another account",
        "REPOSITORY-WIDE",
        within("repo:acme/app:*", deny(Principal={"Federated": provider(account="222222222222")})),
    ),
    Case(
        "deny that depends on an address",
        "REPOSITORY-WIDE",
        within("repo:acme/app:*", deny({"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}})),
    ),
    Case(
        "deny with two conditions",
        "REPOSITORY-WIDE",
        within(
            "repo:acme/app:*",
            deny({"StringLike": {"sub": "*:pull_request"}, "StringEquals": {"actor": "evil"}}),
        ),
    ),
    Case(
        "deny on a key nobody fills",
        "REPOSITORY-WIDE",
        within("repo:acme/app:*", deny({"StringEquals": {"event_name": "pull_request"}})),
    ),
    Case(
        "negated deny on a key nobody fills",
        "DEAD",
        within("repo:acme/app:*", deny({"StringNotEquals": {"event_name": "push"}})),
    ),
    Case(
        "deny of strangers",
        "OWNER-WIDE",
        within("repo:*", deny({"StringNotLike": {"sub": "repo:acme/*"}})),
    ),
    Case(
        "deny by owner id",
        "OWNER-WIDE",
        within("*", deny({"StringNotEquals": {"repository_owner_id": "9919"}})),
    ),
    Case(
        "two denies together",
        "EXACT",
        within(
            "repo:*",
            deny({"StringNotEquals": {"repository_id": "811"}}),
            deny({"StringNotEquals": {"environment": "prod"}}),
        ),
    ),
    Case(
        "deny in small letters denies nothing",
        "REPOSITORY-WIDE",
        within("repo:acme/app:*", deny(Effect="deny")),
    ),
    Case(
        "deny with NotPrincipal",
        "REPOSITORY-WIDE",
        within("repo:acme/app:*", deny(Principal=None, NotPrincipal={"Federated": provider()})),
    ),
    Case("allow in small letters", "DEAD", allow({"StringEquals": {"sub": PROD}}, Effect="allow")),
    Case(
        "allow with NotPrincipal",
        "UNKNOWN",
        allow(
            {"StringEquals": {"sub": PROD}}, Principal=None, NotPrincipal={"AWS": "111111111111"}
        ),
    ),
    Case("everybody", "OPEN", allow(Principal="*")),
    Case("every account", "OPEN", allow(Principal={"AWS": "*"})),
    Case(
        "everybody, exact subject", "EXACT", allow({"StringEquals": {"sub": PROD}}, Principal="*")
    ),
    Case(
        "everybody may assume, no web identity",
        "NOT-GITHUB",
        policy(statement(Principal="*", Action="sts:AssumeRole")),
    ),
    Case(
        "everybody, another issuer's condition",
        "NOT-GITHUB",
        policy(statement({"StringEquals": {"accounts.google.com:sub": "1"}}, Principal="*")),
    ),
    Case("all actions of sts", "OPEN", one_action("sts:*")),
    Case("all actions", "OPEN", one_action("*")),
    Case("action with a question mark", "OPEN", one_action("sts:Assume?oleWithWebIdentity")),
    Case("action in capitals", "OPEN", one_action(ASSUME.upper())),
    Case("action among others", "OPEN", one_action(["sts:TagSession", ASSUME])),
    Case("action that is another", "DEAD", one_action("sts:AssumeRole")),
    Case("action with SAML", "DEAD", one_action("sts:AssumeRoleWithSAML")),
    Case("not another action", "OPEN", one_action(None, NotAction="sts:AssumeRole")),
    Case("not this action", "DEAD", one_action(None, NotAction="sts:AssumeRoleWith*")),
    Case("unknown element", "UNKNOWN", allow({"StringEquals": {"sub": PROD}}, Conditions={})),
    Case(
        "placeholder for a provider",
        "UNKNOWN",
        allow(
            {"StringEquals": {"sub": PROD}},
            Principal={"Federated": "${aws_iam_openid_connect_provider.github.arn}"},
        ),
    ),
    Case(
        "look-alike issuer",
        "NOT-GITHUB",
        allow(Principal={"Federated": provider(f"{GITHUB}.evil.example")}),
    ),
    Case(
        "look-alike issuer, one letter",
        "NOT-GITHUB",
        allow(Principal={"Federated": provider("tokens.actions.githubusercontent.com")}),
    ),
    Case(
        "issuer in capitals",
        "EXACT",
        allow({"StringEquals": {"sub": PROD}}, Principal={"Federated": provider(GITHUB.upper())}),
    ),
    Case(
        "two providers, keys of one",
        "EXACT",
        allow(
            {"StringEquals": {"sub": PROD}},
            Principal={"Federated": [provider(), provider("accounts.google.com")]},
        ),
    ),
    Case(
        "two GitHub providers, negation for one",
        "OPEN",
        allow(
            {"StringNotLike": {f"{SLUG}:sub": "repo:evil/*"}},
            Principal={"Federated": [provider(), provider(SLUG)]},
            audience=False,
        ),
    ),
)

ISSUERS = (
    Case(
        "enterprise issuer, any subject",
        "OWNER-WIDE",
        allow({"StringLike": {"sub": "repo:*"}}, issuer=SLUG),
    ),
    Case(
        "enterprise issuer, look-alike owner",
        "OWNER-WIDE",
        allow({"StringLike": {"sub": "repo:acme*"}}, issuer=SLUG),
    ),
    Case("enterprise issuer, exact", "EXACT", allow({"StringEquals": {"sub": PROD}}, issuer=SLUG)),
    Case(
        "enterprise issuer, keys of github.com",
        "DEAD",
        allow({"StringEquals": {f"{GITHUB}:sub": PROD}}, issuer=SLUG),
    ),
    Case(
        "data residency, exact",
        "EXACT",
        allow({"StringEquals": {"sub": [PROD, PROD_BY_ID]}}, issuer=RESIDENT),
    ),
    Case(
        "data residency, any subject",
        "OWNER-WIDE",
        allow({"StringLike": {"sub": "*"}}, issuer=RESIDENT),
    ),
    Case("server, exact", "EXACT", allow({"StringEquals": {"sub": PROD}}, issuer=SERVER)),
    Case(
        "server, immutable form",
        "DEAD",
        allow({"StringEquals": {"sub": PROD_BY_ID}}, issuer=SERVER),
    ),
    Case(
        "server, both forms",
        "EXACT",
        allow({"StringEquals": {"sub": [PROD, PROD_BY_ID]}}, issuer=SERVER),
    ),
    Case(
        "server, whole owner",
        "OWNER-WIDE",
        allow({"StringLike": {"sub": "repo:acme/*"}}, issuer=SERVER),
    ),
    Case(
        "server, undocumented key",
        "UNKNOWN",
        allow({"StringEquals": {"sub": PROD, "repository_id": "811"}}, issuer=SERVER),
    ),
    Case(
        "server, undocumented key pins nothing",
        "OWNER-WIDE",
        allow(
            {"StringLike": {"sub": "repo:*"}, "StringEquals": {"environment": "prod"}},
            issuer=SERVER,
        ),
    ),
    Case("China, exact", "EXACT", allow({"StringEquals": {"sub": PROD}}, partition="aws-cn")),
    Case(
        "China, undocumented key",
        "UNKNOWN",
        allow({"StringEquals": {"sub": PROD, "repository_id": "811"}}, partition="aws-cn"),
    ),
    Case(
        "GovCloud, whole repository",
        "REPOSITORY-WIDE",
        allow({"StringLike": {"sub": "repo:acme/app:*"}}, partition="aws-us-gov"),
    ),
    Case(
        "GovCloud, negated key",
        "EXACT",
        allow(
            {"StringEquals": {"sub": PROD}, "StringNotEquals": {"actor": "evil"}},
            partition="aws-us-gov",
        ),
    ),
    Case("Europe, exact", "EXACT", allow({"StringEquals": {"sub": PROD}}, partition="aws-eusc")),
    Case(
        "Europe, undocumented key",
        "UNKNOWN",
        allow({"StringEquals": {"sub": PROD, "repository_id": "811"}}, partition="aws-eusc"),
    ),
)

CASES = (
    *OWNERS,
    *CONTEXTS,
    *CLAIMS,
    *OPERATORS,
    *VARIABLES,
    *TEMPLATES,
    *STATEMENTS,
    *ISSUERS,
)
