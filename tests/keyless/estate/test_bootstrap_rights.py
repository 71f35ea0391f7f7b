"""The documents of the bootstrap, written from stack files whose names are nobody's habit."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from keyless.estate.bootstrap_rights import (
    MANAGED_POLICY_LIMIT,
    BootstrapError,
    BootstrapRights,
    Document,
    adopted_rights,
    bootstrap_rights,
)
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.estate.reading import read_settings
from keyless.estate.reading.rights_files import main, rendered, write_rights
from keyless.estate.settings import Settings
from keyless.estate.trust_policy import document_size
from sandbox.sample import sample_file
from tests.keyless.estate.test_boundary_document import allowed, listed, matches

ROOT = Path(__file__).parents[3]
ACCOUNT = "arn:aws:iam::222222222222"
RIGHTS = f"{ACCOUNT}:policy/bootstrap/keyless-up"
KEY = "iam:PermissionsBoundary"
PERSON = f"{ACCOUNT}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123"
BOUNDED = {KEY: f"{ACCOUNT}:policy/keyless/keyless-boundary"}
CHANGES = [
    "AttachRolePolicy",
    "CreateRole",
    "DeleteRole",
    "DeleteRolePermissionsBoundary",
    "DeleteRolePolicy",
    "PutRolePermissionsBoundary",
    "PutRolePolicy",
    "TagRole",
    "UntagRole",
    "UpdateAssumeRolePolicy",
    "UpdateRole",
]


def deploy(**more: object) -> dict[str, Any]:
    permissions = [{"preset": "managed-policy", "arn": RIGHTS}]
    return {"permissions_boundary": {"arn": RIGHTS}, "permissions": permissions, **more}


def plain(**more: object) -> dict[str, Any]:
    return {"permissions": [{"preset": "lambda-function", "function": "checkout"}], **more}


def written(
    roles: dict[str, dict[str, Any]], project: str = "access", **more: object
) -> BootstrapRights:
    """Write the rights of a stack with one repository for each role."""
    settings = settings_of(roles, **more)
    return bootstrap_rights(settings, bucket="state-of-access", project=project, person=PERSON)


def settings_of(roles: dict[str, dict[str, Any]], **more: object) -> Settings:
    repositories = {
        name: {
            "id": number,
            "environments": {
                "production": {
                    "deploy_from": {"branches": ["main"]},
                    "reviewers": {"teams": ["platform"]},
                    "roles": {"deploy": role},
                }
            },
        }
        for number, (name, role) in enumerate(roles.items(), start=1)
    }
    config = {
        "github:owner": "acme",
        "aws:region": "eu-west-1",
        "aws:allowedAccountIds": json.dumps(["222222222222"]),
        "keyless:owner_id": "9919",
        "keyless:repositories": json.dumps(repositories),
        **{f"keyless:{key}": json.dumps(value) for key, value in more.items()},
    }
    return read_settings(config, stack="live", root=ROOT)


@pytest.mark.parametrize("repository", ["keyless", "gate", "cloud-access"])
@pytest.mark.parametrize("path", ["/keyless/pipeline/", "/gate/"])
@pytest.mark.parametrize("action", CHANGES)
def test_no_name_lets_the_pipeline_change_its_own_roles(
    repository: str, path: str, action: str
) -> None:
    up = dict(written({repository: deploy(role_path=path), "shop": plain()}).up)
    own = f"{ACCOUNT}:role{path}acme-{repository}-production-deploy"
    for told in ({}, BOUNDED, {KEY: RIGHTS}):
        assert not allowed(up, f"iam:{action}", own, told)
    others = f"{ACCOUNT}:role/keyless/acme-shop-production-deploy"
    possible = action != "DeleteRolePermissionsBoundary"
    assert allowed(up, f"iam:{action}", others, BOUNDED) is possible
    assert allowed(up, "iam:GetRole", own, {})


@pytest.mark.parametrize("path", ["/keyless/pipeline/", "/gate/"])
def test_the_first_up_makes_the_pipelines_role(path: str) -> None:
    first = dict(written({"gate": deploy(role_path=path)}).first_up)
    own = f"{ACCOUNT}:role{path}acme-gate-production-deploy"
    assert allowed(first, "iam:CreateRole", own, {KEY: RIGHTS})
    assert not allowed(first, "iam:CreateRole", own, {})


def test_a_role_elsewhere_and_another_boundary_are_named() -> None:
    other = f"{ACCOUNT}:policy/narrow"
    elsewhere = plain(role_path="/", permissions_boundary={"arn": other})
    up = dict(written({"gate": deploy(role_path="/gate/"), "shop": elsewhere}).up)
    shop = f"{ACCOUNT}:role/acme-shop-production-deploy"
    assert allowed(up, "iam:CreateRole", shop, {KEY: other})
    assert not allowed(up, "iam:CreateRole", f"{ACCOUNT}:role/other", {KEY: other})
    assert not allowed(up, "iam:CreateRole", shop, {KEY: RIGHTS})


def adopted_documents(count: int) -> list[dict[str, Any]]:
    roles = {
        f"shop-{number}": plain(role_name=f"shop-{number}-deploy", role_path="/")
        for number in range(count)
    }
    settings = settings_of({"inside": plain(), **roles})
    composed = compose_roles(settings, as_typed(settings))
    return [dict(each) for each in adopted_rights(composed, settings.defaults.role_path)]


def test_roles_that_are_taken_over_are_named_one_by_one() -> None:
    (document,) = adopted_documents(2)
    own, other = f"{ACCOUNT}:role/shop-0-deploy", f"{ACCOUNT}:role/shop-9-deploy"
    for action in ("UpdateAssumeRolePolicy", "PutRolePermissionsBoundary", "PutRolePolicy"):
        assert allowed(document, f"iam:{action}", own, BOUNDED)
        assert not allowed(document, f"iam:{action}", other, BOUNDED)
        assert not allowed(document, f"iam:{action}", own, {KEY: RIGHTS})
    assert allowed(document, "iam:TagRole", own, {})
    assert not allowed(document, "iam:DeleteRolePermissionsBoundary", own, BOUNDED)


def test_trust_of_a_role_without_a_boundary_may_be_changed_and_not_its_policies() -> None:
    (document,) = adopted_documents(1)
    own = f"{ACCOUNT}:role/shop-0-deploy"
    assert allowed(document, "iam:UpdateAssumeRolePolicy", own, {})
    assert not allowed(document, "iam:PutRolePolicy", own, {})


def test_many_roles_make_several_policies_that_aws_takes() -> None:
    documents = adopted_documents(120)
    assert len(documents) > 1
    assert all(document_size(each) <= MANAGED_POLICY_LIMIT for each in documents)
    named = [arn for each in documents for arn in each["Statement"][0]["Resource"]]
    assert len(named) == len(set(named)) == 120


def test_a_pipeline_reaches_many_roles_elsewhere_by_the_tag_that_guards_them() -> None:
    roles = {
        f"shop-{number}": plain(role_name=f"shop-{number}-deploy", role_path="/")
        for number in range(120)
    }
    rights = written({"gate": deploy(role_path="/gate/"), **roles})
    up = dict(rights.up)
    assert document_size(up) <= MANAGED_POLICY_LIMIT
    tag = {"aws:ResourceTag/keyless:deployment-role": "live"}
    shop = f"{ACCOUNT}:role/shop-7-deploy"
    for action in ("UpdateAssumeRolePolicy", "PutRolePolicy"):
        assert allowed(up, f"iam:{action}", shop, BOUNDED | tag)
        assert not allowed(up, f"iam:{action}", shop, BOUNDED)
        assert not allowed(up, f"iam:{action}", shop, tag)
    assert allowed(up, "iam:TagRole", shop, tag)
    assert not allowed(up, "iam:TagRole", shop, {})
    assert allowed(up, "iam:GetRole", shop, {})
    own = f"{ACCOUNT}:role/gate/acme-gate-production-deploy"
    assert not allowed(up, "iam:PutRolePolicy", own, BOUNDED | tag)
    assert document_size(dict(rights.first_up)) <= MANAGED_POLICY_LIMIT


def test_a_policy_that_is_looked_up_can_be_read_and_not_changed() -> None:
    arn = f"{ACCOUNT}:policy/terraform/apply"
    role = {"permissions": [{"preset": "managed-policy", "arn": arn, "look_up": True}]}
    rights = written({"gate": deploy(role_path="/gate/"), "shop": role})
    for document in map(dict, (rights.up, rights.first_up)):
        assert allowed(document, "iam:GetPolicy", arn, {})
        assert allowed(document, "iam:GetPolicyVersion", arn, {})
        assert not allowed(document, "iam:CreatePolicyVersion", arn, {})
        assert not allowed(document, "iam:GetPolicy", f"{arn}-other", {})


def test_the_state_is_that_of_the_project_and_stack() -> None:
    up = dict(written({"gate": deploy(role_path="/gate/")}, "access").up)
    bucket = "arn:aws:s3:::state-of-access/.pulumi/stacks"
    assert allowed(up, "s3:PutObject", f"{bucket}/access/live.json", {})
    assert not allowed(up, "s3:PutObject", f"{bucket}/access/prod.json", {})
    assert not allowed(up, "s3:PutObject", f"{bucket}/keyless/live.json", {})


NO_PATH = (
    'stack "live": the pipeline\'s role "acme-gate-production-deploy" has the path "{}", as roles '
    "of others have. The path is what keeps the pipeline from changing its own roles. Give it a "
    'role_path of its own, as in "/keyless/pipeline/".'
)


@pytest.mark.parametrize(
    ("roles", "sentence"),
    [
        (
            {"shop": plain()},
            'stack "live": no role whose boundary is also its managed-policy. That is how the '
            "pipeline's own role is known. Give the role that runs `up` one policy under both "
            "permissions_boundary and permissions.",
        ),
        ({"gate": deploy()}, NO_PATH.format("/keyless/")),
        (
            {"gate": deploy(role_path="/gate/"), "shop": plain(role_path="/gate/shop/")},
            NO_PATH.format("/gate/"),
        ),
        (
            {"gate": deploy(role_path="/gate/"), "shop": deploy(role_path="/shop/")},
            'stack "live": the roles "acme-gate-production-deploy" and '
            '"acme-shop-production-deploy" have different paths or policies. One document guards '
            "one path. Give them the same role_path and the same policy.",
        ),
    ],
)
def test_a_pipeline_without_a_guard_is_refused(
    roles: dict[str, dict[str, Any]], sentence: str
) -> None:
    with pytest.raises(BootstrapError) as raised:
        written(roles)
    assert str(raised.value) == sentence


def test_the_documents_of_the_docs_are_those_of_the_sample_stack() -> None:
    config = yaml.safe_load(sample_file("Pulumi.prod.yaml").read_text("utf-8"))["config"]
    texts = {k: v if isinstance(v, str) else json.dumps(v) for k, v in config.items()}
    settings = read_settings(texts, stack="prod", root=ROOT)
    rights = bootstrap_rights(settings, bucket="acme-keyless-prod", project="keyless")
    folder = ROOT / "docs" / "bootstrap"
    assert (folder / "keyless-up.json").read_text("utf-8") == rendered(rights.up)
    assert (folder / "keyless-first-up.json").read_text("utf-8") == rendered(rights.first_up)
    assert (folder / "state-bucket.json").read_text("utf-8") == rendered(rights.state_bucket)


def test_the_files_are_written_below_the_project(tmp_path: Path) -> None:
    for name in ("Pulumi.yaml", "Pulumi.prod.yaml"):
        (tmp_path / name).write_text(sample_file(name).read_text("utf-8"), encoding="utf-8")
    places = write_rights(tmp_path, "prod", "acme-keyless-prod")
    assert [place.relative_to(tmp_path).as_posix() for place in places] == [
        "build/rights/prod/keyless-up.json",
        "build/rights/prod/keyless-first-up.json",
        "build/rights/prod/state-bucket.json",
    ]
    published = ROOT / "docs" / "bootstrap" / "keyless-up.json"
    assert places[0].read_text("utf-8") == published.read_text("utf-8")


def test_no_bucket_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prod", "", ""]) == 1
    assert capsys.readouterr().err == (
        'BUCKET: "" is no name of a bucket. The rights are limited to the state in it. Write the '
        "name alone, as in BUCKET=acme-keyless-prod.\n"
    )


def test_whoever_is_no_role_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prod", "acme-keyless-prod", "mona"]) == 1
    assert capsys.readouterr().err == (
        'PERSON: "mona" is no ARN of a role. The state is left to the roles that are named. Write '
        "the ARN of the role that people assume, with its path.\n"
    )


def denied(policy: Document, principal: str | None, action: str, resource: str) -> bool:
    """Tell whether a bucket's policy denies a request; one without a principal is of a service."""
    for statement in policy["Statement"]:
        assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
        named = [action] if "Action" in statement else []
        if "Action" in statement:
            assert statement["Action"] == "s3:*"
        elif action not in statement["NotAction"]:
            named = [action]
        ((operator, condition),) = statement["Condition"].items()
        assert operator == "ArnNotEquals"
        spared = principal in listed(condition["aws:PrincipalArn"])
        if named and matches(statement["Resource"], resource) and not spared:
            return True
    return False


