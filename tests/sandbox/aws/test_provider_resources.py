"""The life of each resource: previewed, created, read, imported, updated, deleted, on moto."""

from typing import Any

import pytest

from sandbox.aws.accounts import PROD
from sandbox.aws.provider.values import UNKNOWN
from tests.sandbox.aws.driver import (
    ATTACHMENT,
    POLICY,
    PROVIDER,
    ROLE,
    ROLE_POLICY,
    Driver,
    Live,
    RefusedError,
)
from tests.sandbox.aws.samples import READ_ONLY, SAMPLES, created
from tests.sandbox.aws.stand_in import (
    GOOD_PERMISSIONS,
    GOOD_TRUST,
    ISSUER,
    PROVIDER_ARN,
    StandIn,
    spoiled,
    text,
)

_NAME = "acme-storefront-production-deploy"
_POLICY_ARN = "arn:aws:iam::222222222222:policy/keyless/data"

_IDENTIFIERS = {
    PROVIDER: PROVIDER_ARN,
    ROLE: _NAME,
    ROLE_POLICY: f"{_NAME}:deploy",
    POLICY: _POLICY_ARN,
    ATTACHMENT: f"{_NAME}/{READ_ONLY}",
}


def _read(provider: Driver, live: Live) -> Live:
    found = provider.read(live)
    assert found is not None
    return found


@pytest.mark.parametrize("type_name", SAMPLES)
def test_what_is_created_has_its_identifier_and_reads_back_the_same(
    provider: Driver, type_name: str
) -> None:
    live = created(provider, type_name)

    assert live.identifier == _IDENTIFIERS[type_name]
    assert _read(provider, live) == live


@pytest.mark.parametrize("type_name", SAMPLES)
def test_a_preview_creates_nothing(provider: Driver, aws: StandIn, type_name: str) -> None:
    shown = provider.preview(type_name, SAMPLES[type_name])

    assert aws.journal.count() == 0
    assert {name: shown[name] for name in SAMPLES[type_name]} == SAMPLES[type_name]


def test_a_preview_shows_what_is_known_and_what_is_not(provider: Driver) -> None:
    shown = provider.preview(ROLE, SAMPLES[ROLE] | {"tags": {"team": "platform"}})

    assert shown["tagsAll"] == {"team": "platform"}
    assert shown["maxSessionDuration"] == 3600
    assert {name for name, value in shown.items() if value == UNKNOWN} == {
        "arn",
        "createDate",
        "inlinePolicies",
        "managedPolicyArns",
        "namePrefix",
        "uniqueId",
    }


def test_a_preview_of_an_update_changes_nothing(provider: Driver, aws: StandIn) -> None:
    live = created(provider, ROLE)
    aws.journal.clear()

    shown = provider.update(live, SAMPLES[ROLE] | {"maxSessionDuration": 7200}, preview=True)

    assert aws.journal.count() == 0
    assert shown.state == live.state | {"maxSessionDuration": 7200} | {
        "assumeRolePolicy": text(GOOD_TRUST)
    }


@pytest.mark.parametrize("type_name", SAMPLES)
def test_what_is_deleted_is_gone(provider: Driver, aws: StandIn, type_name: str) -> None:
    live = created(provider, type_name)

    provider.delete(live)

    assert provider.read(live) is None
    iam = aws.app.iam(PROD)
    assert PROVIDER_ARN not in iam.open_id_providers
    assert _POLICY_ARN not in iam.managed_policies
    for role in iam.get_roles():
        assert (role.name, role.policies, role.managed_policies) == (_NAME, {}, {})
    assert (type_name != ROLE) or not list(iam.get_roles())


@pytest.mark.parametrize("type_name", SAMPLES)
def test_deleting_what_is_gone_succeeds(provider: Driver, type_name: str) -> None:
    live = created(provider, type_name)

    provider.delete(live)
    provider.delete(live)


@pytest.mark.parametrize("type_name", SAMPLES)
def test_an_import_leads_to_the_same_program(provider: Driver, type_name: str) -> None:
    live = created(provider, type_name)

    imported = provider.imported(type_name, live.identifier)

    assert imported is not None
    assert imported.state == live.state
    assert not provider.diff(imported, SAMPLES[type_name]).changes
    assert not provider.diff(imported, imported.inputs).changes


@pytest.mark.parametrize("type_name", SAMPLES)
def test_an_import_of_nothing_finds_nothing(provider: Driver, type_name: str) -> None:
    assert provider.imported(type_name, _IDENTIFIERS[type_name]) is None


@pytest.mark.parametrize(
    ("type_name", "message"),
    [
        (ROLE_POLICY, "unexpected ID 'deploy': expected ROLE:POLICY."),
        (ATTACHMENT, "unexpected ID 'deploy': expected ROLE/POLICY_ARN."),
    ],
)
def test_an_import_with_another_kind_of_identifier_is_refused(
    provider: Driver, type_name: str, message: str
) -> None:
    with pytest.raises(RefusedError) as caught:
        provider.imported(type_name, "deploy")
    assert str(caught.value) == message


