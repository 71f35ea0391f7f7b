"""What is written instead of a trust policy, case by case, and what that lacks."""

from collections.abc import Mapping
from typing import Any

import pytest

from keyless.rules.placeholders import Placeholder, hole
from keyless.rules.trust_rewrite import Rewrite, rewrite_trust
from keyless.trust import judge

ISSUER = "token.actions.githubusercontent.com"
SERVER = "git.acme.com/_services/token"
LISTED = (ISSUER, SERVER)
ACCOUNT = "222222222222"
NAMED, NUMBERED = "repo:acme/shop", "repo:acme@9919/shop@811223344"
PRODUCTION = "environment:production"
IDS: dict[str, Any] = {"repository_id": "811223344", "repository_owner_id": "9919"}
ASSUME = "sts:AssumeRoleWithWebIdentity"


def arn(issuer: str = ISSUER, partition: str = "aws", account: str = ACCOUNT) -> str:
    return f"arn:{partition}:iam::{account}:oidc-provider/{issuer}"


def keys(claims: Mapping[str, Any], issuer: str = ISSUER) -> dict[str, Any]:
    """Return condition keys; those of the request are written whole."""
    return {name if ":" in name else f"{issuer}:{name}": each for name, each in claims.items()}


def allow(
    issuer: str = ISSUER, /, principal: Any = None, action: Any = ASSUME, **conditions: Any
) -> dict[str, Any]:
    """Return an old statement, its conditions by operator."""
    return {
        "Effect": "Allow",
        "Principal": {"Federated": arn(issuer)} if principal is None else principal,
        "Action": action,
        "Condition": {operator: keys(each, issuer) for operator, each in conditions.items()},
    }


def rewritten(*statements: Any, account: str | None = None, pin_ids: bool = False) -> Rewrite:
    policy = {"Version": "2012-10-17", "Statement": list(statements)}
    return rewrite_trust(policy, judge(policy), LISTED, account, pin_ids=pin_ids)


def of_subject(sub: Any, *, pin_ids: bool = False, **claims: Any) -> Rewrite:
    return rewritten(allow(StringLike={"sub": sub, **claims}), pin_ids=pin_ids)


def written(
    *subjects: str,
    aud: str = "sts.amazonaws.com",
    provider: str = "",
    action: Any = ASSUME,
    more: Mapping[str, Mapping[str, Any]] | None = None,
    **claims: Any,
) -> dict[str, Any]:
    """Return the new policy of one statement."""
    issuer = provider.partition("oidc-provider/")[2] or ISSUER
    condition = {"StringEquals": keys({"aud": aud, "sub": list(subjects), **claims}, issuer)}
    for operator, each in (more or {}).items():
        condition[operator] = {**condition.get(operator, {}), **keys(each, issuer)}
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider or arn()},
        "Action": action,
        "Condition": condition,
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def both(context: str) -> tuple[str, str]:
    return f"{NAMED}:{context}", f"{NUMBERED}:{context}"


WHOLE = written(*both(PRODUCTION), **IDS)
BY_NAME = written(f"{NAMED}:{PRODUCTION}")
NOTHING_NAMED = written(
    "repo:<owner>/<repository>:environment:<environment>",
    "repo:<owner>@<id of the owner>/<repository>@<id of the repository>:environment:<environment>",
    repository_id="<id of the repository>",
    repository_owner_id="<id of the owner>",
)
OWNER = Placeholder("id of acme", "gh api users/acme --jq .id")
SHOP = Placeholder("id of acme/shop", "gh api repos/acme/shop --jq .id")
ENVIRONMENT = Placeholder("environment", None)


