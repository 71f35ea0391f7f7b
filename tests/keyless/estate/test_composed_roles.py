"""Tests of roles as plain values: names, trust, permissions, whatever the estate."""

from collections import Counter
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from keyless.estate.composed_roles import ComposedRole, RepositoryFound, as_typed, compose_roles
from keyless.estate.reading import SettingsError, read_settings
from keyless.estate.settings import Settings
from tests.keyless.estate.reading.sample import Raw, read, role, spoiled, stack_config

ISSUER = "token.actions.githubusercontent.com"


def _roles(raw: Raw, stack: str = "prod") -> dict[str, ComposedRole]:
    found = read(raw, stack=stack)
    return {access.resource_name: access for access in compose_roles(found, as_typed(found))}


def test_every_context_and_function_has_a_role_of_its_own() -> None:
    assert {
        name: (access.role_name, access.variable, str(access.context), access.function)
        for name, access in _roles(stack_config()).items()
    } == {
        "storefront/environment/production/deploy": (
            "acme-storefront-production-deploy",
            "AWS_ROLE_ARN",
            "environment/production",
            "deploy",
        ),
        "storefront/environment/production/migrate": (
            "storefront-migrate",
            "AWS_ROLE_ARN_MIGRATE",
            "environment/production",
            "migrate",
        ),
        "storefront/branch/develop/deploy": (
            "acme-storefront-branch-develop-deploy",
            "AWS_ROLE_ARN_PROD_BRANCH_DEVELOP_DEPLOY",
            "branch/develop",
            "deploy",
        ),
        "storefront/pull_requests/plan": (
            "acme-storefront-pull-requests-plan",
            "AWS_ROLE_ARN_PROD_PULL_REQUESTS_PLAN",
            "pull_requests",
            "plan",
        ),
        "storefront/whole_repository/read": (
            "acme-storefront-whole-repository-read",
            "AWS_ROLE_ARN_PROD_WHOLE_REPOSITORY_READ",
            "whole_repository",
            "read",
        ),
        "pages/environment/preview/deploy": (
            "acme-pages-preview-deploy",
            "AWS_ROLE_ARN",
            "environment/preview",
            "deploy",
        ),
    }


def test_a_role_takes_what_the_stack_says_unless_it_says_otherwise() -> None:
    roles = _roles(stack_config())
    deploy = roles["storefront/environment/production/deploy"]
    migrate = roles["storefront/environment/production/migrate"]
    assert deploy.role_path == "/keyless/"
    assert deploy.role_arn == (
        "arn:aws:iam::222222222222:role/keyless/acme-storefront-production-deploy"
    )
    assert deploy.boundary_arn == "arn:aws:iam::222222222222:policy/keyless/keyless-boundary"
    assert migrate.boundary_arn == "arn:aws:iam::222222222222:policy/own"
    assert deploy.tags == {"team": "platform"}
    assert (deploy.session_minutes, deploy.max_session_seconds) == (60, 3600)
    assert (migrate.session_minutes, migrate.max_session_seconds) == (120, 7200)
    assert deploy.region == "eu-central-1"
    assert roles["pages/environment/preview/deploy"].region == "eu-west-1"
    assert deploy.description == "acme/storefront environment/production deploy"


def test_a_session_below_an_hour_leaves_the_maximum_at_an_hour() -> None:
    raw = spoiled("environments/production/roles/deploy/session_minutes", 15)
    access = _roles(raw)["storefront/environment/production/deploy"]
    assert (access.session_minutes, access.max_session_seconds) == (15, 3600)


def test_permissions_become_one_policy_and_attachments() -> None:
    permissions = [
        {"preset": "managed-policy", "name": "ReadOnlyAccess"},
        {"preset": "lambda-function", "function": "checkout"},
        {"preset": "managed-policy", "name": "ReadOnlyAccess"},
    ]
    raw = spoiled("environments/production/roles/deploy/permissions", permissions)
    access = _roles(raw)["storefront/environment/production/deploy"]
    assert access.managed_policy_arns == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
    assert [preset for preset, _ in access.grants] == [
        "managed-policy",
        "lambda-function",
        "managed-policy",
    ]
    assert "eu-central-1:222222222222:function:checkout" in str(access.policies["permissions"])
    raw = spoiled("environments/production/roles/deploy/permissions", permissions[:1])
    assert _roles(raw)["storefront/environment/production/deploy"].policies == {}


