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
from tests.keyless.estate.simulation import Request, simulate
from tests.keyless.estate.test_boundary_document import allowed

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


def test_a_person_who_is_no_role_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["prod", "acme-keyless-prod", "mona"]) == 1
    assert capsys.readouterr().err == (
        'PERSON: "mona" is no ARN of a role. The state is left to the roles that are named. Write '
        "the ARN of the role that people assume, with its path.\n"
    )


STATE = "arn:aws:s3:::state-of-access/.pulumi/stacks/keyless/live.json"
GATE = f"{ACCOUNT}:role/gate/acme-gate-production-deploy"
SHOP = f"{ACCOUNT}:role/keyless/acme-shop-production-deploy"


def test_the_bucket_is_left_to_the_roles_that_run_up() -> None:
    roles = {"gate": deploy(role_path="/gate/"), "shop": plain()}
    every = {"Effect": "Deny", "Principal": "*", "Resource": "arn:aws:s3:::state-of-access/*"}
    unless = {"Condition": {"ArnNotEquals": {"aws:PrincipalArn": [GATE, PERSON]}}}
    assert written(roles).state_bucket["Statement"] == [
        {"Sid": "NobodyButThePipeline", **every, "Action": "s3:*", **unless},
        {
            "Sid": "OnlyUpWrites",
            **every,
            "NotAction": ["s3:GetObject", "s3:GetObjectVersion"],
            **unless,
        },
    ]


OF_OBJECTS = [
    "s3:AbortMultipartUpload",
    "s3:BypassGovernanceRetention",
    "s3:DeleteObject",
    "s3:DeleteObjectVersion",
    "s3:GetObject",
    "s3:GetObjectAcl",
    "s3:GetObjectVersion",
    "s3:PutObject",
    "s3:PutObjectAcl",
    "s3:PutObjectTagging",
    "s3:ReplicateObject",
    "s3:RestoreObject",
]
NAMED_AS_IF = [
    SHOP,
    f"{ACCOUNT}:role/admin",
    f"{ACCOUNT}:role/acme-gate-production-deploy",
    f"{ACCOUNT}:role/gate/x/acme-gate-production-deploy",
    f"{ACCOUNT}:role/gate/acme-gate-production-deploy-2",
    f"{ACCOUNT}:role/gate/*",
    f"{ACCOUNT}:user/mona",
    f"{ACCOUNT}:root",
    GATE.replace("222222222222", "333333333333"),
    GATE.replace(":aws:", ":aws-cn:"),
]


def of_objects(policy: Document, principal: str, state: str = STATE) -> dict[str, str]:
    """Return what the simulator answers a principal that is allowed everything, by action."""
    filled = {} if principal.endswith("amazonaws.com") else {"aws:PrincipalArn": principal}
    asked = [
        Request(
            principal=principal, action=action, resource=state, context=filled, bucket=dict(policy)
        )
        for action in OF_OBJECTS
    ]
    return dict(zip(OF_OBJECTS, simulate(asked), strict=True))


@pytest.mark.long
@pytest.mark.parametrize("principal", [*NAMED_AS_IF, "replication.s3.amazonaws.com"])
def test_a_simulator_finds_the_state_closed_to_others(principal: str) -> None:
    policy = written({"gate": deploy(role_path="/gate/"), "shop": plain()}).state_bucket
    assert set(of_objects(policy, principal).values()) == {"ExplicitlyDenied"}


@pytest.mark.long
def test_a_simulator_finds_the_state_open_to_who_runs_up_and_the_bucket_to_administrators() -> None:
    policy = written({"gate": deploy(role_path="/gate/"), "shop": plain()}).state_bucket
    for updating in (GATE, PERSON):
        assert set(of_objects(policy, updating).values()) == {"Allowed"}
    admin = f"{ACCOUNT}:role/admin"
    asked = Request(
        principal=admin,
        action="s3:PutBucketPolicy",
        resource="arn:aws:s3:::state-of-access",
        context={"aws:PrincipalArn": admin},
        bucket=dict(policy),
    )
    assert simulate([asked]) == ["Allowed"]


@pytest.mark.long
@pytest.mark.parametrize("name", ["branch-main-read", "pull-requests-preview"])
def test_a_simulator_finds_that_the_roles_that_look_write_no_state(name: str) -> None:
    policy = json.loads((ROOT / "docs" / "bootstrap" / "state-bucket.json").read_text("utf-8"))
    looking = f"{ACCOUNT}:role/keyless/pipeline/acme-keyless-{name}"
    answers = of_objects(policy, looking, STATE.replace("state-of-access", "acme-keyless-prod"))
    reads = {action for action, answer in answers.items() if answer == "Allowed"}
    assert reads == {"s3:GetObject", "s3:GetObjectVersion"}


