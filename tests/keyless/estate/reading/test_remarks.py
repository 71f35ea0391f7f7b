"""Tests of remarks: what is allowed and still worth a sentence."""

from datetime import date

import pytest

from keyless.estate.reading.remarks import Remark, remarks
from tests.keyless.estate.reading.sample import ENTRY, PRODUCTION, Raw, read, role, spoiled
from tests.keyless.estate.reading.sample import stack_config as sample

TODAY = date(2027, 3, 1)
UNTIL = "environments/production/roles/deploy/until"


def said(raw: Raw) -> list[Remark]:
    return list(remarks(read(raw), TODAY))


def test_the_sample_has_none() -> None:
    assert said(sample()) == []


def test_capitals_of_an_environment_with_roles() -> None:
    raw = sample()
    environments = raw["keyless:repositories"]["storefront"]["environments"]
    environments["Production"] = environments.pop("production")
    assert said(raw) == [
        Remark(
            f'{ENTRY}.environments.Production: the name "Production" has capitals. Whether a token '
            "carries the letters of the workflow or those of GitHub is disputed, and trust "
            'compares them. Write "Production" in workflows as GitHub shows it.'
        )
    ]
    environments["Production"]["roles"] = {}
    assert said(raw) == []


@pytest.mark.parametrize(
    ("function", "own", "name"),
    [
        ("deploy-to-github", {}, "acme-storefront-production-deploy-to-github"),
        ("release", {"role_name": "GitHubDeploy"}, "GitHubDeploy"),
    ],
)
def test_github_in_the_name_of_a_role(function: str, own: Raw, name: str) -> None:
    raw = spoiled(f"environments/production/roles/{function}", role() | own)
    assert said(raw) == [
        Remark(
            f'{PRODUCTION}.roles.{function}: the role is called "{name}". Some roles with GitHub '
            "in their name were reported to refuse GitHub's tokens, and others work. Write another "
            "role_name if this one refuses them."
        )
    ]


@pytest.mark.parametrize(
    ("until", "remark"),
    [
        (
            "2027-03-01",
            Remark(
                f"{PRODUCTION}.roles.deploy.until: 2027-03-01 has come. Nobody gets in any more. "
                "Remove the role, or write a later day.",
                is_warning=True,
            ),
        ),
        (
            "2027-03-02",
            Remark(
                f"{PRODUCTION}.roles.deploy.until: 2027-03-02 is 1 day away. From then on nobody "
                "gets in. Write a later day if the role is still needed."
            ),
        ),
        (
            "2027-03-31",
            Remark(
                f"{PRODUCTION}.roles.deploy.until: 2027-03-31 is 30 days away. From then on nobody "
                "gets in. Write a later day if the role is still needed."
            ),
        ),
        ("2027-04-01", None),
    ],
)
def test_the_last_day_of_a_role(until: str, remark: Remark | None) -> None:
    assert said(spoiled(UNTIL, until)) == ([remark] if remark else [])


@pytest.mark.parametrize(
    ("deploy_from", "remark"),
    [
        ({"branches": ["release/1.2.0"], "tags": ["v1.2.0", "v*", "release-1"]}, None),
        (
            {"branches": ["v1.2.0"]},
            f'{PRODUCTION}.deploy_from.branches: "v1.2.0" is written like a tag. Nothing deploys '
            "unless there is a branch of that name. Write it under tags if a tag is meant.",
        ),
        (
            {"tags": ["main"]},
            f'{PRODUCTION}.deploy_from.tags: "main" is written like a branch. Nothing deploys '
            "unless there is a tag of that name. Write it under branches if a branch is meant.",
        ),
    ],
)
def test_branches_and_tags_that_are_written_like_the_other(
    deploy_from: Raw, remark: str | None
) -> None:
    found = said(spoiled("environments/production/deploy_from", deploy_from))
    assert found == ([Remark(remark, is_warning=True)] if remark else [])


def test_a_protected_branch_without_approvals() -> None:
    assert said(spoiled("protected_branches/main/approvals", 0)) == [
        Remark(
            f"{ENTRY}.protected_branches.main.approvals: 0. A pull request is merged by anybody "
            "who opens it, with nobody else having seen it. Write 1 or more.",
            is_warning=True,
        )
    ]


