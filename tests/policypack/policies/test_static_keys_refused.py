"""The policy static-keys-refused, run by the pack's analyzer."""

import pytest

from tests.policypack import estate
from tests.policypack.analyzer import UNKNOWN, Declared, Pack, secret

ID = "static-keys-refused"
INSTEAD = "Write a role that trusts the workflow's token, and remove the key."
NAMED = (
    '"{name}": the name of an AWS key. A key that GitHub keeps works from anywhere until it is '
    f"rotated. {INSTEAD}"
)
KEY_ID = "AKIA" + "IOSFODNN7EXAMPLE"

SECRETS = [
    f"github:index/{token[0].lower()}{token[1:]}:{token}"
    for token in (
        "ActionsSecret",
        "ActionsEnvironmentSecret",
        "ActionsOrganizationSecret",
        "CodespacesSecret",
        "CodespacesOrganizationSecret",
        "CodespacesUserSecret",
        "DependabotSecret",
        "DependabotOrganizationSecret",
    )
]


def kept(name: str, kind: str = SECRETS[0], /, **values: object) -> Declared:
    return Declared(kind, "kept", {"repository": "storefront", "secretName": name, **values})


def test_access_key_is_blocked(pack: Pack) -> None:
    key = Declared("aws:iam/accessKey:AccessKey", "key", {"user": "deployer"})
    assert pack.says(ID, key) == [
        'access key for user "deployer": a key that lives until it is rotated. Anybody who copies '
        f"it once can use it from anywhere. {INSTEAD}"
    ]


def test_access_key_of_an_unknown_user_is_blocked(pack: Pack) -> None:
    key = Declared("aws:iam/accessKey:AccessKey", "key", {"user": UNKNOWN})
    [sentence] = pack.says(ID, key)
    assert sentence.startswith("access key: a key that lives until it is rotated. ")


@pytest.mark.parametrize(
    ("kind", "user", "what"),
    [
        (
            "aws:iam/serviceSpecificCredential:ServiceSpecificCredential",
            "userName",
            "service-specific credential",
        ),
        ("aws:iam/sshKey:SshKey", "username", "SSH key"),
        ("aws:iam/signingCertificate:SigningCertificate", "userName", "signing certificate"),
        ("aws:iam/userLoginProfile:UserLoginProfile", "user", "password"),
    ],
)
def test_other_credentials_of_a_user_are_blocked(
    pack: Pack, kind: str, user: str, what: str
) -> None:
    assert pack.says(ID, Declared(kind, "x", {user: "deployer"})) == [
        f'{what} for user "deployer": a key that lives until it is rotated. Anybody who copies it '
        f"once can use it from anywhere. {INSTEAD}"
    ]


def test_password_of_a_user_of_cloud_control_is_blocked(pack: Pack) -> None:
    user = Declared("aws-native:iam:User", "ann", {"userName": "ann"})
    assert pack.says(ID, user) == []
    for password in ({"password": "x"}, UNKNOWN):
        assert pack.says(ID, user.but(loginProfile=password)) == [
            'password for user "ann": a key that lives until it is rotated. Anybody who copies it '
            f"once can use it from anywhere. {INSTEAD}"
        ]


def test_key_in_a_file_of_a_repository_is_blocked(pack: Pack) -> None:
    written = {"repository": "storefront", "file": ".env", "content": f"id={KEY_ID}"}
    file = Declared("github:index/repositoryFile:RepositoryFile", "env", written)
    assert pack.says(ID, file) == [
        '".env": content contains the AWS access key id "AKIAIOSF…". Every workflow that reads it '
        f"can pass the key on. {INSTEAD}"
    ]
    assert pack.says(ID, file.but(content="region=eu-west-1")) == []


@pytest.mark.parametrize("kind", SECRETS)
def test_every_kind_of_secret_is_judged_by_name(pack: Pack, kind: str) -> None:
    resource = kept("AWS_ACCESS_KEY_ID", kind, encryptedValue="c2VhbGVk")
    assert pack.says(ID, resource) == [NAMED.format(name="AWS_ACCESS_KEY_ID")]


@pytest.mark.parametrize(
    "name",
    [
        "AWS_SECRET_ACCESS_KEY",
        "aws_secret_access_key",
        "PROD_AWS_ACCESS_KEY_ID",
        "AWS_PROD_SECRET_KEY",
        "AWS_KEY_ID",
        "AWS_SECRET",
        "AWS_SESSION_TOKEN",
        "AWS_CREDENTIALS",
        "ACCESS_KEY_ID",
        "AWS_KEY",
        "AWS_ID",
        "AWS_ACCESS",
        "AWS_KEY_SECRET",
        "AWS_DEPLOY_KEY",
        "PROD_AWS_KEY",
        "AWS_CREDS",
        "AWS_SECRETS",
        "AWS_TOKEN",
        "AWS_PROD_ID",
        "AWS_PRODUCTION_SECRET",
        "AWS_STAGING_TOKEN",
        "AWS_CREDENTIALS_FILE",
        "S3_SECRET",
    ],
)
def test_name_of_a_key_is_blocked(pack: Pack, name: str) -> None:
    assert pack.says(ID, kept(name, plaintextValue="x")) == [NAMED.format(name=name)]