Asked = dict[str, tuple[str, dict[str, str]]]
"""A resource and what the request tells, by the action and more words that keep it apart."""


def rewriting(own: str) -> Asked:
    """Return ways to change the pipeline's own role, its policy, its boundary and its provider."""
    provider = f"{ACCOUNT}:oidc-provider/token.actions.githubusercontent.com"
    policies = ("CreatePolicyVersion", "SetDefaultPolicyVersion", "DeletePolicyVersion")
    on_policies: Asked = {
        f"{action} {policy}": (policy, {})
        for policy in (RIGHTS, BOUNDED[KEY])
        for action in (*policies, "CreatePolicy", "DeletePolicy", "TagPolicy")
    }
    return {
        **{
            f"{action} {value}": (own, {KEY: value} if value else {})
            for action in (*CHANGES, "UpdateRoleDescription", "DetachRolePolicy", "PassRole")
            for value in ("", RIGHTS, BOUNDED[KEY])
        },
        **on_policies,
        **{
            f"{action} provider": (provider, {})
            for action in (
                "AddClientIDToOpenIDConnectProvider",
                "CreateOpenIDConnectProvider",
                "DeleteOpenIDConnectProvider",
                "RemoveClientIDFromOpenIDConnectProvider",
                "UpdateOpenIDConnectProviderThumbprint",
            )
        },
    }


def answered(
    document: Document, own: str, asked: dict[str, tuple[str, dict[str, str]]]
) -> set[str]:
    """Return what the simulator allows a role that has a document as rights and as boundary."""
    requests = [
        Request(
            principal=own,
            action=f"iam:{name.partition(' ')[0]}",
            resource=resource,
            context=context,
            identity=dict(document),
            boundary=dict(document),
        )
        for name, (resource, context) in asked.items()
    ]
    return {
        name for name, answer in zip(asked, simulate(requests), strict=True) if answer == "Allowed"
    }


@pytest.mark.long
@pytest.mark.parametrize("repository", ["keyless", "gate", "cloud-access"])
@pytest.mark.parametrize("path", ["/keyless/pipeline/", "/gate/"])
def test_a_simulator_finds_no_way_for_the_pipeline_to_rewrite_itself(
    repository: str, path: str
) -> None:
    rights = written({repository: deploy(role_path=path), "shop": plain()})
    own = f"{ACCOUNT}:role{path}acme-{repository}-production-deploy"
    assert answered(rights.up, own, rewriting(own)) == set()
    others = {f"{action} {SHOP}": (SHOP, BOUNDED) for action in CHANGES}
    left = {name for name in others if not name.startswith("DeleteRolePermissionsBoundary")}
    assert answered(rights.up, own, others) == left


@pytest.mark.long
@pytest.mark.parametrize("path", ["/keyless/pipeline/", "/gate/"])
def test_a_simulator_finds_that_a_first_up_bounds_every_role(path: str) -> None:
    """A person makes boundary, provider and roles, each role under one of the two boundaries."""
    rights = written({"gate": deploy(role_path=path), "shop": plain()})
    own = f"{ACCOUNT}:role{path}acme-gate-production-deploy"
    asked = {
        f"CreateRole {role} under {value}": (role, {KEY: value} if value else {})
        for role in (own, SHOP, f"{ACCOUNT}:role/admin")
        for value in ("", f"{ACCOUNT}:policy/wider", RIGHTS, BOUNDED[KEY])
    }
    assert answered(rights.first_up, PERSON, asked) == {
        name
        for name, (role, value) in asked.items()
        if role != f"{ACCOUNT}:role/admin" and value in ({KEY: RIGHTS}, BOUNDED)
    }
    found = answered(rights.first_up, PERSON, rewriting(own))
    on_policies = {name for name in found if RIGHTS in name and "Role" not in name.split()[0]}
    assert on_policies == set()
    assert "DeleteOpenIDConnectProvider provider" not in found


@pytest.mark.parametrize("action", ["CreatePolicy", "AttachPolicy", "DetachPolicy", "UpdatePolicy"])
def test_a_person_makes_the_guardrail_and_the_pipeline_cannot(action: str) -> None:
    roles = {"keyless": deploy(role_path="/keyless/pipeline/")}
    target = "arn:aws:organizations::222222222222:policy/o-a1b2c3d4e5/resource_control_policy/p-1"
    rights = written(roles, guardrail={"create": True, "targets": ["r-ab12"]})
    asked: tuple[str, str, dict[str, str]] = (f"organizations:{action}", target, {})
    assert allowed(dict(rights.first_up), *asked)
    assert not allowed(dict(rights.up), *asked)
    assert not allowed(dict(written(roles).first_up), *asked)
