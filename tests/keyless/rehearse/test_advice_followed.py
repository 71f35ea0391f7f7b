"""The advice on a refused token, followed: it leads past the environment and the settings.

Every ref and job is presented to every role of every stack here, as GitHub would mint its token.
What the sentences say is done, each alternative by itself, and the token minted anew.
"""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import cache
from itertools import product
from typing import Any

import pytest

from keyless.estate.access_output import access_output
from keyless.estate.composed_roles import as_typed, compose_roles
from keyless.ref_patterns import admits_any, sample
from keyless.rehearse.presented import present
from keyless.rehearse.roles import RehearsedRole
from keyless.stack.role import Role
from keyless.trust import judge
from tests.keyless.estate.reading.sample import Raw, production, read, role, stack_config

pytestmark = pytest.mark.usefixtures("judged_once")

MAIN = "refs/heads/main"
QUEUED = "refs/heads/gh-readonly-queue/main/pr-7-0a1b"
PULLED = "refs/pull/7/merge"
REFS = [
    MAIN,
    "refs/heads/feature/x",
    "refs/heads/release/2",
    "refs/heads/release/2/x",
    "refs/heads/dependabot/npm_and_yarn/@types/node-20",
    "refs/heads/c++",
    "refs/heads/feat/{x}",
    "refs/heads/!urgent",
    "refs/heads/refs/heads/main",
    "refs/heads/refs/pull/7/merge",
    "refs/heads/büro",
    f"refs/heads/{'x' * 250}",
    QUEUED,
    "refs/heads/gh-readonly-queue/release/2/pr-8-0a1b",
    "refs/heads/gh-readonly-queue/c++/pr-9-0a1b",
    "refs/heads/gh-readonly-queue/main",
    "refs/tags/v1",
    "refs/tags/1.0",
    "refs/tags/v1.0+build",
    PULLED,
]
JOBS = [None, "production", "Production", "preview", "elsewhere"]
DEPLOY_FROM: list[dict[str, list[str]]] = [
    {"branches": ["main"]},
    {"branches": ["main", "develop"]},
    {"branches": ["release/*"]},
    {"branches": ["main"], "tags": ["v*"]},
    {"tags": ["v1"]},
    {"branches": ["main"], "merge_queue": ["main"]},
]


@dataclass(frozen=True)
class Run:
    """A job of storefront: its ref, the environment that it names, and where it is defined."""

    ref: str
    environment: str | None
    workflow: str = "acme/storefront/.github/workflows/deploy.yml@refs/heads/main"

    @property
    def claims(self) -> dict[str, str]:
        context = f"ref:{self.ref}"
        if self.environment:
            context = f"environment:{self.environment}"
        elif self.ref.startswith("refs/pull/"):
            context = "pull_request"
        named = {"environment": self.environment} if self.environment else {}
        return {
            "iss": "https://token.actions.githubusercontent.com",
            "aud": "sts.amazonaws.com",
            "sub": f"repo:acme/storefront:{context}",
            "repository": "acme/storefront",
            "repository_id": "811223344",
            "repository_owner_id": "9919",
            "ref": self.ref,
            "job_workflow_ref": self.workflow,
            **named,
        }


def stack(deploy_from: Mapping[str, Any]) -> Raw:
    environment = production()
    environment["deploy_from"] = deploy_from
    return {
        **stack_config(),
        "keyless:repositories": {
            "storefront": {
                "id": 811223344,
                "environments": {"production": environment},
                "review_environments": {
                    "preview": {
                        "reviewers": {"users": ["mona"]},
                        "name_prefix": "shop-pr-",
                        "roles": {
                            "deploy": {
                                "permissions": [{"preset": "s3-website", "bucket": "shop-pr-site"}]
                            }
                        },
                    }
                },
                "branches": {"develop": {"roles": {"deploy": role()}}},
                "pull_requests": {"roles": {"plan": role()}},
            }
        },
    }


def roles_of(config: Raw) -> dict[str, RehearsedRole]:
    settings = read(config)
    composed = compose_roles(settings, as_typed(settings))
    described = [Role.model_validate(each) for each in access_output(settings, composed)]
    return {
        each.resource_name: RehearsedRole(
            name=each.role_name,
            arn=each.role_arn,
            resource=each.resource_name,
            judgement=judge(each.trust_policy),
            described=entry,
        )
        for each, entry in zip(composed, described, strict=True)
    }


