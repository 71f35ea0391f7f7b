"""Settings of a stack, read by the running pack."""

import json

import pytest

from policypack.settings import MOST_EXCEPTIONS, Settings, SettingsError, read_settings, settings_of
from tests.policypack import estate
from tests.policypack.analyzer import Pack


def errors_of(content: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        read_settings(content.encode())
    return caught.value.errors


def test_empty_object_means_the_strictest_settings() -> None:
    assert read_settings(b"{}") == Settings()


@pytest.mark.parametrize(
    ("content", "errors"),
    [
        ("", ("it is not JSON: Expecting value: line 1 column 1 (char 0). Write one object.",)),
        (
            '{"settings": {}, "settings": {}}',
            ('duplicate key "settings". Readers differ on which of the two counts. Keep one.',),
        ),
        ("[]", ("it holds no object. Write {} for the strictest settings.",)),
        (
            '{"setting": {}}',
            ("setting: there is no such key. Write one of settings, exceptions.",),
        ),
        ('{"settings": []}', ("settings: it is no object. Write an object of settings.",)),
        ('{"exceptions": {}}', ("exceptions: it is no list. Write a list of exceptions.",)),
        (
            '{"settings": {"max_session_minutes": true, "boundaries": "x", "managed": []}}',
            (
                "settings.managed: there is no such key. Write one of max_session_minutes, "
                "boundaries, unreviewed_environments, review_environments, managed_policies, "
                "write_needs_environment, accepted_types.",
                "settings.max_session_minutes: true, a session lasts 15 to 720 minutes. Write a "
                "whole number in that range.",
                'settings.boundaries: "x" is no list of texts. Write a list of texts.',
            ),
        ),
        (
            '{"settings": {"max_session_minutes": 721}}',
            (
                "settings.max_session_minutes: 721, a session lasts 15 to 720 minutes. Write a "
                "whole number in that range.",
            ),
        ),
        (
            '{"settings": {"write_needs_environment": "no"}}',
            (
                'settings.write_needs_environment: "no" is neither true nor false. '
                "Write one of them.",
            ),
        ),
        (
            '{"settings": {"boundaries": ["*"], "unreviewed_environments": ["production"], '
            '"managed_policies": ["arn:aws:iam::aws:policy/*"]}}',
            (
                'settings.boundaries: "*" is no ARN of a policy that an account manages. Write it '
                "whole, without wildcards.",
                'settings.unreviewed_environments: "production" is no environment. Write '
                "REPOSITORY/ENVIRONMENT.",
                'settings.managed_policies: "arn:aws:iam::aws:policy/*" is no ARN of a policy. '
                "Write it whole, without wildcards.",
            ),
        ),
        (
            '{"settings": {"accepted_types": [{"type": "aws:cloudformation/stack:Stack"}, "x"]}}',
            (
                'settings.accepted_types[0]: {"type": "aws:cloudformation/stack:Stack"} is no '
                'accepted resource. Write {"type": …, "name": …, "reason": …}, a text each.',
                'settings.accepted_types[1]: "x" is no accepted resource. Write {"type": …, '
                '"name": …, "reason": …}, a text each.',
            ),
        ),
    ],
)
def test_every_error_of_a_file_is_said(content: str, errors: tuple[str, ...]) -> None:
    assert errors_of(content) == errors


def test_a_resource_is_accepted_by_type_and_name() -> None:
    entry = {"type": "aws:cloudformation/stack:Stack", "name": "network", "reason": "no IAM"}
    settings = read_settings(json.dumps({"settings": {"accepted_types": [entry]}}).encode())
    assert settings.accepts(entry["type"], "network")
    assert not settings.accepts(entry["type"], "other")
    assert not settings.accepts("aws:cloudformation/stackSet:StackSet", "network")


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
            f'settings.max_session_minutes: "{CUT[1:]}, a session lasts 15 to 720 minutes. Write '
            "a whole number in that range.",
        ),
        (
            f'{{"settings": {{"write_needs_environment": "{LONG}"}}}}',
            f'settings.write_needs_environment: "{CUT[1:]} is neither true nor false. Write one '
            "of them.",
        ),
        (
            f'{{"settings": {{"boundaries": "{LONG}"}}}}',
            f'settings.boundaries: "{CUT[1:]} is no list of texts. Write a list of texts.',
        ),
        (
            f'{{"settings": {{"boundaries": ["{LONG}"]}}}}',
            f'settings.boundaries: "{CUT}" is no ARN of a policy that an account manages. Write it '
            "whole, without wildcards.",
        ),
    ],
    ids=["twice", "key", "minutes", "needs", "no-list", "entry"],
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
        ({"policy": LONG}, f"{CUT} has no exceptions."),
        (
            {"policy": "trust-effective", "verdict": LONG},
            f"trust-effective has no exceptions for {CUT}.",
        ),
        ({"expires": LONG}, f'expires is "{CUT[1:]}, no day like 2027-03-31.'),
    ],
    ids=["key", "policy", "verdict", "expires"],
)
def test_what_an_exceptions_error_quotes_is_cut(entry: dict[str, str], error: str) -> None:
    assert errors_of_exception(entry) == (error,)


def test_nobody_approves_by_a_text_that_nobody_sees() -> None:
    entry = {"approver": "\u200b", "reason": " \u202e"}
    (read,) = read_settings(json.dumps({"exceptions": [entry]}).encode()).exceptions
    assert {"It lacks approver.", "It lacks reason."} <= set(read.errors)


def test_a_policy_of_aws_is_no_boundary() -> None:
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    assert errors_of(json.dumps({"settings": {"boundaries": [arn]}})) == (
        f'settings.boundaries: "{arn}" is no ARN of a policy that an account manages. Write it '
        "whole, without wildcards.",
    )


def test_an_exception_tells_its_first_errors() -> None:
    errors = errors_of_exception({f"key{number}": 1 for number in range(30_000)})
    assert errors[:20] == tuple(f"There is no key key{number}." for number in range(20))
    assert errors[20:] == ("There are 29988 further errors.",)


def test_more_exceptions_than_anybody_reviews_are_an_error_of_the_file() -> None:
    most = json.dumps({"exceptions": [{}] * MOST_EXCEPTIONS})
    assert len(read_settings(most.encode()).exceptions) == 2000
    assert errors_of(json.dumps({"exceptions": [{}] * 2001})) == (
        "exceptions: it holds 2001, and nobody reviews so many. Keep 2000 at most.",
    )


def test_the_projects_own_stacks_have_settings() -> None:
    for stack in ("staging", "prod"):
        assert settings_of(stack).errors == ()
        assert settings_of(stack).boundaries


@pytest.mark.parametrize("stack", ["", "..", "../config/prod", "/etc/passwd", "PROD", "prod.json"])
def test_no_name_of_a_stack_reaches_another_file(stack: str) -> None:
    assert settings_of(stack) == Settings()


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
            f"{error} Until then the strictest settings hold.",
        )
    ]


def test_broken_file_leaves_the_strictest_settings(pack: Pack) -> None:
    stack = pack.configured('{"settings": {"max_session_minutes": 720}, "more": 1}')
    assert len(pack.says("role-session-limited", estate.role(maxSessionDuration=43200), stack)) == 1