def test_an_environment_whose_name_is_not_what_it_looks_like() -> None:
    bare = {"deploy_from": {"branches": ["main"]}, "reviewers": "none"}
    assert said(spoiled("environments/prod\u2011eu", bare)) == [
        Remark(
            f'{ENTRY}.environments["prod\\u2011eu"]: the name is "prod\\u2011eu" (U+2011 looks '
            'like "-"). A workflow in which it is typed names another environment, which GitHub '
            "makes without protection. Write plain letters.",
            is_warning=True,
        )
    ]


@pytest.mark.parametrize(
    ("permission", "instead"),
    [
        (
            {"preset": "cdk"},
            "Bound each of them, as cdk bootstrap --custom-permissions-boundary does.",
        ),
        (
            {"preset": "assume", "roles": ["arn:aws:iam::111111111111:role/deploy"]},
            "Bound each of them where it is made. `keyless access` prints the trust policy that "
            "it needs.",
        ),
    ],
)
def test_a_preset_that_leaves_the_boundary(permission: Raw, instead: str) -> None:
    raw = spoiled("environments/production/roles/deploy/permissions", [permission])
    assert said(raw) == [
        Remark(
            f'{PRODUCTION}.roles.deploy.permissions[0]: the preset "{permission["preset"]}" goes '
            "on to roles outside of the permissions boundary. A job can do whatever they may. "
            f"{instead}"
        )
    ]


@pytest.mark.parametrize("reviewers", ["none", {"teams": ["storefront-leads"]}])
def test_a_merge_queue_without_reviewers(reviewers: object) -> None:
    raw = sample()
    production = raw["keyless:repositories"]["storefront"]["environments"]["production"]
    production |= {"deploy_from": {"merge_queue": ["main"]}, "reviewers": reviewers}
    production.pop("prevent_self_review", None)
    found = [
        Remark(
            f"{PRODUCTION}.deploy_from.merge_queue: anybody who can push can make a branch "
            "gh-readonly-queue/main/…, and no rule of GitHub's keeps them from it. Code that "
            "nobody merged deploys, since there are no reviewers. Name reviewers, or deploy from "
            "main.",
            is_warning=True,
        )
    ]
    assert said(raw) == (found if reviewers == "none" else [])


@pytest.mark.parametrize("name", ["gh-readonly-queue/main/*", "gh-readonly-queue/main/pr-1-abc"])
def test_a_queue_without_reviewers_that_is_written_under_branches(name: str) -> None:
    raw = spoiled("environments/production/deploy_from", {"branches": [name]})
    production = raw["keyless:repositories"]["storefront"]["environments"]["production"]
    production["reviewers"] = "none"
    production.pop("prevent_self_review", None)
    (remark,) = (each for each in said(raw) if "queue" in each.sentence)
    assert remark == Remark(
        f"{PRODUCTION}.deploy_from.branches: anybody who can push can make a branch "
        "gh-readonly-queue/main/…, and no rule of GitHub's keeps them from it. Code that nobody "
        "merged deploys, since there are no reviewers. Name reviewers, or deploy from main.",
        is_warning=True,
    )


@pytest.mark.parametrize(
    ("resource", "conditions"),
    [
        ("arn:aws:s3:::acme\u2011site/*", {}),
        ("arn:aws:s3:::acme-site/*", {"StringEquals": {"aws:PrincipalTag/team": "acme\u2011site"}}),
    ],
)
def test_letters_that_look_alike_in_a_statement(resource: str, conditions: Raw) -> None:
    written: Raw = {"preset": "statement", "actions": ["s3:GetObject"], "resources": [resource]}
    written |= {"conditions": conditions} if conditions else {}
    raw = spoiled("environments/production/roles/deploy", {"permissions": [written]})
    (remark,) = said(raw)
    assert remark.is_warning
    assert remark.sentence.startswith(f"{PRODUCTION}.roles.deploy.permissions[0]: ")
    assert "acme\\u2011site" in remark.sentence
    assert remark.sentence.endswith(
        ' (U+2011 looks like "-"). It matches nothing that is spelt as it looks. Write plain '
        "letters, unless the letter is meant."
    )


def test_letters_that_look_alike_in_the_value_of_a_variable() -> None:
    variables = {"S3_BUCKET": "acme\u2011site", "GREETING": "Caf\u00e9 \u2013 open"}
    assert said(spoiled("environments/production/variables", variables)) == [
        Remark(
            f'{PRODUCTION}.variables.S3_BUCKET: "acme\\u2011site" (U+2011 looks like "-"). A job '
            "that looks up what it names finds nothing. Write plain letters, unless the letter is "
            "meant.",
            is_warning=True,
        )
    ]