def test_an_import_takes_what_is_not_a_default(provider: Driver, aws: StandIn) -> None:
    aws.iam().create_role(
        RoleName="hand", AssumeRolePolicyDocument=text(GOOD_TRUST), MaxSessionDuration=7200
    )

    imported = provider.imported(ROLE, "hand")

    assert imported is not None
    assert imported.inputs.keys() == {
        "__defaults",
        "assumeRolePolicy",
        "maxSessionDuration",
        "name",
    }


def test_a_role_is_created_as_written(provider: Driver, aws: StandIn) -> None:
    live = created(
        provider,
        ROLE,
        description="deploys",
        maxSessionDuration=7200,
        permissionsBoundary=READ_ONLY,
        tags={"team": "platform"},
    )

    role = aws.iam().get_role(RoleName=_NAME)["Role"]
    assert role["AssumeRolePolicyDocument"] == GOOD_TRUST
    assert (role["Path"], role["MaxSessionDuration"]) == ("/keyless/", 7200)
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == READ_ONLY
    assert role["Tags"] == [{"Key": "team", "Value": "platform"}]
    assert live.state["arn"] == f"arn:aws:iam::222222222222:role/keyless/{_NAME}"
    assert live.state["uniqueId"] == role["RoleId"]
    assert live.state["tags"] == live.state["tagsAll"] == {"team": "platform"}


_FULL: dict[str, Any] = {
    "assumeRolePolicy": spoiled(GOOD_TRUST, Sid="other"),
    "description": "deploys",
    "maxSessionDuration": 7200,
    "permissionsBoundary": READ_ONLY,
    "managedPolicyArns": [READ_ONLY],
    "inlinePolicies": [{"name": "p", "policy": text(GOOD_PERMISSIONS)}],
    "tags": {"team": "platform"},
}


def test_a_role_is_updated_in_place_there_and_back(provider: Driver, aws: StandIn) -> None:
    bare = created(provider, ROLE, managedPolicyArns=[], inlinePolicies=[])
    aws.journal.clear()

    full = provider.update(bare, SAMPLES[ROLE] | _FULL)
    actions = [entry.action for entry in aws.journal.changes()]
    back = provider.update(full, SAMPLES[ROLE] | {"managedPolicyArns": [], "inlinePolicies": []})

    assert actions == [
        "UpdateAssumeRolePolicy",
        "UpdateRoleDescription",
        "UpdateRole",
        "PutRolePermissionsBoundary",
        "PutRolePolicy",
        "AttachRolePolicy",
        "TagRole",
    ]
    assert not provider.diff(full, SAMPLES[ROLE] | _FULL).changes
    assert back.state == bare.state
    role = aws.iam().get_role(RoleName=_NAME)["Role"]
    assert role["AssumeRolePolicyDocument"] == GOOD_TRUST
    assert "PermissionsBoundary" not in role
    assert aws.iam().list_role_policies(RoleName=_NAME)["PolicyNames"] == []
    assert aws.iam().list_attached_role_policies(RoleName=_NAME)["AttachedPolicies"] == []


def test_an_update_asks_for_nothing_that_stays(provider: Driver, aws: StandIn) -> None:
    live = created(provider, ROLE)
    aws.journal.clear()

    provider.update(live, SAMPLES[ROLE] | {"maxSessionDuration": 7200})

    assert [entry.action for entry in aws.journal.changes()] == ["UpdateRole"]


def test_what_was_done_by_hand_shows_on_refresh_and_is_undone(
    provider: Driver, aws: StandIn
) -> None:
    live = created(provider, ROLE, permissionsBoundary=READ_ONLY)
    iam = aws.iam()
    iam.delete_role_permissions_boundary(RoleName=_NAME)
    iam.update_assume_role_policy(
        RoleName=_NAME, PolicyDocument=spoiled(GOOD_TRUST, Sid="loosened")
    )
    iam.tag_role(RoleName=_NAME, Tags=[{"Key": "by", "Value": "hand"}])

    drifted = _read(provider, live)

    wanted = SAMPLES[ROLE] | {"permissionsBoundary": READ_ONLY}
    assert provider.diff(drifted, wanted).detailed == {
        "assumeRolePolicy": "UPDATE",
        "permissionsBoundary": "ADD",
        "tags": "DELETE",
    }
    assert "loosened" in drifted.inputs["assumeRolePolicy"]
    assert provider.update(drifted, wanted).state == live.state


