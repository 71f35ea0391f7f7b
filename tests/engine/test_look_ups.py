"""Each user, team and repository is looked up once a run: the page on look-ups against a run."""

import re
from collections import Counter
from collections.abc import Iterable

import pytest

from sandbox.github.state import GitHubState, OrganisationSecret, Repository, Team
from sandbox.journal import Entry
from sandbox.sample import CHECKOUT
from sandbox.world import STACKS, World
from tests.engine.estate import (
    IDS,
    READ,
    Config,
    entry,
    environment,
    made_by_hand,
    roles,
    stack_config,
)
from tests.engine.stack import Deploy

ISSUER = "token.actions.githubusercontent.com"
OF_A_REPOSITORY = "/repos/{owner}/{repository}"
OF_AN_ENVIRONMENT = f"{OF_A_REPOSITORY}/environments/{{environment}}"
PATTERNS = f"GET {OF_AN_ENVIRONMENT}/deployment-branch-policies"
LABELS = ("production", "staging")
READ_AS_WRITTEN = {
    f"GET {OF_A_REPOSITORY}",
    f"GET {OF_A_REPOSITORY}/actions/variables/{{name}}",
    f"GET {OF_AN_ENVIRONMENT}/variables/{{name}}",
}
"""What the GitHub provider reads for itself."""

TIMES = {
    "once a run": (1, 1),
    "twice a run": (1, 2),
    "once a role that the state lacks": (1, 8),
    "once a hundred": (1, 1),
    "once a hundred of each team": (2, 1),
    "once a user": (1, 1),
    "once a repository": (3, 1),
    "once an environment that exists": (3, 1),
    "once a key for selected repositories": (1, 1),
    "once a user and repository": (3, 1),
    "once a repository with new variables": (1, 1),
    "once an environment that exists, with new variables": (3, 1),
    "once an environment that exists, with new patterns": (3, 1),
    "once a repository with new patterns": (3, 1),
}
"""For `estate`: how many different things are asked about, and how often each."""


def estate() -> Config:
    """Return three repositories that share a reviewer and a team; two share another team.

    `production` exists already; who reviews `staging` has to be asked for.
    """
    reviewers = {"users": ["mona"], "teams": ["platform", "storefront-leads"]}
    reviewed = environment(reviewers=reviewers)
    storefront = entry("storefront", production={**reviewed, "roles": roles("deploy", "migrate")})
    storefront["pull_requests"] = {"roles": roles("plan", permission=READ)}
    less = environment(reviewers={**reviewers, "teams": ["platform"]})
    repositories = {
        "storefront": storefront,
        "checkout-api": entry("checkout-api", production=reviewed),
        "infrastructure": entry("infrastructure", production=less),
    }
    for each in repositories.values():
        environments = each["environments"]
        environments["staging"] = {**environments["production"], "roles": roles("deploy")}
    provider = {"arn": f"arn:aws:iam::222222222222:oidc-provider/{ISSUER}"}
    return stack_config(repositories, oidc_provider=provider)


def test_a_run_asks_what_the_page_lists(deploy: Deploy, world: World) -> None:
    with world.journal.turn:
        world.aws.iam(STACKS["prod"]).create_open_id_connect_provider(
            f"https://{ISSUER}", [], ["sts.amazonaws.com"], []
        )
        for name in IDS:
            teams = (4103,) if name == "infrastructure" else (4103, 4101)
            made_by_hand(world.github, f"acme/{name}", teams=teams)
        now = world.github.now()
        key = OrganisationSecret("AWS_ACCESS_KEY_ID", now, now, "selected")
        world.github.organisation("acme").secrets[key.name] = key
    stack = deploy(estate())
    at_preview = table("A preview")
    stack.succeed("preview")
    asked = calls(world.journal.entries(), at_preview)
    assert {call: shape(asked[call]) for call in at_preview} == {
        call: TIMES[how_often] for call, how_often in at_preview.items()
    }
    assert asked.keys() == at_preview.keys()

    world.journal.clear()
    stack.unjudged.up()
    besides = table("What an `up` asks besides")
    reads = [each for each in world.journal.entries("github") if not each.change]
    asked = calls(reads, [*at_preview, *besides, *READ_AS_WRITTEN])
    environments = [f"{name}/environments/{label}" for name in IDS for label in LABELS]
    assert {call: asked[call] for call in besides} == {
        f"GET {OF_AN_ENVIRONMENT}": {
            f"GET /repos/acme/{each}": 1 + granted(each) for each in environments
        },
        PATTERNS: {
            f"GET /repos/acme/{each}/deployment-branch-policies": 1 + each.endswith("production")
            for each in environments
        },
    }