def test_inline_policies_have_names_of_their_own_beside_managed_ones() -> None:
    raw = spoiled(
        "environments/production/roles/deploy",
        {
            "permissions": [{"preset": "managed-policy", "name": "ReadOnlyAccess"}],
            "policies": {
                "push-image": [{"preset": "container-image", "repository": "shop"}],
                "roll-out": [{"preset": "lambda-function", "function": "checkout"}],
            },
        },
    )
    access = _roles(raw)["storefront/environment/production/deploy"]
    assert access.managed_policy_arns == ("arn:aws:iam::aws:policy/ReadOnlyAccess",)
    assert list(access.policies) == ["push-image", "roll-out"]
    assert "ecr:PutImage" in str(access.policies["push-image"])
    assert "lambda:" not in str(access.policies["push-image"])
    assert "function:checkout" in str(access.policies["roll-out"])
    assert [preset for preset, _ in access.grants] == [
        "managed-policy",
        "container-image",
        "lambda-function",
    ]


@pytest.mark.parametrize(
    ("path", "guard"),
    [
        ("/", {"keyless:deployment-role": "prod"}),
        ("/ci/", {"keyless:deployment-role": "prod"}),
        ("/keyless/", {}),
        ("/keyless/shop/", {}),
    ],
)
def test_a_role_outside_of_the_stacks_path_carries_the_tag_that_guards_it(
    path: str, guard: dict[str, str]
) -> None:
    own = {"role_name": "github-Deploy", "role_path": path, "variable": "DEPLOY_ROLE"}
    raw = spoiled("environments/production/roles/deploy", role() | own)
    access = _roles(raw)["storefront/environment/production/deploy"]
    assert access.role_arn == f"arn:aws:iam::222222222222:role{path}github-Deploy"
    assert access.tags == {"team": "platform", **guard}
    assert access.variable == "DEPLOY_ROLE"


def test_tags_of_a_role_go_before_those_of_every_role() -> None:
    own = role() | {"tags": {"team": "web", "cost-center": "4711"}}
    raw = spoiled("environments/production/roles/deploy", own)
    access = _roles(raw)["storefront/environment/production/deploy"]
    assert access.tags == {"team": "web", "cost-center": "4711"}


@pytest.mark.parametrize("written", ["2027-03-31", "2027-03-31 00:00:00 +0000 UTC"])
def test_a_trust_policy_ends_with_the_day_that_is_written(written: str) -> None:
    raw = spoiled("environments/production/roles/deploy/until", written)
    access = _roles(raw)["storefront/environment/production/deploy"]
    (statement,) = access.trust_policy["Statement"]
    assert statement["Condition"]["DateLessThan"] == {"aws:CurrentTime": "2027-03-31T00:00:00Z"}


def test_names_take_githubs_letter_case_and_trust_the_pinned_ids() -> None:
    found = read(stack_config())
    answers = as_typed(found) | {"storefront": RepositoryFound("Acme/StoreFront", 811223344)}
    access = compose_roles(found, answers)[0]
    assert access.subjects == (
        "repo:Acme/StoreFront:environment:production",
        "repo:Acme@9919/StoreFront@811223344:environment:production",
    )
    assert access.role_name == "acme-storefront-production-deploy"
    assert access.resource_name == "storefront/environment/production/deploy"


@pytest.mark.parametrize(
    ("region", "partition"),
    [("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov"), ("eusc-de-east-1", "aws-eusc")],
)
def test_arns_follow_the_partition(region: str, partition: str) -> None:
    raw = stack_config() | {"aws:region": region}
    del raw["keyless:repositories"]["storefront"]
    access = _roles(raw)["pages/environment/preview/deploy"]
    assert access.role_arn.startswith(f"arn:{partition}:iam::222222222222:role/")
    assert access.boundary_arn.startswith(f"arn:{partition}:iam::222222222222:policy/")
    assert f"arn:{partition}:lambda:{region}:" in str(access.policies)
    assert ":arn:aws:" not in f":{access.trust_policy}"


def test_literal_branches_alone_become_refs() -> None:
    for deploy_from, refs in (
        ({"branches": ["main"], "merge_queue": ["main"]}, ()),
        ({"branches": ["main", "release/1"]}, ("refs/heads/main", "refs/heads/release/1")),
        ({"branches": ["main", "release/*"]}, ()),
        ({"branches": ["main"], "tags": ["v1"]}, ()),
        ({"tags": ["v1"]}, ()),
    ):
        raw = spoiled("environments/production/deploy_from", deploy_from)
        assert _roles(raw)["storefront/environment/production/deploy"].trust.refs == refs
    raw = stack_config() | {"aws:region": "cn-north-1"}
    del raw["keyless:repositories"]["storefront"]
    assert _roles(raw)["pages/environment/preview/deploy"].trust.refs == ()


# Any estate at all

