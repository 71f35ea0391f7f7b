"""The policy pull-request-role-read-only, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import Declared, Pack
from tests.policypack.estate import allow

ID = "pull-request-role-read-only"
WHERE = 'inline policy "permissions", statement 1'
WHY = "A pull request runs code that nobody reviewed."
INSTEAD = "Write reads of what is set up, or of objects by name."
ELSEWHERE = "Leave it to a role of an environment with reviewers."
ACCOUNT = "eu-west-1:222222222222"


def says(pack: Pack, *statements: dict[str, object]) -> list[str]:
    policy = estate.role_policy(*statements, name=estate.PLAN)
    return [sentence for _, sentence in pack.says_of_stack(ID, estate.compliant(policy))]


@pytest.mark.parametrize(
    "statement",
    [
        allow(["ec2:DescribeInstances", "s3:ListAllMyBuckets"], "*"),
        allow(["s3:GetBucketPolicy", "dynamodb:DescribeTable", "iam:GetRolePolicy"], "*"),
        allow("ec2:DescribeVpcs", "*"),
        allow(["cloudfront:GetDistribution", "s3:GetBucketWebsite"], "*"),
        allow("lambda:GetFunctionConfiguration", f"arn:aws:lambda:{ACCOUNT}:function:checkout"),
        allow("cloudformation:DescribeStacks", f"arn:aws:cloudformation:{ACCOUNT}:stack/shop/1"),
        allow("s3:GetObject", "arn:aws:s3:::acme-state/storefront/prod.json"),
        allow("s3:GetObject", "arn:aws:s3:::acme-state/storefront/*"),
        allow("s3:GetObject", "arn:aws:s3:::acme-state/storefront*"),
        allow("s3:ListBucket", "arn:aws:s3:::acme-state"),
        allow("dynamodb:GetItem", f"arn:aws:dynamodb:{ACCOUNT}:table/locks"),
        allow("logs:GetLogEvents", f"arn:aws:logs:{ACCOUNT}:log-group:/shop:*"),
        allow("kms:Decrypt", f"arn:aws:kms:{ACCOUNT}:key/0a1b"),
        allow("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{ACCOUNT}:secret:x-??????"),
    ],
)
def test_reads_of_configuration_and_named_objects_pass(
    pack: Pack, statement: dict[str, object]
) -> None:
    assert says(pack, statement) == []


@pytest.mark.parametrize(
    ("action", "does"),
    [
        ("s3:PutObject", "writes"),
        ("kms:Encrypt", "writes"),
        ("lambda:InvokeFunction", "writes"),
        ("iam:PassRole", "writes"),
        ("sts:AssumeRole", "writes"),
        ("s3:PutObjectTagging", "writes tags"),
        ("s3:PutBucketPolicy", "changes permissions"),
        ("s3:*", "writes"),
        ("*", "changes permissions"),
        ("nosuch:GetThing", "writes"),
    ],
)
def test_more_than_reading_is_blocked(pack: Pack, action: str, does: str) -> None:
    [sentence] = says(pack, allow(action, "arn:aws:s3:::acme-state/storefront/prod.json"))
    if action == "s3:*":
        assert sentence.startswith(f'{WHERE}: "s3:*" writes')
    else:
        assert sentence == f'{WHERE}: "{action}" {does}. {WHY} {INSTEAD}'


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "*"),
        ("s3:GetObject", "arn:aws:s3:::acme-state/*"),
        ("s3:GetObject", "arn:aws:s3:::acme-*/storefront/*"),
        ("s3:GetObject", "arn:aws:s3:::acme-state/*/prod.json"),
        ("s3:GetObject", "arn:aws:s3:::acme-state/${aws:PrincipalTag/x}"),
        ("s3:ListBucket", "*"),
        ("s3:GetDataAccess", "*"),
        ("cloudformation:DescribeStacks", "*"),
        ("cloudformation:GetTemplate", f"arn:aws:cloudformation:{ACCOUNT}:stack/*"),
        ("codebuild:BatchGetProjects", "*"),
        ("lambda:GetFunctionConfiguration", f"arn:aws:lambda:{ACCOUNT}:function:*"),
        ("lambda:ListVersionsByFunction", "*"),
        ("states:DescribeStateMachine", "*"),
        ("kms:Decrypt", f"arn:aws:kms:{ACCOUNT}:key/*"),
        ("ec2:DescribeInstanceAttribute", "*"),
        ("dynamodb:Scan", f"arn:aws:dynamodb:{ACCOUNT}:table/*"),
        ("lambda:GetFunction", f"arn:aws:lambda:{ACCOUNT}:function:*"),
        ("logs:GetLogEvents", f"arn:aws:logs:{ACCOUNT}:log-group:*"),
        ("ssm:GetParameter", f"arn:aws:ssm:{ACCOUNT}:parameter/shop/*"),
        ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:{ACCOUNT}:secret:*"),
    ],
)
def test_read_of_data_that_is_not_named_is_blocked(pack: Pack, action: str, resource: str) -> None:
    assert says(pack, allow(action, resource)) == [
        f'{WHERE}: "{action}" reads data on "{resource}". {WHY} {INSTEAD}'
    ]


@pytest.mark.parametrize(
    "action",
    [
        "autoscaling:DescribeLaunchConfigurations",
        "batch:ListJobs",
        "cloudformation:ListExports",
        "ec2:DescribeSpotInstanceRequests",
        "ecr:GetAuthorizationToken",
        "ecs:DescribeTaskDefinition",
        "lambda:ListFunctions",
        "sts:GetSessionToken",
    ],
)
@pytest.mark.parametrize("resource", ["*", f"arn:aws:ecs:{ACCOUNT}:task-definition/shop:1"])
def test_a_read_of_data_that_no_resource_limits_is_blocked(
    pack: Pack, action: str, resource: str
) -> None:
    assert says(pack, allow(action, resource)) == [
        f'{WHERE}: "{action}" reads data, and IAM limits it to no resource. {WHY} {ELSEWHERE}'
    ]


@pytest.mark.parametrize(
    "action",
    [
        "bedrock:InvokeModel",
        "bedrock:InvokeModelWithResponseStream",
        "eks:AccessKubernetesApi",
        "polly:SynthesizeSpeech",
        "rekognition:DetectFaces",
        "sagemaker:InvokeEndpoint",
        "sqs:ReceiveMessage",
        "translate:TranslateText",
    ],
)
def test_a_read_that_acts_or_costs_is_blocked(pack: Pack, action: str) -> None:
    resource = "arn:aws:bedrock:eu-west-1::foundation-model/large"
    assert says(pack, allow(action, resource)) == [
        f'{WHERE}: "{action}" acts or costs, though IAM calls it a read. {WHY} {ELSEWHERE}'
    ]


def test_negations_are_blocked(pack: Pack) -> None:
    named = "arn:aws:s3:::acme-state/storefront/prod.json"
    assert says(pack, {"Effect": "Allow", "NotAction": "s3:PutObject", "Resource": named}) == [
        f'{WHERE}: NotAction "s3:PutObject" grants all but what it names. {WHY} Write the reads '
        "that are needed."
    ]
    assert says(pack, {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": named}) == [
        f'{WHERE}: "s3:GetObject" reads data on "all but {named}". {WHY} {INSTEAD}'
    ]


def test_policy_that_is_not_seen_is_blocked_whatever_the_settings_allow(pack: Pack) -> None:
    arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
    listed = {"arn": arn, "roles": ["acme-storefront-plan"]}
    stack = pack.configured({"settings": {"managed_policies": [listed]}})
    properties = {"policyArn": arn, "role": "acme-storefront-plan"}
    kind = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
    estate_with_it = estate.compliant(Declared(kind, "attached", properties))
    assert pack.says_of_stack(ID, estate_with_it, stack) == [
        (
            estate.PLAN,
            f'managed policy "{arn}": the stack does not show it. {WHY} Write the reads that are '
            "needed as statements.",
        )
    ]


def test_role_that_pull_requests_reach_among_others_is_judged(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.trust(sub="repo:acme/storefront:pull_request"))
    wide = estate.statement(
        ("StringEquals", estate.pinned(sub=None)),
        ("StringLike", {f"{estate.ISSUER}:sub": "repo:acme/storefront:*"}),
    )
    for reached in (role, estate.role(assumeRolePolicy=estate.document(wide))):
        found = pack.says_of_stack(ID, estate.compliant(reached))
        assert {name for name, _ in found} == {estate.DEPLOY}


def test_roles_of_environments_and_branches_are_left_alone(pack: Pack) -> None:
    role = estate.role(assumeRolePolicy=estate.trust("ref:refs/heads/main"))
    assert pack.says_of_stack(ID, estate.compliant(role)) == []


REVIEW = {"environment": "Storefront/production", "name_prefix": "shop-pr-"}


def says_of_review(pack: Pack, statement: dict[str, object], listed: object) -> list[str]:
    stack = pack.configured({"settings": {"review_environments": [listed]}})
    resources = estate.compliant(estate.role_policy(statement))
    found = pack.says_of_stack(ID, resources, stack)
    return [sentence for name, sentence in found if name == estate.DEPLOY]


@pytest.mark.parametrize(
    "statement",
    [
        allow("s3:PutObject", "arn:aws:s3:::shop-pr-site/*"),
        allow("s3:PutObject", "arn:aws:s3:::previews/shop-pr-*"),
        allow("ecr:PutImage", f"arn:aws:ecr:{ACCOUNT}:repository/shop-pr-api"),
        allow(["ecr:GetAuthorizationToken", "ec2:DescribeInstances"], "*"),
    ],
)
@pytest.mark.parametrize("listed", [REVIEW, "storefront/production"])
def test_writes_of_the_prefix_pass_after_a_review(
    pack: Pack, statement: dict[str, object], listed: object
) -> None:
    assert says_of_review(pack, statement, listed) == []


@pytest.mark.parametrize(
    "name", ["storefront-prod/*", "storefront-*/shop-pr-site/*", "prod?live/shop-pr-site/*"]
)
def test_write_of_another_name_is_blocked_after_a_review(pack: Pack, name: str) -> None:
    """A wildcard in the bucket's name matches slashes, so a key behind it has no beginning."""
    written = allow("s3:PutObject", f"arn:aws:s3:::{name}")
    assert says_of_review(pack, written, REVIEW) == [
        f'{WHERE}: "s3:PutObject" on "arn:aws:s3:::{name}", which does not begin with '
        '"shop-pr-". Code that nobody merged could overwrite it. Write names that begin with it.'
    ]
    assert says_of_review(pack, written, "storefront/production") == []
    assert says_of_review(pack, written, "another/production") == []


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{ACCOUNT}:function:shop-pr-site"),
        ("iam:PassRole", "arn:aws:iam::222222222222:role/shop-pr-site"),
        ("ecr:PutImage", f"arn:aws:ecr:{ACCOUNT}:repository/*"),
        ("s3:PutObject", "*"),
        ("s3:PutBucketPolicy", "arn:aws:s3:::shop-pr-site"),
        ("s3:PutObject", f"arn:aws:s3:{ACCOUNT}:accesspoint/shop-pr-site/object/*"),
        ("s3:UpdateJobStatus", f"arn:aws:s3:{ACCOUNT}:job/shop-pr-*"),
        ("ecr:SetRepositoryPolicy", f"arn:aws:ecr:{ACCOUNT}:repository/shop-pr-api"),
    ],
)
@pytest.mark.parametrize("listed", [REVIEW, "storefront/production"])
def test_write_that_no_prefix_bounds_is_blocked_after_a_review(
    pack: Pack, action: str, resource: str, listed: object
) -> None:
    assert says_of_review(pack, allow(action, resource), listed) == [
        f'{WHERE}: "{action}" on "{resource}", in a review environment. A prefix of names does not '
        "bound what it reaches. Write buckets, objects or image repositories by name, or deploy "
        "from a branch."
    ]


@pytest.mark.parametrize("element", ["NotAction", "NotResource"])
def test_all_but_some_is_blocked_after_a_review(pack: Pack, element: str) -> None:
    written = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::shop-pr-x/*"}
    written[element] = written.pop(element.removeprefix("Not"))
    assert len(says_of_review(pack, dict(written), REVIEW)) == 1


def test_policy_that_is_not_shown_is_blocked_after_a_review(pack: Pack) -> None:
    arn = "arn:aws:iam::222222222222:policy/x"
    stack = pack.configured({"settings": {"review_environments": [REVIEW]}})
    resources = estate.compliant(
        estate.role(managedPolicyArns=[arn]), estate.role_policy(allow("ec2:DescribeVpcs", "*"))
    )
    assert pack.says_of_stack(ID, resources, stack) == [
        (
            estate.DEPLOY,
            f'managed policy "{arn}": the stack does not show it, in a review environment. Code '
            "that nobody merged could overwrite it. Write the actions that are needed as "
            "statements.",
        )
    ]
