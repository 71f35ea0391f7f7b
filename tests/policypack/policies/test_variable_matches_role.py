"""The policy variable-matches-role, run by the pack's analyzer."""

import time
from dataclasses import replace

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack

ID = "variable-matches-role"
DEPLOY = "/keyless/acme-storefront-production-deploy"
ELSEWHERE = (
    'variable "{}": role "{}" does not trust {}. Workflows there are refused. Write the ARN of the '
    "role that trusts it."
)


def arn(role: str) -> str:
    return f"arn:aws:iam::222222222222:role{role}"


def says(pack: Pack, *changed: Declared) -> list[str]:
    return [sentence for _, sentence in pack.says_of_stack(ID, estate.compliant(*changed))]


def test_roles_of_their_places_pass(pack: Pack) -> None:
    assert says(pack) == []


def test_role_of_another_environment_is_blocked(pack: Pack) -> None:
    assert says(pack, estate.variable(environment="staging")) == [
        ELSEWHERE.format("AWS_ROLE_ARN", DEPLOY, 'environment "storefront/staging"')
    ]


def test_role_of_another_repository_is_blocked(pack: Pack) -> None:
    assert says(pack, estate.repository_variable(repository="blog", value=arn(DEPLOY))) == [
        ELSEWHERE.format("AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN", DEPLOY, 'repository "blog"')
    ]


@pytest.mark.parametrize(
    ("owner", "refused"),
    [("acme-labs", True), ("acme", False), ("ACME", False), ("", False), (UNKNOWN, False)],
)
def test_role_of_a_repository_of_another_owner_is_blocked(
    pack: Pack, owner: str, refused: bool
) -> None:
    variables = [
        replace(each, provider={"owner": owner})
        for each in (estate.variable(), estate.repository_variable())
    ]
    plan = "/keyless/acme-storefront-plan"
    expected = [
        ELSEWHERE.format(
            "AWS_ROLE_ARN", DEPLOY, 'environment "storefront/production" of "acme-labs"'
        ),
        ELSEWHERE.format(
            "AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN", plan, 'repository "storefront" of "acme-labs"'
        ),
    ]
    assert sorted(says(pack, *variables)) == (expected if refused else [])


def test_role_of_the_stack_in_another_account_is_blocked(pack: Pack) -> None:
    elsewhere = arn(DEPLOY).replace("222222222222", "111111111111")
    assert says(pack, estate.variable(value=elsewhere)) == [
        f'variable "AWS_ROLE_ARN": role "{DEPLOY}" of account 111111111111, and the stack has it '
        "in account 222222222222. Nothing here shows what the role in 111111111111 trusts. Write "
        "the ARN with account 222222222222."
    ]


def test_role_of_pull_requests_in_an_environment_is_blocked(pack: Pack) -> None:
    plan = "/keyless/acme-storefront-plan"
    assert says(pack, estate.variable(value=arn(plan))) == [
        ELSEWHERE.format("AWS_ROLE_ARN", plan, 'environment "storefront/production"')
    ]


def test_role_of_a_whole_repository_fits_its_environments(pack: Pack) -> None:
    wide = estate.statement(
        ("StringEquals", estate.pinned(sub=None)),
        ("StringLike", {f"{estate.ISSUER}:sub": "repo:acme/storefront:*"}),
    )
    role = estate.role(assumeRolePolicy=estate.document(wide))
    assert says(pack, role) == []
    assert says(pack, role, estate.variable(environment="eu/production")) == []


def test_role_is_found_by_dependency_while_its_arn_is_unknown(pack: Pack) -> None:
    variable = estate.variable(value=UNKNOWN, environment="staging")
    awaiting = replace(variable, depends_by_property={"value": (estate.DEPLOY,)})
    assert says(pack, awaiting) == [
        ELSEWHERE.format("AWS_ROLE_ARN", DEPLOY, 'environment "storefront/staging"')
    ]


def test_role_that_is_unknown_is_blocked(pack: Pack) -> None:
    assert says(pack, estate.variable(value=UNKNOWN)) == [
        'variable "AWS_ROLE_ARN": value is not known at preview. It may be a role that trusts '
        "another place. Write the ARN composed as text."
    ]


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "arn:aws:iam::222222222222:role/not-in-the-stack", "environment": "staging"},
        {"value": "eu-west-1", "variableName": "AWS_REGION", "environment": "staging"},
        {"value": UNKNOWN, "variableName": "BUCKET"},
    ],
)
def test_what_is_no_role_of_the_stack_is_left_alone(pack: Pack, changes: dict[str, object]) -> None:
    assert says(pack, estate.variable(**changes)) == []


def test_role_of_another_issuer_matters_to_role_variables_alone(pack: Pack) -> None:
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    role = estate.role(assumeRolePolicy=estate.document(service))
    assert says(pack, role, estate.variable(variableName="FUNCTION_ROLE")) == []
    assert says(pack, role) == [
        ELSEWHERE.format("AWS_ROLE_ARN", DEPLOY, 'environment "storefront/production"')
    ]


def test_many_roles_and_variables_are_joined_in_linear_time(pack: Pack) -> None:
    service = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trusted = estate.document(service)
    numbers = range(1000)
    roles = [estate.role(f"role-{n}", name=f"role-{n}", assumeRolePolicy=trusted) for n in numbers]
    variables = [
        replace(
            estate.variable(value=arn(f"/keyless/role-{n}"), variableName="FUNCTION_ROLE"),
            name=f"variable-{n}",
        )
        for n in numbers
    ]
    before = time.process_time()
    assert pack.says_of_stack(ID, [*roles, *variables]) == []
    assert time.process_time() - before < 2


def test_every_account_of_a_role_is_named(pack: Pack) -> None:
    twin = replace(
        estate.role("twin"), provider={"allowedAccountIds": '["333333333333"]'}, depends_on=()
    )
    elsewhere = arn(DEPLOY).replace("222222222222", "111111111111")
    [sentence] = says(pack, twin, estate.variable(value=elsewhere))
    assert "the stack has it in account 222222222222 or 333333333333. " in sentence


def test_a_role_of_an_unknown_account_may_be_of_any(pack: Pack) -> None:
    role = replace(estate.role(), provider={"allowedAccountIds": ""})
    elsewhere = arn(DEPLOY).replace("222222222222", "111111111111")
    assert says(pack, role, estate.variable(value=elsewhere)) == []


def test_a_variable_without_a_known_name_goes_by_that_of_its_resource(pack: Pack) -> None:
    unnamed = estate.variable(variableName=UNKNOWN, environment="staging")
    assert says(pack, unnamed) == [
        ELSEWHERE.format(estate.DEPLOY_VARIABLE, DEPLOY, 'environment "storefront/staging"')
    ]


def test_a_role_for_github_matters_to_a_variable_of_any_name(pack: Pack) -> None:
    assert says(pack, estate.variable(variableName="DEPLOYER", environment="staging")) == [
        ELSEWHERE.format("DEPLOYER", DEPLOY, 'environment "storefront/staging"')
    ]


def test_a_role_that_trusts_more_than_named_contexts_is_left_to_others(pack: Pack) -> None:
    wide = estate.statement(
        ("StringEquals", estate.pinned(sub=None, repository_id=None, repository_owner_id=None)),
        ("StringLike", {f"{estate.ISSUER}:sub": "repo:acme/storefront:ref:refs/heads/*"}),
    )
    assert says(pack, estate.role(assumeRolePolicy=estate.document(wide))) == []
