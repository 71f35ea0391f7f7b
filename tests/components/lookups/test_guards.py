"""Tests of what is said when GitHub or AWS answer something else than the config pins."""

from collections.abc import Iterable

import pytest

from components.lookups.guards import (
    ReviewerLookup,
    account_guard,
    audience_guard,
    guardrail_guard,
    letter_case_remarks,
    owner_guard,
    plan_guard,
    plan_remarks,
    provider_guard,
    repository_guard,
    reviewer_guard,
    subject_guard,
)
from keyless.estate.composed_roles import RepositoryFound, Visibility
from keyless.estate.settings import Settings
from tests.keyless.estate.reading.sample import ENTRY, PRODUCTION, Raw, read, spoiled, stack_config

STOREFRONT = RepositoryFound("acme/storefront", 811223344)


def _settings(raw: Raw | None = None) -> Settings:
    return read(stack_config() if raw is None else raw)


def _only(sentences: Iterable[str]) -> str:
    (sentence,) = sentences
    return sentence


def test_the_right_account_passes() -> None:
    assert list(account_guard(_settings(), "222222222222", "aws")) == []


def test_the_wrong_account_is_named_beside_the_right_one() -> None:
    assert _only(account_guard(_settings(), "111111111111", "aws-cn")) == (
        "aws:allowedAccountIds: the stack prod is for account 222222222222, the credentials open "
        "111111111111. Everything would land in the wrong account. Log in to 222222222222, or "
        "select the stack of 111111111111."
    )


def test_the_wrong_partition() -> None:
    assert _only(account_guard(_settings(), "222222222222", "aws-cn")) == (
        "aws:region: eu-west-1 lies in the partition aws, account 222222222222 in aws-cn. Every "
        "ARN would be wrong. Write a region of aws-cn."
    )


@pytest.mark.parametrize(
    ("audiences", "found"),
    [
        ((), "no audience"),
        (("https://github.com/acme",), '"https://github.com/acme"'),
        (("a", "b"), '"a" and "b"'),
    ],
)
def test_a_provider_without_the_audience_of_sts(audiences: tuple[str, ...], found: str) -> None:
    arn = "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"
    assert _only(audience_guard(_settings(), audiences)) == (
        f"keyless:oidc_provider.arn: the provider accepts {found}. Tokens carry sts.amazonaws.com, "
        "so nobody would get in. Add it: `aws iam add-client-id-to-open-id-connect-provider "
        f"--open-id-connect-provider-arn {arn} --client-id sts.amazonaws.com`."
    )


def test_a_provider_with_the_audience_of_sts() -> None:
    assert list(audience_guard(_settings(), ("sts.amazonaws.com", "other"))) == []


def test_an_owner_that_only_the_provider_would_follow() -> None:
    named = {"GITHUB_ORGANIZATION": "Acme", "github:organization": "midco"}
    assert _only(provider_guard(_settings(), named)) == (
        'github:organization: "midco" is beside github:owner: acme. The provider would follow '
        "it and write there, where nothing was checked. Take github:organization away, or select "
        "the stack of midco."
    )


@pytest.mark.parametrize(
    ("login", "owner_id", "sentence"),
    [
        (
            None,
            None,
            'github:owner: GitHub shows this token no owner "acme". Nothing there can be trusted. '
            "Write the login of an organisation or user that the token can read.",
        ),
        (
            "acme",
            7001,
            'keyless:owner_id: 9919 is pinned, but the owner "acme" of today has the id 7001. The '
            "stack points at another owner, or the name changed hands. Correct github:owner; if "
            "you mean this owner, write keyless:owner_id: 7001.",
        ),
        (
            "acme-inc",
            9919,
            'github:owner: "acme" is called "acme-inc" now. Tokens carry the new name, so nobody '
            "would get in. Write github:owner: acme-inc.",
        ),
    ],
)
def test_another_owner(login: str | None, owner_id: int | None, sentence: str) -> None:
    assert _only(owner_guard(_settings(), login, owner_id)) == sentence


@pytest.mark.parametrize("login", ["acme", "Acme"])
def test_the_pinned_owner_passes_in_any_letter_case(login: str) -> None:
    assert list(owner_guard(_settings(), login, 9919)) == []