def test_a_role_keeps_foreign_policies_unless_the_program_says_otherwise(
    provider: Driver, aws: StandIn
) -> None:
    live = created(provider, ROLE)
    aws.iam().attach_role_policy(RoleName=_NAME, PolicyArn=READ_ONLY)
    aws.iam().put_role_policy(RoleName=_NAME, PolicyName="p", PolicyDocument=text(GOOD_PERMISSIONS))

    with pytest.raises(RefusedError) as caught:
        provider.delete(live)
    forced = provider.update(live, SAMPLES[ROLE] | {"forceDetachPolicies": True})
    provider.delete(forced)

    assert str(caught.value) == (
        f"deleting IAM Role ({_NAME}): operation error DeleteRole, https response error "
        "StatusCode: 409, DeleteConflict: Cannot delete entity, must detach all policies first."
    )
    assert list(aws.app.iam(PROD).get_roles()) == []


def test_a_role_drops_the_policies_that_it_carries_itself(provider: Driver, aws: StandIn) -> None:
    live = created(provider, ROLE, **_FULL)

    provider.delete(live)

    assert list(aws.app.iam(PROD).get_roles()) == []


def test_audiences_are_changed_in_place(provider: Driver, aws: StandIn) -> None:
    live = created(provider, PROVIDER, tags={"a": "1", "b": "2"})

    changes = {"clientIdLists": ["other"], "thumbprintLists": ["a" * 40], "tags": {"a": "3"}}
    updated = provider.update(live, SAMPLES[PROVIDER] | changes)

    found = aws.iam().get_open_id_connect_provider(OpenIDConnectProviderArn=PROVIDER_ARN)
    assert (found["ClientIDList"], found["ThumbprintList"]) == (["other"], ["a" * 40])
    assert found["Tags"] == [{"Key": "a", "Value": "3"}]
    assert updated.state["tagsAll"] == {"a": "3"}
    assert updated.state["url"] == ISSUER


def test_a_policy_gets_a_new_version_and_drops_the_oldest_of_five(
    provider: Driver, aws: StandIn
) -> None:
    live = created(provider, POLICY)
    for n in range(6):
        document = spoiled(GOOD_PERMISSIONS, Sid=f"v{n}")
        live = provider.update(live, SAMPLES[POLICY] | {"policy": document})

    versions = aws.iam().list_policy_versions(PolicyArn=_POLICY_ARN)["Versions"]
    assert [each["VersionId"] for each in versions if each["IsDefaultVersion"]] == ["v7"]
    assert sorted(each["VersionId"] for each in versions) == ["v3", "v4", "v5", "v6", "v7"]
    provider.delete(live)


def test_an_inline_policy_is_overwritten(provider: Driver, aws: StandIn) -> None:
    live = created(provider, ROLE_POLICY)

    document = spoiled(GOOD_PERMISSIONS, Action="s3:GetObject")
    provider.update(live, SAMPLES[ROLE_POLICY] | {"policy": document})

    found = aws.iam().get_role_policy(RoleName=_NAME, PolicyName="deploy")["PolicyDocument"]
    assert found["Statement"][0]["Action"] == "s3:GetObject"  # type: ignore[index]  # decoded by boto3


@pytest.mark.parametrize(
    ("type_name", "message"),
    [
        (
            ROLE,
            f"creating IAM Role ({_NAME}): operation error CreateRole, https response error "
            f"StatusCode: 409, EntityAlreadyExists: Role with name {_NAME} already exists.",
        ),
        (
            POLICY,
            "creating IAM Policy (data): operation error CreatePolicy, https response error "
            "StatusCode: 409, EntityAlreadyExists: A policy called data already exists. Duplicate "
            "names are not allowed.",
        ),
        (
            PROVIDER,
            "creating IAM OIDC Provider: operation error CreateOpenIDConnectProvider, https "
            "response error StatusCode: 409, EntityAlreadyExists: Provider with url "
            f"https://{ISSUER} already exists.",
        ),
    ],
)
def test_what_exists_is_not_created_again(provider: Driver, type_name: str, message: str) -> None:
    created(provider, type_name)

    with pytest.raises(RefusedError) as caught:
        created(provider, type_name)

    assert str(caught.value) == message
    assert caught.value.left is None


def test_a_prefix_is_completed_to_a_name(provider: Driver) -> None:
    inputs = {"namePrefix": "acme-", "assumeRolePolicy": text(GOOD_TRUST)}

    live = provider.create(ROLE, inputs)

    assert live.identifier.startswith("acme-")
    assert len(live.identifier) == len("acme-") + 26
    assert not provider.diff(live, inputs).changes


def test_default_tags_reach_aws_and_stay_out_of_the_tags(provider: Driver, aws: StandIn) -> None:
    provider.configure(defaultTags={"tags": {"managed": "keyless", "team": "none"}})

    live = created(provider, ROLE, tags={"team": "platform"})

    assert live.state["tags"] == {"team": "platform"}
    assert live.state["tagsAll"] == {"managed": "keyless", "team": "platform"}
    found = {tag["Key"]: tag["Value"] for tag in aws.iam().get_role(RoleName=_NAME)["Role"]["Tags"]}
    assert found == {"managed": "keyless", "team": "platform"}
    imported = provider.imported(ROLE, _NAME)
    assert imported is not None
    assert imported.state["tags"] == {"team": "platform"}