@pytest.mark.parametrize(
    ("sub", "claims", "document"),
    [
        (f"{NAMED}:{PRODUCTION}", {}, BY_NAME),
        (f"{NUMBERED}:{PRODUCTION}", {}, WHOLE),
        ([f"{NAMED}:{PRODUCTION}", f"{NUMBERED}:{PRODUCTION}"], {}, WHOLE),
        ([f"{NUMBERED}:{PRODUCTION}", f"{NAMED}:{PRODUCTION}"], {}, WHOLE),
        (f"repo:acme@*/shop@*:{PRODUCTION}", IDS, WHOLE),
        (f"{NAMED}:{PRODUCTION}", IDS, WHOLE),
        (f"repo:*/*:{PRODUCTION}", {"repository": "acme/shop", **IDS}, WHOLE),
        (
            f"{NAMED}:{PRODUCTION}",
            {"repository_id": "811223344"},
            written(f"{NAMED}:{PRODUCTION}", repository_id="811223344"),
        ),
        (
            f"{NAMED}:{PRODUCTION}",
            {"repository_owner_id": "9919"},
            written(f"{NAMED}:{PRODUCTION}", repository_owner_id="9919"),
        ),
        (f"{NAMED}:pull_request", {}, written(f"{NAMED}:pull_request")),
        (f"{NAMED}:pull_request*", {}, written(f"{NAMED}:pull_request")),
        (f"{NAMED}:ref:refs/heads/a/b", {}, written(f"{NAMED}:ref:refs/heads/a/b")),
        (f"{NAMED}:ref:refs/tags/v1", {}, written(f"{NAMED}:ref:refs/tags/v1")),
        (f"*{NAMED}:{PRODUCTION}", {"repository": "acme/shop", **IDS}, WHOLE),
    ],
)
def test_a_policy_that_names_everything_is_written_whole(
    sub: object, claims: dict[str, Any], document: Any
) -> None:
    rewrite = of_subject(sub, **claims)
    kept = {"repository": claims["repository"]} if "repository" in claims else {}
    if kept:
        document = written(*both(PRODUCTION), more={"StringLike": kept}, **IDS)
    assert rewrite == Rewrite(documents=(document,))
    assert rewrite.document == document
    assert rewrite.look_up == ()
    assert rewrite.says_what_is_meant


def test_ids_of_a_repository_that_goes_by_its_name_are_looked_up_on_demand() -> None:
    rewrite = of_subject(f"{NAMED}:{PRODUCTION}", pin_ids=True)
    assert rewrite == Rewrite(
        documents=(
            written(
                f"{NAMED}:{PRODUCTION}",
                f"repo:acme@<id of acme>/shop@<id of acme/shop>:{PRODUCTION}",
                repository_id="<id of acme/shop>",
                repository_owner_id="<id of acme>",
            ),
        ),
        fill_in=(OWNER, SHOP),
    )
    policy = {"Statement": [allow(StringLike={"sub": f"{NAMED}:{PRODUCTION}"})]}
    assert rewrite_trust(policy, judge(policy), LISTED, None) == Rewrite(documents=(BY_NAME,))
    assert rewrite.document is None
    assert rewrite.look_up == (
        "the id of acme: gh api users/acme --jq .id",
        "the id of acme/shop: gh api repos/acme/shop --jq .id",
    )
    assert rewrite.says_what_is_meant
    filled = rewrite.filled({"id of acme": "9919", "id of acme/shop": "811223344"})
    assert filled == Rewrite(documents=(WHOLE,))
    assert rewrite.filled({"id of acme": "9919"}).fill_in == (SHOP,)
    odd = rewrite.filled({"id of acme": 'a"b'}).documents[0]["Statement"][0]
    assert odd["Condition"]["StringEquals"][f"{ISSUER}:repository_owner_id"] == 'a"b'


