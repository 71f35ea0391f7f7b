"""What AWS refuses is refused with its code, message and status; what is good passes."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from sandbox.aws.accounts import PROD
from tests.sandbox.aws.stand_in import (
    GOOD_PERMISSIONS,
    GOOD_TRUST,
    ISSUER,
    PROVIDER_ARN,
    StandIn,
    spoiled,
    text,
    trust_on,
)

if TYPE_CHECKING:
    from mypy_boto3_iam import IAMClient

_TRUST = text(GOOD_TRUST)
_PERMISSIONS = text(GOOD_PERMISSIONS)
_UNCONTROLLED = (
    f"Trust policy with trusted principal {PROVIDER_ARN} must evaluate, using StringEquals, "
    f"StringLike or StringEqualsIgnoreCase, {ISSUER}:sub or {ISSUER}:job_workflow_ref which is "
    "not scoped to all."
)
_CHARACTERS = "It must contain only alphanumeric characters and/or the following: +=,.@_-"

Act = Callable[["IAMClient"], object]


def _refused(iam: "IAMClient", act: Act) -> tuple[int, str, str]:
    with pytest.raises(ClientError) as caught:
        act(iam)
    answer = caught.value.response
    status = answer["ResponseMetadata"]["HTTPStatusCode"]
    return status, answer["Error"]["Code"], answer["Error"]["Message"]


def _padded(size: int) -> str:
    """Return a permissions document of `size` characters besides white space."""
    bare = len(spoiled(GOOD_PERMISSIONS, Sid="").replace(" ", ""))
    return spoiled(GOOD_PERMISSIONS, Sid="x" * (size - bare))


def _role(name: str = "app", **changes: Any) -> Act:
    arguments = {"RoleName": name, "AssumeRolePolicyDocument": _TRUST} | changes
    return lambda iam: iam.create_role(**arguments)


def _with_role(act: Act) -> Act:
    def both(iam: "IAMClient") -> object:
        _role()(iam)
        return act(iam)

    return both


def _with_policy(act: Act) -> Act:
    def both(iam: "IAMClient") -> object:
        iam.create_policy(PolicyName="data", PolicyDocument=_PERMISSIONS)
        return act(iam)

    return both


_POLICY_ARN = "arn:aws:iam::222222222222:policy/data"
_MISSING_ARN = "arn:aws:iam::222222222222:policy/none"


_BAD_TRUST = [
    ("{", "This policy contains invalid Json"),
    ("[]", "This policy contains invalid Json"),
    ("[" * 2000, "This policy contains invalid Json"),
    ("{}", "Syntax errors in policy."),
    (text({"Version": "2012-10-17", "Statement": []}), "Syntax errors in policy."),
    (text(GOOD_TRUST | {"Version": "2013-01-01"}), "Syntax errors in policy."),
    (text(GOOD_TRUST | {"Extra": 1}), "Syntax errors in policy."),
    (text(GOOD_TRUST | {"Statement": ["x"]}), "Syntax errors in policy."),
    (spoiled(GOOD_TRUST, Effect="allow"), "Syntax errors in policy."),
    (spoiled(GOOD_TRUST, Extra=1), "Syntax errors in policy."),
    (spoiled(GOOD_TRUST, Resource="*"), "Has prohibited field Resource"),
    (spoiled(GOOD_TRUST, NotResource="*"), "Has prohibited field NotResource"),
    (spoiled(GOOD_TRUST, Principal=None), "Missing required field Principal"),
    (spoiled(GOOD_TRUST, Action=None), "Missing required field Action"),
    (spoiled(GOOD_TRUST, Action=[]), "Missing required field Action"),
    (spoiled(GOOD_TRUST, Action=[1]), "Syntax errors in policy."),
    (
        spoiled(GOOD_TRUST, Action="s3:GetObject"),
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ),
    (
        spoiled(GOOD_TRUST, Action=["sts:AssumeRoleWithWebIdentity", "*"]),
        "AssumeRole policy may only specify STS AssumeRole actions.",
    ),
    (spoiled(GOOD_TRUST, Condition=[]), "Syntax errors in policy."),
    (spoiled(GOOD_TRUST, Condition={"StringEquals": "x"}), "Syntax errors in policy."),
    (spoiled(GOOD_TRUST, Condition={"StringEquals": {"a:b": {}}}), "Syntax errors in policy."),
    (trust_on(StringIs="repo:acme/app:*"), "Invalid Condition type : StringIs"),
    (
        spoiled(GOOD_TRUST, Condition={"StringEquals": {"sub": "x"}}),
        "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
    ),
    (spoiled(GOOD_TRUST, Condition=None), _UNCONTROLLED),
    (trust_on(StringLike="*"), _UNCONTROLLED),
    (trust_on(StringLike=["*", "repo:acme/app:*"]), _UNCONTROLLED),
    (trust_on(StringLike=[]), _UNCONTROLLED),
    (trust_on(StringNotEquals="repo:acme/app:pull_request"), _UNCONTROLLED),
    (trust_on(StringLikeIfExists="repo:acme/app:*"), _UNCONTROLLED),
    (trust_on(ArnLike="repo:acme/app:*"), _UNCONTROLLED),
    (
        spoiled(
            GOOD_TRUST,
            Condition={
                "StringEquals": {f"{ISSUER}:repository_id": "811223344", f"{ISSUER}:aud": "sts"}
            },
        ),
        _UNCONTROLLED,
    ),
]


@pytest.mark.parametrize(("document", "message"), _BAD_TRUST)
def test_a_bad_trust_document_is_refused_on_create_and_on_update(
    aws: StandIn, document: str, message: str
) -> None:
    iam = aws.iam()
    expected = (400, "MalformedPolicyDocument", message)
    if len(document) > 2048:
        expected = (409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")

    assert _refused(iam, _role(AssumeRolePolicyDocument=document)) == expected
    _role()(iam)
    update = _refused(
        iam, lambda iam: iam.update_assume_role_policy(RoleName="app", PolicyDocument=document)
    )
    assert update == expected
    assert iam.get_role(RoleName="app")["Role"]["AssumeRolePolicyDocument"] == GOOD_TRUST


@pytest.mark.parametrize(
    "document",
    [
        _TRUST,
        json.dumps(GOOD_TRUST, indent=400),
        text(GOOD_TRUST | {"Version": "2008-10-17"}),
        text({"Statement": GOOD_TRUST["Statement"][0]}),
        trust_on(StringLike="repo:*"),
        trust_on(StringLike="repo:*/*"),
        trust_on(StringEqualsIgnoreCase="repo:acme/app:pull_request"),
        trust_on(StringLike=["repo:acme/app:*", "*"]),
        trust_on(**{"ForAnyValue:StringLike": "repo:acme/app:*"}),
        spoiled(GOOD_TRUST, Action="sts:AssumeRole*"),
        spoiled(GOOD_TRUST, Condition={"StringLike": {f"{ISSUER.upper()}:SUB": "repo:acme/app:*"}}),
        spoiled(
            GOOD_TRUST,
            Condition={
                "StringLike": {f"{ISSUER}:job_workflow_ref": "acme/app/.github/workflows/x@*"}
            },
        ),
        spoiled(GOOD_TRUST, Principal={"Federated": "cognito-identity.amazonaws.com"}),
        spoiled(GOOD_TRUST, Principal={"AWS": "222222222222"}, Action="sts:AssumeRole"),
        spoiled(GOOD_TRUST, Effect="Deny", Condition=None),
    ],
)
def test_a_trust_document_that_aws_takes_is_taken(aws: StandIn, document: str) -> None:
    iam = aws.iam()

    _role(AssumeRolePolicyDocument=document)(iam)
    iam.update_assume_role_policy(RoleName="app", PolicyDocument=document)

    assert iam.get_role(RoleName="app")["Role"]["AssumeRolePolicyDocument"] == json.loads(document)


def test_an_issuer_with_an_enterprise_slug_needs_its_own_subject_key(aws: StandIn) -> None:
    arn = f"{PROVIDER_ARN}/octo"
    document = spoiled(GOOD_TRUST, Principal={"Federated": arn})

    status, code, message = _refused(aws.iam(), _role(AssumeRolePolicyDocument=document))

    assert (status, code) == (400, "MalformedPolicyDocument")
    assert message == (
        f"Trust policy with trusted principal {arn} must evaluate, using StringEquals, StringLike "
        f"or StringEqualsIgnoreCase, {ISSUER}/octo:sub or {ISSUER}/octo:job_workflow_ref which is "
        "not scoped to all."
    )


_REFUSALS: list[tuple[str, Act, tuple[int, str, str]]] = [
    (
        "role name too long",
        _role("r" * 65),
        (
            400,
            "ValidationError",
            f"1 validation error detected: Value '{'r' * 65}' at 'roleName' failed to satisfy "
            "constraint: Member must have length less than or equal to 64",
        ),
    ),
    (
        "role name with a slash",
        _role("a/b"),
        (400, "ValidationError", f"The specified value for roleName is invalid. {_CHARACTERS}"),
    ),
    (
        "role name in other letters",
        _with_role(_role("APP")),
        (409, "EntityAlreadyExists", "Role with name APP already exists."),
    ),
    (
        "role that exists",
        _with_role(_role()),
        (409, "EntityAlreadyExists", "Role with name app already exists."),
    ),
    (
        "path without a slash at its end",
        _role(Path="/keyless"),
        (
            400,
            "ValidationError",
            "The specified value for path is invalid. It must begin and end with / and contain "
            "only alphanumeric characters and/or / characters.",
        ),
    ),
    (
        "path too long",
        _role(Path=f"/{'p' * 511}/"),
        (
            400,
            "ValidationError",
            f"1 validation error detected: Value '/{'p' * 511}/' at 'path' failed to satisfy "
            "constraint: Member must have length less than or equal to 512",
        ),
    ),
    (
        "session too short",
        _role(MaxSessionDuration=3599),
        (
            400,
            "ValidationError",
            "1 validation error detected: Value '3599' at 'maxSessionDuration' failed to satisfy "
            "constraint: Member must have value greater than or equal to 3600",
        ),
    ),
    (
        "session too long, on update",
        _with_role(lambda iam: iam.update_role(RoleName="app", MaxSessionDuration=43201)),
        (
            400,
            "ValidationError",
            "1 validation error detected: Value '43201' at 'maxSessionDuration' failed to satisfy "
            "constraint: Member must have value less than or equal to 43200",
        ),
    ),
    (
        "trust too large",
        _role(AssumeRolePolicyDocument=spoiled(GOOD_TRUST, Sid="x" * 2048)),
        (409, "LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048"),
    ),
    (
        "boundary that does not exist",
        _role(PermissionsBoundary=_MISSING_ARN),
        (404, "NoSuchEntity", f"Scope ARN: {_MISSING_ARN} does not exist or is not attachable."),
    ),
    (
        "boundary that does not exist, on update",
        _with_role(
            lambda iam: iam.put_role_permissions_boundary(
                RoleName="app", PermissionsBoundary=_MISSING_ARN
            )
        ),
        (404, "NoSuchEntity", f"Scope ARN: {_MISSING_ARN} does not exist or is not attachable."),
    ),
    (
        "boundary that is a role",
        _role(PermissionsBoundary="arn:aws:iam::222222222222:role/app"),
        (400, "InvalidInput", "ARN arn:aws:iam::222222222222:role/app is not valid."),
    ),
    (
        "inline policy that is no JSON",
        _with_role(
            lambda iam: iam.put_role_policy(RoleName="app", PolicyName="p", PolicyDocument="{")
        ),
        (400, "MalformedPolicyDocument", "This policy contains invalid Json"),
    ),
    (
        "inline policy with a principal",
        _with_role(
            lambda iam: iam.put_role_policy(
                RoleName="app",
                PolicyName="p",
                PolicyDocument=spoiled(GOOD_PERMISSIONS, Principal="*"),
            )
        ),
        (400, "MalformedPolicyDocument", "Policy document should not specify a principal."),
    ),
    (
        "inline policy without a resource",
        _with_role(
            lambda iam: iam.put_role_policy(
                RoleName="app",
                PolicyName="p",
                PolicyDocument=spoiled(GOOD_PERMISSIONS, Resource=None),
            )
        ),
        (400, "MalformedPolicyDocument", "Policy statement must contain resources."),
    ),
    (
        "action without a vendor",
        lambda iam: iam.create_policy(
            PolicyName="data", PolicyDocument=spoiled(GOOD_PERMISSIONS, Action="PutObject")
        ),
        (
            400,
            "MalformedPolicyDocument",
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
    ),
    (
        "managed policy too large",
        lambda iam: iam.create_policy(PolicyName="data", PolicyDocument=_padded(6145)),
        (409, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144"),
    ),
    (
        "version too large",
        _with_policy(
            lambda iam: iam.create_policy_version(
                PolicyArn=_POLICY_ARN, PolicyDocument=_padded(6145)
            )
        ),
        (409, "LimitExceeded", "Cannot exceed quota for PolicySize: 6144"),
    ),
    (
        "policy name under another path",
        _with_policy(
            lambda iam: iam.create_policy(
                PolicyName="Data", Path="/keyless/", PolicyDocument=_PERMISSIONS
            )
        ),
        (
            409,
            "EntityAlreadyExists",
            "A policy called Data already exists. Duplicate names are not allowed.",
        ),
    ),
    (
        "policy with more than one version",
        _with_policy(
            lambda iam: [
                iam.create_policy_version(PolicyArn=_POLICY_ARN, PolicyDocument=_PERMISSIONS),
                iam.delete_policy(PolicyArn=_POLICY_ARN),
            ]
        ),
        (
            409,
            "DeleteConflict",
            "This policy has more than one version. Before you delete a policy, you must delete "
            "the policy's versions. The default version is deleted with the policy.",
        ),
    ),
    (
        "attachment of what is no policy",
        _with_role(
            lambda iam: iam.attach_role_policy(
                RoleName="app", PolicyArn="arn:aws:iam::policy/AdministratorAccess"
            )
        ),
        (400, "InvalidInput", "ARN arn:aws:iam::policy/AdministratorAccess is not valid."),
    ),
    (
        "issuer over http",
        lambda iam: iam.create_open_id_connect_provider(Url="http://issuer.example"),
        (
            400,
            "InvalidInput",
            "Invalid Open ID Connect Provider URL. The URL must begin with https://.",
        ),
    ),
    (
        "client id of a provider that does not exist",
        lambda iam: iam.add_client_id_to_open_id_connect_provider(
            OpenIDConnectProviderArn=PROVIDER_ARN, ClientID="a"
        ),
        (404, "NoSuchEntity", f"OpenIDConnect Provider not found for arn {PROVIDER_ARN}"),
    ),
    (
        "client id too long",
        lambda iam: iam.add_client_id_to_open_id_connect_provider(
            OpenIDConnectProviderArn=PROVIDER_ARN, ClientID="a" * 256
        ),
        (
            400,
            "ValidationError",
            f"1 validation error detected: Value '{'a' * 256}' at 'clientID' failed to satisfy "
            "constraint: Member must have length less than or equal to 255",
        ),
    ),
    (
        "action that the stand-in lacks",
        lambda iam: iam.simulate_custom_policy(PolicyInputList=[], ActionNames=[]),
        (501, "NotImplemented", "SimulateCustomPolicy is not implemented."),
    ),
]


@pytest.mark.parametrize(
    ("act", "expected"), [each[1:] for each in _REFUSALS], ids=[each[0] for each in _REFUSALS]
)
def test_what_aws_refuses_is_refused(
    aws: StandIn, act: Act, expected: tuple[int, str, str]
) -> None:
    assert _refused(aws.iam(), act) == expected


def test_two_broken_constraints_are_reported_together(aws: StandIn) -> None:
    message = _refused(aws.iam(), _role("r" * 65, MaxSessionDuration=1))[2]

    assert message.startswith("2 validation errors detected: ")
    assert "at 'roleName'" in message
    assert "; " in message
    assert "at 'maxSessionDuration'" in message


def test_white_space_does_not_count_against_the_limits(aws: StandIn) -> None:
    iam = aws.iam()
    spread = json.dumps(json.loads(_padded(6144)), indent=64)

    iam.create_policy(PolicyName="data", PolicyDocument=spread)
    _role(AssumeRolePolicyDocument=json.dumps(GOOD_TRUST, indent=64))(iam)
    iam.put_role_policy(RoleName="app", PolicyName="p", PolicyDocument=_padded(10240))


def test_inline_policies_of_a_role_are_counted_together(aws: StandIn) -> None:
    iam = aws.iam()
    _role()(iam)
    iam.put_role_policy(RoleName="app", PolicyName="one", PolicyDocument=_padded(5000))
    iam.put_role_policy(RoleName="app", PolicyName="one", PolicyDocument=_padded(5241))

    refused = _refused(
        iam,
        lambda iam: iam.put_role_policy(
            RoleName="app", PolicyName="two", PolicyDocument=_padded(5000)
        ),
    )

    assert refused == (
        409,
        "LimitExceeded",
        "Maximum policy size of 10240 bytes exceeded for role app",
    )
    iam.put_role_policy(RoleName="app", PolicyName="two", PolicyDocument=_padded(4999))


def test_an_eleventh_attached_policy_is_refused(aws: StandIn) -> None:
    iam = aws.iam()
    _role()(iam)
    arns = [
        iam.create_policy(PolicyName=f"p{n}", PolicyDocument=_PERMISSIONS)["Policy"]["Arn"]
        for n in range(11)
    ]
    for arn in (*arns[:10], arns[0]):
        iam.attach_role_policy(RoleName="app", PolicyArn=arn)

    refused = _refused(iam, lambda iam: iam.attach_role_policy(RoleName="app", PolicyArn=arns[10]))

    assert refused == (409, "LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")


def test_a_policy_is_deleted_once_nothing_uses_it(aws: StandIn) -> None:
    iam = aws.iam()
    iam.create_policy(PolicyName="data", PolicyDocument=_PERMISSIONS)
    _role(PermissionsBoundary=_POLICY_ARN)(iam)
    iam.attach_role_policy(RoleName="app", PolicyArn=_POLICY_ARN)
    conflict = (409, "DeleteConflict", "Cannot delete a policy attached to entities.")

    def delete(iam: "IAMClient") -> object:
        return iam.delete_policy(PolicyArn=_POLICY_ARN)

    assert _refused(iam, delete) == conflict
    iam.detach_role_policy(RoleName="app", PolicyArn=_POLICY_ARN)
    assert _refused(iam, delete) == conflict
    iam.delete_role_permissions_boundary(RoleName="app")
    delete(iam)

    assert _POLICY_ARN not in aws.app.iam(PROD).managed_policies


def test_a_second_provider_of_one_issuer_is_refused(aws: StandIn) -> None:
    iam = aws.iam()
    url = f"https://{ISSUER}"
    iam.create_open_id_connect_provider(Url=url, ClientIDList=["sts.amazonaws.com"])

    refused = _refused(iam, lambda iam: iam.create_open_id_connect_provider(Url=url))

    assert refused == (409, "EntityAlreadyExists", f"Provider with url {url} already exists.")
    iam.create_open_id_connect_provider(Url=f"{url}/octo")


def test_policies_that_aws_manages_can_be_attached_and_bound(aws: StandIn) -> None:
    iam = aws.iam()
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"

    _role(PermissionsBoundary=arn)(iam)
    iam.attach_role_policy(RoleName="app", PolicyArn=arn)

    attached = iam.list_attached_role_policies(RoleName="app")["AttachedPolicies"]
    assert attached == [{"PolicyName": "ReadOnlyAccess", "PolicyArn": arn}]
