"""Settings of a stack, read by the running pack."""

import json

import pytest

from keyless.rules.pack_settings import MOST_EXCEPTIONS, SettingsError
from policypack.settings import (
    SCHEMA,
    Configured,
    read_settings,
    schema,
    settings_of,
)
from tests.policypack import estate
from tests.policypack.analyzer import Pack


def errors_of(content: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_settings(content.encode())
    return caught.value.errors


def test_empty_object_means_the_strictest_settings() -> None:
    assert read_settings(b"{}") == Configured()


MINUTES = "A session lasts 15 to 720 minutes. Write a whole number in that range."
BOUNDARY = (
    "A boundary is a policy that an account manages, written whole. Write its ARN where the stack "
    'creates it, and {"arn": "ARN", "roles": ["ROLE_NAME"]} where it does not.'
)
POLICY = (
    "What the stack does not show is for named roles alone. Write "
    '{"arn": "ARN", "roles": ["ROLE_NAME"]}, without wildcards.'
)
BUCKET = (
    "A bucket is named whole. Write its name, without an ARN, or "
    '{"bucket": "NAME", "roles": ["ROLE_NAME"]}.'
)
ENVIRONMENT = (
    "An environment is named after its repository, without wildcards. Write "
    '"REPOSITORY/ENVIRONMENT".'
)
REVIEW = (
    "An environment is named after its repository, without wildcards. Write "
    '{"environment": "REPOSITORY/ENVIRONMENT", '
    '"name_prefix": "PREFIX-"}.'
)
ACCEPTED = (
    'An accepted resource says which and why. Write {"type": "TYPE", "name": "NAME", '
    '"reason": "WHY"}.'
)
ISSUER = (
    'An issuer of GitHub\'s has one of these forms. Write "token.actions.githubusercontent.com" or '
    '"token.actions.githubusercontent.com/ENTERPRISE" or "token.actions.SUBDOMAIN.ghe.com" or '
    '"token.actions.SUBDOMAIN.ghe.com/SUBDOMAIN" or "HOST/_services/token", with your own names.'
)
OTHER_ISSUER = (
    'An issuer is a host and a path, no host of GitHub\'s. Write "HOST/_services/token", or list '
    "an issuer of your GitHub under issuers."
)
QUOTA = (
    "The quota is 2048 characters unless it is raised, and 8192 at most. Write a whole number in "
    "that range."
)
ARN = "arn:aws:iam::222222222222:policy/keyless/keyless-boundary"
OF_AWS = "arn:aws:iam::aws:policy/SecurityAudit"


@pytest.mark.parametrize(
    ("content", "errors"),
    [
        ("", ("it is not JSON: Expecting value: line 1 column 1 (char 0). Write one object.",)),
        (
            '{"settings": {}, "settings": {}}',
            ('duplicate key "settings". Readers differ on which of the two counts. Keep one.',),
        ),
        ("[]", ("it is no object. Write {} for the strictest settings.",)),
        (
            '{"setting": {}}',
            ("setting: there is no such key. Write one of settings, exceptions.",),
        ),
        ('{"settings": []}', ("settings: it is no object. Write an object of settings.",)),
        ('{"exceptions": {}}', ("exceptions: it is no list. Write a list of exceptions.",)),
        (
            '{"settings": {"review_environments": ["shop/preview", '
            '{"environment": "Shop/preview", "name_prefix": "pr-shop-"}]}}',
            (
                'settings.review_environments: "Shop/preview" is listed twice. Only one prefix can '
                "bound what it writes. Keep one entry.",
            ),
        ),
        (
            '{"settings": {"max_session_minutes": true, "boundaries": "x", "managed": []}}',
            (
                "settings.managed: there is no such key. Write one of max_session_minutes, "
                "boundaries, managed_policies, unreviewed_environments, review_environments, "
                "write_needs_environment, issuers, other_issuers, accepted_types, state_buckets, "
                "trust_policy_characters.",
                f"settings.max_session_minutes: true. {MINUTES}",
                f'settings.boundaries: "x". {BOUNDARY}',
            ),
        ),
    ],
)
def test_every_error_of_a_file_is_said(content: str, errors: tuple[str, ...]) -> None:
    assert errors_of(content) == errors


@pytest.mark.parametrize(
    ("key", "value", "where", "instead"),
    [
        ("max_session_minutes", 721, "", MINUTES),
        ("max_session_minutes", 60.5, "", MINUTES),
        ("max_session_minutes", "60", "", MINUTES),
        ("write_needs_environment", "no", "", "It is switched on or off. Write true or false."),
        ("write_needs_environment", 1, "", "It is switched on or off. Write true or false."),
        ("boundaries", ["*"], "[0]", BOUNDARY),
        ("boundaries", [ARN, f"{ARN}*"], "[1]", BOUNDARY),
        ("boundaries", [OF_AWS], "[0]", BOUNDARY),
        ("boundaries", [{"arn": ARN}], "[0]", BOUNDARY),
        ("boundaries", [{"arn": ARN, "roles": []}], "[0]", BOUNDARY),
        ("boundaries", [{"arn": ARN, "roles": ["*"]}], "[0]", BOUNDARY),
        ("boundaries", [{"arn": ARN, "roles": ["r"], "reason": "x"}], "[0]", BOUNDARY),
        ("managed_policies", [OF_AWS], "[0]", POLICY),
        ("managed_policies", [{"arn": "arn:aws:iam::aws:policy/*", "roles": ["r"]}], "[0]", POLICY),
        ("unreviewed_environments", ["production"], "[0]", ENVIRONMENT),
        ("review_environments", ["shop/"], "[0]", REVIEW),
        ("review_environments", "shop/review", "", REVIEW),
        ("review_environments", [{"environment": "shop/review"}], "[0]", REVIEW),
        (
            "review_environments",
            [{"environment": "shop/review", "name_prefix": "shop"}],
            "[0]",
            REVIEW,
        ),
        ("issuers", [], "", ISSUER),
        ("issuers", ["vstoken.actions.githubusercontent.com"], "[0]", ISSUER),
        ("issuers", ["http://token.actions.githubusercontent.com"], "[0]", ISSUER),
        ("issuers", ["*"], "[0]", ISSUER),
        ("other_issuers", ["token.actions.githubusercontent.com"], "[0]", OTHER_ISSUER),
        ("other_issuers", ["*/_services/token"], "[0]", OTHER_ISSUER),
        ("accepted_types", [{"type": "aws:cloudformation/stack:Stack"}], "[0]", ACCEPTED),
        ("accepted_types", [{"type": "t", "name": "n", "reason": " "}], "[0]", ACCEPTED),
        (
            "state_buckets",
            ["arn:aws:s3:::state"],
            "[0]",
            BUCKET,
        ),
        ("state_buckets", [{"bucket": "state", "roles": ["*"]}], "[0]", BUCKET),
        ("state_buckets", [{"bucket": "state", "roles": []}], "[0]", BUCKET),
        ("trust_policy_characters", 2047, "", QUOTA),
        ("trust_policy_characters", 8193, "", QUOTA),
    ],
)
def test_a_wrong_value_is_answered_with_what_to_write(
    key: str, value: object, where: str, instead: str
) -> None:
    shown = value[int(where[1])] if where and isinstance(value, list) else value
    cut = json.dumps(shown)
    cut = cut if len(cut) <= 100 else f"{cut[:100]}…"
    assert errors_of(json.dumps({"settings": {key: value}})) == (
        f"settings.{key}{where}: {cut}. {instead}",
    )


def test_every_setting_is_read() -> None:
    role = {"arn": OF_AWS, "roles": ["acme-shop-audit"]}
    bootstrap = {"arn": ARN, "roles": ["keyless-deploy"]}
    read = read_settings(
        json.dumps(
            {
                "$schema": "../settings.schema.json",
                "settings": {
                    "max_session_minutes": 15,
                    "boundaries": [ARN, bootstrap],
                    "managed_policies": [role],
                    "unreviewed_environments": ["shop/preview"],
                    "review_environments": [
                        "shop/review",
                        {"environment": "shop/preview", "name_prefix": "shop-pr-"},
                    ],
                    "write_needs_environment": False,
                    "issuers": [
                        "https://token.actions.acme.ghe.com",
                        "ghes.acme.example/_services/token",
                    ],
                    "other_issuers": ["https://gitea.acme.example/_services/token"],
                    "accepted_types": [{"type": "t", "name": "n", "reason": "why"}],
                    "state_buckets": ["acme-state"],
                    "trust_policy_characters": 4096,
                },
            }
        ).encode()
    )
    assert read.max_session_minutes == 15
    assert read.boundaries_of("keyless-deploy", {ARN}) == (ARN, ARN)
    assert read.boundaries_of("another", {ARN}) == (ARN,)
    assert read.boundaries_of("another", ()) == ()
    assert read.managed_policies_of("acme-shop-audit") == (OF_AWS,)
    assert read.managed_policies_of("another") == ()
    assert read.unreviewed_environments == ("shop/preview",)
    assert read.review_environments == {"shop/review": "", "shop/preview": "shop-pr-"}
    assert read.write_needs_environment is False
    assert read.issuers == ("token.actions.acme.ghe.com", "ghes.acme.example/_services/token")
    assert read.other_issuers == ("gitea.acme.example/_services/token",)
    assert read.accepts("t", "n")
    assert not read.accepts("t", "m")
    assert read.state_buckets_closed_to("read") == ("acme-state",)
    assert read.trust_policy_characters == 4096


def test_the_schema_is_current() -> None:
    assert SCHEMA.read_text("utf-8") == schema(), "run python -m policypack.settings"


LONG = "x" * 500_000
CUT = f"{'x' * 100}…"


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (
            f'{{"{LONG}": 1, "{LONG}": 2}}',
            f'duplicate key "{LONG[:76]}.... Readers differ on which of the two counts. Keep one.',
        ),
        (f'{{"{LONG}": 1}}', f"{CUT}: there is no such key. Write one of settings, exceptions."),
        (
            f'{{"settings": {{"max_session_minutes": "{LONG}"}}}}',
            f'settings.max_session_minutes: "{CUT[1:]}. {MINUTES}',
        ),
        (
            f'{{"settings": {{"boundaries": ["{LONG}"]}}}}',
            f'settings.boundaries[0]: "{CUT[1:]}. {BOUNDARY}',
        ),
    ],
    ids=["twice", "key", "minutes", "entry"],
)
def test_what_an_error_quotes_is_cut(content: str, error: str) -> None:
    assert errors_of(content) == (error,)