@pytest.mark.parametrize(
    ("sub", "claims", "subjects", "pinned", "fill_in"),
    [
        (
            "repo:acme/*",
            {},
            (
                "repo:acme/<repository>:environment:<environment>",
                "repo:acme@<id of acme>/<repository>@<id of the repository>"
                ":environment:<environment>",
            ),
            {"repository_id": "<id of the repository>", "repository_owner_id": "<id of acme>"},
            (
                Placeholder("repository", None),
                ENVIRONMENT,
                OWNER,
                Placeholder("id of the repository", None),
            ),
        ),
        (
            "*",
            {"repository_id": "7"},
            (
                "repo:<owner of repository 7>/<name of repository 7>:environment:<environment>",
                "repo:<owner of repository 7>@<id of the owner of repository 7>"
                "/<name of repository 7>@7:environment:<environment>",
            ),
            {"repository_id": "7", "repository_owner_id": "<id of the owner of repository 7>"},
            (
                Placeholder("owner of repository 7", "gh api repositories/7 --jq .owner.login"),
                Placeholder("name of repository 7", "gh api repositories/7 --jq .name"),
                ENVIRONMENT,
                Placeholder(
                    "id of the owner of repository 7", "gh api repositories/7 --jq .owner.id"
                ),
            ),
        ),
        (
            "repo:*",
            {"repository_owner_id": "9919"},
            (
                "repo:<owner with id 9919>/<repository>:environment:<environment>",
                "repo:<owner with id 9919>@9919/<repository>@<id of the repository>"
                ":environment:<environment>",
            ),
            {"repository_id": "<id of the repository>", "repository_owner_id": "9919"},
            (
                Placeholder("owner with id 9919", "gh api user/9919 --jq .login"),
                Placeholder("repository", None),
                ENVIRONMENT,
                Placeholder("id of the repository", None),
            ),
        ),
        (
            "repo:*",
            {},
            (
                "repo:<owner>/<repository>:environment:<environment>",
                "repo:<owner>@<id of the owner>/<repository>@<id of the repository>"
                ":environment:<environment>",
            ),
            {
                "repository_id": "<id of the repository>",
                "repository_owner_id": "<id of the owner>",
            },
            (
                Placeholder("owner", None),
                Placeholder("repository", None),
                ENVIRONMENT,
                Placeholder("id of the owner", None),
                Placeholder("id of the repository", None),
            ),
        ),
        (
            f"repo:acme@*/shop:{PRODUCTION}",
            {},
            (
                f"{NAMED}:{PRODUCTION}",
                f"repo:acme@<id of acme>/shop@<id of acme/shop>:{PRODUCTION}",
            ),
            {"repository_id": "<id of acme/shop>", "repository_owner_id": "<id of acme>"},
            (OWNER, SHOP),
        ),
        *(
            (f"{NAMED}:{loose}", {}, (f"{NAMED}:environment:<environment>",), {}, (ENVIRONMENT,))
            for loose in ("*", "ref:refs/heads/main*", "ref:refs/heads/*X*", "ref:refs/tags/*-rc")
        ),
        (
            f"{NAMED}:ref:refs/heads/release/*",
            {},
            (f"{NAMED}:environment:<environment that lists release/* among its branches>",),
            {},
            (Placeholder("environment that lists release/* among its branches", None),),
        ),
        (
            f"{NAMED}:ref:refs/tags/v*",
            {},
            (f"{NAMED}:environment:<environment that lists v* among its tags>",),
            {},
            (Placeholder("environment that lists v* among its tags", None),),
        ),
        (
            f"{NAMED}:ref:refs/heads/*",
            {},
            (f"{NAMED}:ref:refs/heads/<branch>",),
            {},
            (Placeholder("branch", None),),
        ),
        (
            f"{NAMED}:ref:refs/tags/**",
            {},
            (f"{NAMED}:ref:refs/tags/<tag>",),
            {},
            (Placeholder("tag", None),),
        ),
    ],
)
def test_what_is_open_is_a_placeholder(
    sub: str,
    claims: dict[str, Any],
    subjects: tuple[str, ...],
    pinned: dict[str, Any],
    fill_in: tuple[Placeholder, ...],
) -> None:
    rewrite = of_subject(sub, **claims)
    assert rewrite == Rewrite(documents=(written(*subjects, **pinned),), fill_in=fill_in)
    asks = tuple(f"the {each.text}: {each.command}" for each in fill_in)
    all_can_be_asked = all(each.command for each in fill_in)
    assert rewrite.look_up == (asks if all_can_be_asked else ())
    assert rewrite.says_what_is_meant is all_can_be_asked


@pytest.mark.parametrize(
    ("claim", "value", "context", "operator"),
    [
        ("environment", "production", PRODUCTION, "StringEquals"),
        ("environment", "X", "environment:X", "StringEquals"),
        ("ref", "refs/heads/main", "ref:refs/heads/main", "StringEquals"),
        (
            "ref",
            "refs/heads/release/*",
            "environment:<environment that lists release/* among its branches>",
            "StringLike",
        ),
    ],
)
def test_a_claim_says_the_context_that_the_subject_leaves_open(
    claim: str, value: str, context: str, operator: str
) -> None:
    old = allow(StringLike={"sub": f"{NAMED}:*"})
    old["Condition"].setdefault(operator, {})[f"{ISSUER}:{claim}"] = value
    rewrite = rewritten(old)
    assert rewrite.documents == (written(f"{NAMED}:{context}", more={operator: {claim: value}}),)
    assert rewrite.left_out == ()