@pytest.mark.parametrize(
    ("found", "sentence"),
    [
        (
            None,
            f'{ENTRY}: GitHub shows this token no repository "acme/storefront". It was deleted, or '
            "the token cannot read it. Correct the name, remove the entry, or widen the token.",
        ),
        (
            RepositoryFound("acme/storefront", 999),
            f'{ENTRY}.id: 811223344 is pinned, but "acme/storefront" of today has the id 999. The '
            "repository 811223344 was deleted or renamed, and trust would follow another one. See "
            "where it is with `gh api repositories/811223344`; if you mean "
            '"acme/storefront" of today, write id: 999, and run `pulumi up --refresh` once: '
            "nothing that the stack wrote is in it.",
        ),
        (
            RepositoryFound("acme/shop-front", 811223344),
            f'{ENTRY}: "acme/storefront" was renamed and is "acme/shop-front" now. Tokens carry '
            "the new name, so nobody would get in. Rename the entry to shop-front, and write "
            "renamed_from: [storefront] in it.",
        ),
        (
            RepositoryFound("other/storefront", 811223344),
            f'{ENTRY}: "acme/storefront" was transferred and is "other/storefront" now. This '
            "stack trusts acme alone. Remove the entry, and onboard it in the stack of other.",
        ),
        (
            RepositoryFound("other/new", 999),
            f'{ENTRY}.id: 811223344 is pinned, but "other/new" of today has the id 999. The '
            "repository 811223344 was deleted or renamed, and trust would follow another one. See "
            "where it is with `gh api repositories/811223344`; if you mean "
            '"other/new" of today, write id: 999, and run `pulumi up --refresh` once: '
            "nothing that the stack wrote is in it.",
        ),
    ],
)
def test_another_repository(found: RepositoryFound | None, sentence: str) -> None:
    assert _only(repository_guard(_settings(), "storefront", found)) == sentence


@pytest.mark.parametrize("full_name", ["acme/storefront", "Acme/StoreFront"])
def test_the_pinned_repository_passes_in_any_letter_case(full_name: str) -> None:
    found = RepositoryFound(full_name, 811223344)
    assert list(repository_guard(_settings(), "storefront", found)) == []


@pytest.mark.parametrize(
    ("claim_keys", "template"),
    [
        (("repository_owner", "job_workflow_ref"), "repository_owner and job_workflow_ref"),
        (("repo",), "repo"),
        ((), "the organisation's template"),
    ],
)
def test_a_customised_subject(claim_keys: tuple[str, ...], template: str) -> None:
    assert _only(subject_guard(_settings(), "storefront", STOREFRONT, claim_keys)) == (
        f'{ENTRY}: the subject of "acme/storefront" is customised ({template}). Its tokens never '
        "carry the subjects that the roles trust. Go back to the default: `gh api -X PUT "
        "repos/acme/storefront/actions/oidc/customization/sub -F use_default=true`."
    )


@pytest.mark.parametrize("claim_keys", [None, ("repo", "context")])
def test_the_default_subject_passes(claim_keys: tuple[str, ...] | None) -> None:
    assert list(subject_guard(_settings(), "storefront", STOREFRONT, claim_keys)) == []


def test_reviewers_that_nobody_knows_or_that_cannot_read() -> None:
    raw = spoiled(
        "environments/production/reviewers",
        {"users": ["mona", "monna", "hubot"], "teams": ["platform", "gone", "payments-leads"]},
    )
    lookup = ReviewerLookup(
        unknown=frozenset({("user", "monna"), ("team", "gone")}),
        without_access=frozenset({("user", "hubot"), ("team", "payments-leads")}),
    )
    assert list(reviewer_guard(_settings(raw), "storefront", lookup)) == [
        f'{PRODUCTION}.reviewers.users: GitHub knows no user "monna". Nobody could approve in that '
        "name. Write a login as it is in the person's address.",
        f'{PRODUCTION}.reviewers.users: the user "hubot" cannot read acme/storefront. GitHub would '
        "leave the reviewer out without a word. Give read access, or name another reviewer.",
        f'{PRODUCTION}.reviewers.teams: acme shows this token no team "gone". Nobody could approve '
        "in that name. Write a slug as it is in the team's address, or let the token read "
        "teams.",
        f'{PRODUCTION}.reviewers.teams: the team "payments-leads" cannot read acme/storefront. '
        "GitHub would leave the reviewer out without a word. Give read access, or name another "
        "reviewer.",
    ]


def test_reviewers_that_can_read_pass() -> None:
    assert list(reviewer_guard(_settings(), "storefront", ReviewerLookup())) == []


@pytest.mark.parametrize(
    ("plan", "visibility"),
    [("free", "public"), ("enterprise", "private"), ("enterprise", "internal"), (None, "private")],
)
def test_plans_that_have_every_protection(plan: str | None, visibility: Visibility) -> None:
    assert list(plan_guard(_settings(), "storefront", plan, visibility)) == []


def test_a_review_environment_is_nothing_without_reviewers() -> None:
    review = {
        "reviewers": {"teams": ["storefront-leads"]},
        "name_prefix": "shop-pr-",
        "roles": {"deploy": {"permissions": [{"preset": "s3-website", "bucket": "shop-pr-a"}]}},
    }
    said = list(
        plan_guard(
            _settings(spoiled("review_environments", {"preview": review})),
            "storefront",
            "team",
            "private",
        )
    )
    assert said[-1].startswith(f"{ENTRY}.review_environments.preview: reviewers cannot be had: ")
    assert said[-1].endswith("or take the environment out, since it is nothing without reviewers.")


def test_a_team_plan_has_no_approvals_for_private_repositories() -> None:
    assert _only(plan_guard(_settings(), "storefront", "team", "private")) == (
        f"{PRODUCTION}: reviewers and wait_minutes cannot be had: "
        'acme/storefront is private and on the plan "team". GitHub would leave the protection '
        "out. Make the repository public, change to GitHub Enterprise, or write reviewers: none "
        "and wait_minutes: 0."
    )


def test_a_team_plan_has_environments_without_protections() -> None:
    assert list(plan_guard(_settings(), "pages", "team", "private")) == []


def test_a_free_plan_has_neither_environments_nor_rulesets_for_private_repositories() -> None:
    assert list(plan_guard(_settings(), "storefront", "free", "private")) == [
        f'{PRODUCTION}: acme/storefront is private and on the plan "free", which has no '
        "environments. Roles would trust what cannot exist. Make the repository public, or change "
        "the plan.",
        f'{ENTRY}.protected_branches.main: acme/storefront is private and on the plan "free", '
        "which has no rulesets. The branch would stay open. Make the repository public, or change "
        "the plan.",
    ]


def test_an_id_of_another_entrys_repository_is_named() -> None:
    pages = RepositoryFound("acme/pages", 855667788)
    raw = spoiled("id", 855667788)
    raw["keyless:repositories"]["pages"]["id"] = 1
    others = {811223344: "acme/storefront", pages.repository_id: pages.full_name}
    assert _only(repository_guard(_settings(raw), "storefront", STOREFRONT, others)) == (
        f'{ENTRY}.id: 855667788 is the id of "acme/pages", which has an entry of its own. Trust '
        'would follow that one. Write id: 811223344, which is that of "acme/storefront", and see '
        "whether the two entries were mixed up."
    )


def test_names_that_are_nearly_right_are_named() -> None:
    assert 'If "storefront" is meant, write that. Correct the name' in _only(
        repository_guard(_settings(), "storefront", None, near="storefront")
    )
    lookup = ReviewerLookup(
        unknown=frozenset({("user", "mona"), ("team", "storefront-leads")}),
        near={("user", "mona"): "monalisa", ("team", "storefront-leads"): "storefront-lead"},
    )
    users, teams = reviewer_guard(_settings(), "storefront", lookup)
    assert 'If "monalisa" is meant, write that. Write a login' in users
    assert 'If "storefront-lead" is meant, write that. Write a slug' in teams


def test_an_environment_that_github_writes_in_other_letters() -> None:
    there = {"production": "Production"}
    assert _only(letter_case_remarks(_settings(), "storefront", there)) == (
        f'{PRODUCTION}: GitHub has this environment as "Production". A token may carry those '
        "letters, and trust compares them. Write the name as GitHub has it."
    )
    assert list(letter_case_remarks(_settings(), "storefront", {"production": "production"})) == []
    assert list(letter_case_remarks(_settings(), "storefront", {})) == []


def test_further_owners_of_the_guardrail() -> None:
    kept = {"acme-labs": 9920, "globex": 7, "acme-data": 9921}
    assert list(guardrail_guard(kept, {"acme-labs": 9920, "acme-data": 9922})) == [
        'keyless:guardrail.owners.globex: GitHub knows no owner "globex". The number may be '
        "anybody's. Write the login of an organisation or user.",
        'keyless:guardrail.owners.acme-data: 9921 is pinned, but "acme-data" has 9922. Its '
        "repositories would be kept out of every role, and another owner's let through. Write "
        "9922.",
    ]


@pytest.mark.parametrize(
    ("plan", "visibility", "number"),
    [(None, "private", 1), (None, "internal", 1), (None, "public", 0), ("team", "private", 0)],
)
def test_a_plan_that_is_not_shown_is_remarked_where_it_matters(
    plan: str | None, visibility: Visibility, number: int
) -> None:
    said = list(plan_remarks(_settings(), plan, {"storefront": visibility}))
    assert said == number * [
        "github:owner: this token does not see the plan of acme. What the plan does not give to "
        "private repositories, such as reviewers, is refused by GitHub within an `up` instead of "
        'here. Give the App the organisation\'s right "Organization plan": read.'
    ]