NAMES = st.text(alphabet="aAb1.-_", min_size=1, max_size=4).filter(lambda n: n not in {".", ".."})
ENVIRONMENTS = st.text(alphabet="ab1.-_", min_size=1, max_size=4).filter(
    lambda n: n not in {".", ".."}
)
BRANCHES = st.from_regex(r"\A[ab1][abA1_-]{0,3}(/[ab1][abA1_-]{0,3})?\Z")
FUNCTIONS = st.sampled_from(["deploy", "plan", "a-b", "a_b", "a", "b-deploy", "x" * 32])
ROLES = st.dictionaries(FUNCTIONS, st.builds(role), min_size=1, max_size=2)
ROLES_ONLY = st.fixed_dictionaries({"roles": ROLES})
ENVIRONMENT = st.fixed_dictionaries(
    {
        "deploy_from": st.sampled_from(
            [{"branches": ["main"]}, {"branches": ["main", "release/*"]}, {"tags": ["v1"]}]
        ),
        "reviewers": st.just("none"),
        "roles": ROLES,
    }
)
ENTRY = st.fixed_dictionaries(
    {
        "environments": st.dictionaries(ENVIRONMENTS, ENVIRONMENT, max_size=2),
        "branches": st.dictionaries(BRANCHES, ROLES_ONLY, max_size=2),
    },
    optional={"pull_requests": ROLES_ONLY, "whole_repository": ROLES_ONLY},
)
ESTATES = st.dictionaries(NAMES, ENTRY, min_size=1, max_size=3)


def _settings_of(estate: dict[str, Any]) -> Settings:
    """Read an estate; one with names that meet is refused for that alone, and passed over."""
    raw = stack_config()
    raw["keyless:repositories"] = {
        name: entry | {"id": 1000 + position}
        for position, (name, entry) in enumerate(estate.items())
    }
    sentences: tuple[str, ...] = ()
    try:
        found = read_settings(raw, stack="prod", root=Path())
    except SettingsError as refused:
        sentences = refused.errors
    if sentences:
        assert all("is already used by" in sentence for sentence in sentences)
        reject()
    return found


class _Token(NamedTuple):
    """A token that GitHub can mint: what AWS compares of it, and which context it is of."""

    repository: str
    context: str
    claims: dict[str, str]


def _tokens(found: Settings) -> list[_Token]:
    """List tokens of every context of the estate, of near ones, and of look-alike strangers."""
    tokens = []
    for key, entry in found.repositories.items():
        contexts = {f"environment/{name}": f"environment:{name}" for name in entry.environments}
        contexts |= {f"branch/{name}": f"ref:refs/heads/{name}" for name in entry.branches}
        contexts |= {
            "pull_requests": "pull_request",
            "another branch": "ref:refs/heads/another",
            "another environment": "environment:another",
            "a tag": "ref:refs/tags/main",
        }
        for context, text in contexts.items():
            for owner, owner_id, number in (
                ("acme", 9919, entry.id),
                ("acme", 9919, 1),
                ("acme", 2, entry.id),
                ("acme-", 9919, entry.id),
            ):
                is_own = (owner, owner_id, number) == ("acme", 9919, entry.id)
                for subject in (
                    f"repo:{owner}/{key}:{text}",
                    f"repo:{owner}@{owner_id}/{key}@{number}:{text}",
                ):
                    claims = {
                        "aud": "sts.amazonaws.com",
                        "sub": subject,
                        "repository_id": str(number),
                        "repository_owner_id": str(owner_id),
                        "ref": "refs/heads/main",
                    }
                    tokens.append(_Token(key if is_own else "stranger", context, claims))
    return tokens


def _admits(document: dict[str, Any], claims: dict[str, str]) -> bool:
    (statement,) = document["Statement"]
    return all(
        any(
            claims[key.removeprefix(f"{ISSUER}:")] == wanted
            if operator == "StringEquals"
            else fnmatchcase(claims[key.removeprefix(f"{ISSUER}:")], wanted)
            for wanted in ([values] if isinstance(values, str) else values)
        )
        for operator, keys in statement["Condition"].items()
        for key, values in keys.items()
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(ESTATES)
def test_exactly_the_intended_tokens_get_in(estate: dict[str, Any]) -> None:
    found = _settings_of(estate)
    tokens = _tokens(found)
    for access in compose_roles(found, as_typed(found)):
        for token in tokens:
            is_meant = token.repository == access.repository and (
                access.context.kind == "whole_repository" or token.context == str(access.context)
            )
            assert _admits(access.trust_policy, token.claims) == is_meant


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(ESTATES)
def test_no_two_names_meet(estate: dict[str, Any]) -> None:
    found = _settings_of(estate)
    roles = compose_roles(found, as_typed(found))
    assert _repeated(access.role_name.lower() for access in roles) == []
    assert _repeated(access.resource_name for access in roles) == []
    assert _repeated(_variable_scope(access) for access in roles) == []
    assert all(len(access.role_name) <= 64 for access in roles)


def _variable_scope(access: ComposedRole) -> tuple[str, ...]:
    environment = str(access.context) if access.context.kind == "environment" else ""
    return (access.repository.lower(), environment, access.variable.upper())


def _repeated(names: Any) -> list[Any]:
    return [name for name, count in Counter(names).items() if count > 1]
