"""Tests of the sentences about shape: missing, unknown, empty and misplaced keys, wrong kinds."""

import pytest

from keyless.estate.presets import PRESETS
from keyless.text.sentences import listed
from tests.keyless.estate.reading.sample import ENTRY, PRODUCTION, errors, production, spoiled

KINDS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "keyless:owner_id",
        "x",
        (
            'keyless:owner_id: "x" is text. What belongs here is a whole number. Write for '
            "example keyless:owner_id: 9919.",
        ),
    ),
    (
        "keyless:owner_id",
        True,
        (
            "keyless:owner_id: true is a boolean. What belongs here is a whole number. Write "
            "for example keyless:owner_id: 9919.",
        ),
    ),
    (
        "github:owner",
        [],
        (
            "github:owner: found a list. What belongs here is text. Write for example "
            "github:owner: acme.",
        ),
    ),
    (
        "aws:allowedAccountIds",
        [222222222222],
        (
            "aws:allowedAccountIds[0]: 222222222222 is a number. What belongs here is text. "
            'Write it in quotes: "222222222222".',
        ),
    ),
    (
        "aws:allowedAccountIds",
        "222222222222",
        (
            "aws:allowedAccountIds: 222222222222 is a number. What belongs here is a list. "
            "Write for example aws:allowedAccountIds: ['222222222222'].",
        ),
    ),
    (
        "keyless:oidc_provider",
        "create",
        (
            'keyless:oidc_provider: "create" is text. What belongs here is a mapping. Write '
            "for example keyless:oidc_provider: {create: true}.",
        ),
    ),
    (
        "keyless:defaults",
        {"tags": {"x": 1}},
        (
            "keyless:defaults.tags.x: 1 is a number. What belongs here is text. Write it in "
            'quotes: "1".',
        ),
    ),
    (
        "keyless:repositories",
        [],
        (
            "keyless:repositories: found a list. Entries are written below their "
            "repositories' names. Write for example {storefront: {id: 811223344}}, or {} for none.",
        ),
    ),
    (
        "keyless:repositories",
        "storefront",
        (
            "keyless:repositories: found text. Entries are written below their repositories' "
            "names. Write for example {storefront: {id: 811223344}}, or {} for none.",
        ),
    ),
    (
        "keyless:repositories/pages",
        5,
        (
            "keyless:repositories.pages: 5 is a number. What belongs here is a mapping. Write "
            "its keys below it.",
        ),
    ),
    (
        "id",
        "811223344",
        (
            f'{ENTRY}.id: "811223344" is text. What belongs here is a whole number. Write for '
            "example id: 811223344.",
        ),
    ),
    (
        "id",
        1.5,
        (
            f"{ENTRY}.id: 1.5 is a number. What belongs here is a whole number. Write for "
            "example id: 811223344.",
        ),
    ),
    (
        "environments",
        [],
        (
            f"{ENTRY}.environments: found a list. What belongs here is a mapping. Write for "
            "example environments: {production: {deploy_from: {branches: [main]}, reviewers: "
            "none}}.",
        ),
    ),
    (
        "environments/production",
        [],
        (
            f"{PRODUCTION}: found a list. What belongs here is a mapping. Write for example "
            "environments: {production: {deploy_from: {branches: [main]}, reviewers: none}}.",
        ),
    ),
    (
        "environments",
        {1.5: production()},
        (f'{ENTRY}.environments["1.5"]: the key is a number. Keys are text. Write it in quotes.',),
    ),
    (
        "environments/production/reviewers",
        [],
        (
            f"{PRODUCTION}.reviewers: found a list. What belongs here is a mapping. Write for "
            "example reviewers: {users: [mona], teams: [storefront-leads]}.",
        ),
    ),
    (
        "environments/production/reviewers",
        {"users": [583231]},
        (
            f"{PRODUCTION}.reviewers.users[0]: 583231 is a number. What belongs here is text. "
            'Write it in quotes: "583231".',
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": "main"},
        (
            f'{PRODUCTION}.deploy_from.branches: "main" is text. What belongs here is a list. '
            "Write for example branches: [main].",
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": [True]},
        (
            f"{PRODUCTION}.deploy_from.branches[0]: true is a boolean. What belongs here is "
            'text. Write it in quotes: "true".',
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": [2.5]},
        (
            f"{PRODUCTION}.deploy_from.branches[0]: 2.5 is a number. What belongs here is "
            "text. Write it in quotes.",
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": [{}]},
        (
            f"{PRODUCTION}.deploy_from.branches[0]: found a mapping. What belongs here is "
            "text. Write for example branches: [main].",
        ),
    ),
    (
        "environments/production/wait_minutes",
        "ten",
        (
            f'{PRODUCTION}.wait_minutes: "ten" is text. What belongs here is a whole number. '
            "Write for example wait_minutes: 10.",
        ),
    ),
    (
        "environments/production/prevent_self_review",
        "yes",
        (
            f'{PRODUCTION}.prevent_self_review: "yes" is text. What belongs here is true or '
            "false. Write for example prevent_self_review: true.",
        ),
    ),
    (
        "environments/production/admins_bypass",
        0,
        (
            f"{PRODUCTION}.admins_bypass: 0 is a number. What belongs here is true or false. "
            "Write for example admins_bypass: false.",
        ),
    ),
    (
        "environments/production/variables",
        {"X": 5},
        (
            f"{PRODUCTION}.variables.X: 5 is a number. What belongs here is text. Write it in "
            'quotes: "5".',
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        {"preset": "cdk"},
        (
            f"{PRODUCTION}.roles.deploy.permissions: found a mapping. What belongs here is a "
            "list. Write for example permissions: [{preset: lambda-function, function: "
            "checkout}].",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        ["cdk"],
        (
            f'{PRODUCTION}.roles.deploy.permissions[0]: "cdk" is text. What belongs here is a '
            "mapping. Write for example permissions: [{preset: lambda-function, function: "
            "checkout}].",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [{"preset": "s3-website", "bucket": 5}],
        (
            f"{PRODUCTION}.roles.deploy.permissions[0].bucket: 5 is a number. What belongs "
            'here is text. Write it in quotes: "5".',
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [{"preset": "read-only", "services": 5}],
        (
            f"{PRODUCTION}.roles.deploy.permissions[0].services: 5 is a number. What belongs "
            "here is a list. Write services: [VALUE].",
        ),
    ),
    (
        "renamed_from",
        "shop",
        (
            f'{ENTRY}.renamed_from: "shop" is text. What belongs here is a list. Write for '
            "example renamed_from: [shop].",
        ),
    ),
    (
        "keyless:static_keys",
        "refuze",
        (
            'keyless:static_keys: "refuze" is not one of its values. Secrets that look like AWS '
            "keys: report them at preview, or refuse to go on. Write refuse.",
        ),
    ),
    (
        "keyless:static_keys",
        True,
        (
            "keyless:static_keys: true is not one of its values. Secrets that look like AWS keys: "
            "report them at preview, or refuse to go on. Write report or refuse.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [{"preset": "secrets", "secrets": ["shop/*"]}],
        (
            f'{PRODUCTION}.roles.deploy.permissions[0].secrets[0]: "shop/*" is no secret name. '
            "Secrets Manager takes letters, digits and /_+=.@-, and wildcards would reach "
            "further. Write it as AWS shows it.",
        ),
    ),
    (
        "sha_pinning",
        False,
        (
            f"{ENTRY}.sha_pinning: false is not one of its values. Whether GitHub refuses actions "
            "that are not pinned to a commit. Write true.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), KINDS)
def test_kinds(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


UNKNOWN_KEYS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "keyless:repositorys",
        {},
        (
            "keyless:repositorys: unknown key. Nothing reads it, so it would change nothing. "
            "Write keyless:repositories.",
        ),
    ),
    (
        "keyless:defaults",
        {"session_minute": 60},
        (
            "keyless:defaults.session_minute: unknown key. Nothing reads it, so it would "
            "change nothing. Write session_minutes.",
        ),
    ),
    (
        "enviroments",
        {},
        (
            f"{ENTRY}.enviroments: unknown key. Nothing reads it, so it would change nothing. "
            "Write environments.",
        ),
    ),
    (
        "pull-requests",
        {},
        (
            f"{ENTRY}.pull-requests: unknown key. Nothing reads it, so it would change "
            "nothing. Write pull_requests.",
        ),
    ),
    (
        "secrets",
        {},
        (
            f"{ENTRY}.secrets: unknown key. Nothing reads it, so it would change nothing. The "
            "keys here are id, environments, review_environments, branches, pull_requests, "
            "whole_repository, "
            "protected_branches, sha_pinning and renamed_from.",
        ),
    ),
    (
        "environments/production/waitMinutes",
        5,
        (
            f"{PRODUCTION}.waitMinutes: unknown key. Nothing reads it, so it would change "
            "nothing. Write wait_minutes.",
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branch": ["main"]},
        (
            f"{PRODUCTION}.deploy_from.branch: unknown key. Nothing reads it, so it would "
            "change nothing. Write branches.",
        ),
    ),
    (
        "protected_branches/main",
        {"aprovals": 1},
        (
            f"{ENTRY}.protected_branches.main.aprovals: unknown key. Nothing reads it, so it "
            "would change nothing. Write approvals.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [{"preset": "s3-website", "bucket": "site", "distributoin": "E1"}],
        (
            f"{PRODUCTION}.roles.deploy.permissions[0].distributoin: unknown key. Nothing "
            "reads it, so it would change nothing. Write distribution.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [{"preset": "lambda"}],
        (
            f'{PRODUCTION}.roles.deploy.permissions[0]: "lambda" is no preset. A permission is '
            "written as a preset with its parameters. Write preset: lambda-function or "
            "lambda-layer.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [{"preset": "admin"}],
        (
            f'{PRODUCTION}.roles.deploy.permissions[0]: "admin" is no preset. A permission is '
            f"written as a preset with its parameters. The presets are {listed(PRESETS)}.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [{"bucket": "site"}],
        (
            f"{PRODUCTION}.roles.deploy.permissions[0]: names no preset. A permission is "
            f"written as a preset with its parameters. The presets are {listed(PRESETS)}.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [{"preset": 5}],
        (
            f"{PRODUCTION}.roles.deploy.permissions[0]: 5 is no preset. A permission is "
            f"written as a preset with its parameters. The presets are {listed(PRESETS)}.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), UNKNOWN_KEYS)
def test_unknown_keys(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


EMPTY_VALUES: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "keyless:owner_id",
        None,
        (
            "keyless:owner_id: missing. Trust is tied to this number, since a name can go to "
            'another repository. Write "keyless:owner_id: NUMBER", as `gh api users/acme --jq '
            ".id` "
            "prints it.",
        ),
    ),
    (
        "github:owner",
        None,
        (
            "github:owner: empty. The GitHub organisation or user that owns the repositories. "
            "Write for example github:owner: acme.",
        ),
    ),
    (
        "keyless:defaults",
        None,
        (
            "keyless:defaults: empty. Defaults for every role that does not say otherwise. "
            "Write for example keyless:defaults: {session_minutes: 60}, or leave it out.",
        ),
    ),
    (
        "keyless:repositories",
        None,
        (
            "keyless:repositories: empty. Entries are written below their repositories' names. "
            "Write for example {storefront: {id: 811223344}}, or {} for none.",
        ),
    ),
    (
        "keyless:repositories/pages",
        None,
        (
            "keyless:repositories.pages: empty. One entry: a repository's id and the contexts "
            "in which it reaches AWS. Write its keys below it, or leave it out.",
        ),
    ),
    (
        "id",
        None,
        (
            f"{ENTRY}.id: missing. Trust is tied to this number, since a name can go to another "
            'repository. Write "id: NUMBER", as `gh api repos/acme/storefront --jq .id` prints '
            "it.",
        ),
    ),
    (
        "environments",
        None,
        (
            f"{ENTRY}.environments: empty. Environments by name. Write for example "
            "environments: {production: {deploy_from: {branches: [main]}, reviewers: none}}, "
            "or leave it out.",
        ),
    ),
    (
        "environments/production",
        None,
        (
            f"{PRODUCTION}: empty. Environments by name. Write for example environments: "
            "{production: {deploy_from: {branches: [main]}, reviewers: none}}, or leave it out.",
        ),
    ),
    (
        "environments/production/reviewers",
        None,
        (
            f"{PRODUCTION}.reviewers: empty. Who approves a deployment: users and teams, at "
            "most 6 in total, or none. Write for example reviewers: {users: [mona], teams: "
            "[storefront-leads]}.",
        ),
    ),
    (
        "environments/production/deploy_from",
        {"branches": [None]},
        (
            f"{PRODUCTION}.deploy_from.branches[0]: empty. Branches, or families such as "
            "release/*; * does not cross a slash. Write for example branches: [main], or leave "
            "it out.",
        ),
    ),
    (
        "environments/production/roles/deploy/session_minutes",
        None,
        (
            f"{PRODUCTION}.roles.deploy.session_minutes: empty. How long a session lasts, 15 "
            "to 720 minutes. Write for example session_minutes: 60, or leave it out.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [None],
        (
            f"{PRODUCTION}.roles.deploy.permissions[0]: empty. What the role may do: a list of "
            "permission presets. Write for example permissions: [{preset: lambda-function, "
            "function: checkout}], or leave it out.",
        ),
    ),
    (
        "pull_requests",
        None,
        (
            f"{ENTRY}.pull_requests: empty. Roles of pull requests: unreviewed code, so read "
            "access at most. Write for example pull_requests: {roles: {deploy: {permissions: "
            "[{preset: lambda-function, function: checkout}]}}}, or leave it out.",
        ),
    ),
    (
        "protected_branches",
        {"main": None},
        (
            f"{ENTRY}.protected_branches.main: empty. Branches that change by reviewed pull "
            "requests only. Write for example protected_branches: {main: {approvals: 1}}, or "
            "leave it out.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), EMPTY_VALUES)
def test_empty_values(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences


MISSING_KEYS: list[tuple[str, object, tuple[str, ...]]] = [
    (
        "keyless:repositories/pages",
        {},
        (
            "keyless:repositories.pages.id: missing. Trust is tied to this number, since a "
            'name can go to another repository. Write "id: NUMBER", as `gh api '
            "repos/acme/pages --jq "
            ".id` prints it.",
        ),
    ),
    (
        "environments/production",
        {},
        (
            f"{PRODUCTION}.deploy_from: missing. The branches and tags whose jobs may run "
            "here. Write for example deploy_from: {branches: [main]}.",
            f"{PRODUCTION}.reviewers: missing. Who approves a deployment: users and teams, at "
            "most 6 in total, or none. Write for example reviewers: {users: [mona], teams: "
            "[storefront-leads]}.",
        ),
    ),
    (
        "environments/production",
        {"deploy_from": {"branches": ["main"]}, "reviewer": "none"},
        (
            f"{PRODUCTION}.reviewer: unknown key. Nothing reads it, so it would change "
            "nothing. Write reviewers.",
        ),
    ),
    (
        "pull_requests",
        {},
        (
            f"{ENTRY}.pull_requests.roles: missing. Roles of the context's jobs, by function. "
            "Write for example roles: {deploy: {permissions: [{preset: lambda-function, "
            "function: checkout}]}}.",
        ),
    ),
    (
        "environments/production/roles/deploy",
        {},
        (
            f"{PRODUCTION}.roles.deploy: neither permissions nor policies. The role could do "
            "nothing. Write for example permissions: [{preset: lambda-function, function: "
            "checkout}].",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions_boundary",
        {},
        (
            f"{PRODUCTION}.roles.deploy.permissions_boundary.arn: missing. ARN of a managed "
            "policy of this account. Write for example arn: "
            "arn:aws:iam::222222222222:policy/bootstrap-boundary.",
        ),
    ),
    (
        "environments/production/roles/deploy/permissions",
        [{"preset": "s3-website"}],
        (
            f"{PRODUCTION}.roles.deploy.permissions[0].bucket: missing. The bucket with the site. "
            "Write bucket: VALUE.",
        ),
    ),
]


@pytest.mark.parametrize(("path", "value", "sentences"), MISSING_KEYS)
def test_missing_keys(path: str, value: object, sentences: tuple[str, ...]) -> None:
    assert errors(spoiled(path, value)) == sentences
