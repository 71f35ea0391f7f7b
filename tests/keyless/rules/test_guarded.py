"""What a resource of a statement is to a role that no grant may change."""

from collections.abc import Sequence

import pytest

from keyless.rules.arns import names_policy, names_role
from keyless.rules.guarded import Guarded, said_of
from tests.keyless.rules.written import ACCOUNT

BOUNDARY = f"{ACCOUNT}:policy/keyless/boundary"
DEPLOY = Guarded("/keyless/deploy", BOUNDARY, frozenset({"/keyless/b", "/keyless/a"}))


@pytest.mark.parametrize(
    ("resource", "says"),
    [
        (f"{ACCOUNT}:role/keyless/deploy", 'the role "deploy" that GitHub reaches'),
        (f"{ACCOUNT}:policy/keyless/b", 'a policy of the role "deploy" that GitHub reaches'),
        (BOUNDARY, 'the boundary of the role "deploy" that GitHub reaches'),
        ("*", 'the role "deploy" that GitHub reaches'),
        (f"{ACCOUNT}:role/keyless/other", None),
        (f"{ACCOUNT}:policy/keyless/c", None),
        (f"{ACCOUNT}:policy", None),
    ],
)
def test_role_policies_and_boundary(resource: str, says: str | None) -> None:
    assert said_of(resource, DEPLOY) == said_of(resource, DEPLOY, own="/keyless/plan") == says


def test_a_role_is_not_given_its_own_name() -> None:
    resource = f"{ACCOUNT}:role/keyless/deploy"
    assert said_of(resource, DEPLOY, own="/keyless/deploy") == "the role itself"


def test_what_is_left_out_is_not_said() -> None:
    asked: list[tuple[object, str, str]] = []

    def spared(names: object, thing: str, home: Sequence[str]) -> bool:
        asked.append((names, thing, ":".join(home)))
        return thing != "/keyless/boundary"

    said = said_of("*", DEPLOY, spared=spared)
    assert said == 'the boundary of the role "deploy" that GitHub reaches'
    home = "arn:aws:iam::222222222222"
    policies = ("/keyless/a", "/keyless/b", "/keyless/boundary")
    assert asked == [
        (names_role, "/keyless/deploy", home),
        *((names_policy, policy, home) for policy in policies),
    ]


@pytest.mark.parametrize("boundary", ["", "boundary"])
def test_a_boundary_that_is_no_arn_is_not_known(boundary: str) -> None:
    guarded = Guarded("/keyless/deploy", boundary, frozenset())
    assert guarded.home == ()
    assert said_of(f"{ACCOUNT}:policy*", guarded) is None