def errors_of_exception(entry: object) -> tuple[str, ...]:
    """Return the errors of an exception, without those of keys that it lacks."""
    (read,) = read_settings(json.dumps({"exceptions": [entry]}).encode()).exceptions
    return tuple(error for error in read.errors if not error.startswith("It lacks"))


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        ({LONG: 1}, f"There is no key {CUT}."),
        ({"reason": [LONG]}, f'reason is ["{CUT[2:]}. Write why it is tolerated.'),
        ({"expires": LONG}, f'expires is "{CUT[1:]}. Write a day like 2027-03-31.'),
    ],
    ids=["key", "reason", "expires"],
)
def test_what_an_exceptions_error_quotes_is_cut(entry: dict[str, object], error: str) -> None:
    assert errors_of_exception(entry) == (error,)


def test_nobody_approves_by_a_text_that_nobody_sees() -> None:
    entry = {"approver": "\u200b", "reason": " \u202e"}
    assert errors_of_exception(entry) == (
        'reason is " \\u202e". Write why it is tolerated.',
        'approver is "\\u200b". Write who answers for it.',
    )


def test_an_exception_tells_its_first_errors() -> None:
    errors = errors_of_exception({f"key{number}": 1 for number in range(30_000)})
    assert errors[-1].startswith("There are ")
    assert set(errors[:-1]) <= {f"There is no key key{number}." for number in range(30_000)}
    assert len(errors) <= 21


