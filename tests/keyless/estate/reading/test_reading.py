"""Tests of reading a config as a whole: everything at once, and never a stack trace."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyless.estate.reading import SettingsError, read_settings
from keyless.estate.settings import Reviewers
from tests.keyless.estate.reading.sample import (
    ENTRY,
    PRODUCTION,
    Raw,
    errors,
    pages,
    production,
    read,
    role,
    spoiled,
    stack_config,
)


def test_a_config_with_every_key_is_read() -> None:
    settings = read(stack_config())
    environment = settings.repositories["storefront"].environments["production"]
    assert (settings.stack, settings.owner, settings.owner_id) == ("prod", "acme", 9919)
    assert (settings.region, settings.account) == ("eu-west-1", "222222222222")
    assert settings.partition.name == "aws"
    assert settings.issuer.url == "https://token.actions.githubusercontent.com"
    assert settings.creates_oidc_provider
    assert settings.oidc_provider_arn == (
        "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"
    )
    assert settings.creates_permissions_boundary
    assert settings.permissions_boundary_arn == (
        "arn:aws:iam::222222222222:policy/keyless/keyless-boundary"
    )
    assert not settings.refuses_static_keys
    assert settings.defaults.tags == {"team": "platform"}
    assert list(settings.repositories) == ["storefront", "pages"]
    assert environment.deploy_from.branches == ("main",)
    assert environment.reviewers == Reviewers(users=("mona",), teams=("storefront-leads",))
    assert environment.wait_minutes == 10
    assert list(environment.roles) == ["deploy", "migrate"]
    assert settings.repositories["storefront"].protected_branches["main"].approvals == 1


@pytest.mark.parametrize("key", ["keyless:repositories", "keyless:owner_id", "github:owner"])
def test_a_secret_is_refused_and_not_repeated(key: str) -> None:
    raw = stack_config() | {key: "canary"}
    with pytest.raises(SettingsError) as refused:
        read_settings(raw, stack="prod", root=Path("/nowhere"), secret_keys=[key, "github:token"])
    assert refused.value.errors == (
        f"{key}: a secret. Settings end in plain text: in the state, in "
        "policies, in variables that every job can read. Write it without --secret, and keep "
        "secrets in the environment's secrets on GitHub or in AWS Secrets Manager.",
    )


def test_secrets_of_other_programs_are_left_alone() -> None:
    raw = stack_config() | {"datadog:apiKey": "canary"}
    assert read_settings(raw, stack="prod", root=Path("/nowhere"), secret_keys=["datadog:apiKey"])


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            '{"a": {"id": 1}, "a": {"id": 2}}',
            'duplicate key "a". Readers differ on which of the two counts. Keep one.',
        ),
        (
            '{"a": {"id": 1, "x": "\\ud800"}}',
            "half a character, such as \\ud800. It cannot be written anywhere. Write whole "
            "characters.",
        ),
    ],
)
def test_text_that_could_mean_two_things_is_refused(text: str, sentence: str) -> None:
    raw = stack_config() | {"keyless:repositories": text}
    assert errors(raw) == (f"keyless:repositories: {sentence}",)


def test_what_is_left_out_is_safe() -> None:
    raw = stack_config()
    for key in ("oidc_provider", "permissions_boundary", "defaults", "static_keys"):
        del raw[f"keyless:{key}"]
    settings = read(raw)
    preview = settings.repositories["pages"].environments["preview"]
    assert settings.creates_oidc_provider
    assert settings.creates_permissions_boundary
    assert (settings.defaults.session_minutes, settings.defaults.role_path) == (60, "/keyless/")
    assert not preview.admins_bypass
    assert not preview.reviewers
    assert not preview.self_review_prevented
    assert preview.wait_minutes == 0


def test_self_review_is_prevented_where_there_are_reviewers() -> None:
    raw = stack_config()
    environment = raw["keyless:repositories"]["storefront"]["environments"]["production"]
    del environment["prevent_self_review"]
    assert _production(raw).self_review_prevented
    environment["prevent_self_review"] = False
    assert not _production(raw).self_review_prevented


def _production(raw: Raw) -> Any:
    return read(raw).repositories["storefront"].environments["production"]


def test_referenced_provider_and_boundary_are_not_created() -> None:
    raw = stack_config()
    provider = "arn:aws:iam::222222222222:oidc-provider/token.actions.githubusercontent.com"
    raw["keyless:oidc_provider"] = {"arn": provider}
    raw["keyless:permissions_boundary"] = {"arn": "arn:aws:iam::222222222222:policy/bounds"}
    settings = read(raw)
    assert not settings.creates_oidc_provider
    assert settings.oidc_provider_arn == provider
    assert not settings.creates_permissions_boundary
    assert settings.permissions_boundary_arn == "arn:aws:iam::222222222222:policy/bounds"


def test_settings_cannot_be_changed() -> None:
    settings = read(stack_config())
    with pytest.raises(ValueError, match="frozen"):
        settings.repositories["storefront"].id = 1


def test_json_text_and_decoded_values_read_alike() -> None:
    raw = stack_config()
    as_text = {k: v if isinstance(v, str) else json.dumps(v) for k, v in raw.items()}
    assert read(as_text) == read(raw)


def test_an_owner_of_digits_is_text() -> None:
    assert read(spoiled("github:owner", 1234)).owner == "1234"


def test_keys_of_other_programs_are_left_alone() -> None:
    raw = stack_config() | {"github:legacyClient": "false", "other:key": "y"}
    assert read(raw).owner == "acme"


def test_what_is_wrong_in_several_places_is_said_at_once() -> None:
    raw = stack_config() | {"keyless:static_keys": "refuze", "keyless:typo": 1}
    raw["keyless:defaults"]["session_minutes"] = 5
    storefront = raw["keyless:repositories"]["storefront"]
    storefront["environments"]["production"]["reviewers"] = None
    storefront["environments"]["production"]["roles"]["deploy"]["permissions"] = [{"preset": "x"}]
    raw["keyless:repositories"]["pages"]["id"] = "855667788"
    raw["keyless:repositories"]["new"] = {"environments": {"production": production()}}
    found = errors(raw)
    assert [sentence.partition(": ")[0] for sentence in found] == [
        "keyless:defaults.session_minutes",
        "keyless:static_keys",
        "keyless:typo",
        f"{PRODUCTION}.reviewers",
        f"{PRODUCTION}.roles.deploy.permissions[0]",
        "keyless:repositories.pages.id",
        "keyless:repositories.new.id",
    ]


def test_what_lies_between_entries_is_said_once_each_is_right() -> None:
    raw = stack_config()
    raw["keyless:repositories"]["storefront"]["renamed_from"] = ["pages"]
    raw["keyless:repositories"]["new"] = {
        "branches": {"a/b": {"roles": {"deploy": role()}}, "a-b": {"roles": {"deploy": role()}}},
    }
    assert [sentence.partition(": ")[0] for sentence in errors(raw)] == [
        "keyless:repositories.new.id",
        f"{ENTRY}.renamed_from[0]",
    ]
    raw["keyless:repositories"]["new"]["id"] = 855667789
    assert [sentence.partition(": ")[0] for sentence in errors(raw)] == [
        f"{ENTRY}.renamed_from[0]",
        "keyless:repositories.new.branches.a-b.roles.deploy",
        "keyless:repositories.new.branches.a-b.roles.deploy",
    ]


def test_what_does_not_fit_the_stack_is_said_beside_faulty_entries() -> None:
    raw = spoiled("environments/production/region", "cn-north-1")
    raw["keyless:repositories"]["pages"]["id"] = "855667788"
    assert [sentence.partition(": ")[0] for sentence in errors(raw)] == [
        "keyless:repositories.pages.id",
        f"{PRODUCTION}.region",
    ]


def test_no_stand_in_shows_in_a_sentence() -> None:
    raw = stack_config()
    for key in ("github:owner", "keyless:owner_id", "aws:region", "aws:allowedAccountIds"):
        del raw[key]
    assert errors(raw) == (
        "github:owner: missing. The GitHub organisation or user that owns the repositories. Write "
        "for example github:owner: acme.",
        "aws:region: missing. The region of the roles' work, unless an environment says another. "
        "Write for example aws:region: eu-west-1.",
        "aws:allowedAccountIds: missing. The one AWS account of the stack; any other is refused. "
        "Write for example aws:allowedAccountIds: ['222222222222'].",
        "keyless:owner_id: missing. Trust is tied to this number, since a name can go to "
        'another repository. Write "keyless:owner_id: NUMBER", as `gh api users/OWNER --jq '
        ".id` prints it.",
    )


def test_a_missing_id_is_answered_with_the_line_to_paste() -> None:
    raw = stack_config()
    del raw["keyless:owner_id"], raw["keyless:repositories"]["storefront"]["id"]
    del raw["keyless:repositories"]["pages"]["id"]
    with pytest.raises(SettingsError) as refused:
        read(raw)
    assert [missing.subject for missing in refused.value.missing_ids] == [
        "acme",
        "acme/storefront",
        "acme/pages",
    ]
    answered = refused.value.answered({"acme": 9919, "acme/storefront": 811223344})
    assert str(answered) == (
        "keyless:owner_id: missing. Trust is tied to this number, since a name can go to "
        "another repository. If the acme of today is the one you mean, write "
        '"keyless:owner_id: 9919".\n'
        f"{ENTRY}.id: missing. Trust is tied to this number, since a name can go to another "
        "repository. "
        'If the acme/storefront of today is the one you mean, write "id: 811223344".\n'
        "keyless:repositories.pages.id: missing. Trust is tied to this number, since a name "
        'can go to another repository. Write "id: NUMBER", as `gh api repos/acme/pages --jq '
        ".id` prints it."
    )


def test_a_config_without_repositories_takes_no_access_away_by_mistake() -> None:
    raw = stack_config()
    del raw["keyless:repositories"]
    assert errors(raw) == (
        "keyless:repositories: missing. Without it the stack would take all access away. Write "
        "the repositories, {} for none, or name files in keyless:catalogue.",
    )
    assert read(raw | {"keyless:repositories": {}}).repositories == {}


def test_names_with_dots_are_quoted_in_places() -> None:
    raw = spoiled("keyless:repositories/.github", {"id": 0})
    assert errors(raw)[0].startswith('keyless:repositories[".github"].id: 0 is out of range.')


def test_nesting_has_an_end() -> None:
    value: object = 1
    for _ in range(5000):
        value = [value]
    found = errors(spoiled("environments/production/wait_minutes", value))
    assert found[0].startswith(f"{PRODUCTION}.wait_minutes[0][0]")
    assert found[0].endswith(
        ": nested 40 deep. Nothing reads that far down. Write what is meant there."
    )


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=8) | st.integers() | st.booleans(), inner, max_size=3)
    ),
    max_leaves=8,
)

PLACES = [
    "keyless:owner_id",
    "keyless:issuer",
    "keyless:oidc_provider",
    "keyless:permissions_boundary",
    "keyless:defaults",
    "keyless:static_keys",
    "keyless:repositories",
    "keyless:repositories/storefront",
    "keyless:catalogue",
    "aws:region",
    "aws:allowedAccountIds",
    "github:owner",
    "id",
    "environments",
    "environments/production",
    "environments/production/deploy_from",
    "environments/production/reviewers",
    "environments/production/variables",
    "environments/production/roles",
    "environments/production/roles/deploy",
    "environments/production/roles/deploy/permissions",
    "environments/production/roles/deploy/permissions/0",
    "branches",
    "pull_requests",
    "protected_branches",
    "renamed_from",
]


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(PLACES), PLAIN)
def test_whatever_yaml_can_hold_is_read_or_refused_in_whole_sentences(
    path: str, value: object
) -> None:
    for sentence in errors(spoiled(path, value)):
        where, found, rest = sentence.partition(": ")
        assert where
        assert found
        assert rest.endswith(".")
        assert "pydantic" not in sentence
        assert "Input should" not in sentence
        assert sentence.isprintable()


def test_a_thousand_repositories_are_checked_within_a_second_of_work() -> None:
    raw = stack_config()
    raw["keyless:repositories"] = {
        f"service-{number}": {
            "id": 900_000_000 + number,
            "environments": {"production": _service(), "preview": _service()},
            "pull_requests": {"roles": {"plan": role()}},
            "protected_branches": {"main": {"approvals": 1}},
        }
        for number in range(1000)
    }
    read(stack_config())  # loads IAM's catalogue, once a process
    assert any(_seconds_of_work(raw) < 1 for _ in range(3))


def _seconds_of_work(raw: Raw) -> float:
    """Time one reading; on a shared machine one of several tells what it costs."""
    start = time.process_time()
    settings = read(raw)
    seconds = time.process_time() - start
    assert len(settings.repositories) == 1000
    return seconds


def _service() -> Raw:
    environment: Raw = pages()["environments"]["preview"]
    return environment | {"reviewers": {"users": ["mona"], "teams": ["platform"]}}


def test_reading_needs_no_file_without_a_catalogue(tmp_path: Path) -> None:
    assert read(stack_config(), root=tmp_path / "missing").owner == "acme"