def granted(environment: str) -> int:
    """Return how many roles of an environment of `estate` get a policy."""
    return 2 if environment == "storefront/environments/production" else 1


def test_one_repository_is_asked_about_without_lists(deploy: Deploy, world: World) -> None:
    only = environment(reviewers={"teams": ["platform"]})
    stack = deploy(stack_config({"storefront": entry("storefront", production=only)}))
    world.github.organisation_secrets_readable = False
    stack.unjudged.succeed("preview")
    single = table("Instead of a list")
    asked = calls(world.journal.entries(), [*table("A preview"), *single])
    assert {call: shape(asked[call]) for call in single} == dict.fromkeys(single, (1, 1))
    lists = {f"GET {of_owner}" for of_owner in ("/orgs/{owner}/repos", "/orgs/{owner}/teams")}
    assert not lists & asked.keys()


@pytest.mark.parametrize("size", [5, pytest.param(40, marks=pytest.mark.long)])
def test_what_is_in_place_is_asked_about_four_times(
    deploy: Deploy, world: World, size: int
) -> None:
    """A team each: nothing can be shared between the repositories."""
    stack = deploy(stack_config(with_a_team_each(world.github, size)))
    stack.unjudged.up()
    world.journal.clear()
    stack.assert_unchanged()
    assert world.journal.count("github") <= 4 * size + 40
    in_place = world.journal.count("github") - 4 * size
    world.github.organisation_secrets_readable = False
    world.journal.clear()
    stack.assert_unchanged()
    assert world.journal.count("github") == 5 * size + in_place


def with_a_team_each(github: GitHubState, size: int) -> Config:
    """Add repositories and teams to GitHub, and return their entries, one environment each."""
    acme, config = github.organisation("acme"), {}
    for number in range(size):
        name = f"service-{number:03d}"
        team = Team(50_000 + number, acme, f"team-{number:03d}", name, github.now())
        repository = Repository(900_000_000 + number, acme, name, "private", github.now())
        repository.teams[team.id] = "write"
        github.teams[team.id] = team
        github.repositories[repository.id] = repository
        production = environment(reviewers={"teams": [team.slug]})
        config[name] = {"id": repository.id, "environments": {"production": production}}
    return config


def table(heading: str) -> dict[str, str]:
    """Return the calls of the table below a heading of the page, and how often each is made."""
    page = (CHECKOUT / "docs" / "look-ups.md").read_text()
    section = page.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    return dict(re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, flags=re.MULTILINE))


def calls(entries: Iterable[Entry], listed: Iterable[str]) -> dict[str, Counter[str]]:
    """Count the different calls for each listed one; every call has to be listed."""
    found: dict[str, Counter[str]] = {}
    patterns = {call: re.compile(re.sub(r"\{\w+\}", "[^/]+", call)) for call in listed}
    for each in entries:
        made = f"{each.action} {each.target}" if each.side == "github" else aws_call(each)
        fitting = [call for call, pattern in patterns.items() if pattern.fullmatch(made)]
        assert fitting, f"{made} is not listed"
        found.setdefault(fitting[0], Counter())[made] += 1
    return found


def aws_call(each: Entry) -> str:
    return f"{'sts' if each.action == 'GetCallerIdentity' else 'iam'}:{each.action}"


def shape(asked: Counter[str]) -> tuple[int, int]:
    (times,) = set(asked.values())
    return len(asked), times
