"""The AWS stand-in keeps accounts apart, fills moto's gaps and journals what it did."""

import urllib.error
import urllib.request

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.aws.accounts import PROD, STAGING, Account
from sandbox.aws.moto_app import MotoApp
from tests.sandbox.aws.stand_in import GOOD_TRUST, ISSUER, PROVIDER_ARN, StandIn, text


@pytest.mark.parametrize("account", [STAGING, PROD])
def test_the_access_key_selects_the_account(aws: StandIn, account: Account) -> None:
    assert aws.sts(account).get_caller_identity()["Account"] == account.number


def test_what_one_account_holds_the_other_does_not(aws: StandIn) -> None:
    aws.iam(PROD).create_role(RoleName="app", AssumeRolePolicyDocument=text(GOOD_TRUST))

    assert aws.iam(STAGING).list_roles()["Roles"] == []
    (role,) = aws.iam(PROD).list_roles()["Roles"]
    assert role["Arn"] == "arn:aws:iam::222222222222:role/app"


def test_partitions_follow_the_region(aws: StandIn) -> None:
    iam = aws.iam(region="cn-north-1")

    arn = iam.create_role(RoleName="app", AssumeRolePolicyDocument=text(GOOD_TRUST))["Role"]["Arn"]

    assert arn == "arn:aws-cn:iam::222222222222:role/app"
    assert "arn:aws-cn:iam::aws:policy/ReadOnlyAccess" in (
        aws.app.iam(PROD, "aws-cn").managed_policies
    )


def test_an_unknown_key_opens_nothing(aws: StandIn) -> None:
    stranger = Account("111111111111", "AKIAIOSFODNN7EXAMPLE", "x")

    with pytest.raises(ClientError, match="InvalidClientTokenId") as caught:
        aws.sts(stranger).get_caller_identity()

    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 403
    (entry,) = aws.journal.entries()
    assert (entry.action, entry.status, entry.detail) == (
        "GetCallerIdentity",
        403,
        {"account": None},
    )


def test_an_unsigned_request_is_refused(aws: StandIn) -> None:
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(f"{aws.url}/", data=b"Action=ListRoles&Version=2010-05-08")  # noqa: S310

    assert caught.value.code == 403
    assert b"<Code>MissingAuthenticationToken</Code>" in caught.value.read()
    caught.value.close()


def test_another_service_is_refused(aws: StandIn) -> None:
    sns = boto3.client(
        "sns",
        endpoint_url=aws.url,
        region_name="eu-west-1",
        aws_access_key_id=PROD.access_key_id,
        aws_secret_access_key=PROD.secret_access_key,
    )

    with pytest.raises(ClientError, match="Could not find operation ListTopics"):
        sns.list_topics()


def test_client_ids_are_added_and_removed(aws: StandIn) -> None:
    iam = aws.iam()
    iam.create_open_id_connect_provider(Url=f"https://{ISSUER}", ClientIDList=["one"])
    for client in ("two", "two"):
        iam.add_client_id_to_open_id_connect_provider(
            OpenIDConnectProviderArn=PROVIDER_ARN, ClientID=client
        )
    for client in ("one", "absent"):
        iam.remove_client_id_from_open_id_connect_provider(
            OpenIDConnectProviderArn=PROVIDER_ARN, ClientID=client
        )

    provider = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=PROVIDER_ARN)
    assert provider["ClientIDList"] == ["two"]


def test_an_update_leaves_alone_what_it_does_not_name(aws: StandIn) -> None:
    iam = aws.iam()
    iam.create_role(
        RoleName="app", AssumeRolePolicyDocument=text(GOOD_TRUST), Description="deploys"
    )
    iam.update_role(RoleName="app", MaxSessionDuration=7200)
    iam.update_role(RoleName="app", Description="deploys twice")

    role = iam.get_role(RoleName="app")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("deploys twice", 7200)


def test_attaching_twice_counts_once(aws: StandIn) -> None:
    iam = aws.iam()
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    iam.create_role(RoleName="app", AssumeRolePolicyDocument=text(GOOD_TRUST))
    for _ in range(2):
        iam.attach_role_policy(RoleName="app", PolicyArn=arn)

    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1


@pytest.mark.parametrize(
    "action", ["update_role", "update_assume_role_policy", "attach_role_policy"]
)
def test_a_role_that_does_not_exist_cannot_be_changed(aws: StandIn, action: str) -> None:
    arguments = {
        "update_assume_role_policy": {"PolicyDocument": text(GOOD_TRUST)},
        "attach_role_policy": {"PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    }.get(action, {})

    with pytest.raises(ClientError, match="NoSuchEntity") as caught:
        getattr(aws.iam(), action)(RoleName="app", **arguments)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_the_journal_tells_action_target_and_documents(aws: StandIn) -> None:
    aws.iam().create_role(
        RoleName="app",
        AssumeRolePolicyDocument=text(GOOD_TRUST),
        Tags=[{"Key": "team", "Value": "platform"}],
    )
    aws.iam().get_role(RoleName="app")

    create, get = aws.journal.entries()
    assert (create.side, create.action, create.target, create.changed) == (
        "aws",
        "CreateRole",
        "app",
        True,
    )
    assert create.detail == {
        "account": "222222222222",
        "RoleName": "app",
        "AssumeRolePolicyDocument": GOOD_TRUST,
        "Tags": [{"Key": "team", "Value": "platform"}],
    }
    assert (get.action, get.change) == ("GetRole", False)


def test_refused_changes_are_no_changes(aws: StandIn) -> None:
    with pytest.raises(ClientError):
        aws.iam().create_role(RoleName="app", AssumeRolePolicyDocument="{")

    (entry,) = aws.journal.entries()
    assert (entry.change, entry.changed, entry.status) == (True, False, 400)
    assert entry.detail["AssumeRolePolicyDocument"] == "{"


def test_a_reset_empties_every_account(aws: StandIn) -> None:
    for account in (STAGING, PROD):
        aws.iam(account).create_role(RoleName="app", AssumeRolePolicyDocument=text(GOOD_TRUST))

    MotoApp()

    for account in (STAGING, PROD):
        assert aws.iam(account).list_roles()["Roles"] == []