def test_a_context_that_no_plain_policy_serves_is_named() -> None:
    rewrite = rewritten(allow(StringEquals={"environment": ["production", "a:b"]}))
    (document,) = rewrite.documents
    first, _ = document["Statement"][0]["Condition"]["StringEquals"][f"{ISSUER}:sub"]
    assert first == f"repo:<owner>/<repository>:{PRODUCTION}"
    assert rewrite.left_out == ('"environment:a:b" of statement 1',)


def test_either_form_of_a_subject_asks_for_ids() -> None:
    by_name, by_ids = f"{NAMED}:{PRODUCTION}", f"repo:acme@*/shop@*:{PRODUCTION}"
    for subjects in ([by_name, by_ids], [by_ids, by_name]):
        assert of_subject(subjects).fill_in == (OWNER, SHOP)


def test_a_ref_says_the_branch_that_the_subject_leaves_open() -> None:
    rewrite = of_subject(f"{NAMED}:ref:refs/heads/*", ref="refs/heads/main")
    kept = {"StringLike": {"ref": "refs/heads/main"}}
    assert rewrite == Rewrite(documents=(written(f"{NAMED}:ref:refs/heads/main", more=kept),))


def test_a_ref_of_another_kind_says_nothing_of_the_subject() -> None:
    rewrite = of_subject(f"{NAMED}:ref:refs/tags/*", ref="refs/heads/main")
    assert rewrite.documents == (written(f"{NAMED}:ref:refs/tags/<tag>"),)
    assert rewrite.left_out == (f"StringLike {ISSUER}:ref of statement 1",)


@pytest.mark.parametrize(
    ("sub", "claims", "found"),
    [
        (f"{NAMED}:ref:refs/pull/7/merge", {}, f"{NAMED}:ref:refs/pull/7/merge"),
        ("*:ref:refs/pull/7/merge", {}, "*:ref:refs/pull/7/merge"),
        (f"{NAMED}:*", {"ref": "refs/pull/7/merge"}, "ref:refs/pull/7/merge"),
    ],
)
def test_the_ref_of_pull_requests_is_not_written(
    sub: str, claims: dict[str, Any], found: str
) -> None:
    assert of_subject(sub, **claims) == Rewrite(
        why=f'"{found}" is the ref of pull requests, and pull_request would let in all of them. '
        "Name the branch or the environment that is meant"
    )


def test_so_many_contexts_are_written_at_most() -> None:
    names = [f"{NAMED}:environment:e{number:02}" for number in range(21)]
    assert len(of_subject(names[:20]).documents) == 20
    assert of_subject(names) == Rewrite(
        why="statement 1 serves 21 contexts, and at most 20 are written out. Give each a role of "
        "its own"
    )


@pytest.mark.parametrize("mark", [*hole("")])
def test_what_reads_like_a_placeholder_is_not_rewritten(mark: str) -> None:
    assert rewritten(allow(StringLike={"sub": f"{NAMED}:{PRODUCTION}", "actor": mark})) == Rewrite()


def test_what_may_stay_is_kept_and_what_may_not_is_named() -> None:
    rewrite = rewritten(
        allow(
            StringEquals={"sub": f"{NAMED}:{PRODUCTION}", "actor": "x", "aws:PrincipalOrgID": "o"},
            StringLike={"job_workflow_ref": "acme/x/*"},
            DateLessThan={"aws:CurrentTime": "2030-01-01T00:00:00Z"},
            IpAddress={"aws:SourceIp": ["192.0.2.0/24"]},
            Bool={"aws:SecureTransport": "true"},
            StringNotEquals={"actor": "y"},
        )
    )
    more: dict[str, Any] = {
        "StringEquals": {"actor": "x"},
        "StringLike": {"job_workflow_ref": "acme/x/*"},
        "DateLessThan": {"aws:CurrentTime": "2030-01-01T00:00:00Z"},
        "IpAddress": {"aws:SourceIp": ["192.0.2.0/24"]},
    }
    assert rewrite.documents == (written(f"{NAMED}:{PRODUCTION}", more=more),)
    assert rewrite.left_out == (
        "StringEquals aws:PrincipalOrgID of statement 1",
        "Bool aws:SecureTransport of statement 1",
        f"StringNotEquals {ISSUER}:actor of statement 1",
    )