@pytest.mark.parametrize(
    "name",
    [
        "NPM_TOKEN",
        "AWS_ROLE_ARN",
        "AWS_REGION",
        "AWS_KMS_KEY_ID",
        "AWS_KMS_KEY",
        "AWS_SECRET_ARN",
        "AWS_ACCOUNT_ID",
        "AWS_EXTERNAL_ID",
        "AWS_SECRET_NAME",
    ],
)
def test_other_names_pass(pack: Pack, name: str) -> None:
    assert pack.says(ID, kept(name, plaintextValue="x")) == []


@pytest.mark.parametrize("value", [KEY_ID, f'{{"id": "{KEY_ID}"}}', f"[default]\nkey={KEY_ID}\n"])
@pytest.mark.parametrize("key", ["plaintextValue", "value"])
def test_key_id_in_a_value_is_blocked_and_not_quoted_whole(
    pack: Pack, key: str, value: str
) -> None:
    assert pack.says(ID, kept("DEPLOY", **{key: secret(value)})) == [
        f'"DEPLOY": {key} contains the AWS access key id "AKIAIOSF…". '
        f"Every workflow that reads it can pass the key on. {INSTEAD}"
    ]


def test_credentials_file_is_blocked(pack: Pack) -> None:
    resource = kept("DEPLOY", plaintextValue="[default]\naws_secret_access_key = x\n")
    assert pack.says(ID, resource) == [
        '"DEPLOY": plaintextValue contains an AWS secret access key. Every workflow that reads it '
        f"can pass the key on. {INSTEAD}"
    ]


@pytest.mark.parametrize("value", ["AKIA", f"x{KEY_ID}X", "hunter2", "a" * 40])
def test_other_values_pass(pack: Pack, value: str) -> None:
    assert pack.says(ID, kept("DEPLOY", plaintextValue=value)) == []


def test_unknown_value_of_a_secret_is_blocked(pack: Pack) -> None:
    assert pack.says(ID, kept("DEPLOY", plaintextValue=secret(UNKNOWN))) == [
        '"DEPLOY": plaintextValue is not known at preview. It may carry an AWS key. Write a value '
        "that is known at preview."
    ]


def test_variable_is_judged_too(pack: Pack) -> None:
    variable = estate.variable(variableName="AWS_ACCESS_KEY_ID", value=KEY_ID)
    assert len(pack.says(ID, variable)) == 2


def test_variable_with_an_unknown_value_passes(pack: Pack) -> None:
    assert pack.says(ID, estate.variable(value=UNKNOWN)) == []


@pytest.mark.parametrize(
    ("kind", "properties", "path"),
    [
        ("github:index/issue:Issue", {"body": "AKIAIOSFODNN7EXAMPLE"}, "body"),
        (
            "github:index/repositoryWebhook:RepositoryWebhook",
            {"configuration": {"url": "https://x/?key=AKIAIOSFODNN7EXAMPLE"}},
            "configuration.url",
        ),
        (
            "command:local:Command",
            {"create": "gh secret set DEPLOY --body AKIAIOSFODNN7EXAMPLE"},
            "create",
        ),
    ],
)
def test_key_id_anywhere_is_blocked(
    pack: Pack, kind: str, properties: dict[str, object], path: str
) -> None:
    assert pack.says(ID, Declared(kind, "x", properties)) == [
        f'"x": {path} contains the AWS access key id "AKIAIOSF…". Everybody who reads it can use '
        "the key. Write a role that trusts the workflow's token, and remove the key."
    ]


@pytest.mark.parametrize(
    ("content", "refused"),
    [
        ("Never set AWS_SECRET_ACCESS_KEY here.", 0),
        ("AWS_SECRET_ACCESS_KEY: ${{ secrets.KEY }}", 0),
        ("export AWS_SECRET_ACCESS_KEY=<your key>", 0),
        ('export AWS_SECRET_ACCESS_KEY="$KEY"', 0),
        ("export AWS_SECRET_ACCESS_KEY=x", 1),
        ('{"SecretAccessKey": "x"}', 1),
        ("<SecretAccessKey>x</SecretAccessKey>", 1),
    ],
)
def test_secret_key_is_what_has_a_value(pack: Pack, content: str, refused: int) -> None:
    properties = {"repository": "shop", "file": "README.md", "content": content}
    file = Declared("github:index/repositoryFile:RepositoryFile", "x", properties)
    assert len(pack.says(ID, file)) == refused


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("gh secret set AWS_SECRET_ACCESS_KEY < key", "AWS_SECRET_ACCESS_KEY"),
        ('gh variable set "aws_access_key_id" --body x', "aws_access_key_id"),
        ("gh secret set NPM_TOKEN < key", None),
        ("gh secret list | grep AWS_SECRET_ACCESS_KEY", None),
    ],
)
def test_command_that_stores_a_key_is_blocked(pack: Pack, command: str, name: str | None) -> None:
    expected = [
        f'"x": create sets "{name}", the name of an AWS key. A key that GitHub keeps works from '
        "anywhere until it is rotated. Write a role that trusts the workflow's token, and remove "
        "the key."
    ]
    found = pack.says(ID, Declared("command:local:Command", "x", {"create": command}))
    assert found == (expected if name else [])


def test_a_secret_without_a_known_name_goes_by_that_of_its_resource(pack: Pack) -> None:
    for name in (UNKNOWN, None):
        [sentence] = pack.says(ID, kept("x", plaintextValue=KEY_ID).but(secretName=name))
        assert sentence.startswith(
            '"kept": plaintextValue contains the AWS access key id "AKIAIOSF'
        )
