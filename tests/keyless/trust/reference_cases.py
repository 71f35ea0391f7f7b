"""Trust policies as public tools and vendors use them for tests and examples, written anew.

Each has the meaning of one policy of a public collection and a verdict by the class that an
independent evaluator gave it there. Three differ on purpose: a pattern such as `main*` admits every
branch of that beginning, although the collection's small set of tokens had no other in it.
"""

from typing import Any, NamedTuple

from tests.keyless.trust.building import (
    GITHUB,
    Policy,
    allow,
    equals,
    like,
    policy,
    provider,
    statement,
)


class Case(NamedTuple):
    """Name a policy, its class in the collection, and the verdict wanted."""

    name: str
    reference: str
    verdict: str
    policy: Policy


def bare(condition: dict[str, dict[str, Any]] | None = None, **elements: Any) -> Policy:
    """Write one Allow statement without an audience."""
    return policy(statement(condition, **elements))


MAIN = "repo:meadow/api:ref:refs/heads/main"
WIDE = "repo:meadow/api:*"
FLOW = "meadow/flows/.github/workflows/ship.yml"
LIVE_BY_FLOW = f"repo:meadow/api:environment:live:job_workflow_ref:{FLOW}@refs/heads/main"

CASES = (
    Case("one exact value in a list", "8", "EXACT", equals([MAIN])),
    Case(
        "two exact branches",
        "8",
        "EXACT",
        equals([MAIN, "repo:meadow/api:ref:refs/heads/stage"]),
    ),
    Case(
        "both subject forms, exact",
        "8",
        "EXACT",
        equals([MAIN, "repo:meadow@4410/api@55102:ref:refs/heads/main"]),
    ),
    Case(
        "every branch and one tag",
        "6",
        "ANY-BRANCH",
        like(["repo:meadow/api:ref:refs/heads/*", "repo:meadow/api:ref:refs/tags/one"]),
    ),
    Case(
        "whole repository for another audience",
        "5",
        "REPOSITORY-WIDE",
        allow(
            {"StringEquals": {"aud": "sts.elsewhere.example"}, "StringLike": {"sub": WIDE}},
            audience=False,
        ),
    ),
    Case("whole repository in mixed case", "5", "REPOSITORY-WIDE", like("repo:MeaDow/Api:*")),
    Case(
        "exact branch in mixed case", "8", "EXACT", equals("repo:MeaDow/Api:ref:refs/heads/Trunk")
    ),
    Case("no condition", "1", "OPEN", bare()),
    Case("a word for a subject", "0", "DEAD", bare({"StringEquals": {"sub": "nonsense"}})),
    Case("a literal star", "0", "DEAD", bare({"StringEquals": {"sub": "*"}})),
    Case(
        "own template that begins with the workflow",
        "9",
        "EXACT",
        bare({"StringEquals": {"sub": "workflow:nightly:repo:meadow/api:ref:refs/heads/Trunk"}}),
    ),
    Case("a literal repo:*", "0", "DEAD", bare({"StringEquals": {"sub": "repo:*"}})),
    Case("a literal owner*", "0", "DEAD", bare({"StringEquals": {"sub": "repo:meadow*"}})),
    Case("a literal owner/*", "0", "DEAD", bare({"StringEquals": {"sub": "repo:meadow/*"}})),
    Case(
        "subject key of an enterprise issuer",
        "0",
        "DEAD",
        allow({"StringEquals": {f"{GITHUB}/meadow-corp:sub": MAIN}}),
    ),
    Case(
        "a role for EC2",
        "n/a",
        "NOT-GITHUB",
        policy(statement(Principal={"Service": "ec2.amazonaws.com"}, Action="sts:AssumeRole")),
    ),
    Case(
        "an identity policy",
        "n/a",
        "NOT-GITHUB",
        policy(statement(Principal=None, Action=["s3:GetObject", "sqs:SendMessage"], Resource="*")),
    ),
    Case(
        "whole owner, no audience", "3", "OWNER-WIDE", bare({"StringLike": {"sub": "repo:dale/*"}})
    ),
    Case("whole repository", "5", "REPOSITORY-WIDE", like(WIDE)),
    Case(
        "whole repository, no audience", "5", "REPOSITORY-WIDE", bare({"StringLike": {"sub": WIDE}})
    ),
    Case("audience alone", "1", "OPEN", allow()),
    Case("any subject", "1", "OPEN", like("*")),
    Case("exact environment", "8", "EXACT", equals("repo:meadow/api:environment:live")),
    Case(
        "any federated principal",
        "5",
        "REPOSITORY-WIDE",
        allow({"StringLike": {"sub": WIDE}}, Principal={"Federated": "*"}),
    ),
    Case(
        "a provider of somebody else",
        "n/a",
        "NOT-GITHUB",
        allow(
            {"StringLike": {"sub": WIDE}}, Principal={"Federated": provider("accounts.google.com")}
        ),
    ),
    Case(
        "accounts with a second factor",
        "n/a",
        "NOT-GITHUB",
        policy(
            statement(
                {
                    "Bool": {"aws:MultiFactorAuthPresent": "true"},
                    "NumericLessThan": {"aws:MultiFactorAuthAge": "3600"},
                },
                Principal={"AWS": ["111111111111", "arn:aws:iam::222222222222:root"]},
                Action="sts:AssumeRole",
            )
        ),
    ),
    Case("whole repository under StringEquals", "0", "DEAD", equals(WIDE)),
    Case("exact branch, no audience", "8", "EXACT", bare({"StringEquals": {"sub": MAIN}})),
    Case("exact branch under StringLike", "8", "EXACT", bare({"StringLike": {"sub": MAIN}})),
    Case("repository, then a star", "5", "REPOSITORY-WIDE", bare({"StringLike": {"sub": WIDE}})),
    Case("owner, then a star", "3", "OWNER-WIDE", bare({"StringLike": {"sub": "repo:meadow/*"}})),
    Case(
        "pull requests through a star", "5", "REPOSITORY-WIDE", bare({"StringLike": {"sub": WIDE}})
    ),
    Case("another branch stays out", "8", "EXACT", bare({"StringEquals": {"sub": MAIN}})),
    Case(
        "immutable form, exact",
        "8",
        "EXACT",
        bare({"StringLike": {"sub": "repo:meadow@4410/api@55102:ref:refs/heads/main"}}),
    ),
    Case("name form after the change", "8", "EXACT", bare({"StringLike": {"sub": MAIN}})),
    Case(
        "one unknown character", "8", "ANY-BRANCH", bare({"StringLike": {"sub": MAIN[:-1] + "?"}})
    ),
    Case("star under StringEquals", "0", "DEAD", bare({"StringEquals": {"sub": "repo:meadow/*"}})),
    Case(
        "two repositories",
        "8",
        "EXACT",
        bare({"StringEquals": {"sub": [MAIN, "repo:meadow/web:ref:refs/heads/main"]}}),
    ),
    Case(
        "two repositories, a third stays out",
        "8",
        "EXACT",
        bare({"StringEquals": {"sub": ["repo:meadow/web:ref:refs/heads/main", MAIN]}}),
    ),
    Case(
        "a loose value behind an exact one",
        "3",
        "OWNER-WIDE",
        bare({"StringLike": {"sub": [MAIN, "repo:meadow/*"]}}),
    ),
    Case("audience of the official action alone", "1", "OPEN", allow()),
    Case("audience alone, default audience refused", "1", "OPEN", allow()),
    Case("environment key alone", "1", "OPEN", bare({"StringEquals": {"environment": "live"}})),
    Case(
        "reusable workflow by commit alone",
        "1",
        "OPEN",
        bare({"StringEquals": {"job_workflow_ref": f"{FLOW}@{'0123456789' * 4}"}}),
    ),
    Case(
        "reusable workflow by tag alone",
        "1",
        "OPEN",
        bare({"StringEquals": {"job_workflow_ref": f"{FLOW}@refs/tags/v3"}}),
    ),
    Case(
        "repository id alone",
        "5",
        "REPOSITORY-WIDE",
        bare({"StringEquals": {"repository_id": "55102"}}),
    ),
    Case(
        "template of the called workflow",
        "1b",
        "OPEN",
        bare({"StringEquals": {"sub": f"job_workflow_ref:{FLOW}@refs/heads/main"}}),
    ),
    Case(
        "own template of repository, environment and workflow",
        "9",
        "EXACT",
        bare({"StringEquals": {"sub": LIVE_BY_FLOW}}),
    ),
    Case(
        "default pattern beside a template",
        "5",
        "REPOSITORY-WIDE",
        bare({"StringLike": {"sub": WIDE}}),
    ),
    Case("branch beginning", "8", "ANY-BRANCH", bare({"StringLike": {"sub": MAIN + "*"}})),
    Case(
        "branch beginning, nothing more",
        "8",
        "ANY-BRANCH",
        bare({"StringLike": {"sub": MAIN + "*"}}),
    ),
    Case(
        "every branch, nested ones too",
        "6",
        "ANY-BRANCH",
        bare({"StringLike": {"sub": "repo:meadow/api:ref:refs/heads/*"}}),
    ),
    Case("letter case counts", "8", "EXACT", bare({"StringEquals": {"sub": MAIN}})),
    Case(
        "environment with a capital",
        "8",
        "EXACT",
        bare({"StringEquals": {"sub": "repo:meadow/api:environment:Live"}}),
    ),
    Case("audience and branch", "8", "EXACT", equals("repo:meadow/api:ref:refs/heads/topic")),
    Case("wrong audience stays out", "8", "EXACT", equals("repo:meadow/api:ref:refs/heads/topic")),
    Case("audience does not narrow a star", "5", "REPOSITORY-WIDE", like(WIDE)),
    Case(
        "repository id beside an exact branch",
        "8",
        "EXACT",
        bare({"StringEquals": {"repository_id": "55102", "sub": MAIN}}),
    ),
    Case(
        "several exact values and an audience",
        "8",
        "EXACT",
        equals([MAIN, "repo:meadow/web:ref:refs/heads/main"]),
    ),
    Case("vendor: exact branch", "8", "EXACT", equals("repo:meadow/api:ref:refs/heads/topic")),
    Case("vendor: whole repository", "5", "REPOSITORY-WIDE", like(WIDE)),
    Case("vendor: environment", "8", "EXACT", equals("repo:meadow/api:environment:live")),
    Case(
        "vendor: ids without a subject",
        "7",
        "ANY-ENVIRONMENT",
        allow(
            {
                "StringEquals": {
                    "repository_owner_id": "4410",
                    "repository_id": "55102",
                    "actor_id": "902",
                    "ref": "refs/heads/main",
                    "enterprise_id": "31",
                }
            }
        ),
    ),
    Case(
        "vendor: immutable branch",
        "8",
        "EXACT",
        equals("repo:meadow@4410/api@55102:ref:refs/heads/main"),
    ),
    Case(
        "vendor: template with stars left in",
        "3",
        "OWNER-WIDE",
        policy(statement({"StringLike": {"sub": "repo:meadow/*:ref:refs/heads/*"}}), version=None),
    ),
    Case("probe: no subject", "1", "OPEN", allow()),
    Case("probe: star", "1", "OPEN", like("*")),
    Case("probe: repo:*", "1", "OPEN", like("repo:*")),
    Case("probe: repo:*/*", "1", "OPEN", like("repo:*/*")),
    Case("probe: owner", "3", "OWNER-WIDE", like("repo:dale-lab/*")),
    Case(
        "probe: exact first, owner second",
        "3",
        "OWNER-WIDE",
        bare({"StringLike": {"sub": [MAIN, "repo:meadow/*"]}}),
    ),
    Case(
        "probe: exact first, star second",
        "1",
        "OPEN",
        bare({"StringLike": {"sub": ["repo:meadow/api", "*"]}}),
    ),
    Case(
        "probe: called workflow instead of a subject",
        "1",
        "OPEN",
        allow({"StringEquals": {"job_workflow_ref": f"{FLOW}@refs/heads/main"}}),
    ),
    Case("rule example: audience alone", "1", "OPEN", allow()),
)
