"""Names that try to be more than names: refused by the settings, wherever a name can stand."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from tests.keyless.estate.reading.sample import Raw, errors, production, role, stack_config

HOSTILE = [
    'a"b',
    "a'b",
    "a`id`",
    "a$(id)",
    "a${aws:username}",
    "a${{ github.token }}",
    "a*",
    "a?",
    "a[b]",
    "a\nb: c",
    "a\r",
    "a\tb",
    "a\0",
    "a\x1b[2J",
    "a</script><script>alert(1)</script>",
    "a<!--",
    "a&amp;",
    "a{{7*7}}",
    "a{% x %}",
    "a; rm -rf ~",
    "a | id",
    "a b",
    "a\\",
    "a#b",
    "a%0a",
    "a,b",
    "a:b:c",
    "../a",
    "a\u200b",
    "\u202ea",
    "\u0430cme",
    "\uff41cme",
    "\u017ftore",
    "\u212aey",
    "",
    " a",
    "a ",
]
"""Quotes, wildcards, substitutions, markup, line ends and look-alikes."""

Spoil = Callable[[Raw, str], None]


def _entry(raw: Raw) -> Any:
    return raw["keyless:repositories"]["storefront"]


def _environment(raw: Raw) -> Any:
    return _entry(raw)["environments"]["production"]


def _owner(raw: Raw, name: str) -> None:
    raw["github:owner"] = name


def _repository(raw: Raw, name: str) -> None:
    raw["keyless:repositories"][name] = {"id": 7}


def _former(raw: Raw, name: str) -> None:
    _entry(raw)["renamed_from"] = [name]


def _named_environment(raw: Raw, name: str) -> None:
    _entry(raw)["environments"][name] = production() | {"roles": {"deploy": role()}}


def _branch(raw: Raw, name: str) -> None:
    _entry(raw)["branches"][name] = {"roles": {"deploy": role()}}


def _function(raw: Raw, name: str) -> None:
    _environment(raw)["roles"][name] = role()


def _variable(raw: Raw, name: str) -> None:
    _environment(raw)["variables"][name] = "x"


def _role_name(raw: Raw, name: str) -> None:
    _environment(raw)["roles"]["deploy"]["role_name"] = name


def _role_path(raw: Raw, name: str) -> None:
    raw["keyless:defaults"]["role_path"] = f"/{name}/"


def _user(raw: Raw, name: str) -> None:
    _environment(raw)["reviewers"] = {"users": [name]}


def _team(raw: Raw, name: str) -> None:
    _environment(raw)["reviewers"] = {"teams": [name]}


def _lambda(raw: Raw, name: str) -> None:
    _environment(raw)["roles"]["deploy"]["permissions"][0]["function"] = name


def _bucket(raw: Raw, name: str) -> None:
    permission = {"preset": "s3-website", "bucket": name}
    _environment(raw)["roles"]["deploy"]["permissions"] = [permission]


def _region(raw: Raw, name: str) -> None:
    raw["aws:region"] = name


def _account(raw: Raw, name: str) -> None:
    raw["aws:allowedAccountIds"] = [name]


def _issuer(raw: Raw, name: str) -> None:
    raw["keyless:issuer"] = f"https://token.actions.githubusercontent.com/{name}"


def _workflow(raw: Raw, name: str) -> None:
    workflow = f"acme/pipelines/.github/workflows/{name}.yml@refs/tags/v1"
    _environment(raw)["roles"]["deploy"]["workflows"] = [workflow]


def _workflow_ref(raw: Raw, name: str) -> None:
    workflow = f"acme/pipelines/.github/workflows/x.yml@refs/tags/{name}"
    _environment(raw)["roles"]["deploy"]["workflows"] = [workflow]


PLACES: list[Spoil] = [
    *[_owner, _repository, _former, _named_environment, _branch, _function, _variable],
    *[_role_name, _role_path, _user, _team, _lambda, _bucket, _region, _account],
    *[_issuer, _workflow, _workflow_ref],
]
TAKEN: dict[Spoil, set[str]] = {
    _role_name: {"a,b"},
    _role_path: {"a,b", "../a"},
    _workflow_ref: {"../a"},
}
"""What is harmless there: IAM takes commas and dots, and a workflow's ref is compared as a text."""


@pytest.mark.parametrize("spoil", PLACES, ids=[place.__name__.strip("_") for place in PLACES])
def test_no_name_means_more_than_itself(spoil: Spoil) -> None:
    taken = set()
    for name in HOSTILE:
        raw = copy.deepcopy(stack_config())
        spoil(raw, name)
        found = errors(raw)
        if not found:
            taken.add(name)
        for sentence in found:
            assert sentence.isprintable()
            assert sentence.endswith(".")
    assert taken == TAKEN.get(spoil, set())


@pytest.mark.parametrize("name", ["a$(id)", "a`id`", "a; id", "a\nid"])
def test_no_command_to_paste_carries_a_hostile_name(name: str) -> None:
    raw = stack_config() | {"github:owner": name}
    del raw["keyless:owner_id"], raw["keyless:repositories"]["storefront"]["id"]
    found = errors(raw)
    assert found[1:] == (
        "keyless:owner_id: missing. Trust is tied to this number, since a name can go to "
        'another repository. Write "keyless:owner_id: NUMBER", as `gh api users/OWNER --jq '
        ".id` prints it.",
        "keyless:repositories.storefront.id: missing. Trust is tied to this number, since a "
        'name can go to another repository. Write "id: NUMBER", as `gh api '
        "repos/OWNER/storefront --jq .id` "
        "prints it.",
    )