OF_OBJECTS = ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:PutObjectAcl"]
STATE = "arn:aws:s3:::state-of-access/.pulumi/stacks/keyless/live.json"


@pytest.mark.parametrize("action", OF_OBJECTS)
def test_the_state_is_the_pipelines_alone(action: str) -> None:
    gate = deploy(role_path="/gate/")
    policy = written({"gate": gate, "shop": plain()}).state_bucket
    shop = f"{ACCOUNT}:role/keyless/acme-shop-production-deploy"
    own = f"{ACCOUNT}:role/gate/acme-gate-production-deploy"
    for other in (shop, f"{ACCOUNT}:role/admin", f"{ACCOUNT}:root", None):
        assert denied(policy, other, action, STATE)
        assert not denied(policy, other, "s3:PutBucketPolicy", "arn:aws:s3:::state-of-access")
    for updating in (own, PERSON):
        assert not denied(policy, updating, action, STATE)


@pytest.mark.parametrize("name", ["branch-main-read", "pull-requests-preview"])
@pytest.mark.parametrize("action", OF_OBJECTS)
def test_the_roles_that_look_write_no_state(name: str, action: str) -> None:
    policy = json.loads((ROOT / "docs" / "bootstrap" / "state-bucket.json").read_text("utf-8"))
    looking = f"{ACCOUNT}:role/keyless/pipeline/acme-keyless-{name}"
    state = "arn:aws:s3:::acme-keyless-prod/.pulumi/stacks/keyless/prod.json"
    assert denied(policy, looking, action, state) is (action != "s3:GetObject")


@pytest.mark.parametrize("action", ["CreatePolicy", "AttachPolicy", "DetachPolicy", "UpdatePolicy"])
def test_a_person_makes_the_guardrail_and_the_pipeline_cannot(action: str) -> None:
    roles = {"keyless": deploy(role_path="/keyless/pipeline/")}
    target = "arn:aws:organizations::222222222222:policy/o-a1b2c3d4e5/resource_control_policy/p-1"
    rights = written(roles, guardrail={"create": True, "targets": ["r-ab12"]})
    asked: tuple[str, str, dict[str, str]] = (f"organizations:{action}", target, {})
    assert allowed(dict(rights.first_up), *asked)
    assert not allowed(dict(rights.up), *asked)
    assert not allowed(dict(written(roles).first_up), *asked)
