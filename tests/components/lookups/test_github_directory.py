"""What is asked of GitHub, against the stand-in: no engine, and every call is counted."""

from collections.abc import Iterator

import pytest

from components.lookups.github_directory import GithubDirectory, read_github, read_ids
from components.lookups.github_threads import GithubRefusedError, GithubThreads
from components.lookups.reviewers import Questions, Reviewer
from keyless.github_api import GithubApi, api_address
from sandbox.faults import Fault, Kind
from sandbox.github.seed import TOKEN
from sandbox.github.state import OrganisationSecret, Repository
from sandbox.github.state import Reviewer as InForce
from sandbox.world import World, open_world
from tests.keyless.test_github_api import answer, asking

MONA: Reviewer = ("user", "mona")
LEADS: Reviewer = ("team", "storefront-leads")
PLATFORM: Reviewer = ("team", "platform")
ONE: Questions = {"storefront": {"production": frozenset({MONA, LEADS})}}
TWO: Questions = {**ONE, "checkout-api": {"production": frozenset({LEADS, PLATFORM})}}


@pytest.fixture
def world() -> Iterator[World]:
    with open_world() as opened:
        yield opened


def ask(world: World, questions: Questions, owner: str = "acme") -> GithubDirectory:
    world.journal.clear()
    return read_github(threads(world), owner, questions)


def threads(world: World) -> GithubThreads:
    return GithubThreads(GithubApi(TOKEN, api_address(world.github_url)))


def targets(world: World) -> list[str]:
    return [entry.target for entry in world.journal.entries("github")]


def test_one_repository_needs_no_list_of_repositories(world: World) -> None:
    found = ask(world, ONE)
    assert found.reviewers == {MONA: 583231, LEADS: 4101}
    assert "/orgs/acme/repos" not in targets(world)
    assert "/repos/acme/storefront" in targets(world)


def test_several_come_by_lists(world: World) -> None:
    found = ask(world, TWO)
    assert [each and each.repository_id for each in found.repositories.values()] == [
        811223344,
        822334455,
    ]
    asked = targets(world)
    assert {"/orgs/acme/repos", "/orgs/acme/teams", "/orgs/acme/teams/storefront-leads/repos"} <= {
        *asked
    }
    assert not {"/repos/acme/storefront", "/orgs/acme/teams/platform"} & {*asked}


def test_pages_of_a_large_organisation_are_no_detour(world: World) -> None:
    """Two repositories on the third page: two questions are fewer than two pages more."""
    acme, now = world.github.organisation("acme"), world.github.now()
    with world.journal.turn:
        kept = dict(world.github.repositories)
        world.github.repositories.clear()
        for number in range(1, 301):
            world.github.repositories[number] = Repository(
                number, acme, f"r{number}", "private", now
            )
        world.github.repositories |= kept
    found = ask(world, TWO)
    assert all(found.repositories.values())
    assert [target for target in targets(world) if target.endswith("/orgs/acme/repos")] == [
        "/orgs/acme/repos"
    ]
    many: Questions = {f"r{number}": {} for number in range(101, 301)}
    assert all(ask(world, many).repositories.values())
    assert targets(world).count("/orgs/acme/repos") == 4


def test_a_renamed_repository_is_asked_for_by_itself(world: World) -> None:
    found = ask(world, {"shop": {}, "checkout-api": {}})
    renamed = found.repositories["shop"]
    assert renamed is not None
    assert renamed.full_name == "acme/storefront"


def test_reviewers_in_force_are_not_asked_about_again(world: World) -> None:
    with world.journal.turn:
        production = world.github.create_environment(
            world.github.repository("acme/storefront"), "Production"
        )
        production.reviewers = [InForce("User", 583231), InForce("Team", 4101)]
    assert ask(world, ONE).without_access == {"storefront": frozenset()}
    assert not [each for each in targets(world) if "collaborators" in each or "teams/" in each[20:]]
    with world.journal.turn:
        production.reviewers.pop()
        world.github.repository("acme/storefront").teams.clear()
    assert ask(world, ONE).without_access == {"storefront": frozenset({LEADS})}


def test_a_user_owns_repositories_without_lists(world: World) -> None:
    found = ask(world, {"app": {}, "site": {}}, owner="mona")
    assert found.owner is not None
    assert (found.owner.login, found.owner.id, found.owner.plan) == ("mona", 583231, None)
    assert found.repositories == {"app": None, "site": None}


@pytest.mark.parametrize(
    ("visibility", "names"),
    [("all", ("AWS_SECRET",)), ("private", ("AWS_SECRET",)), ("selected", ())],
)
def test_keys_of_the_organisation_count_where_they_serve(
    world: World, visibility: str, names: tuple[str, ...]
) -> None:
    acme, now = world.github.organisation("acme"), world.github.now()
    with world.journal.turn:
        secret = OrganisationSecret("AWS_SECRET", now, now, visibility)  # type: ignore[arg-type]
        acme.secrets = {secret.name: secret, "NPM": OrganisationSecret("NPM", now, now, "selected")}
    assert dict(ask(world, TWO).secrets)["acme (organisation)"] == names
    with world.journal.turn:
        secret.repository_ids.add(822334455)
        world.github.organisation_secrets_readable = False
    listed = [names for place, names in ask(world, TWO).secrets if place == "acme (organisation)"]
    assert listed == [names, ("AWS_SECRET",)]


def test_a_token_that_lists_no_secrets_is_not_asked_for_ever(world: World) -> None:
    world.github.secrets_readable = False
    many: Questions = {f"r{number}": {} for number in range(100)}
    acme, now = world.github.organisation("acme"), world.github.now()
    with world.journal.turn:
        for number in range(100):
            world.github.repositories[number] = Repository(
                number, acme, f"r{number}", "private", now
            )
    assert {names for _, names in ask(world, many).secrets} == {None}
    assert sum(target.endswith("secrets") for target in targets(world)) < 60


def test_missing_ids_are_looked_up(world: World) -> None:
    assert read_ids(threads(world), ["mona", "acme/storefront", "acme/gone"]) == {
        "mona": 583231,
        "acme/storefront": 811223344,
    }


def test_a_refusal_names_the_question_and_the_remedy(world: World) -> None:
    world.faults.add(Fault(kind=Kind.SERVER_ERROR, action="GET", status=502))
    with pytest.raises(GithubRefusedError) as raised:
        ask(world, ONE)
    assert str(raised.value) == (
        'github: "GET /orgs/acme": GitHub answers 502 "Server Error". Without the answer nothing '
        "can be checked against GitHub. See whether this machine reaches GitHub with this token, "
        "and run this again."
    )


def test_an_answer_of_another_shape_is_none_of_githubs() -> None:
    with (
        asking(answer({"login": "acme", "id": "9919"})) as (api, _),
        pytest.raises(GithubRefusedError) as raised,
    ):
        read_github(GithubThreads(api), "acme", {})
    assert str(raised.value).startswith(
        'github: "GET /orgs/acme": the answer is none of GitHub\'s (its id is missing or of '
        "another type). "
    )
