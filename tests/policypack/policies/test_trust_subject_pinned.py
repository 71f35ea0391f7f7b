"""The policy trust-subject-pinned, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Pack

ID = "trust-subject-pinned"
SUB = "token.actions.githubusercontent.com:sub"
INSTEAD = 'Name one context under StringEquals: "repo:OWNER/REPOSITORY:environment:NAME".'

OF_IT = 'Name one context under StringEquals: "repo:acme/storefront:environment:NAME".'


def like(*values: str, **claims: object) -> str:
    """Write a trust policy that compares the subject with patterns."""
    ids: dict[str, object] = {"repository_id": None, "repository_owner_id": None, **claims}
    equals = estate.pinned(estate.PRODUCTION, sub=None, **ids)
    return estate.document(
        estate.statement(("StringEquals", equals), ("StringLike", {SUB: list(values)}))
    )


@pytest.mark.parametrize(
    "context", ["environment:production", "ref:refs/heads/main", "ref:refs/tags/v1", "pull_request"]
)
def test_exact_context_passes(pack: Pack, context: str) -> None:
    assert pack.says(ID, estate.role(assumeRolePolicy=estate.trust(context))) == []


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        (
            "repo:*",
            'OPEN: statement 1: StringLike {SUB} "repo:*" admits a token with sub '
            '"repo:zz-stranger/any-other-repo:ref:refs/heads/x". Somebody outside the owner gets '
            "in. {INSTEAD}",
        ),
        (
            "repo:acme/*",
            'OWNER-WIDE: statement 1: StringLike {SUB} "repo:acme/*" admits a token with sub '
            '"repo:acme/any-other-repo:ref:refs/heads/x". Every repository of the owner gets in, '
            "new ones too. {INSTEAD}",
        ),
        (
            "repo:acme/storefront:*",
            'REPOSITORY-WIDE: statement 1: StringLike {SUB} "repo:acme/storefront:*" admits a '
            'token with sub "repo:acme/storefront:pull_request". Every branch and pull request of '
            "the repository gets in. {OF_IT}",
        ),
        (
            "repo:acme/storefront:ref:refs/heads/*",
            'ANY-BRANCH: statement 1: StringLike {SUB} "repo:acme/storefront:ref:refs/heads/*" '
            'admits a token with sub "repo:acme/storefront:ref:refs/heads/x". Anybody who can push '
            "a branch gets in. {OF_IT}",
        ),
        (
            "repo:acme/storefront:environment:*",
            'ANY-ENVIRONMENT: statement 1: StringLike {SUB} "repo:acme/storefront:environment:*" '
            'admits a token with sub "repo:acme/storefront:environment:any-environment". Naming an '
            "environment that is not there creates it, unprotected. {OF_IT}",
        ),
    ],
)
def test_wide_subject_is_blocked(pack: Pack, value: str, sentence: str) -> None:
    assert pack.says(ID, estate.role(assumeRolePolicy=like(value))) == [
        sentence.replace("{SUB}", SUB).replace("{INSTEAD}", INSTEAD).replace("{OF_IT}", OF_IT)
    ]


@pytest.mark.parametrize(
    ("family", "kind", "what"),
    [
        ("gh-readonly-queue/main/*", "heads", "branches"),
        ("release/*", "heads", "branches"),
        ("v*", "tags", "tags"),
    ],
)
@pytest.mark.parametrize("prefix", ["repo:acme/storefront", "repo:acme@*/storefront@*"])
def test_a_family_is_pointed_to_an_environment(
    pack: Pack, prefix: str, family: str, kind: str, what: str
) -> None:
    value = f"{prefix}:ref:refs/{kind}/{family}"
    ids = {"repository_id": "811223344", "repository_owner_id": "9919"}
    found = [
        each.sentence
        for each in pack.judge_one(estate.role(assumeRolePolicy=like(value, **ids)))
        if each.level == "mandatory"
    ]
    if not prefix.endswith("*"):
        [sentence] = found
        assert sentence.endswith(
            f'Name an environment that lists "{family}" among its {what}: '
            '"repo:acme/storefront:environment:NAME".'
        )
    assert len(found) == 1
    deploys = [estate.deployment_policy("tag" if kind == "tags" else "branch", family)]
    followed = pack.judge(estate.compliant(estate.role(), *deploys))
    assert [each for each in followed if each.level == "mandatory"] == []


@pytest.mark.parametrize(
    "family", ["heads/main*", "heads/feat?/x", "heads/*/x", "tags/*-rc", "tags/?1", "heads/refs/*"]
)
def test_a_family_that_no_environment_may_list_is_not_advised(pack: Pack, family: str) -> None:
    document = like(f"repo:acme/storefront:ref:refs/{family}")
    [sentence] = pack.says(ID, estate.role(assumeRolePolicy=document))
    assert sentence.endswith(OF_IT)


def test_the_environment_that_is_written_out_is_kept(pack: Pack) -> None:
    """The ids are open, and a branch of another repository can be called as the rest is."""
    document = like("repo:acme@*/storefront@*:environment:production")
    [sentence] = pack.says(ID, estate.role(assumeRolePolicy=document))
    assert sentence.endswith(OF_IT.replace("NAME", "production"))


def test_two_stars_are_no_family(pack: Pack) -> None:
    document = like("repo:acme/storefront:ref:refs/heads/**")
    [sentence] = pack.says(ID, estate.role(assumeRolePolicy=document))
    assert sentence.endswith(f"Anybody who can push a branch gets in. {OF_IT}")


def test_every_loose_statement_is_reported(pack: Pack) -> None:
    wide = estate.statement(
        ("StringEquals", estate.pinned(sub=None, repository_id=None, repository_owner_id=None)),
        ("StringLike", {SUB: "repo:acme/*"}),
    )
    exact = estate.statement(("StringEquals", estate.pinned()))
    role = estate.role(assumeRolePolicy=estate.document(wide, exact, wide))
    assert [sentence.split(":")[1] for sentence in pack.says(ID, role)] == [
        " statement 1",
        " statement 3",
    ]


def test_statement_without_conditions_is_blocked(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.document(estate.statement()))
    assert pack.says(ID, role) == [
        'OPEN: statement 1: it admits a token with sub "repo:zz-stranger/any-other-repo:'
        f'ref:refs/heads/x". Somebody outside the owner gets in. {INSTEAD}'
    ]


@pytest.mark.parametrize(
    "values",
    [
        ("repo:acme/storefront:pull_request*",),
        ("repo:acme/storefront:pull_request", "repo:acme/storefront:ref:refs/heads/*"),
        ("repo:acme/storefront:pull_request", "repo:acme/storefront:environment:production"),
        ("repo:acme/storefront:pull_request", "repo:acme/checkout-api:pull_request"),
    ],
)
def test_pull_requests_among_others_are_blocked(pack: Pack, values: tuple[str, ...]) -> None:
    [sentence] = pack.says(ID, estate.role(assumeRolePolicy=like(*values)))
    assert sentence.startswith("PULL-REQUEST: statement 1: ")


def test_narrowing_by_another_claim_counts(pack: Pack) -> None:
    document = like("repo:*", repository_id="811223344", environment="production")
    assert pack.says(ID, estate.role(assumeRolePolicy=document)) == []


PULLS = "repo:acme/storefront:pull_request"
CALLED = {
    "token.actions.githubusercontent.com:job_workflow_ref": (
        "acme/pipelines/.github/workflows/deploy.yml@refs/heads/main"
    )
}


@pytest.mark.parametrize(
    ("conditions", "said"),
    [
        (
            [estate.pinned(sub=None) | CALLED],
            "REPOSITORY-WIDE: statement 1: it admits",
        ),
        (
            [
                estate.pinned("pull_request"),
                estate.pinned(sub=None, repository_id=None, repository_owner_id=None) | CALLED,
            ],
            "OPEN: statement 2: it admits",
        ),
        (
            [
                estate.pinned(
                    sub=[PULLS, "actor:mona:pull_request"],
                    repository_id=None,
                    repository_owner_id=None,
                )
            ],
            f'OPEN: statement 1: StringEquals {SUB} "actor:mona:pull_request" admits',
        ),
        (
            [
                estate.pinned(
                    sub=[PULLS, "repository_owner:acme:pull_request"],
                    repository_id=None,
                    repository_owner_id=None,
                )
            ],
            f'OWNER-WIDE: statement 1: StringEquals {SUB} "repository_owner:acme:pull_request" '
            "admits",
        ),
    ],
)
def test_pull_requests_excuse_nobody_else(
    pack: Pack, conditions: list[dict[str, object]], said: str
) -> None:
    statements = [estate.statement(("StringEquals", each)) for each in conditions]
    found = pack.says(ID, estate.role(assumeRolePolicy=estate.document(*statements)))
    assert any(sentence.startswith(said) for sentence in found), found
