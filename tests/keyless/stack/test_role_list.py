"""Every way in which an output can differ from what the project writes is one sentence."""

import pytest

from keyless.command_line.errors import CommandError
from keyless.stack.role_list import read_roles
from tests.keyless.data import entries

END = (
    "So it is not what this version of the project writes, and nothing in it can be relied on. "
    "Hand in what `pulumi stack output access --json` prints, unchanged."
)


def refusal(access: object) -> str:
    with pytest.raises(CommandError) as refused:
        read_roles("prod.json", access)
    return str(refused.value)


def test_sample_is_read_whole() -> None:
    assert [role.context for role in read_roles("prod.json", entries())] == [
        "environment/production",
        "environment/production",
        "pull_requests",
        "environment/production",
        "environment/production",
        "pull_requests",
    ]


def test_no_roles_are_no_error() -> None:
    assert read_roles("prod.json", []) == ()


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"session_minutes": "60"}, '.session_minutes is "60", a whole number is expected'),
        ({"session_minutes": True}, ".session_minutes is true, a whole number is expected"),
        ({"session_minutes": 0}, ".session_minutes is 0, a number of at least 15 is expected"),
        ({"account": "1234"}, '.account is "1234", an account id of 12 digits is expected'),
        ({"owner": "ac/me"}, '.owner is "ac/me", a GitHub owner is expected'),
        (
            {"context": "environment/"},
            '.context is "environment/", environment/NAME, branch/NAME, pull_requests or '
            "whole_repository is expected",
        ),
        (
            {"context": "environment/a\u202eb"},
            '.context is "environment/a\\u202eb", text without control or invisible characters '
            "is expected",
        ),
        (
            {"role_arn": "arn:aws:iam::222222222222:user/mona"},
            '.role_arn is "arn:aws:iam::222222222222:user/mona", the ARN of a role is expected',
        ),
        (
            {"role_arn": "arn:aws:iam::111111111111:role/a"},
            " does not agree with itself, a role_arn of its own partition and account is expected",
        ),
        (
            {"approval": None},
            " does not agree with itself, an approval is expected for an environment, and for "
            "nothing else",
        ),
        ({"subjects": []}, ".subjects is [], at least one entry is expected"),
        ({"subjects": "repo:acme"}, '.subjects is "repo:acme", a list is expected'),
        (
            {"subjects": ["repo:acme/app:pull_request", "\x1b[2J"]},
            '.subjects[1] is "\\u001b[2J", text without control or invisible characters is '
            "expected",
        ),
        ({"permissions": [3]}, ".permissions[0] is 3, a mapping is expected"),
        (
            {"permissions": [{"preset": "p", "summary": "s", "access": "root"}]},
            ".permissions[0].access is \"root\", 'read', 'write' or 'permissions' is expected",
        ),
        ({"extra": 1}, ' has "extra", which is unknown'),
        ({"variable": "A B"}, '.variable is "A B", a variable\'s name is expected'),
        (
            {"workflows": ["migrate.yml"]},
            '.workflows[0] is "migrate.yml", OWNER/REPOSITORY/.github/workflows/FILE@REF is '
            "expected",
        ),
    ],
)
def test_spoiled_field(changes: dict[str, object], found: str) -> None:
    separator = "" if found.startswith(" ") else ", "
    found = found.removeprefix(".")
    access = [entries()[0], {**entries()[1], **changes}]
    assert refusal(access) == f"prod.json: role 2{separator}{found}. {END}"


def test_missing_field() -> None:
    entry = entries()[0]
    del entry["owner_id"]
    assert refusal([entry]) == f'prod.json: role 1 lacks "owner_id". {END}'


def test_first_wrong_entry_of_a_list_stands_for_the_others() -> None:
    found = refusal([{**entries()[0], "branches": ["main", *range(1000)]}])
    assert found == f"prod.json: role 1, branches[1] is 0, text is expected. {END}"


@pytest.mark.parametrize("part", ["role", "approval"])
def test_more_names_than_are_worth_an_error_each(part: str) -> None:
    entry, where = entries()[0], ""
    names = {f"a{number}": 1 for number in range(200)}
    if part == "approval":
        entry["approval"], where = names, ", approval"
    else:
        entry = names
    expected = f"prod.json: role 1{where} has 200 names, most of them unknown. {END}"
    assert refusal([entry]) == expected


def test_several_errors_are_counted() -> None:
    found = refusal([{**entries()[0], "account": 1, "region": "x"}])
    assert found == f"prod.json: role 1, account is 1, text is expected (and 1 more). {END}"


@pytest.mark.parametrize(
    ("access", "found"),
    [
        ({"a": 1}, 'the output "access" is {"a": 1}, a list is expected'),
        ("x" * 99, f'the output "access" is "{"x" * 56}..., a list is expected'),
        ([7], "role 1 is 7, a mapping is expected"),
    ],
)
def test_other_shape(access: object, found: str) -> None:
    assert refusal(access) == f"prod.json: {found}. {END}"