def test_more_exceptions_than_anybody_reviews_are_an_error_of_the_file() -> None:
    most = json.dumps({"exceptions": [{}] * MOST_EXCEPTIONS})
    assert len(read_settings(most.encode()).exceptions) == 2000
    assert errors_of(json.dumps({"exceptions": [{}] * 2001})) == (
        "exceptions: there are 2001, and nobody reviews so many. Keep 2000 at most.",
    )


def test_the_projects_own_stacks_have_settings() -> None:
    for stack in ("staging", "prod"):
        assert settings_of(stack).errors == ()
        assert settings_of(stack).boundaries


@pytest.mark.parametrize("stack", ["", "..", "../config/prod", "/etc/passwd", "PROD", "prod.json"])
def test_no_name_of_a_stack_reaches_another_file(stack: str) -> None:
    assert settings_of(stack) == Configured()


def test_broken_file_blocks_every_role_for_github_and_nothing_else(pack: Pack) -> None:
    stack = pack.configured("{")
    error = (
        f"policypack/config/{stack}.json: it is not JSON: Expecting property name enclosed in "
        "double quotes: line 1 column 2 (char 1). Write one object."
    )
    assert pack.says("trust-readable", estate.role(), stack) == [
        f"UNKNOWN: {error} Until then no role for GitHub passes."
    ]
    other = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    role = estate.role(assumeRolePolicy=estate.document(other))
    assert pack.judge_one(role, stack) == []
    found = pack.judge_stack(estate.compliant(), stack)
    assert [(each.policy, each.name, each.sentence) for each in found] == [
        (
            "exceptions-reviewed",
            "keyless-test",
            f"{error} Until then the strictest settings apply.",
        )
    ]


def test_broken_file_leaves_the_strictest_settings(pack: Pack) -> None:
    stack = pack.configured('{"settings": {"max_session_minutes": 720}, "more": 1}')
    assert len(pack.says("role-session-limited", estate.role(maxSessionDuration=43200), stack)) == 1