@pytest.mark.parametrize(
    "key", ["gitlab.com:ref", "aws:RequestTag/x:actor", f"{SERVER}:actor", "ref"]
)
def test_a_key_of_nobody_here_costs_no_other_condition(key: str) -> None:
    old = allow(StringEquals={"sub": f"{NAMED}:{PRODUCTION}", "ACTOR": "x"})
    old["Condition"]["StringEquals"][key] = "y"
    more = {"StringEquals": {"ACTOR": "x"}}
    rewrite = rewritten(old)
    assert rewrite.documents == (written(f"{NAMED}:{PRODUCTION}", more=more),)
    assert rewrite.left_out == (f"StringEquals {key} of statement 1",)


def test_a_condition_that_lets_nobody_in_is_not_kept() -> None:
    rewrite = rewritten(allow(StringEquals={"sub": f"{NAMED}:{PRODUCTION}", "ref": "refs/heads/*"}))
    assert rewrite.documents == (BY_NAME,)
    assert rewrite.left_out == (f"StringEquals {ISSUER}:ref of statement 1",)


def test_everybody_else_is_left_out() -> None:
    others = ["arn:aws:iam::222222222222:oidc-provider/gitlab.com", arn("x/_services/token")]
    principal = {"Federated": [arn(), *others], "AWS": "*"}
    rewrite = rewritten(allow(principal=principal, StringLike={"sub": f"{NAMED}:{PRODUCTION}"}))
    assert rewrite.documents == (BY_NAME,)
    assert rewrite.left_out == (
        f'Federated "{others[0]}" of statement 1',
        f'Federated "{others[1]}" of statement 1',
        'AWS "*" of statement 1',
    )
    star = [{"Federated": arn()}, "*"]
    rewrite = rewritten(allow(principal=star, StringLike={"sub": f"{NAMED}:{PRODUCTION}"}))
    assert rewrite.left_out[-1:] == ('AWS "*" of statement 1',)


@pytest.mark.parametrize("action", [[ASSUME, "sts:TagSession"], ["STS:TAGSESSION", ASSUME]])
def test_tags_of_a_session_stay(action: list[str]) -> None:
    rewrite = rewritten(allow(action=action, StringLike={"sub": f"{NAMED}:{PRODUCTION}"}))
    document = written(f"{NAMED}:{PRODUCTION}", action=[ASSUME, "sts:TagSession"])
    assert rewrite == Rewrite(documents=(document,))


def test_there_is_one_policy_for_each_context_those_without_placeholders_first() -> None:
    rewrite = rewritten(
        allow(StringLike={"sub": f"{NAMED}:*"}),
        allow(StringLike={"sub": [f"{NAMED}:{PRODUCTION}", f"{NAMED}:pull_request"]}),
    )
    assert rewrite.documents == (
        BY_NAME,
        written(f"{NAMED}:pull_request"),
        written(f"{NAMED}:environment:<environment>"),
    )
    assert rewrite.fill_in == (ENVIRONMENT,)
    assert rewrite.document is None
    assert not rewrite.says_what_is_meant


def test_statements_of_one_context_are_one_policy() -> None:
    one = allow(StringLike={"sub": f"{NAMED}:{PRODUCTION}"})
    other = allow(StringLike={"sub": f"{NAMED}:{PRODUCTION}", "actor": "x"})
    second = written(f"{NAMED}:{PRODUCTION}", more={"StringLike": {"actor": "x"}})
    document = {**BY_NAME, "Statement": [BY_NAME["Statement"][0], second["Statement"][0]]}
    assert rewritten(one, one, other) == Rewrite(documents=(document,))
    elsewhere = allow(StringLike={"sub": f"{NAMED}:pull_request"})
    two = (document, written(f"{NAMED}:pull_request"))
    assert rewritten(one, elsewhere, other) == Rewrite(documents=two)


def test_statements_whose_ids_disagree_are_two_policies() -> None:
    one = allow(StringLike={"sub": f"{NAMED}:{PRODUCTION}", "repository_id": "7"})
    other = allow(StringLike={"sub": f"{NAMED}:{PRODUCTION}", "repository_id": "8"})
    assert rewritten(one, other).documents == (
        written(f"{NAMED}:{PRODUCTION}", repository_id="7"),
        written(f"{NAMED}:{PRODUCTION}", repository_id="8"),
    )


