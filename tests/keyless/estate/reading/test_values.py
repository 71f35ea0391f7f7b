"""Tests of the rules that a single value keeps, each with its whole sentence."""

import pytest

from tests.keyless.estate.reading.sample import (
    ENTRY,
    PRODUCTION,
    errors,
    pages,
    role,
    spoiled,
    storefront,
)

NUMBERS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "keyless:owner_id",
        0,
        (
            "keyless:owner_id: 0 is out of range. GitHub's ids are positive numbers, and trust "
            "follows this one. Write a whole number from 1 to 9007199254740991.",
        ),
    ),
    (
        "id",
        2**53,
        (
            f"{ENTRY}.id: 9007199254740992 is out of range. GitHub's ids are positive numbers, "
            "and trust follows this one. Write a whole number from 1 to 9007199254740991.",
        ),
    ),
    (
        "environments/production/wait_minutes",
        43201,
        (
            f"{PRODUCTION}.wait_minutes: 43201 is out of range. GitHub waits 30 days at most. "
            "Write a whole number from 0 to 43200.",
        ),
    ),
    (
        "environments/production/wait_minutes",
        -1,
        (
            f"{PRODUCTION}.wait_minutes: -1 is out of range. GitHub waits 30 days at most. "
            "Write a whole number from 0 to 43200.",
        ),
    ),
    (
        "protected_branches/main/approvals",
        11,
        (
            f"{ENTRY}.protected_branches.main.approvals: 11 is out of range. GitHub asks for "
            "at most 10 approvals. Write a whole number from 0 to 10.",
        ),
    ),
    (
        "environments/production/roles/deploy/session_minutes",
        14,
        (
            f"{PRODUCTION}.roles.deploy.session_minutes: 14 is out of range. AWS issues "
            "sessions from 15 minutes to 12 hours long. Write a whole number from 15 to 720.",
        ),
    ),
    (
        "environments/production/roles/deploy/session_minutes",
        721,
        (
            f"{PRODUCTION}.roles.deploy.session_minutes: 721 is out of range. AWS issues "
            "sessions from 15 minutes to 12 hours long. Write a whole number from 15 to 720.",
        ),
    ),
    (
        "keyless:defaults/session_minutes",
        5,
        (
            "keyless:defaults.session_minutes: 5 is out of range. AWS issues sessions from 15 "
            "minutes to 12 hours long. Write a whole number from 15 to 720.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), NUMBERS)
def test_numbers(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


AWS_NAMES: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "aws:region",
        "eu-wset-1",
        (
            'aws:region: "eu-wset-1" is no AWS region. ARNs, audience and partition follow '
            "from it. Write a region such as eu-west-1.",
        ),
    ),
    (
        "aws:region",
        "us-iso-east-1",
        (
            'aws:region: "us-iso-east-1" is no AWS region. ARNs, audience and partition follow '
            "from it. Write a region such as eu-west-1.",
        ),
    ),
    (
        "aws:region",
        "",
        (
            'aws:region: "" is no AWS region. ARNs, audience and partition follow from it. '
            "Write a region such as eu-west-1.",
        ),
    ),
    (
        "aws:allowedAccountIds",
        ["1"],
        (
            'aws:allowedAccountIds[0]: "1" is no AWS account. Account ids have 12 digits. '
            "Write them all, in quotes.",
        ),
    ),
    (
        "keyless:issuer",
        "http://token.actions.githubusercontent.com",
        (
            'keyless:issuer: "http://token.actions.githubusercontent.com" is no issuer of '
            "GitHub tokens. AWS would trust anybody who answers at that address. Write "
            "https://token.actions.githubusercontent.com, "
            "https://token.actions.githubusercontent.com/ENTERPRISE, "
            "https://token.actions.SUBDOMAIN.ghe.com, "
            "https://token.actions.SUBDOMAIN.ghe.com/SUBDOMAIN or https://HOST/_services/token.",
        ),
    ),
    (
        "keyless:oidc_provider",
        {"arn": "x"},
        (
            'keyless:oidc_provider.arn: "x" is no ARN of an OIDC provider. Every role would '
            "trust it. Write "
            "arn:aws:iam::ACCOUNT:oidc-provider/token.actions.githubusercontent.com.",
        ),
    ),
    (
        "keyless:permissions_boundary",
        {"arn": "arn:aws:iam::222222222222:policy/bounds/"},
        (
            'keyless:permissions_boundary.arn: "arn:aws:iam::222222222222:policy/bounds/" is no '
            "ARN of a policy that an account manages. A boundary is one: AWS's own policies "
            "limit too little, and AWS changes them. Write arn:aws:iam::ACCOUNT:policy/PATH/NAME.",
        ),
    ),
    (
        "keyless:permissions_boundary",
        {"arn": "arn:aws:iam::aws:policy/AdministratorAccess"},
        (
            'keyless:permissions_boundary.arn: "arn:aws:iam::aws:policy/AdministratorAccess" is no '
            "ARN of a policy that an account manages. A boundary is one: AWS's own policies "
            "limit too little, and AWS changes them. Write arn:aws:iam::ACCOUNT:policy/PATH/NAME.",
        ),
    ),
    (
        "keyless:permissions_boundary",
        {"arn": "x"},
        (
            'keyless:permissions_boundary.arn: "x" is no ARN of a policy that an account manages. '
            "A boundary is one: AWS's own policies limit too little, and AWS changes them. Write "
            "arn:aws:iam::ACCOUNT:policy/PATH/NAME.",
        ),
    ),
    (
        "keyless:defaults/role_path",
        "/",
        (
            'keyless:defaults.role_path: "/" is no path for these roles. The boundary and the '
            "policies recognise them by a path that no other role has. Write a path between "
            "slashes, such as /keyless/.",
        ),
    ),
    (
        "keyless:defaults/role_path",
        "keyless",
        (
            'keyless:defaults.role_path: "keyless" is no path for these roles. The boundary '
            "and the policies recognise them by a path that no other role has. Write a path "
            "between slashes, such as /keyless/.",
        ),
    ),
    (
        "keyless:defaults/role_path",
        "//",
        (
            'keyless:defaults.role_path: "//" is no path for these roles. The boundary and the '
            "policies recognise them by a path that no other role has. Write a path between "
            "slashes, such as /keyless/.",
        ),
    ),
    (
        "keyless:defaults/role_path",
        "/aws-service-role/x/",
        (
            'keyless:defaults.role_path: "/aws-service-role/x/" is reserved by AWS. No role '
            "can be created there. Write a path such as /keyless/.",
        ),
    ),
    (
        "keyless:defaults/tags",
        {"aws:x": "1"},
        (
            'keyless:defaults.tags["aws:x"]: "aws:x" begins with "aws:". Such tags belong to '
            "AWS. Write another key.",
        ),
    ),
    (
        "keyless:defaults/tags",
        {"x;": "é"},
        (
            'keyless:defaults.tags["x;"]: "x;" is no tag key. AWS takes 1 to 128 letters, '
            "digits, spaces and _.:/=+-@ in it. Write a plainer key.",
            'keyless:defaults.tags["x;"]: "\\u00e9" is no tag value. AWS takes up to 256 '
            "letters, digits, spaces and _.:/=+-@ in it. Write a plainer value.",
        ),
    ),
    (
        "environments/production/roles/deploy/role_name",
        "a b",
        (
            f'{PRODUCTION}.roles.deploy.role_name: "a b" is no role name. AWS takes 1 to 64 '
            "letters, digits and +=,.@_- in it. Write a shorter or plainer name.",
        ),
    ),
    (
        "environments/production/roles/deploy/role_name",
        "x" * 65,
        (
            f"{PRODUCTION}.roles.deploy.role_name: "
            '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" is no role '
            "name. AWS takes 1 to 64 letters, digits and +=,.@_- in it. Write a shorter or "
            "plainer name.",
        ),
    ),
    (
        "environments/production/roles/deploy/role_path",
        "ci",
        (
            f'{PRODUCTION}.roles.deploy.role_path: "ci" is no path of a role. AWS takes / alone, '
            "or a slash at both ends of letters, digits and +=,.@_- between slashes. Write it as "
            "AWS shows it, such as /ci/.",
        ),
    ),
    (
        "environments/production/roles/deploy/role_path",
        "/aws-reserved/sso/",
        (
            f'{PRODUCTION}.roles.deploy.role_path: "/aws-reserved/sso/" is reserved by AWS. No '
            "role can be created there. Write a path such as /keyless/.",
        ),
    ),
    (
        "environments/production/roles/deploy/policies",
        {"push image": [{"preset": "container-image", "repository": "shop"}]},
        (
            f'{PRODUCTION}.roles.deploy.policies["push image"]: "push image" is no name of an '
            "inline policy. AWS takes 1 to 128 letters, digits and +=,.@_- in it. Write a shorter "
            "or plainer name.",
        ),
    ),
    (
        "environments/production/roles/deploy/policies",
        {"audit": [{"preset": "managed-policy", "name": "SecurityAudit"}]},
        (
            f"{PRODUCTION}.roles.deploy.policies.audit: a managed-policy. It is attached to the "
            "role, and is part of no inline policy. Write it under permissions.",
        ),
    ),
    (
        "environments/production/roles/deploy/policies",
        {"permissions": [{"preset": "container-image", "repository": "shop"}]},
        (
            f"{PRODUCTION}.roles.deploy: permissions, and permissions under policies. Both are "
            'the inline policy "permissions". Keep one of them.',
        ),
    ),
    *[
        (
            "environments/production/roles/deploy/until",
            value,
            (
                f"{PRODUCTION}.roles.deploy.until: {shown} is no date. The trust policy ends with "
                "it. Write year, month and day, as in 2027-03-31.",
            ),
        )
        for value, shown in [
            ("31.03.2027", '"31.03.2027"'),
            ("2027-02-30", '"2027-02-30"'),
            ("2027-03-31T12:00:00Z", '"2027-03-31T12:00:00Z"'),
            (20270331, "20270331"),
        ]
    ],
    (
        "keyless:defaults/tags",
        {"Keyless:deployment-role": "no"},
        (
            'keyless:defaults.tags["Keyless:deployment-role"]: "Keyless:deployment-role" is the '
            "tag that guards roles outside of the stack's path. It would say something else here. "
            "Write another key.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), AWS_NAMES)
def test_aws_names(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


GITHUB_NAMES: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "github:owner",
        "acme/x",
        (
            'github:owner: "acme/x" is no GitHub owner. Subjects begin with it. Write the '
            "organisation's login, such as acme.",
        ),
    ),
    (
        "github:owner",
        "",
        (
            'github:owner: "" is no GitHub owner. Subjects begin with it. Write the '
            "organisation's login, such as acme.",
        ),
    ),
    (
        "keyless:repositories/a b",
        storefront(),
        (
            'keyless:repositories["a b"]: "a b" is no repository name. GitHub\'s have 1 to '
            '100 letters, digits, ".", "_" and "-". Write the name as it is in the '
            "repository's address.",
        ),
    ),
    (
        "keyless:repositories/..",
        storefront(),
        (
            'keyless:repositories[".."]: ".." is no repository name. GitHub\'s have 1 to '
            '100 letters, digits, ".", "_" and "-". Write the name as it is in the '
            "repository's address.",
        ),
    ),
    (
        "renamed_from",
        ["acme/shop"],
        (
            f'{ENTRY}.renamed_from[0]: "acme/shop" names an owner. A stack has one owner, in '
            'github:owner. Write "shop".',
        ),
    ),
    (
        "environments/production/reviewers",
        {"users": ["@mona"]},
        (
            f'{PRODUCTION}.reviewers.users[0]: "@mona" is no GitHub login. Reviewers are '
            "looked up by it. Write the login alone, such as mona, without @ and without an "
            "address.",
        ),
    ),
    (
        "environments/production/reviewers",
        {"teams": ["acme/leads"]},
        (
            f'{PRODUCTION}.reviewers.teams[0]: "acme/leads" is no team slug. Teams are looked '
            "up by it. Write the last part of the team's address, such as storefront-leads, "
            "without the owner.",
        ),
    ),
    (
        "environments/..",
        pages(),
        (
            f'{ENTRY}.environments[".."]: ".." is no environment name. GitHub\'s have 1 to '
            "255 printable characters. Write the name as the repository's settings show it.",
            f'{ENTRY}.environments[".."].deploy_from: missing. The branches and tags whose '
            "jobs may run here. Write for example deploy_from: {branches: [main]}.",
            f'{ENTRY}.environments[".."].reviewers: missing. Who approves a deployment: users '
            "and teams, at most 6 in total, or none. Write for example reviewers: {users: "
            "[mona], "
            "teams: [storefront-leads]}.",
            f'{ENTRY}.environments[".."].id: unknown key. Nothing reads it, so it would change '
            "nothing. The keys here are deploy_from, reviewers, wait_minutes, "
            "prevent_self_review, admins_bypass, variables, region and roles.",
            f'{ENTRY}.environments[".."].environments: unknown key. Nothing reads it, so it '
            "would change nothing. The keys here are deploy_from, reviewers, wait_minutes, "
            "prevent_self_review, admins_bypass, variables, region and roles.",
        ),
    ),
    (
        "environments/production/roles",
        {"Deploy": role()},
        (
            f'{PRODUCTION}.roles.Deploy: "Deploy" is no name for a role\'s function. Role, '
            'resource and variable are named after it. Use up to 32 of a-z, 0-9, "_" and "-", '
            "beginning with a letter, such as deploy.",
        ),
    ),
    (
        "environments/production/roles",
        {"x" * 33: role()},
        (
            f"{PRODUCTION}.roles.xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx: "
            '"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" is no name for a role\'s function. Role, '
            'resource and variable are named after it. Use up to 32 of a-z, 0-9, "_" and "-", '
            "beginning with a letter, such as deploy.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), GITHUB_NAMES)
def test_github_names(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


REFS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "environments/production/deploy_from",
        {"branches": ["refs/heads/main"]},
        (
            f'{PRODUCTION}.deploy_from.branches[0]: "refs/heads/main" begins with refs/. '
            "GitHub would look for a ref of that very name, and refs/pull/ would let "
            "unreviewed code in. Write the short name, such as main.",
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": ["refs/pull/*/merge"]},
        (
            f'{PRODUCTION}.deploy_from.branches[0]: "refs/pull/*/merge" begins with refs/. '
            "GitHub would look for a ref of that very name, and refs/pull/ would let "
            "unreviewed code in. Write the short name, such as main.",
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": ["[!q]*"], "tags": ["!v1"]},
        (
            f'{PRODUCTION}.deploy_from.branches[0]: "[!q]*" admits branches that nobody planned. '
            "Anybody who can push a branch deploys code that nobody merged. Write the branches "
            'that deploy, as in "main", or a family that begins with a name up to a slash, as in '
            '"release/*".',
            f'{PRODUCTION}.deploy_from.tags[0]: "!v1" begins with !, which excludes nothing. '
            "GitHub takes it for a letter of the name. Write the tags that deploy.",
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": ["a:b"]},
        (
            f'{PRODUCTION}.deploy_from.branches[0]: "a:b" contains ":". GitHub does not '
            "document how a subject carries it, so the trust policy could match nothing, or "
            "too much. Use letters, "
            'digits, ".", "_", "/", "-" and "*?[]" in it.',
        ),
    ),
    (
        "environments/production/deploy_from",
        {"tags": ["v${x}"]},
        (
            f'{PRODUCTION}.deploy_from.tags[0]: "v${{x}}" contains "$". GitHub does not '
            "document how a subject carries it, so the trust policy could match nothing, or "
            "too much. Use letters, "
            'digits, ".", "_", "/", "-" and "*?[]" in it.',
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": ["a//b"]},
        (
            f'{PRODUCTION}.deploy_from.branches[0]: "a//b" is no name that git takes. No job '
            "can ever run there. Write the name as `git branch` or `git tag` prints it.",
        ),
    ),
    (
        "branches",
        {"feature/*": {"roles": {"deploy": role()}}},
        (
            f'{ENTRY}.branches["feature/*"]: "feature/*" is a pattern. Anybody who can push '
            "could create a branch that matches it, and get in. Name one branch, or write an "
            "environment "
            "with a deploy_from.",
        ),
    ),
    (
        "branches",
        {"a?": {"roles": {"deploy": role()}}},
        (
            f'{ENTRY}.branches["a?"]: "a?" is a pattern. Anybody who can push could create a '
            "branch that matches it, and get in. Name one branch, or write an environment with "
            "a "
            "deploy_from.",
        ),
    ),
    (
        "branches",
        {"${x}": {"roles": {"deploy": role()}}},
        (
            f'{ENTRY}.branches["${{x}}"]: "${{x}}" contains "$". GitHub does not document how '
            "a subject carries it, so the trust policy could match nothing, or too much. Use "
            'letters, digits, ".", '
            '"_", "/" and "-" in it.',
        ),
    ),
    (
        "branches",
        {"m\u0430in": {"roles": {"deploy": role()}}},
        (
            f'{ENTRY}.branches["m\\u0430in"]: "m\\u0430in" (U+0430 looks like "a") '
            'contains "\\u0430". GitHub does not '
            "document how a subject carries it, so the trust policy could match nothing, or "
            "too much. Use letters, "
            'digits, ".", "_", "/" and "-" in it.',
        ),
    ),
    (
        "branches",
        {"a\tb": {"roles": {"deploy": role()}}},
        (
            f'{ENTRY}.branches["a\\tb"]: "a\\tb" contains "\\t". GitHub does not document how '
            "a subject carries it, so the trust policy could match nothing, or too much. Use "
            'letters, digits, ".", '
            '"_", "/" and "-" in it.',
        ),
    ),
    (
        "branches",
        {"a..b": {"roles": {"deploy": role()}}},
        (
            f'{ENTRY}.branches["a..b"]: "a..b" is no name that git takes. No job can ever run '
            "there. Write the name as `git branch` or `git tag` prints it.",
        ),
    ),
    (
        "branches",
        {"x.lock": {"roles": {"deploy": role()}}},
        (
            f'{ENTRY}.branches["x.lock"]: "x.lock" is no name that git takes. No job can ever '
            "run there. Write the name as `git branch` or `git tag` prints it.",
        ),
    ),
    (
        "branches",
        {"x" * 250: {"roles": {"deploy": role()}}},
        (
            f'{ENTRY}.branches.{"x" * 250}: "{"x" * 76}... has 250 characters. With refs/heads/ '
            "before it, it must not come to more than 255. Write a name of up to 244.",
        ),
    ),
    (
        "protected_branches",
        {"~DEFAULT_BRANCH": {}},
        (
            f'{ENTRY}.protected_branches["~DEFAULT_BRANCH"]: "~DEFAULT_BRANCH" is no branch. The '
            "ruleset is of branches, each by its short name or a pattern of such names. Write "
            "main, or release/*.",
        ),
    ),
    (
        "protected_branches",
        {"refs/tags/v*": {}},
        (
            f'{ENTRY}.protected_branches["refs/tags/v*"]: "refs/tags/v*" is no branch. The ruleset '
            "is of branches, each by its short name or a pattern of such names. Write main, or "
            "release/*.",
        ),
    ),
    (
        "environments/production/roles/deploy/workflows",
        ["acme/p/.github/workflows/x.yml@v3"],
        (
            f'{PRODUCTION}.roles.deploy.workflows[0]: "acme/p/.github/workflows/x.yml@v3" does '
            "not name one workflow at one ref. It is compared with the claim job_workflow_ref "
            "letter by letter. "
            "Write OWNER/REPOSITORY/.github/workflows/FILE.yml@refs/tags/TAG, "
            "@refs/heads/BRANCH or a full commit.",
        ),
    ),
    (
        "environments/production/roles/deploy/workflows",
        ["acme/p/.github/workflows/*.yml@refs/heads/main"],
        (
            f"{PRODUCTION}.roles.deploy.workflows[0]: "
            '"acme/p/.github/workflows/*.yml@refs/heads/main" does not name one workflow at '
            "one ref. It is compared "
            "with the claim job_workflow_ref letter by letter. Write "
            "OWNER/REPOSITORY/.github/workflows/FILE.yml@refs/tags/TAG, @refs/heads/BRANCH or "
            "a full commit.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), REFS)
def test_refs(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


VARIABLES: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "environments/production/variables",
        {"github_x": "1"},
        (
            f'{PRODUCTION}.variables.github_x: "github_x" begins with GITHUB_. GitHub keeps '
            "those names for itself. Write another name.",
        ),
    ),
    (
        "environments/production/variables",
        {"1x": "1"},
        (
            f'{PRODUCTION}.variables.1x: "1x" is no variable name. GitHub takes letters, '
            "digits and _ in it, not beginning with a digit. Write a name such as S3_BUCKET.",
        ),
    ),
    (
        "environments/production/variables",
        {"aws_secret_access_key": "1"},
        (
            f'{PRODUCTION}.variables.aws_secret_access_key: "aws_secret_access_key" carries a '
            "static AWS key. Keys that last are what roles replace, and variables are no "
            "secrets. Leave it out and assume the role.",
        ),
    ),
    (
        "environments/production/variables",
        {"X": "AKIAIOSFODNN7EXAMPLE"},
        (
            f"{PRODUCTION}.variables.X: the value contains an AWS access key id. Keys that last "
            "are what roles replace, and variables are no secrets. Leave it out and assume the "
            "role.",
        ),
    ),
    *(
        (
            "environments/production/variables",
            {"X": value},
            (
                f"{PRODUCTION}.variables.X: the value contains {what}. Anybody who reads the "
                "repository's workflows can read its variables. Store it as a secret.",
            ),
        )
        for what, value in (
            ("a GitHub token", f"token=ghp_{'a' * 36}"),
            (
                "a GitHub token",
                "ghs_1234567_eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiIxMjMifQ.c2lnbmF0dXJl-_",
            ),
            ("a GitHub token", f"github_pat_{'a' * 22}_{'b' * 59}"),
            ("a private key", "-----BEGIN RSA PRIVATE KEY-----\nMII"),
        )
    ),
    (
        "environments/production/variables",
        {"X": "a\0b"},
        (
            f"{PRODUCTION}.variables.X: the value contains a NUL character. No environment "
            "variable can. Leave it out.",
        ),
    ),
    (
        "environments/production/variables",
        {"X": ""},
        (
            f"{PRODUCTION}.variables.X: the value has 0 bytes. GitHub takes 1 to 49152. Write "
            "a value of that size.",
        ),
    ),
    (
        "environments/production/variables",
        {"X": "x" * 49153},
        (
            f"{PRODUCTION}.variables.X: the value has 49153 bytes. GitHub takes 1 to 49152. "
            "Write a value of that size.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), VARIABLES)
def test_variables(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


LISTS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "aws:allowedAccountIds",
        [],
        (
            "aws:allowedAccountIds: an empty list. It asks for nothing. Fill it, or leave out "
            "what it belongs to.",
        ),
    ),
    (
        "renamed_from",
        [],
        (
            f"{ENTRY}.renamed_from: an empty list. It asks for nothing. Fill it, or leave out "
            "what it belongs to.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [],
        (
            f"{PRODUCTION}.roles.deploy.permissions: an empty list. It asks for nothing. Fill "
            "it, or leave out what it belongs to.",
        ),
    ),
    (
        "environments/production/roles/deploy/workflows",
        [],
        (
            f"{PRODUCTION}.roles.deploy.workflows: an empty list. It asks for nothing. Fill "
            "it, or leave out what it belongs to.",
        ),
    ),
    (
        "branches/develop/roles",
        {},
        (
            f"{ENTRY}.branches.develop.roles: an empty mapping. It asks for nothing. Fill it, "
            "or leave out what it belongs to.",
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": ["main", "main"]},
        (
            f'{PRODUCTION}.deploy_from.branches: "main" and "main" are the same. One of them '
            "may be a mistake for another. Name each once.",
        ),
    ),
    (
        "environments/production/reviewers",
        {"users": ["mona", "Mona"]},
        (
            f'{PRODUCTION}.reviewers.users: "mona" and "Mona" are the same. One of them may be '
            "a mistake for another. Name each once.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), LISTS)
def test_lists(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


MODELS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "keyless:oidc_provider",
        {},
        (
            "keyless:oidc_provider: says neither create nor arn. Either the stack creates it, "
            "or it exists and is named. Write {create: true} or {arn: ARN}.",
        ),
    ),
    (
        "keyless:oidc_provider",
        {"create": False},
        (
            "keyless:oidc_provider: says create: false. Either the stack creates it, or it "
            "exists and is named. Write {create: true} or {arn: ARN}.",
        ),
    ),
    (
        "keyless:permissions_boundary",
        {"create": True, "arn": "arn:aws:iam::222222222222:policy/x"},
        (
            "keyless:permissions_boundary: says both create and arn. Either the stack creates "
            "it, or it exists and is named. Write {create: true} or {arn: ARN}.",
        ),
    ),
    (
        "environments/production/deploy_from",
        {},
        (
            f"{PRODUCTION}.deploy_from: names no branch and no tag. Nothing could deploy. "
            "Write deploy_from: {branches: [main]}.",
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": []},
        (
            f"{PRODUCTION}.deploy_from: names no branch and no tag. Nothing could deploy. "
            "Write deploy_from: {branches: [main]}.",
        ),
    ),
    (
        "environments/production/reviewers",
        {},
        (
            f"{PRODUCTION}.reviewers: names nobody. Jobs would reach AWS without an approval. "
            "Write reviewers: {users: [LOGIN], teams: [SLUG]}, or reviewers: none if that is "
            "what you mean.",
        ),
    ),
    (
        "environments/production/reviewers",
        {"users": [], "teams": []},
        (
            f"{PRODUCTION}.reviewers: names nobody. Jobs would reach AWS without an approval. "
            "Write reviewers: {users: [LOGIN], teams: [SLUG]}, or reviewers: none if that is "
            "what you mean.",
        ),
    ),
    (
        "environments/production/reviewers",
        "nobody",
        (
            f'{PRODUCTION}.reviewers: "nobody" is neither a list of reviewers nor the word '
            "none. Logins and slugs are different things. Write reviewers: {users: [LOGIN], "
            "teams: [SLUG]}, or none.",
        ),
    ),
    (
        "environments/production/reviewers",
        {"users": ["a", "b", "c", "d"], "teams": ["e", "f", "g"]},
        (
            f"{PRODUCTION}.reviewers: 7 reviewers, GitHub allows 6 users and teams together. "
            "The others would be left out. Put some of them into a team.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), MODELS)
def test_nouns(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences
