"""What a stack tolerates of the policy pack, and what is said of a malformed settings file."""

import json
from typing import Any

import pytest

from keyless.rules.pack_settings import (
    MOST_EXCEPTIONS,
    Settings,
    SettingsError,
    SettingsFile,
    read_settings_file,
    setting,
    settings_in,
    shortened,
    unknown_keys,
)

ARN = "arn:aws:iam::222222222222:policy/keyless/boundary"
OTHER = "arn:aws:iam::222222222222:policy/apps/boundary"
OF_AWS = "arn:aws:iam::aws:policy/SecurityAudit"
KEYS = (
    "max_session_minutes, boundaries, managed_policies, unreviewed_environments, "
    "review_environments, write_needs_environment, issuers, other_issuers, accepted_types, "
    "state_buckets, trust_policy_characters"
)
MINUTES = "A session lasts 15 to 720 minutes. Write a whole number in that range."
BOUNDARY = (
    "A boundary is a policy that an account manages, written whole. Write its ARN where the stack "
    'creates it, and {"arn": "ARN", "roles": ["ROLE_NAME"]} where it does not.'
)
POLICY = (
    "What the stack does not show is for named roles alone. Write "
    '{"arn": "ARN", "roles": ["ROLE_NAME"]}, without wildcards.'
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
SWITCH = "It is switched on or off. Write true or false."
ISSUER = (
    'An issuer of GitHub\'s has one of these forms. Write "token.actions.githubusercontent.com" or '
    '"token.actions.githubusercontent.com/ENTERPRISE" or "token.actions.SUBDOMAIN.ghe.com" or '
    '"token.actions.SUBDOMAIN.ghe.com/SUBDOMAIN" or "HOST/_services/token", with your own names.'
)
OTHER_ISSUER = (
    'An issuer is a host and a path, no host of GitHub\'s. Write "HOST/_services/token", or list '
    "an issuer of your GitHub under issuers."
)
ACCEPTED = (
    'An accepted resource says which and why. Write {"type": "TYPE", "name": "NAME", '
    '"reason": "WHY"}.'
)
BUCKET = (
    "A bucket is named whole. Write its name, without an ARN, or "
    '{"bucket": "NAME", "roles": ["ROLE_NAME"]}.'
)
QUOTA = (
    "The quota is 2048 characters unless it is raised, and 8192 at most. Write a whole number in "
    "that range."
)


def errors(content: object) -> tuple[str, ...]:
    written = content if isinstance(content, bytes) else json.dumps(content).encode()
    with pytest.raises(SettingsError) as caught:
        read_settings_file(written)
    assert str(caught.value) == "\n".join(caught.value.errors)
    return caught.value.errors


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "it is not JSON: Expecting value: line 1 column 1 (char 0). Write one object."),
        (
            b'{"settings": {}, "settings": {}}',
            'duplicate key "settings". Readers differ on which of the two counts. Keep one.',
        ),
        (b"[" * 100_000, "it is nested too deep for settings. Write one object."),
        ([], "it is no object. Write {} for the strictest settings."),
        ({"setting": {}}, "setting: there is no such key. Write one of settings, exceptions."),
        ({"exceptions": {}}, "exceptions: it is no list. Write a list of exceptions."),
        (
            {"exceptions": [1] * (MOST_EXCEPTIONS + 1)},
            "exceptions: there are 2001, and nobody reviews so many. Keep 2000 at most.",
        ),
        ({"settings": []}, "settings: it is no object. Write an object of settings."),
        (
            {"settings": {"sessions": 1}},
            f"settings.sessions: there is no such key. Write one of {KEYS}.",
        ),
        (
            {"settings": {"x" * 101: 1}},
            f"settings.{'x' * 100}…: there is no such key. Write one of {KEYS}.",
        ),
    ],
)
def test_a_malformed_file_is_refused(content: object, says: str) -> None:
    assert errors(content) == (says,)


@pytest.mark.parametrize(
    ("key", "value", "shown", "instead"),
    [
        ("max_session_minutes", 14, "14", MINUTES),
        ("max_session_minutes", 721, "721", MINUTES),
        ("max_session_minutes", "60", '"60"', MINUTES),
        ("max_session_minutes", True, "true", MINUTES),
        ("boundaries", ARN, f'"{ARN}"', BOUNDARY),
        ("unreviewed_environments", {"a": 1}, '{"a": 1}', ENVIRONMENT),
        ("write_needs_environment", "yes", '"yes"', SWITCH),
        ("write_needs_environment", 1, "1", SWITCH),
        ("issuers", [], "[]", ISSUER),
        ("trust_policy_characters", 2047, "2047", QUOTA),
        ("trust_policy_characters", 8193, "8193", QUOTA),
        ("max_session_minutes", "x" * 99, f'"{"x" * 99}…', MINUTES),
    ],
)
def test_a_wrong_value_is_answered_with_what_to_write(
    key: str, value: object, shown: str, instead: str
) -> None:
    assert errors({"settings": {key: value}}) == (f"settings.{key}: {shown}. {instead}",)


@pytest.mark.parametrize(
    ("key", "entry", "instead"),
    [
        ("boundaries", "arn:aws:iam::222222222222:policy/*", BOUNDARY),
        ("boundaries", OF_AWS, BOUNDARY),
        ("boundaries", {"arn": ARN}, BOUNDARY),
        ("boundaries", {"arn": ARN, "roles": []}, BOUNDARY),
        ("boundaries", {"arn": ARN, "roles": ["*"]}, BOUNDARY),
        ("boundaries", {"arn": ARN, "roles": ["x"], "reason": "y"}, BOUNDARY),
        ("managed_policies", OF_AWS, POLICY),
        ("managed_policies", {"arn": f"{OF_AWS}*", "roles": ["x"]}, POLICY),
        ("managed_policies", {"arn": OF_AWS, "roles": ["/path/x"]}, POLICY),
        ("unreviewed_environments", "production", ENVIRONMENT),
        ("unreviewed_environments", "shop/", ENVIRONMENT),
        ("unreviewed_environments", "shop/*", ENVIRONMENT),
        ("unreviewed_environments", "shop/preview-?", ENVIRONMENT),
        ("review_environments", "shop/pr-*", REVIEW),
        ("review_environments", "preview", REVIEW),
        ("review_environments", {"environment": "shop/preview", "name_prefix": "shop"}, REVIEW),
        ("review_environments", {"environment": "shop/preview", "name_prefix": "*-"}, REVIEW),
        ("issuers", "github.com", ISSUER),
        ("issuers", "http://token.actions.githubusercontent.com", ISSUER),
        ("other_issuers", "git.github.com/_services/token", OTHER_ISSUER),
        ("other_issuers", "https://token.actions.githubusercontent.com", OTHER_ISSUER),
        ("other_issuers", "localhost", OTHER_ISSUER),
        ("accepted_types", {"type": "x", "name": "y"}, ACCEPTED),
        ("accepted_types", {"type": "x", "name": "y", "reason": " "}, ACCEPTED),
        ("accepted_types", {"type": "x", "name": "y", "reason": "WHY"}, ACCEPTED),
        ("state_buckets", "arn:aws:s3:::acme-state", BUCKET),
        ("state_buckets", "Acme", BUCKET),
        ("state_buckets", {"bucket": "acme-state", "roles": []}, BUCKET),
    ],
)
def test_a_wrong_entry_is_answered_once_by_its_place(key: str, entry: object, instead: str) -> None:
    shown = json.dumps(entry)
    assert errors({"settings": {key: [entry, entry]}}) == tuple(
        f"settings.{key}[{number}]: {shortened(shown)}. {instead}" for number in (0, 1)
    )


def test_every_error_is_said_at_once() -> None:
    content: dict[str, Any] = {
        "more": 1,
        "exceptions": {},
        "settings": {"x": 1, "issuers": "y", "boundaries": ["z"], "max_session_minutes": 1},
    }
    found = errors(content)
    assert [each.partition(":")[0] for each in found[:3]] == ["more", "exceptions", "settings.x"]
    assert {each.partition(":")[0] for each in found[3:]} == {
        *("settings.issuers", "settings.boundaries[0]", "settings.max_session_minutes")
    }


@pytest.mark.parametrize(
    "listed",
    [
        ["shop/preview", "Shop/Preview"],
        ["shop/preview", {"environment": "SHOP/preview", "name_prefix": "shop-pr-"}],
        [
            {"environment": "shop/preview", "name_prefix": "shop-a-"},
            {"environment": "shop/preview", "name_prefix": "shop-b-"},
        ],
    ],
)
def test_a_review_environment_has_one_prefix(listed: list[object]) -> None:
    last = listed[-1]
    name = last["environment"] if isinstance(last, dict) else last
    assert errors({"settings": {"review_environments": listed, "x": 1}}) == (
        f"settings.x: there is no such key. Write one of {KEYS}.",
        f'settings.review_environments: "{name}" is listed twice. Only one prefix can bound what '
        "it writes. Keep one entry.",
    )


def test_an_environment_of_a_long_name_is_shown_in_part() -> None:
    name = f"shop/{'x' * 100}"
    (said,) = errors({"settings": {"review_environments": [name, name]}})
    assert f'"{name[:100]}…" is listed twice' in said


def test_an_empty_object_is_the_strictest() -> None:
    assert read_settings_file(b"{}") == SettingsFile(Settings(), ())
    strict = settings_in({})
    assert (strict.max_session_minutes, strict.trust_policy_characters) == (60, 2048)
    assert strict.write_needs_environment
    assert strict.issuers == ("token.actions.githubusercontent.com",)
    assert (strict.boundaries, strict.boundaries_of("x", [ARN])) == ((), ())
    assert (strict.unreviewed_environments, strict.other_issuers) == ((), ())
    assert (strict.review_environments, strict.accepts("x", "y")) == ({}, False)
    assert (strict.managed_policies_of("x"), strict.state_buckets_closed_to("x")) == ((), ())


def test_a_file_is_read_whole() -> None:
    content = {
        "$schema": "https://example.com/schema.json",
        "exceptions": [{"policy": "x"}, 1],
        "settings": {
            "max_session_minutes": 720,
            "issuers": ["https://git.acme.com/_services/token"],
        },
    }
    for written in (json.dumps(content).encode(), json.dumps(content).encode("utf-16")):
        read = read_settings_file(written)
        assert read.exceptions == ({"policy": "x"}, 1)
        assert read.settings.max_session_minutes == 720
        assert read.settings.issuers == ("git.acme.com/_services/token",)
    most = {"exceptions": [1] * MOST_EXCEPTIONS}
    assert len(read_settings_file(json.dumps(most).encode()).exceptions) == MOST_EXCEPTIONS


def test_entries_are_for_the_roles_that_they_name() -> None:
    settings = settings_in(
        {
            "boundaries": [ARN, {"arn": OTHER, "roles": ["apps"]}],
            "managed_policies": [{"arn": OF_AWS, "roles": ["audit", "plan"]}],
            "state_buckets": ["acme-state", {"bucket": "acme-other", "roles": ["plan"]}],
            "accepted_types": [{"type": "aws:x:Y", "name": "z", "reason": "looked at"}],
            "other_issuers": ["https://gitea.example/_services/token"],
            "review_environments": [
                "shop/demo",
                {"environment": "shop/preview", "name_prefix": "shop-pr-"},
            ],
        }
    )
    assert settings.boundaries == (ARN, OTHER)
    assert settings.boundaries_of("deploy", [ARN, OTHER]) == (ARN,)
    assert settings.boundaries_of("apps", []) == (OTHER,)
    assert settings.managed_policies_of("plan") == (OF_AWS,)
    assert settings.managed_policies_of("deploy") == ()
    assert settings.state_buckets_closed_to("plan") == ("acme-state",)
    assert settings.state_buckets_closed_to("deploy") == ("acme-state", "acme-other")
    assert settings.accepts("aws:x:Y", "z")
    assert not settings.accepts("aws:x:Y", "y")
    assert settings.other_issuers == ("gitea.example/_services/token",)
    assert settings.review_environments == {"shop/demo": "", "shop/preview": "shop-pr-"}


def test_a_setting_has_its_description_and_the_answer_to_a_wrong_value() -> None:
    described = setting("The longest session.", "Write a number.", default=60, alias="minutes")
    assert (described.description, described.default) == ("The longest session.", 60)
    assert (described.json_schema_extra, described.alias) == (
        {"errorMessage": "Write a number."},
        "minutes",
    )


def test_what_a_sentence_quotes_is_cut() -> None:
    assert shortened("x" * 100) == "x" * 100
    assert shortened("x" * 101) == f"{'x' * 100}…"
    assert shortened("abc", 2) == "ab…"
    assert list(unknown_keys("at.", {"a": 1, "b": 2}, ("b", "c"))) == [
        "at.a: there is no such key. Write one of b, c."
    ]