def test_statements_that_say_nothing_are_named() -> None:
    one = allow(StringLike={"sub": f"{NAMED}:{PRODUCTION}"})
    deny = {**one, "Effect": "Deny"}
    anybody = allow(StringLike={"sub": "repo:*"})
    rewrite = rewritten(deny, anybody, one)
    assert rewrite == Rewrite(documents=(BY_NAME,), left_out=("statement 1", "statement 2"))


@pytest.mark.parametrize("effect", ["allow", " Allow", "ALLOW "])
def test_an_allow_that_is_misspelt_is_meant(effect: str) -> None:
    one = allow(StringLike={"sub": f"{NAMED}:{PRODUCTION}"})
    assert rewritten({**one, "Effect": effect}).documents == (BY_NAME,)


def test_a_context_that_another_condition_keeps_out_is_named() -> None:
    subjects = [f"{NAMED}:environment:staging", f"{NAMED}:{PRODUCTION}"]
    rewrite = rewritten(allow(StringEquals={"sub": subjects, "environment": "production"}))
    document = written(
        f"{NAMED}:{PRODUCTION}", more={"StringEquals": {"environment": "production"}}
    )
    assert rewrite.documents == (document,)
    assert rewrite.left_out == (f'sub "{NAMED}:environment:staging" of statement 1',)


@pytest.mark.parametrize("prefix", [NAMED, "repository_id:7"])
def test_a_subject_that_no_plain_policy_serves_is_named(prefix: str) -> None:
    subjects = [f"{prefix}:{PRODUCTION}", f"{prefix}:environment:staging"]
    rewrite = rewritten(
        allow(StringLike={"sub": subjects}, StringEquals={"environment": "production"})
    )
    (document,) = rewrite.documents
    condition = document["Statement"][0]["Condition"]["StringEquals"]
    assert condition[f"{ISSUER}:sub"][0].endswith(f":{PRODUCTION}")
    assert rewrite.left_out == (f'sub "{subjects[1]}" of statement 1',)


WORKFLOW = "acme/ci/.github/workflows/deploy.yml@refs/heads/main"


@pytest.mark.parametrize(
    ("sub", "context", "more", "left_out"),
    [
        (
            f"{NAMED}:job_workflow_ref:{WORKFLOW}:{PRODUCTION}",
            PRODUCTION,
            {"StringEquals": {"job_workflow_ref": WORKFLOW}},
            (),
        ),
        (
            f"{NAMED}:{PRODUCTION}:job_workflow_ref:acme/*",
            PRODUCTION,
            {"StringLike": {"job_workflow_ref": "acme/*"}},
            (),
        ),
        (
            "repo:acme/shop:event_name:push:ref:refs/heads/main",
            "ref:refs/heads/main",
            {},
            ('"event_name:push" in sub of statement 1',),
        ),
        (
            f"{NAMED}:ref:refs/heads/main:actor:x:*",
            "ref:refs/heads/main",
            {"StringEquals": {"actor": "x"}},
            (),
        ),
        (f"{NAMED}:actor:X:pull_request", "pull_request", {"StringEquals": {"actor": "X"}}, ()),
    ],
)
def test_pieces_of_a_template_are_conditions(
    sub: str, context: str, more: dict[str, Any], left_out: tuple[str, ...]
) -> None:
    assert of_subject(sub) == Rewrite(
        documents=(written(f"{NAMED}:{context}", more=more),),
        left_out=left_out,
        template_of="acme/shop",
    )


def test_a_template_may_go_by_the_id_of_the_repository() -> None:
    rewrite = of_subject(f"repository_owner_id:9919:repository_id:7:{PRODUCTION}")
    assert rewrite.template_of == "repository 7"
    assert rewrite.documents == (
        written(
            f"repo:<owner of repository 7>/<name of repository 7>:{PRODUCTION}",
            f"repo:<owner of repository 7>@9919/<name of repository 7>@7:{PRODUCTION}",
            repository_id="7",
            repository_owner_id="9919",
        ),
    )
    assert len(rewrite.look_up) == 2
    assert rewrite.says_what_is_meant