def admits(environment: str | None, ref: str, roles: Mapping[str, RehearsedRole]) -> bool:
    """Tell whether GitHub starts the job: names of environments have no letter case there."""
    for each in roles.values():
        entry = each.described
        if entry and entry.context.casefold() == f"environment/{environment}".casefold():
            kind, _, name = ref.removeprefix("refs/").partition("/")
            if kind == "tags":
                return admits_any(entry.tags, name)
            return admits_any(entry.branches, name if kind == "heads" else ref)
    return True


def advice_of(run: Run, asked: RehearsedRole) -> tuple[str, ...] | None:
    """Return what is said about a refused token, None for one that gets in."""
    (presented,) = present([asked], run.claims)
    return None if presented.ruling.admitted else presented.advice


def followed(run: Run, advice: tuple[str, ...]) -> Iterator[tuple[Run, str]]:
    """Yield the job changed as the sentences say, with the setting to write, or ""."""
    said = " ".join(advice)
    if found := re.search(r"`environment: (\S+)`|the role is for \"([^\"]+)\"\. Change", said):
        run = replace(run, environment=found[1] or found[2])
    if "Leave `environment` out" in said:
        run = replace(run, environment=None)
    if found := re.search(r"The role wants (\S+): call that", said):
        run = replace(run, workflow=found[1])
    there = [run.ref]
    if found := re.search(r"role is for ((?:refs/\S+?(?: or )?)+): run it", said):
        there = found[1].split(" or ")
    elif "takes pull requests alone: run it there" in said:
        there = [PULLED]
    elif found := re.search(r" takes (the .+?) alone: run it there", said):
        named = re.findall(r'the (branch|tag) "([^"]+)"', found[1])
        prefix = {"branch": "refs/heads/", "tag": "refs/tags/"}
        there = [prefix[kind] + sample(pattern) for kind, pattern in named]
    elif found := re.search(
        r"the role is for (?:ref:)?(\S+?)\.? (?:Run it there|Leave .*it there)", said
    ):
        there = [PULLED if found[1] == "pull_request" else found[1]]
    for ref in there:
        yield replace(run, ref=ref), ""
    if found := re.search(r"or (add the branch|add the tag|write the queue's base branch)", said):
        yield run, found[1]


def with_setting(config: Raw, setting: str, ref: str) -> Raw:
    changed = deepcopy(config)
    environments = changed["keyless:repositories"]["storefront"]["environments"]
    deploy_from = environments["production"]["deploy_from"]
    name = ref.split("/", 2)[2]
    key = {"add the branch": "branches", "add the tag": "tags"}.get(setting, "merge_queue")
    if key == "merge_queue":
        name = name.removeprefix("gh-readonly-queue/").rpartition("/")[0]
    deploy_from[key] = [*deploy_from.get(key, []), name]
    return changed


@pytest.mark.parametrize("deploy_from", DEPLOY_FROM, ids=str)
def test_advice_that_is_followed_leads_into_the_role(deploy_from: Mapping[str, Any]) -> None:
    config = stack(deploy_from)
    roles = roles_of(config)
    tried = 0
    of_setting = cache(lambda setting, ref: roles_of(with_setting(config, setting, ref)))
    for ref, job in product(REFS, JOBS):
        if not admits(job, ref, roles):
            continue  # GitHub mints no token
        for name, asked in roles.items():
            advice = advice_of(Run(ref, job), asked)
            if advice is None or any(each.endswith("approves each run.") for each in advice):
                continue
            for run, setting in followed(Run(ref, job), advice):
                case = (name, ref, job, advice, run, setting)
                now = of_setting(setting, ref) if setting else roles
                assert admits(run.environment, run.ref, now), case
                assert advice_of(run, now[name]) is None, case
                tried += 1
    assert tried > 100


@pytest.mark.parametrize("deploy_from", DEPLOY_FROM, ids=str)
def test_a_pull_request_is_sent_to_no_environment_but_one_for_pull_requests(
    deploy_from: Mapping[str, Any],
) -> None:
    roles = roles_of(stack(deploy_from))
    for name, asked in roles.items():
        advice = advice_of(Run(PULLED, None), asked)
        if "environment/production" in name:
            assert advice
            assert not re.search("environment: production|add the|merge_queue", " ".join(advice))
        elif "review_environments" in name or "environment/preview" in name:
            assert advice == (
                "The job names no environment. The role trusts one: write `environment: "
                "preview` in the job.",
            )