def test_templates_by_the_ids_of_two_repositories_are_two_policies() -> None:
    contexts = {"7": PRODUCTION, "8": "pull_request"}
    rewrite = of_subject([f"repository_id:{number}:{each}" for number, each in contexts.items()])
    assert rewrite.documents == tuple(
        written(
            f"repo:<owner of repository {number}>/<name of repository {number}>:{context}",
            f"repo:<owner of repository {number}>@<id of the owner of repository {number}>"
            f"/<name of repository {number}>@{number}:{context}",
            repository_id=number,
            repository_owner_id=f"<id of the owner of repository {number}>",
        )
        for number, context in contexts.items()
    )
    assert rewrite.template_of == "repository 8"
    with_actor = of_subject(f"repository_id:7:actor:x:{PRODUCTION}").documents[0]
    condition = with_actor["Statement"][0]["Condition"]["StringEquals"]
    assert condition[f"{ISSUER}:actor"] == "x"


@pytest.mark.parametrize(
    ("sub", "new", "template_of"),
    [
        ("repo:acme/shop", "repo:acme/<repository>:environment:<environment>", ""),
        ("repo:acme", "repo:<owner>/<repository>:environment:<environment>", ""),
        ("repo:acme@9919/*", "repo:acme/<repository>:environment:<environment>", ""),
        ("repo:acme@9919/shop@*:*", f"{NAMED}:environment:<environment>", ""),
        (PRODUCTION, f"repo:<owner>/<repository>:{PRODUCTION}", ""),
        (f"*:{PRODUCTION}", f"repo:<owner>/<repository>:{PRODUCTION}", ""),
        ("*:pull_request*", "repo:<owner>/<repository>:pull_request", ""),
        (f"repository_id:*:{PRODUCTION}", f"repo:<owner>/<repository>:{PRODUCTION}", ""),
        (f"repository_id:x:{PRODUCTION}", f"repo:<owner>/<repository>:{PRODUCTION}", ""),
        ("repo:acme/*:actor:x:pull_request", "repo:acme/<repository>:pull_request", ""),
        (f"{NAMED}:foo:bar:{PRODUCTION}", f"{NAMED}:{PRODUCTION}", ""),
        (f"{PRODUCTION}:repo:acme/shop", f"{NAMED}:{PRODUCTION}", "acme/shop"),
        ("actor:x:repo:acme/shop:pull_request", f"{NAMED}:pull_request", "acme/shop"),
        (f"{NAMED}:{PRODUCTION}:ref:refs/heads/main", f"{NAMED}:{PRODUCTION}", "acme/shop"),
    ],
)
def test_a_subject_says_repository_context_and_template(
    sub: str, new: str, template_of: str
) -> None:
    rewrite = of_subject(sub)
    assert rewrite.template_of == template_of
    (document,) = rewrite.documents
    condition = document["Statement"][0]["Condition"]["StringEquals"]
    assert condition[f"{ISSUER}:sub"][0] == new


@pytest.mark.parametrize(
    "condition", [None, "x", [], {}, {"StringEquals": "x"}, {"StringLike": keys({"sub": []})}]
)
def test_conditions_that_say_nothing_name_nothing(condition: object) -> None:
    assert rewritten({**allow(), "Condition": condition}).documents == (NOTHING_NAMED,)


@pytest.mark.parametrize(
    ("partition", "aud"), [("aws-us-gov", "sts.amazonaws.com"), ("aws-cn", "sts.amazonaws.com.cn")]
)
def test_no_claim_is_written_where_none_is_documented(partition: str, aud: str) -> None:
    provider = arn(partition=partition)
    principal = {"Federated": provider}
    old = allow(principal=principal, StringLike={"sub": f"{NUMBERED}:{PRODUCTION}", "actor": "x"})
    assert rewritten(old) == Rewrite(
        documents=(written(*both(PRODUCTION), aud=aud, provider=provider),),
        left_out=(f"StringLike {ISSUER}:actor of statement 1",),
    )
    by_name = allow(principal=principal, StringLike={"sub": f"{NAMED}:{PRODUCTION}"})
    by_id = f"repo:acme@<id of acme>/shop@<id of acme/shop>:{PRODUCTION}"
    assert rewritten(by_name, pin_ids=True) == Rewrite(
        documents=(written(f"{NAMED}:{PRODUCTION}", by_id, aud=aud, provider=provider),),
        fill_in=(OWNER, SHOP),
    )
    customised = allow(principal=principal, StringLike={"sub": f"{NAMED}:actor:x:{PRODUCTION}"})
    assert rewritten(customised).left_out == ('"actor:x" in sub of statement 1',)


def test_an_enterprise_server_has_no_subject_with_ids() -> None:
    old = allow(SERVER, StringLike={"sub": f"{NAMED}:{PRODUCTION}"})
    document = written(f"{NAMED}:{PRODUCTION}", provider=arn(SERVER))
    assert rewritten(old) == rewritten(old, pin_ids=True) == Rewrite(documents=(document,))


def test_the_provider_is_that_of_the_account() -> None:
    old = allow(
        principal={"Federated": [arn(account="333333333333"), arn(ISSUER.upper())]},
        StringLike={"sub": f"{NAMED}:{PRODUCTION}"},
    )
    assert rewritten(old, account=ACCOUNT) == Rewrite(documents=(BY_NAME,))
    elsewhere = written(f"{NAMED}:{PRODUCTION}", provider=arn(account="333333333333"))
    assert rewritten(old).documents == (elsewhere, BY_NAME)
    bare = allow(principal={"Federated": ISSUER}, StringLike={"sub": f"{NAMED}:{PRODUCTION}"})
    assert rewritten(bare) == Rewrite()
    assert rewritten(bare, account=ACCOUNT).documents == (BY_NAME,)
    mixed = SERVER.replace("git", "Git")
    old = {"Statement": [allow(SERVER, StringLike={"sub": f"{NAMED}:{PRODUCTION}"})]}
    listed = rewrite_trust(old, judge(old), [mixed], None)
    assert listed.documents == (written(f"{NAMED}:{PRODUCTION}", provider=arn(mixed)),)
    isolated = {"Federated": arn(partition="aws-iso")}
    assert not rewritten(allow(principal=isolated, StringLike={"sub": f"{NAMED}:*"})).documents


@pytest.mark.parametrize(
    "operator",
    [
        "StringEquals",
        "stringlike",
        "StringEqualsIgnoreCase",
        "ForAnyValue:StringLike",
        "StringLikeIfExists",
    ],
)
def test_positive_comparisons_name_a_subject(operator: str) -> None:
    old = allow()
    old["Condition"] = {operator: {f"{ISSUER.upper()}:SUB": f"{NAMED}:{PRODUCTION}"}}
    assert rewritten(old).documents == (BY_NAME,)


def test_of_two_comparisons_the_most_literal_one_names_it() -> None:
    like, exact = {"sub": ["repo:acme/*", "repo:x/*"]}, {"sub": f"{NAMED}:{PRODUCTION}"}
    assert rewritten(allow(StringLike=like, StringEquals=exact)).documents == (BY_NAME,)
    assert rewritten(allow(StringEquals=exact, StringLike=like)).documents == (BY_NAME,)
    half = {"sub": [f"{NAMED}:{PRODUCTION}", "repo:acme/*"]}
    assert rewritten(allow(StringLike=half, StringEquals=exact)).documents == (BY_NAME,)


def test_where_one_of_two_operators_counts_neither_names_anything() -> None:
    old = allow(StringLike={"sub": f"{NAMED}:{PRODUCTION}"})
    old["Condition"]["stringLike"] = {f"{ISSUER}:sub": f"{NAMED}:pull_request"}
    assert rewritten(old).documents == (NOTHING_NAMED,)


@pytest.mark.parametrize("values", [["acme/shop", "acme/site"], ["acme/*"]])
def test_a_claim_of_several_values_names_nothing(values: list[str]) -> None:
    rewrite = of_subject("repo:*", repository=values)
    assert (
        rewrite.documents[0]["Statement"][0]["Condition"]["StringEquals"]
        == (NOTHING_NAMED["Statement"][0]["Condition"]["StringEquals"])
    )


@pytest.mark.parametrize("ref", ["heads/a b", "heads/a~b", "tags/a b"])
def test_ref_that_git_does_not_take_lets_nobody_in(ref: str) -> None:
    assert rewritten(allow(StringEquals={"sub": f"{NAMED}:ref:refs/{ref}"})) == Rewrite()
